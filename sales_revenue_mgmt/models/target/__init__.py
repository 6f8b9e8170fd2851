from . import crm_team, res_company, res_config_settings, res_users, revenue_demo
