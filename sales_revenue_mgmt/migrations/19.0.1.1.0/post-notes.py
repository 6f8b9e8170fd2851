"""Notes of the workflow bear a mark now; those that Odoo's own log method wrote before get it."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    names = env["revenue.approval.rule"]._document_models()
    cr.execute(
        "UPDATE mail_message SET revenue_note = TRUE WHERE model IN %s AND message_type = 'notification' AND is_internal"
        " AND message_id LIKE %s AND create_date IS NOT NULL",
        [tuple(names), "%-openerp-message-notify@%"],
    )
