"""What the audit trail says of a plan's lines and amounts."""

import re
from contextlib import contextmanager

from odoo import models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..audit.chain import digest
from .revenue_target_line import LEVELS
from .rows import SCOPE, PlanRows, unit_reader

# So many changed amounts an entry of the trail spells out; the hash covers all.
MAX_WORDS = 100
# One of them: the line, the date, and then an amount (and whether it is locked), or the line's last day.
PLACE = re.compile(r"(.*) (\d{4}-\d\d-\d\d)(?:: (-?[\d.]+)( \(locked\))?| – (\d{4}-\d\d-\d\d))", re.DOTALL)


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    # Its lines.
    _audit_parts_follow = True

    def _audit_fields(self):
        return [*super()._audit_fields(), "cadence", "scenario", "line_ids"]

    def _audit_values(self):
        # The lines of all plans together.
        if not isinstance(self.env.context.get("revenue_plan_rows"), PlanRows):
            self = self.with_context(revenue_plan_rows=PlanRows(self))
        return super()._audit_values()

    def _audit_value(self, name):
        if name == "line_ids":
            return self._audit_lines()
        return super()._audit_value(name)

    def _audit_stable_values(self):
        """Where the plan's own fields say it all, its one line and amount have to say the same; else they are content."""
        values = super()._audit_stable_values()
        for target in self.sudo():
            lines = target.line_ids
            if values[target.id]["line_ids"] is None and (
                target._to_units(sum(lines.cell_ids.mapped("amount"))) != target._to_units(target.amount)
                or any(lines[name] != target[name] for name in ("company_id", "team_id", "user_id"))
            ):
                content = {line._scope_key(): line._content() for line in lines}
                values[target.id]["line_ids"] = digest(content, content)
        return values

    @contextmanager
    def _lines_audited(self, old=None):
        """What happens to the lines inside is written down, once: which amounts, from what to what.

        :param PlanRows old: lines and amounts as they are, where the caller has them already
        :return: the same, for what happens inside
        """
        old = old or PlanRows(self)
        before = self.with_context(revenue_plan_rows=old)._audit_values()
        places = {target.id: target._places_in_trail(old) for target in self}
        yield old
        new = PlanRows(self)
        after = self.with_context(revenue_plan_rows=new)._audit_values()
        changed = self.filtered(lambda target: before[target.id] != after[target.id])
        for target in changed:
            was, now = places[target.id], target._places_in_trail(new)
            for values, own, others in ((before, was, now), (after, now, was)):
                values, words = values[target.id], target._changes_in_words(own, others)
                if values["line_ids"] and words:
                    values["line_ids"] = {**values["line_ids"], "name": words}
        changed._audit("changed", before=before, after=after)

    def _places_in_trail(self, rows):
        """What each line has, for the trail.

        :param PlanRows rows: of the moment
        :return: place → what the line is called after (a field and an id), and its dates, or an amount and whether it is locked
        :rtype: dict[tuple, tuple]
        """
        self.ensure_one()
        found = {}
        for row, cells in rows.of(self):
            named = LEVELS[row.level], row.scope[SCOPE.index(LEVELS[row.level])]
            found[row.key, None] = named, row.date_start, row.date_end
            for cell in cells:
                found[row.key, cell.date_start] = named, cell.amount, cell.locked
        return found

    def _changes_in_words(self, own, others):
        """What is different from others, of the first so many places, and how many more there are.

        :param dict own: as of :meth:`_places_in_trail`
        """
        changed, decimals = [key for key, value in own.items() if others.get(key) != value], self._decimals()
        Line = self.env["revenue.target.line"].sudo().with_context(lang="en_US")
        # As a line is called: who may read it may know that.
        shown, names = {own[key][0] for key in changed[:MAX_WORDS]}, {}
        for field in {field for field, _record_id in shown}:
            records = Line[field].browse([record_id for name, record_id in shown if name == field])
            names.update(((field, record.id), record.display_name) for record in records)
        words = []
        for key in changed[:MAX_WORDS]:
            named, value, more = own[key]
            name = names[named]
            if key[1]:
                words.append(f"{name} {key[1]}: {value:.{decimals}f}{' (locked)' if more else ''}")
            else:
                words.append(f"{name} {value} – {more}")
        if len(changed) > MAX_WORDS:
            words.append(f"+ {len(changed) - MAX_WORDS}")
        return "; ".join(words)

    def _audit_change_in_words(self, name, old, new):
        """Of lines and amounts: a line for each place that changed, its dates and amounts as the reader writes them."""
        if name != "line_ids":
            return super()._audit_change_in_words(name, old, new)
        places, others = {}, []
        for side, value in enumerate((old, new)):
            for words in value["name"].split("; ") if value else ():
                if found := PLACE.fullmatch(words):
                    line, date, amount, locked, until = found.groups()
                    place = self.env._("%(line)s, from %(date)s", line=line, date=format_date(self.env, date))
                    if until:
                        text = self.env._("until %(date)s", date=format_date(self.env, until))
                    else:
                        text = formatLang(self.env, float(amount), digits=len(amount.partition(".")[2]))
                    if locked:
                        text = self.env._("%(amount)s, locked", amount=text)
                    places.setdefault((place, bool(until)), ["–", "–"])[side] = text
                elif side and words.startswith("+ "):
                    others.append(self.env._("and %(count)s more", count=words[2:]))
        if not places:
            return None
        return [f"{place}: {was} → {now}" for (place, _until), (was, now) in places.items()] + others

    def _lines_content(self):
        """What the lines are about and promise: scope → dates, amounts in whole units, locks.

        :rtype: dict[str, dict]
        """
        self.ensure_one()
        # Whoever writes it down may have read it already; nobody outside can put such an object into the context.
        rows = self.env.context.get("revenue_plan_rows")
        rows = rows if isinstance(rows, PlanRows) else PlanRows(self)
        to_units, texts, content = unit_reader(self), {}, {}
        for row, cells in rows.of(self):
            starts = [
                texts.get(cell.date_start) or texts.setdefault(cell.date_start, cell.date_start.isoformat())
                for cell in cells
            ]
            content[row.key] = {
                "from": row.date_start.isoformat(),
                "until": row.date_end.isoformat(),
                "amounts": [[start, to_units(cell.amount)] for start, cell in zip(starts, cells, strict=True)],
                "locked": [start for start, cell in zip(starts, cells, strict=True) if cell.locked],
            }
        return content

    def _audit_lines(self):
        """The plan's lines and amounts as a hash with a description; nothing where the plan's own fields say it all.

        The lines themselves stay with the version, which never changes once it is submitted: the hash proves that.
        """
        content = self._lines_content()
        if len(content) <= 1 and sum(len(line["amounts"]) for line in content.values()) <= 1:
            return None
        words = self.env._("%(lines)s lines, %(amount)s", lines=len(content), amount=self.amount)
        return {"id": digest(content, content), "name": words}
