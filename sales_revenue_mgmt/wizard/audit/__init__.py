from . import base_module_uninstall, revenue_audit_check
