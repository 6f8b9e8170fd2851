"""The frames that are loaded, against the package's own table."""

from datetime import date

import pytest

from bench.retail_source import choose_baskets, prepare, read_table

LAST = date(2026, 11, 21)


@pytest.fixture(scope="module")
def source():
    return read_table("transactions")


@pytest.fixture(scope="module")
def retail():
    return prepare(5000, LAST, "Europe/Brussels")


def test_whole_baskets_of_whole_households(source):
    chosen = choose_baskets(source, 5000)
    assert 4500 < len(chosen) <= 5000
    complete = source[source["basket_id"].isin(chosen["basket_id"])]
    assert len(complete) == len(chosen)
    assert choose_baskets(source, None) is source


def test_money_and_quantity_equal_the_source(source, retail):
    chosen = choose_baskets(source, 5000)
    assert retail.lines["net"].sum() == round(chosen["sales_value"].sum() * 100)
    given = chosen["retail_disc"].sum() + chosen["coupon_match_disc"].sum()
    assert (retail.lines["list"] - retail.lines["net"]).sum() == round(given * 100)
    added = ((chosen["quantity"] == 0) & (chosen["sales_value"] > 0)).sum()
    assert retail.lines["qty"].sum() == chosen["quantity"].sum() + added


def test_the_last_day_is_the_wanted_one_and_the_year_is_whole(source):
    retail = prepare(None, LAST, "Europe/Brussels")
    days = retail.baskets["day"]
    # The stores were closed on one day, Christmas.
    assert days.max() == LAST and (LAST - days.min()).days == 364 and days.nunique() == 364
    assert len(retail.lines) == len(source) == 1469307
    assert len(retail.baskets) == 155848 and len(retail.stores) == 457


def test_a_moment_falls_on_its_day_in_the_business_zone(retail):
    local = retail.baskets["moment"].dt.tz_localize("UTC").dt.tz_convert("Europe/Brussels")
    assert (local.dt.date == retail.baskets["day"]).all()


def test_numbers_count_without_a_gap_in_each_year(retail):
    for _year, numbers in retail.baskets.groupby(retail.baskets["day"].map(lambda day: day.year))["number"]:
        assert numbers.tolist() == list(range(1, len(numbers) + 1))
