import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

pytestmark = pytest.mark.usefixtures("no_warning")


@pytest.fixture(scope="session")
def module(analytics):
    return analytics.landing


def test_known_values(module):
    got = module.landing(60, 40, 10, 110)
    assert got.value == 100
    # 80 % of a normal distribution: 1.2816 standard deviations to either side.
    assert got.low == pytest.approx(87.184, abs=1e-3)
    assert got.high == pytest.approx(112.816, abs=1e-3)
    assert got.probability == pytest.approx(0.158655, abs=1e-6)
    assert module.landing(60, 40, 10, 100).probability == 0.5


def test_student(module):
    got = module.landing(0, 100, 10, 110, freedom=4)
    assert got.high == pytest.approx(100 + 1.533206 * 10, abs=1e-4)
    assert got.probability == pytest.approx(stats.t.cdf(-1, 4))
    many = module.landing(0, 100, 10, 110, freedom=1e7)
    assert many.probability == pytest.approx(module.landing(0, 100, 10, 110).probability, abs=1e-6)


def test_freedom_of_each(module):
    got = module.landing([0, 0], 100, 10, 110, freedom=[2, 50])
    assert got.high[0] > got.high[1]
    assert got.probability[1] == module.landing(0, 100, 10, 110, freedom=50).probability


@pytest.mark.parametrize("freedom", [None, 3])
def test_without_spread(module, freedom):
    got = module.landing([60.0, 60, 60], 40.0, 0.0, [100.0, 100.01, 99], freedom=freedom)
    assert got.low.tolist() == got.high.tolist() == got.value.tolist() == [100] * 3
    assert got.probability.tolist() == [1, 0, 1]


@pytest.mark.parametrize("target", [0, -5, math.nan])
@pytest.mark.parametrize("sd", [0, 10])
def test_without_target_there_is_no_probability(module, target, sd):
    got = module.landing(60, 40, sd, target)
    assert np.isnan(got.probability)
    assert got.value == 100


def test_what_is_unknown_stays_unknown(module):
    got = module.landing([math.nan, 1], [1, 1], [0, 0], [5, 1])
    assert np.isnan(got.value[0])
    assert np.isnan(got.probability[0])
    assert got.probability[1] == 1


def test_shapes(module):
    grid = np.arange(6.0).reshape(2, 3)
    got = module.landing(grid, grid, grid, grid, freedom=5)
    assert got.value.shape == got.low.shape == got.high.shape == got.probability.shape == (2, 3)


@pytest.mark.parametrize(
    "wrong",
    [{"sd": -1}, {"level": 0}, {"level": 1}, {"freedom": 0}, {"freedom": math.nan}, {"mean": [1, 2], "sd": [1, 2, 3]}],
)
def test_out_of_range(module, wrong):
    with pytest.raises(ValueError):
        module.landing(**({"actual": 1, "mean": 1, "sd": 1, "target": 1} | wrong))


amounts = st.floats(-1e6, 1e6)


@given(amounts, amounts, st.floats(0, 1e6), st.floats(1, 1e6), st.none() | st.floats(1, 60))
def test_interval_and_probability_are_of_one_distribution(module, actual, mean, sd, target, freedom):
    got = module.landing(actual, mean, sd, target, freedom=freedom)
    assert got.low <= got.value <= got.high
    assert 0 <= got.probability <= 1
    if sd > 1e-3 and got.low > 0:
        # The lower end is what nine in ten cases reach.
        assert module.landing(actual, mean, sd, got.low, freedom=freedom).probability == pytest.approx(0.9, abs=1e-3)


def test_stretches_of_weeks(module):
    got = module.rest_of_periods([[70, 140]], [[6, 10]], [0, 0, 0, 0, 0, 7, 1], [0, 1, 7, 8, 14, 14, 8])
    assert got.mean[0].tolist() == pytest.approx([0, 10, 70, 90, 210, 140, 80])
    # At the ends of weeks as forecast; between, the variance is even: 36/7; 36 + 64/7. What lies before is taken off.
    variances = [0, 36 / 7, 36, 36 + 64 / 7, 100, 64, 36 + 64 / 7 - 36 / 7]
    assert got.sd[0].tolist() == pytest.approx([variance**0.5 for variance in variances])


def test_each_series_has_its_own(module):
    got = module.rest_of_periods([[7, 7], [70, 70]], [[1, 2], [3, 4]], [0], [14])
    assert got.mean.tolist() == [[14], [140]]
    assert got.sd.tolist() == [[2], [4]]


@given(st.lists(st.tuples(st.floats(-1e5, 1e5), st.floats(0, 1e5)), min_size=1, max_size=30))
def test_days_pass_through_the_weeks(module, weeks):
    mean = np.array([week[0] for week in weeks])
    sd = np.sort([week[1] for week in weeks])
    days = np.arange(7 * len(weeks) + 1)
    every_day = module.rest_of_periods([mean], [sd], 0 * days, days)
    np.testing.assert_allclose(every_day.mean[0, 7::7], mean.cumsum(), atol=1e-6)
    np.testing.assert_allclose(every_day.sd[0, 7::7], sd, atol=1e-6)
    assert (np.diff(every_day.sd[0]) >= -1e-9).all()
    np.testing.assert_allclose(np.diff(every_day.mean[0]), np.repeat(mean / 7, 7), atol=1e-6)


@pytest.mark.parametrize(
    ("mean", "sd", "first", "last"),
    [
        ([1, 2], [1, 2], [0], [15]),
        ([1, 2], [1, 2], [-1], [3]),
        ([1, 2], [1, 2], [4], [3]),
        ([1, 2], [1], [0], [3]),
        ([1, 2], [1, -2], [0], [3]),
        ([1, math.nan], [1, 2], [0], [3]),
        ([1, 2], [1, 2], [0], [math.nan]),
    ],
)
def test_stretches_that_cannot_be(module, mean, sd, first, last):
    with pytest.raises(ValueError, match=r"stretches|cumulative_sd|last"):
        module.rest_of_periods([mean], [sd], first, last)


def test_a_landing_keeps_what_is_there(module):
    """Where the rest cannot be negative, neither the value nor its interval lies below the actual."""
    got = module.landing([100.0, 100.0], [-20.0, 5.0], 30.0, [90.0, 110.0], floor=[0.0, 0.0])
    assert got.value.tolist() == [100, 105]
    assert got.low.tolist() == [100, 100]
    assert (got.high > got.value).all()
    # 90 is booked already.
    assert got.probability[0] == 1
    refunds = module.landing(100.0, -20.0, 30.0, 90.0)
    assert (refunds.value, refunds.probability < 0.5) == (80, True)
    assert refunds.low < 80


def test_an_interval_on_the_floor_still_holds_its_level(module):
    """Half of the distribution lies on the floor: the upper end is what 80 % stay below, not 90 %."""
    got = module.landing(0.0, 0.0, 10.0, 5.0, floor=0.0)
    assert got.high == pytest.approx(stats.norm.ppf(0.8) * 10)


def test_sides(module):
    got = module.landing(0.0, 100.0, 10.0, [110.0, 90.0], below=0.5, above=2.0)
    assert got.high[0] - 100 == pytest.approx(4 * (100 - got.low[0]))
    assert got.probability.tolist() == pytest.approx([stats.norm.cdf(-0.5), stats.norm.cdf(2)])
