"""A plan as a workbook, to be filled in and imported again."""

from odoo import models
from odoo.tools import format_datetime

from ..report.revenue_target_sheet import write_plan
from .revenue_target_checks import MAX_AMOUNT

# What a journal entry about an export names.
EXPORTED = ["line_ids", "level", "amount", "locked", "last_year"]


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def action_export_plan(self):
        """Download the plan as a workbook.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/revenue/target/{self.id}/plan.xlsx", "target": "download"}

    def _export_plan(self):
        """The workbook, and a note in the journal of whoever takes it out.

        :rtype: bytes
        :raises AccessError: the reader may not read the plan
        """
        content = write_plan(self._sheet_of_plan(), self._sheet_texts())
        self.env["revenue.audit.journal"].note_export(self, EXPORTED)
        return content

    def _export_name(self):
        """What the file is called."""
        self.ensure_one()
        kept = "".join(letter if letter.isalnum() or letter in " -_.()" else " " for letter in self.display_name)
        return f"{' '.join(kept.split())[:100].strip('. ') or 'plan'}.xlsx"

    def _sheet_of_plan(self):
        """What :func:`write_plan` needs to know of the plan.

        :rtype: dict
        """
        grid = self.get_grid()
        levels = dict(self.env["revenue.target.line"]._fields["level"]._description_selection(self.env))
        lines = {line.id: line for line in self._tree()}
        keys = {line_id: line._scope_key() for line_id, line in lines.items()}
        return {
            "about": self._sheet_identity(),
            "periods": grid["periods"],
            "decimals": grid["decimals"],
            "whole": self._counts_whole(),
            # What is smaller than the limit by one unit, as a spreadsheet can hold it.
            "maximum": MAX_AMOUNT - 1,
            "lines": [
                {
                    "id": row["id"],
                    "key": keys[row["id"]],
                    "parent": keys.get(row["parent_id"]),
                    "depth": row["depth"],
                    "level": levels[row["level"]],
                    "name": row["name"] or "",
                    "leaf": row["leaf"],
                    "amounts": row["amounts"],
                    "amount": lines[row["id"]].amount,
                    "units": [self._to_units(amount) for amount in row["amounts"]],
                    "fixed": [
                        locked or not is_open for locked, is_open in zip(row["locked"], row["open"], strict=True)
                    ],
                    "last_year": round(sum(row["last_year"]), grid["decimals"]),
                }
                for row in grid["lines"]
            ],
        }

    def _sheet_identity(self):
        """Which plan of which database a file is of.

        :rtype: dict[str, str]
        """
        self.ensure_one()
        # The id of the database is no secret; it only tells files of copies apart.
        parameters = self.env["ir.config_parameter"].sudo()
        return {
            "database": parameters.get_param("database.uuid") or "",
            "plan": str(self.id),
            "version": str(self.version),
            "measure": self.measure,
            "decimals": str(self._decimals()),
            "name": self.display_name,
        }

    def _counts_whole(self):
        """Whether amounts are counted: orders, customers."""
        self.ensure_one()
        return not self.currency_id and not self._decimals()

    def _sheet_texts(self):
        """What the reader sees, in the reader's language.

        :rtype: dict
        """
        _ = self.env._
        scenarios = dict(self._fields["scenario"]._description_selection(self.env))
        unit = self.currency_id.name or self._measure_label()
        about = [self._measure_label(), self.currency_id.name, scenarios[self.scenario], self._state_label()]
        about.append(_("exported %(moment)s by %(user)s", moment=self._now_in_words(), user=self.env.user.name))
        whole = self._counts_whole()
        number = _("a whole number, 0 or more") if whole else _("a number, 0 or more")
        return {
            "title": self.display_name,
            "subtitle": " · ".join(part for part in about if part),
            "author": self.env.user.name,
            "sheet": "Plan",
            "line": _("Line"),
            "level": _("Level"),
            "total": _("Total"),
            "last_year": _("Last Year"),
            "difference": _("Difference"),
            "legend": _("Yellow: enter amounts here. Grey: locked, closed or outside the line's dates. White: computed."),
            "input_title": _("Target in %(unit)s", unit=unit),
            "input_message": _("Enter %(number)s. Sums follow by themselves.", number=number),
            "error_title": _("This is no amount"),
            "error_message": _("Enter %(number)s.", number=number),
            "help_sheet": "Read me",
            "help_title": _("How to fill in this plan"),
            "help": [
                _("Change the yellow cells: one amount per line and period, in %(unit)s.", unit=unit),
                _("Enter %(number)s. For nothing, enter 0; do not leave a cell empty.", number=number),
                _("Lines with parts are sums of the lines below them, and totals are sums of periods. They follow by themselves."),
                _("Grey cells are locked, or their period is closed in accounting, or the line is not there at that time."),
                _("You may compute in a cell with a formula. Save in your spreadsheet program, so that its result is in the file."),
                _("Amounts are rounded to the decimals of the unit when they are imported."),
                _("You may sort rows and add columns, sheets or rows with notes. A row with amounts has to be a line of the plan. Keep the hidden first column, the hidden row and the "
                  "columns of the periods: they say which line and period an amount is for."),
                _("Save as an Excel workbook (.xlsx). In Odoo, open the plan and choose Actions → Import Plan from Excel."),
                _("The import first shows what would change. Nothing is changed while a single cell is refused; each refused cell is listed "
                  "with its place and the reason."),
                _("Only what you changed is imported. If somebody changed the same amount in Odoo since you exported the plan, the cell "
                  "is refused and both amounts are shown."),
                _("The file belongs to this version of this plan. It cannot be imported into another one."),
            ],
        }  # fmt: skip

    def _now_in_words(self):
        return format_datetime(self.env, self.env.cr.now(), dt_format="short")
