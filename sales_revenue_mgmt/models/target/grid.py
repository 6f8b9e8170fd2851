"""The grid of lines × periods, as the web client and the spreadsheet show it."""

from odoo import fields
from odoo.tools.misc import format_date

from .actuals import Actuals, last_year
from .revenue_target_line import LEVELS
from .rows import PlanRows


class Grid:
    """Everything that is needed to show and edit a plan."""

    def __init__(self, plan):
        """
        :param plan: that its reader may read
        """
        self.plan, self.env = plan, plan.env
        self.periods, self.closed = plan._periods(), plan._closed_until()

    def answer(self):
        """
        :return: as ``get_grid`` of a plan describes it
        :rtype: dict
        """
        plan = self.plan
        return {
            "id": plan.id,
            "name": plan.display_name,
            "state": plan.state,
            "revision": plan.audit_sequence,
            "editable": plan.state == "draft" and plan.has_access("write"),
            "measure": plan._measure_label(),
            "currency_id": plan.currency_id.id,
            "decimals": plan._units().decimals,
            "versions": self._versions(),
            "periods": [
                {
                    "start": fields.Date.to_string(start),
                    "end": fields.Date.to_string(end),
                    "label": plan._cell_label(start),
                    "closed": self._is_closed(end),
                }
                for start, end in self.periods
            ],
            "lines": self._lines(),
        }

    def _versions(self):
        states = dict(self.plan._fields["state"]._description_selection(self.env))
        return [
            {
                "id": version.id,
                "name": version.display_name,
                "version": version.version,
                "state": states[version.state],
            }
            for version in self.plan.sudo()._versions().with_env(self.env)._filtered_access("read")
        ]

    def _lines(self):
        (before,) = Actuals(self.plan).by_period([last_year(self.plan, self.periods)])
        # Who may read the plan may read all of it.
        cells_of = PlanRows(self.plan).cells
        return [
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
                    not self._is_closed(cell.date_end)
                    and line.date_start <= cell.date_end
                    and cell.date_start <= line.date_end
                    for cell in cells_of[line.id]
                ],
                "last_year": before[line.id],
            }
            for line in self.plan._tree()
        ]

    def _is_closed(self, end):
        return bool(self.closed and end <= self.closed)


def period_label(plan, start):
    """A period of a plan in short, as the reader writes dates.

    :param datetime.date start: its first day
    :rtype: str
    """
    if plan.cadence == "month":
        return format_date(plan.env, start, date_format="MMM yyyy")
    if plan.cadence == "quarter":
        year = plan.company_id.compute_fiscalyear_dates(start)
        months = (start.year - year["date_from"].year) * 12 + start.month - year["date_from"].month
        return f"Q{months // 3 + 1} {year['date_to'].year}"
    return format_date(plan.env, start, date_format="d MMM")


def tree_of(plan):
    """A plan's lines, each before its parts, as one reads them.

    :rtype: revenue.target.line
    """
    # Who may read the plan may read all of it.
    lines = plan.sudo().line_ids
    # Read together, wherever the plan itself comes from.
    lines = lines.browse(lines.ids).sorted(lambda line: (line.sequence, line.id))
    parts = lines.grouped("parent_id")
    ordered, stack = [], list(reversed(parts.get(lines.browse(), lines.browse())))
    while stack:
        line = stack.pop()
        ordered.append(line.id)
        stack.extend(reversed(parts.get(line, lines.browse())))
    return lines.browse(ordered)
