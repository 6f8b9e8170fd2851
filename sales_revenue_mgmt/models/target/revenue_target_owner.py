"""What has targets: sales teams, users and companies. A number and a button on their forms."""

from odoo import api, fields, models


class RevenueTargetOwner(models.AbstractModel):
    _name = "revenue.target.owner"
    _description = "Has Sales Targets"

    # The field of a plan's lines that names such a record, and the levels of lines that are about it.
    _revenue_target_field = None
    _revenue_target_levels = ()

    revenue_target_count = fields.Integer(
        "Targets",
        compute="_compute_revenue_target_count",
        help="Targets for it that are in force.",
    )

    def _revenue_target_domain(self):
        return [
            (self._revenue_target_field, "in", self.ids),
            ("level", "in", self._revenue_target_levels),
            ("state", "!=", "cancelled"),
            ("superseded", "=", False),
        ]

    @api.depends_context("uid")
    def _compute_revenue_target_count(self):
        Line = self.env["revenue.target.line"]
        self.revenue_target_count = 0
        if self.ids and Line.has_access("read"):
            in_force = [*self._revenue_target_domain(), ("state", "=", "posted")]
            groups = Line._read_group(in_force, [self._revenue_target_field], ["__count"])
            for record, count in groups:
                record.with_env(self.env).revenue_target_count = count

    def action_open_revenue_targets(self):
        """The targets of these records, with what came of them."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Targets: %(name)s", name=", ".join(self.mapped("display_name"))),
            "res_model": "revenue.target.line",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": self._revenue_target_domain(),
            "context": {"search_default_in_force": 1, "revenue_line_in_full": True},
        }
