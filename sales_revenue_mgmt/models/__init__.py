from . import (
    res_company,
    res_config_settings,
    revenue_target,
    revenue_target_insight,
)
