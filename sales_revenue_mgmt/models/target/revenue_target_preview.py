"""What a tool would make of a plan, as a table to look at before it is applied."""

from odoo import models
from odoo.tools import formatLang

# Rows and sentences that are shown; the rest is told as a number.
MAX_ROWS = 60
MAX_NOTES = 20


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _preview_rows(self, rows):
        """
        :param rows: of (name, depth, whole units now, whole units then)
        :return: what :meth:`_render_preview` shows
        :rtype: list[dict]
        """
        return [
            {
                "name": name,
                "depth": depth,
                "amounts": [self._show_amount(units) for units in (old, new, new - old)],
            }
            for name, depth, old, new in rows
        ]

    def _show_amount(self, units):
        """Whole units as the reader writes amounts."""
        return formatLang(self.env, self._from_units(units), digits=self._decimals(), currency_obj=self.currency_id)

    def _render_preview(self, rows, notes, heading=None, adding=False):
        """
        :param list[dict] rows: with name, depth and, unless lines are added, amounts: now, then, difference
        :param list[str] notes: what the reader should know
        :param str heading: what rows are, if not lines
        :param bool adding: rows are lines to come, without amounts
        :rtype: Markup
        """
        return self.env["ir.qweb"]._render(
            "sales_revenue_mgmt.revenue_target_preview",
            {
                "rows": rows[:MAX_ROWS],
                "more": len(rows) - MAX_ROWS,
                "notes": notes[:MAX_NOTES],
                "more_notes": len(notes) - MAX_NOTES,
                "heading": heading or self.env._("Line"),
                "adding": adding,
            },
        )
