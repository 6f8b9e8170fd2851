"""The one way to ask for numbers: measures × dimensions × Scope → rows.

Today the answers come straight from Odoo's own records; whoever asks does not see that, so that faster facts can take
their place. Numbers obey the same rules as records: rows that the reader may not open are not counted.
"""

import datetime
import string
from collections import defaultdict
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .revenue_measures import DIMENSIONS, MEASURES

# Alias → (alias it hangs on, column there, table). Joined only where a fragment names it.
_JOINS = {
    "partner": ("doc", "partner_id", "res_partner"),
    "company": ("doc", "company_id", "res_company"),
    "product": ("line", "product_id", "product_product"),
    "template": ("product", "product_tmpl_id", "product_template"),
    "uom_line": ("line", "product_uom_id", "uom_uom"),
    "uom_product": ("template", "uom_id", "uom_uom"),
}
_FIRST_ORDERS = SQL("""
    SELECT DISTINCT ON (split_part(company.parent_path, '/', 1), partner.commercial_partner_id) o.id
      FROM sale_order o
      JOIN res_company company ON company.id = o.company_id
      JOIN res_partner partner ON partner.id = o.partner_id
     WHERE o.state = 'sale'
     ORDER BY split_part(company.parent_path, '/', 1), partner.commercial_partner_id, o.date_order, o.id
""")


class RevenueFacts(models.AbstractModel):
    _name = "revenue.facts"
    _description = "Revenue Query Builder"

    @api.private
    def query(self, measures, dimensions, scope):
        """Aggregate revenue as the current user may see it.

        :param list[str] measures: names from ``MEASURES``
        :param list[str] dimensions: names from ``DIMENSIONS``; with none, the answer has one row
        :param Scope scope: which part of the business, and which days
        :return: one dict per combination of dimension values that has any revenue, with a key per dimension (record id,
            date or ``None``) and per measure (float; money in the currency of the row's company, at the document's rate)
        :rtype: list[dict]
        :raises ValueError: an unknown measure or dimension, or a dimension that a measure does not have
        """
        return self.query_scopes(measures, dimensions, [scope])[0]

    @api.private
    def query_scopes(self, measures, dimensions, scopes):
        """As :meth:`query`, for many scopes with one statement per source of measures.

        :param list[Scope] scopes:
        :return: the rows of each scope, in the order of ``scopes``
        :rtype: list[list[dict]]
        """
        by_source = defaultdict(list)
        for name in measures:
            if name not in MEASURES:
                raise ValueError(f"There is no measure {name!r}; there are: {', '.join(MEASURES)}.")
            by_source[MEASURES[name].source, MEASURES[name].first_order].append(name)
        for name in dimensions:
            if name not in DIMENSIONS:
                raise ValueError(f"There is no dimension {name!r}; there are: {', '.join(DIMENSIONS)}.")

        # Fragments name columns that Odoo cannot see, so it cannot know what to flush.
        self.env.flush_all()
        found = [{} for _scope in scopes]
        for (source, first_order), names in by_source.items():
            selects = []
            for index, scope in enumerate(scopes):
                select = self._select(source, first_order, names, dimensions, scope)
                if select is not None:
                    selects.append(SQL("SELECT %s AS scope, answer.* FROM (%s) AS answer", index, select))
            if not selects:
                continue
            for index, *values in self.env.execute_query(SQL(" UNION ALL ").join(selects)):
                key, numbers = tuple(values[: len(dimensions)]), values[len(dimensions) :]
                row = found[index].setdefault(key, dict.fromkeys(measures, 0.0))
                row.update({name: float(number or 0.0) for name, number in zip(names, numbers, strict=True)})
        return [[dict(zip(dimensions, key, strict=True), **row) for key, row in rows.items()] for rows in found]

    @api.private
    def drill_down(self, measure, scope):
        """The documents behind a number.

        :param str measure: a name from ``MEASURES``
        :param Scope scope: the same scope that gave the number
        :return: model name and a domain that the web client can evaluate
        :rtype: tuple[str, list]
        """
        source = MEASURES[measure].source
        domain = self._document_domain(source, scope)
        lines = self._line_filter(scope)
        if not lines.is_true():
            domain &= Domain(source.lines, "any", lines)
        if MEASURES[measure].first_order:
            query = self.env[source.document]._search(domain)
            query.add_where(SQL("%s IN (%s)", SQL.identifier(query.table, "id"), _FIRST_ORDERS))
            domain = Domain("id", "in", list(query.get_result_ids()))
        return source.document, list(domain)

    # ------------------------------------------------------------------
    # Which rows
    # ------------------------------------------------------------------

    def _document_domain(self, source, scope):
        # Only the time zone is read of companies that the reader may not see; their rows stay closed to them.
        companies = (self.env["res.company"].browse(scope.companies) or self.env.companies).sudo()
        domain = Domain(source.document_domain)
        for field, ids in (("team_id", scope.teams), (source.user_field, scope.users)):
            if ids:
                domain &= Domain(field, "in", ids)
        if scope.customers:
            domain &= Domain("partner_id", "any", [("commercial_partner_id", "in", scope.customers)])
        if not source.day_is_utc:
            return (
                domain
                & Domain("company_id", "in", companies.ids)
                & Domain(source.day, ">=", fields.Date.to_string(scope.date_from))
                & Domain(source.day, "<=", fields.Date.to_string(scope.date_to))
            )
        return domain & Domain.OR(
            Domain("company_id", "in", here.ids)
            & Domain(source.day, ">=", self._start_of_day(scope.date_from, time_zone))
            & Domain(source.day, "<", self._start_of_day(scope.date_to + datetime.timedelta(days=1), time_zone))
            for time_zone, here in companies.grouped("revenue_tz").items()
        )

    @staticmethod
    def _start_of_day(day, time_zone):
        """The first moment of a business day, as Odoo writes moments: UTC, without a zone.

        :rtype: str
        """
        start = datetime.datetime.combine(day, datetime.time.min, tzinfo=ZoneInfo(time_zone or "UTC"))
        return fields.Datetime.to_string(start.astimezone(datetime.timezone.utc).replace(tzinfo=None))

    def _line_filter(self, scope):
        domain = Domain.TRUE
        if scope.products:
            domain &= Domain("product_id", "in", scope.products)
        if scope.categories:
            domain &= Domain("product_id.categ_id", "child_of", scope.categories)
        return domain

    def _row_domain(self, source, scope):
        documents = self._document_domain(source, scope)
        lines = self._line_filter(scope)
        if source.link:
            return Domain(source.line_domain) & Domain(source.link, "any", documents) & lines
        return documents if lines.is_true() else documents & Domain(source.lines, "any", lines)

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    def _select(self, source, first_order, measures, dimensions, scope):
        """One SELECT of the dimensions and then the measures; ``None`` where nothing can be found."""
        query = self.env[source.model]._search(self._row_domain(source, scope))
        if query.is_empty():
            return None
        if first_order:
            query.add_where(SQL("%s IN (%s)", SQL.identifier(query.table, "id"), _FIRST_ORDERS))
        if source.link:
            doc = query.join(query.table, source.link, self.env[source.document]._table, "id", "doc")
            aliases = {"line": query.table, "doc": doc}
        else:
            aliases = {"doc": query.table}
        day = f"{{doc}}.{source.day}"
        if source.day_is_utc:
            day = f"(({day} AT TIME ZONE 'UTC') AT TIME ZONE COALESCE({{company}}.revenue_tz, 'UTC'))::date"
        columns = [
            self._fragment(
                DIMENSIONS[name].replace("{day}", day).replace("{user_field}", source.user_field), query, aliases
            )
            for name in dimensions
        ]
        numbers = [self._fragment(MEASURES[name].sql, query, aliases) for name in measures]
        if columns:
            query.groupby = SQL(", ").join(columns)
        return query.select(*columns, *numbers)

    def _fragment(self, text, query, aliases):
        """A constant SQL fragment with its aliases joined and put in place."""
        for _text, name, _spec, _conversion in string.Formatter().parse(text):
            if name:
                self._join(name, query, aliases)
        # Nothing but constants of revenue_measures.py and generated aliases.
        return SQL(text.format_map(aliases))  # pylint: disable=sql-injection

    def _join(self, name, query, aliases):
        if name in aliases:
            return
        if name not in _JOINS:
            raise ValueError(
                "Orders as a whole have no products: use a measure of lines with the dimensions product and category."
            )
        left, column, table = _JOINS[name]
        self._join(left, query, aliases)
        aliases[name] = query.left_join(aliases[left], column, table, "id", name)
