"""Facts as Odoo's views see them: the fields of a line of revenue, and what a line can do.

Where the rows come from is in ``revenue_fact_table.py``, how they are grouped in ``revenue_fact_group.py``, and who may read
them in ``revenue_fact_rules.py``.
"""

from collections import Counter

from odoo import api, fields, models
from odoo.tools import SQL

from .fields import Ratio
from .schema import of_table
from .sources import COST, MEASURE_COLUMNS, RATIOS


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
    program_id = fields.Many2one("loyalty.program", "Promotion", readonly=True, help="The program of a reward.")
    shared = fields.Boolean("Shared with Me", readonly=True, help="You are credited with a part of it.")
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
    prepaid = fields.Monetary(
        "Gift Cards and Top-Ups",
        currency_field="company_currency_id",
        readonly=True,
        help="Gift cards that were sold and e-wallets that were filled up: a liability, no revenue.",
    )
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
    # One line
    # ------------------------------------------------------------------

    def _field_to_sql(self, alias, field_expr, query=None):
        """Columns that a line does not store."""
        if field_expr in ("documents", "customers"):
            return SQL("1")
        if field_expr == "cost":
            return of_table(COST, alias)
        if field_expr in RATIOS:
            numerator, denominator = (of_table(text, alias) for text in RATIOS[field_expr])
            return SQL("(%s / NULLIF(%s, 0))", numerator, denominator)
        return super()._field_to_sql(alias, field_expr, query)

    # A discount that counts for several lines has several rows. As a record it is their sum: of all of them, or of those that
    # were searched for.

    def _fetch_query(self, query, fields):
        fetched = super()._fetch_query(query, fields)
        ids = fetched.ids
        several = [id_ for id_, number in Counter(ids).items() if number > 1]
        if not several:
            return fetched
        columns = [field for field in fields if field.column_type and field.name != "id"]
        query.add_where(SQL("%s = ANY(%s)", SQL.identifier(self._table, "id"), several))
        query.order = query.limit = query.offset = None
        query.groupby = SQL.identifier(self._table, "id")
        terms = [self._whole(field, self._field_to_sql(self._table, field.name, query)) for field in columns]
        rows = self.env.execute_query(query.select(query.groupby, *terms))
        records = self.browse(row[0] for row in rows)
        for index, field in enumerate(columns, start=1):
            records.invalidate_recordset([field.name], flush=False)
            field._insert_cache(records, [row[index] for row in rows])
        return self.browse(dict.fromkeys(ids))

    @staticmethod
    def _whole(field, column):
        """SQL for what several rows of a line have together: sums, and what all of them have alike."""
        if field.name in (*MEASURE_COLUMNS, "lines"):
            return SQL("SUM(%s)", column)
        if field.name == "cost":
            return SQL("SUM(%s)", column)
        return SQL(
            "CASE WHEN COUNT(DISTINCT %s) = 1 AND COUNT(%s) = COUNT(*) THEN (array_agg(%s))[1] END", *[column] * 3
        )

    def search_count(self, domain, limit=None):
        if limit is not None:
            return super().search_count(domain, limit)
        query = self._search(domain)
        if query.is_empty():
            return 0
        ids = SQL.identifier(self._table, "id")
        return self.env.execute_query(query.select(SQL("COUNT(DISTINCT %s)", ids)))[0][0]

    def action_open_document(self):
        """The order or the invoice of this line."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._fact.document,
            "res_id": self[self._fact.link].id,
            "views": [(False, "form")],
        }
