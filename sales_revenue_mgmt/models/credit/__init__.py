from . import revenue_target_credit

# What others inherit comes first.
from . import crm_team, revenue_fact, revenue_target_credit_capture, revenue_target_credit_rule, sale_order
