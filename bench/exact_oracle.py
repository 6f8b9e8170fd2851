"""The same numbers another way: every source line read by Odoo's ORM, put together in Python, added up by hand.

Nothing is read that the addon has written down: what it captures comes from the memory of the
world (``exact_memory.py``), which works it out by itself at the moment of each change; what a line is, is told by its reward, its
product and its taxes.
"""

import datetime
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from odoo.addons.sales_revenue_mgmt.analytics.spread_discount import Line, spread_discount
from odoo.addons.sales_revenue_mgmt.report.facts.measures import DIMENSIONS, MEASURES
from odoo.addons.sales_revenue_mgmt.report.facts.scope import Scope

EVER = {"date_from": datetime.date(2000, 1, 1), "date_to": datetime.date(2100, 1, 1)}
# Compared to a millionth of the currency: floats carry the answers, and Odoo's own Python computes in floats.
TOLERANCE = 1e-6
MEASURED = {
    "booked": (
        *("booked", "margin", "quantity", "lines", "orders", "customers", "new_customers"),
        *("list_amount", "pricelist_discount", "discretionary_discount", "promotion_discount", "prepaid"),
    ),
    "invoiced": ("invoiced", "invoiced_quantity", "refunded", "invoices", "invoiced_margin", "invoiced_prepaid"),
}
DOCUMENTS = ("orders", "invoices")
PLAIN_NUMBERS = ("quantity", "invoiced_quantity", "lines")


def differences(env, companies, memory, cross=()):
    """Compare each measure by each dimension, and by some pairs of dimensions, as the user of ``env`` may see them.

    :param memory: what the world remembers of each line
    :param cross: pairs of dimensions
    :return: sentences, one per difference
    :rtype: list[str]
    """
    env.flush_all()
    env.invalidate_all()
    scope = Scope(**EVER, companies=tuple(companies.ids))
    problems = []
    for fact, rows in (
        ("booked", booked_rows(env, companies, memory)),
        ("invoiced", invoiced_rows(env, companies, memory)),
    ):
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
    answer = {}
    for key, members in groups.items():
        # The sale of a gift card is neither an order nor a customer, and a group of nothing else is there for its money only.
        counted = [row for row in members if row["counts"]]
        if not counted and not round(sum(row[measures[-1]] for row in members), 6):
            continue
        answer[key] = {
            measure: sum({(row["document"], row.get("credited")): row["share"] for row in counted}.values())
            if measure in DOCUMENTS
            else sum({(row["document"], row.get("credited")): row["share"] for row in counted if row["first"]}.values())
            if measure == "new_customers"
            else float(len({row["customer"] for row in counted}))
            if measure == "customers"
            else float(sum(row[measure] for row in members))
            for measure in measures
        }
    return answer


def kind_of(line, reward, memory):
    """What a line is."""
    if reward:
        if reward.program_id.program_type in ("gift_card", "ewallet"):
            return "payment"
        return "free" if reward.reward_type == "product" else "reward"
    key = (line.extra_tax_data or {}).get("computation_key", "")
    if key.startswith("global_discount,") or line.product_id == line.company_id.sale_discount_product_id:
        return "order"
    return "prepaid" if line.product_id in memory.prepaid else None


def parts_of(kinds, line, amount, amounts, over, decimals):
    """The lines that a discount counts for, with what of it.

    :param kinds: line → what it is, of all lines that count of a document
    :param amounts: line → net amount
    """
    members = [
        Line(other.id, amounts[other], frozenset(other.tax_ids.ids))
        for other, kind in sorted(kinds.items(), key=lambda item: item[0].id)
        if kind not in ("order", "reward", "payment")
    ]
    dealt = spread_discount(exact(amount), frozenset(line.tax_ids.ids), members, over, decimals)
    return [(line.browse(key), float(part)) for key, part in dealt.items()] or [(line, amount)]


def exact(number):
    return Decimal(repr(round(number, 9)))


def booked_rows(env, companies, memory):
    lines = env["sale.order.line"].search(
        [("order_id", "any", [("state", "=", "sale"), ("company_id", "in", companies.ids)])]
    )
    # Whether an order was a customer's first does not depend on who looks.
    first = {}
    for order in env["sale.order"].sudo().search([("state", "=", "sale")], order="date_order, id"):
        if any(
            _sold(line) and kind_of(line, line.reward_id, memory) not in ("payment", "prepaid")
            for line in order.order_line
        ):
            first.setdefault((order.company_id.root_id, order.partner_id.commercial_partner_id), order.id)
    # What a line consists of is no secret to who may read the line; names of products may be.
    firsts = set(first.values())
    kinds = {}
    for order in lines.sudo().order_id:
        sold = order.order_line.filtered(_sold)
        kinds[order] = {line: kind_of(line, line.reward_id, memory) for line in sold}
    return [
        {**row, "first": line.order_id.id in firsts}
        for line in lines.sudo().filtered(_sold)
        for row in _booked_rows(line, kinds[line.order_id], memory)
    ]


def _sold(line):
    return not line.display_type and not line.is_downpayment and (line.product_uom_qty or line.price_subtotal)


def _booked_rows(line, kinds, memory):
    order, kind = line.order_id, kinds[line]
    if kind == "payment":
        return
    rate = order.currency_rate or 1.0
    moment = order.date_order.replace(tzinfo=datetime.timezone.utc)
    common = {
        "document": order.id,
        **credit_of(order, order.company_id),
        **_dimensions(line, order, order.user_id, moment.astimezone(ZoneInfo(order.company_id.revenue_tz)).date()),
        "discount_origin": "reward" if kind == "free" else memory.origin(line),
        "program": line.reward_id.program_id.id or None,
    }
    if kind in ("order", "reward"):
        amounts = {other: exact(other.price_subtotal) for other in kinds}
        over = memory.over(line.id) if kind == "reward" else None
        decimals = order.currency_id.decimal_places
        for place, (about, amount) in enumerate(parts_of(kinds, line, line.price_subtotal, amounts, over, decimals)):
            revenue = 0.0 if kinds[about] == "prepaid" else amount
            yield {
                **common,
                "product": about.product_id.id,
                "category": about.product_id.categ_id.id or None,
                "discount_origin": kind,
                "counts": kinds[about] != "prepaid",
                "booked": revenue / rate,
                # Discounts cost nothing in this world but what somebody writes into the line.
                "margin": (revenue - (0.0 if place else line.price_subtotal - line.margin)) / rate,
                "quantity": 0.0,
                "lines": int(not place and kinds[about] != "prepaid"),
                "list_amount": 0.0,
                "pricelist_discount": 0.0,
                "discretionary_discount": -revenue / rate if kind == "order" else 0.0,
                "promotion_discount": -revenue / rate if kind == "reward" else 0.0,
                "prepaid": (amount - revenue) / rate,
            }
        return
    prepaid = kind == "prepaid"
    net = 0.0 if prepaid else line.price_subtotal
    listed, pricelist = (0.0, 0.0) if prepaid else memory.prices(line)
    listed, pricelist = listed * line.product_uom_qty, pricelist * line.product_uom_qty
    yield {
        **common,
        "counts": not prepaid,
        "booked": net / rate,
        "margin": 0.0 if prepaid else line.margin / rate,
        "quantity": 0.0
        if prepaid
        else line.product_uom_qty * line.product_uom_id.factor / line.product_id.uom_id.factor,
        "lines": int(not prepaid),
        "list_amount": listed / rate,
        "pricelist_discount": (listed - pricelist) / rate,
        "discretionary_discount": (pricelist - net) / rate if kind != "free" else 0.0,
        "promotion_discount": (pricelist - net) / rate if kind == "free" else 0.0,
        "prepaid": line.price_subtotal / rate if prepaid else 0.0,
    }


def invoiced_rows(env, companies, memory):
    lines = (
        env["account.move.line"]
        .search(
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
        .filtered(lambda line: line.quantity or line.balance)
    )
    kinds = {}
    for line in lines.sudo().move_id.invoice_line_ids:
        if line.display_type == "product" and not line.is_downpayment and (line.quantity or line.balance):
            kinds.setdefault(line.move_id, {})[line] = kind_of(line, memory.reward(line), memory)
    return [row for line in lines.sudo() for row in _invoiced_rows(line, kinds[line.move_id], memory)]


def _invoiced_rows(line, kinds, memory):
    move, kind = line.move_id, kinds[line]
    if kind == "payment":
        return
    sign = -1 if move.move_type == "out_refund" else 1
    common = {
        "document": move.id,
        **credit_of(line.sale_line_ids.sorted("id")[:1].order_id, move.company_id),
        **_dimensions(line, move, move.invoice_user_id, move.invoice_date),
        "discount_origin": "reward" if kind == "free" else memory.origin(line),
        "program": memory.reward(line).program_id.id or None,
    }
    cost = sign * line.quantity * memory.costs(line)
    if kind in ("order", "reward"):
        amounts = {other: exact(-other.balance) for other in kinds}
        over = memory.over(memory.ordered(line)) if kind == "reward" else None
        if over is not None:
            over = {other.id for other in kinds if memory.ordered(other) in over}
        decimals = move.company_id.currency_id.decimal_places
        for place, (about, amount) in enumerate(parts_of(kinds, line, -line.balance, amounts, over, decimals)):
            revenue = 0.0 if kinds[about] == "prepaid" else amount
            yield {
                **common,
                "product": about.product_id.id,
                "category": about.product_id.categ_id.id or None,
                "discount_origin": kind,
                "counts": kinds[about] != "prepaid",
                "invoiced": revenue,
                "invoiced_quantity": 0.0,
                "refunded": -revenue if sign < 0 else 0.0,
                "invoiced_margin": revenue - (0.0 if place else cost),
                "invoiced_prepaid": amount - revenue,
            }
        return
    prepaid = kind == "prepaid"
    net = 0.0 if prepaid else -line.balance
    yield {
        **common,
        "counts": not prepaid,
        "invoiced": net,
        "invoiced_quantity": 0.0
        if prepaid
        else sign * line.quantity * line.product_uom_id.factor / line.product_id.uom_id.factor,
        "refunded": -net if sign < 0 else 0.0,
        "invoiced_margin": 0.0 if prepaid else net - cost,
        "invoiced_prepaid": -line.balance if prepaid else 0.0,
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
        "category": line.product_id.categ_id.id or None,
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
