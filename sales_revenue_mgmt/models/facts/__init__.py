from . import revenue_price_captured

# What others inherit comes first.
from . import account_move, account_move_line, ir_rule, sale_order_line
