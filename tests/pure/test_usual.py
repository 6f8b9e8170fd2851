import numpy as np
import pytest


@pytest.fixture
def usual(analytics):
    return analytics.usual.usual


def calm(weeks=80, seed=1):
    return np.random.default_rng(seed).normal(10_000, 500, weeks)


@pytest.mark.parametrize("index", [0, 1, 30, 78, 79])
@pytest.mark.parametrize("factor", [-2, 0.1, 4])
def test_a_single_week_apart(usual, index, factor):
    history = calm()
    history[index] *= factor
    got = usual(history, 52)
    assert [(point.index, point.value) for point in got.unusual] == [(index, history[index])]
    assert got.values[index] == got.unusual[0].usual == pytest.approx(10_000, rel=0.15)
    others = np.arange(80) != index
    assert (got.values[others] == history[others]).all()


def test_what_repeats_every_year_is_usual(usual):
    history = calm(150)
    history[[20, 72, 124]] = 60_000
    assert usual(history, 52).unusual == ()
    # Without a season it is not known to repeat.
    assert len(usual(history, 1).unusual) == 3


def test_a_season_is_usual(usual):
    history = calm(156) + 6_000 * np.sin(2 * np.pi * np.arange(156) / 52)
    got = usual(history, 52)
    assert (got.unusual, got.jump) == ((), None)


@pytest.mark.parametrize("seed", range(10))
def test_noise_and_trend_are_usual(usual, seed):
    history = calm(80, seed) + 80 * np.arange(80)
    got = usual(history, 52)
    assert (got.unusual, got.jump) == ((), None)


def test_a_long_stretch_is_no_exception(usual):
    history = calm()
    history[40:46] = 40_000
    assert usual(history, 52).unusual == ()


@pytest.mark.parametrize("ratio", [0.5, 1.8])
def test_a_new_level(usual, ratio):
    history = calm()
    history[60:] *= ratio
    got = usual(history, 52)
    assert got.jump.index == 60
    assert got.jump.after / got.jump.before == pytest.approx(ratio, rel=0.05)
    # What was before counts at the new level, and so much is not known of that.
    assert got.values[:60].mean() == pytest.approx(10_000 * ratio, rel=0.05)
    assert 0 < got.jump.doubt < 500
    assert (got.values[60:] == history[60:]).all()


@pytest.mark.parametrize("after", [6, 10, 20])
def test_a_new_level_begins_where_it_begins(usual, after):
    history = np.append(1_000.0 + 10 * (np.arange(40) % 5), 2_000.0 + 10 * np.arange(after))
    assert usual(history, 52).jump.index == 40


def test_a_large_sale_among_few(usual):
    random = np.random.default_rng(2)
    history = np.where(random.random(80) < 0.3, random.normal(1_000, 100, 80), 0.0)
    history[50] = 40_000
    got = usual(history, 52)
    assert [point.index for point in got.unusual] == [50]
    assert got.unusual[0].usual == pytest.approx(1_000, rel=0.2)
    assert (got.values[history == 0] == 0).all()


@pytest.mark.parametrize("history", [[], [5.0], [0.0] * 40, [7.0] * 40])
def test_nothing_to_compare(usual, history):
    got = usual(history, 52)
    assert got.values.tolist() == history
    assert (got.unusual, got.jump) == ((), None)


def test_a_wrong_value_is_named(usual):
    with pytest.raises(ValueError, match=r"history\[3\]"):
        usual([1.0, 2.0, 3.0, float("nan")] * 5)
