from . import (
    crm_team,
    res_company,
    res_partner,
    res_users,
    res_users_apikeys,
    revenue_noted_rights,
)

# These inherit it.
from . import ir_model_access, ir_rule
