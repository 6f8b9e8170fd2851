"""Why a total differs from its target, and whether a series rises or falls."""

from dataclasses import dataclass

from .checks import TooLittleHistory, check_level, finite_vector

LEAST_FOR_TREND = 3


@dataclass(frozen=True, eq=False)
class Explanation:
    """A gap by its parts, in the unit of the amounts.

    :ivar variance: (n,) actual − target of each part
    :ivar share: (n,) of the total, adding up to 1; negative for parts that offset it; NaN without a total gap
    :ivar float total: sum of ``variance``, correctly rounded (``math.fsum``)
    :ivar contributing: tuple of indices of the parts in the direction of the total, the largest first
    :ivar offsetting: those against it, the largest first; without a total gap, all that differ. Parts that met their
        target exactly are in neither
    """

    variance: object
    share: object
    total: float
    contributing: tuple
    offsetting: tuple


@dataclass(frozen=True)
class Trend:
    """:ivar float slope: change per step
    :ivar float low, high: its confidence interval
    :ivar float tau: Kendall's, −1..1
    :ivar float p_value: of no trend, two-sided
    :ivar str direction: ``up``, ``down``, or ``flat`` where ``p_value`` does not rule out that there is none
    """

    slope: float
    low: float
    high: float
    tau: float
    p_value: float
    direction: str


def explain(target, actual):
    """Part by part, how actual differs from target.

    :param target: (n,) floats
    :param actual: (n,) floats, the same parts in the same order
    :rtype: Explanation
    :raises ValueError: unequal lengths, NaN or infinity
    """
    import math

    import numpy as np

    target, actual = finite_vector(target, "target"), finite_vector(actual, "actual")
    if len(target) != len(actual):
        raise ValueError(f"{len(target)} targets, {len(actual)} actuals")
    variance = actual - target
    total = math.fsum(variance)
    share = variance / total if total else np.full(len(variance), np.nan)
    # Stable, so that equal parts stay in the order given.
    order = np.argsort(-np.abs(variance), kind="stable")
    toward = np.sign(variance) * np.sign(total)
    contributing = tuple(int(part) for part in order if toward[part] > 0)
    offsetting = tuple(int(part) for part in order if variance[part] and toward[part] <= 0)
    return Explanation(variance, share, total, contributing, offsetting)


def trend(values, *, level=0.95):
    """Robust trend of an equally spaced series.

    Slope and interval: Theil–Sen (Sen 1968). Test: Mann–Kendall, as Kendall's tau against time. Both suppose that what
    is around the trend is independent; autocorrelation makes the p-value too small. Fewer than five points can
    never be told from flat at 95 %.

    :param values: (n,) floats, equally spaced, the latest last
    :param float level: of the interval; 1 − level is what ``p_value`` is compared with
    :rtype: Trend
    :raises TooLittleHistory: fewer than three points
    :raises ValueError: NaN or infinity (names the index), level out of range
    """
    import numpy as np
    from scipy import stats

    values = finite_vector(values, "values")
    check_level(level)
    if len(values) < LEAST_FOR_TREND:
        raise TooLittleHistory(len(values), LEAST_FOR_TREND)
    if values.min() == values.max():
        return Trend(0.0, 0.0, 0.0, 0.0, 1.0, "flat")
    time = np.arange(len(values))
    line = stats.theilslopes(values, time, alpha=level)
    tau, p_value = stats.kendalltau(time, values)
    direction = "flat" if p_value > 1 - level else "up" if tau > 0 else "down"
    return Trend(
        float(line.slope), float(line.low_slope), float(line.high_slope), float(tau), float(p_value), direction
    )
