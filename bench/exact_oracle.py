"""The same numbers another way: every source line read by Odoo's ORM, put together in Python, added up by hand."""

import datetime
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from odoo.addons.sales_revenue_mgmt.report.revenue_measures import DIMENSIONS, MEASURES
from odoo.addons.sales_revenue_mgmt.report.revenue_scope import Scope

EVER = {"date_from": datetime.date(2000, 1, 1), "date_to": datetime.date(2100, 1, 1)}
# Compared to a millionth of the currency: floats carry the answers, and Odoo's own Python computes in floats.
TOLERANCE = 1e-6
MEASURED = {
    "booked": (
        *("booked", "margin", "quantity", "lines", "orders", "customers", "new_customers"),
        *("list_amount", "pricelist_discount", "discretionary_discount", "promotion_discount"),
    ),
    "invoiced": ("invoiced", "invoiced_quantity", "refunded", "invoices", "invoiced_margin"),
}
DOCUMENTS = ("orders", "invoices")
PLAIN_NUMBERS = ("quantity", "invoiced_quantity", "lines")


def differences(env, companies, cross=()):
    """Compare each measure by each dimension, and by some pairs of dimensions, as the user of ``env`` may see them.

    :param cross: pairs of dimensions
    :return: sentences, one per difference
    :rtype: list[str]
    """
    env.flush_all()
    env.invalidate_all()
    scope = Scope(**EVER, companies=tuple(companies.ids))
    problems = []
    for fact, rows in (("booked", booked_rows(env, companies)), ("invoiced", invoiced_rows(env, companies))):
        measures = MEASURED[fact]
        for dimensions in [(), *((name,) for name in DIMENSIONS), *cross]:
            answer = env["revenue.facts"].query(measures, list(dimensions), scope)
            found = {tuple(row[name] for name in dimensions): row for row in answer}
            members = by_person(rows, fact, measures) if "credited" in dimensions else rows
            wanted = add_up(members, dimensions, measures)
            if not dimensions and not wanted:
                wanted = {(): dict.fromkeys(measures, 0.0)}
            for key in found.keys() | wanted.keys():
                for measure in measures:
                    ours = found.get(key, {}).get(measure)
                    theirs = wanted.get(key, {}).get(measure)
                    if ours is None or theirs is None or abs(ours - theirs) > TOLERANCE * max(1, abs(theirs)):
                        problems.append(f"{measure} by {dimensions} at {key}: facts say {ours}, sources say {theirs}")
    return problems


def by_person(rows, fact, measures):
    """A row per line and person credited with it, each with its part; the last of a line has what is left."""
    answer = []
    for row in rows:
        # An invoice is not divided: it counts for everybody who has a part of it.
        parts, done = row["parts"] or [(row["user"], Decimal(1))], Decimal(0)
        for place, (user, share) in enumerate(parts):
            part = {**row, "credited": user, "share": float(share) if fact == "booked" else 1.0}
            for measure in measures:
                if measure in PLAIN_NUMBERS:
                    part[measure] = row[measure] * float(share)
                elif isinstance(row.get(measure), float):
                    # As exact as the database keeps it; the rest is noise of floats.
                    exact, cent = Decimal(repr(round(row[measure], 9))), row["cent"]
                    end = exact if place + 1 == len(parts) else cents(exact * (done + share), cent)
                    part[measure] = float(end - (cents(exact * done, cent) if place else 0))
            answer.append(part)
            done += share
    return answer


def cents(number, cent):
    return number.quantize(cent, ROUND_HALF_UP)


def credit_of(order, company):
    return {
        "parts": [(row.user_id.id, Decimal(str(row.percent)) / 100) for row in order.revenue_credit_ids],
        "share": 1.0,
        "cent": Decimal(1).scaleb(-company.currency_id.decimal_places),
    }


def add_up(rows, dimensions, measures):
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in dimensions)].append(row)
    return {
        key: {
            measure: sum({(row["document"], row.get("credited")): row["share"] for row in members}.values())
            if measure in DOCUMENTS
            else sum({(row["document"], row.get("credited")): row["share"] for row in members if row["first"]}.values())
            if measure == "new_customers"
            else float(len({row["customer"] for row in members}))
            if measure == "customers"
            else float(sum(row[measure] for row in members))
            for measure in measures
        }
        for key, members in groups.items()
    }


def booked_rows(env, companies):
    lines = env["sale.order.line"].search(
        [
            ("order_id", "any", [("state", "=", "sale"), ("company_id", "in", companies.ids)]),
            ("display_type", "=", False),
            ("is_downpayment", "=", False),
        ]
    )
    # Whether an order was a customer's first does not depend on who looks.
    first = {}
    for order in env["sale.order"].sudo().search([("state", "=", "sale")], order="date_order, id"):
        first.setdefault((order.company_id.root_id, order.partner_id.commercial_partner_id), order.id)
    # What a line consists of is no secret to who may read the line; names of products may be.
    firsts = set(first.values())
    return [{**_booked_row(line), "first": line.order_id.id in firsts} for line in lines.sudo()]


def _booked_row(line):
    order = line.order_id
    rate = order.currency_rate or 1.0
    moment = order.date_order.replace(tzinfo=datetime.timezone.utc)
    listed = line.revenue_list_price * line.product_uom_qty
    pricelist = line.revenue_pricelist_price * line.product_uom_qty
    if line._is_global_discount() and line.price_subtotal < 0:
        listed = pricelist = 0.0
    discretionary = pricelist - line.price_subtotal
    return {
        "document": order.id,
        **credit_of(order, order.company_id),
        **_dimensions(line, order, order.user_id, moment.astimezone(ZoneInfo(order.company_id.revenue_tz)).date()),
        "discount_origin": line.revenue_discount_origin or None,
        "booked": line.price_subtotal / rate,
        "margin": line.margin / rate,
        "quantity": line.product_uom_qty * line.product_uom_id.factor / line.product_id.uom_id.factor,
        "lines": 1,
        "list_amount": listed / rate,
        "pricelist_discount": (listed - pricelist) / rate,
        "discretionary_discount": discretionary / rate,
        "promotion_discount": 0.0,
    }


def invoiced_rows(env, companies):
    lines = env["account.move.line"].search(
        [
            (
                "move_id",
                "any",
                [
                    ("state", "=", "posted"),
                    ("move_type", "in", ("out_invoice", "out_refund")),
                    ("company_id", "in", companies.ids),
                ],
            ),
            ("display_type", "=", "product"),
            ("is_downpayment", "=", False),
        ]
    )
    return [_invoiced_row(line) for line in lines.sudo()]


def _invoiced_row(line):
    move = line.move_id
    sign = -1 if move.move_type == "out_refund" else 1
    return {
        "document": move.id,
        **credit_of(line.sale_line_ids.sorted("id")[:1].order_id, move.company_id),
        **_dimensions(line, move, move.invoice_user_id, move.invoice_date),
        "discount_origin": (
            "order"
            if (line.extra_tax_data or {}).get("computation_key", "").startswith("global_discount,")
            else line.revenue_discount_origin
            or (None if line.revenue_price_captured or not line.discount else "percent")
        ),
        "invoiced": -line.balance,
        "invoiced_quantity": sign * line.quantity * line.product_uom_id.factor / line.product_id.uom_id.factor,
        "refunded": line.balance if sign < 0 else 0.0,
        "invoiced_margin": -line.balance - sign * line.quantity * line.revenue_unit_cost,
    }


def _dimensions(line, document, user, day):
    return {
        "company": document.company_id.id,
        "team": document.team_id.id or None,
        "user": user.id or None,
        "customer": document.partner_id.commercial_partner_id.id,
        "segment": document.partner_id.commercial_partner_id.industry_id.id or None,
        "country": document.partner_id.country_id.id or None,
        "channel": document.medium_id.id or None,
        "product": line.product_id.id,
        "category": line.product_id.categ_id.id,
        "currency": document.currency_id.id,
        "day": day,
        "week": day - datetime.timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "quarter": day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "year": day.replace(month=1, day=1),
    }


def unused_measures():
    """Measures that nothing here compares."""
    return set(MEASURES) - {name for names in MEASURED.values() for name in names}
