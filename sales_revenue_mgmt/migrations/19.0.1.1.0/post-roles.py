"""From now on the trail says of everybody with a role which one it is; what was there before has to be said once."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["revenue.audit.journal"]._compare_roles("As it was when the trail began to say so.")
