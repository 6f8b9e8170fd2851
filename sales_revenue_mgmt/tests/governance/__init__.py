from . import (
    test_governance_attacks,
    test_governance_chatter,
    test_governance_document,
    test_governance_forgery,
    test_governance_inbox,
    test_governance_inbox_only,
    test_governance_route,
    test_governance_thread,
    test_governance_threshold,
    test_governance_tour,
    test_governance_workflow,
)
