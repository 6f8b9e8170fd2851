"""Of each document behind a number: what of it counts. So that the rows of a drill-down add up to where one came from, also
where a sale is split between people, or only some of its lines are asked for."""

import json

from odoo import api, fields, models

from .measures import MEASURES
from .revenue_facts import Documents
from .scope import Scope, ScopeError
from .sources import FACTS

# Key of the context: measure and scope of the number that a list is the drill-down of.
DRILL_DOWN = "revenue_drill_down"


class RevenueFacts(models.AbstractModel):
    _inherit = "revenue.facts"

    @api.private
    def counted(self, measure, scope, document_ids):
        """What each document adds to a number, as far as the reader may see.

        :param str measure: a name from ``MEASURES``
        :param Scope scope: that of the number
        :param document_ids: ids of documents of the measure's kind
        :return: document id → amount
        :rtype: dict[int, float]
        """
        facts = self.with_context(revenue_documents=Documents(document_ids))
        rows = facts.query([measure], ["document"], scope) if document_ids else []
        return {row["document"]: row[measure] for row in rows}

    @api.private
    def drill_down_action(self, measure, scope):
        """The list of the documents behind a number, with what of each counts.

        :param str measure: a name from ``MEASURES``
        :param Scope scope: that of the number
        :return: an action, without a name
        :rtype: dict
        """
        model, domain = self.drill_down(measure, scope)
        kind = FACTS[MEASURES[measure].fact]
        view = self.env.ref(f"sales_revenue_mgmt.{kind.document.replace('.', '_')}_view_list_drill_down")
        asked = {name: list(getattr(scope, name)) for name in scope.selectors() if getattr(scope, name)}
        days = {name: fields.Date.to_string(getattr(scope, name)) for name in ("date_from", "date_to")}
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "views": [(view.id, "list"), (False, "pivot"), (False, "graph"), (False, "form")],
            "domain": domain,
            "context": {
                "create": False,
                # Branches that are not ticked in the web client count too, so they have to show here.
                "allowed_company_ids": self.env.context.get("allowed_company_ids", self.env.companies.ids),
                DRILL_DOWN: json.dumps({"measure": measure, **asked, **days}),
            },
        }


class RevenueFactCounted(models.AbstractModel):
    _name = "revenue.fact.counted"
    _description = "Counts for a Revenue Number"

    revenue_counted = fields.Monetary(
        "Counts",
        compute="_compute_revenue_counted",
        currency_field="revenue_counted_currency_id",
        help="What of the document counts for the number that you came from: the part that somebody is credited with, the lines "
        "that are asked for, without taxes, in the currency of the company.",
    )
    revenue_counted_currency_id = fields.Many2one("res.currency", compute="_compute_revenue_counted")

    def with_context(self, *args, **kwargs):
        records = super().with_context(*args, **kwargs)
        # Odoo keeps computed values by what stands in the context, and can do that with text only.
        if isinstance(records.env.context.get(DRILL_DOWN, ""), str):
            return records
        context = {name: value for name, value in records.env.context.items() if name != DRILL_DOWN}
        return super(RevenueFactCounted, records).with_context(context)  # pylint: disable=context-overridden

    @api.depends_context("uid", "allowed_company_ids", DRILL_DOWN)
    def _compute_revenue_counted(self):
        measure, scope = self._revenue_drill_down()
        counts = self.env["revenue.facts"].counted(measure, scope, self._origin.ids) if measure else {}
        for document in self:
            document.revenue_counted = counts.get(document._origin.id, 0.0)
            monetary = measure and MEASURES[measure].monetary
            document.revenue_counted_currency_id = document.company_id.sudo().currency_id if monetary else False

    def _revenue_drill_down(self):
        """The number that a list is the drill-down of; it comes from the web client, and may be anything.

        :return: measure and scope, or twice ``None``
        """
        try:
            asked = json.loads(self.env.context.get(DRILL_DOWN) or "{}")
            measure = asked.pop("measure")
            if FACTS[MEASURES[measure].fact].document != self._name:
                return None, None
            days = {name: fields.Date.to_date(asked.pop(name)) for name in ("date_from", "date_to")}
            return measure, Scope(**days, **{name: tuple(ids) for name, ids in asked.items()})
        except (ScopeError, AttributeError, KeyError, TypeError, ValueError):
            return None, None


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "revenue.fact.counted"]


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "revenue.fact.counted"]
