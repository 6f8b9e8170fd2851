"""The one way to ask for numbers: measures × dimensions × Scope → rows.

Numbers obey the same rules as records: rows that the reader may not open are not counted. Where they come from, and why they
are exact at any moment, is in ``revenue_fact_table.py``.
"""

import datetime
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...analytics.periods import start_of_day
from .measures import DIMENSIONS, MEASURES, PREPAID
from .sources import FACTS

# A field of Scope → the field of facts, and how it is compared.
_SELECTORS = {
    "companies": ("company_id", "in"),
    "teams": ("team_id", "in"),
    "users": ("user_id", "in"),
    "customers": ("partner_id", "in"),
    "channels": ("channel_id", "in"),
    "products": ("product_id", "in"),
    "categories": ("category_id", "child_of"),
    "segments": ("partner_id.industry_id", "in"),
}


class Documents(tuple):
    """Ids of documents that a question is about, in the context: JSON has no such thing, so nobody outside can put it there."""


class RevenueFacts(models.AbstractModel):
    _name = "revenue.facts"
    _description = "Revenue Query Builder"

    @api.private
    def query(self, measures, dimensions, scope, limit=None):
        """Aggregate revenue as the current user may see it.

        :param list[str] measures: names from ``MEASURES``
        :param list[str] dimensions: names from ``DIMENSIONS``; with none, the answer has one row
        :param Scope scope: which part of the business, and which days
        :param int limit: only so many rows, those with the most of the first measure, in that order
        :return: one dict per combination of dimension values that has any revenue, with a key per dimension (record id,
            date or ``None``) and per measure (float; money in the scope's currency, else in that of the row's company, at the
            document's rate)
        :rtype: list[dict]
        :raises ValueError: an unknown measure or dimension
        """
        return self.query_scopes(measures, dimensions, [scope], limit)[0]

    @api.private
    def query_scopes(self, measures, dimensions, scopes, limit=None):
        """As :meth:`query`, for many scopes with one statement per kind of fact.

        :param list[Scope] scopes:
        :param int limit: so many rows of each scope; for measures of one kind of fact
        :return: the rows of each scope, in the order of ``scopes``
        :rtype: list[list[dict]]
        """
        by_fact = defaultdict(list)
        for name in measures:
            if name not in MEASURES:
                raise ValueError(f"There is no measure {name!r}; there are: {', '.join(MEASURES)}.")
            by_fact[MEASURES[name].fact, MEASURES[name].first_order].append(name)
        for name in dimensions:
            if name not in DIMENSIONS:
                raise ValueError(f"There is no dimension {name!r}; there are: {', '.join(DIMENSIONS)}.")
        if limit and len(by_fact) > 1:
            raise ValueError(
                f"These measures are not of one kind, so that rows cannot be limited: {', '.join(measures)}."
            )
        found = [{} for _scope in scopes]
        for (fact, first_order), names in by_fact.items():
            rows = self._rows(FACTS[fact], first_order, names, dimensions, scopes, limit)
            for index, key, numbers in rows:
                row = found[index].setdefault(key, dict.fromkeys(measures, 0.0))
                row.update(zip(names, numbers, strict=True))
        return [[dict(zip(dimensions, key, strict=True), **row) for key, row in rows.items()] for rows in found]

    def _rows(self, fact, first_order, names, dimensions, scopes, limit):
        """What one kind of fact says, as (index of the scope, dimensions, measures)."""
        model, ctes, selects = self.env[fact.model], [], []
        dirty = model._dirty()
        apart = model._apart(
            dirty,
            credited="credited" in dimensions or any(scope.credited for scope in scopes),
            shared=model._rules_ask_for_shared(),
            days=(min(scope.date_from for scope in scopes), max(scope.date_to for scope in scopes)),
            asked=model._columns_of(MEASURES[name].aggregate.split(":")[0] for name in names),
        )
        firsts = self._first_orders(scopes, dirty) if first_order else [None] * len(scopes)
        if len(scopes) > 1:
            (old, dirty), (parts, apart) = dirty.shared(), apart.shared()
            ctes = old + parts
        model = model.with_context(revenue_dirty=dirty, revenue_apart=apart)
        for index, (scope, first) in enumerate(zip(scopes, firsts, strict=True)):
            select = self._select(model, first, names, dimensions, scope, limit)
            if select is not None:
                selects.append(SQL("SELECT %s AS scope, answer.* FROM (%s) AS answer", index, select))
        if not selects:
            return
        first = 1 + len(dimensions)
        before = SQL("WITH %s ", SQL(", ").join(ctes)) if ctes else SQL()
        for values in self.env.execute_query(SQL("%s%s", before, SQL(" UNION ALL ").join(selects))):
            yield values[0], values[1:first], [float(number or 0.0) for number in values[first:]]

    @api.private
    def sees_all(self, measure, companies):
        """Whether the reader's rules let through every row of these companies. A rule that lets through everything in a way
        that cannot be told from its domain counts as one that does not.

        :param str measure: a name from ``MEASURES``
        :param companies: ids
        :rtype: bool
        """
        if self.env.su:
            return True
        model = self.env[FACTS[MEASURES[measure].fact].model]
        rules = self.env["ir.rule"]._compute_domain(model._name, "read")
        if {condition.field_expr for condition in rules.iter_conditions()} - {"company_id"}:
            return False
        rows = model.concat(*(model.new({"company_id": company}) for company in companies))
        return len(rows.filtered_domain(rules)) == len(rows)

    @api.private
    def drill_down(self, measure, scope):
        """The documents behind a number.

        :param str measure: a name from ``MEASURES``
        :param Scope scope: the same scope that gave the number
        :return: model name and a domain that the web client can evaluate
        :rtype: tuple[str, list]
        """
        fact = FACTS[MEASURES[measure].fact]
        lines = self._line_domain(fact, scope, prepaid=measure in PREPAID)
        domain = self._document_domain(fact, scope) & Domain(fact.lines, "any", lines)
        if MEASURES[measure].first_order:
            (first,) = self._first_orders([scope], self.env[fact.model]._dirty())
            query = self.env[fact.document]._search(domain & Domain("id", "in", first))
            domain = Domain("id", "in", list(query.get_result_ids()))
        return fact.document, list(domain)

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------

    def _first_orders(self, scopes, dirty):
        """The first order of each customer in the company and its branches, whoever asks.

        :param Dirty dirty: of the same moment
        :return: for each scope, ids of all of its days
        :rtype: list[list[int]]
        """
        # A day lies within 14 hours of the same day in UTC.
        margin = datetime.timedelta(days=2)
        since, until = min(scope.date_from for scope in scopes), max(scope.date_to for scope in scopes)
        # A statement of its own, whose answer goes into the others as a constant: no plan of theirs can run it once per row.
        orders = self.env["revenue.fact.first"]._between(since - margin, until + margin, dirty.documents, dirty.many)
        return [
            [id_ for id_, moment in orders if scope.date_from - margin <= moment.date() <= scope.date_to + margin]
            for scope in scopes
        ]

    def _select(self, model, first_orders, measures, dimensions, scope, limit):
        """One SELECT of the dimensions and then the measures; ``None`` where nothing can be found."""
        aggregates = [MEASURES[name].aggregate for name in measures]
        domain = self._fact_domain(model, scope)
        places = [self._place(model, name) for name in dimensions]
        names = [column for column, _truncated_to in places] + aggregates + ["credited_id"] * bool(scope.credited)
        # The first order of a customer is one among lines.
        model = model._with_rollup(domain, [*names, "id"] if first_orders is not None else names)
        query = model._search(domain)
        if query.is_empty():
            return None
        if first_orders is not None:
            query.add_where(SQL("%s = ANY(%s)", SQL.identifier(query.table, model._fact.link), first_orders))
        if scope.credited:
            query.add_where(SQL("%s = ANY(%s)", SQL.identifier(query.table, "credited_id"), list(scope.credited)))
        columns = [self._dimension(query, *place) for place in places]
        if columns:
            query.groupby = SQL(", ").join(columns)
            query.having = self._anything(model, query, measures)
        numbers = self._numbers(model, query, measures, scope)
        if limit:
            query.order, query.limit = SQL("%s DESC NULLS LAST", numbers[0]), limit
        return query.select(*columns, *numbers)

    @staticmethod
    def _anything(model, query, measures):
        """SQL condition of groups that have anything of what is asked for. What left a group altogether has been taken out of
        a rollup, line by line; the sale of a gift card is a fact, and no revenue."""
        table = SQL.identifier(query.table)
        conditions = [SQL("SUM(%s.prepaid) <> 0", table)] if PREPAID & set(measures) else []
        if set(measures) - PREPAID:
            counted = (
                SQL("SUM(%s.lines)", table) if model.env.context.get("revenue_rollup") else SQL("COUNT(%s.net)", table)
            )
            conditions.append(SQL("%s <> 0", counted))
        return SQL(" OR ").join(conditions)

    def _numbers(self, model, query, measures, scope):
        """SQL for each measure, money in the currency of the scope."""
        numbers = [model._read_group_select(MEASURES[name].aggregate, query) for name in measures]
        if not scope.currency:
            return numbers
        companies = self.env["res.company"].sudo().browse(scope.companies) or self.env.companies
        foreign = companies.filtered(lambda company: company.currency_id.id != scope.currency)
        if not foreign:
            return numbers
        table = SQL.identifier(query.table)
        query.add_join(
            "LEFT JOIN",
            "rate",
            SQL("(%s)", self._daily_rates(foreign, scope)),
            SQL("rate.company_id = %s.company_id AND rate.day = %s.day", table, table),
        )
        return [
            SQL("SUM(%s * COALESCE(rate.rate, 1))", SQL.identifier(query.table, MEASURES[name].aggregate.split(":")[0]))
            if MEASURES[name].monetary
            else number
            for name, number in zip(measures, numbers, strict=True)
        ]

    def _daily_rates(self, companies, scope):
        """SQL for (company, day, units of the scope's currency for one of the company's), by the rates of the current company
        and as Odoo finds them (``res.currency._get_rates``): the last one up to that day, else the first one, else 1."""
        self.env["res.currency.rate"].flush_model()

        def rate_of(currency):
            found = SQL(
                "SELECT r.rate FROM res_currency_rate r WHERE r.currency_id = %s AND (r.company_id IS NULL OR r.company_id = %s)",
                currency,
                self.env.company.root_id.id,
            )
            return SQL(
                "COALESCE((%s AND r.name <= d.day ORDER BY r.company_id, r.name DESC LIMIT 1),"
                " (%s ORDER BY r.company_id, r.name LIMIT 1), 1)",
                found,
                found,
            )

        return SQL(
            "SELECT c.id AS company_id, d.day::date AS day, %s / %s AS rate FROM res_company c"
            " CROSS JOIN generate_series(%s::date, %s::date, '1 day') AS d (day) WHERE c.id = ANY(%s)",
            rate_of(SQL("%s", scope.currency)),
            rate_of(SQL("c.currency_id")),
            scope.date_from,
            scope.date_to,
            companies.ids,
        )

    @staticmethod
    def _place(model, dimension):
        """Field of the facts, and what its days are truncated to."""
        return (model._fact.link, None) if dimension == "document" else DIMENSIONS[dimension]

    def _dimension(self, query, column, truncated_to):
        link, _dot, name = column.partition(".")
        if name:
            # What a customer is today: segments are not kept with facts.
            self.env["res.partner"].flush_model([name])
            alias = query.make_alias(query.table, link)
            condition = SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(query.table, link))
            query.add_join("LEFT JOIN", alias, "res_partner", condition)
            column = SQL.identifier(alias, name)
        else:
            column = SQL.identifier(query.table, column)
        return SQL("date_trunc(%s, %s)::date", truncated_to, column) if truncated_to else column

    def _fact_domain(self, model, scope):
        domain = Domain("day", ">=", scope.date_from) & Domain("day", "<=", scope.date_to)
        if not scope.companies:
            domain &= Domain("company_id", "in", self.env.companies.ids)
        for name, (field, operator) in _SELECTORS.items():
            if ids := getattr(scope, name):
                domain &= Domain(field, operator, list(ids))
        # Of some documents only: of those that a list shows.
        documents = self.env.context.get("revenue_documents")
        if isinstance(documents, Documents):
            domain &= Domain(model._fact.link, "in", list(documents))
        return domain

    # ------------------------------------------------------------------
    # Source documents
    # ------------------------------------------------------------------

    def _document_domain(self, fact, scope):
        # Only the time zone is read of companies that the reader may not see; their rows stay closed to them.
        companies = (self.env["res.company"].browse(scope.companies) or self.env.companies).sudo()
        domain = Domain(fact.document_domain)
        names = {column: name for name, column in fact.fields.items() if not name.startswith("line.")}
        for selector in ("teams", "users", "channels"):
            if ids := getattr(scope, selector):
                domain &= Domain(names[_SELECTORS[selector][0]], "in", ids)
        if scope.credited and fact.credit_documents:
            domain &= Domain("revenue_credited_ids", "in", scope.credited)
        if scope.segments:
            domain &= Domain("partner_id", "any", [("commercial_partner_id.industry_id", "in", scope.segments)])
        if scope.customers:
            domain &= Domain("partner_id", "any", [("commercial_partner_id", "in", scope.customers)])
        if not fact.day_is_utc:
            return (
                domain
                & Domain("company_id", "in", companies.ids)
                & Domain(fact.day, ">=", fields.Date.to_string(scope.date_from))
                & Domain(fact.day, "<=", fields.Date.to_string(scope.date_to))
            )
        return domain & Domain.OR(
            Domain("company_id", "in", here.ids)
            & Domain(fact.day, ">=", start_of_day(scope.date_from, time_zone))
            & Domain(fact.day, "<", start_of_day(scope.date_to + datetime.timedelta(days=1), time_zone))
            for time_zone, here in companies.grouped("revenue_tz").items()
        )

    @staticmethod
    def _line_domain(fact, scope, prepaid=False):
        """Lines that count, and that the scope selects.

        :param bool prepaid: gift cards and top-ups, in place of revenue
        """
        domain = Domain(fact.prepaid_domain if prepaid else fact.line_domain)
        if scope.credited and not fact.credit_documents:
            domain &= Domain("revenue_credited_ids", "in", scope.credited)
        if scope.products:
            domain &= Domain("product_id", "in", scope.products)
        if scope.categories:
            domain &= Domain("product_id.categ_id", "child_of", scope.categories)
        return domain
