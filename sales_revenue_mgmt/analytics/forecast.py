"""Forecast of one equally spaced series, by the method that would have been best in its own past."""

import threading
from dataclasses import dataclass

from . import backtest, forecast_methods
from .backtest import Backtest
from .checks import TooLittleHistory, check_level, check_whole, finite_vector

__all__ = ["LEAST_POINTS", "Backtest", "Forecast", "TooLittleHistory", "forecast", "forecast_many"]

# Five to learn from and three origins to be tested at: with fewer, an error cannot be told from its spread.
LEAST_POINTS = 8

# Warning filters belong to the process: of two threads that change them at once, one would restore the other's.
_warnings_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Forecast:
    """Forecast of the h points after a history, in the unit of the history.

    :ivar str method: key of ``candidates``
    :ivar mean: (h,) expected value of each point
    :ivar cumulative_sd: (h,) standard deviation of the error of the sum of the first 1..h points; never falls. All 0
        where the back-test made no error at all (a constant history)
    :ivar float freedom: degrees of freedom of ``cumulative_sd``, for Student's t
    :ivar cumulative_low, cumulative_high: (h,) central interval of the sum of the first 1..h points
    :ivar float level: its probability
    :ivar int season_used: 1 where less than two full seasons are known: no seasonality can be measured then
    :ivar Backtest backtest: of the chosen method
    :ivar candidates: dict of str to Backtest, all at the same origins and horizon, the simplest first
    """

    method: str
    mean: object
    cumulative_sd: object
    freedom: float
    cumulative_low: object
    cumulative_high: object
    level: float
    season_used: int
    backtest: Backtest
    candidates: dict


def forecast(history, horizon, season, *, level=0.8):
    """Forecast the next points of a series.

    Every method is tried at the same past origins over the same horizon, refitted at each on the points before it. The
    smallest sum of absolute errors wins, which is the smallest WAPE also where WAPE has no value; of equals, the simpler.
    So the chosen one is never worse there than the seasonal naive. A method whose fit fails is left out.

    :param history: (n,) floats, equally spaced, the latest last; may be negative
    :param int horizon: how many points to forecast
    :param int season: points per season (52, 12, 4; 1 = none)
    :param float level: probability of the interval
    :rtype: Forecast
    :raises TooLittleHistory: fewer than ``LEAST_POINTS``
    :raises ValueError: NaN or infinity (names the index), or a horizon, season or level out of range
    """
    import warnings

    import numpy as np
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    history = finite_vector(history, "history")
    horizon, season = check_whole(horizon, "horizon"), check_whole(season, "season")
    check_level(level)
    if len(history) < LEAST_POINTS:
        raise TooLittleHistory(len(history), LEAST_POINTS)
    if len(history) < 2 * season:
        season = 1
    with _warnings_lock, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", ConvergenceWarning)
        return _choose(history, horizon, season, level)


def forecast_many(histories, horizon, season, *, level=0.8):
    """Forecast several series of the same time axis, each from its first value that is not zero.

    :param histories: (k, n) floats
    :return: list of k: ``Forecast``, or the ``TooLittleHistory`` (not raised) of a series that began too late
    :raises ValueError: as ``forecast`` does
    """
    import numpy as np

    histories = np.asarray(histories, dtype=float)
    if histories.ndim != 2:
        raise ValueError(f"histories must have two dimensions, not {histories.ndim}")
    wrong = np.argwhere(~np.isfinite(histories))
    if wrong.size:
        raise ValueError(f"histories[{wrong[0][0]}, {wrong[0][1]}] is not a number to reckon with")
    answers = []
    for history in histories:
        try:
            answers.append(forecast(_begun(history), horizon, season, level=level))
        except TooLittleHistory as error:
            answers.append(error)
    return answers


def _begun(history):
    """The series without the zeros before its first value: nobody sold then, so they say nothing of what comes."""
    import numpy as np

    sold = np.flatnonzero(history)
    return history[sold[0] :] if sold.size else history[:0]


def _choose(history, horizon, season, level):
    """Back-test, choice and forecast; warnings are silent here, but for a fit that did not converge: it raises.

    :rtype: Forecast
    """
    import numpy as np
    from scipy.stats import t as student

    cut = backtest.plan(len(history), horizon, season)
    tried = _try_all(history, cut, season)
    candidates = {name: backtest.score(history, forecasts, cut, season) for name, forecasts in tried.items()}
    actual = backtest.actual_windows(history, cut)
    absolute = {name: np.abs(forecasts - actual).sum() for name, forecasts in tried.items()}
    for name in _ranked(absolute):
        mean = _attempt(name, history, horizon, season)
        if mean is None:
            continue
        sd, freedom = backtest.cumulative_error(tried[name] - actual, cut, horizon)
        half = student.ppf(0.5 + level / 2, freedom) * sd
        total = np.cumsum(mean)
        return Forecast(
            name, mean, sd, freedom, total - half, total + half, level, season, candidates[name], candidates
        )
    raise AssertionError("the seasonal naive cannot fail")


def _try_all(history, cut, season):
    """Forecasts of each method that works at every origin: dict of str to (k, tested horizon)."""
    import numpy as np

    tried = {}
    for name in forecast_methods.METHODS:
        forecasts = []
        for origin in cut.origins:
            attempt = _attempt(name, history[:origin], cut.horizon, season)
            if attempt is None:
                break
            forecasts.append(attempt)
        else:
            tried[name] = np.array(forecasts)
    return tried


def _attempt(name, past, horizon, season):
    """What the method forecasts, or None where it fails or gives something that cannot be.

    :rtype: numpy.ndarray | None
    """
    import numpy as np

    try:
        values = forecast_methods.METHODS[name](past, horizon, season)
    except (ValueError, ArithmeticError, IndexError, np.linalg.LinAlgError, Warning):
        return None
    # A fit that ran away: beyond ten times the range of what was ever seen no method here is to be believed.
    limit = np.abs(past).max() + 10 * np.ptp(past)
    return values if np.isfinite(values).all() and np.abs(values).max() <= limit else None


def _ranked(absolute):
    """Names from the smallest error on; of errors that differ by rounding only, the simpler method first.

    :param absolute: dict of str to float, the simplest first
    """
    left = dict(absolute)
    while left:
        best = next(iter(left))
        for name, error in left.items():
            if error < left[best] * (1 - 1e-9):
                best = name
        del left[best]
        yield best
