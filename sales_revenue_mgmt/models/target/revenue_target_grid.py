"""The grid of lines × periods, as the web client and the spreadsheet show it."""

from odoo import api, fields, models
from odoo.tools.misc import format_date

from .revenue_target_line import LEVELS
from .rows import PlanRows


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    @api.readonly
    def get_grid(self):
        """Everything that is needed to show and edit the plan.

        :return: ``periods`` (start, end, label, closed), ``lines`` in the order of the tree (id, parent_id, depth, level, name,
            res_id of what it is called after, leaf, start, end, and per period: amounts, locked, open, last_year),
            ``versions`` of the plan that the reader may read (id, name, version, state), ``editable``, ``currency_id``,
            ``decimals``, ``revision`` (another number once anything of the plan has changed)
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        closed = self._closed_until()
        periods = self._periods()
        last_year = self._line_actuals([self._last_year(periods)])[0]
        states = dict(self._fields["state"]._description_selection(self.env))
        # Who may read the plan may read all of it.
        cells_of = PlanRows(self).cells
        return {
            "id": self.id,
            "name": self.display_name,
            "state": self.state,
            "revision": self.audit_sequence,
            "editable": self.state == "draft" and self.has_access("write"),
            "measure": self._measure_label(),
            "currency_id": self.currency_id.id,
            "decimals": self._decimals(),
            "versions": [
                {
                    "id": version.id,
                    "name": version.display_name,
                    "version": version.version,
                    "state": states[version.state],
                }
                for version in self.sudo()._versions().with_env(self.env)._filtered_access("read")
            ],
            "periods": [
                {
                    "start": fields.Date.to_string(start),
                    "end": fields.Date.to_string(end),
                    "label": self._cell_label(start),
                    "closed": bool(closed and end <= closed),
                }
                for start, end in periods
            ],
            "lines": [
                {
                    "id": line.id,
                    "parent_id": line.parent_id.id,
                    "depth": line._depth(),
                    "level": line.level,
                    "name": line.display_name,
                    "res_id": line[LEVELS[line.level]].id,
                    "leaf": not line.child_ids,
                    "start": fields.Date.to_string(line.date_start),
                    "end": fields.Date.to_string(line.date_end),
                    "amounts": [cell.amount for cell in cells_of[line.id]],
                    "locked": [cell.locked for cell in cells_of[line.id]],
                    "open": [
                        not (closed and cell.date_end <= closed)
                        and line.date_start <= cell.date_end
                        and cell.date_start <= line.date_end
                        for cell in cells_of[line.id]
                    ],
                    "last_year": last_year[line.id],
                }
                for line in self._tree()
            ],
        }

    def _tree(self):
        """The plan's lines, each before its parts, as one reads them.

        :rtype: revenue.target.line
        """
        self.ensure_one()
        # Who may read the plan may read all of it.
        lines = self.sudo().line_ids
        # Read together, wherever the plan itself comes from.
        lines = lines.browse(lines.ids).sorted(lambda line: (line.sequence, line.id))
        parts = lines.grouped("parent_id")
        ordered, stack = [], list(reversed(parts.get(lines.browse(), lines.browse())))
        while stack:
            line = stack.pop()
            ordered.append(line.id)
            stack.extend(reversed(parts.get(line, lines.browse())))
        return lines.browse(ordered)

    def _cell_label(self, start):
        """A period in short, as the reader writes dates."""
        if self.cadence == "month":
            return format_date(self.env, start, date_format="MMM yyyy")
        if self.cadence == "quarter":
            year = self.company_id.compute_fiscalyear_dates(start)
            months = (start.year - year["date_from"].year) * 12 + start.month - year["date_from"].month
            return f"Q{months // 3 + 1} {year['date_to'].year}"
        return format_date(self.env, start, date_format="d MMM")
