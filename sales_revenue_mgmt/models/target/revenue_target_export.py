"""A plan as a workbook, to be filled in and imported again."""

from odoo import models

from ...report.sheet.spreadsheet import remembered, write_plan
from ..core.units import MAX_AMOUNT
from .rows import unit_reader

# Of a plan's name, in the file's memory.
MAX_NAME = 200
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

    def _export_sheet(self):
        """The workbook, and a note in the journal of whoever takes it out.

        :rtype: bytes
        :raises AccessError: the reader may not read the plan
        """
        content = write_plan(self._sheet_of_plan(), self._sheet_texts())
        self.env["revenue.audit.journal"].note_export(self, EXPORTED)
        return content

    def _file_name(self):
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
        keys, to_units = {line_id: line._scope_key() for line_id, line in lines.items()}, unit_reader(self)
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
                    "units": [to_units(amount) for amount in row["amounts"]],
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
            "name": remembered(self.display_name)[:MAX_NAME],
        }

    def _counts_whole(self):
        """Whether amounts are counted: orders, customers."""
        self.ensure_one()
        return not self.currency_id and not self._decimals()
