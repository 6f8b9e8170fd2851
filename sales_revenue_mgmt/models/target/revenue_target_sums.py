"""Sums and ratios in pivot, graph and grouped lists, of plans and of their lines."""

from odoo import models
from odoo.tools import SQL

RATIOS = {"attainment:avg": "amount", "pacing:avg": "expected"}
COMPUTED = ("actual", "expected", "variance")


class RevenueTargetSums(models.AbstractModel):
    """Ratios are computed after aggregation, never averaged. And what cannot be added has no sum: unlike measures; and what may
    count the same sale twice, like a team and a person in it.
    """

    _name = "revenue.target.sums"
    _description = "Has Sums of Targets"

    # What is different has no sum.
    _alike_fields = ()

    def _field_to_sql(self, alias, field_expr, query=None):
        """Sums of what is computed, not stored: the numbers of the query's records are joined to it as a table."""
        if field_expr not in COMPUTED or query is None or alias != query.table:
            return super()._field_to_sql(alias, field_expr, query)
        insight = query.make_alias(alias, "insight")
        if insight not in query.from_clause.code:
            records = self.browse(dict.fromkeys(query.get_result_ids()))
            table = SQL(
                "(SELECT * FROM unnest(%s::int[], %s::numeric[], %s::numeric[], %s::numeric[])"
                " AS row (id, actual, expected, variance))",
                records.ids,
                *(records.mapped(name) for name in COMPUTED),
            )
            condition = SQL("%s = %s", SQL.identifier(insight, "id"), SQL.identifier(alias, "id"))
            query.add_join("LEFT JOIN", insight, table, condition)
        return SQL.identifier(insight, field_expr)

    def _read_group_select(self, aggregate_spec, query):
        field, _dot, function = aggregate_spec.partition(":")
        if denominator := RATIOS.get(aggregate_spec):
            select = SQL(
                "SUM(%s) / NULLIF(SUM(%s), 0)",
                self._field_to_sql(query.table, "actual", query),
                self._field_to_sql(query.table, denominator, query),
            )
        elif field in ("amount", *COMPUTED) and function.startswith(("sum", "avg")):
            select = super()._read_group_select(aggregate_spec, query)
        elif aggregate_spec == "currency_id:array_agg_distinct":
            # Where there is no sum there is no currency of it: Odoo marks a sum of several currencies with a question mark.
            select = super()._read_group_select(aggregate_spec, query)
            return SQL("CASE WHEN %s THEN %s ELSE '{}' END", self._can_be_summed(query.table), select)
        else:
            return super()._read_group_select(aggregate_spec, query)
        return SQL("CASE WHEN %s THEN %s END", self._can_be_summed(query.table), select)

    def _can_be_summed(self, table):
        """SQL for whether the records of a group can be added up."""
        return SQL(" AND ").join(
            SQL("MIN(%(column)s) = MAX(%(column)s)", column=SQL.identifier(table, name)) for name in self._alike_fields
        )
