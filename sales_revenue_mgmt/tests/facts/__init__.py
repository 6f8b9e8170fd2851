from . import (
    test_facts_first,
    test_facts_lines,
    test_facts_questions,
    test_facts_registered,
    test_facts_spread,
)
