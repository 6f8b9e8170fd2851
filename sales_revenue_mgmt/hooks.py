"""What installing and uninstalling do beyond the records of the data files."""


def post_init_hook(env):
    """Give each company the time zone its people already work in, as the start of its business day."""
    administrator = env.ref("base.user_admin", raise_if_not_found=False)
    for company in env["res.company"].search([("revenue_tz", "=", "UTC")]):
        company.revenue_tz = company.partner_id.tz or (administrator and administrator.tz) or "UTC"


def uninstall_hook(env):
    """Odoo removes tables, fields, menus and rules by itself; the audit trail's trigger function is ours to remove."""
    env.cr.execute("DROP FUNCTION IF EXISTS revenue_audit_refuse() CASCADE")
    env["ir.config_parameter"].search([("key", "=like", "sales_revenue_mgmt.%")]).unlink()
