"""Split credit: a sale that counts for several people, each with a part of it."""

import math

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import float_round

# Stands in the context while somebody changes all rows of an order at once, who looks at the sum in the end. A caller's
# context holds what JSON can say, never this.
CHANGING = object()


class RevenueTargetPercent(models.AbstractModel):
    """A person and a percentage, of an order or in the rule of a team."""

    _name = "revenue.target.percent"
    _description = "Person with a Percentage"

    user_id = fields.Many2one(
        "res.users", "Person", required=True, index=True, ondelete="restrict", domain=[("share", "=", False)]
    )
    percent = fields.Float("Credit (%)", digits=(5, 2), required=True, aggregator="sum")

    # The last line of defence; PostgreSQL counts NaN as larger than every number.
    _percent_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)", "Credit (%): enter a number above 0, up to 100."
    )

    @api.model
    def _check_percents(self, vals_list):
        """Before the field rounds: what is not a number cannot be rounded, and would pass every comparison."""
        for vals in vals_list:
            if "percent" not in vals:
                continue
            try:
                percent = float(vals["percent"])
            except (TypeError, ValueError):
                percent = math.nan
            # True is a number to Python.
            if (
                isinstance(vals["percent"], bool)
                or not math.isfinite(percent)
                or not 0 < float_round(percent, precision_digits=2) <= 100
            ):
                raise ValidationError(
                    self.env._(
                        "Credit (%%): %(percent)s is not possible. Enter a number above 0, up to 100.",
                        percent=vals["percent"],
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_percents(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_percents([vals])
        return super().write(vals)

    def _check_people(self, company, where):
        """
        :param company: the people have to work in it; empty: anywhere
        :param str where: what it is about, for the sentence
        :raises ValidationError: somebody stands there twice, is a portal user, or works elsewhere
        """
        seen = self.env["res.users"]
        for row in self:
            user = row.user_id
            if user in seen:
                raise ValidationError(
                    self.env._(
                        "Person: %(user)s stands twice in the credit of %(where)s. Put both parts into one row.",
                        user=user.name,
                        where=where,
                    )
                )
            seen |= user
            if user.share:
                raise ValidationError(
                    self.env._(
                        "Person: %(user)s is a portal user. Choose somebody who works in the company.", user=user.name
                    )
                )
            if not user._revenue_works_in(company):
                raise ValidationError(
                    self.env._(
                        "Person: %(user)s does not work in %(company)s, the company of %(where)s. Choose somebody who does.",
                        user=user.name,
                        company=company.name,
                        where=where,
                    )
                )


class RevenueTargetCredit(models.Model):
    _name = "revenue.target.credit"
    _description = "Credit for a Sale"
    _inherit = ["revenue.target.percent"]
    _order = "order_id, id"
    _rec_name = "user_id"

    order_id = fields.Many2one("sale.order", "Sales Order", required=True, index=True, ondelete="cascade")

    # Deferred, so that two people can change places; until then _check_people has the sentence.
    _once = models.Constraint(
        "UNIQUE (order_id, user_id) DEFERRABLE INITIALLY DEFERRED", "A person has one part of an order."
    )

    # ------------------------------------------------------------------
    # Who may read, and who may change
    # ------------------------------------------------------------------

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        # Readable as its order is.
        if not (self.env.su or bypass_access):
            orders = self.env["sale.order"].with_context(active_test=False)._search([])
            domain = fields.Domain(domain) & fields.Domain("order_id", "in", orders)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su or not any(self._ids):
            return result
        # Open to the reader: which orders these are; the refusal names them.
        orders = self.sudo().order_id.with_env(self.env)
        allowed = orders._filtered_access("read") if operation == "read" else orders._revenue_credit_open()
        forbidden = self.filtered(lambda row: row.sudo().order_id not in allowed)
        if not forbidden:
            return None
        if operation == "read":
            return forbidden, lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)
        return forbidden, lambda: AccessError((orders - allowed)._revenue_refuse_credit(operation))

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["order_id"]).get("order_id")
        ids = {vals.get("order_id", default) for vals in vals_list}
        orders = self.env["sale.order"].browse(sorted(int(order_id) for order_id in ids if order_id))
        with orders._revenue_credit_changing() as context:
            return super(RevenueTargetCredit, self.with_context(**context)).create(vals_list).with_env(self.env)

    def write(self, vals):
        if "order_id" in vals and any(row.sudo().order_id.id != vals["order_id"] for row in self):
            raise ValidationError(
                self.env._("Sales Order: the credit of one order cannot become that of another. Make a new row there.")
            )
        self.check_access("write")
        with self.sudo().order_id.with_env(self.env)._revenue_credit_changing() as context:
            return super(RevenueTargetCredit, self.with_context(**context)).write(vals)

    def unlink(self):
        self.check_access("unlink")
        with self.sudo().order_id.with_env(self.env)._revenue_credit_changing():
            return super().unlink()

    # ------------------------------------------------------------------
    # What an order refuses
    # ------------------------------------------------------------------

    def _check_orders(self, orders):
        """Whether the parts of each order are of the right people and add up."""
        rows = self.sudo().search([("order_id", "in", orders.ids)]).grouped("order_id")
        for order, credit in rows.items():
            credit._check_people(order.company_id, order.display_name)
            total = round(sum(credit.mapped("percent")), 2)
            if total != 100:
                raise ValidationError(
                    self.env._(
                        "Credit (%%): the parts of %(order)s add up to %(total)s %%, not to 100 %%. Change them so that "
                        "they do, or remove all of them: then the salesperson has all of it.",
                        order=order.display_name,
                        total=f"{total:g}",
                    )
                )
