"""How a plan is spread over its periods, measured from the same days of earlier years."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from .checks import finite_vector

# 52 weeks back: the same season and the same weekdays.
YEAR_OF_WEEKS = 364
# Each year further back counts half.
WEIGHT_OF_YEAR_BEFORE = 0.5


@dataclass(frozen=True, eq=False)
class Phasing:
    """:ivar shares: (p,) of each period, 0..1, adding up to 1
    :ivar measured: (p,) bool: from history; False = by working days
    """

    shares: object
    measured: object


def seasonal_shares(daily, first_day, periods, earlier=None):
    """Shares of periods, each from the actuals of the same period in earlier years.

    An earlier year counts for a period where history has all its days. The years are averaged, each counting half of the
    one after it, and brought to one level first: by the ratio of the totals of the periods that both years have. So
    growth between two years does not shrink the periods that only the older one knows. Totals below zero
    (refunds) count as 0.

    Periods without history get their share of the working days (Monday to Friday; of all days, where there is no working
    day at all), the measured ones divide the rest. Where what was measured is 0 altogether, nothing was measured.

    :param daily: (d,) floats, the actuals of each day without gaps
    :param datetime.date first_day: day of ``daily[0]``
    :param periods: list of p pairs of first and last day, not overlapping
    :param earlier: the p periods a year earlier, two years earlier ...: a list of such lists, the latest year first.
        Without it, the days 364, 728 ... days earlier, as many years as there may be
    :rtype: Phasing
    :raises ValueError: NaN or infinity (names the index), no period, one that ends before it begins, or overlapping ones
    """
    import numpy as np

    daily = finite_vector(daily, "daily")
    _check_periods(periods)
    by_calendar = _working_day_shares(periods)
    totals = _combined(_totals_by_year(daily, first_day, earlier or _weeks_earlier(first_day, periods)))
    measured = ~np.isnan(totals)
    amounts = np.where(measured, np.maximum(totals, 0), 0)
    if not amounts.sum() > 0:
        return Phasing(by_calendar, np.zeros(len(periods), dtype=bool))
    rest = by_calendar[measured].sum() if not measured.all() else 1.0
    shares = np.where(measured, amounts / amounts.sum() * rest, by_calendar)
    return Phasing(shares / shares.sum(), measured)


def _check_periods(periods):
    """:raises ValueError: no period, one that ends before it begins, or overlapping ones"""
    if not periods:
        raise ValueError("there must be at least one period")
    for start, end in periods:
        if end < start:
            raise ValueError(f"the period from {start} ends before it begins, on {end}")
    for (_, end), (start, _) in pairwise(sorted(periods)):
        if start <= end:
            raise ValueError(f"a period begins on {start}, before the one before it has ended on {end}")


def _weeks_earlier(first_day, periods):
    """The periods so many years of weeks earlier, back to the first day: a list per year."""
    last = max(end for _start, end in periods)
    years = max(((last - first_day).days + 1) // YEAR_OF_WEEKS, 1)
    backs = [timedelta(days=YEAR_OF_WEEKS * year) for year in range(1, years + 1)]
    return [[(start - back, end - back) for start, end in periods] for back in backs]


def _totals_by_year(daily, first_day, earlier):
    """Total of each period in each earlier year: (years, p), NaN where history lacks a day of it."""
    import numpy as np

    running = np.append(0.0, np.cumsum(daily))
    begin = np.array([[(start - first_day).days for start, _end in year] for year in earlier])
    stop = np.array([[(end - first_day).days + 1 for _start, end in year] for year in earlier])
    known = (begin >= 0) & (stop <= len(daily))
    totals = np.full(begin.shape, np.nan)
    totals[known] = running[stop[known]] - running[begin[known]]
    return totals


def _combined(totals):
    """Weighted mean over the years, at the level of the latest year that knows anything: (p,), NaN without any."""
    import numpy as np

    known = ~np.isnan(totals)
    amounts = np.where(known, totals, 0)
    latest = int(known.any(axis=1).argmax())
    weights = WEIGHT_OF_YEAR_BEFORE ** np.arange(len(totals))[:, None] * known
    for year in range(latest + 1, len(totals)):
        common = known[latest] & known[year]
        now, then = amounts[latest, common].sum(), amounts[year, common].sum()
        if now > 0 and then > 0:
            amounts[year] *= now / then
    weight = weights.sum(axis=0)
    return np.where(weight > 0, (amounts * weights).sum(axis=0) / np.where(weight > 0, weight, 1), np.nan)


def _working_day_shares(periods):
    """Share of each period in the days from Monday to Friday of all: (p,)."""
    import numpy as np

    starts = np.array([start for start, _ in periods], dtype="datetime64[D]")
    ends = np.array([end for _, end in periods], dtype="datetime64[D]") + 1
    days = np.busday_count(starts, ends).astype(float)
    if not days.sum():
        days = (ends - starts).astype(float)
    return days / days.sum()
