from . import revenue_export, revenue_target
