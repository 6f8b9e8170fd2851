"""Grouping facts: from the smallest rollup that can answer, counting what is counted, and dividing after adding up."""

from odoo import api, models
from odoo.fields import Domain
from odoo.orm.models import READ_GROUP_AGGREGATE
from odoo.tools import SQL

from .revenue_fact_credit import Apart, of_documents
from .revenue_fact_table import Dirty
from .schema import constant, of_table
from .sources import COST, MEASURE_COLUMNS, RATIOS, ROLLUPS, Rollup

# What a field adds up, or counts, when it is not a column itself: field → columns that it needs.
COMPUTED = {
    "lines": (),
    "documents": ("documents",),
    "customers": ("customers",),
    "margin_rate": ("margin", "net"),
    "realisation": ("net", "list_amount"),
    "discretionary_rate": ("discretionary_discount", "list_amount", "pricelist_discount"),
    "cost": ("net", "margin"),
    # Put together for documents that are split between people.
    "credited_id": ("user_id",),
    "shared": (),
    # The company's currency, which money is shown in.
    "company_currency_id": ("company_id",),
}
# A condition on one of these asks each line, and not the sum of the lines of a day.
OF_LINES = {*MEASURE_COLUMNS, *RATIOS, "lines", "documents", "customers", "cost"}


class RevenueFact(models.AbstractModel):
    # One file for each question that a fact answers.
    _inherit = "revenue.fact"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _with_rollup(self, domain, names):
        """This model, reading the smallest rollup that has all columns of a question; else the facts themselves.

        :param domain: what is asked for; rules of the reader come on top
        :param names: fields and aggregates of the question (``net:sum``, ``day:month``, ``team_id.user_id``)
        """
        needed = {name.split(":")[0].split(".")[0] for name in names if name != "__count"}
        if not all(map(self._can_be_added_up, names)):
            return self.with_context(revenue_rollup=None)
        rules = self.env["ir.rule"]._compute_domain(self._name, "read")
        asked = {
            condition.field_expr.split(".")[0]
            for part in (Domain(domain), rules)
            for condition in part.iter_conditions()
        }
        if asked & OF_LINES:
            return self.with_context(revenue_rollup=None)
        needed |= asked
        columns = self._columns_of(needed)
        for rollup in ROLLUPS:
            if columns <= self._answered_by(rollup):
                return self.with_context(revenue_rollup=rollup)._with_shared(needed, columns)
        return self.with_context(revenue_rollup=None)

    @staticmethod
    def _columns_of(names):
        """The columns that fields need."""
        return {column for name in names for column in COMPUTED.get(name, (name,))}

    @api.model
    def _with_shared(self, needed, columns):
        """This model, for a question to a rollup that asks what is shared with its reader, or does not.

        :param needed: names of fields
        :param columns: the columns that these need
        """
        if "shared" not in needed or isinstance(self.env.context.get("revenue_apart"), Apart):
            return self
        dirty = self.env.context.get("revenue_dirty")
        if not isinstance(dirty, Dirty):
            dirty = self._dirty()
        return self.with_context(revenue_dirty=dirty, revenue_apart=self._apart(dirty, shared=True, asked=columns))

    @api.model
    def _can_be_added_up(self, name):
        """Whether an aggregate of lines is the same one of a rollup's rows. What groups lines always is."""
        field, _colon, function = name.partition(":")
        if name == "__count" or field in COMPUTED or field not in self._fields:
            return True
        return function.startswith("sum") if field in MEASURE_COLUMNS else function not in READ_GROUP_AGGREGATE

    @api.model
    def _answered_by(self, rollup):
        added_up = self._fact.counts_documents(rollup) and (
            self._fact.credit_documents or not self._apart_asked().credited
        )
        return {*rollup.columns, *MEASURE_COLUMNS, *(("documents",) if added_up else ())}

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None):
        names = [*groupby, *aggregates, *self._names_in(order), *(item[0] for item in having if len(item) == 3)]
        model = self._with_rollup(domain, names)
        if model.env.context["revenue_rollup"]:
            # What left a group altogether has been taken out of it, line by line.
            having = [*having, "|", ("lines:sum", "!=", 0), ("prepaid:sum", "!=", 0)]
        return super(RevenueFact, model)._read_group(domain, groupby, aggregates, having, offset, limit, order)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        names = [*(name for groupby in grouping_sets for name in groupby), *aggregates, *self._names_in(order)]
        model = self._with_rollup(domain, names)
        if not model.env.context["revenue_rollup"]:
            return super(RevenueFact, model)._read_grouping_sets(domain, grouping_sets, aggregates, order)
        left = ("lines:sum", "prepaid:sum")
        found = super(RevenueFact, model)._read_grouping_sets(domain, grouping_sets, (*aggregates, *left), order)
        return [
            [row[:-2] for row in rows if any(row[-2:]) or not groupby]
            for groupby, rows in zip(grouping_sets, found, strict=True)
        ]

    @staticmethod
    def _names_in(order):
        return [part.split()[0] for part in (order or "").split(",") if part.strip()]

    def _read_group_select(self, aggregate_spec, query):
        """Numbers of documents and customers are counted, ratios are taken of sums; nothing is averaged."""
        rollup = self.env.context.get("revenue_rollup")
        name, _colon, function = aggregate_spec.partition(":")
        name = "lines" if name == "__count" else name
        if name not in COMPUTED or function == "sum_currency":
            return super()._read_group_select(aggregate_spec, query)
        credited = self._apart_asked().credited
        if name in ("lines", "documents") and isinstance(rollup, Rollup):
            number = SQL("COALESCE(SUM(%s), 0)", SQL.identifier(query.table, name))
            return number if credited else SQL("%s::int8", number)
        if name == "lines":
            return SQL("SUM(%s)", SQL.identifier(query.table, "lines"))
        if name == "documents" and credited and self._fact.credit_documents:
            return constant(of_documents(query.table, self._fact.link))
        if name in ("documents", "customers"):
            column = self._fact.link if name == "documents" else "partner_id"
            of_revenue = SQL("%s IS NOT NULL", SQL.identifier(query.table, "net"))
            return SQL("COUNT(DISTINCT %s) FILTER (WHERE %s)", SQL.identifier(query.table, column), of_revenue)
        if name == "cost":
            return SQL("SUM(%s)", of_table(COST, query.table))
        if name in RATIOS:
            numerator, denominator = (of_table(text, query.table) for text in RATIOS[name])
            return SQL("SUM(%s) / NULLIF(SUM(%s), 0)", numerator, denominator)
        return super()._read_group_select(aggregate_spec, query)
