"""When an order is confirmed: the rule of its team becomes rows of the order, and these are frozen."""

from odoo import api, models
from odoo.exceptions import UserError

from .revenue_target_credit import CHANGING

FROZEN = "revenue_credit_frozen"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        self._revenue_check_values(*vals_list)
        # Also against a default of the context.
        vals_list = [{**vals, FROZEN: False} for vals in vals_list]
        changing = self.with_context(revenue_credit_changing=CHANGING)
        orders = super(SaleOrder, changing).create(vals_list).with_env(self.env)
        confirmed = orders.filtered(lambda order: order.state == "sale")
        confirmed._revenue_capture_credit()
        # All of them: parts may come from a default of the context.
        orders._revenue_check_credit(["revenue_credit_ids"])
        return orders

    def write(self, vals):
        self._revenue_check_values(vals)
        if "state" not in vals and "revenue_credit_ids" not in vals and "company_id" not in vals:
            return super().write(vals)
        self.check_access("write")
        new = self.browse()
        if "state" in vals:
            # Once confirmed, frozen for good: whoever cancels an order and takes it back may not share it anew.
            new = self.filtered(lambda order: not order.sudo()[FROZEN] and "sale" in (order.state, vals["state"]))
            confirmed = new.filtered(lambda order: order.state != "sale")
            new._revenue_freeze()
        if "revenue_credit_ids" in vals:
            with self._revenue_credit_changing() as context:
                result = super(SaleOrder, self.with_context(**context)).write(vals)
        else:
            result = super().write(vals)
        if new:
            confirmed._revenue_capture_credit()
        self._revenue_check_credit(vals)
        return result

    def _revenue_freeze(self):
        return super().write({FROZEN: True})  # pylint: disable=super-method-mismatch

    def _revenue_check_values(self, *vals_list):
        # Before Odoo looks at the rows: it cannot round what is not a number.
        rows = [
            command[2] for vals in vals_list for command in vals.get("revenue_credit_ids") or () if len(command) > 2
        ]
        self.env["revenue.target.credit"]._check_percents(row for row in rows if isinstance(row, dict))
        if any(FROZEN in vals for vals in vals_list):
            raise UserError(
                self.env._("Credit Frozen: this is set when an order is confirmed; it cannot be written. Leave it out.")
            )

    def _revenue_check_credit(self, names):
        if {"revenue_credit_ids", "company_id"} & set(names):
            self.env.flush_all()
            self.env["revenue.target.credit"]._check_orders(self)

    def _revenue_capture_credit(self):
        """Share these orders, which are being confirmed, by the rules of their teams, unless somebody has shared them."""
        # Whoever confirms, a customer with a payment as well, has the rule applied, and may not undo it.
        orders = self.sudo()
        orders.filtered(lambda order: not order[FROZEN])._revenue_freeze()
        orders = orders.filtered(lambda order: order.team_id and not order.revenue_credit_ids)
        if not orders:
            return
        rules = self.env["revenue.target.credit.rule"].sudo()  # As above.
        by_team = rules.search([("team_id", "in", orders.team_id.ids)]).grouped("team_id")
        rows = []
        for order in orders:
            try:
                parts = by_team.get(order.team_id, rules)._parts_of(order)
            except ValueError as rest:
                order._message_log(
                    body=self.env._(
                        "The credit rule of team %(team)s was not applied: %(rest)s %% remain, and there is no salesperson "
                        "who could have them.",
                        team=order.team_id.name,
                        rest=str(rest),
                    )
                )
                continue
            rows += [{"order_id": order.id, "user_id": user.id, "percent": percent} for user, percent in parts.items()]
        if rows:
            credit = self.env["revenue.target.credit"].sudo()  # As above.
            credit.with_context(revenue_credit_changing=CHANGING).create(rows)


class RevenueAuditEntry(models.Model):
    # Each room extends Odoo's models by what is its own.
    _inherit = "revenue.audit.entry"  # pylint: disable=consider-merging-classes-inherited

    def _event_labels(self):
        return {**super()._event_labels(), "credited": self.env._("Credit changed")}
