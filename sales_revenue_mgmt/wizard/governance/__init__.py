from . import revenue_decision_wizard
