from . import (
    res_company,
    res_config_settings,
    res_users,
    revenue_call_guard,
    revenue_demo,
    revenue_document_bound,
    revenue_job,
    revenue_period_mixin,
)
