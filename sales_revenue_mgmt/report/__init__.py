from . import revenue_facts
