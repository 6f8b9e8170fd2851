"""Facts as Odoo's views see them: a model per kind of revenue, whose table is put together at the moment of reading.

What no change stands against in the dirty log comes from the facts, or from the smallest rollup that has all columns of
the question; documents in the log are taken out and computed from Odoo's own records, in the same snapshot. So every
answer is the one that the sources would give, at any moment.
"""

from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.models import READ_GROUP_AGGREGATE
from odoo.tools import SQL

from ..models.revenue_fields import Ratio
from .revenue_fact_schema import constant
from .revenue_fact_sources import FACTS, MEASURE_COLUMNS, ROLLUPS, Rollup

# Above so many dirty documents their ids are looked up by the statement itself, not handed to it.
MANY_DOCUMENTS = 50_000
# What a field adds up, or counts, when it is not a column itself: field → columns that it needs.
COMPUTED = {
    "lines": (),
    "documents": ("documents",),
    "customers": ("customers",),
    "margin_rate": ("margin", "net"),
    "realisation": ("net", "list_amount"),
    "discretionary_rate": ("discretionary_discount", "list_amount", "pricelist_discount"),
    "cost": ("net", "margin"),
    # The company's currency, which money is shown in.
    "company_currency_id": ("company_id",),
}


@dataclass(frozen=True)
class Dirty:
    """Documents whose facts may not be those of the sources in this snapshot; ``documents`` is ``None`` if there are none.

    :param SQL documents: their ids, usable after ``= ANY``
    :param many: whether they are too many to take them out of a rollup one by one
    :param SQL old: a SELECT of their facts
    :param SQL live: a SELECT of what their facts have to be
    """

    documents: SQL | None = None
    many: bool = False
    old: SQL | None = None
    live: SQL | None = None

    def shared(self):
        """The same, computed once for a statement that needs it many times.

        :return: what goes before that statement, and the dirty documents for it
        :rtype: tuple[SQL, Dirty]
        """
        if self.documents is None:
            return SQL(), self
        ctes = SQL("WITH revenue_old AS MATERIALIZED (%s), revenue_live AS MATERIALIZED (%s) ", self.old, self.live)
        return ctes, Dirty(
            self.documents, self.many, SQL("SELECT * FROM revenue_old"), SQL("SELECT * FROM revenue_live")
        )


class RevenueFact(models.AbstractModel):
    _name = "revenue.fact"
    _description = "Revenue Fact"
    _auto = False
    _order = "day DESC, id DESC"
    _rec_name = "product_id"

    # Set by each kind: its declaration.
    _fact = None

    company_id = fields.Many2one("res.company", "Branch", readonly=True)
    day = fields.Date("Business Day", readonly=True, help="In the time zone of the company.")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, help="The company behind a contact.")
    country_id = fields.Many2one("res.country", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    channel_id = fields.Many2one("utm.medium", readonly=True, help="The medium of the document.")
    product_id = fields.Many2one("product.product", readonly=True)
    category_id = fields.Many2one("product.category", "Product Category", readonly=True)
    currency_id = fields.Many2one("res.currency", "Document Currency", readonly=True)
    discount_origin = fields.Selection(
        selection="_discount_origins",
        string="Discount Given By",
        readonly=True,
        help="What made the price differ from the pricelist's.",
    )
    price_captured = fields.Boolean(
        readonly=True,
        help="Whether list and pricelist price were written down when the line was priced. If not, the line is older than "
        "this application: its prices are put together from the unit price and the discount that it has.",
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")

    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the product's own unit.")
    list_amount = fields.Monetary(
        currency_field="company_currency_id", readonly=True, help="At list price, without taxes."
    )
    pricelist_discount = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="What the pricelist takes off the list price.",
    )
    discretionary_discount = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="What was taken off the price of the pricelist, whatever the way it was given: a discount, an edited price or a "
        "discount on the whole order.",
    )
    promotion_discount = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Rewards of promotions and loyalty programs.",
    )
    net = fields.Monetary("Net Amount", currency_field="company_currency_id", readonly=True)
    cost = fields.Monetary(currency_field="company_currency_id", readonly=True)
    margin = fields.Monetary(currency_field="company_currency_id", readonly=True)
    lines = fields.Integer(readonly=True)
    documents = fields.Integer(readonly=True)
    customers = fields.Integer(readonly=True)
    margin_rate = Ratio("Margin (%)", readonly=True, aggregator="avg", help="Margin divided by net amount.")
    realisation = Ratio(readonly=True, aggregator="avg", help="Net amount divided by list amount.")
    discretionary_rate = Ratio(
        "Discretionary (%)",
        readonly=True,
        aggregator="avg",
        help="Discretionary discount divided by the amount at the pricelist's prices.",
    )

    @api.model
    def _discount_origins(self):
        return self.env["sale.order.line"]._fields["revenue_discount_origin"]._description_selection(self.env)

    # ------------------------------------------------------------------
    # The table
    # ------------------------------------------------------------------

    @property
    def _table_query(self):
        """Says to Odoo that there is a query in place of a table; the real one depends on the moment of reading."""
        return None if self._fact is None else constant(f"SELECT * FROM {self._fact.table}")

    @property
    def _table_sql(self):
        if self._fact is None:
            return super()._table_sql
        # A caller's context holds what JSON can say, never one of these.
        dirty = self.env.context.get("revenue_dirty")
        rollup = self.env.context.get("revenue_rollup")
        if not isinstance(dirty, Dirty):
            dirty = self._dirty()
        if isinstance(rollup, Rollup):
            return SQL("(%s)", self._rollup_sql(rollup, dirty))
        return SQL("(%s)", self._lines_sql(dirty))

    @api.model
    def _dirty(self):
        """What has changed since the facts were refreshed.

        :rtype: Dirty
        """
        fact = self._fact
        documents, many = self._dirty_documents()
        if documents is None:
            return Dirty()
        old = SQL(
            "SELECT * FROM %s WHERE %s = ANY %s", SQL.identifier(fact.table), SQL.identifier(fact.link), documents
        )
        return Dirty(documents, many, old, self._live_sql(documents))

    def _dirty_documents(self):
        """SQL for the ids of the documents that the log leads to, usable after ``= ANY``, or ``None`` if there are none; and
        whether they are many."""
        fact = self._fact
        # What Odoo still keeps in memory has to reach the triggers first.
        self.env.flush_all()
        keys = dict(
            self.env.execute_query(
                SQL(
                    "SELECT kind, array_agg(DISTINCT key) FROM revenue_fact_log WHERE kind = ANY(%s) GROUP BY kind",
                    [fact.kind, *fact.resolve],
                )
            )
        )
        if not keys:
            return None, False
        ids = keys.pop(fact.kind, [])
        if not keys and len(ids) <= MANY_DOCUMENTS:
            return SQL("(%s::int4[])", ids), False
        documents = SQL(
            " UNION ".join(["%s"] * (len(keys) + 1)),  # pylint: disable=sql-injection
            SQL("SELECT unnest(%s::int4[]) AS id", ids),
            *(self._documents_of(kind, values) for kind, values in keys.items()),
        )
        found = self.env.execute_query(SQL("SELECT id FROM (%s) AS dirty (id) LIMIT %s", documents, MANY_DOCUMENTS + 1))
        if len(found) <= MANY_DOCUMENTS:
            return SQL("(%s::int4[])", [row[0] for row in found]), False
        return SQL("(%s)", documents), True

    @api.model
    def _documents_of(self, kind, keys):
        """SQL for the ids of the documents that keys of one kind lead to."""
        fact = self._fact
        if kind == fact.kind:
            return SQL("SELECT unnest(%s::int4[])", keys)
        found = SQL(fact.resolve[kind].replace("{keys}", "%(keys)s"), keys=keys)  # pylint: disable=sql-injection
        if kind != "company":
            return found
        # Documents that are there no more.
        old = constant(f"SELECT f.{fact.link} FROM {fact.table} f WHERE f.company_id")
        return SQL("%s UNION %s = ANY(%s)", found, old, keys)

    def _live_sql(self, documents):
        """The facts of some documents, computed from the sources."""
        fact = self._fact
        columns = ", ".join(f"{sql} AS {name}" for name, sql in fact.select.items())
        return SQL(
            "%s AND doc.id = ANY %s", constant(f"SELECT {columns} FROM {fact.source} WHERE {fact.where}"), documents
        )

    def _lines_sql(self, dirty):
        """All facts, as of this snapshot."""
        fact = self._fact
        clean = constant(f"SELECT {', '.join(fact.columns)} FROM {fact.table}")
        if dirty.documents is None:
            return clean
        return SQL(
            "%s WHERE NOT (%s = ANY %s) UNION ALL %s", clean, SQL.identifier(fact.link), dirty.documents, dirty.live
        )

    def _rollup_sql(self, rollup, dirty):
        """A rollup as of this snapshot: as it stands, less the facts of dirty documents, plus what these are now."""
        fact = self._fact
        stored = SQL("SELECT %s FROM %s", self._rollup_columns(rollup), SQL.identifier(fact.rollup_table(rollup)))
        if dirty.documents is None:
            return stored
        if dirty.many:
            return self._aggregate_sql(rollup, self._lines_sql(dirty))
        return SQL(
            "%s UNION ALL %s UNION ALL %s",
            stored,
            self._aggregate_sql(rollup, dirty.old, negative=True),
            self._aggregate_sql(rollup, dirty.live),
        )

    @staticmethod
    def _rollup_columns(rollup):
        counted = ("lines", "documents") if rollup.counts_documents else ("lines",)
        return constant(", ".join([*rollup.columns, *MEASURE_COLUMNS, *counted]))

    @api.model
    def _aggregate_sql(self, rollup, facts, negative=False):
        """Facts aggregated as a rollup holds them.

        :param SQL facts: a SELECT of facts
        """
        sign = "-" if negative else ""
        columns = ", ".join(rollup.columns)
        sums = ", ".join(f"{sign}SUM({name}) AS {name}" for name in MEASURE_COLUMNS)
        documents = f", {sign}COUNT(DISTINCT {self._fact.link})::int4 AS documents" if rollup.counts_documents else ""
        return SQL(
            "%s FROM (%s) AS fact %s",
            constant(f"SELECT {columns}, {sums}, {sign}COUNT(*)::int4 AS lines{documents}"),
            facts,
            constant(f"GROUP BY {columns}"),
        )

    # ------------------------------------------------------------------
    # Choosing a rollup
    # ------------------------------------------------------------------

    @api.model
    def _with_rollup(self, domain, names):
        """This model, reading the smallest rollup that has all columns of a question; else the facts themselves.

        :param domain: what is asked for; rules of the reader come on top
        :param names: fields and aggregates of the question (``net:sum``, ``day:month``, ``team_id.user_id``)
        """
        needed = {name.split(":")[0].split(".")[0] for name in names if name != "__count"}
        if not all(map(self._can_be_added_up, names)):
            return self.with_context(revenue_rollup=None)
        needed |= {condition.field_expr.split(".")[0] for condition in Domain(domain).iter_conditions()}
        rules = self.env["ir.rule"]._compute_domain(self._name, "read")
        needed |= {condition.field_expr.split(".")[0] for condition in rules.iter_conditions()}
        columns = {column for name in needed for column in COMPUTED.get(name, (name,))}
        for rollup in ROLLUPS:
            if columns <= self._answered_by(rollup):
                return self.with_context(revenue_rollup=rollup)
        return self.with_context(revenue_rollup=None)

    @api.model
    def _can_be_added_up(self, name):
        """Whether an aggregate of lines is the same one of a rollup's rows. What groups lines always is."""
        field, _colon, function = name.partition(":")
        if name == "__count" or field in COMPUTED or field not in self._fields:
            return True
        return function.startswith("sum") if field in MEASURE_COLUMNS else function not in READ_GROUP_AGGREGATE

    @staticmethod
    def _answered_by(rollup):
        return {*rollup.columns, *MEASURE_COLUMNS, *(("documents",) if rollup.counts_documents else ())}

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None):
        names = [*groupby, *aggregates, *self._names_in(order), *(item[0] for item in having if len(item) == 3)]
        model = self._with_rollup(domain, names)
        if model.env.context["revenue_rollup"]:
            # What left a group altogether has been taken out of it, line by line.
            having = [*having, ("lines:sum", "!=", 0)]
        return super(RevenueFact, model)._read_group(domain, groupby, aggregates, having, offset, limit, order)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        names = [*(name for groupby in grouping_sets for name in groupby), *aggregates, *self._names_in(order)]
        model = self._with_rollup(domain, names)
        if not model.env.context["revenue_rollup"]:
            return super(RevenueFact, model)._read_grouping_sets(domain, grouping_sets, aggregates, order)
        found = super(RevenueFact, model)._read_grouping_sets(domain, grouping_sets, (*aggregates, "lines:sum"), order)
        return [
            [row[:-1] for row in rows if row[-1] or not groupby]
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
        if name == "lines":
            return constant("COALESCE(SUM(lines), 0)::int8") if isinstance(rollup, Rollup) else SQL("COUNT(*)")
        if name == "documents":
            if isinstance(rollup, Rollup):
                return constant("COALESCE(SUM(documents), 0)::int8")
            return constant(f"COUNT(DISTINCT {self._fact.link})")
        if name == "customers":
            return SQL("COUNT(DISTINCT partner_id)")
        if name == "cost":
            return SQL("SUM(net - margin)")
        if name == "margin_rate":
            return SQL("SUM(margin) / NULLIF(SUM(net), 0)")
        if name == "realisation":
            return SQL("SUM(net) / NULLIF(SUM(list_amount), 0)")
        if name == "discretionary_rate":
            return SQL("SUM(discretionary_discount) / NULLIF(SUM(list_amount - pricelist_discount), 0)")
        return super()._read_group_select(aggregate_spec, query)

    # ------------------------------------------------------------------
    # One line
    # ------------------------------------------------------------------

    def _field_to_sql(self, alias, field_expr, query=None):
        """Columns that a line does not store."""
        table = SQL.identifier(alias)
        if field_expr in ("lines", "documents", "customers"):
            return SQL("1")
        if field_expr == "cost":
            return SQL("(%s.net - %s.margin)", table, table)
        if field_expr == "margin_rate":
            return SQL("(%s.margin / NULLIF(%s.net, 0))", table, table)
        if field_expr == "realisation":
            return SQL("(%s.net / NULLIF(%s.list_amount, 0))", table, table)
        if field_expr == "discretionary_rate":
            return SQL(
                "(%s.discretionary_discount / NULLIF(%s.list_amount - %s.pricelist_discount, 0))", table, table, table
            )
        return super()._field_to_sql(alias, field_expr, query)

    def action_open_document(self):
        """The order or the invoice of this line."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._fact.document,
            "res_id": self[self._fact.link].id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------
    # Who may read
    # ------------------------------------------------------------------

    @api.model
    def _source_rules(self, mode):
        """The record rules of the source lines and of their documents, as a domain on facts. A rule that asks for what a
        fact does not hold is answered by the sources.

        :rtype: Domain
        """
        fact, rules = self._fact, self.env["ir.rule"]
        try:
            return _translate(rules._compute_domain(fact.line, mode), fact, "line.") & _translate(
                rules._compute_domain(fact.document, mode), fact, ""
            )
        except _NotOfFacts:
            lines = self.env[fact.line]._search(Domain(fact.link, "any", Domain.TRUE))
            documents = self.env[fact.document]._search(Domain.TRUE)
            return Domain("id", "in", lines) & Domain(fact.link, "in", documents)


class _NotOfFacts(Exception):
    """A rule asks for a field that facts do not have."""


def _translate(domain, fact, prefix):
    """A domain on source lines (prefix ``line.``) or documents (no prefix) as a domain on facts.

    :raises _NotOfFacts: a field has no equal
    """

    def condition(item):
        name, _dot, rest = item.field_expr.partition(".")
        if prefix and name == fact.link:
            if rest:
                return _translate(Domain(rest, item.operator, item.value), fact, "")
            if item.operator in ("any", "any!") and isinstance(item.value, Domain):
                return _translate(item.value, fact, "")
            if item.operator in ("not any", "not any!") and isinstance(item.value, Domain):
                return ~_translate(item.value, fact, "")
        if not rest and prefix + name in fact.fixed and item.operator in ("=", "in", "!=", "not in"):
            values = {item.value} if isinstance(item.value, str) else set(item.value or ())
            own = set(fact.fixed[prefix + name])
            if own <= values or not own & values:
                return Domain(own <= values) if item.operator in ("=", "in") else ~Domain(own <= values)
        if prefix + name not in fact.fields:
            raise _NotOfFacts(prefix + name)
        return Domain(".".join(filter(None, (fact.fields[prefix + name], rest))), item.operator, item.value)

    return domain.map_conditions(condition)


class RevenueFactBooked(models.Model):
    _name = "revenue.fact.booked"
    _description = "Bookings"
    _inherit = ["revenue.fact"]
    _auto = False
    _fact = FACTS["booked"]

    order_id = fields.Many2one("sale.order", "Sales Order", readonly=True)
    documents = fields.Integer("Orders")


class RevenueFactInvoiced(models.Model):
    _name = "revenue.fact.invoiced"
    _description = "Invoiced Revenue"
    _inherit = ["revenue.fact"]
    _auto = False
    _fact = FACTS["invoiced"]

    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    documents = fields.Integer("Invoices")
    refunded = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="What credit notes took back; the net amount is without it.",
    )
