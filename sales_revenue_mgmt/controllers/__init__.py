from . import revenue_audit, revenue_target
