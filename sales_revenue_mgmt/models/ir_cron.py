from odoo import models

from .revenue_actor import running_job


class IrCron(models.Model):
    _inherit = "ir.cron"

    def _callback(self, cron_name, server_action_id):
        """What a job does stands in the trail with its name."""
        token = running_job.set(cron_name)
        try:
            return super()._callback(cron_name, server_action_id)
        finally:
            running_job.reset(token)
