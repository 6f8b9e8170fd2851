"""The demo world is a company that somebody could believe in, on whichever day it is installed."""

import datetime
import importlib.util
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[2] / "sales_revenue_mgmt" / "demo" / "core"


@pytest.fixture(scope="module")
def world():
    spec = importlib.util.spec_from_file_location(
        "pure_demo", DEMO / "__init__.py", submodule_search_locations=[str(DEMO)]
    )
    sys.modules["pure_demo"] = importlib.util.module_from_spec(spec)
    return importlib.import_module("pure_demo.world_sales")


DAYS = [datetime.date(2026, 11, 25), datetime.date(2027, 1, 1), datetime.date(2028, 2, 29), datetime.date(2026, 12, 31)]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_eighteen_months_that_add_up(world, today):
    orders = world.until_yesterday(world.sales(today), today)
    sold = [order for order in orders if order.fate == "sale"]
    net = sum(order.net for order in sold)
    assert min(order.day for order in orders) >= world.month_start(today, -17)
    assert max(order.day for order in orders) < today
    assert all(day is None or day < today for order in orders for day in (order.invoiced, order.refunded))
    largest = sum(order.net for order in sold if world.CUSTOMERS[order.customer] in world.LARGEST)
    assert largest / net == pytest.approx(0.23, abs=0.01)
    assert 0.3 < sum(order.margin for order in sold) / net < 0.45
    assert {order.fate for order in orders} == {"sale", "draft", "sent", "cancel"}
    lines = [line for order in sold for line in order.lines]
    assert {line.origin for line in lines} == {None, "percent", "price", "percent_price"}
    assert any(line.pricelist < line.listed for line in lines)
    # No half cents: they could be rounded either way.
    assert all(abs(line.price * line.quantity * (100 - line.discount) % 1 - 0.5) > 0.4 for line in lines)
    assert {order.refunded is None for order in sold} == {True, False}
    assert len({order.customer for order in sold}) > 50 and len(world.CUSTOMERS) == 60


def test_each_seller_sells_what_the_cast_says(world):
    today = DAYS[0]
    orders = world.sales(today)
    first = world.month_start(today, -17)
    for seller, person in enumerate(world.SELLERS):
        months = [world.month_start(today, -back) for back in range(1, 7)]
        sold = sum(
            order.net
            for order in orders
            if order.seller == seller and order.fate == "sale" and world.month_start(order.day) in months
        )
        asked = sum(world.quota(seller, month, first) for month in months)
        assert sold / asked == pytest.approx(person.pace, abs=0.12)


def test_the_same_every_time(world):
    assert world.sales(DAYS[0]) == world.sales(DAYS[0])
