from . import revenue_dialog_previewed

# What others inherit comes first.
# isort: split
from . import (
    base_module_uninstall,
    revenue_audit_check,
    revenue_decision_wizard,
    revenue_target_credit_wizard,
    revenue_target_import,
    revenue_target_reassign,
    revenue_target_tool,
)
