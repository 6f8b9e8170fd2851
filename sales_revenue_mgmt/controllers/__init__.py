from . import revenue_target
