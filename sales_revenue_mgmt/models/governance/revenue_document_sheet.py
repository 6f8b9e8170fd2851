"""Documents whose lines can be filled in as a workbook."""

from odoo import models
from odoo.exceptions import UserError

from ...report.sheet.formula import cell_name
from ...report.sheet.guard import NotAPlan
from ...report.sheet.mark import mark_cells
from ...report.sheet.read import readable
from ...report.sheet.table import Column, read_table, write_table
from ..core.units import MAX_AMOUNT, Units
from .sheet_sentences import why_unreadable


class RevenueDocumentSheet(models.AbstractModel):
    """Inherit it beside ``revenue.document.lines``. Numbers of the lines that are decided on can be changed in the workbook; an
    area with another sheet says so in ``_sheet_columns``, ``_sheet_rows`` and ``_take_sheet``.
    """

    _name = "revenue.document.sheet"
    _description = "Revenue Document with a Workbook"
    _inherit = ["revenue.document.mixin"]

    # ------------------------------------------------------------------
    # For an area to say otherwise
    # ------------------------------------------------------------------

    def _sheet_columns(self):
        """The columns of the workbook.

        :rtype: list[Column]
        """
        self.ensure_one()
        lines = self[self._lines_field]
        columns = []
        for name in lines._content_fields():
            field = lines._fields[name]
            editable = field.type in ("float", "integer", "monetary") and not field.readonly
            decimals = 0
            if editable and field.type == "monetary":
                decimals = max(lines.mapped(f"{field.get_currency_field(lines)}.decimal_places"), default=2)
            elif editable and field.type == "float":
                decimals = (field.get_digits(self.env) or (16, 6))[1]
            columns.append(Column(name, field._description_string(self.env), editable, decimals))
        return columns

    def _sheet_rows(self, columns):
        """
        :param list[Column] columns: of the workbook
        :return: the id of a line, and a value per column
        :rtype: list[tuple]
        """
        self.ensure_one()
        return [(line.id, *(self._sheet_value(line, column) for column in columns)) for line in self[self._lines_field]]

    @staticmethod
    def _sheet_value(line, column):
        value = line[column.name]
        return value if column.editable else str(line._fields[column.name].convert_to_export(value, line) or "")

    def _take_sheet(self, changes):
        """Write what the workbook changes.

        :param list[dict] changes: each with ``line_id``, ``field``, ``was`` and ``value``
        """
        Line, values = self.env[self._fields[self._lines_field].comodel_name], {}
        for change in changes:
            values.setdefault(change["line_id"], {})[change["field"]] = change["value"]
        with self._lines_audited():
            for line_id, vals in values.items():
                Line.browse(line_id).with_env(self._telling_lines().env).write(vals)

    # ------------------------------------------------------------------
    # There
    # ------------------------------------------------------------------

    def action_export_sheet(self):
        """Download the lines as a workbook.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/revenue/sheet/{self._name}/{self.id}.xlsx",
            "target": "download",
        }

    def _export_sheet(self):
        """The workbook, and a note in the journal of whoever takes it out.

        :rtype: bytes
        :raises AccessError: the reader may not read the document
        """
        self.ensure_one()
        self.check_access("read")
        content = self._sheet_content()
        self.env["revenue.audit.journal"].note_export(self, self._sheet_exported())
        return content

    def _sheet_content(self):
        """
        :return: the workbook
        :rtype: bytes
        """
        columns = self._sheet_columns()
        texts = {
            "title": self.display_name,
            "subtitle": self.env._("Change the yellow cells only, save the file, and import it into the document."),
            "sheet": self.env._("Lines"),
            "author": self.env.user.name,
        }
        return write_table(self._sheet_identity(), columns, self._sheet_rows(columns), texts)

    def _sheet_exported(self):
        """What a journal entry about an export names.

        :rtype: list[str]
        """
        return [column.name for column in self._sheet_columns()]

    def _file_name(self):
        """What the file is called."""
        self.ensure_one()
        kept = "".join(letter if letter.isalnum() or letter in " -_.()" else " " for letter in self.display_name)
        return f"{' '.join(kept.split())[:100].strip('. ') or 'lines'}.xlsx"

    def _sheet_identity(self):
        """Which document of which database a file is of.

        :rtype: dict[str, str]
        """
        self.ensure_one()
        # Open to the reader: the id of the database, which only tells files of copies apart.
        parameters = self.env["ir.config_parameter"].sudo()
        return {
            "database": parameters.get_param("database.uuid") or "",
            "model": self._name,
            "document": str(self.id),
            "version": str(self.version),
        }

    # ------------------------------------------------------------------
    # And back
    # ------------------------------------------------------------------

    def _check_sheet(self, content):
        """What a workbook would change.

        :param bytes content: the file
        :return: ``problem``: why nothing of it can be taken, or ``None``; ``refused``: cells with ``row`` (as the program
            numbers them), ``place`` (their column, from 0), ``cell`` and ``reason``; ``changes``: each with ``line_id``,
            ``field``, ``name`` (of the line), ``label``, ``was`` and ``value``
        :rtype: dict
        """
        return self._read_sheet(content)[0]

    def _import_sheet(self, content, may=None):
        """Take over what a workbook changes, if nothing of it is refused.

        :param bytes content: the file
        :param may: asked with the report whether that may be taken over
        :return: as of :meth:`_check_sheet`
        :rtype: dict
        :raises UserError: the document is not a draft
        """
        self.ensure_one()
        # From here on nobody else changes what the file is compared with.
        self._claim_lines()
        report = self._check_sheet(content)
        if not report["problem"] and not report["refused"] and report["changes"] and (not may or may(report)):
            self._take_sheet(report["changes"])
        return report

    def _marked_sheet(self, content):
        """The workbook with the refused cells marked.

        :rtype: bytes | None
        """
        report, file = self._read_sheet(content)
        if not report["refused"]:
            return None
        return mark_cells(
            readable(content),
            file.sheet,
            [(refusal["row"] - 1, refusal["place"], refusal["reason"]) for refusal in report["refused"]],
            self.env._("Import"),
            lambda count: self.env._("%(count)s more cells are red, without a note.", count=count),
        )

    def _read_sheet(self, content):
        """
        :return: the report, and the file where it can be read
        """
        self.ensure_one()
        report = {"problem": None, "refused": [], "changes": []}
        try:
            file = read_table(content)
        except NotAPlan as error:
            return {**report, "problem": why_unreadable(self.env, error)}, None
        own = self._sheet_identity()
        if any(file.about.get(name) != value for name, value in own.items()):
            problem = self.env._(
                "The file is not of version %(version)s of %(document)s in this database. Export this document, and change that "
                "file.",
                version=self.version,
                document=self.display_name,
            )
            return {**report, "problem": problem}, file
        columns = {column.name: column for column in self._sheet_columns() if column.editable}
        lines = {str(line.id): line for line in self[self._lines_field]}
        seen = set()
        for row, key in file.rows.items():
            line = lines.get(key) if key not in seen else None
            seen.add(key)
            for name in file.columns:
                self._check_cell(file, row, key, line, columns.get(name), name, report)
        return report, file

    def _check_cell(self, file, row, key, line, column, name, report):
        """One cell, into the report."""
        entry, place = file.entry(row, name), file.columns[name]
        exported = file.exported.get(key, {}).get(name)

        def refuse(reason):
            cell = cell_name(row, place)
            report["refused"].append({"row": row + 1, "place": place, "cell": cell, "reason": reason})

        if line is None or exported is None or column is None:
            if entry.kind != "empty":
                refuse(self.env._("This row is not a line of the document, or is there twice. Remove it."))
            return
        if entry.kind != "number" or entry.value is None:
            refuse(self.env._("This is not a number. Enter a number."))
            return
        if not abs(entry.value) < MAX_AMOUNT:
            refuse(self.env._("This number is not possible."))
            return
        units = Units(column.decimals)
        was, value, now = units.whole(exported), units.whole(entry.value), units.whole(line[name])
        if value == was:
            return
        if abs(units.amount(value) - entry.value) > 1e-9 * max(1.0, abs(entry.value)):
            refuse(self.env._("This number has more than %(decimals)s decimals.", decimals=column.decimals))
        elif now != was and now != value:
            refuse(self.env._("Somebody else has changed it since the file was exported. Export the document again."))
        elif now != value:
            report["changes"].append(
                {
                    "line_id": line.id,
                    "field": name,
                    "name": line.display_name,
                    "label": column.label,
                    "was": units.amount(now),
                    "value": units.amount(value),
                }
            )

    def action_import_sheet(self):
        """The dialog that takes a workbook back.

        :rtype: dict
        :raises UserError: the document is not a draft
        """
        self.ensure_one()
        self.check_access("write")
        self._check_content_is_open([self._lines_field])
        if not self[self._lines_field]:
            raise UserError(self.env._("Lines: there are none yet. Add lines first; a workbook changes their numbers."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import from Excel"),
            "res_model": "revenue.sheet.import",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }
