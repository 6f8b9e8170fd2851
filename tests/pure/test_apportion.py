"""Whole units dealt out: whatever the weights and the locks, nothing is lost and nothing comes from nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

UNITS = st.integers(0, 10**12)
WEIGHTS = st.lists(st.one_of(st.integers(0, 10**6), st.floats(0, 1e6)), min_size=1, max_size=40)


@pytest.fixture(scope="session")
def module(analytics):
    return analytics.apportion


@given(UNITS, WEIGHTS)
def test_parts_add_up_and_are_nearest(module, total, weights):
    parts = module.apportion(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    if whole:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - total * weight / whole) < 1 + total * 1e-12


def test_the_largest_remainders_come_first(module):
    assert module.apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert module.apportion(100, [50.6, 30.3, 19.1]) == [51, 30, 19]
    assert module.apportion(5, [0, 0]) == [3, 2]
    assert module.apportion(0, []) == []


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [-1, 2]), (1, [])])
def test_what_cannot_be_dealt(module, total, weights):
    with pytest.raises(ValueError, match=r"0 or more|no parts"):
        module.apportion(total, weights)


@given(st.lists(st.tuples(st.integers(0, 10**9), st.booleans()), min_size=1, max_size=30), st.integers(0, 10**10))
def test_locked_parts_stay(module, parts, total):
    current, locked = [part[0] for part in parts], [part[1] for part in parts]
    kept = sum(amount for amount, stays in parts if stays)
    if kept > total or (all(locked) and kept != total):
        with pytest.raises(module.CannotSpread) as refused:
            module.spread(total, current, locked)
        assert refused.value.locked == kept
        return
    found = module.spread(total, current, locked)
    assert sum(found) == total
    assert min(found) >= 0
    assert all(new == old for new, old, stays in zip(found, current, locked, strict=True) if stays)


@given(
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.booleans()), min_size=1, max_size=12),
    st.integers(0, 20000),
)
def test_groups_get_their_share_but_never_less_than_they_keep(module, groups, total):
    weights, kept, free = ([group[place] for group in groups] for place in range(3))
    try:
        parts, held = module.share_out(total, weights, kept, free)
    except module.CannotSpread:
        assert sum(kept) > total or not any(free) or sum(kept) != total
        return
    assert sum(parts) == total
    assert all(part >= least for part, least in zip(parts, kept, strict=True))
    assert all(part == least for part, least, can in zip(parts, kept, free, strict=True) if not can)
    if not held and all(part > least for part, least in zip(parts, kept, strict=True)):
        assert parts == module.apportion(total, weights)


def test_who_keeps_more_than_the_share_is_named(module):
    assert module.share_out(4300, [1, 1], [0, 2800], [True, False]) == ([1500, 2800], [1])
    assert module.share_out(100, [1, 1, 2], [40, 0, 0], [True, True, True]) == ([40, 20, 40], [0])
    assert module.share_out(100, [1, 1], [50, 0], [False, True]) == ([50, 50], [])
