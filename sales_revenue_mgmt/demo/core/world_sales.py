"""What is sold in the demo world: the same orders each time, on the days of the months that end today. No Odoo."""

import calendar
import datetime
import random
from dataclasses import dataclass, field

from .world_cast import GROUPS, LARGEST_SHARE, MONTHS, PARTNER_DISCOUNT, PRICE_INCREASE, PRODUCTS, SELLERS, SINGLE

SEASON = (0.93, 0.95, 1.04, 1.0, 1.01, 1.03, 0.92, 0.88, 1.04, 1.06, 1.08, 1.06)
GROWTH = 0.006
CUSTOMERS = tuple(name for members in GROUPS.values() for name in members) + SINGLE
LARGEST = next(iter(GROUPS.values()))
CATALOGUE = tuple(product for products in PRODUCTS.values() for product in products)
# How a line's price came about: the share of lines, and what is taken off in percent.
WAYS = (("percent", 0.11, (5, 10, 15)), ("price", 0.05, (4, 6, 9)), ("percent_price", 0.02, (5,)))


@dataclass
class Line:
    product: int
    quantity: int
    listed: float
    pricelist: float
    price: float
    discount: float
    origin: str | None
    cost: float

    @property
    def net(self):
        return round(self.price * self.quantity * (1 - self.discount / 100) + 1e-9, 2)

    @property
    def margin(self):
        return round(self.net - self.cost * self.quantity, 2)


@dataclass
class Order:
    """
    :param fate: ``sale``, or what became of a quotation: ``draft``, ``sent``, ``cancel``
    :param invoiced: the day of the invoice; ``None``: not yet
    :param refunded: the day on which the first line was credited; ``None``: it was not
    """

    seller: int
    customer: int
    day: datetime.date
    fate: str
    partner_prices: bool
    lines: list = field(default_factory=list)
    invoiced: datetime.date | None = None
    refunded: datetime.date | None = None

    @property
    def net(self):
        return round(sum(line.net for line in self.lines), 2)

    @property
    def margin(self):
        return round(sum(line.margin for line in self.lines), 2)


def month_start(day, months=0):
    index = day.year * 12 + day.month - 1 + months
    return datetime.date(index // 12, index % 12 + 1, 1)


def quota(seller, month, first):
    """What a seller is to sell in a month.

    :param datetime.date month: its first day
    :param datetime.date first: the first day of the first month
    """
    age = (month.year - first.year) * 12 + month.month - first.month
    return SELLERS[seller].quota * SEASON[month.month - 1] * (1 + GROWTH * (age - MONTHS / 2))


def sales(today):
    """All orders of the months until the end of this year; what lies after yesterday is what is to be expected.

    :rtype: list[Order]
    """
    dice = random.Random(19)
    first = month_start(today, 1 - MONTHS)
    raised = month_start(today, -6)
    orders = []
    sold, to_largest = 0.0, 0.0
    month = first
    while month.year <= today.year:
        days = _working_days(month)
        for seller, person in enumerate(SELLERS):
            goal = quota(seller, month, first) * person.pace * dice.uniform(0.96, 1.04)
            count = dice.choice((4, 4, 5))
            weights = [dice.uniform(0.6, 1.4) for _number in range(count)]
            for number, weight in enumerate(weights):
                day = days[int((number + dice.random()) / count * len(days))]
                value = goal * weight / sum(weights)
                largest = to_largest < LARGEST_SHARE * sold
                customer = _customer(dice, seller, largest)
                order = _order(dice, seller, customer, day, value, day >= raised)
                sold += order.net
                to_largest += order.net if largest else 0.0
                _invoice(dice, order)
                orders.append(order)
            if dice.random() < 0.5:
                day = dice.choice(days)
                quotation = _order(dice, seller, _customer(dice, seller, False), day, goal / 4, day >= raised)
                fate = dice.choice(("draft", "sent"))
                quotation.fate = fate if (today - day).days < 45 else "cancel"
                orders.append(quotation)
        month = month_start(month, 1)
    return sorted(orders, key=lambda order: order.day)


def until_yesterday(orders, today):
    """What has happened: orders, invoices and credit notes before today."""
    happened = [order for order in orders if order.day < today]
    for order in happened:
        if order.invoiced and order.invoiced >= today:
            order.invoiced = order.refunded = None
        elif order.refunded and order.refunded >= today:
            order.refunded = None
    return happened


def _working_days(month):
    last = calendar.monthrange(month.year, month.month)[1]
    days = [month.replace(day=number) for number in range(1, last + 1)]
    return [day for day in days if day.weekday() < 5]


def _customer(dice, seller, largest):
    """Of the largest group, or one of a seller's own: each has some, a few of which buy most."""
    if largest:
        return seller % len(LARGEST)
    others = range(len(LARGEST), len(CUSTOMERS))
    own = [customer for customer in others if customer % len(SELLERS) == seller]
    return dice.choices(own, [1 / (rank + 1) for rank in range(len(own))])[0]


def _order(dice, seller, customer, day, value, raised):
    singles = len(CUSTOMERS) - len(SINGLE)
    order = Order(seller, customer, day, "sale", customer >= singles and customer % 5 == 0)
    products = dice.sample(range(len(CATALOGUE)), dice.choice((1, 2, 2, 3, 3, 4)))
    # The dearest first; the cheaper ones fill up what is left of the value.
    products.sort(key=lambda product: -CATALOGUE[product][2])
    left = value
    for place, product in enumerate(products):
        _key, _name, now, cost = CATALOGUE[product]
        listed = float(now if raised else round(now / (1 + PRICE_INCREASE / 100)))
        quantity = round(left / (len(products) - place) / listed)
        if quantity < 1 and (order.lines or place < len(products) - 1):
            continue
        line = _line(dice, product, max(quantity, 1), listed, cost, order.partner_prices)
        left -= line.net
        order.lines.append(line)
    return order


def _line(dice, product, quantity, listed, cost, partner_prices):
    pricelist = round(listed * (1 - PARTNER_DISCOUNT / 100), 2) if partner_prices else listed
    price, discount, origin = pricelist, 0.0, None
    roll = dice.random()
    for way, share, steps in WAYS:
        roll -= share
        if roll < 0:
            # Whole prices under a discount %, so that no subtotal has half a cent, which Odoo may round either way.
            origin, step = "price" if partner_prices else way, dice.choice(steps)
            if origin != "percent":
                price = float(round(pricelist * (1 - step / 100)))
            if origin != "price":
                discount = float(step)
            break
    return Line(product, quantity, listed, pricelist, price, discount, origin, float(cost))


def _invoice(dice, order):
    if dice.random() < 0.94:
        order.invoiced = order.day + datetime.timedelta(days=dice.randint(1, 8))
        if dice.random() < 0.04:
            order.refunded = order.invoiced + datetime.timedelta(days=dice.randint(5, 25))
