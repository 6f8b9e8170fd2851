"""Smoothing of one series with all parameters of a grid at once: the best by its errors one step ahead goes on.

A grid instead of an optimiser: it cannot fail to converge, gives the same answer everywhere, and takes a millisecond.
"""

import itertools

# Share of each new point in the level. Smaller than the first, a level no longer follows anything.
LEVEL_GRID = (0.03, 0.06, 0.12, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0)
# The same with a trend: (level, trend as a share of the level's, damping). 0.98 a week halves a trend in 34 weeks.
TREND_GRID = tuple(itertools.product((0.05, 0.12, 0.25, 0.5, 0.8), (0.02, 0.08, 0.2), (0.85, 0.95, 0.98)))
# So many errors are not counted: they tell of the start, and not of the parameters.
START = 4


def smooth_level(past, shares=LEVEL_GRID):
    """Simple exponential smoothing.

    :param past: (n,) floats
    :return: level after the last point, of the best share
    :rtype: float
    """
    import numpy as np

    share = np.array(shares)
    level = np.full(len(share), past[: min(len(past), 2 * START)].mean())
    errors = np.zeros(len(share))
    for at, value in enumerate(past):
        error = value - level
        if at >= START:
            errors += error * error
        level = level + share * error
    return float(level[np.argmin(errors)])


def smooth_trend(past):
    """Exponential smoothing with a damped trend (Gardner & McKenzie 1985).

    :param past: (n,) floats
    :return: level and trend after the last point, and its damping
    :rtype: tuple[float, float, float]
    """
    import numpy as np

    alpha, beta, phi = np.array(TREND_GRID).T
    first = past[: min(len(past), 10)]
    slope, level = np.polyfit(np.arange(len(first)), first, 1)
    level = np.full(len(alpha), level - slope)
    trend = np.full(len(alpha), slope)
    errors = np.zeros(len(alpha))
    gain = alpha * beta
    for at, value in enumerate(past):
        trend = phi * trend
        level = level + trend
        error = value - level
        if at >= START:
            errors += error * error
        level = level + alpha * error
        trend = trend + gain * error
    best = int(np.argmin(errors))
    return float(level[best]), float(trend[best]), float(phi[best])
