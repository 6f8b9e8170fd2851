"""Rolling-origin back-test: where to cut the history, how good forecasts were, how their cumulative error grows.

Formulas: WAPE, bias and MASE as the addon defines its metrics (MASE: Hyndman & Koehler 2006).
"""

from dataclasses import dataclass

from .usual import is_intermittent

MOST_ORIGINS = 12
# Of the chosen method every point is an origin, for the sake of its interval.
ORIGINS_OF_CHOSEN = 60

# What is believed about the growth of the variance of a sum over h steps, h ** exponent, before a back-test is seen:
# independent errors give 1, a level that is wrong throughout gives 2, a level that wanders off 3. Few windows of the
# full horizon fit into a history, so that the growth they show alone would be mostly noise. Set by the coverage on
# simulated series of many kinds, tests/pure/test_forecast_coverage.py and test_forecast_worlds.py.
EXPONENT_EXPECTED = 1.6
EXPONENT_SD = 0.4
EXPONENT_RANGE = (1.0, 3.0)
# A back-test of three windows alone would give intervals that are never left; other series tell that errors are not so wild.
LEAST_FREEDOM = 5.0

# Nine in ten of a normal distribution lie below.
NORMAL_90 = 1.2815515655446004
# Quantiles of so many independent windows count half.
SKEW_DOUBT = 8.0
SKEW_RANGE = (0.4, 2.0)


@dataclass(frozen=True)
class Backtest:
    """How good a method was. Shares are fractions; ``None`` is "no value": division by zero, or by a negative total.

    :ivar wape: Σ|F − A| / ΣA
    :ivar mase: mean |F − A| / mean absolute error of the seasonal naive one step ahead before the last origin
    :ivar bias: Σ(F − A) / ΣA; positive = forecast too much
    :ivar sums: how wrong sums were, per point, in the unit of the series: this decides which method is taken
    :ivar origins: number of points in the past from which was forecast
    :ivar horizon: how many points from each
    """

    wape: float | None
    mase: float | None
    bias: float | None
    origins: int
    horizon: int
    sums: float


@dataclass(frozen=True, eq=False)
class Plan:
    """Where a history of n points is cut: forecasts from each of ``origins`` see the points before it only.

    :ivar origins: (k,) ints, rising
    :ivar horizon: int, how far is forecast from each; of the last ones less has come true
    """

    origins: object
    horizon: int


def plan(n, horizon, season, most=MOST_ORIGINS):
    """Choose origins and horizon of the back-test; the same for all methods.

    The first origin leaves a season and a quarter (without season: a third, and at least ten points, so that every method
    can take part; five of a short history), two full seasons where the rest still covers the horizon. The last one
    leaves a single point to be forecast, so that how the series stands now is tested as well.

    :param int most: origins at most
    """
    import numpy as np

    unseasonal = 5 if n < 20 else max(10, n // 3)
    least = season + max(2, -(-season // 4)) if season > 1 else unseasonal
    first = max(least, n - max(2 * horizon, season, 24))
    if n - 2 * season >= horizon:
        first = max(first, min(2 * season, n - 2))
    tested = min(horizon, max(1, (n - first) // 2))
    last = n - 1
    origins = np.unique(np.linspace(first, last, min(most, last - first + 1)).round().astype(int))
    return Plan(origins, tested)


def actual_windows(history, cut):
    """What came true from each origin: (k, horizon), NaN for what has not come yet."""
    import numpy as np

    later = np.full(max(int(cut.origins[-1]) + cut.horizon - len(history), 0), np.nan)
    return np.append(history, later)[cut.origins[:, None] + np.arange(cut.horizon)]


def score(history, forecasts, cut, season):
    """How good forecasts were.

    Errors of sums: of the sum of the first 1, 2 … points, per point; root mean square over the steps of an origin, and the
    mean over the origins. Of what is sold now and then also root mean square over the origins: absolute errors would
    prefer to forecast nothing at all.

    :param forecasts: (k, horizon)
    :rtype: Backtest
    """
    import numpy as np

    actual = actual_windows(history, cut)
    per_point = np.cumsum(forecasts - actual, axis=1) / np.arange(1, cut.horizon + 1)
    by_origin = np.nanmean(per_point**2, axis=1)
    sums = np.sqrt(by_origin.mean()) if is_intermittent(history) else np.sqrt(by_origin).mean()
    came = ~np.isnan(actual)
    actual, error = actual[came], (forecasts - actual)[came]
    total = actual.sum()
    known = history[: cut.origins[-1]]
    scale = np.abs(known[season:] - known[:-season]).mean()
    return Backtest(
        wape=float(np.abs(error).sum() / total) if total > 0 else None,
        mase=float(np.abs(error).mean() / scale) if scale > 0 else None,
        bias=float(error.sum() / total) if total > 0 else None,
        origins=len(cut.origins),
        horizon=cut.horizon,
        sums=float(sums),
    )


def cumulative_error(errors, cut, horizon):
    """Standard deviation of the error of the sum of the first 1..horizon points, and the degrees of freedom behind it.

    The mean square V(h) of the k cumulative errors at step h (around zero: bias counts) stands for as many independent
    windows as fit, ν(h) = min(k, 1 + (last origin − first) / h). log V(h) = a + b·log h is fitted to steps that double,
    with a normal prior on b. The logarithm of a mean square has the variance 2/ν, nearly, and is too low by
    log(ν/2) − ψ(ν/2), which is added; as each step contains the one before, its weight is half the precision, ν/4.
    The fit smooths, never falls because b ≥ 1, and goes on beyond the tested horizon, at least as √h.

    The freedom is that of a mean square whose logarithm is as uncertain as the fitted one at the last step. The smallest
    of several errors flatters the chosen method, the more the less is known: the variance is raised by 1 + 1/(2·freedom).
    Both halves were set by the coverage of intervals on simulated series; see tests/pure/test_forecast_coverage.py.

    :param errors: (k, tested horizon) forecast − actual, NaN for what has not come yet
    :return: (horizon,) floats and a float >= ``LEAST_FREEDOM``
    """
    import numpy as np
    from scipy.special import digamma

    tested = errors.shape[1]
    sums = np.cumsum(errors, axis=1)
    came = ~np.isnan(sums)
    square = np.where(came, sums**2, 0).sum(axis=0) / np.maximum(came.sum(axis=0), 1)
    steps = np.unique(np.append(2 ** np.arange(int(np.log2(tested)) + 1), tested))
    steps = steps[came.any(axis=0)[steps - 1]]
    windows = np.array([_windows(cut.origins[came[:, step - 1]], step) for step in steps])
    seen = square[steps - 1] > square.max() * 1e-12
    if not seen.any():
        return np.zeros(horizon), float(len(errors))
    steps, windows = steps[seen], windows[seen]
    logs = np.log(square[steps - 1]) + np.log(windows / 2) - digamma(windows / 2)

    design = np.column_stack([np.ones(len(steps)), np.log(steps)])
    weighted = design * (windows / 4)[:, None]
    precision = weighted.T @ design + np.diag([0, EXPONENT_SD**-2])
    intercept, exponent = np.linalg.solve(precision, weighted.T @ logs + [0, EXPONENT_EXPECTED * EXPONENT_SD**-2])
    if not EXPONENT_RANGE[0] <= exponent <= EXPONENT_RANGE[1]:
        exponent = min(max(exponent, EXPONENT_RANGE[0]), EXPONENT_RANGE[1])
        intercept = np.average(logs - exponent * np.log(steps), weights=windows)
    at_end = np.array([1, np.log(horizon)])
    freedom = max(2 / (at_end @ np.linalg.solve(precision, at_end)), LEAST_FREEDOM)
    variance = np.exp(intercept + exponent * np.log(np.arange(1, horizon + 1))) * (1 + 0.5 / freedom)
    return np.sqrt(variance), float(freedom)


def skewness(errors, cut, deviation):
    """How far the interval reaches below and above, as shares of a symmetric one: from quantiles of the errors of sums.

    Quantiles of all standardised errors, each step counting alike, at 10 and 90 %; drawn towards 1 as far as there
    are few independent windows.

    :param errors: (k, tested horizon) forecast − actual, NaN for what has not come yet
    :param deviation: (tested horizon or more,) standard deviation of the error of sums
    :return: shares below and above
    :rtype: tuple[float, float]
    """
    import numpy as np

    tested = errors.shape[1]
    deviation = deviation[:tested]
    if not (deviation > 0).all():
        return 1.0, 1.0
    scores = -np.cumsum(errors, axis=1) / deviation
    came = ~np.isnan(scores)
    weights = np.where(came, 1 / np.maximum(came.sum(axis=0), 1), 0)
    middle = max(round(tested**0.5), 1)
    windows = _windows(cut.origins, middle)
    certainty = windows / (windows + SKEW_DOUBT)
    low, high = _quantiles(scores[came], weights[came], (0.1, 0.9))
    below, above = (1 + certainty * (max(reach, 0) / NORMAL_90 - 1) for reach in (-low, high))
    return float(np.clip(below, *SKEW_RANGE)), float(np.clip(above, *SKEW_RANGE))


def _windows(origins, step):
    """As how many independent windows those of so many steps count, that begin at these origins."""
    return max(min(len(origins), 1 + (origins[-1] - origins[0]) / step), 1) if len(origins) else 1


def _quantiles(values, weights, shares):
    """Weighted quantiles."""
    import numpy as np

    order = np.argsort(values)
    values, weights = values[order], weights[order]
    place = (np.cumsum(weights) - weights / 2) / weights.sum()
    return np.interp(shares, place, values)
