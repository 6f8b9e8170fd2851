"""What can be measured, and by what: declarations only.

A *source* says which of Odoo's records carry a measure, which of them count as revenue, and how each dimension is read
from them. A *measure* is an aggregate over one source. Adding a measure is adding an entry, never a branch in the query.

SQL fragments are constants of this file; ``{line}``, ``{doc}``, ``{partner}``, ``{company}``, ``{template}``, ``{uom_line}``
and ``{uom_product}`` stand for the aliases that the query builder joins when a fragment names them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """Where a measure comes from.

    :param model: the model whose rows are aggregated
    :param document: the model of the documents behind these rows, to which a number drills down
    :param link: field of ``model`` that leads to the document; empty where rows are documents
    :param lines: field of ``document`` that leads to its lines
    :param user_field: field of the document that names the salesperson
    :param day: field of the document that carries the day of the revenue
    :param day_is_utc: whether that field is a moment in UTC, to be read in the company's business time zone
    :param document_domain: which documents count
    :param line_domain: which rows of such a document count
    """

    model: str
    document: str
    link: str
    lines: str
    user_field: str
    day: str
    day_is_utc: bool
    document_domain: tuple
    line_domain: tuple = ()


CONFIRMED = (("state", "=", "sale"),)
POSTED = (("state", "=", "posted"), ("move_type", "in", ("out_invoice", "out_refund")))

BOOKED_LINES = Source(
    model="sale.order.line",
    document="sale.order",
    link="order_id",
    lines="order_line",
    user_field="user_id",
    day="date_order",
    day_is_utc=True,
    document_domain=CONFIRMED,
    # Sections and notes have a display type; a down payment is money in advance, not revenue.
    line_domain=(("display_type", "=", False), ("is_downpayment", "=", False)),
)
ORDERS = Source(
    model="sale.order",
    document="sale.order",
    link="",
    lines="order_line",
    user_field="user_id",
    day="date_order",
    day_is_utc=True,
    document_domain=CONFIRMED,
)
INVOICED_LINES = Source(
    model="account.move.line",
    document="account.move",
    link="move_id",
    lines="invoice_line_ids",
    user_field="invoice_user_id",
    day="invoice_date",
    day_is_utc=False,
    document_domain=POSTED,
    line_domain=(("display_type", "=", "product"), ("is_downpayment", "=", False)),
)

# An order's own rate: units of its currency for one of the company's, as of the order date.
_AT_ORDER_RATE = "/ CASE WHEN COALESCE({doc}.currency_rate, 0) = 0 THEN 1 ELSE {doc}.currency_rate END"


@dataclass(frozen=True)
class Measure:
    """An additive aggregate.

    :param label: what people call it, in English; the selection fields translate it
    :param source: where it comes from
    :param sql: the aggregate, over the aliases of the query builder
    :param monetary: in the company's currency, else a plain number
    :param first_order: counts only the first confirmed order of each customer of the company
    """

    label: str
    source: Source
    sql: str
    monetary: bool = False
    first_order: bool = False


MEASURES = {
    "booked": Measure(
        "Booked Amount", BOOKED_LINES, "SUM({line}.price_subtotal " + _AT_ORDER_RATE + ")", monetary=True
    ),
    "invoiced": Measure("Invoiced Amount", INVOICED_LINES, "SUM(-{line}.balance)", monetary=True),
    "margin": Measure("Margin", BOOKED_LINES, "SUM({line}.margin " + _AT_ORDER_RATE + ")", monetary=True),
    "quantity": Measure(
        "Quantity", BOOKED_LINES, "SUM({line}.product_uom_qty * {uom_line}.factor / {uom_product}.factor)"
    ),
    "orders": Measure("Orders", ORDERS, "COUNT(*)"),
    "new_customers": Measure("New Customers", ORDERS, "COUNT(*)", first_order=True),
}

# A list, not a method: Odoo checks written values against a list only.
MEASURE_SELECTION = [(name, measure.label) for name, measure in MEASURES.items()]

# Dimension → SQL; "{day}" is the business day of the source, put in place before the aliases.
DIMENSIONS = {
    "company": "{doc}.company_id",
    "team": "{doc}.team_id",
    "user": "{doc}.{user_field}",
    "customer": "{partner}.commercial_partner_id",
    "country": "{partner}.country_id",
    "product": "{line}.product_id",
    "category": "{template}.categ_id",
    "day": "{day}",
    "week": "date_trunc('week', {day})::date",
    "month": "date_trunc('month', {day})::date",
    "quarter": "date_trunc('quarter', {day})::date",
    "year": "date_trunc('year', {day})::date",
}
