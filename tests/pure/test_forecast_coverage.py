"""Whether intervals keep what they promise, on series whose future is known because we made it."""

import numpy as np
import pytest
from scipy import stats

SERIES = 72


def simulated(n, season, autocorrelation, random):
    """Level, trend, season and autoregressive noise, all random."""
    time = np.arange(n)
    noise = random.normal(0, 10, n)
    for step in range(1, n):
        noise[step] += autocorrelation * noise[step - 1]
    wave = random.uniform(0, 60) * np.sin(2 * np.pi * time / season + random.uniform(0, 2 * np.pi)) if season > 1 else 0
    return 200 + random.normal(0, 0.7) * time + wave + noise


# Points, season, horizon: monthly, quarterly, weekly of half a year, a long and a short one without season.
@pytest.mark.parametrize(("n", "season", "horizon"), [(48, 12, 6), (20, 4, 4), (60, 12, 12), (80, 1, 6), (16, 1, 4)])
def test_coverage_of_the_sum(analytics, n, season, horizon):
    random = np.random.default_rng(20260101 + n)
    hits = []
    for index in range(SERIES):
        series = simulated(n + horizon, season, (0, 0.3, 0.6)[index % 3], random)
        answer = analytics.forecast.forecast(series[:n], horizon, season)
        truth = series[n:].cumsum()
        inside = (answer.cumulative_low <= truth) & (truth <= answer.cumulative_high)
        hits.append([inside[0], inside[horizon // 2], inside[-1]])
    assert 0.70 <= np.mean(hits) <= 0.92
    # 72 series of one step: a spread of 5 percentage points by chance.
    assert (np.mean(hits, axis=0) >= 0.66).all()


def test_error_of_sums_against_known_growth(analytics):
    """Independent errors grow as √h, a wrong level as h, a wandering one faster: the fitted curve tells them apart."""
    cut = analytics.backtest.Plan(np.arange(100, 240, 20), 20)
    random = np.random.default_rng(5)
    ratios = {}
    for name in ("independent", "level", "walk"):
        found = []
        for _ in range(60):
            errors = random.normal(0, 1, (7, 20))
            if name == "level":
                errors = np.repeat(errors[:, :1], 20, axis=1)
            if name == "walk":
                errors = errors.cumsum(axis=1)
            sd, _freedom = analytics.backtest.cumulative_error(errors, cut, 20)
            found.append(sd[-1] / sd[0])
        ratios[name] = np.median(found)
    truth = {"independent": 20**0.5, "level": 20, "walk": (20 * 21 * 41 / 6) ** 0.5}
    assert truth["independent"] < ratios["independent"] < 2 * truth["independent"]
    assert ratios["level"] == pytest.approx(truth["level"], rel=0.25)
    assert 0.5 * truth["walk"] < ratios["walk"] < 1.2 * truth["walk"]


def test_errors_that_make_up_for_each_other_still_add_up(analytics):
    """Sums that never get farther off than the first point: nobody should believe that of the future."""
    cut = analytics.backtest.Plan(np.arange(100, 2100, 50), 20)
    errors = np.zeros((40, 20))
    errors[:, 0] = np.random.default_rng(10).normal(0, 3, 40)
    sd, _freedom = analytics.backtest.cumulative_error(errors, cut, 20)
    np.testing.assert_allclose(sd, sd[0] * np.sqrt(np.arange(1, 21)))


def test_size_of_the_error(analytics):
    """One step ahead with independent errors of 3, the curve begins near 3; it counts a bias as error."""
    cut = analytics.backtest.Plan(np.arange(50, 58), 1)
    random = np.random.default_rng(6)
    sd = [analytics.backtest.cumulative_error(random.normal(0, 3, (8, 1)), cut, 1)[0][0] for _ in range(300)]
    assert np.median(sd) == pytest.approx(3, rel=0.15)
    # Of three errors only, the logarithm of their mean square is too low by a third; that is taken out.
    cut = analytics.backtest.Plan(np.arange(50, 53), 1)
    few = [analytics.backtest.cumulative_error(random.normal(0, 3, (3, 1)), cut, 1) for _ in range(600)]
    logs = [2 * np.log(sd[0]) - np.log(1 + 0.5 / freedom) for sd, freedom in few]
    assert np.mean(logs) == pytest.approx(np.log(9), abs=0.12)

    cut = analytics.backtest.Plan(np.arange(50, 58), 1)
    biased, _freedom = analytics.backtest.cumulative_error(np.full((8, 1), 5.0), cut, 1)
    assert 5 <= biased[0] < 6.5


def test_beyond_the_tested_horizon_the_error_goes_on_growing(analytics):
    cut = analytics.backtest.Plan(np.arange(50, 58), 4)
    errors = np.random.default_rng(7).normal(0, 3, (8, 4))
    short, freedom_short = analytics.backtest.cumulative_error(errors, cut, 4)
    sd, freedom = analytics.backtest.cumulative_error(errors, cut, 16)
    np.testing.assert_allclose(sd[:4] / sd[0], short / short[0])
    assert sd[-1] >= 2 * sd[3] * (1 - 1e-9)
    # Farther than what was tested, less is known.
    assert 1 <= freedom < freedom_short


def test_more_windows_mean_more_freedom(analytics):
    random = np.random.default_rng(8)

    def freedom(origins, horizon):
        cut = analytics.backtest.Plan(origins, horizon)
        return analytics.backtest.cumulative_error(random.normal(0, 1, (len(origins), horizon)), cut, horizon)[1]

    assert freedom(np.arange(50, 53), 2) < freedom(np.arange(50, 58), 2)
    # Eight windows of ten points that nearly coincide say less than eight that lie apart.
    assert freedom(np.arange(50, 58), 10) < freedom(np.arange(50, 130, 10), 10)


def test_the_interval_is_students(analytics):
    answer = analytics.forecast.forecast(np.random.default_rng(9).normal(100, 5, 40), 4, 1, level=0.9)
    half = stats.t.ppf(0.95, answer.freedom) * answer.cumulative_sd
    np.testing.assert_allclose(answer.cumulative_high - answer.mean.cumsum(), half * answer.above)
    np.testing.assert_allclose(answer.mean.cumsum() - answer.cumulative_low, half * answer.below)
