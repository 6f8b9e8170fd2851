"""plans: every change of a plan of 100, 700 and 2,000 lines, in seconds and queries."""

import base64
import datetime
import io
import sys
import time

import psutil

from odoo.fields import Command

from .database import environment, parser

SCRATCH = True
BAR = 3.0
PARTS = 49


def main():
    arguments = parser("Measure changes of sales target plans.")
    arguments.add_argument(
        "--lines", type=int, nargs="*", default=[100, 700, 2000], help="sizes (default: 100 700 2000)"
    )
    arguments.add_argument("--profile", metavar="WHAT", help="print where the time of the change with this name goes")
    options = arguments.parse_args()
    slow = 0
    for lines in options.lines:
        with environment(options) as env:
            slow += Bench(env, lines, options.profile).run()
    print(f"\nevery change within {BAR:.0f} s: {'yes' if not slow else f'NO, {slow} are not'}")
    return bool(slow)


class Bench:
    def __init__(self, env, lines, profile=None):
        self.env, self.lines, self.profile, self.slow = env, lines, profile, 0
        self.year = datetime.date.today().year + 2

    def run(self):
        print(f"\n{self.lines:,} lines x 12 months".ljust(54), f"{'seconds':>8} {'of CPU':>8} {'queries':>8}")
        plan = self._empty_plan()
        self._make_lines(plan)
        self._change_amounts(plan)
        self._change_lines(plan)
        self._change_periods(plan)
        self._decide(plan)
        return self.slow

    def _time(self, name, call):
        """
        :return: what the call answers
        """
        self.env.cr.commit()
        self.env.invalidate_all()
        queries, began, own = self.env.cr.sql_log_count, time.perf_counter(), self._cpu()
        if self.profile and self.profile in name:
            import cProfile
            import pstats

            profile = cProfile.Profile()
            result = profile.runcall(self._whole, call)
            pstats.Stats(profile).sort_stats("tottime").print_stats(45)
        else:
            result = self._whole(call)
        seconds, own = time.perf_counter() - began, self._cpu() - own
        self.slow += seconds > BAR
        mark = "  SLOW" if seconds > BAR else ""
        print(f"{name:54} {seconds:8.2f} {own:8.2f} {self.env.cr.sql_log_count - queries:8}{mark}", flush=True)
        return result

    def _cpu(self):
        """Seconds of Python, and of PostgreSQL where it runs on this machine: what does not hang on who else works here."""
        self.env.cr.execute("SELECT pg_backend_pid()")
        (pid,) = self.env.cr.fetchone()
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.Error:
            return time.process_time()
        return time.process_time() + times.user + times.system

    def _whole(self, call):
        result = call()
        # Each in a transaction of its own, as people do it. The database is thrown away at the end.
        self.env.cr.commit()
        return result

    def _empty_plan(self):
        """A company of its own, with a finance controller who makes its plan and another one who approves it."""
        env = self.env
        company = env["res.company"].create({"name": f"Measured {self.lines}, {time.time()}"})
        groups = [Command.set(env.ref("sales_revenue_mgmt.revenue_group_finance").ids)]
        people = env["res.users"].create(
            [
                {
                    "name": f"{name} {self.lines}",
                    "login": f"{name}.{self.lines}.{time.time()}",
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    "group_ids": groups,
                }
                for name in ("measured", "approver")
            ]
        )
        context = {**env.context, "allowed_company_ids": company.ids}
        self.env = env(user=people[0].id, context=context)
        self.approver = people[1]
        return self.env["revenue.target"].create(
            {
                "name": "Measured",
                "measure": "booked",
                "period_type": "custom",
                "date_start": datetime.date(self.year, 1, 1),
                "date_end": datetime.date(self.year, 12, 31),
                "amount": 5_000_000.0,
            }
        )

    def _make_lines(self, plan):
        """The whole, teams, and categories below each of them."""
        sudo = self.env(su=True)
        count = (self.lines - 1) // (PARTS + 1)
        teams = sudo["crm.team"].create(
            [{"name": f"Team {number}", "company_id": self.env.company.id} for number in range(count)]
        )
        rest = self.lines - 1 - count * (PARTS + 1)
        categories = sudo["product.category"].create(
            [{"name": f"Measured {self.lines} {number}"} for number in range(PARTS + rest)]
        )
        Line = self.env["revenue.target.line"]
        self.team_lines = self._time(
            f"make {count} lines",
            lambda: Line.create([{"target_id": plan.id, "level": "team", "team_id": team.id} for team in teams]),
        )
        wanted = [
            {
                "target_id": plan.id,
                "parent_id": line.id,
                "level": "category",
                "category_id": category.id,
                "amount": 1000.0 + number,
            }
            for line in self.team_lines
            for number, category in enumerate(categories[: PARTS + (rest if line == self.team_lines[-1] else 0)])
        ]
        self._time(f"make {len(wanted):,} lines", lambda: Line.create(wanted))
        assert len(plan.line_ids) == self.lines

    def _change_amounts(self, plan):
        leaves = plan.line_ids.filtered(lambda line: line.level == "category")
        start = plan._periods()[0][0]
        self._time("new total", lambda: plan.write({"amount": 7_654_321.0}))
        self._time("set_cells, one amount", lambda: plan.set_cells([self._change(leaves[0], start, 1234.0)]))
        self._time("set_cells, the total", lambda: plan.set_cells([self._change(plan.root_line_id, None, 6_000_000.0)]))
        changes = [self._change(line, start, 100.0 + line.id % 7) for line in leaves]
        self._time(f"set_cells, {len(changes):,} amounts", lambda: plan.set_cells(changes))
        self._time("write on the lines, one amount each", lambda: leaves.write({"amount": 2500.0}))
        self._time(
            "a cell's write, locked",
            lambda: leaves.cell_ids.filtered(lambda cell: cell.date_start == start).write({"locked": True}),
        )
        for tool, values in (
            ("raise", {"percent": 5.0}),
            ("spread", {"basis": "equal"}),
            ("phase", {"phasing": "working_days"}),
        ):
            wizard = self.env["revenue.target.tool"].create(
                {"target_id": plan.id, "line_id": plan.root_line_id.id, "tool": tool, **values}
            )
            self._time(f"tool: {tool}, its preview", lambda wizard=wizard: wizard.preview)
            self._time(f"tool: {tool}, applied", wizard.action_apply)
        content = self._time("export to Excel", plan._export_sheet)
        content = self._changed(content)
        wizard = self.env["revenue.target.import"].create(
            {"target_id": plan.id, "file": base64.b64encode(content), "filename": "plan.xlsx"}
        )
        self._time("import from Excel, its preview", lambda: wizard.report)
        self._time("import from Excel, all amounts changed", wizard.action_apply)
        self._time("the grid", plan.get_grid)

    def _change(self, line, start, amount):
        change = {"line_id": line.id, "amount": amount}
        return {**change, "date_start": start} if start else change

    def _changed(self, content):
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(content))
        for row in book.worksheets[0].iter_rows(min_row=6, min_col=4, max_col=15):
            for cell in row:
                if isinstance(cell.value, (int, float)) and not cell.protection.locked:
                    cell.value = round(cell.value + 1, 2)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def _change_lines(self, plan):
        leaves = plan.line_ids.filtered(lambda line: line.level == "category")
        middle = plan.date_end.replace(month=9, day=15)
        cells = leaves.cell_ids.filtered("locked")
        self._time("a cell's write, unlocked", lambda: cells.write({"locked": False}))
        self._time("dates of all lines", lambda: leaves.write({"date_end": middle}))
        team = self.env(su=True)["crm.team"].create({"name": "Another", "company_id": self.env.company.id})
        self._time("another team for a line with parts", lambda: self.team_lines[0].write({"team_id": team.id}))
        half = leaves[len(leaves) // 2 :]
        gone = [{"line_id": line.id, "was": line.amount} for line in half]
        values = [{"target_id": plan.id, **line._scope_values(), "parent_id": line.parent_id.id} for line in half]
        for value in values:
            value.update(company_id=False, team_id=False)
        self._time(f"remove {len(half):,} lines", lambda: plan.remove_lines(gone))
        self._time(f"add {len(half):,} lines again", lambda: self.env["revenue.target.line"].create(values))

    def _change_periods(self, plan):
        self._time("by quarters instead of months", lambda: plan.write({"cadence": "quarter"}))
        self._time("by months instead of quarters", lambda: plan.write({"cadence": "month"}))
        self._time(
            "three months longer", lambda: plan.write({"date_end": plan.date_end.replace(year=self.year + 1, month=3)})
        )
        self._time("a year again", lambda: plan.write({"date_end": plan.date_end.replace(year=self.year, month=12)}))
        if self.lines * 53 <= 60000:
            self._time("by weeks instead of months", lambda: plan.write({"cadence": "week"}))
            self._time("by months instead of weeks", lambda: plan.write({"cadence": "month"}))
        self._time("orders instead of money", lambda: plan.write({"measure": "orders"}))
        self._time("money again", lambda: plan.write({"measure": "booked"}))

    def _decide(self, plan):
        copied = self._time("copy, for the next year", plan.copy)
        self._time("delete the copy", copied.unlink)
        self._time("submit", plan.action_submit)
        approver = plan.with_user(self.approver)
        while plan.state == "submitted":
            self._time("approve", approver.action_approve)
        self._time("post", plan.action_post)
        self._time("revise", plan.action_revise)
        revision = plan.revision_ids
        revision.write({"amount": revision.amount + 1})
        self._time("submit the next version", revision.action_submit)
        while revision.state == "submitted":
            self._time("approve the next version", revision.with_user(self.approver).action_approve)
        self._time("post the next version", revision.action_post)
        self._time("the two versions side by side", lambda: revision.get_comparison(plan.id))
        self._time("close", revision.action_close)


if __name__ == "__main__":
    sys.exit(main())
