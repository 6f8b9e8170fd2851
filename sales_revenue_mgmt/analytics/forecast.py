"""Forecast of one equally spaced series, by the method that would have been best in its own past."""

import threading
from dataclasses import dataclass, replace

from . import backtest, forecast_methods
from .backtest import Backtest
from .checks import TooLittleHistory, check_level, check_whole, finite_vector
from .spread import interval
from .usual import is_intermittent, usual

__all__ = ["LEAST_POINTS", "Backtest", "Forecast", "TooLittleHistory", "forecast", "forecast_many"]

# Five to learn from and three origins to be tested at: with fewer, an error cannot be told from its spread.
LEAST_POINTS = 8
# A method whose single points were so much worse than those of the naive ones is not chosen.
WORSE_THAN_NAIVE = 1.02
NAIVE = ("seasonal_naive", "naive")
# What fits more to the past has to be better by so much: it may be so by chance, and goes wrong farther.
DOUBT = {
    "drift": 0.05,
    "seasonal_shift": 0.05,
    "smoothing": 0.05,
    "tsb": 0.05,
    "theta": 0.1,
    "damped_trend": 0.15,
    "seasonal_damped_trend": 0.15,
}

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
    :ivar float below, above: how far the interval reaches to either side, as shares of a symmetric one
    :ivar floor: no point is forecast to be less, nor their sums; None: refunds may come
    :ivar cumulative_low, cumulative_high: (h,) central interval of the sum of the first 1..h points
    :ivar float level: its probability
    :ivar int season_used: 1 where less than two full seasons are known: no seasonality can be measured then
    :ivar Backtest backtest: of the chosen method
    :ivar candidates: dict of str to Backtest, all at the same origins and horizon, the simplest first
    :ivar tuple unusual: points that counted as their neighbours say (``Unusual``), by index in the history
    :ivar jump: where the level has changed (``Jump``), or None; what was before it counted at the new level
    """

    method: str
    mean: object
    cumulative_sd: object
    freedom: float
    below: float
    above: float
    floor: float | None
    cumulative_low: object
    cumulative_high: object
    level: float
    season_used: int
    backtest: Backtest
    candidates: dict
    unusual: tuple
    jump: object


def forecast(history, horizon, season, *, level=0.8, floor=None):
    """Forecast the next points of a series.

    First the series is brought to what is usual (see :func:`usual`). Then every method is tried at the same past origins, up to
    the last point but one, refitted at each on the points before it. The smallest error of sums wins (``Backtest.sums``);
    of equals, the simpler. A method whose single points were worse than those of the naive ones is not taken, and one that
    fails is left out.

    :param history: (n,) floats, equally spaced, the latest last; may be negative
    :param int horizon: how many points to forecast
    :param int season: points per season (52, 12, 4; 1 = none)
    :param float level: probability of the interval
    :param floor: what no point can be less than; without it, 0 for a series that never was below 0
    :rtype: Forecast
    :raises TooLittleHistory: fewer than ``LEAST_POINTS``
    :raises ValueError: NaN or infinity (names the index), or a horizon, season or level out of range
    """
    import warnings

    import numpy as np

    history = finite_vector(history, "history")
    horizon, season = check_whole(horizon, "horizon"), check_whole(season, "season")
    check_level(level)
    if len(history) < LEAST_POINTS:
        raise TooLittleHistory(len(history), LEAST_POINTS)
    with _warnings_lock, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return _choose(history, horizon, season, level, floor)


def forecast_many(histories, horizon, season, *, level=0.8, floor=None):
    """Forecast several series of the same time axis, each from its first value that is not zero.

    :param histories: (k, n) floats
    :return: list of k: ``Forecast`` (its indexes count from the beginning of the time axis), or the
        ``TooLittleHistory`` (not raised) of a series that began too late
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
        begun = _begun(history)
        try:
            answers.append(
                _later(forecast(begun, horizon, season, level=level, floor=floor), len(history) - len(begun))
            )
        except TooLittleHistory as error:
            answers.append(error)
    return answers


def _later(answer, points):
    """The same forecast of a history with so many points before it."""
    unusual = tuple(replace(point, index=point.index + points) for point in answer.unusual)
    jump = answer.jump and replace(answer.jump, index=answer.jump.index + points)
    return replace(answer, unusual=unusual, jump=jump)


def _begun(history):
    """The series without the zeros before its first value: nobody sold then, so they say nothing of what comes."""
    import numpy as np

    sold = np.flatnonzero(history)
    return history[sold[0] :] if sold.size else history[:0]


def _choose(history, horizon, season, level, floor):
    """Back-test, choice and forecast.

    :rtype: Forecast
    """
    import numpy as np

    known = usual(history, season)
    values = known.values
    if len(values) < 2 * season:
        season = 1
    if floor is None and values.min() >= 0:
        floor = 0.0
    cut = backtest.plan(len(values), horizon, season)
    tried = _try_all(values, cut, season, floor)
    candidates = {name: backtest.score(values, forecasts, cut, season) for name, forecasts in tried.items()}
    for name in _ranked(_errors(candidates, is_intermittent(values))):
        mean = _attempt(name, values, horizon, season, floor)
        if mean is None:
            continue
        close = backtest.plan(len(values), horizon, season, backtest.ORIGINS_OF_CHOSEN)
        errors = _forecasts(name, values, close, season, floor)
        if errors is None:
            close, errors = cut, tried[name]
        errors = errors - backtest.actual_windows(values, close)
        sd, freedom = backtest.cumulative_error(errors, close, horizon)
        below, above = backtest.skewness(errors, close, sd)
        if known.jump:
            # The back-test saw what was before the jump at the new level already, and never this doubt.
            sd = np.hypot(sd, known.jump.doubt * np.arange(1, horizon + 1))
        if is_intermittent(values):
            sd = np.maximum(sd, _chance_of_sales(values, season, horizon))
        if floor is not None:
            sd = _cut_at_floor(sd, mean, floor)
        total, lowest = np.cumsum(mean), np.nan if floor is None else floor * np.arange(1, horizon + 1)
        low, high = interval(total, sd, freedom, below, above, lowest, level)
        return Forecast(
            name,
            mean,
            sd,
            freedom,
            below,
            above,
            floor,
            low,
            high,
            level,
            season,
            candidates[name],
            candidates,
            known.unusual,
            known.jump,
        )
    raise AssertionError("the seasonal naive cannot fail")


def _chance_of_sales(values, season, horizon):
    """Deviations of sums of what is sold now and then, at least: those of independent weeks around a mean that is no surer
    than its weeks. Few windows of a back-test hold the rare large sale.

    :rtype: numpy.ndarray
    """
    import numpy as np

    ahead = np.arange(1, horizon + 1)
    weeks = min(len(values), season) if season > 1 else len(values)
    return np.std(values, ddof=1) * np.sqrt(ahead * (1 + ahead / weeks))


def _cut_at_floor(sd, mean, floor):
    """Deviations of sums, where points lie on the floor: half of what may go wrong there cannot happen.

    :param sd: (h,), never falling
    :rtype: numpy.ndarray
    """
    import numpy as np

    return np.cumsum(np.diff(sd, prepend=0.0) * np.where(mean > floor, 1.0, 0.2))


def _errors(candidates, intermittent):
    """What decides: the error of sums. Methods whose single points are worse than repeating the last season, or the last
    point, come after all others; of what is sold now and then, single points say nothing.

    :param candidates: dict of str to Backtest
    :rtype: dict[str, float]
    """
    errors = {name: test.sums * (1 + DOUBT.get(name, 0.0)) for name, test in candidates.items()}
    naive = [candidates[name].mase for name in NAIVE if name in candidates and candidates[name].mase is not None]
    if intermittent or not naive:
        return errors
    behind = 1 + 2 * max(errors.values())
    worse = {name for name, test in candidates.items() if test.mase > min(naive) * WORSE_THAN_NAIVE}
    return {name: error + behind * (name in worse) for name, error in errors.items()}


def _try_all(history, cut, season, floor=None):
    """Forecasts of each method that works at every origin: dict of str to (k, tested horizon)."""

    found = {name: _forecasts(name, history, cut, season, floor) for name in forecast_methods.METHODS}
    return {name: forecasts for name, forecasts in found.items() if forecasts is not None}


def _forecasts(name, history, cut, season, floor):
    """Forecasts of a method from each origin: (k, tested horizon), or None where it fails at one of them.

    :rtype: numpy.ndarray | None
    """
    import numpy as np

    found = []
    for origin in cut.origins:
        attempt = _attempt(name, history[:origin], cut.horizon, season, floor)
        if attempt is None:
            return None
        found.append(attempt)
    return np.array(found)


def _attempt(name, past, horizon, season, floor=None):
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
    if not np.isfinite(values).all() or np.abs(values).max() > limit:
        return None
    return values if floor is None else np.maximum(values, floor)


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
