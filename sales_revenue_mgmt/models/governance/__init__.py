from . import revenue_document_part, revenue_thread_mixin

# What others inherit comes first.
from . import (
    mail_activity,
    mail_mail,
    mail_message,
    res_users,
    revenue_approval_decision,
    revenue_approval_rule,
    revenue_approval_rule_route,
    revenue_approval_rule_threshold,
    revenue_approval_rule_words,
    revenue_approval_step,
    revenue_approval_step_inbox,
    revenue_approval_step_late,
    revenue_delegation,
    revenue_document,
    revenue_document_approval,
    revenue_document_guidance,
    revenue_document_rights,
    revenue_document_transitions,
    revenue_document_view,
    revenue_document_workflow,
    revenue_in_force_mixin,
)

# These inherit what a document is.
from . import revenue_document_in_force, revenue_document_line, revenue_document_lines, revenue_document_sheet
