from . import (
    test_core_call_guard,
    test_core_dialogs,
    test_core_hostile_names,
    test_core_job,
    test_core_readme_tour,
    test_core_web,
    test_core_words,
)
