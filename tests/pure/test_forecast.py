import logging
import math
import pickle
import threading
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="session")
def module(analytics):
    return analytics.forecast


@pytest.fixture(autouse=True)
def no_warning_and_no_log(caplog):
    """Whatever is asked here, the server's log stays clean."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def seasonal_series(n, season, seed, slope=0.5, noise=8):
    time = np.arange(n)
    season_part = 40 * np.sin(2 * np.pi * time / season)
    return 200 + slope * time + season_part + np.random.default_rng(seed).normal(0, noise, n)


def test_shapes_and_fields(module):
    answer = module.forecast(seasonal_series(60, 12, 1), 6, 12)
    assert answer.mean.shape == answer.cumulative_sd.shape == answer.cumulative_low.shape == (6,)
    assert answer.season_used == 12
    assert answer.backtest is answer.candidates[answer.method]
    assert next(iter(answer.candidates)) == "seasonal_naive"
    assert len({(test.origins, test.horizon) for test in answer.candidates.values()}) == 1
    assert answer.backtest.origins > 3
    assert answer.backtest.horizon == 6
    assert answer.freedom >= 1
    assert answer.level == 0.8


def test_metrics_are_those_of_the_design(analytics):
    history = np.array([1.0, 2, 4, 8, 16, 8, 4, 2, 6, 10])
    cut = analytics.backtest.Plan(np.array([6, 8]), 2)
    forecasts = np.array([[5.0, 1.0], [6.0, 13.0]])
    score = analytics.backtest.score(history, forecasts, cut, 1)
    # Errors +1, −1, 0, +3 of actuals 4, 2, 6, 10; steps before the last origin 1, 2, 4, 8, 8, 4, 2.
    assert score.wape == pytest.approx(5 / 22)
    assert score.bias == pytest.approx(3 / 22)
    assert score.mase == pytest.approx((5 / 4) / (29 / 7))
    assert (score.origins, score.horizon) == (2, 2)


@pytest.mark.parametrize("sign", [0, -1])
def test_a_total_of_zero_or_less_has_no_share(module, sign):
    history = sign * np.random.default_rng(2).gamma(2, 50, 30)
    test = module.forecast(history, 4, 1).backtest
    assert test.wape is None
    assert test.bias is None
    assert (test.mase is None) == (sign == 0)


@pytest.mark.parametrize("season", [1, 4, 12])
def test_never_worse_than_the_naive_ones(module, season):
    random = np.random.default_rng(season)
    for _ in range(12):
        n = int(random.integers(8, 60))
        history = random.choice([random.normal(0, 30, n), random.normal(5, 30, n).cumsum(), random.poisson(0.4, n)])
        if (history == 0).mean() >= 0.3:
            # Of what is sold now and then, forecasting nothing has the smallest absolute errors, and is no forecast.
            continue
        answer = module.forecast(history, int(random.integers(1, 10)), season)
        for name in {"seasonal_naive", "naive"} & set(answer.candidates):
            reference = answer.candidates[name]
            if reference.mase is not None:
                assert answer.backtest.mase <= reference.mase * 1.05
            if reference.wape is not None:
                assert answer.backtest.wape <= reference.wape * 1.05


def test_the_best_is_chosen(module):
    for seed in range(6):
        answer = module.forecast(seasonal_series(72, 12, seed), 6, 12)
        naive = answer.candidates["seasonal_naive"]
        good = {name: test.sums for name, test in answer.candidates.items() if test.mase <= naive.mase}
        # What fits more has to be better by more.
        weighed = {name: error * (1 + module.DOUBT.get(name, 0)) for name, error in good.items()}
        assert answer.method == min(weighed, key=weighed.get)


@pytest.mark.parametrize("which", [0, 3, -1])
def test_no_method_sees_what_comes_after_its_origin(analytics, module, which):
    """From an origin on everything may change: what was forecast there and before stays the same."""
    history = seasonal_series(60, 12, 5)
    cut = analytics.backtest.plan(60, 6, 12)
    origin = cut.origins[which]
    changed = history.copy()
    changed[origin:] += 1000
    before, after = module._try_all(history, cut, 12), module._try_all(changed, cut, 12)
    common = set(before) & set(after)
    assert {"seasonal_naive", "seasonal_shift", "mean"} <= common
    for name in common:
        known = cut.origins <= origin
        assert (before[name][known] == after[name][known]).all()


@given(n=st.integers(8, 400), horizon=st.integers(1, 80), season=st.sampled_from([1, 4, 12, 52]))
def test_the_plan_of_origins_fits_the_history(analytics, n, horizon, season):
    season = season if n >= 2 * season else 1
    cut = analytics.backtest.plan(n, horizon, season)
    assert 1 <= cut.horizon <= horizon
    assert len(cut.origins) >= 2
    assert (np.diff(cut.origins) > 0).all()
    # A season to look back on and something to measure the naive error by; the last origin leaves one point.
    assert cut.origins[0] > season
    assert cut.origins[-1] == n - 1


def test_season_is_learned_from_two_full_seasons_on(module):
    history = seasonal_series(24, 12, 3, noise=1)
    assert module.forecast(history, 12, 12).season_used == 12
    short = module.forecast(history[1:], 12, 12)
    assert short.season_used == 1
    assert "seasonal_shift" not in short.candidates
    assert "seasonal_damped_trend" not in short.candidates


def test_season_and_growth_are_found(module):
    """Measured at the values that really came, the forecast beats repeating last year by far."""
    history = seasonal_series(156, 52, 4, slope=1, noise=4)
    truth = history[130:]
    answer = module.forecast(history[:130], 26, 52)
    repeated = history[130 - 52 : 130 - 26]
    assert np.abs(answer.mean - truth).sum() < 0.5 * np.abs(repeated - truth).sum()


@pytest.mark.parametrize(
    ("method", "history", "expected"),
    [
        ("seasonal_naive", [1, 2, 3, 4, 5, 6, 7, 8], [5, 6, 7, 8, 5]),
        ("naive", [1, 2, 3, 4, 5, 6, 7, 8], [8] * 5),
        ("mean", [1, 2, 3, 4, 5, 6, 7, 8], [6.5] * 5),
        ("seasonal_shift", [1, 2, 3, 4, 5, 6, 7, 8], [9, 10, 11, 12, 9]),
        ("seasonal_shift", [1, 2, 3, 4, 11, 12], [13, 14, 21, 22, 13]),
    ],
)
def test_simple_methods(analytics, method, history, expected):
    got = analytics.forecast_methods.METHODS[method](np.array(history, dtype=float), 5, 4)
    assert got.tolist() == expected


def test_drift(analytics):
    assert analytics.forecast_methods.drift(np.array([1.0, 9, 5]), 2, 1).tolist() == [7, 9]


@pytest.mark.parametrize("method", ["theta", "damped_trend", "seasonal_damped_trend"])
def test_fitted_methods_do_not_depend_on_the_unit(analytics, method):
    history = seasonal_series(60, 12, 6)
    call = analytics.forecast_methods.METHODS[method]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.testing.assert_allclose(call(history * 1e6, 8, 12), call(history, 8, 12) * 1e6, rtol=1e-6)


@pytest.mark.parametrize(
    ("method", "seasonal"), [("theta", True), ("seasonal_damped_trend", True), ("damped_trend", False)]
)
def test_which_fitted_methods_know_the_season(analytics, method, seasonal):
    history = seasonal_series(60, 12, 6, slope=0, noise=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = analytics.forecast_methods.METHODS[method](history, 12, 12)
    truth = 200 + 40 * np.sin(2 * np.pi * np.arange(60, 72) / 12)
    assert (np.abs(got - truth).max() < 8) == seasonal


@pytest.mark.parametrize("value", [0.0, 7.5, -3.0])
@pytest.mark.parametrize("season", [1, 4, 52])
def test_a_constant_goes_on(module, value, season):
    answer = module.forecast(np.full(110, value), 9, season)
    assert answer.method == "seasonal_naive"
    np.testing.assert_allclose(answer.mean, value)
    assert not answer.cumulative_sd.any()
    np.testing.assert_allclose(answer.cumulative_low, answer.cumulative_high)
    assert answer.backtest.mase is None


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.lists(st.floats(-1e6, 1e6, allow_subnormal=False) | st.just(0.0), min_size=8, max_size=30),
    st.integers(1, 15),
    st.sampled_from([1, 4, 12]),
)
def test_whatever_comes_the_answer_is_finite(module, history, horizon, season):
    answer = module.forecast(history, horizon, season)
    for part in (answer.mean, answer.cumulative_sd, answer.cumulative_low, answer.cumulative_high):
        assert part.shape == (horizon,)
        assert np.isfinite(part).all()
    assert (np.diff(answer.cumulative_sd) >= 0).all()
    assert (answer.cumulative_low <= answer.cumulative_high).all()
    assert math.isfinite(answer.freedom)


@pytest.mark.parametrize("given", [0, 1, 7])
def test_too_little_history(module, given):
    with pytest.raises(module.TooLittleHistory) as caught:
        module.forecast(np.arange(given), 3, 12)
    assert (caught.value.given, caught.value.needed) == (given, module.LEAST_POINTS)
    assert isinstance(caught.value, ValueError)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.given, copy.needed) == (given, module.LEAST_POINTS)


def test_the_least_history_is_enough(module):
    assert module.forecast(np.arange(module.LEAST_POINTS), 3, 12).mean.shape == (3,)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_named(module, wrong):
    history = np.ones(20)
    history[13] = wrong
    with pytest.raises(ValueError, match=r"history\[13\]"):
        module.forecast(history, 3, 1)
    with pytest.raises(ValueError, match=r"histories\[1, 13\]"):
        module.forecast_many([np.ones(20), history], 3, 1)


@pytest.mark.parametrize(
    ("horizon", "season", "level"), [(0, 1, 0.8), (1.5, 1, 0.8), (3, 0, 0.8), (3, -1, 0.8), (3, 1, 0), (3, 1, 1)]
)
def test_parameters_out_of_range(module, horizon, season, level):
    with pytest.raises(ValueError, match=r"horizon|season|level"):
        module.forecast(np.arange(20), horizon, season, level=level)


def test_a_matrix_is_not_a_history(module):
    with pytest.raises(ValueError, match="one dimension"):
        module.forecast(np.ones((9, 9)), 3, 1)
    with pytest.raises(ValueError, match="two dimensions"):
        module.forecast_many(np.ones(9), 3, 1)


def broken_linear_algebra(past, horizon, season):
    raise np.linalg.LinAlgError("singular")


def chatty(past, horizon, season):
    warnings.warn("something is deprecated", FutureWarning, stacklevel=1)
    raise broken_linear_algebra(past, horizon, season)


def not_a_number(past, horizon, season):
    return np.full(horizon, np.nan)


def run_away(past, horizon, season):
    return past[-1] * 10.0 ** np.arange(1, horizon + 1)


@pytest.mark.parametrize("failing", [broken_linear_algebra, chatty, not_a_number, run_away])
def test_a_failing_method_is_left_out_alone(analytics, module, monkeypatch, failing):
    history = seasonal_series(48, 12, 8)
    before = module.forecast(history, 6, 12)
    monkeypatch.setitem(analytics.forecast_methods.METHODS, before.method, failing)
    after = module.forecast(history, 6, 12)
    assert set(after.candidates) == set(before.candidates) - {before.method}
    assert after.method != before.method


def test_a_warning_is_no_failure(analytics, module, monkeypatch):
    def works_and_warns(past, horizon, season):
        warnings.warn("something is deprecated", FutureWarning, stacklevel=1)
        return np.full(horizon, past.mean())

    monkeypatch.setitem(analytics.forecast_methods.METHODS, "mean", works_and_warns)
    assert "mean" in module.forecast(seasonal_series(48, 12, 8), 6, 12).candidates


def test_a_method_that_fails_on_the_whole_history_gives_way_to_the_next(analytics, module, monkeypatch):
    history = seasonal_series(48, 12, 8)
    before = module.forecast(history, 6, 12)
    works = analytics.forecast_methods.METHODS[before.method]

    def fails_at_last(past, horizon, season):
        return works(past, horizon, season) if len(past) < 48 else broken_linear_algebra(past, horizon, season)

    monkeypatch.setitem(analytics.forecast_methods.METHODS, before.method, fails_at_last)
    after = module.forecast(history, 6, 12)
    order = sorted(before.candidates, key=lambda name: before.candidates[name].sums)
    assert after.method == order[1]
    assert set(after.candidates) == set(before.candidates)


def test_of_equals_the_simpler(module):
    assert list(module._ranked({"a": 3.0, "b": 2.0, "c": 2.0, "d": 2.0 - 1e-15})) == ["b", "c", "d", "a"]


def test_the_same_history_gives_the_same_forecast(module):
    history = seasonal_series(60, 12, 9)
    one, two = module.forecast(history, 6, 12), module.forecast(history, 6, 12)
    assert one.method == two.method
    assert (one.mean == two.mean).all()
    assert (one.cumulative_sd == two.cumulative_sd).all()


def test_the_history_is_not_changed(module):
    history = seasonal_series(30, 12, 9)
    copy = history.copy()
    module.forecast(history, 6, 12)
    assert (history == copy).all()


def test_a_wider_level_gives_a_wider_interval(module):
    history = seasonal_series(30, 12, 9)
    narrow, wide = module.forecast(history, 6, 12, level=0.5), module.forecast(history, 6, 12, level=0.95)
    assert (wide.cumulative_high > narrow.cumulative_high).all()
    assert (wide.cumulative_low < narrow.cumulative_low).all()
    assert (wide.cumulative_sd == narrow.cumulative_sd).all()
    total = wide.mean.cumsum()
    np.testing.assert_allclose(
        (total - wide.cumulative_low) / wide.below, (wide.cumulative_high - total) / wide.above, rtol=1e-9
    )


def test_many(module):
    begun_late = np.append(np.zeros(20), seasonal_series(40, 12, 1))
    never = np.zeros(60)
    too_late = np.append(np.zeros(55), np.arange(1.0, 6))
    pause = seasonal_series(60, 12, 2)
    pause[10:20] = 0
    got = module.forecast_many([begun_late, never, too_late, pause], 4, 12)
    assert (got[0].mean == module.forecast(begun_late[20:], 4, 12).mean).all()
    assert isinstance(got[1], module.TooLittleHistory)
    assert got[1].given == 0
    assert isinstance(got[2], module.TooLittleHistory)
    assert got[2].given == 5
    assert (got[3].mean == module.forecast(pause, 4, 12).mean).all()


def test_threads_leave_the_warning_filters_as_they_were(module):
    before = list(warnings.filters)
    threads = [
        threading.Thread(target=module.forecast, args=(seasonal_series(40, 12, seed), 3, 12)) for seed in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warnings.filters == before
