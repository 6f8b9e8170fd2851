"""Whether forecasts are as good and as sure as they say, in eleven kinds of worlds; see forecast_worlds.py.

In continuous integration three seeds of each kind, with limits for so few; with --long thirty, with the limits we promise.
"""

import numpy as np
import pytest
from forecast_worlds import KINDS, SEASON, STRETCHES, world

LIMITS = (0.70, 0.90)
# Twelve series: what a share of 0.8 may look like by chance.
LIMITS_OF_FEW = (0.5, 1.0)
# A forecast is never worse than the seasonal naive by more, as WAPE over all series of a kind.
WORSE_THAN_NAIVE = 1.05


def seasonal_naive(past):
    season = SEASON if len(past) >= 2 * SEASON else 1
    return past[-season:][np.arange(STRETCHES[-1]) % season]


def measure(analytics, kind, seeds):
    """Share of sums that their interval holds, and absolute errors: own and of the seasonal naive."""
    held, own, naive = [], 0.0, 0.0
    for seed in range(seeds):
        for series in world(kind, seed):
            answer = analytics.forecast.forecast(series.past, STRETCHES[-1], SEASON)
            assert (np.diff(answer.cumulative_sd) >= 0).all()
            truth = series.future.cumsum()
            low, high = answer.cumulative_low * (1 - 1e-9), answer.cumulative_high * (1 + 1e-9)
            held += [low[weeks - 1] <= truth[weeks - 1] <= high[weeks - 1] for weeks in STRETCHES]
            own += np.abs(answer.mean - series.future).sum()
            naive += np.abs(seasonal_naive(series.past) - series.future).sum()
    return np.mean(held), own, naive


def check(analytics, kind, seeds, limits):
    held, own, naive = measure(analytics, kind, seeds)
    if kind == "constant":
        # No error was ever seen: the interval is the truth itself.
        assert (held, own) == (1.0, 0.0)
        return
    assert limits[0] <= held <= limits[1]
    assert own <= naive * WORSE_THAN_NAIVE


@pytest.mark.parametrize("kind", KINDS)
def test_few_worlds(analytics, kind):
    check(analytics, kind, 3, LIMITS_OF_FEW)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_many_worlds(analytics, kind):
    check(analytics, kind, 30, LIMITS)


def weekly(seed, weeks=79, sd=500.0):
    return np.random.default_rng(seed).normal(10_000, sd, weeks)


@pytest.mark.parametrize("seed", range(5))
def test_a_spike_at_the_end_does_not_become_the_level(analytics, seed):
    """79 weeks of 10,000, then one of 40,000: the next month is one of 10,000 a week, and not 178,090."""
    calm = weekly(seed)
    answer = analytics.forecast.forecast(np.append(calm, 40_000.0), 5, SEASON)
    assert answer.mean.sum() == pytest.approx(50_000, rel=0.05)
    without = analytics.forecast.forecast(calm, 5, SEASON)
    assert answer.mean.sum() == pytest.approx(without.mean.sum(), rel=0.03)
    (unusual,) = answer.unusual
    assert (unusual.index, unusual.value) == (79, 40_000.0)
    assert unusual.usual == pytest.approx(10_000, rel=0.1)
    # 60,000 would be 20 % more than ever.
    landed = analytics.landing.landing(
        0.0,
        answer.mean.sum(),
        answer.cumulative_sd[-1],
        60_000.0,
        freedom=answer.freedom,
        below=answer.below,
        above=answer.above,
        floor=answer.floor,
    )
    assert landed.probability < 0.02


def test_a_last_value_ten_times_the_rest(analytics):
    held = []
    for seed in range(30):
        series = weekly(seed, 88)
        past, truth = series[:80].copy(), series[80:].sum()
        past[-1] *= 10
        answer = analytics.forecast.forecast(past, 8, SEASON)
        held.append(answer.cumulative_low[-1] <= truth <= answer.cumulative_high[-1])
    # It was 30 %; 80 % of 30 give 70 to 95 % by chance.
    assert np.mean(held) >= 0.7


@pytest.mark.parametrize("horizon", [5, 13, 26])
def test_what_falls_to_zero_stays_there(analytics, horizon):
    """25 weeks from 12,000 down by 500 each, to 0: nothing more is sold, and nothing less than nothing."""
    answer = analytics.forecast.forecast(12_000.0 - 500 * np.arange(25), horizon, SEASON)
    assert answer.floor == 0
    assert (answer.mean >= 0).all()
    assert (answer.cumulative_low >= 0).all()
    assert answer.mean.sum() < 2_000
    landed = analytics.landing.landing(
        150_000.0, answer.mean.sum(), answer.cumulative_sd[-1], 160_000.0, freedom=answer.freedom, floor=answer.floor
    )
    assert landed.low >= 150_000


def test_refunds_may_be_forecast(analytics):
    past = np.random.default_rng(1).normal(500, 3_000, 90)
    answer = analytics.forecast.forecast(past, 8, SEASON)
    assert answer.floor is None
    assert answer.cumulative_low[-1] < 0
    # What cannot fall is told by its measure, whatever its past looks like.
    assert (analytics.forecast.forecast(past, 8, SEASON, floor=0.0).cumulative_low >= 0).all()


def test_mostly_zero_is_not_forecast_as_nothing(analytics):
    """One week in five sells 1,000: absolute errors would prefer to forecast 0 for ever."""
    random = np.random.default_rng(4)
    past = np.where(random.random(150) < 0.2, random.normal(1_000, 100, 150), 0.0)
    answer = analytics.forecast.forecast(past, 13, SEASON)
    assert answer.mean.sum() == pytest.approx(13 * 200, rel=0.35)
    assert answer.cumulative_low[-1] >= 0


def test_intermittent_methods_agree_with_a_library(analytics):
    """Values of statsforecast 2.1.1, CrostonSBA and TSB(0.1, 0.1); after 900 weeks the start no longer counts."""
    random = np.random.default_rng(3)
    past = np.where(random.random(900) < 0.3, random.gamma(3, 100, 900).round(), 0.0)
    methods = analytics.forecast_methods.METHODS
    assert methods["sba"](past, 2, 1).tolist() == pytest.approx([89.30585535] * 2, rel=1e-6)
    assert methods["tsb"](past, 2, 1).tolist() == pytest.approx([86.51006164] * 2, rel=1e-6)
    for name in ("sba", "tsb"):
        with pytest.raises(ValueError):
            methods[name](weekly(1), 2, 1)


@pytest.mark.parametrize("sign", [1, -1])
def test_intervals_lean_to_where_errors_are(analytics, sign):
    """Now and then a week is much larger (or smaller), never the other way."""
    random = np.random.default_rng(5)
    past = 100_000 + sign * random.gamma(0.4, 20_000, 156)
    answer = analytics.forecast.forecast(past, 1, 1)
    assert np.sign(answer.above - answer.below) == sign
    high, low = answer.cumulative_high - answer.mean, answer.mean - answer.cumulative_low
    assert np.sign(high - low) == sign


def test_indexes_of_many_count_on_the_common_axis(analytics):
    past = weekly(2)
    past[60] = 60_000.0
    (answer,) = analytics.forecast.forecast_many([np.append(np.zeros(30), past)], 4, SEASON)
    assert [(point.index, point.value) for point in answer.unusual] == [(90, 60_000.0)]
