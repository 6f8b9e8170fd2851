from odoo import models

from .access import jobs, noted


class IrActionsServer(models.Model):
    """A job's code stands on its action."""

    _inherit = "ir.actions.server"

    def write(self, vals):
        crons = self.env["ir.cron"].sudo().with_context(active_test=False)
        crons = crons.search([("ir_actions_server_id", "in", self.ids)])
        if not crons:
            return super().write(vals)
        with noted(self.env, "job", lambda: jobs(crons)):
            return super().write(vals)
