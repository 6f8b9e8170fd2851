import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.usefixtures("no_warning")


@pytest.fixture(scope="session")
def module(analytics):
    return analytics.variance


def test_a_shortfall(module):
    got = module.explain([100, 100, 100, 100, 100], [90, 130, 40, 100, 105])
    assert got.variance.tolist() == [-10, 30, -60, 0, 5]
    assert got.total == -35
    assert got.contributing == (2, 0)
    assert got.offsetting == (1, 4)
    assert got.share.tolist() == pytest.approx([10 / 35, -30 / 35, 60 / 35, 0, -5 / 35])


def test_a_surplus_turns_the_sides(module):
    got = module.explain([90, 130, 40], [100, 100, 100])
    assert got.total == 40
    assert got.contributing == (2, 0)
    assert got.offsetting == (1,)


def test_no_total_gap(module):
    got = module.explain([10, 10, 10, 10], [12, 7, 10, 11])
    assert got.total == 0
    assert np.isnan(got.share).all()
    assert got.contributing == ()
    assert got.offsetting == (1, 0, 3)


def test_equal_parts_stay_in_order(module):
    assert module.explain([0] * 4, [5, 7, 5, 5]).contributing == (1, 0, 2, 3)
    assert module.explain([0] * 100, [5, 7] * 50).contributing == (*range(1, 100, 2), *range(0, 100, 2))


def test_nothing(module):
    got = module.explain([], [])
    assert (got.total, got.contributing, got.offsetting, got.share.size) == (0, (), (), 0)


money = st.integers(-(10**9), 10**9).map(lambda cents: cents / 100)


@given(st.lists(st.tuples(money, money), max_size=40))
def test_parts_add_up(module, parts):
    target, actual = [part[0] for part in parts], [part[1] for part in parts]
    got = module.explain(target, actual)
    assert math.fsum(got.variance) == got.total
    assert got.total == pytest.approx(math.fsum(actual) - math.fsum(target), abs=1e-6)
    # Each part that differs is on exactly one side.
    assert sorted(got.contributing + got.offsetting) == np.flatnonzero(got.variance).tolist()
    for side in (got.contributing, got.offsetting):
        sizes = np.abs(got.variance[list(side)])
        assert (np.diff(sizes) <= 0).all()
    if got.total:
        # Where a tiny total is left of great parts, shares are huge and cancel; hence the tolerance.
        assert math.fsum(got.share) == pytest.approx(1, abs=1e-12 * max(1, np.abs(got.share).max()) * 10)
        assert all(got.variance[part] * got.total > 0 for part in got.contributing)
        assert all(got.variance[part] * got.total < 0 for part in got.offsetting)


def test_explain_refuses(module):
    with pytest.raises(ValueError, match="2 targets, 1 actuals"):
        module.explain([1, 2], [1])
    with pytest.raises(ValueError, match=r"actual\[1\]"):
        module.explain([1, 2], [1, math.nan])
    with pytest.raises(ValueError, match=r"target\[0\]"):
        module.explain([math.inf, 2], [1, 1])


def test_a_line(module):
    got = module.trend(3 + 2.5 * np.arange(12))
    assert (got.slope, got.low, got.high) == pytest.approx((2.5, 2.5, 2.5))
    assert got.tau == pytest.approx(1)
    assert got.direction == "up"
    assert module.trend(-2.5 * np.arange(12)).direction == "down"


def test_an_outlier_does_not_turn_it(module):
    values = np.arange(20.0)
    values[18] = -500
    got = module.trend(values)
    assert got.direction == "up"
    assert got.slope == pytest.approx(1, abs=0.05)
    assert np.polyfit(np.arange(20), values, 1)[0] < 0


@pytest.mark.parametrize("value", [0, -4.5])
def test_a_constant_is_flat(module, value):
    got = module.trend([value] * 10)
    assert (got.slope, got.p_value, got.direction) == (0, 1, "flat")


@pytest.mark.parametrize("n", [3, 4])
def test_a_few_points_are_never_a_trend(module, n):
    got = module.trend(np.arange(n))
    assert got.slope == 1
    assert got.direction == "flat"
    assert module.trend(np.arange(5)).direction == "up"


def test_how_often_noise_looks_like_a_trend(module):
    random = np.random.default_rng(3)
    answers = [module.trend(random.normal(0, 1, 25)) for _ in range(400)]
    false = np.mean([answer.direction != "flat" for answer in answers])
    assert 0.02 < false < 0.09
    inside = np.mean([answer.low <= 0 <= answer.high for answer in answers])
    assert 0.91 < inside < 0.98


def test_level(module):
    values = np.arange(25) * 0.05 + np.random.default_rng(4).normal(0, 1, 25)
    strict, loose = module.trend(values, level=0.99), module.trend(values, level=0.5)
    assert strict.low < loose.low <= loose.slope <= loose.high < strict.high
    assert strict.p_value == loose.p_value
    assert (strict.direction, loose.direction) == ("flat", "up")


def test_trend_refuses(module, analytics):
    with pytest.raises(analytics.checks.TooLittleHistory) as caught:
        module.trend([1, 2])
    assert (caught.value.given, caught.value.needed) == (2, 3)
    with pytest.raises(ValueError, match=r"values\[2\]"):
        module.trend([1, 2, math.nan, 4])
    with pytest.raises(ValueError, match="level"):
        module.trend([1, 2, 3], level=95)
