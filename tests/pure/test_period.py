import itertools
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("kind", "day", "year_start", "expected"),
    [
        ("month", date(2028, 2, 10), date(2028, 1, 1), (date(2028, 2, 1), date(2028, 2, 29))),
        ("quarter", date(2026, 11, 22), date(2026, 1, 1), (date(2026, 10, 1), date(2026, 12, 31))),
        # A fiscal year from April: its first quarter ends in June, its last in March.
        ("quarter", date(2026, 6, 30), date(2026, 4, 1), (date(2026, 4, 1), date(2026, 6, 30))),
        ("quarter", date(2027, 3, 31), date(2026, 4, 1), (date(2027, 1, 1), date(2027, 3, 31))),
        ("year", date(2027, 3, 31), date(2026, 4, 1), (date(2026, 4, 1), date(2027, 3, 31))),
        # A year that begins on the 31st: quarters still touch each other.
        ("quarter", date(2026, 4, 30), date(2026, 1, 31), (date(2026, 4, 30), date(2026, 7, 30))),
    ],
)
def test_bounds(period_module, kind, day, year_start, expected):
    assert period_module.period_bounds(kind, day, year_start) == expected


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.integers(0, 364))
def test_quarters_tile_the_fiscal_year(period_module, year_start, offset):
    day = year_start + timedelta(days=offset)
    start, end = period_module.period_bounds("quarter", day, year_start)
    assert start <= day <= end
    if start > year_start:
        assert period_module.period_bounds("quarter", start - timedelta(days=1), year_start)[1] == start - timedelta(1)


def test_unknown_kind_and_foreign_day_are_refused(period_module):
    with pytest.raises(ValueError, match="fortnight"):
        period_module.period_bounds("fortnight", date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(ValueError, match="fiscal year"):
        period_module.period_bounds("quarter", date(2027, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("today", "share"),
    [
        (date(2025, 12, 31), 0.0),
        (date(2026, 1, 1), 0.1),
        (date(2026, 1, 5), 0.5),
        (date(2026, 1, 10), 1.0),
        (date(2027, 1, 1), 1.0),
    ],
)
def test_elapsed_share_counts_today(period_module, today, share):
    assert period_module.elapsed_share(date(2026, 1, 1), date(2026, 1, 10), today) == share


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        (datetime(2026, 7, 3, 17), "Pacific/Auckland", date(2026, 7, 4)),
        (datetime(2026, 7, 3, 3), "America/New_York", date(2026, 7, 2)),
        (datetime(2026, 7, 3, 23, 59), None, date(2026, 7, 3)),
        (datetime(2026, 7, 3, 23, 59), False, date(2026, 7, 3)),
    ],
)
def test_the_local_day(period_module, moment, zone, expected):
    assert period_module.local_day(moment, zone) == expected


def days(*texts):
    """Pairs of days from pairs of texts."""
    return [(date.fromisoformat(start), date.fromisoformat(end)) for start, end in texts]


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        # The last day of a month stays the last day of its month, in both directions.
        ([("2025-02-01", "2025-02-28")], [("2024-02-01", "2024-02-29")]),
        ([("2024-02-01", "2024-02-29")], [("2023-02-01", "2023-02-28")]),
        ([("2024-03-01", "2025-02-28")], [("2023-03-01", "2024-02-29")]),
        ([("2025-03-01", "2026-02-28")], [("2024-03-01", "2025-02-28")]),
        ([("2026-01-01", "2026-12-31")], [("2025-01-01", "2025-12-31")]),
        # In the middle of a month, the same days; the 28th of a leap year is no end.
        ([("2024-01-15", "2024-02-28")], [("2023-01-15", "2023-02-28")]),
        ([("2024-02-29", "2024-02-29")], [("2023-02-28", "2023-02-28")]),
        (
            [("2025-01-01", "2025-01-31"), ("2025-02-01", "2025-02-28"), ("2025-03-01", "2025-03-31")],
            [("2024-01-01", "2024-01-31"), ("2024-02-01", "2024-02-29"), ("2024-03-01", "2024-03-31")],
        ),
        # Quarters that begin on the last days of a month still touch.
        (
            [("2023-11-30", "2024-02-28"), ("2024-02-29", "2024-05-29")],
            [("2022-11-30", "2023-02-28"), ("2023-03-01", "2023-05-29")],
        ),
    ],
)
def test_months_a_year_before(period_module, periods, expected):
    assert period_module.year_before(days(*periods)) == days(*expected)


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        # Whole weeks that are not months: the same weekdays.
        (
            [("2026-01-05", "2026-01-11"), ("2026-01-12", "2026-01-18")],
            [("2025-01-06", "2025-01-12"), ("2025-01-13", "2025-01-19")],
        ),
        # February 2027 is four whole weeks, and a month.
        (
            [("2027-02-01", "2027-02-07"), ("2027-02-08", "2027-02-28")],
            [("2026-02-01", "2026-02-08"), ("2026-02-09", "2026-02-28")],
        ),
        # A year that ends on a Monday: its last week is one day, and still is.
        (
            [("2029-12-17", "2029-12-23"), ("2029-12-24", "2029-12-30"), ("2029-12-31", "2029-12-31")],
            [("2028-12-17", "2028-12-24"), ("2028-12-25", "2028-12-30"), ("2028-12-31", "2028-12-31")],
        ),
    ],
)
def test_weeks_a_year_before(period_module, periods, expected):
    assert period_module.year_before(days(*periods), by_weeks=True) == days(*expected)


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.integers(7, 800), st.sampled_from(["week", "month", "quarter"]))
def test_a_year_before_is_without_gaps_and_as_long(period_module, start, length, cadence):
    def year_start(day):
        return date(day.year, 1, 1)

    now = period_module.periods(cadence, start, start + timedelta(days=length - 1), year_start)
    before = period_module.year_before(now, by_weeks=cadence == "week")
    assert len(before) == len(now)
    assert all(first <= last for first, last in before)
    for (_first, last), (first, _last) in itertools.pairwise(before):
        assert first == last + timedelta(days=1)
    # A leap day more or less at either end.
    assert abs((before[-1][1] - before[0][0]).days + 1 - length) <= 2


@pytest.mark.parametrize("cadence", ["week", "month", "quarter"])
@pytest.mark.parametrize("year", range(2020, 2049))
def test_a_year_has_the_total_of_the_year_before(period_module, cadence, year):
    now = period_module.periods(cadence, date(year, 1, 1), date(year, 12, 31), lambda day: date(day.year, 1, 1))
    before = period_module.year_before(now, by_weeks=cadence == "week")
    assert (before[0][0], before[-1][1]) == (date(year - 1, 1, 1), date(year - 1, 12, 31))


def test_nothing_a_year_before_nothing(period_module):
    assert period_module.year_before([]) == []
