from . import revenue_target_owner, revenue_target_sums

# What others inherit comes first.
from . import (
    crm_team,
    res_company,
    res_config_settings,
    res_users,
    revenue_demo,
    revenue_target,
    revenue_target_cell,
    revenue_target_forecast,
    revenue_target_grid,
    revenue_target_insight,
    revenue_target_line,
    revenue_target_line_change,
    revenue_target_line_checks,
    revenue_target_line_insight,
    revenue_target_plan,
    revenue_target_sheet,
)
