"""Ways to forecast one series: each takes the points before an origin and gives the points from it on.

``METHODS`` lists them from the simplest to the most complex, which is how ties are broken. A method raises
``Unsuitable`` where it has too little to stand on.

Sources: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., ch. 5.2 (naive, mean, drift) and 8
(damped trend, Gardner & McKenzie 1985); Assimakopoulos & Nikolopoulos 2000, Hyndman & Billah 2003 (Theta).
"""

from .smoothing import smooth_level, smooth_trend
from .usual import is_intermittent

# Below these a fit follows the noise: two points a parameter, and a start.
LEAST_FOR_SMOOTHING = 10
LEAST_FOR_THETA = 8
# Share of each new sale, where sales are few.
SLOW = 0.1
LEAST_SALES = 3


class Unsuitable(ValueError):
    """The method has too little to stand on in this series."""


def seasonal_naive(past, horizon, season):
    """Each point as it was one season before; with a season of 1, the last point."""
    import numpy as np

    return past[-season:][np.arange(horizon) % season]


def naive(past, horizon, season):
    """The last point; with a season of 1 this is the seasonal naive, and not tried again."""
    import numpy as np

    if season == 1:
        raise Unsuitable
    return np.full(horizon, past[-1])


def mean(past, horizon, season):
    """The mean of the last season, which has every part of the year in it; without seasons, of everything."""
    import numpy as np

    return np.full(horizon, past[-season:].mean() if season > 1 else past.mean())


def drift(past, horizon, season):
    """The line through the first and the last point. With seasons it would take two different weeks for a trend."""
    import numpy as np

    if season > 1 or is_intermittent(past):
        raise Unsuitable
    return past[-1] + (past[-1] - past[0]) / (len(past) - 1) * np.arange(1, horizon + 1)


def seasonal_shift(past, horizon, season):
    """Each point as it was one season before, plus how far the latest points lie above theirs one season before.

    Between one and two seasons of history nothing more can be learned about the season, and growth is learned so.
    """
    latest = min(len(past) - season, season)
    if season == 1 or latest < max(2, season // 4) or is_intermittent(past):
        raise Unsuitable
    shift = past[-latest:].mean() - past[len(past) - season - latest : len(past) - season].mean()
    return seasonal_naive(past, horizon, season) + shift


def smoothing(past, horizon, season):  # pylint: disable=unused-argument
    """A level that follows the series as fast as was best in it (simple exponential smoothing)."""
    import numpy as np

    if len(past) < LEAST_FOR_THETA or is_intermittent(past):
        raise Unsuitable
    return np.full(horizon, smooth_level(past))


def theta(past, horizon, season):
    """The Theta method: simple exponential smoothing with half the slope of the whole series as drift. A season is taken out
    first, and put back."""
    import numpy as np

    if len(past) < LEAST_FOR_THETA:
        raise Unsuitable
    parts = np.zeros(season)
    if season > 1 and len(past) >= 2 * season:
        parts = seasonal_parts(past, season)
    time = np.arange(len(past))
    plain = past - parts[time % season]
    slope = np.polyfit(time, plain, 1)[0] / 2
    ahead = np.arange(1, horizon + 1)
    return smooth_level(plain - slope * time) + slope * (time[-1] + ahead) + parts[(time[-1] + ahead) % season]


def damped_trend(past, horizon, season):  # pylint: disable=unused-argument
    """Exponential smoothing with additive damped trend."""
    if len(past) < LEAST_FOR_SMOOTHING or is_intermittent(past):
        raise Unsuitable
    return _damped(past, horizon)


def seasonal_damped_trend(past, horizon, season):
    """The same, with an additive season taken out first and put back (also right for zeros and refunds)."""
    import numpy as np

    if season == 1 or len(past) < 2 * season:
        raise Unsuitable
    parts = seasonal_parts(past, season)
    plain = past - parts[np.arange(len(past)) % season]
    return _damped(plain, horizon) + parts[np.arange(len(past), len(past) + horizon) % season]


def sba(past, horizon, season):  # pylint: disable=unused-argument
    """What is sold now and then: smoothed size by smoothed interval (Croston 1972, corrected by Syntetos & Boylan 2005)."""
    import numpy as np

    sold = np.flatnonzero(past)
    if not is_intermittent(past) or len(sold) < LEAST_SALES:
        raise Unsuitable
    gaps = np.diff(sold, prepend=-1)
    size, gap = past[sold].mean(), gaps.mean()
    for at, since in zip(sold, gaps, strict=True):
        size += SLOW * (past[at] - size)
        gap += SLOW * (since - gap)
    return np.full(horizon, (1 - SLOW / 2) * size / gap)


def tsb(past, horizon, season):  # pylint: disable=unused-argument
    """The same with a probability of selling, which falls while nothing is sold (Teunter, Syntetos & Babai 2011)."""
    import numpy as np

    sold = past != 0
    if not is_intermittent(past) or sold.sum() < LEAST_SALES:
        raise Unsuitable
    size, chance = past[sold].mean(), sold.mean()
    for value, is_sold in zip(past, sold, strict=True):
        chance += SLOW * (is_sold - chance)
        if is_sold:
            size += SLOW * (value - size)
    return np.full(horizon, chance * size)


METHODS = {
    "seasonal_naive": seasonal_naive,
    "naive": naive,
    "mean": mean,
    "drift": drift,
    "seasonal_shift": seasonal_shift,
    "smoothing": smoothing,
    "sba": sba,
    "tsb": tsb,
    "theta": theta,
    "damped_trend": damped_trend,
    "seasonal_damped_trend": seasonal_damped_trend,
}


def seasonal_parts(past, season):
    """How far each part of the season lies from the level of its year, smoothed over neighbours and drawn towards 0 as
    far as few years leave it uncertain: (season,), beginning with the part of the first point."""
    import numpy as np

    time = np.arange(len(past))
    width = season + (season + 1) % 2
    weights = np.ones(width)
    if season % 2 == 0:
        weights[[0, -1]] = 0.5
    level = np.convolve(past, weights / season, "valid")
    # Beyond half a season from the ends, along the trend of the whole.
    half = (len(past) - len(level)) // 2
    slope = (level[-1] - level[0]) / max(len(level) - 1, 1)
    ahead = np.arange(1, half + 1)
    level = np.concatenate([level[0] - slope * ahead[::-1], level, level[-1] + slope * ahead])
    away = past - level
    part_of = time % season
    parts = np.bincount(part_of, away) / np.bincount(part_of)
    years = len(past) / season
    within = np.mean((away - parts[part_of]) ** 2) * years / max(years - 1, 0.5)
    between = np.mean(parts**2)
    kept = max(1 - within / years / between, 0.0) if between > 0 else 0.0
    parts = parts * kept
    return parts - parts.mean()


def _damped(past, horizon):
    import numpy as np

    level, trend, damping = smooth_trend(past)
    return level + trend * np.cumsum(damping ** np.arange(1, horizon + 1))
