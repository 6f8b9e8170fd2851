"""Workbooks that somebody rearranged, that are of something else, or that are large."""

import io
import logging
import time
import zipfile
from functools import partial

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.governance.sheet_sentences import why_unreadable
from ...report.sheet.formula import moved, sums_cells
from ...report.sheet.guard import NotAPlan
from .test_target_xlsx import RED, ROOT, SAM, SheetCase

_logger = logging.getLogger(__name__)


@tagged("post_install", "-at_install")
class TestRevenueTargetXlsxFiles(SheetCase):
    # ------------------------------------------------------------------
    # Rows and columns
    # ------------------------------------------------------------------

    def test_rows_in_another_order_and_columns_of_ones_own(self):
        plan = self.plan()

        def shuffle(book):
            sheet = book.worksheets[0]
            rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=ROOT, max_row=RED)]
            for offset, row in enumerate(reversed(rows)):
                for column, value in enumerate(row, 1):
                    sheet.cell(ROOT + offset, column).value = value
            sheet["D6"] = 1.0  # Red is first now.
            sheet.insert_cols(5)
            sheet["E6"] = "my notes"
            sheet["E7"] = 77
            sheet["C20"] = "Just a remark"
            book.move_sheet("Read me", -1)
            book.create_sheet("Mine", 0)["A1"] = 5

        report = self.check(plan, self.edited(self.exported(plan), do=shuffle))
        self.assertEqual((report["problem"], report["refused"]), (None, []))
        red = self.line(plan, self.other_team)
        self.assertEqual(report["changes"], [{"line_id": red.id, "date_start": "2030-01-01", "amount": 1.0}])

    def test_unknown_twice_and_missing_rows(self):
        plan = self.plan()

        def mess(book):
            sheet = book.worksheets[0]
            sheet.cell(12, 1).value = "99/1/////"
            sheet.cell(12, 4).value = 5
            sheet.cell(13, 2).value = "New person"
            sheet.cell(13, 5).value = 10
            for column in range(1, 10):
                sheet.cell(14, column).value = sheet.cell(SAM, column).value
            for column in range(1, 10):
                sheet.cell(RED, column).value = None

        report = self.check(plan, self.edited(self.exported(plan), do=mess))
        self.assertRefused(report, ("D12", "not a line"), ("E13", "not a line"), ("D14", "row 8 already"))
        self.assertIn("Red", report["notices"][0])

    def test_lines_that_came_and_went_since(self):
        plan = self.plan()
        content = self.exported(plan)
        third = self._team("Green", self.env["res.users"], self.env["res.users"])
        Line = self.env["revenue.target.line"]
        Line.create({"target_id": plan.id, "level": "team", "team_id": third.id, "amount": 100.0})
        self.line(plan, self.colleague).unlink()
        part = {"target_id": plan.id, "parent_id": self.line(plan, self.other_team).id, "level": "category"}
        Line.create({**part, "category_id": self.category.id})
        report = self.check(plan, self.edited(content, {"D8": 1}))
        self.assertEqual((report["refused"], len(report["changes"])), ([], 1))
        self.assertIn("Green", report["notices"][0])
        report = self.check(plan, self.edited(content, {"D9": 1, "D10": 1}))
        self.assertRefused(report, ("D9", "any more"), ("D10", "parts by now"))

    def test_columns_that_do_not_fit(self):
        plan = self.plan()
        content = self.exported(plan)
        for changes, words in (({"E4": "2030-01-01"}, "Columns D and E"), ({"E4": "2031-01-01"}, "Column E")):
            self.assertIn(words, self.check(plan, self.edited(content, changes))["problem"])
        report = self.check(plan, self.edited(content, {"E4": None, "D8": 1}))
        self.assertEqual((report["refused"], len(report["changes"])), ([], 1))
        self.assertIn("Feb 2030", report["notices"][0])

    def test_formulas_are_recognised(self):
        cells = [(6, 3), (7, 3)]
        for formula, same in (
            ("=SUM(D7:D8)", True),
            ("=D7+D8", True),
            ("=SUM($D$7,D8)", True),
            ("=SUM(D7:D8)+1", False),
            ("=SUM(D7:D8,D8)", False),
            ("=D7-D8", False),
            ("=AVERAGE(D7:D8)", False),
            ("=SUM(D1:XFD1048576)", False),
            ("=SUM(Other!D7:D8)", False),
            ("=SUM(D8:D7)", True),
            ("=SUM(XFD1048576:A1)", False),
            ("=SUM(A1048576:XFD1)+SUM(XFD1:A1048576)", False),
        ):
            self.assertEqual(sums_cells(formula, cells, lambda row, _column: row in (6, 7)), same, formula)
        self.assertTrue(sums_cells("=SUM(D7:D9)", cells, lambda row, _column: row in (6, 7)))
        self.assertEqual(moved("=SUM(D7:D8)", "D6", "E7"), "=SUM(E8:E9)")

    # ------------------------------------------------------------------
    # Files that are none of this plan
    # ------------------------------------------------------------------

    def test_files_of_something_else(self):
        plan = self.plan()
        content = self.exported(plan)
        for what, words in (
            (b"", "is empty"),
            (b"a,b\n1,2\n", "not an Excel workbook"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old format"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
            (b"PK\x03\x04" + b"x" * 100, "not an Excel workbook"),
            (content[:3000], "not an Excel workbook"),
            (self._zip({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "not an Excel workbook"),
            (self._zip({"xl/workbook.xml": "<x/>"}), "damaged"),
            (self._zip({"xl/workbook.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "damaged"),
            (self._zip({"xl/workbook.xml": "<x/>", "bomb": "\0" * (40 * 1024**2)}), "too large when unpacked"),
            (self._zip({"xl/workbook.xml": "<x/>", **{str(number): "" for number in range(600)}}), "unpacked"),
            (content + b"\0" * (10 * 1024**2), "larger than 10 MB"),
            (self.edited(content, do=lambda book: book.remove(book["_plan"])), "not exported from here"),
            (self.edited(content, do=lambda book: book.remove(book["Plan"])), "exported sheet is not"),
            (self.edited(content, {"A4": None}), "exported sheet is not"),
            (self.edited(content, do=lambda book: book["_plan"].cell(10, 7, "1")), "hidden sheet"),
            (self.edited(content, {"D3000": 5}), "more than 2100 rows"),
            (self.edited(content, {"XFD8": 5, "D8": 1}), None),
        ):
            with self.subTest(words):
                report = self.check(plan, what)
                if words:
                    self.assertIn(words, report["problem"] or "")
                    self.assertIn("xlsx", report["problem"])
                    self.assertIn(words, self.wizard(plan, what).report)
                else:
                    self.assertEqual((report["problem"], report["refused"]), (None, []))

    def _zip(self, files):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
            for name, text in files.items():
                package.writestr(name, text)
        return stream.getvalue()

    def test_a_copied_sheet_is_refused_by_name(self):
        plan = self.plan()

        def copy(book):
            book.copy_worksheet(book["Plan"]).title = "Plan (2)"
            book["Plan (2)"]["D8"] = 4711

        for hidden in (False, True):
            content = self.edited(self.exported(plan), do=copy)
            if hidden:
                content = self.edited(content, do=lambda book: setattr(book["Plan (2)"], "sheet_state", "hidden"))
            self.assertIn("more than once", self.check(plan, content)["problem"])
            self.assertIn("Plan, Plan (2)", self.check(plan, content)["problem"])

    def test_a_strict_workbook_is_called_so(self):
        plan = self.plan()
        strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
        transitional = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        content = self.patched(self.exported(plan), "xl/workbook.xml", transitional, strict)
        content = self.patched(content, "xl/worksheets/sheet1.xml", transitional, strict)
        self.assertIn("Strict Open XML", self.check(plan, content)["problem"])

    def test_gaps_and_heights_are_no_content(self):
        plan = self.plan()
        content = self.edited(self.exported(plan), {"D8": 1})
        part, end = "xl/worksheets/sheet1.xml", b"</sheetData>"
        for row, problem in (
            (b'<row r="1048576" ht="20" customHeight="1"/>', None),
            (b'<row r="1048576"><c r="D1048576" s="1"/></row>', None),
            (b'<row r="1048576"><c r="D1048576"><v>5</v></c></row>', "more than 2100 rows"),
        ):
            report = self.check(plan, self.patched(content, part, end, row + end))
            if problem:
                self.assertIn(problem, report["problem"])
            else:
                self.assertEqual((report["problem"], report["refused"], len(report["changes"])), (None, [], 1))

    def test_what_is_too_much_is_refused_with_a_sentence(self):
        plan = self.plan()
        content = self.exported(plan)
        part, end = "xl/worksheets/sheet1.xml", b"</sheetData>"
        for inside, words in (
            (b'<mergeCells><mergeCell ref="A1:B1048576"/></mergeCells>', "cover more than 50000 cells"),
            (b'<mergeCells><mergeCell ref="XFD1048576:A1"/></mergeCells>', "cover more than 50000 cells"),
            (b'<hyperlinks><hyperlink ref="A1:XFD9999" location="a"/></hyperlinks>', "cover more than 50000 cells"),
        ):
            bomb = self.patched(content, part, end, end + inside)
            self.assertIn(words, self.check(plan, bomb)["problem"])
            self.assertIn(words, self.wizard(plan, bomb).report)
            self.assertFalse(self.as_("finance", plan)._marked_sheet(bomb))
        for why in ("cells", "places", "sheets", "text", "strict", "copied", "bomb", "rows"):
            self.assertIn("xlsx", why_unreadable(self.env, NotAPlan(why)))

    def test_files_of_another_plan_version_or_state(self):
        plan = self.plan()
        other = self.plan(lines=False, measure="invoiced", name="Elsewhere")
        self.assertIn("another plan: Elsewhere", self.check(plan, self.exported(other))["problem"])
        content = self.exported(plan)
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        self.assertIn("another database", self.check(plan, content)["problem"])
        content = self.exported(plan)
        self.line(plan, self.people["user"]).cell_ids[0].amount = 4.0
        plan.write({"cadence": "quarter"})
        self.assertIn("periods of the plan have changed", self.check(plan, content)["problem"])
        plan.write({"cadence": "month"})
        self._submit_and_post(plan)
        self.assertIn("not a draft", self.check(plan, content)["problem"])
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.as_("finance", plan)._import_sheet(content)
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.as_("finance", plan).action_open_import()
        self.as_("finance", plan).action_revise()
        self.assertIn("is of version 1, this is version 2", self.check(plan.revision_ids, content)["problem"])

    def _submit_and_post(self, plan):
        self.as_("finance", plan).action_submit()
        self.as_seen_by(self.controller, plan).action_approve()
        self.as_("finance", plan).action_post()

    # ------------------------------------------------------------------
    # Size
    # ------------------------------------------------------------------

    def _measured(self, call):
        """
        :return: what the call answers, the seconds it took, and its queries
        """
        self.env.flush_all()
        self.env.invalidate_all()
        before, start = self.env.cr.sql_log_count, time.monotonic()
        result = call()
        self.env.flush_all()
        return result, time.monotonic() - start, self.env.cr.sql_log_count - before

    def test_a_large_plan_in_seconds(self):
        plan = self.target(period_type="year", date_start="2030-01-01", amount=1_000_000.0)
        made, counts = 0, []
        for lines in (60, 260):
            teams = self.env["crm.team"].create(
                [{"name": f"Team {made + index}", "company_id": self.company.id} for index in range(lines - made - 1)]
            )
            values = {"target_id": plan.id, "level": "team"}
            self.env["revenue.target.line"].create([{**values, "team_id": team.id} for team in teams])
            made = len(plan.line_ids) - 1
            content, out, export = self._measured(partial(self.exported, plan))
            changes = {
                f"{chr(68 + period)}{7 + row}": lines + row + period + 0.5
                for row in range(made)
                for period in range(12)
            }
            content = self.edited(content, changes)
            report, looked, check = self._measured(partial(self.check, plan, content))
            self.assertEqual((len(report["changes"]), report["refused"]), (12 * made, []))
            _report, taken, take = self._measured(partial(self.as_("finance", plan)._import_sheet, content))
            counts.append((export, check, take))
            _logger.info(
                "%s × 12: export %.2f s, check %.2f s, import %.2f s; %s queries", lines, out, looked, taken, counts[-1]
            )
        self.assertEqual(plan.amount, sum(changes.values()))
        self.assertLess(out, 12)
        self.assertLess(looked, 8)
        self.assertLess(taken, 25)
        # Not by cell: a hundred rows of an insert or update go in one.
        for few, many in zip(*counts, strict=True):
            self.assertLessEqual(many, few + 40)
