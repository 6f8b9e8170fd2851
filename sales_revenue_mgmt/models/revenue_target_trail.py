"""What the audit trail says of a plan's lines and amounts."""

from contextlib import contextmanager

from odoo import models

from ..report.revenue_audit_chain import digest
from .revenue_target_rows import read_cells, read_lines, unit_reader

# So many changed amounts an entry of the trail spells out; the hash covers all.
MAX_WORDS = 100


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _audit_fields(self):
        return [*super()._audit_fields(), "cadence", "scenario", "line_ids"]

    def _audit_value(self, name):
        if name == "line_ids":
            return self._audit_lines()
        return super()._audit_value(name)

    @contextmanager
    def _lines_audited(self):
        """What happens to the lines inside is written down, once: which amounts, from what to what."""
        before, lines = self._audit_values(), {target.id: target.sudo()._amounts_in_words() for target in self}
        yield
        after = self._audit_values()
        changed = self.filtered(lambda target: before[target.id] != after[target.id])
        for target in changed:
            now = target.sudo()._amounts_in_words()
            for values, own, others in ((before, lines[target.id], now), (after, now, lines[target.id])):
                values = values[target.id]
                words = [text for key, text in own.items() if others.get(key) != text]
                if values["line_ids"] and words:
                    more = [f"+ {len(words) - MAX_WORDS}"] if len(words) > MAX_WORDS else []
                    values["line_ids"] = {**values["line_ids"], "name": "; ".join(words[:MAX_WORDS] + more)}
        changed._audit("changed", before=before, after=after)

    def _amounts_in_words(self):
        """What each line has, for the trail: place → text."""
        self.ensure_one()
        found, decimals, cells = {}, self._decimals(), self._cells_by_line()
        rows = read_lines(self)[self.id]
        names = self.env["revenue.target.line"].browse([row.id for row in rows]).with_context(lang="en_US")
        for row, name in zip(rows, names.mapped("display_name"), strict=True):
            found[row.key, ""] = f"{name} {row.date_start} – {row.date_end}"
            for cell in cells.get(row.id, ()):
                lock = " (locked)" if cell.locked else ""
                found[row.key, cell.date_start] = f"{name} {cell.date_start}: {cell.amount:.{decimals}f}{lock}"
        return found

    def _cells_by_line(self):
        by_line = {}
        for cell in read_cells(self)[self.id]:
            by_line.setdefault(cell.line_id, []).append(cell)
        return by_line

    def _lines_content(self):
        """What the lines are about and promise: scope → dates, amounts in whole units, locks.

        :rtype: dict[str, dict]
        """
        self.ensure_one()
        to_units, cells = unit_reader(self), self._cells_by_line()
        content = {}
        for row in read_lines(self)[self.id]:
            own = [(cell.date_start.isoformat(), cell) for cell in cells.get(row.id, ())]
            content[row.key] = {
                "from": row.date_start.isoformat(),
                "until": row.date_end.isoformat(),
                "amounts": [[start, to_units(cell.amount)] for start, cell in own],
                "locked": [start for start, cell in own if cell.locked],
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
