"""Calendar arithmetic of business periods. Plain Python, no Odoo."""

import datetime
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

# Far enough for every business, and far enough from the ends of the calendar to compute with.
FIRST_DAY, LAST_DAY = datetime.date(1970, 1, 1), datetime.date(2199, 12, 31)
PERIOD_MONTHS = {"month": 1, "quarter": 3, "year": 12}
# 52 weeks back: the same season and the same weekdays.
YEAR_OF_WEEKS = datetime.timedelta(days=364)


def local_day(moment, zone):
    """The day that a point in time falls on.

    :param datetime.datetime moment: naive, UTC
    :param str zone: name of a time zone; without one, UTC
    :rtype: datetime.date
    """
    return moment.replace(tzinfo=datetime.timezone.utc).astimezone(ZoneInfo(zone or "UTC")).date()


def start_of_day(day, zone):
    """The first moment of a business day.

    :param str zone: name of a time zone; without one, UTC
    :return: naive, UTC
    :rtype: datetime.datetime
    """
    start = datetime.datetime.combine(day, datetime.time.min, tzinfo=ZoneInfo(zone or "UTC"))
    return start.astimezone(datetime.timezone.utc).replace(tzinfo=None)


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


def year_before(stretch, by_weeks=False):
    """The same periods a year earlier; they touch like those given, and each has at least one day.

    Months: the same day of the month a year earlier, where the last day of a month stays the last day of its month
    (28 February 2025 → 29 February 2024, 29 February 2024 → 28 February 2023).

    Weeks: borders between weeks move by 364 days, so that weekdays stay together. The whole stretch begins and ends like
    months do, so that the total of a year is the total of the year before. Only a stretch of whole weeks that is
    not made of whole months moves by 364 days as a whole.

    :param list stretch: first and last day of each period, in order and without gaps
    :param bool by_weeks: the periods are weeks
    :rtype: list[tuple[datetime.date, datetime.date]]
    """
    if not stretch:
        return []
    first, last = stretch[0][0], stretch[-1][1]
    after = last + datetime.timedelta(days=1)
    whole_months = first.day == after.day == 1
    if by_weeks and first.weekday() == after.weekday() == 0 and not whole_months:
        return [(start - YEAR_OF_WEEKS, end - YEAR_OF_WEEKS) for start, end in stretch]
    start, stop = first - relativedelta(years=1), _end_a_year_before(last)
    if by_weeks:
        ends = [end - YEAR_OF_WEEKS for _start, end in stretch[:-1]]
        # A year that ends on a Monday has a last week of one day, which 364 days earlier is in the next year.
        latest = [stop - datetime.timedelta(days=left) for left in range(len(ends), 0, -1)]
        ends = [min(pair) for pair in zip(ends, latest, strict=True)]
    else:
        ends = [_end_a_year_before(end) for _start, end in stretch[:-1]]
    starts = [start, *(end + datetime.timedelta(days=1) for end in ends)]
    return list(zip(starts, [*ends, stop], strict=True))


def _end_a_year_before(day):
    """
    :rtype: datetime.date
    """
    last_of_month = (day + datetime.timedelta(days=1)).day == 1
    return day + relativedelta(years=-1, day=31) if last_of_month else day - relativedelta(years=1)


def overlap(period, other):
    """How many days two stretches (first day, last day) have in common.

    :rtype: int
    """
    return max((min(period[1], other[1]) - max(period[0], other[0])).days + 1, 0)
