"""A plan goes out as a workbook and comes back: real files, changed as a person would."""

import base64
import io
import zipfile

import openpyxl

from odoo.tests import tagged

from .test_target_plan import PlanCase

# Of the exported sheet, for the plan of PlanCase: the root, Blue with its two people, Red.
ROOT, BLUE, SAM, COLLEAGUE, RED = 6, 7, 8, 9, 10
JANUARY, FEBRUARY, MARCH, TOTAL = "D", "E", "F", "G"


class SheetCase(PlanCase):
    def exported(self, plan, role="finance"):
        return self.as_(role, plan)._export_sheet()

    def edited(self, content, changes=(), do=None):
        """The file after somebody has changed cells (name → value); as of every program but a spreadsheet's, formulas have no
        results then."""
        book = openpyxl.load_workbook(io.BytesIO(content))
        for name, value in dict(changes).items():
            book.worksheets[0][name] = value
        if do:
            do(book)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def patched(self, content, part, old, new):
        """The file with other bytes in one of its parts."""
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
            for name in source.namelist():
                data = source.read(name)
                if name == part:
                    self.assertIn(old, data)
                    data = data.replace(old, new, 1)
                target.writestr(name, data)
        return stream.getvalue()

    def check(self, plan, content, role="finance"):
        return self.as_(role, plan)._check_sheet(content)

    def wizard(self, plan, content=None, role="finance"):
        wizard = self.as_(role, self.env["revenue.target.import"]).create({"target_id": plan.id})
        if content is not None:
            wizard.write({"file": base64.b64encode(content), "filename": "plan.xlsx"})
        return wizard

    def assertRefused(self, report, *expected):
        """Exactly these cells are refused, with these words in the reason."""
        self.assertFalse(report["problem"])
        self.assertEqual([row["cell"] for row in report["refused"]], [cell for cell, _words in expected], report)
        for row, (cell, words) in zip(report["refused"], expected, strict=True):
            self.assertIn(words, row["reason"])
            self.assertEqual(f"{row['column']}{row['row']}", cell)


@tagged("post_install", "-at_install")
class TestRevenueTargetXlsx(SheetCase):
    # ------------------------------------------------------------------
    # Out
    # ------------------------------------------------------------------

    def test_the_sheet_computes(self):
        self.order("2029-02-10", price=500.0)
        plan = self.plan()
        mine = self.line(plan, self.people["user"])
        mine.cell_ids[0].write({"amount": 800.0, "locked": True})
        content = self.exported(plan)
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book.worksheets[0]
        self.assertEqual(book.sheetnames, ["Plan", "Read me", "_plan"])
        self.assertEqual(book["_plan"].sheet_state, "veryHidden")
        self.assertEqual([sheet.cell(row, 2).value for row in range(ROOT, RED + 1)][1], "Blue")
        self.assertEqual([sheet.cell(row, 2).alignment.indent for row in range(ROOT, RED + 1)], [0, 1, 2, 2, 1])
        self.assertEqual([cell.value for cell in sheet[5]][3:6], ["Jan 2030", "Feb 2030", "Mar 2030"])
        self.assertEqual(sheet["D6"].value, "=SUM(D7,D10)")
        self.assertEqual(sheet["E7"].value, "=SUM(E8:E9)")
        self.assertEqual(sheet["G8"].value, "=SUM(D8:F8)")
        self.assertEqual(sheet["I8"].value, "=G8-H8")
        self.assertEqual((sheet["D8"].value, sheet["H6"].value), (800, 500))
        self.assertTrue(sheet.protection.sheet)
        self.assertFalse(sheet.protection.password)
        self.assertEqual(
            [sheet[name].protection.locked for name in ("D8", "E8", "D7", "B8", "G8", "H8", "A8")],
            [True, False, True, True, True, True, True],
        )
        self.assertNotEqual(sheet["D8"].fill.fgColor.rgb, sheet["E8"].fill.fgColor.rgb)
        (rule,) = sheet.data_validations.dataValidation
        # Between, as nothing else is said.
        self.assertEqual((rule.type, rule.operator, rule.formula1), ("decimal", None, "0"))
        self.assertEqual(str(rule.sqref), "D8:F10")
        self.assertTrue(rule.error and rule.prompt)
        self.assertEqual(sheet["E8"].number_format, "#,##0.00")
        self.assertEqual((sheet.freeze_panes, sheet.page_setup.orientation), ("D6", "landscape"))
        self.assertEqual((sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight), (None, 0))
        self.assertTrue(sheet.column_dimensions["A"].hidden and sheet.row_dimensions[4].hidden)
        shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
        self.assertEqual((shown["D6"].value, shown["G6"].value, shown["I6"].value), (3050, 9050, 8550))

    def test_formulas_are_what_the_plan_adds_up(self):
        plan = self.plan()
        grid = self.as_("finance", plan).get_grid()
        changes = {"D8": 1.25, "F9": 10, "E10": 99.99}
        sheet = openpyxl.load_workbook(io.BytesIO(self.edited(self.exported(plan), changes))).worksheets[0]

        def value(name):
            found = sheet[name].value
            if not isinstance(found, str):
                return found
            parts = found.removeprefix("=SUM(").removesuffix(")").split(",")
            rows = [row for part in parts for row in sheet[part if ":" in part else f"{part}:{part}"]]
            return sum(value(cell.coordinate) for row in rows for cell in row)

        report = self.check(plan, self.edited(self.exported(plan), changes))
        self.as_("finance", plan).set_cells(report["changes"])
        grid = self.as_("finance", plan).get_grid()
        for row, line in enumerate(grid["lines"], ROOT):
            amounts = [round(value(f"{column}{row}"), 2) for column in (JANUARY, FEBRUARY, MARCH)]
            self.assertEqual(amounts, line["amounts"], line["name"])
            self.assertEqual(round(value(f"{TOTAL}{row}"), 2), round(sum(line["amounts"]), 2))

    def test_names_are_never_formulas(self):
        plan = self.plan(name='=HYPERLINK("http://x")')
        for index, name in enumerate(("=1+1", "+1", "-1", "@SUM(A1)", "\t=1")):
            team = self._team(name, self.env["res.users"], self.env["res.users"])
            values = {"target_id": plan.id, "level": "team", "team_id": team.id, "amount": index}
            self.env["revenue.target.line"].create(values)
        content = self.exported(plan)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        self.assertEqual((sheet["B1"].value, sheet["B1"].data_type), ('=HYPERLINK("http://x")', "s"))
        for row in range(RED + 1, RED + 6):
            self.assertEqual(sheet.cell(row, 2).data_type, "s")
            self.assertTrue(sheet.cell(row, 2).quotePrefix, sheet.cell(row, 2).value)
        self.assertFalse(sheet["B7"].quotePrefix)
        self.assertEqual(self.check(plan, self.edited(content, {f"D{RED + 1}": 5}))["refused"], [])
        self.assertEqual(plan._file_name(), "HYPERLINK( http x ).xlsx")

    def test_counted_measures_are_whole(self):
        plan = self.plan(measure="orders")
        content = self.exported(plan)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        self.assertEqual(sheet.data_validations.dataValidation[0].type, "whole")
        self.assertEqual(sheet["D8"].number_format, "#,##0")
        self.assertRefused(self.check(plan, self.edited(content, {"D8": 2.5, "E8": 3})), ("D8", "whole number"))

    def test_an_export_is_in_the_journal(self):
        plan = self.plan()
        self.exported(plan, "auditor")
        entry = self.env["revenue.audit.entry"].search([("event", "=", "exported")], limit=1, order="id desc")
        self.assertEqual(entry.user_id, self.people["auditor"])
        self.assertIn("line_ids", entry.changes)

    # ------------------------------------------------------------------
    # And back
    # ------------------------------------------------------------------

    def test_what_was_changed_comes_back(self):
        plan = self.plan()
        content = self.edited(self.exported(plan), {"D8": 1000.01, "E8": 0, "F10": 12345.678, "D9": "=2*400"})
        report = self.check(plan, content)
        self.assertRefused(report, ("D9", "no result"))
        content = self.edited(self.exported(plan), {"D8": 1000.01, "E8": 0, "F10": 12345.678})
        wizard = self.wizard(plan, content)
        self.assertEqual((wizard.result, wizard.change_count, wizard.refused_count), ("ready", 3, 0))
        self.assertIn("15,345.68", wizard.report)
        self.assertEqual(self.amounts(self.line(plan, self.people["user"])), [750.0, 750.0, 750.0])
        before = self.events(plan)
        wizard.action_apply()
        self.assertEqual(self.amounts(self.line(plan, self.people["user"])), [1000.01, 0.0, 750.0])
        self.assertEqual(self.amounts(self.line(plan, self.other_team)), [1500.0, 1500.0, 12345.68])
        self.assertEqual(self.amounts(self.line(plan, self.colleague)), [750.0, 750.0, 750.0])
        self.assertSums(plan)
        self.assertEqual(self.events(plan), [*before, "changed"])
        self.assertIntact()
        # The same file again has nothing new.
        again = self.wizard(plan, content)
        self.assertEqual(again.result, "same")
        again.action_apply()
        self.assertEqual(self.events(plan), [*before, "changed"])

    def test_an_untouched_file_changes_nothing(self):
        plan = self.plan()
        report = self.check(plan, self.exported(plan))
        self.assertEqual((report["changes"], report["refused"], report["problem"]), ([], [], None))
        report = self.check(plan, self.edited(self.exported(plan)))
        self.assertEqual((report["changes"], report["refused"], report["notices"]), ([], [], []))

    def test_totals_before_and_after(self):
        plan = self.plan()
        report = self.check(plan, self.edited(self.exported(plan), {"D8": 751}))
        self.assertEqual(
            [(row["depth"], row["old"], row["new"]) for row in report["totals"]],
            [(0, 900000, 900100), (1, 450000, 450100), (2, 225000, 225100)],
        )

    def test_every_bad_value_is_listed_with_its_place(self):
        plan = self.plan()
        content = self.exported(plan)
        for value, words in (
            ("many", "text"),
            ("1,200", "text"),
            (-1, "not possible"),
            (10**15, "not possible"),
            (True, "TRUE"),
            ("#DIV/0!", "error"),
            (None, "empty"),
            ("=D9*2", "no result"),
        ):
            with self.subTest(value):
                report = self.check(plan, self.edited(content, {"E9": value, "D8": 1}))
                self.assertRefused(report, ("E9", words))
                row = report["refused"][0]
                self.assertEqual((row["line"], row["period"]), (self.colleague.name, "Feb 2030"))
                self.assertEqual(row["value"], "" if value is None else str(value))
        book = openpyxl.load_workbook(io.BytesIO(content))
        number = book.worksheets[0]["E9"]
        number.number_format = "yyyy-mm-dd"
        stream = io.BytesIO()
        book.save(stream)
        self.assertRefused(self.check(plan, stream.getvalue()), ("E9", "date"))
        part = "xl/worksheets/sheet1.xml"
        raw = zipfile.ZipFile(io.BytesIO(self.edited(content, {"E9": 4711}))).read(part)
        self.assertIn(b"<v>4711</v>", raw)
        for value in (b"NaN", b"1e999", b"infinity", b"0x10"):
            with self.subTest(value):
                bad = self.patched(self.edited(content, {"E9": 4711}), part, b"<v>4711</v>", b"<v>%s</v>" % value)
                report = self.check(plan, bad)
                self.assertRefused(report, ("E9", "not possible" if value == b"1e999" else "text"))
        self.assertSums(plan)

    def test_all_or_nothing_and_the_dialog_stays(self):
        plan = self.plan()
        wizard = self.wizard(plan, self.edited(self.exported(plan), {"D8": 1, "E9": "many", "F10": -2}))
        self.assertEqual((wizard.result, wizard.refused_count, wizard.change_count), ("refused", 2, 1))
        self.assertIn("E9", wizard.report)
        answer = wizard.action_apply()
        self.assertEqual((answer["res_model"], answer["res_id"]), ("revenue.target.import", wizard.id))
        self.assertEqual(plan.amount, 9000.0)
        wizard.write({"file": base64.b64encode(self.edited(self.exported(plan), {"D8": 1}))})
        self.assertEqual((wizard.result, wizard.refused_count), ("ready", 0))
        wizard.action_apply()
        self.assertEqual(plan.amount, 8251.0)

    def test_a_report_shows_values_as_text(self):
        plan = self.plan()
        wizard = self.wizard(plan, self.edited(self.exported(plan), {"E9": "<script>alert(1)</script>"}))
        self.assertIn("&lt;script&gt;", wizard.report)
        self.assertNotIn("<script>", wizard.report)

    def test_locked_and_closed_cells(self):
        plan = self.plan()
        mine, other = self.line(plan, self.people["user"]), self.line(plan, self.colleague)
        content = self.exported(plan)
        mine.cell_ids[1].locked = True
        other.write({"date_start": "2030-02-01"})
        content = self.exported(plan)
        self.company.fiscalyear_lock_date = "2030-01-31"
        report = self.check(plan, self.edited(content, {"D8": 1, "E8": 2, "D9": 3, "D10": 4, "F8": 5}))
        self.assertRefused(report, ("D8", "Accounting"), ("E8", "locked"), ("D9", "Accounting"), ("D10", "Accounting"))
        self.company.fiscalyear_lock_date = False
        report = self.check(plan, self.edited(content, {"D9": 3}))
        self.assertRefused(report, ("D9", "not there"))

    def test_somebody_else_was_faster(self):
        plan = self.plan()
        content = self.exported(plan)
        mine, other = self.line(plan, self.people["user"]), self.line(plan, self.colleague)
        plan.set_cells(
            [
                {"line_id": mine.id, "date_start": "2030-01-01", "amount": 11.0},
                {"line_id": mine.id, "date_start": "2030-02-01", "amount": 22.0},
                {"line_id": other.id, "date_start": "2030-03-01", "amount": 33.0},
            ]
        )
        # The same change, another one, and none where it was changed in the plan.
        report = self.check(plan, self.edited(content, {"D8": 11, "E8": 23, "D9": 1}))
        self.assertRefused(report, ("E8", "750.00 to 22.00"))
        wizard = self.wizard(plan, self.edited(content, {"D8": 11, "D9": 1}))
        wizard.action_apply()
        self.assertEqual(self.amounts(mine), [11.0, 22.0, 750.0])
        self.assertEqual(self.amounts(other), [1.0, 750.0, 33.0])
        self.assertSums(plan)

    def test_changed_between_preview_and_import(self):
        plan = self.plan()
        wizard = self.wizard(plan, self.edited(self.exported(plan), {"D8": 1}))
        self.assertEqual(wizard.result, "ready")
        self.line(plan, self.people["user"]).cell_ids[0].amount = 5.0
        self.assertEqual(wizard.action_apply()["res_model"], "revenue.target.import")
        self.assertEqual(self.line(plan, self.people["user"]).cell_ids[0].amount, 5.0)

    def test_a_sum_that_was_overwritten(self):
        plan = self.plan()
        content = self.exported(plan)
        report = self.check(plan, self.edited(content, {"D7": 2000, "G8": 5, "D6": "a lot", "E7": "=E8*2", "F7": 1500}))
        self.assertRefused(
            report,
            ("D6", "3,000.00"),
            ("D7", "sum of the lines below it, 1,500.00"),
            ("E7", "1,500.00"),
            ("G8", "sum of the periods, 2,250.00"),
        )
        # Values pasted over formulas are the old sums once a part has changed.
        self.assertRefused(self.check(plan, self.edited(content, {"D7": 1500, "D8": 1})), ("D7", "751.00"))
        self.assertEqual(self.check(plan, self.edited(content, {"D7": 751, "D8": 1}))["refused"], [])
        self.assertEqual(self.check(plan, self.edited(content, {"D7": "=D8+D9", "D8": 1}))["refused"], [])
