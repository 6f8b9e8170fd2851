from . import (
    test_audit_access,
    test_audit_actor,
    test_audit_export_note,
    test_audit_trail,
    test_audit_verify,
)
