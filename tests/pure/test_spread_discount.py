"""What a discount takes off which line."""

from collections import namedtuple
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Line = namedtuple("Line", "key amount taxes")
CHAIRS, TABLES, LAMPS = Line("chairs", 100, "a"), Line("tables", 60, "a"), Line("lamps", 40, "b")


@pytest.fixture(scope="session")
def spread_discount(analytics):
    return analytics.spread_discount.spread_discount


def test_by_net_amounts_of_lines_of_the_same_taxes(spread_discount):
    assert spread_discount(-16, "a", [CHAIRS, TABLES, LAMPS]) == {"chairs": -10, "tables": -6}


def test_what_it_was_given_for_comes_first_and_its_taxes_next(spread_discount):
    lines = [CHAIRS, TABLES, LAMPS]
    assert spread_discount(-6, "a", lines, over={"tables", "lamps"}) == {"tables": -6}
    assert spread_discount(-6, "a", lines, over={"lamps"}) == {"lamps": -6}
    assert spread_discount(-6, "b", lines, over={"gone"}) == {"lamps": -6}
    assert spread_discount(-10, "c", lines) == {"chairs": -5, "tables": -3, "lamps": -2}


def test_to_the_cent_by_largest_remainders(spread_discount):
    thirds = [Line(name, 10, None) for name in "abc"]
    assert spread_discount(-10, None, thirds) == {"a": Decimal("-3.34"), "b": Decimal("-3.33"), "c": Decimal("-3.33")}
    assert spread_discount(-10, None, thirds, decimals=0) == {"a": -4, "b": -3, "c": -3}


def test_what_is_taken_back_takes_no_discount(spread_discount):
    lines = [Line("sold", 100, None), Line("returned", -50, None)]
    assert spread_discount(-5, None, lines) == {"sold": -5}
    assert spread_discount(5, None, [Line("sold", 10, None), Line("returned", -50, None)]) == {"returned": 5}


def test_nothing_to_spread_it_over(spread_discount):
    assert spread_discount(-5, None, []) == {}
    assert spread_discount(-5, None, [Line("free", 0, None)]) == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(
    st.decimals(-1000, 1000, places=4),
    st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=8),
    st.integers(0, 3),
)
def test_the_parts_add_up(spread_discount, amount, weights, decimals):
    lines = [Line(index, weight, None) for index, weight in enumerate(weights)]
    parts = spread_discount(amount, None, lines, decimals=decimals)
    assert sum(parts.values()) == amount or not any(weights)
