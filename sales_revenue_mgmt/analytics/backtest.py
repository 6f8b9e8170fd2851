"""Rolling-origin back-test: where to cut the history, how good forecasts were, how their cumulative error grows.

Formulas: WAPE, bias and MASE as the addon defines its metrics (MASE: Hyndman & Koehler 2006).
"""

from dataclasses import dataclass

MOST_ORIGINS = 8

# What is believed about the growth of the variance of a sum over h steps, h ** exponent, before a back-test is seen:
# independent errors give 1, a level that is wrong throughout gives 2, a level that wanders off 3. Few windows of the
# full horizon fit into a history, so that the growth they show alone would be mostly noise. Measured on simulated
# series of many kinds, the exponent is 1.5 to 2.2.
EXPONENT_EXPECTED = 1.9
EXPONENT_SD = 0.42
EXPONENT_RANGE = (1.0, 3.0)


@dataclass(frozen=True)
class Backtest:
    """How good a method was. Shares are fractions; ``None`` is "no value": division by zero, or by a negative total.

    :ivar wape: Σ|F − A| / ΣA
    :ivar mase: mean |F − A| / mean absolute error of the seasonal naive one step ahead before the last origin
    :ivar bias: Σ(F − A) / ΣA; positive = forecast too much
    :ivar origins: number of points in the past from which was forecast
    :ivar horizon: how many points from each
    """

    wape: float | None
    mase: float | None
    bias: float | None
    origins: int
    horizon: int


@dataclass(frozen=True, eq=False)
class Plan:
    """Where a history of n points is cut: forecasts from each of ``origins`` see the points before it only.

    :ivar origins: (k,) ints, rising
    :ivar horizon: int, the same from each origin
    """

    origins: object
    horizon: int


def plan(n, horizon, season):
    """Choose origins and horizon of the back-test; the same for all methods.

    The first origin leaves a season and a quarter (without season: a third, and at least ten points, so that every method
    can take part; five of a short history), two full seasons where the rest still covers the horizon. Half of what
    follows it is for the horizon, half for moving the origin.
    """
    import numpy as np

    unseasonal = 5 if n < 20 else max(10, n // 3)
    least = season + max(2, -(-season // 4)) if season > 1 else unseasonal
    first = max(least, n - max(2 * horizon, season, 24))
    if n - 2 * season >= horizon:
        first = max(first, min(2 * season, n - 2))
    tested = min(horizon, max(1, (n - first) // 2))
    last = n - tested
    origins = np.unique(np.linspace(first, last, min(MOST_ORIGINS, last - first + 1)).round().astype(int))
    return Plan(origins, tested)


def actual_windows(history, cut):
    """What came true from each origin: (k, horizon)."""
    import numpy as np

    return history[cut.origins[:, None] + np.arange(cut.horizon)]


def score(history, forecasts, cut, season):
    """:param forecasts: (k, horizon)
    :rtype: Backtest
    """
    import numpy as np

    actual = actual_windows(history, cut)
    error = forecasts - actual
    total = actual.sum()
    known = history[: cut.origins[-1]]
    scale = np.abs(known[season:] - known[:-season]).mean()
    return Backtest(
        wape=float(np.abs(error).sum() / total) if total > 0 else None,
        mase=float(np.abs(error).mean() / scale) if scale > 0 else None,
        bias=float(error.sum() / total) if total > 0 else None,
        origins=len(cut.origins),
        horizon=cut.horizon,
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

    :param errors: (k, tested horizon) forecast − actual
    :return: (horizon,) floats and a float >= 1
    """
    import numpy as np
    from scipy.special import digamma

    tested = errors.shape[1]
    square = (np.cumsum(errors, axis=1) ** 2).mean(axis=0)
    steps = np.unique(np.append(2 ** np.arange(int(np.log2(tested)) + 1), tested))
    windows = np.minimum(len(errors), 1 + np.ptp(cut.origins) / steps)
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
    freedom = max(2 / (at_end @ np.linalg.solve(precision, at_end)), 1.0)
    variance = np.exp(intercept + exponent * np.log(np.arange(1, horizon + 1))) * (1 + 0.5 / freedom)
    return np.sqrt(variance), float(freedom)
