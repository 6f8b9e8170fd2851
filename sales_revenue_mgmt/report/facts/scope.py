"""Scope: which part of the business, and which days, a number is about.

Plain Python, no Odoo: the same value object serves views, reports and API, and can be tested without a database.
"""

import datetime
from dataclasses import dataclass, fields, replace

FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2299, 12, 31)


class ScopeError(ValueError):
    """A scope that cannot be: ``field`` names what is wrong, ``value`` is what was given."""

    def __init__(self, field, value, advice):
        super().__init__(f"{field}: {value!r} {advice}")
        self.field = field
        self.value = value
        self.advice = advice


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A selection of revenue, immutable and hashable.

    Each selector is a tuple of record ids; an empty tuple selects everything. Companies are taken literally: whoever
    wants branches names them. Dates are business days of each company's own time zone, both ends included. With a currency,
    money of all companies is converted into it, each day at that day's rate; without, it is in each company's own.

    ``users`` are the salespeople of the documents, ``credited`` those who are credited: of a sale that is split between
    people, only their parts count.

    :raises ScopeError: a selector is not a tuple of positive integers, the currency is not one, or the dates are missing or
        reversed
    """

    date_from: datetime.date
    date_to: datetime.date
    companies: tuple = ()
    teams: tuple = ()
    users: tuple = ()
    customers: tuple = ()
    channels: tuple = ()
    segments: tuple = ()
    categories: tuple = ()
    products: tuple = ()
    credited: tuple = ()
    currency: int | None = None

    def __post_init__(self):
        for bound in ("date_from", "date_to"):
            value = getattr(self, bound)
            # A datetime is a date to Python, but not a business day.
            if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
                raise ScopeError(bound, value, "is not a date")
            # Days beside it, and the same moment in other time zones, have to be dates, too.
            if not FIRST_DAY <= value <= LAST_DAY:
                raise ScopeError(bound, value.isoformat(), f"is not between {FIRST_DAY} and {LAST_DAY}")
        if self.date_to < self.date_from:
            raise ScopeError("date_to", self.date_to.isoformat(), f"is before date_from {self.date_from.isoformat()}")
        if self.currency is not None:
            self._ids("currency", (self.currency,))
        for name in self.selectors():
            object.__setattr__(self, name, self._ids(name, getattr(self, name)))

    @classmethod
    def selectors(cls):
        """The names of the fields that select records."""
        return [field.name for field in fields(cls) if field.type is tuple]

    @staticmethod
    def _ids(name, value):
        try:
            ids = tuple(sorted(set(value)))
        except TypeError as error:
            raise ScopeError(name, value, "is not a list of record ids") from error
        for record_id in ids:
            if not isinstance(record_id, int) or isinstance(record_id, bool) or record_id <= 0:
                raise ScopeError(name, record_id, "is not the id of a record")
        return ids

    def narrow(self, **changes):
        """The same scope with some fields replaced.

        :rtype: Scope
        """
        return replace(self, **changes)

    @property
    def days(self):
        """Number of business days in the scope, both ends included."""
        return (self.date_to - self.date_from).days + 1
