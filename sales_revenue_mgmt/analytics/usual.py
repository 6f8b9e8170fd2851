"""What is unusual in a series, told apart from what repeats, before anything is fitted to it.

A single week far from its neighbours counts as its neighbours say, and a level that has jumped counts for what was before it
too. Both are reported, so that they can be said to who reads a forecast.
"""

from dataclasses import dataclass

from .checks import finite_vector
from .outliers import NORMAL_PER_MAD

# Neighbours that say what is usual, the point itself among them.
WINDOW = 9
# So many standard deviations from its neighbours, on a scale that is logarithmic for large values.
THRESHOLD = 5.0
# What differs by less than this share is never unusual, however calm the series.
LEAST_SPREAD = 0.05
# Longer stretches are a season or a new level.
LONGEST_STRETCH = 2
# What is unusual more often than this is usual.
LARGEST_SHARE = 0.05
# From this share of zeros on, sizes are compared with sizes only.
MANY_ZEROS = 0.3

# A new level: so many points on either side of the jump, so many standard deviations, and this share of the usual size.
LEAST_AFTER, LEAST_BEFORE = 5, 8
JUMP = 4.0
LEAST_JUMP = 0.15
# A quarter next to the jump says how large it is: less is noise, more is already trend.
LEVEL_POINTS = 13


@dataclass(frozen=True)
class Unusual:
    """:ivar int index: of the point in the series
    :ivar float value: what it is
    :ivar float usual: what it counts as
    """

    index: int
    value: float
    usual: float


@dataclass(frozen=True)
class Jump:
    """:ivar int index: the first point of the new level
    :ivar float before, after: means of the points next to it on either side
    :ivar float doubt: standard deviation of the error of the new level, which few points tell
    """

    index: int
    before: float
    after: float
    doubt: float


@dataclass(frozen=True, eq=False)
class Usual:
    """:ivar values: (n,) the series as it counts
    :ivar tuple unusual: ``Unusual`` points, the earliest first
    :ivar jump: ``Jump`` or None
    """

    values: object
    unusual: tuple
    jump: object


def is_intermittent(values):
    """Whether a series is nothing so often that its sizes and its pauses are two questions.

    :rtype: bool
    """
    import numpy as np

    return bool(np.mean(np.asarray(values) == 0) >= MANY_ZEROS)


def usual(history, season=1):
    """The series without single points that stand apart, and at its latest level.

    A point is unusual where it lies far from the median of its neighbours (at the ends: from the line through them), is not
    part of a longer stretch, and has no counterpart one season earlier or later. Hampel's filter, on the scale of asinh, which
    is linear near zero and logarithmic far from it, so that skewed sizes are not taken for unusual.

    :param history: (n,) floats
    :param int season: points after which something may repeat
    :rtype: Usual
    :raises ValueError: NaN or infinity (names the index)
    """
    import numpy as np

    history = finite_vector(history, "history")
    if len(history) < WINDOW - 1 or not history.any():
        return Usual(history, (), None)
    if is_intermittent(history):
        found, instead = _unusual_sizes(history)
    else:
        found, instead = _unusual_points(history, season)
    if found.sum() > max(LONGEST_STRETCH, LARGEST_SHARE * len(history)):
        found = np.zeros(len(history), dtype=bool)
    values = np.where(found, instead, history)
    points = tuple(Unusual(int(index), float(history[index]), float(instead[index])) for index in np.flatnonzero(found))
    jump = None if is_intermittent(history) else _latest_jump(values, season)
    if jump and not _in_proportion(jump):
        jump = None
    if jump:
        before, after = values[: jump.index], values[jump.index :]
        values = np.concatenate([before * (jump.after / jump.before), after])
    return Usual(values, points, jump)


def _unusual_points(history, season):
    """Which points stand apart from their neighbours, and what these say: (n,) bool and (n,) floats."""
    import numpy as np

    local = _local(history)
    size = np.median(np.abs(history[history != 0]))
    distance = np.arcsinh(history / size) - np.arcsinh(local / size)
    spread = max(np.median(np.abs(distance)) / NORMAL_PER_MAD, LEAST_SPREAD)
    score = distance / spread
    found = np.abs(score) > THRESHOLD
    for index in np.flatnonzero(found):
        if season > 1 and _repeats(score, index, season):
            found[index] = False
    return _short_stretches(found), local


def _local(history):
    """Median of the neighbours of each point; at the ends, the line through the nearest ones: (n,)."""
    import numpy as np

    window = min(WINDOW, len(history) - (len(history) + 1) % 2)
    half = window // 2
    windows = np.lib.stride_tricks.sliding_window_view(history, window)
    middle = np.median(windows, axis=1)
    slope = np.median(windows[:, half:] - windows[:, : half + 1], axis=1) / half
    steps = np.arange(1, half + 1)
    return np.concatenate([middle[0] - slope[0] * steps[::-1], middle, middle[-1] + slope[-1] * steps])


def _repeats(score, index, season):
    """Whether the same stands apart one season earlier or later, give or take a point."""
    import numpy as np

    near = [at + shift for at in (index - season, index + season) for shift in (-1, 0, 1)]
    near = [at for at in near if 0 <= at < len(score)]
    return bool(near) and bool((score[near] * np.sign(score[index]) > THRESHOLD / 2).any())


def _short_stretches(found):
    """Without stretches that are too long to be an exception."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate([[0], found.astype(int), [0]])))
    kept = found.copy()
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start > LONGEST_STRETCH:
            kept[start:stop] = False
    return kept


def _unusual_sizes(history):
    """As :func:`_unusual_points`, of what is sold now and then: sizes among sizes."""
    import numpy as np

    sold = history != 0
    sizes = np.log(np.abs(history[sold]))
    instead = np.full(len(history), np.sign(history.sum()) * np.exp(np.median(sizes)))
    found = np.zeros(len(history), dtype=bool)
    if len(sizes) > WINDOW // 2:
        distance = sizes - np.median(sizes)
        spread = max(np.median(np.abs(distance)) / NORMAL_PER_MAD, LEAST_SPREAD)
        # Many small ones are no exception; a large one is.
        found[sold] = distance / spread > THRESHOLD
    return found, instead


def _latest_jump(values, season):
    """Where the level has changed at once and stayed changed.

    :rtype: Jump | None
    """
    import numpy as np

    best, least = None, np.inf
    size = np.median(np.abs(values))
    if len(values) < LEAST_BEFORE + LEAST_AFTER:
        return None
    indexes = np.arange(LEAST_BEFORE, len(values) - LEAST_AFTER + 1)
    lefts, rights = _medians_beside(values, indexes)
    # Most series have no jump that is large enough: nothing else is looked at then.
    large = np.abs(rights - lefts) >= LEAST_JUMP * size
    for index, left, right in zip(indexes[large], lefts[large], rights[large], strict=True):
        before, after = values[:index], values[index:]
        jump, whole = right - left, np.median(after) - np.median(before)
        if whole * np.sign(jump) < 0.6 * abs(jump):
            continue
        away = np.concatenate([before - np.median(before), after - np.median(after)])
        spread = max(np.median(np.abs(away)) / NORMAL_PER_MAD, LEAST_SPREAD * size / 2)
        middle = (left + right) / 2
        clear = (np.sign(jump) * (after - middle) > 0).mean() > 0.9 and (
            np.sign(jump) * (before[-LEAST_BEFORE:] - middle) < 0
        ).mean() > 0.8
        # Of all splits that are clear, the one that leaves least: a week too late would count a new week as an old one.
        left_over = np.abs(away).sum()
        if (
            clear
            and left_over < least
            and abs(jump) / spread > JUMP
            and not _jumped_before(values, index, season, jump)
        ):
            best, least = int(index), left_over
    return None if best is None else _jump_at(values, best)


def _medians_beside(values, indexes):
    """Medians of the points before each index, and from it on (fewer at the end)."""
    import numpy as np

    padded = np.append(values, np.full(LEAST_BEFORE, np.nan))
    windows = np.lib.stride_tricks.sliding_window_view(padded, LEAST_BEFORE)
    whole = indexes[indexes + LEAST_BEFORE <= len(values)]
    rights = np.concatenate(
        [np.median(windows[whole], axis=1), [np.median(values[index:]) for index in indexes[len(whole) :]]]
    )
    return np.median(windows[indexes - LEAST_BEFORE], axis=1), rights


def _jump_at(values, index):
    """
    :rtype: Jump
    """
    before, after = values[max(index - LEVEL_POINTS, 0) : index], values[index : index + LEVEL_POINTS]
    levels = before.mean(), after.mean()
    # The noise of the old level counts at the size of the new one.
    ratio = levels[1] / levels[0] if levels[0] > 0 else 1.0
    doubt = (after.var(ddof=1) / len(after) + ratio**2 * before.var(ddof=1) / len(before)) ** 0.5
    return Jump(index, float(levels[0]), float(levels[1]), float(doubt))


def _jumped_before(values, index, season, jump):
    """Whether the series did the same one season earlier."""
    import numpy as np

    at = index - season
    if season == 1 or at < 3:
        return False
    earlier = np.median(values[at : at + LEAST_AFTER]) - np.median(values[max(at - LEAST_BEFORE, 0) : at])
    return earlier * np.sign(jump) > abs(jump) / 3


def _in_proportion(jump):
    """Whether what was before a jump can be moved to the level after it: both are sales, and of comparable size."""
    return jump.before > 0 and 0.2 < jump.after / jump.before < 5
