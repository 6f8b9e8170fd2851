"""What installing and uninstalling do beyond the records of the data files."""

import importlib.metadata

from odoo.exceptions import UserError
from odoo.tools import SQL

from .models.audit import guard
from .report.facts import schema

# Distributions that the addon cannot do without. The manifest does not name them: Odoo would stop at the first one missing.
PACKAGES = ("numpy", "scipy")


def pre_init_hook(env):
    """Name all missing packages at once, before anything is made."""
    missing = []
    for name in PACKAGES:
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        raise UserError(
            env._(
                "Python packages are missing on this server: %(names)s. Install them into the Python that runs Odoo, with the "
                "file requirements.txt that comes with this application or with: pip install %(command)s. Then restart Odoo "
                "and install the application again.",
                names=", ".join(missing),
                command=" ".join(missing),
            )
        )


def post_init_hook(env):
    """Give each company the time zone its people already work in, as the start of its business day."""
    administrator = env.ref("base.user_admin", raise_if_not_found=False)
    for company in env["res.company"].search([("revenue_tz", "=", "UTC")]):
        company.revenue_tz = company.partner_id.tz or (administrator and administrator.tz) or "UTC"


def uninstall_hook(env):
    """Odoo removes tables, fields, menus and rules by itself, one record at a time, and stops at what refers to each other:
    approved documents, their steps, the trail. So these are emptied first; the trail's trigger function is ours to remove.
    """
    guard.uninstall(env.cr)
    schema.teardown(env.cr)
    env.cr.execute("DELETE FROM mail_activity WHERE revenue_step_id IS NOT NULL")
    env.cr.execute("ALTER TABLE mail_activity DROP CONSTRAINT IF EXISTS mail_activity_revenue_step_id_fkey")
    ours = [cls for cls in env.registry.values() if cls._original_module == "sales_revenue_mgmt"]
    own = [cls for cls in ours if not cls._abstract and cls._auto]
    tables = {cls._table for cls in own}
    tables |= {
        field.relation for cls in own for field in cls._fields.values() if field.type == "many2many" and field.store
    }
    # Without CASCADE: a table of somebody else that refers to these would be an error, not a loss.
    env.cr.execute(SQL("TRUNCATE %s", SQL(", ").join(map(SQL.identifier, sorted(tables)))))
    # External ids that exports and imports have given to these records; Odoo removes those of the addon only.
    env.cr.execute("DELETE FROM ir_model_data WHERE model = ANY(%s)", [[cls._name for cls in own]])
    # Values of selections that our models have from Odoo's mixins: Odoo names them as the mixin's module.
    env.cr.execute(
        """
        DELETE FROM ir_model_data data USING ir_model_fields_selection value
          JOIN ir_model_fields field ON field.id = value.field_id
         WHERE data.model = 'ir.model.fields.selection' AND data.res_id = value.id
           AND data.module <> 'sales_revenue_mgmt' AND field.model = ANY(%s)
        """,
        [[cls._name for cls in ours]],
    )
    env.invalidate_all(flush=False)
    env["ir.config_parameter"].search([("key", "=like", "sales_revenue_mgmt.%")]).unlink()
