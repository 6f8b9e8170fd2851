"""Who sells what when the retailer is organised: stores dealt to teams, households to people. No database, no Odoo."""

import numpy as np

from .retail_source import read_table

BRANCHES = ("North", "Central", "South")
TEAMS_PER_BRANCH = 4
# Of the households of a store, in percent: one for each of a team's five people.
SHARES = (30, 25, 20, 15, 10)


def busiest_stores():
    """The stores of the whole source, by revenue: a store is with the same team however few lines are loaded."""
    revenue = read_table("transactions").groupby("store_id")["sales_value"].sum().reset_index()
    revenue["cents"] = (revenue["sales_value"] * 100).round().astype("int64")
    return revenue.sort_values(["cents", "store_id"], ascending=[False, True])["store_id"].tolist()


def allot(baskets):
    """
    :param baskets: as in :class:`~bench.retail_source.Retail`
    :return: a frame beside it: ``branch`` and ``team`` (0, 1, ...; teams counted through all branches), ``seller`` (0 to 4
        in the team) and ``number`` (1, 2, ... within the branch's year)
    """
    # Dealt in turn like cards, the busiest first: much the same for everybody, yet no two the same.
    rank = baskets["store"].map({store: rank for rank, store in enumerate(busiest_stores())})
    branch = rank % len(BRANCHES)
    # A fixed shuffle (Knuth's multiplicative hash), another one in each store.
    mixed = baskets["household"].astype("uint64") * 2654435761 + baskets["store"].astype("uint64") * 2246822519
    year = baskets["day"].map(lambda day: day.year)
    return baskets[[]].assign(
        branch=branch,
        team=branch * TEAMS_PER_BRANCH + rank // len(BRANCHES) % TEAMS_PER_BRANCH,
        seller=np.searchsorted(np.cumsum(SHARES), mixed % 2**32 / 2**32 * 100, side="right"),
        number=baskets.groupby([branch, year]).cumcount() + 1,
    )
