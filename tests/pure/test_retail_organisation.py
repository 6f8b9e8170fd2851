"""Who sells what, without a database."""

from datetime import date

import pytest

from bench.retail_organisation import BRANCHES, SHARES, TEAMS_PER_BRANCH, allot
from bench.retail_source import prepare

LAST = date(2026, 11, 21)


@pytest.fixture(scope="module")
def retail():
    return prepare(None, LAST, "Europe/Brussels")


@pytest.fixture(scope="module")
def sold(retail):
    """Baskets with who sold them, and for how much."""
    net = retail.lines.groupby("basket")["net"].sum()
    return (
        retail.baskets.drop(columns="number").join(allot(retail.baskets)).assign(net=retail.baskets["basket"].map(net))
    )


def test_everything_has_one_place(sold):
    assert (sold["team"] // TEAMS_PER_BRANCH == sold["branch"]).all()
    assert sold["branch"].nunique() == len(BRANCHES) and sold["team"].nunique() == len(BRANCHES) * TEAMS_PER_BRANCH
    assert (sold.groupby("team")["seller"].nunique() == len(SHARES)).all()
    assert (sold.groupby("store")["team"].nunique() == 1).all()
    assert (sold.groupby(["store", "household"])["seller"].nunique() == 1).all()


def test_balanced_but_not_equal(sold):
    teams = sold.groupby("team")["net"].sum() / sold["net"].sum() * sold["team"].nunique()
    assert 0.8 < teams.min() < 0.95 and 1.1 < teams.max() < 1.3 and teams.round(3).nunique() > 9
    branches = sold.groupby("branch")["net"].sum() / sold["net"].sum()
    assert branches.between(0.31, 0.35).all()
    people = sold.groupby(["team", "seller"])["net"].sum().unstack()
    assert (people[0] > 1.5 * people[4]).all()


def test_a_part_of_the_data_is_placed_as_in_the_whole(sold):
    part = prepare(5000, LAST, "Europe/Brussels").baskets
    placed = part[["basket"]].join(allot(part)).merge(sold, on="basket", suffixes=("", "_whole"))
    assert len(placed) == len(part)
    assert all((placed[name] == placed[f"{name}_whole"]).all() for name in ("branch", "team", "seller"))


def test_numbers_count_without_a_gap_in_each_branch_and_year(sold):
    for _group, numbers in sold.groupby(["branch", sold["day"].map(lambda day: day.year)])["number"]:
        assert numbers.tolist() == list(range(1, len(numbers) + 1))
