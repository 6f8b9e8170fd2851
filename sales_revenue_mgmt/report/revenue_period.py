"""Calendar arithmetic of business periods. Plain Python, no Odoo."""

import datetime
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

PERIOD_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def local_day(moment, zone):
    """The day that a point in time falls on.

    :param datetime.datetime moment: naive, UTC
    :param str zone: name of a time zone; without one, UTC
    :rtype: datetime.date
    """
    return moment.replace(tzinfo=datetime.timezone.utc).astimezone(ZoneInfo(zone or "UTC")).date()


def period_bounds(kind, day, year_start):
    """First and last day of the period that contains a day.

    Months are calendar months. Quarters and years follow the fiscal year: a quarter is three months counted from its
    first day.

    :param str kind: ``month``, ``quarter`` or ``year``
    :param datetime.date day: any day of the wanted period
    :param datetime.date year_start: first day of the fiscal year that contains ``day``
    :rtype: tuple[datetime.date, datetime.date]
    :raises ValueError: unknown kind, or a day outside the fiscal year that begins on ``year_start``
    """
    if kind not in PERIOD_MONTHS:
        raise ValueError(f"There is no period {kind!r}; there are: {', '.join(PERIOD_MONTHS)}.")
    if kind == "month":
        start = day.replace(day=1)
        return start, start + relativedelta(months=1, days=-1)
    months = PERIOD_MONTHS[kind]
    for offset in range(0, 12, months):
        # Both ends from the start of the year: adding months in steps would lose the 31st on the way.
        start = year_start + relativedelta(months=offset)
        end = year_start + relativedelta(months=offset + months) - datetime.timedelta(days=1)
        if start <= day <= end:
            return start, end
    raise ValueError(f"{day} is not in the fiscal year that begins on {year_start}.")


def elapsed_share(date_from, date_to, today):
    """Share of the days of a period that have begun, today included: 0.0 before it, 1.0 from its last day on.

    :param datetime.date today: the business day at which to look
    :rtype: float
    """
    total = (date_to - date_from).days + 1
    return min(max((today - date_from).days + 1, 0), total) / total


def periods(cadence, date_from, date_to, year_start_of):
    """A stretch of days cut into weeks, months or quarters; the first and the last may be shorter than a whole one.

    Weeks begin on Monday; quarters follow the fiscal year.

    :param str cadence: ``week``, ``month`` or ``quarter``
    :param year_start_of: day → first day of the fiscal year that contains it
    :return: first and last day of each period, in order; they touch, and together are the stretch
    :rtype: list[tuple[datetime.date, datetime.date]]
    """
    found, day = [], date_from
    while day <= date_to:
        if cadence == "week":
            end = day + datetime.timedelta(days=6 - day.weekday())
        else:
            end = period_bounds(cadence, day, year_start_of(day))[1]
        found.append((day, min(end, date_to)))
        day = end + datetime.timedelta(days=1)
    return found


def overlap(period, other):
    """How many days two stretches (first day, last day) have in common.

    :rtype: int
    """
    return max((min(period[1], other[1]) - max(period[0], other[0])).days + 1, 0)
