"""What the facts are made of: declarations only, in SQL.

A *fact* is one line of revenue, narrow and denormalised: an order line of a confirmed order, or a line of a posted customer
invoice or credit note. A *rollup* is a small daily aggregate of one kind of fact.

Adding a dimension, a measure or a rollup is adding an entry here, and the columns that it reads to ``watches.py``;
creating, refreshing, choosing and reading them is generic code. Another addon registers its own; it extends
``revenue.fact.refresh``, so that its installation makes the tables and triggers.
"""

from dataclasses import dataclass

from .spread import IS_SPREAD, NOT_PAYMENT, NOT_SPREAD, columns, parts

# Dimensions of a line beside its id, its document, its company and its day: name → PostgreSQL type.
DIMENSION_COLUMNS = {
    "partner_id": "int4",
    "country_id": "int4",
    "team_id": "int4",
    "user_id": "int4",
    "channel_id": "int4",
    "product_id": "int4",
    "category_id": "int4",
    "currency_id": "int4",
    "discount_origin": "text",
    "price_captured": "bool",
    "program_id": "int4",
}
# What is added up. Money is in the company's currency at the document's own rate, never rounded before it is added. The net
# amount is NULL where a line is no revenue, but the sale of a gift card or a top-up: neither an order nor a customer.
MEASURE_COLUMNS = (
    "quantity",
    "list_amount",
    "pricelist_discount",
    "discretionary_discount",
    "promotion_discount",
    "net",
    "refunded",
    "margin",
    "prepaid",
)

# Quotients: name → numerator, denominator, over columns of a line; ``{0}`` stands for the table. Taken of sums, in a group.
RATIOS = {
    "margin_rate": ("{0}.margin", "{0}.net"),
    "realisation": ("{0}.net", "{0}.list_amount"),
    "discretionary_rate": ("{0}.discretionary_discount", "({0}.list_amount - {0}.pricelist_discount)"),
}
COST = "({0}.net - {0}.margin)"


@dataclass(frozen=True)
class Rollup:
    """A daily aggregate of a fact: company × day × some dimensions.

    :param dimensions: names from ``DIMENSION_COLUMNS``
    """

    name: str
    dimensions: tuple

    @property
    def columns(self):
        """The columns that can be asked for, beside the measures."""
        return ("company_id", "day", *self.dimensions)


# The smaller the earlier: the first that can answer is taken.
ROLLUPS = [
    Rollup("day", ()),
    Rollup("who", ("team_id", "user_id", "channel_id")),
    Rollup("what", ("category_id",)),
    Rollup("whom", ("partner_id", "country_id")),
]


@dataclass(frozen=True, eq=False)
class Fact:
    """One kind of revenue.

    :param name: ``booked`` or ``invoiced``
    :param model: the model that shows it
    :param document: the model of the documents that it comes from
    :param line: the model of their lines
    :param link: the line's field that leads to the document; also the name of the fact's own column
    :param lines: the document's field that leads to its lines
    :param day: the document's field that carries the day, as a domain on documents names it
    :param day_is_utc: whether that field is a moment in UTC, to be read in the company's business time zone
    :param document_domain: which documents count, as a domain
    :param line_domain: which of their lines count, as a domain
    :param fixed: field of the document → values that it has for every fact, for rules that ask for it
    :param own_dimensions: names from ``DIMENSION_COLUMNS`` that all lines of a document have in common
    :param fields: field of the document or the line (``line.field``) → the fact's column that always equals it
    :param kind: what its documents are called in the dirty log
    :param select: column → SQL over ``line``, ``doc`` and what ``source`` joins
    :param source: the SQL after FROM
    :param where: the SQL condition of lines that count
    :param spread_select: columns that differ where a line counts for others of its document (``revenue_fact_spread.py``)
    :param spread_source: the SQL after FROM for such lines
    :param resolve: other kinds of keys → SQL for the documents that such keys lead to, now; ``{keys}`` stands for them
    :param credit_source: the SQL after FROM that leads from ``credit``, shares of orders, to ``doc``; ``{credit}`` stands for
        the table of shares (``revenue.fact._credit_table``)
    :param credit_order: SQL for the order that decides who is credited with a line; ``{0}`` stands for the table of lines
    :param first_orders: whether the first document of a customer makes a new customer (``revenue_fact_first.py``)
    :param credit_documents: whether all lines of a document are credited to the same people, so that its shares add up to it
    """

    name: str
    model: str
    document: str
    line: str
    link: str
    lines: str
    day: str
    day_is_utc: bool
    document_domain: tuple
    line_domain: tuple
    fixed: dict
    fields: dict
    kind: str
    select: dict
    source: str
    where: str
    spread_select: dict
    spread_source: str
    resolve: dict
    credit_source: str
    credit_order: str
    credit_documents: bool
    own_dimensions: tuple = ("partner_id", "country_id", "team_id", "user_id", "channel_id", "currency_id")
    first_orders: bool = False

    @property
    def table(self):
        return f"revenue_fact_{self.name}"

    def counts_documents(self, rollup):
        """Whether each document is in one row only of a company and a day, so that numbers of documents can be added up."""
        return set(rollup.dimensions) <= set(self.own_dimensions)

    def rollup_table(self, rollup):
        return f"revenue_rollup_{self.name}_{rollup.name}"

    @property
    def columns(self):
        """Column → PostgreSQL type, in the order of the table."""
        return {
            "id": "int4",
            self.link: "int4",
            "company_id": "int4",
            "day": "date",
            **DIMENSION_COLUMNS,
            # 1; 0 for the further rows of a line that counts for several, and for what is no revenue.
            "lines": "int2",
            **dict.fromkeys(MEASURE_COLUMNS, "numeric"),
        }

    @property
    def prepaid_domain(self):
        """Lines that are gift cards or top-ups, as a domain."""
        return tuple(
            ("revenue_line_kind", "=", "prepaid") if part[0] == "revenue_line_kind" else part
            for part in self.line_domain
        )

    @property
    def selects(self):
        """The facts of all lines, as SELECTs, each with the conditions that end it.

        :rtype: list[str]
        """
        branches = (
            (self.select, self.source, NOT_SPREAD),
            ({**self.select, **self.spread_select}, self.spread_source, IS_SPREAD),
        )
        return [
            f"SELECT {', '.join(f'{select[name]} AS {name}' for name in self.columns)} FROM {source}"
            f" WHERE {self.where} AND {kind.format('line')}"
            for select, source, kind in branches
        ]


# Lines from before the capture are put together again from what Odoo keeps: the price before an edit by hand, and the
# discount. The quotient of subtotal and gross takes taxes out of prices that include them; where it says nothing, or something
# wrong, the price without taxes was written down when this application was installed (``revenue_line_kind.py``).
_PRICES = """
    CROSS JOIN LATERAL (
        SELECT line.revenue_line_kind IS NOT DISTINCT FROM 'free' AS reward,
               line.revenue_line_kind IS NOT DISTINCT FROM 'prepaid' AS prepaid,
               line.price_unit * {raw_quantity} * (1 - COALESCE(line.discount, 0) / 100) AS gross
    ) AS kind
    CROSS JOIN LATERAL (
        SELECT CASE WHEN kind.prepaid THEN 0
                    WHEN known.price THEN line.revenue_list_price * {quantity}
                    ELSE rebuilt.amount END AS list,
               CASE WHEN kind.prepaid THEN 0
                    WHEN known.price THEN line.revenue_pricelist_price * {quantity}
                    ELSE rebuilt.amount END AS pricelist
          FROM (SELECT round({unit_price} * {quantity} * COALESCE(line.price_subtotal / NULLIF(kind.gross, 0), 1), 4)
               ) AS rebuilt (amount)
         CROSS JOIN (
            SELECT line.revenue_price_captured IS TRUE OR COALESCE(line.revenue_list_price, 0) <> 0
         ) AS known (price)
    ) AS price
"""
_ORIGIN = """
    CASE WHEN kind.reward THEN 'reward'
         WHEN line.revenue_price_captured THEN line.revenue_discount_origin
         WHEN {edited} AND COALESCE(line.discount, 0) <> 0 THEN 'percent_price'
         WHEN {edited} THEN 'price'
         WHEN COALESCE(line.discount, 0) <> 0 THEN 'percent' END
"""
_PRODUCT = """
      LEFT JOIN product_product product ON product.id = line.product_id
      LEFT JOIN product_template template ON template.id = product.product_tmpl_id
      LEFT JOIN uom_uom uom_line ON uom_line.id = line.product_uom_id
      LEFT JOIN uom_uom uom_product ON uom_product.id = template.uom_id
"""
_UNIT = "COALESCE(uom_line.factor, 1) / COALESCE(NULLIF(uom_product.factor, 0), 1)"


def _resolve(table, partner, link, line_table):
    """The documents of keys of other kinds, for one table of documents and one of lines."""
    of_products = f"SELECT l.{link} FROM {line_table} l WHERE l.product_id IN "
    return {
        "partner": f"SELECT d.id FROM {table} d WHERE d.{partner} = ANY({{keys}})",
        "product": f"{of_products} (SELECT unnest({{keys}}))",
        "template": f"{of_products} (SELECT p.id FROM product_product p WHERE p.product_tmpl_id = ANY({{keys}}))",
        "uom": f"SELECT l.{link} FROM {line_table} l LEFT JOIN product_product p ON p.id = l.product_id"
        " LEFT JOIN product_template t ON t.id = p.product_tmpl_id"
        " WHERE l.product_uom_id = ANY({keys}) OR t.uom_id = ANY({keys})",
        "company": f"SELECT d.id FROM {table} d WHERE d.company_id = ANY({{keys}})",
    }


_LINES = "CASE WHEN kind.prepaid THEN 0 ELSE 1 END"
# An order's own rate: units of its currency for one of the company's, as of the order date.
_ORDER_RATE = "COALESCE(NULLIF(doc.currency_rate, 0), 1)"
_ORDER_TECHNICAL = "COALESCE(NULLIF(line.technical_price_unit, 0)::numeric, line.price_unit)"

_ORDER_NET = "COALESCE({0}.price_subtotal, 0)"
# Sections and notes have a display type; a down payment is money in advance, not revenue; of a quantity of 0 nothing is sold.
_ORDER_COUNTS = (
    "{0}.display_type IS NULL AND {0}.is_downpayment IS NOT TRUE AND NOT ({0}.product_uom_qty = 0 AND COALESCE("
    f"{{0}}.price_subtotal, 0) = 0) AND {NOT_PAYMENT}"
)

# An order line that is revenue, which makes an order of its document and a customer of its buyer.
REVENUE_LINE = (
    f"{_ORDER_COUNTS.format('line')} AND (line.revenue_line_kind IS NULL OR line.revenue_line_kind <> 'prepaid')"
)

BOOKED = Fact(
    name="booked",
    model="revenue.fact.booked",
    document="sale.order",
    line="sale.order.line",
    link="order_id",
    lines="order_line",
    day="date_order",
    day_is_utc=True,
    document_domain=(("state", "=", "sale"),),
    line_domain=(
        ("display_type", "=", False),
        ("is_downpayment", "=", False),
        ("revenue_line_kind", "not in", ("payment", "prepaid")),
        "|",
        ("product_uom_qty", "!=", 0),
        ("price_subtotal", "!=", 0),
    ),
    fixed={"state": ("sale",), "line.state": ("sale",)},
    fields={
        "id": "order_id",
        "company_id": "company_id",
        "team_id": "team_id",
        "user_id": "user_id",
        "medium_id": "channel_id",
        "revenue_shared": "shared",
        "currency_id": "currency_id",
        "line.id": "id",
        "line.company_id": "company_id",
        "line.salesman_id": "user_id",
        "line.currency_id": "currency_id",
    },
    kind="order",
    select={
        "id": "line.id",
        "order_id": "doc.id",
        "company_id": "doc.company_id",
        "day": "((doc.date_order AT TIME ZONE 'UTC') AT TIME ZONE COALESCE(company.revenue_tz, 'UTC'))::date",
        "partner_id": "partner.commercial_partner_id",
        "country_id": "partner.country_id",
        "team_id": "doc.team_id",
        "user_id": "doc.user_id",
        "channel_id": "doc.medium_id",
        "product_id": "line.product_id",
        "category_id": "template.categ_id",
        "currency_id": "doc.currency_id",
        "discount_origin": _ORIGIN.format(edited=f"line.price_unit <> {_ORDER_TECHNICAL}"),
        "price_captured": "COALESCE(line.revenue_price_captured, FALSE)",
        "program_id": "line.revenue_program_id",
        "quantity": f"CASE WHEN kind.prepaid THEN 0 ELSE line.product_uom_qty * {_UNIT} END",
        "list_amount": f"price.list / {_ORDER_RATE}",
        "pricelist_discount": f"(price.list - price.pricelist) / {_ORDER_RATE}",
        "discretionary_discount": "CASE WHEN kind.reward OR kind.prepaid THEN 0"
        f" ELSE price.pricelist - COALESCE(line.price_subtotal, 0) END / {_ORDER_RATE}",
        "promotion_discount": "CASE WHEN kind.reward THEN price.pricelist - COALESCE(line.price_subtotal, 0)"
        f" ELSE 0 END / {_ORDER_RATE}",
        "net": f"CASE WHEN kind.prepaid THEN NULL ELSE {_ORDER_NET.format('line')} / {_ORDER_RATE} END",
        "refunded": "0::numeric",
        "margin": f"CASE WHEN kind.prepaid THEN 0 ELSE COALESCE(line.margin, 0) / {_ORDER_RATE} END",
        "prepaid": f"CASE WHEN kind.prepaid THEN {_ORDER_NET.format('line')} / {_ORDER_RATE} ELSE 0 END",
        "lines": _LINES,
    },
    source=f"""
           sale_order doc
      JOIN sale_order_line line ON line.order_id = doc.id
      JOIN res_company company ON company.id = doc.company_id
      JOIN res_partner partner ON partner.id = doc.partner_id
      {_PRODUCT}
      {
        _PRICES.format(
            quantity="line.product_uom_qty",
            raw_quantity="line.product_uom_qty",
            unit_price=_ORDER_TECHNICAL,
        )
    }
    """,
    where=f"doc.state = 'sale' AND {_ORDER_COUNTS.format('line')}",
    spread_select=columns(
        net=_ORDER_NET.format("line"),
        rate=_ORDER_RATE,
        cost=f"({_ORDER_NET.format('line')} - COALESCE(line.margin, 0))",
    ),
    spread_source=f"""
           sale_order doc
      JOIN sale_order_line line ON line.order_id = doc.id
      JOIN res_company company ON company.id = doc.company_id
      JOIN res_partner partner ON partner.id = doc.partner_id
      LEFT JOIN res_currency cents ON cents.id = doc.currency_id
      {
        parts(
            lines="sale_order_line",
            link="order_id",
            net=_ORDER_NET,
            ordered="{0}.id",
            counts=f"{_ORDER_COUNTS} AND {NOT_SPREAD}",
        )
    }
    """,
    resolve=_resolve("sale_order", "partner_id", "order_id", "sale_order_line"),
    credit_source="{credit} credit JOIN sale_order doc ON doc.id = credit.order_id",
    credit_order="{0}.order_id",
    credit_documents=True,
    first_orders=True,
)

# Credit notes count negative.
_SIGN = "CASE WHEN doc.move_type = 'out_refund' THEN -1 ELSE 1 END"
_MOVE_RATE = "COALESCE(NULLIF(doc.invoice_currency_rate, 0), 1)"
_MOVE_QUANTITY = f"(COALESCE(line.quantity, 0) * {_SIGN})"
_MOVE_NET = "(-COALESCE({0}.balance, 0))"
_MOVE_COST = f"COALESCE(line.revenue_unit_cost, 0)::numeric * {_MOVE_QUANTITY}"
_MOVE_COUNTS = (
    "{0}.display_type = 'product' AND {0}.is_downpayment IS NOT TRUE AND NOT (COALESCE({0}.quantity, 0) = 0 AND COALESCE("
    f"{{0}}.balance, 0) = 0) AND {NOT_PAYMENT}"
)
_MOVE_SPREAD = columns(net=_MOVE_NET.format("line"), rate="1", cost=_MOVE_COST)

INVOICED = Fact(
    name="invoiced",
    model="revenue.fact.invoiced",
    document="account.move",
    line="account.move.line",
    link="move_id",
    lines="invoice_line_ids",
    day="invoice_date",
    day_is_utc=False,
    document_domain=(("state", "=", "posted"), ("move_type", "in", ("out_invoice", "out_refund"))),
    line_domain=(
        ("display_type", "=", "product"),
        ("is_downpayment", "=", False),
        ("revenue_line_kind", "not in", ("payment", "prepaid")),
        "|",
        ("quantity", "!=", 0),
        ("balance", "!=", 0),
    ),
    fixed={
        "state": ("posted",),
        "move_type": ("out_invoice", "out_refund"),
        "line.parent_state": ("posted",),
        "line.display_type": ("product",),
    },
    fields={
        "id": "move_id",
        "company_id": "company_id",
        "team_id": "team_id",
        "invoice_user_id": "user_id",
        "medium_id": "channel_id",
        "revenue_shared": "shared",
        "currency_id": "currency_id",
        "invoice_date": "day",
        "line.id": "id",
        "line.company_id": "company_id",
    },
    kind="move",
    select={
        "id": "line.id",
        "move_id": "doc.id",
        "company_id": "doc.company_id",
        "day": "doc.invoice_date",
        "partner_id": "partner.commercial_partner_id",
        "country_id": "partner.country_id",
        "team_id": "doc.team_id",
        "user_id": "doc.invoice_user_id",
        "channel_id": "doc.medium_id",
        "product_id": "line.product_id",
        "category_id": "template.categ_id",
        "currency_id": "doc.currency_id",
        "discount_origin": _ORIGIN.format(edited="FALSE"),
        "price_captured": "COALESCE(line.revenue_price_captured, FALSE)",
        "program_id": "line.revenue_program_id",
        "quantity": f"CASE WHEN kind.prepaid THEN 0 ELSE {_MOVE_QUANTITY} * {_UNIT} END",
        "list_amount": f"price.list / {_MOVE_RATE}",
        "pricelist_discount": f"(price.list - price.pricelist) / {_MOVE_RATE}",
        # The rest, so that the waterfall adds up to what the ledger says.
        "discretionary_discount": "CASE WHEN kind.reward OR kind.prepaid THEN 0"
        f" ELSE price.pricelist / {_MOVE_RATE} + line.balance END",
        "promotion_discount": f"CASE WHEN kind.reward THEN price.pricelist / {_MOVE_RATE} + line.balance ELSE 0 END",
        "net": "CASE WHEN kind.prepaid THEN NULL ELSE -line.balance END",
        "refunded": "CASE WHEN doc.move_type = 'out_refund' AND NOT kind.prepaid THEN line.balance ELSE 0 END",
        "margin": f"CASE WHEN kind.prepaid THEN 0 ELSE -line.balance - {_MOVE_COST} END",
        "prepaid": "CASE WHEN kind.prepaid THEN -line.balance ELSE 0 END",
        "lines": _LINES,
    },
    source=f"""
           account_move doc
      JOIN account_move_line line ON line.move_id = doc.id
      LEFT JOIN res_partner partner ON partner.id = doc.partner_id
      {_PRODUCT}
      {
        _PRICES.format(
            quantity=_MOVE_QUANTITY,
            raw_quantity="COALESCE(line.quantity, 0)",
            unit_price="line.price_unit",
        )
    }
    """,
    where="doc.state = 'posted' AND doc.move_type IN ('out_invoice', 'out_refund') AND doc.invoice_date IS NOT NULL"
    f" AND {_MOVE_COUNTS.format('line')}",
    spread_select={
        **_MOVE_SPREAD,
        "refunded": f"CASE WHEN doc.move_type = 'out_refund' THEN -COALESCE({_MOVE_SPREAD['net']}, 0) ELSE 0 END",
    },
    spread_source=f"""
           account_move doc
      JOIN account_move_line line ON line.move_id = doc.id
      JOIN res_company company ON company.id = doc.company_id
      LEFT JOIN res_partner partner ON partner.id = doc.partner_id
      LEFT JOIN res_currency cents ON cents.id = company.currency_id
      {
        parts(
            lines="account_move_line",
            link="move_id",
            net=_MOVE_NET,
            ordered="{0}.revenue_order_line",
            counts=f"{_MOVE_COUNTS} AND {NOT_SPREAD}",
        )
    }
    """,
    resolve=_resolve("account_move", "partner_id", "move_id", "account_move_line"),
    credit_source="""
           {credit} credit
      JOIN sale_order_line ordered ON ordered.order_id = credit.order_id
      JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = ordered.id
      JOIN account_move_line line ON line.id = rel.invoice_line_id
      JOIN account_move doc ON doc.id = line.move_id
    """,
    # Odoo invoices each order line by itself; if others put several together, the first has it.
    credit_order="""(
        SELECT ordered.order_id FROM sale_order_line_invoice_rel rel
          JOIN sale_order_line ordered ON ordered.id = rel.order_line_id
         WHERE rel.invoice_line_id = {0}.id ORDER BY ordered.id LIMIT 1
    )""",
    credit_documents=False,
)

FACTS = {fact.name: fact for fact in (BOOKED, INVOICED)}


def register_fact(fact):
    """Add a kind of revenue, for an addon that knows of another. Its model inherits ``revenue.fact``.

    :param Fact fact: what it is made of
    :raises ValueError: where there is one of this name
    """
    if fact.name in FACTS:
        raise ValueError(f"There are facts {fact.name!r} already.")
    FACTS[fact.name] = fact


def register_rollup(rollup):
    """Add a rollup to all kinds of facts. It is asked after those that are there.

    :param Rollup rollup: what it aggregates
    :raises ValueError: where there is one of this name, or a dimension is not known
    """
    unknown = set(rollup.dimensions) - set(DIMENSION_COLUMNS)
    if unknown or any(rollup.name == other.name for other in ROLLUPS):
        raise ValueError(f"The rollup {rollup.name!r} is there already, or facts have no {', '.join(sorted(unknown))}.")
    ROLLUPS.append(rollup)
