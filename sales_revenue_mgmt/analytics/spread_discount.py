"""What a discount on a whole order, or a reward, takes off which line. Plain Python, no Odoo.

``report/facts/spread.py`` is the same rule in SQL, for what is saved; a test holds the two equal.
"""

from collections import namedtuple
from decimal import ROUND_HALF_UP, Decimal

from .apportion import apportion

#: A line that a discount may be spread over: ``key``, ``amount`` (its net amount), ``taxes`` (anything that can be compared).
Line = namedtuple("Line", "key amount taxes")


def spread_discount(amount, taxes, lines, over=None, decimals=2):
    """Spread a discount over the lines that it was given for, in whole units of a currency.

    :param amount: of the discount, as it stands in the order: below zero
    :param taxes: those of the discount
    :param list[Line] lines: those of the order that are sold: neither discounts nor payments
    :param over: keys of the lines that it was given for; ``None`` for all of them
    :param int decimals: of the currency
    :return: key → part, of those that get one, that with the largest remainder first; empty if there is nothing to spread it
        over
    :rtype: dict[object, Decimal]
    """
    chosen = _nearest(taxes, lines, over)
    if not chosen:
        return {}
    amount, scale = _exact(amount), Decimal(10) ** decimals
    sign = -1 if amount < 0 else 1
    whole = int((abs(amount) * scale).quantize(Decimal(1), ROUND_HALF_UP))
    weights = [abs(_exact(line.amount)) for line in chosen]
    units = apportion(whole, weights)
    parts = [sign * Decimal(unit) / scale for unit in units]
    # What is less than a unit goes where the first remainder went.
    total = sum(weights)
    first = min(range(len(chosen)), key=lambda index: -(whole * weights[index] % total))
    parts[first] += amount - sum(parts)
    return {
        chosen[index].key: parts[index]
        for index in sorted(range(len(chosen)), key=lambda index: index != first)
        if parts[index] or index == first
    }


def _nearest(taxes, lines, over):
    """The lines that a discount is spread over, by the order of preference."""
    levels = {}
    for line in lines:
        level = 2 * (over is not None and line.key not in over) + (line.taxes != taxes)
        levels.setdefault(level, []).append(line)
    for _level, members in sorted(levels.items()):
        total = sum(_exact(line.amount) for line in members)
        chosen = [line for line in members if _exact(line.amount) * total > 0]
        if chosen:
            return chosen
    return []


def _exact(number):
    return number if isinstance(number, Decimal) else Decimal(repr(number))
