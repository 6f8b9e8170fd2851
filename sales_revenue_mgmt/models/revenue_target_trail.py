"""What the audit trail says of a plan's lines and amounts."""

from contextlib import contextmanager

from odoo import models

from ..report.revenue_audit_chain import digest

# So many changed amounts an entry of the trail spells out; the hash covers all.
MAX_WORDS = 100


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    # Its lines.
    _audit_parts_follow = True

    def _audit_fields(self):
        return [*super()._audit_fields(), "cadence", "scenario", "line_ids"]

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
        found = {}
        for line in self.line_ids:
            key, name = line._scope_key(), line.with_context(lang="en_US").display_name
            found[key, ""] = f"{name} {line.date_start} – {line.date_end}"
            for cell in line.cell_ids:
                lock = " (locked)" if cell.locked else ""
                found[key, cell.date_start] = f"{name} {cell.date_start}: {cell.amount:.{self._decimals()}f}{lock}"
        return found

    def _audit_lines(self):
        """The plan's lines and amounts as a hash with a description; nothing where the plan's own fields say it all.

        The lines themselves stay with the version, which never changes once it is submitted: the hash proves that.
        """
        lines = self.line_ids
        if len(lines) <= 1 and len(lines.cell_ids) <= 1:
            return None
        content = {line._scope_key(): line._content() for line in lines}
        words = self.env._("%(lines)s lines, %(amount)s", lines=len(lines), amount=self.amount)
        return {"id": digest(content, content), "name": words}
