"""Which columns of Odoo's tables facts are computed from: declarations only.

Whatever writes one of them makes the *keys* of the changed rows stand in the dirty log until the facts of all documents that
these keys lead to have been computed again.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Watch:
    """A table of Odoo's that facts are computed from.

    :param table: its name
    :param kind: what its keys are called in the dirty log
    :param key: the column whose values, old and new, are logged
    :param columns: an update of none of these changes no fact
    :param update_only: whether inserting and deleting rows changes no fact: nothing refers to such a row, or what refers
        to it is watched itself
    """

    table: str
    kind: str
    key: str
    columns: tuple
    update_only: bool = False


WATCHES = [
    Watch(
        "sale_order",
        "order",
        "id",
        (
            "company_id",
            "partner_id",
            "team_id",
            "user_id",
            "medium_id",
            "currency_id",
            "currency_rate",
            "state",
            "date_order",
        ),
        update_only=True,
    ),
    Watch(
        "sale_order_line",
        "order",
        "order_id",
        (
            "order_id",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "price_unit",
            "technical_price_unit",
            "discount",
            "price_subtotal",
            "margin",
            "display_type",
            "is_downpayment",
            "revenue_list_price",
            "revenue_pricelist_price",
            "revenue_price_captured",
            "revenue_discount_origin",
            "revenue_line_kind",
            "revenue_program_id",
            "revenue_tax_key",
            "revenue_discounted",
        ),
    ),
    Watch(
        "account_move",
        "move",
        "id",
        (
            "company_id",
            "partner_id",
            "team_id",
            "invoice_user_id",
            "medium_id",
            "currency_id",
            "invoice_currency_rate",
            "state",
            "move_type",
            "invoice_date",
        ),
        update_only=True,
    ),
    Watch(
        "account_move_line",
        "move",
        "move_id",
        (
            "move_id",
            "product_id",
            "product_uom_id",
            "quantity",
            "price_unit",
            "discount",
            "price_subtotal",
            "balance",
            "display_type",
            "is_downpayment",
            "revenue_list_price",
            "revenue_pricelist_price",
            "revenue_price_captured",
            "revenue_discount_origin",
            "revenue_line_kind",
            "revenue_program_id",
            "revenue_tax_key",
            "revenue_discounted",
            "revenue_order_line",
            "revenue_unit_cost",
        ),
    ),
    Watch("res_partner", "partner", "id", ("commercial_partner_id", "country_id"), update_only=True),
    Watch("product_product", "product", "id", ("product_tmpl_id",), update_only=True),
    Watch("product_template", "template", "id", ("categ_id", "uom_id"), update_only=True),
    Watch("uom_uom", "uom", "id", ("factor",), update_only=True),
    Watch("res_company", "company", "id", ("revenue_tz",), update_only=True),
]


def register_watch(watch):
    """Add a table that facts are computed from, for an addon that registers facts of it.

    :param Watch watch: the table and its columns
    :raises ValueError: where the table is watched already
    """
    if any(watch.table == other.table for other in WATCHES):
        raise ValueError(f"The table {watch.table!r} is watched already.")
    WATCHES.append(watch)
