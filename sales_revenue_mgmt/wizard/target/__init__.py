from . import revenue_target_import, revenue_target_reassign, revenue_target_tool
