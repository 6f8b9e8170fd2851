from . import revenue_target_credit_wizard
