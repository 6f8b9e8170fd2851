"""Seeded worlds whose future is known because we made it: weekly sales of eleven kinds, as a forecast meets them.

A world is made from its kind and its seed only, past and future by one process, without looking at any forecast.
"""

from dataclasses import dataclass

import numpy as np

SEASON = 52
# A world is a company of so many lines, of one kind: the share of intervals that hold is of 120 series in 30 worlds.
LINES = 4
# Sums of so many weeks ahead are compared: about a month, a quarter, half a year.
STRETCHES = (4, 13, 26)


@dataclass(frozen=True, eq=False)
class Series:
    """:ivar past: (n,) weekly amounts
    :ivar future: (26,) what came then
    """

    past: object
    future: object


def world(kind, seed):
    """
    :rtype: list[Series]
    """
    random = np.random.default_rng([sorted(KINDS).index(kind), seed])
    return [_series(*KINDS[kind](random)) for _line in range(LINES)]


def _series(values, known):
    return Series(values[:known], values[known : known + STRETCHES[-1]])


def _noisy(random, known, spread=(0.03, 0.25)):
    """A level with noise, autocorrelated in one world of two; and its standard deviation."""
    size = known + STRETCHES[-1]
    noise = random.normal(0, 1, size)
    memory = random.choice([0.0, random.uniform(0, 0.4)])
    for week in range(1, size):
        noise[week] += memory * noise[week - 1]
    return 10_000 + 10_000 * random.uniform(*spread) * noise


def level(random):
    known = int(random.integers(40, 157))
    return _noisy(random, known), known


def trend(random):
    known = int(random.integers(40, 157))
    values = _noisy(random, known, (0.03, 0.15))
    rise = random.uniform(0.3, 1.5) * random.choice([-0.5, 1])
    return values + rise * 10_000 * np.arange(len(values)) / len(values), known


def season(random):
    known = int(random.integers(110, 157))
    values = _noisy(random, known, (0.03, 0.12))
    weeks = np.arange(len(values)) + random.integers(52)
    wave = 3_000 * random.uniform(0.5, 1.5) * np.sin(2 * np.pi * weeks / SEASON)
    # Three strong weeks at the end of each year, in one world of two.
    peak = np.where(weeks % SEASON >= 49, 8_000, 0) * random.integers(2)
    return values + wave + peak, known


def spike_at_the_end(random):
    known = int(random.integers(40, 105))
    values = _noisy(random, known, (0.03, 0.15))
    values[known - 1] *= random.uniform(4, 12)
    return values, known


def spike_before(random):
    known = int(random.integers(40, 105))
    values = _noisy(random, known, (0.03, 0.15))
    values[known - int(random.integers(2, 30))] *= random.uniform(4, 12)
    return values, known


def step(random):
    known = int(random.integers(50, 120))
    values = _noisy(random, known, (0.03, 0.12))
    values[known - int(random.integers(6, 30)) :] *= random.choice([0.5, 1.8])
    return values, known


def intermittent(random):
    known = int(random.integers(60, 157))
    size = known + STRETCHES[-1]
    sold = random.random(size) < random.uniform(0.12, 0.45)
    return np.where(sold, random.gamma(random.uniform(1.5, 6), 3_000, size), 0.0), known


def falling_to_zero(random):
    """A product that runs out: at the end of the past it is near zero, or there already."""
    known = int(random.integers(20, 60))
    size = known + STRETCHES[-1]
    weeks = np.arange(size)
    line = 12_000 * (1 - weeks / (known + random.integers(-4, 15)))
    return np.maximum(line + random.normal(0, 12_000 * random.uniform(0.02, 0.1), size), 0), known


def negative_weeks(random):
    """Net of refunds: one week in four or so is below zero."""
    known = int(random.integers(40, 157))
    size = known + STRETCHES[-1]
    return random.normal(2_000, random.uniform(2_000, 4_000), size), known


def constant(random):
    known = int(random.integers(10, 157))
    return np.full(known + STRETCHES[-1], float(random.integers(1, 20_000))), known


def short(random):
    known = int(random.integers(8, 20))
    return _noisy(random, known), known


KINDS = {
    kind.__name__: kind
    for kind in (
        level,
        trend,
        season,
        spike_at_the_end,
        spike_before,
        step,
        intermittent,
        falling_to_zero,
        negative_weeks,
        constant,
        short,
    )
}
