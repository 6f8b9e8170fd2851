from . import revenue_fact, revenue_fact_credit, revenue_fact_group, revenue_fact_rules, revenue_fact_table

# What others inherit comes first.
from . import revenue_fact_first, revenue_fact_kinds, revenue_fact_refresh, revenue_facts

from . import revenue_fact_counted
