"""The cells of a plan: what a line promises for a period."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.fields import KnownMany2one


class RevenueTargetCell(models.Model):
    _name = "revenue.target.cell"
    _description = "Sales Target of a Period"
    _order = "date_start, line_id, id"

    line_id = fields.Many2one("revenue.target.line", required=True, index=True, ondelete="cascade", readonly=True)
    # It is the line's, and goes with it.
    target_id = KnownMany2one(related="line_id.target_id", store=True, index=True, ondelete="cascade")
    date_start = fields.Date("Period", required=True, readonly=True)
    date_end = fields.Date("Period End", required=True, readonly=True)
    amount = fields.Monetary(string="Target", required=True, default=0.0)
    locked = fields.Boolean(help="The tools and the spreading of totals leave it as it is.")
    currency_id = fields.Many2one(related="target_id.currency_id")
    measure = fields.Selection(related="target_id.measure")
    scenario = fields.Selection(related="target_id.scenario")
    state = fields.Selection(related="target_id.state")
    level = fields.Selection(related="line_id.level")
    company_id = fields.Many2one(related="line_id.company_id")
    team_id = fields.Many2one(related="line_id.team_id")
    user_id = fields.Many2one(related="line_id.user_id")
    category_id = fields.Many2one(related="line_id.category_id")
    industry_id = fields.Many2one(related="line_id.industry_id")
    channel_id = fields.Many2one(related="line_id.channel_id")
    product_id = fields.Many2one(related="line_id.product_id")
    # Whoever has changed a plan stands in the trail, which keeps them from being deleted.
    create_uid = KnownMany2one("res.users", "Created by", readonly=True)
    write_uid = KnownMany2one("res.users", "Last Updated by", readonly=True)

    _once = models.UniqueIndex("(line_id, date_start)")
    _amount_range = models.Constraint(
        "CHECK (amount >= 0 AND amount < 1e15)", "Target: enter a number from 0 to 1,000,000,000,000,000."
    )

    @api.depends("target_id.display_name", "line_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cell in self:
            # Who may read a cell may know what it is of.
            line, plan = cell.line_id.sudo(), cell.target_id.sudo()
            cell.display_name = f"{plan.display_name}, {line.display_name}" if line.parent_id else plan.display_name

    # Cells come and go with the lines and the periods of the plan.
    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("A line has one amount per period; add a line, or change the periods of the plan."))

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self.env._("An amount cannot be deleted; set it to 0."))  # pylint: disable=no-raise-unlink

    def write(self, vals):  # pylint: disable=method-required-super
        """Change amounts and locks, through the plan: what is above follows, what is below is spread."""
        unknown = vals.keys() - {"amount", "locked"}
        if unknown:
            name = min(unknown)
            label = self._fields[name]._description_string(self.env) if name in self._fields else name
            raise UserError(self.env._("%(field)s of an amount cannot be changed.", field=label))
        for target, cells in self.grouped("target_id").items():
            target.set_cells([{"line_id": cell.line_id.id, "date_start": cell.date_start, **vals} for cell in cells])
        return True

    def _whole_amount(self):
        self.ensure_one()
        return self.target_id._units().whole(self.amount)

    def _is_open(self, closed_until=None):
        """Whether the cell can take an amount: its line is there in the period, and accounting has not closed it."""
        line = self.line_id
        if closed_until and self.date_end <= closed_until:
            return False
        return line.date_start <= self.date_end and self.date_start <= line.date_end
