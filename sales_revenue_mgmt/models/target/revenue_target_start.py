"""The first screen: where there is no target yet, it offers to make one."""

from markupsafe import Markup

from odoo import api, models


def _with_new(env, help_message):
    if not env["revenue.target"].has_access("create"):
        return help_message
    return Markup(
        '%s<p><a type="action" class="btn btn-primary" data-model="revenue.target" data-views="[[False, \'form\']]"'
        ' title="%s">%s</a></p>'
    ) % (Markup(help_message or ""), env._("New Target"), env._("New Target"))


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    @api.model
    def get_empty_list_help(self, help_message):
        return _with_new(self.env, super().get_empty_list_help(help_message))


class RevenueTargetLine(models.Model):
    _inherit = "revenue.target.line"

    @api.model
    def get_empty_list_help(self, help_message):
        return _with_new(self.env, super().get_empty_list_help(help_message))
