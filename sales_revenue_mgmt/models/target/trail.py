"""What the audit trail says of a plan's lines and amounts."""

import re

from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..governance.lines import MAX_PLACES
from .revenue_target_line import LEVELS
from .rows import SCOPE

# One of them: the line, the date, and then an amount (and whether it is locked), or the line's last day.
PLACE = re.compile(r"(.*) (\d{4}-\d\d-\d\d)(?:: (-?[\d.]+)( \(locked\))?| – (\d{4}-\d\d-\d\d))", re.DOTALL)


def content(target, rows):
    """What the lines are about and promise: scope → dates, amounts in whole units, locks.

    :param PlanRows rows: of the moment
    :rtype: dict[str, dict]
    """
    to_units, texts, found = target._units().whole, {}, {}
    for row, cells in rows.of(target):
        starts = [
            texts.get(cell.date_start) or texts.setdefault(cell.date_start, cell.date_start.isoformat())
            for cell in cells
        ]
        found[row.key] = {
            "from": row.date_start.isoformat(),
            "until": row.date_end.isoformat(),
            "amounts": [[start, to_units(cell.amount)] for start, cell in zip(starts, cells, strict=True)],
            "locked": [start for start, cell in zip(starts, cells, strict=True) if cell.locked],
        }
    return found


def places(target, rows):
    """What each line has, for the trail.

    :param PlanRows rows: of the moment
    :return: place → what the line is called after (a field and an id), and its dates, or an amount and whether it is locked
    :rtype: dict[tuple, tuple]
    """
    found = {}
    for row, cells in rows.of(target):
        named = LEVELS[row.level], row.scope[SCOPE.index(LEVELS[row.level])]
        found[row.key, None] = named, row.date_start, row.date_end
        for cell in cells:
            found[row.key, cell.date_start] = named, cell.amount, cell.locked
    return found


def changed_places(target, own, others):
    """What is different from others, of the first so many places, and how many more there are.

    :param dict own: as of :func:`places`
    """
    changed, decimals = [key for key, value in own.items() if others.get(key) != value], target._units().decimals
    Line = target.env["revenue.target.line"].sudo().with_context(lang="en_US")
    # As a line is called: who may read it may know that.
    shown, names = {own[key][0] for key in changed[:MAX_PLACES]}, {}
    for field in {field for field, _record_id in shown}:
        records = Line[field].browse([record_id for name, record_id in shown if name == field])
        names.update(((field, record.id), record.display_name) for record in records)
    words = []
    for key in changed[:MAX_PLACES]:
        named, value, more = own[key]
        name = names[named]
        if key[1]:
            words.append(f"{name} {key[1]}: {value:.{decimals}f}{' (locked)' if more else ''}")
        else:
            words.append(f"{name} {value} – {more}")
    if len(changed) > MAX_PLACES:
        words.append(f"+ {len(changed) - MAX_PLACES}")
    return "; ".join(words)


def in_words(env, old, new):
    """Of lines and amounts: a line for each place that changed, its dates and amounts as the reader writes them."""
    places, others = {}, []
    for side, value in enumerate((old, new)):
        for words in value["name"].split("; ") if value else ():
            if found := PLACE.fullmatch(words):
                line, date, amount, locked, until = found.groups()
                place = env._("%(line)s, from %(date)s", line=line, date=format_date(env, date))
                if until:
                    text = env._("until %(date)s", date=format_date(env, until))
                else:
                    text = formatLang(env, float(amount), digits=len(amount.partition(".")[2]))
                if locked:
                    text = env._("%(amount)s, locked", amount=text)
                places.setdefault((place, bool(until)), ["–", "–"])[side] = text
            elif side and words.startswith("+ "):
                others.append(env._("and %(count)s more", count=words[2:]))
    if not places:
        return None
    return [f"{place}: {was} → {now}" for (place, _until), (was, now) in places.items()] + others
