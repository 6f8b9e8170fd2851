from . import (
    res_company,
    res_config_settings,
    revenue_audit_entry,
    revenue_audit_seal,
    revenue_audited_mixin,
    revenue_target,
    revenue_target_checks,
    revenue_target_insight,
)
