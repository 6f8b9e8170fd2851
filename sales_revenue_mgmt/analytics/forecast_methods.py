"""Ways to forecast one series: each takes the points before an origin and gives the points from it on.

``METHODS`` lists them from the simplest to the most complex, which is how ties are broken. A method raises
``Unsuitable`` where it has too little to stand on; statsmodels raises errors of its own.

Sources: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., ch. 5.2 (naive, mean, drift) and 8
(damped trend, Gardner & McKenzie 1985); Assimakopoulos & Nikolopoulos 2000, Hyndman & Billah 2003 (Theta).
"""

# Below these a fit follows the noise: two points a parameter, and a start.
LEAST_FOR_SMOOTHING = 10
LEAST_FOR_THETA = 8


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

    if season > 1:
        raise Unsuitable
    return past[-1] + (past[-1] - past[0]) / (len(past) - 1) * np.arange(1, horizon + 1)


def seasonal_shift(past, horizon, season):
    """Each point as it was one season before, plus how far the latest points lie above theirs one season before.

    Between one and two seasons of history nothing more can be learned about the season, and growth is learned so.
    """
    latest = min(len(past) - season, season)
    if season == 1 or latest < max(2, season // 4):
        raise Unsuitable
    shift = past[-latest:].mean() - past[len(past) - season - latest : len(past) - season].mean()
    return seasonal_naive(past, horizon, season) + shift


def theta(past, horizon, season):
    """The standard Theta method; the season is taken out first where the series passes a test for having one."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    seasonal = season > 1 and len(past) >= 2 * season
    if len(past) < LEAST_FOR_THETA:
        raise Unsuitable
    values, scale = _scaled(past)
    model = ThetaModel(values, period=season if seasonal else 1, deseasonalize=seasonal, use_test=seasonal)
    return model.fit().forecast(horizon).to_numpy() * scale


def damped_trend(past, horizon, season):  # pylint: disable=unused-argument
    """Exponential smoothing with additive damped trend."""
    return _smoothed(past, horizon, None)


def seasonal_damped_trend(past, horizon, season):
    """Exponential smoothing with additive damped trend and additive season (also right for zeros and refunds)."""
    if season == 1 or len(past) < 2 * season:
        raise Unsuitable
    return _smoothed(past, horizon, season)


METHODS = {
    "seasonal_naive": seasonal_naive,
    "naive": naive,
    "mean": mean,
    "drift": drift,
    "seasonal_shift": seasonal_shift,
    "theta": theta,
    "damped_trend": damped_trend,
    "seasonal_damped_trend": seasonal_damped_trend,
}


def _smoothed(past, horizon, season):
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    if len(past) < max(LEAST_FOR_SMOOTHING, season or 0):
        raise Unsuitable
    values, scale = _scaled(past)
    model = ExponentialSmoothing(
        values,
        trend="add",
        damped_trend=True,
        seasonal="add" if season else None,
        seasonal_periods=season,
        initialization_method="heuristic",
    )
    # Without the search over a grid: measured, five times as fast and no worse.
    return model.fit(use_brute=False, method="SLSQP").forecast(horizon) * scale


def _scaled(past):
    """Values of about 1: the optimiser stops at an absolute tolerance, so amounts in cents and in millions would
    otherwise be fitted differently well."""
    scale = float(abs(past).mean())
    if scale == 0 or past.min() == past.max():
        raise Unsuitable
    return past / scale, scale
