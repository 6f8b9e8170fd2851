"""What can be measured, and by what: declarations only.

A *measure* is an aggregate of one kind of fact, named as the model of that fact names it. Adding a measure is adding an
entry, never a branch in the query.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """An aggregate of facts.

    :param label: what people call it, in English; the selection fields translate it
    :param fact: which facts: a key of ``FACTS``
    :param aggregate: field and function of the fact's model
    :param monetary: in the company's currency, else a plain number
    :param first_order: counts only the first confirmed order of each customer of the company
    :param never_falls: counts what happens, so that nothing can take away from it
    :param decimals: of an amount of it that people enter, where it is not money: counts are whole
    """

    label: str
    fact: str
    aggregate: str
    monetary: bool = False
    first_order: bool = False
    never_falls: bool = False
    decimals: int = 0


MEASURES = {
    "booked": Measure("Booked Amount", "booked", "net:sum", monetary=True),
    "invoiced": Measure("Invoiced Amount", "invoiced", "net:sum", monetary=True),
    "margin": Measure("Margin", "booked", "margin:sum", monetary=True),
    "quantity": Measure("Quantity", "booked", "quantity:sum", decimals=2),
    "orders": Measure("Orders", "booked", "documents:sum", never_falls=True),
    "new_customers": Measure("New Customers", "booked", "documents:sum", first_order=True, never_falls=True),
    "customers": Measure("Customers", "booked", "customers:sum"),
    "list_amount": Measure("List Amount", "booked", "list_amount:sum", monetary=True),
    "pricelist_discount": Measure("Pricelist Discount", "booked", "pricelist_discount:sum", monetary=True),
    "discretionary_discount": Measure("Discretionary Discount", "booked", "discretionary_discount:sum", monetary=True),
    "promotion_discount": Measure("Promotion Discount", "booked", "promotion_discount:sum", monetary=True),
    "prepaid": Measure("Gift Cards and Top-Ups Sold", "booked", "prepaid:sum", monetary=True),
    "lines": Measure("Order Lines", "booked", "lines:sum"),
    "refunded": Measure("Refunded Amount", "invoiced", "refunded:sum", monetary=True),
    "invoiced_quantity": Measure("Invoiced Quantity", "invoiced", "quantity:sum"),
    "invoiced_margin": Measure("Invoiced Margin", "invoiced", "margin:sum", monetary=True),
    "invoiced_prepaid": Measure("Gift Cards and Top-Ups Invoiced", "invoiced", "prepaid:sum", monetary=True),
    "invoices": Measure("Invoices and Credit Notes", "invoiced", "documents:sum"),
}


def register_measure(name, measure):
    """Add a measure, for an addon that knows more of revenue.

    :param str name: how questions call it
    :param Measure measure: what it is
    :raises ValueError: where there is one of this name
    """
    if name in MEASURES:
        raise ValueError(f"There is a measure {name!r} already.")
    MEASURES[name] = measure


# Money in advance, which is no revenue.
PREPAID = {"prepaid", "invoiced_prepaid"}

# Dimension → field of the facts, and what its days are truncated to.
DIMENSIONS = {
    "company": ("company_id", None),
    "team": ("team_id", None),
    "user": ("user_id", None),
    "credited": ("credited_id", None),
    "customer": ("partner_id", None),
    "segment": ("partner_id.industry_id", None),
    "country": ("country_id", None),
    "channel": ("channel_id", None),
    "product": ("product_id", None),
    "category": ("category_id", None),
    "currency": ("currency_id", None),
    "discount_origin": ("discount_origin", None),
    "program": ("program_id", None),
    # The order, or the invoice: a field of its own in each kind of facts.
    "document": (None, None),
    "day": ("day", None),
    "week": ("day", "week"),
    "month": ("day", "month"),
    "quarter": ("day", "quarter"),
    "year": ("day", "year"),
}
