from . import revenue_fact, revenue_fact_refresh, revenue_facts
