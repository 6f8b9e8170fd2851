from . import revenue_audited_mixin, revenue_noted_rights

# What others inherit comes first.
from . import (
    base,
    crm_team,
    crm_team_member,
    ir_actions_server,
    ir_attachment,
    ir_cron,
    ir_model_access,
    ir_model_data,
    ir_rule,
    res_company,
    res_groups,
    res_partner,
    res_users,
    res_users_apikeys,
    revenue_audit_entry,
    revenue_audit_journal,
    revenue_audit_seal,
    revenue_audit_watch,
    revenue_audit_words,
)
