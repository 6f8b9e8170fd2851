"""What a job does stands in the trail with its name; jobs of ours that are changed or switched off leave a note."""

from odoo import api, models

from ..core.actor import running_job
from .access import jobs, noted


class IrCron(models.Model):
    _inherit = "ir.cron"

    def _callback(self, cron_name, server_action_id):
        token = running_job.set(f"{self.id}: {cron_name}")
        try:
            return super()._callback(cron_name, server_action_id)
        finally:
            running_job.reset(token)

    @api.model_create_multi
    def create(self, vals_list):
        made = self.browse()
        with noted(self.env, "job", lambda: jobs(made)):
            made = super().create(vals_list)
        return made

    def write(self, vals):
        with noted(self.env, "job", lambda: jobs(self)):
            return super().write(vals)

    def unlink(self):
        with noted(self.env, "job", lambda: jobs(self)):
            return super().unlink()
