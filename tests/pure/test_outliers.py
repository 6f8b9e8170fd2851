import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.usefixtures("no_warning")


@pytest.fixture(scope="session")
def module(analytics):
    return analytics.outliers


def test_known_values(module):
    got = module.outliers([1, 2, 3, 4, 100])
    assert (got.median, got.mad) == (3, 1)
    assert got.score.tolist() == pytest.approx([-1.349, -0.6745, 0, 0.6745, 65.4265])
    assert got.is_outlier.tolist() == [False] * 4 + [True]


def test_both_sides(module):
    assert module.outliers([-100, 1, 2, 3, 4, 5, 100]).is_outlier.tolist() == [True] + [False] * 5 + [True]


def test_more_than_half_equal(module):
    got = module.outliers([0] * 8 + [1, 100])
    assert got.mad == 0
    assert got.score[9] == pytest.approx(100 / (1.253314 * 10.1))
    assert got.score[0] == 0
    assert got.is_outlier.tolist() == [False] * 9 + [True]


@pytest.mark.parametrize(("n", "apart"), [(4, False), (5, True), (40, True)])
def test_one_that_differs(module, n, apart):
    got = module.outliers([7.0] * (n - 1) + [8.0])
    assert got.score[-1] == pytest.approx(n / 1.253314)
    assert got.is_outlier[-1] == apart
    assert not got.is_outlier[:-1].any()


@pytest.mark.parametrize("values", [[0.0] * 6, [-3.5] * 3, [4.0]])
def test_all_equal(module, values):
    got = module.outliers(values)
    assert got.mad == 0
    assert not got.score.any()
    assert not got.is_outlier.any()


def test_none(module):
    got = module.outliers([])
    assert got.score.shape == got.is_outlier.shape == (0,)
    assert math.isnan(got.median)
    assert math.isnan(got.mad)


def test_threshold_is_exclusive(module):
    values = [1, 2, 3, 4, 100]
    score = module.outliers(values).score[-1]
    assert not module.outliers(values, threshold=score).is_outlier.any()
    assert module.outliers(values, threshold=np.nextafter(score, 0)).is_outlier.any()


@pytest.mark.parametrize("threshold", [0, -1, math.nan])
def test_threshold_refused(module, threshold):
    with pytest.raises(ValueError, match="threshold"):
        module.outliers([1, 2], threshold=threshold)


def test_no_number(module):
    with pytest.raises(ValueError, match=r"values\[1\]"):
        module.outliers([1, math.nan])


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=50), st.integers(1, 50), st.integers(-100, 100))
def test_neither_unit_nor_origin_matters(module, values, factor, shift):
    values = np.array(values, dtype=float)
    one, two = module.outliers(values), module.outliers(values * factor + shift)
    np.testing.assert_allclose(one.score, two.score, atol=1e-9)
    mirrored = module.outliers(-values)
    np.testing.assert_allclose(one.score, -mirrored.score, atol=1e-9)


def test_of_normal_values_few_stand_apart(module):
    values = np.random.default_rng(1).normal(50, 9, 20_000)
    got = module.outliers(values)
    assert got.is_outlier.mean() < 0.002
    # Scores are in standard deviations.
    assert got.score.std() == pytest.approx(1, rel=0.05)
