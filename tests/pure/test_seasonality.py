import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

FIRST = date(2023, 1, 2)  # a Monday


pytestmark = pytest.mark.usefixtures("no_warning")


@pytest.fixture(scope="session")
def module(analytics):
    return analytics.seasonality


def day(number):
    return FIRST + timedelta(days=number)


def weeks(*numbers):
    return [(day(7 * number), day(7 * number + 6)) for number in numbers]


def history(weekly):
    """Daily amounts, all of a week on its Wednesday."""
    daily = np.zeros(7 * len(weekly))
    daily[2::7] = weekly
    return daily


def test_the_same_days_52_weeks_earlier(module):
    weekly = np.ones(52)
    weekly[[10, 11]] = [30, 10]
    got = module.seasonal_shares(history(weekly), FIRST, weeks(62, 63))
    assert got.shares.tolist() == [0.75, 0.25]
    assert got.measured.tolist() == [True, True]


def test_weekdays_are_kept(module):
    daily = np.zeros(364)
    daily[14] = 100  # a Monday
    one = module.seasonal_shares(daily, FIRST, [(day(364 + 14), day(364 + 14)), (day(364 + 15), day(364 + 20))])
    assert one.shares.tolist() == [1, 0]


def test_the_latest_year_counts_twice_the_one_before(module):
    weekly = np.zeros(104)
    weekly[[10, 11]] = [50, 50]
    weekly[[62, 63]] = [80, 20]
    got = module.seasonal_shares(history(weekly), FIRST, weeks(114, 115))
    assert got.shares.tolist() == pytest.approx([(2 * 0.8 + 0.5) / 3, (2 * 0.2 + 0.5) / 3])


def test_growth_between_years_does_not_tilt_them(module):
    """History ends between the two weeks: the second one is known from the year before only, at half the level."""
    weekly = np.zeros(63)
    weekly[[10, 11]] = [40, 60]
    weekly[62] = 80
    got = module.seasonal_shares(history(weekly), FIRST, weeks(114, 115))
    assert got.measured.tolist() == [True, True]
    assert got.shares.tolist() == pytest.approx([0.4, 0.6])


def test_the_same_months_where_they_are_given(module):
    daily = np.zeros(366)
    daily[[0, 30, 59, 60]] = [10, 20, 70, 500]  # 1 and 31 January, 29 February and 1 March 2024
    months = [(date(2025, 1, 1), date(2025, 1, 31)), (date(2025, 2, 1), date(2025, 2, 28))]
    year = [(date(2024, 1, 1), date(2024, 1, 31)), (date(2024, 2, 1), date(2024, 2, 29))]
    before = [(date(2023, 1, 1), date(2023, 1, 31)), (date(2023, 2, 1), date(2023, 2, 28))]
    got = module.seasonal_shares(daily, date(2024, 1, 1), months, [year, before])
    assert got.shares.tolist() == [0.3, 0.7]
    assert got.measured.tolist() == [True, True]


def test_without_history_working_days_decide(module):
    got = module.seasonal_shares([], FIRST, [(day(0), day(6)), (day(7), day(10)), (day(11), day(11))])
    assert got.measured.tolist() == [False] * 3
    assert got.shares.tolist() == [0.5, 0.4, 0.1]


def test_without_working_days_all_days_decide(module):
    got = module.seasonal_shares([], FIRST, [(day(5), day(6)), (day(12), day(12))])
    assert got.shares.tolist() == pytest.approx([2 / 3, 1 / 3])


def test_partly_known(module):
    # Weeks 102 and 103 have a year before, 106 has not: it gets its third, they divide the rest as measured.
    got = module.seasonal_shares(history([10, 30]), day(7 * 50), weeks(102, 103, 106))
    assert got.measured.tolist() == [True, True, False]
    assert got.shares.tolist() == pytest.approx([2 / 3 * 0.25, 2 / 3 * 0.75, 1 / 3])


@pytest.mark.parametrize(("cut_first", "cut_last"), [(1, 0), (0, 1)])
def test_a_period_with_a_day_missing_is_not_measured(module, cut_first, cut_last):
    daily = history(np.ones(2))[cut_first : 14 - cut_last]
    got = module.seasonal_shares(daily, day(cut_first), weeks(52, 53))
    assert got.measured.tolist() == [not cut_first, not cut_last]


def test_refunds_clip_to_zero(module):
    weekly = np.ones(52)
    weekly[[10, 11, 12]] = [-40, 10, 30]
    got = module.seasonal_shares(history(weekly), FIRST, weeks(62, 63, 64))
    assert got.shares.tolist() == [0, 0.25, 0.75]
    assert got.measured.all()


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_sold_is_nothing_measured(module, amount):
    got = module.seasonal_shares(history([amount] * 52), FIRST, weeks(62, 63))
    assert got.shares.tolist() == [0.5, 0.5]
    assert not got.measured.any()


@given(
    st.lists(st.floats(-1e4, 1e6), max_size=900),
    st.integers(-200, 900),
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 60)), min_size=1, max_size=14),
)
def test_shares_always_add_up(module, daily, begin, gaps_and_lengths):
    periods = []
    for gap, length in gaps_and_lengths:
        periods.append((day(begin + gap), day(begin + gap + length - 1)))
        begin += gap + length
    got = module.seasonal_shares(daily, FIRST, periods)
    assert math.fsum(got.shares) == pytest.approx(1, abs=1e-12)
    assert (got.shares >= 0).all()
    assert got.shares.shape == got.measured.shape == (len(periods),)
    assert got.measured.dtype == bool


@pytest.mark.parametrize(
    ("periods", "message"),
    [
        ([], "at least one"),
        ([(day(5), day(4))], "ends before it begins"),
        ([(day(0), day(5)), (day(5), day(9))], "before the one before it has ended"),
    ],
)
def test_periods_refused(module, periods, message):
    with pytest.raises(ValueError, match=message):
        module.seasonal_shares(np.ones(10), FIRST, periods)


def test_order_of_periods_is_kept(module):
    weekly = np.ones(52)
    weekly[[10, 11]] = [30, 10]
    got = module.seasonal_shares(history(weekly), FIRST, weeks(63, 62))
    assert got.shares.tolist() == [0.25, 0.75]


def test_no_number(module):
    with pytest.raises(ValueError, match=r"daily\[1\]"):
        module.seasonal_shares([1, math.nan], FIRST, weeks(1))
