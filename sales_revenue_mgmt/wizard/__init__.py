from . import revenue_decision_wizard, revenue_target_import
