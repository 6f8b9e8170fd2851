from . import revenue_audited_mixin, revenue_document_bound, revenue_document_part, revenue_price_captured

# What others inherit comes first.
# isort: split
from . import (
    account_move_line,
    ir_rule,
    mail_activity,
    mail_message,
    res_company,
    res_config_settings,
    res_users,
    revenue_approval_decision,
    revenue_approval_rule,
    revenue_approval_rule_route,
    revenue_approval_step,
    revenue_approval_step_inbox,
    revenue_approval_step_late,
    revenue_audit_entry,
    revenue_audit_journal,
    revenue_audit_seal,
    revenue_delegation,
    revenue_document,
    revenue_document_approval,
    revenue_document_guidance,
    revenue_document_transitions,
    revenue_document_view,
    revenue_document_workflow,
    revenue_target,
    revenue_target_checks,
    revenue_target_insight,
    sale_order_line,
)
