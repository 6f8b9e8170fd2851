"""Targets without a name have a title that is put together when it is shown; what somebody types of it is taken apart again."""

import datetime
import re

from dateutil.relativedelta import relativedelta

from odoo.fields import Domain

MAX_PARTS = 6
DAY = r"\d{4}-\d\d-\d\d"


def title_domain(targets, text, named):
    """Which targets have all parts of a title: "Sales, Sam Seller · Margin · 2026-11 (v2)", or some of them.

    :param targets: ``revenue.target``, for its fields
    :param str text: as it was typed
    :param named: gives the domain of one part that is a name
    :return: ``None`` where the text is no title of several parts
    :rtype: Domain | None
    """
    text, _mark, version = re.fullmatch(r"(.*?)(\s*\(v(\d{1,6})\))?\s*", text, re.DOTALL).groups()
    parts = [part for part in re.split(r"\s*[·,]\s*", text.strip()) if part]
    if not parts or len(parts) > MAX_PARTS or (len(parts) == 1 and not version and _period(targets, parts[0]) is None):
        return None
    found = [Domain("version", "=", int(version))] if version else []
    for part in parts:
        alternatives = [named(part)]
        measures = [key for key, label in _measures(targets) if part.lower() in label.lower()]
        if measures:
            alternatives.append(Domain("measure", "in", measures))
        if (period := _period(targets, part)) is not None:
            alternatives.append(period)
        found.append(Domain.OR(alternatives))
    return Domain.AND(found)


def _measures(targets):
    return targets._fields["measure"]._description_selection(targets.env)


def _period(targets, part):
    """2026-11, 2026 Q4, 2026, or 2026-01-15 – 2026-03-31, as titles have them; ``None`` for anything else."""
    try:
        if re.fullmatch(r"\d{4}-\d\d", part):
            return Domain("period_type", "=", "month") & Domain(
                "date_start", "=", datetime.date.fromisoformat(f"{part}-01")
            )
        if found := re.fullmatch(rf"({DAY}) – ({DAY})", part):
            first, last = map(datetime.date.fromisoformat, found.groups())
            return Domain("date_start", "=", first) & Domain("date_end", "=", last)
        if not (found := re.fullmatch(r"(\d{4})(?: Q([1-4]))?", part)):
            return None
        company, year = targets.env.company, int(found[1])
        # The fiscal year that ends in this one.
        month = int(company.fiscalyear_last_month)
        last = datetime.date(year, month, 1) + relativedelta(day=company.fiscalyear_last_day)
        first = company.compute_fiscalyear_dates(last)["date_from"]
        if not found[2]:
            return Domain("date_end", ">=", first) & Domain("date_end", "<=", last)
        start = first + relativedelta(months=3 * (int(found[2]) - 1))
        return Domain("period_type", "=", "quarter") & Domain("date_start", "=", start)
    except ValueError:
        # No such day.
        return None
