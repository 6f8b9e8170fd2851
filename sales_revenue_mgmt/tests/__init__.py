from . import (
    test_revenue_audit,
    test_revenue_facts,
    test_revenue_target,
    test_revenue_target_access,
    test_revenue_target_api,
    test_revenue_target_tour,
    test_revenue_web,
)
