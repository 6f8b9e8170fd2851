"""Where a period will land: what is there already plus the forecast of the rest, and how likely that reaches the target."""

from dataclasses import dataclass

from .checks import check_level, finite_vector

DAYS_PER_WEEK = 7


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


def landing(actual, mean, sd, target, *, level=0.8, freedom=None):
    """Where periods will land, for arrays of one shape (or numbers that fit it).

    actual + mean + sd × T, T being Student's t with ``freedom``, else standard normal: from this one distribution come
    the interval and P(value >= target). Without spread (sd 0) the interval is the value, and the probability 0 or 1.

    :param actual: what is there already
    :param mean: expected rest
    :param sd: standard deviation of the error of the rest, >= 0
    :param target: where 0, negative or NaN, there is no probability
    :param float level: probability of the interval
    :param freedom: degrees of freedom of ``sd``, > 0; None: normal
    :rtype: Landing
    :raises ValueError: level, sd or freedom out of range, or shapes that do not fit
    """
    import numpy as np
    from scipy import stats

    check_level(level)
    actual, mean, sd, target = np.broadcast_arrays(
        *(np.asarray(part, dtype=float) for part in (actual, mean, sd, target))
    )
    if (sd < 0).any():
        raise ValueError("sd must not be negative")
    if freedom is None:
        spread = stats.norm()
    else:
        freedom = np.asarray(freedom, dtype=float)
        if not (freedom > 0).all():
            raise ValueError("freedom must be positive")
        spread = stats.t(freedom)
    value = actual + mean
    half = spread.ppf(0.5 + level / 2) * sd
    certain = sd == 0
    with np.errstate(invalid="ignore", over="ignore"):
        gap = (target - value) / np.where(certain, 1.0, sd)
        probability = np.where(certain, np.where(value >= target, 1.0, 0.0), spread.sf(gap))
        known = (target > 0) & ~np.isnan(value) & ~np.isnan(sd)
    return Landing(value, value - half, value + half, np.where(known, probability, np.nan))


def weeks_to_days(mean_weekly, cumulative_sd_weekly, days):
    """Forecast of the sum of the first days, from a forecast by weeks.

    Within a week, sum and *variance* grow evenly with the days: the errors of days are taken as independent, and
    an evenly growing standard deviation would make the first days look safer than they are.

    :param mean_weekly: (h,) expected value of each week
    :param cumulative_sd_weekly: (h,) standard deviation of the error of the sum of the first 1..h weeks
    :param days: (k,) numbers of days from 0 on
    :rtype: DaySums
    :raises ValueError: days before the first or after the last week, unequal lengths, NaN or infinity
    """
    import numpy as np

    mean = finite_vector(mean_weekly, "mean_weekly")
    sd = finite_vector(cumulative_sd_weekly, "cumulative_sd_weekly")
    days = finite_vector(days, "days")
    if len(mean) != len(sd):
        raise ValueError(f"{len(mean)} weeks of mean_weekly, {len(sd)} of cumulative_sd_weekly")
    if (sd < 0).any():
        raise ValueError("cumulative_sd_weekly must not be negative")
    if days.size and (days.min() < 0 or days.max() > DAYS_PER_WEEK * len(mean)):
        raise ValueError(f"days must lie between 0 and {DAYS_PER_WEEK * len(mean)}, the horizon")
    ends = DAYS_PER_WEEK * np.arange(len(mean) + 1)
    return DaySums(
        np.interp(days, ends, np.append(0.0, np.cumsum(mean))),
        np.sqrt(np.interp(days, ends, np.append(0.0, sd**2))),
    )
