"""Where a period will land: what is there already plus the forecast of the rest, and how likely that reaches the target."""

from dataclasses import dataclass

from .checks import check_level, finite_vector
from .spread import chance, interval

DAYS_PER_WEEK = 7
# Degrees of freedom from which on Student's t is the normal distribution.
NEARLY_NORMAL = 1e6


@dataclass(frozen=True, eq=False)
class Landing:
    """All of the shape of what was asked, in the unit of ``actual``.

    :ivar value: expected result of the period
    :ivar low, high: central interval
    :ivar probability: of at least reaching the target, 0..1; NaN is "no value"
    """

    value: object
    low: object
    high: object
    probability: object


@dataclass(frozen=True, eq=False)
class DaySums:
    """Forecast of the sum of the first days after a history, (k,) each.

    :ivar mean: expected sum
    :ivar sd: standard deviation of its error
    """

    mean: object
    sd: object


def landing(actual, mean, sd, target, *, level=0.8, freedom=None, below=1.0, above=1.0, floor=None):
    """Where periods will land, for arrays of one shape (or numbers that fit it).

    actual + mean + sd × T, T being Student's t with ``freedom``, else standard normal, ``below`` or ``above`` times as wide
    to either side: from this one distribution come the interval and P(value >= target). Without spread (sd 0) the interval
    is the value, and the probability 0 or 1.

    :param actual: what is there already
    :param mean: expected rest
    :param sd: standard deviation of the error of the rest, >= 0
    :param target: where 0, negative or NaN, there is no probability
    :param float level: probability of the interval
    :param freedom: degrees of freedom of ``sd``, > 0; None: normal
    :param below, above: how far the interval reaches to either side, as shares of a symmetric one, >= 0
    :param floor: the rest cannot be less: it is never below what is there already plus this; None or NaN: it can
    :rtype: Landing
    :raises ValueError: level, sd, freedom or sides out of range, or shapes that do not fit
    """
    import numpy as np

    check_level(level)
    freedom, floor = np.inf if freedom is None else freedom, np.nan if floor is None else floor
    actual, mean, sd, target, freedom, below, above, floor = np.broadcast_arrays(
        *(np.asarray(part, dtype=float) for part in (actual, mean, sd, target, freedom, below, above, floor))
    )
    if (sd < 0).any():
        raise ValueError("sd must not be negative")
    if not (freedom > 0).all():
        raise ValueError("freedom must be positive")
    if not ((below >= 0).all() and (above >= 0).all()):
        raise ValueError("below and above must not be negative")
    freedom = np.minimum(freedom, NEARLY_NORMAL)
    lowest = actual + floor
    value = np.fmax(actual + mean, lowest)
    low, high = interval(value, sd, freedom, below, above, lowest, level)
    with np.errstate(invalid="ignore"):
        side = np.where(target < value, below, above)
        probability = np.where(target <= lowest, 1.0, 1 - chance(value, sd, freedom, side, target))
        known = (target > 0) & ~np.isnan(value) & ~np.isnan(sd)
    return Landing(value, low, high, np.where(known, probability, np.nan))


def rest_of_periods(weekly, cumulative_sd, first, last):
    """What forecasts of many series say of stretches of days.

    Within a week the expected amount and the variance of its error grow evenly. The errors of what lies before a stretch and
    in it are taken as independent: var(stretch) = var(until its end) − var(until its beginning).

    :param weekly: (n, h) expected value of each week
    :param cumulative_sd: (n, h) standard deviation of the error of the sum of the first 1..h weeks, never falling
    :param first: (k,) days that lie before each stretch, 0..7h
    :param last: (k,) days until its end, not less
    :return: mean and sd: (n, k)
    :rtype: DaySums
    :raises ValueError: days outside the weeks, or a stretch that ends before it begins
    """
    import numpy as np

    weekly, deviation = np.asarray(weekly, dtype=float), np.asarray(cumulative_sd, dtype=float)
    first, last = finite_vector(first, "first"), finite_vector(last, "last")
    if weekly.shape != deviation.shape or not np.isfinite(weekly).all() or not (deviation >= 0).all():
        raise ValueError("weekly and cumulative_sd need one shape, finite amounts and deviations of 0 or more")
    horizon = weekly.shape[1]
    if (first < 0).any() or (last < first).any() or (last > horizon * DAYS_PER_WEEK).any():
        raise ValueError(f"stretches must lie within {horizon} weeks and not end before they begin")
    nothing = np.zeros((len(weekly), 1))
    totals = np.hstack([nothing, np.cumsum(weekly, axis=1)])
    variances = np.hstack([nothing, deviation**2])

    def until(sums, days):
        week = np.minimum((days // DAYS_PER_WEEK).astype(int), horizon - 1)
        return sums[:, week] + (days / DAYS_PER_WEEK - week) * (sums[:, week + 1] - sums[:, week])

    mean = until(totals, last) - until(totals, first)
    variance = until(variances, last) - until(variances, first)
    return DaySums(mean, np.sqrt(np.maximum(variance, 0)))
