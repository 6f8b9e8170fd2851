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
