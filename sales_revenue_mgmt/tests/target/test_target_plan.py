"""Plans: a tree of lines with amounts per period, whose sums always hold."""

import random

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ...models.target.actuals import Actuals
from .common import TargetCase


class PlanCase(TargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coast_team = cls._team("Coast", cls.env["res.users"], cls.env["res.users"], company=cls.branch)

    def plan(self, lines=True, **values):
        """A quarter of the company by months, with two teams, the first with two people."""
        plan = self.target(period_type="quarter", date_start="2030-01-01", amount=9000.0, **values)
        if lines:
            Line = self.env["revenue.target.line"]
            root = plan.line_ids
            teams = Line.create(
                [
                    {"target_id": plan.id, "parent_id": root.id, "level": "team", "team_id": team.id}
                    for team in (self.team, self.other_team)
                ]
            )
            Line.create(
                [
                    {"target_id": plan.id, "parent_id": teams[0].id, "level": "user", "user_id": user.id}
                    for user in (self.people["user"], self.colleague)
                ]
            )
        return plan

    def line(self, plan, record):
        return plan.line_ids.filtered(
            lambda line: (
                line[{"res.users": "user_id", "crm.team": "team_id", "res.company": "company_id"}[record._name]]
                == record
                and line.level == {"res.users": "user", "crm.team": "team", "res.company": "branch"}[record._name]
            )
        )

    def assertSums(self, plan):
        """Each parent equals the sum of its children, each line that of its periods, the plan its first line: to the cent."""
        self.env.flush_all()
        self.env.invalidate_all()
        for line in plan.line_ids:
            cells = line.cell_ids
            self.assertEqual([cell.date_start for cell in cells], [start for start, _end in plan._periods()])
            self.assertEqual(round(sum(cells.mapped("amount")), 2), round(line.amount, 2), line.display_name)
            for cell in cells if line.child_ids else ():
                below = line.child_ids.cell_ids.filtered(lambda part, cell=cell: part.date_start == cell.date_start)
                self.assertEqual(round(sum(below.mapped("amount")), 2), round(cell.amount, 2), line.display_name)
        self.assertEqual(plan.amount, plan._root().amount)

    def _into_force(self, plan):
        finance, controller = self.people["finance"], self.controller
        self.as_seen_by(finance, plan).action_submit()
        self.as_seen_by(controller, plan).action_approve()
        self.as_seen_by(finance, plan).action_post()

    def amounts(self, line):
        return line.cell_ids.mapped("amount")


@tagged("post_install", "-at_install")
class TestRevenueTargetPlan(PlanCase):
    def test_a_new_plan_is_one_line_with_equal_periods(self):
        plan = self.plan(lines=False)
        self.assertEqual(self.amounts(plan.line_ids), [3000.0, 3000.0, 3000.0])
        self.assertSums(plan)

    def test_first_parts_share_what_the_line_has(self):
        plan = self.plan()
        self.assertEqual(plan.amount, 9000.0)
        self.assertEqual(self.line(plan, self.team).amount, 4500.0)
        self.assertEqual(self.amounts(self.line(plan, self.people["user"])), [750.0, 750.0, 750.0])
        self.assertSums(plan)

    def test_parts_of_many_lines_at_once(self):
        plan = self.plan(lines=False)
        Line = self.env["revenue.target.line"]
        teams = Line.create(
            [{"target_id": plan.id, "level": "team", "team_id": team.id} for team in (self.team, self.other_team)]
        )
        Line.create(
            [
                {"target_id": plan.id, "parent_id": line.id, "level": "user", "user_id": user.id}
                for line in teams
                for user in (self.people["user"], self.colleague, self.stranger)
            ]
        )
        self.assertEqual(plan.amount, 9000.0)
        self.assertEqual(teams.mapped("amount"), [4500.0, 4500.0])
        self.assertSums(plan)

    def test_later_parts_add_to_it(self):
        plan = self.plan()
        third = self._team("Green", self.env["res.users"], self.env["res.users"])
        line = self.env["revenue.target.line"].create(
            {"target_id": plan.id, "level": "team", "team_id": third.id, "amount": 100.0}
        )
        self.assertEqual(self.amounts(line), [33.34, 33.33, 33.33])
        self.assertEqual(plan.amount, 9100.0)
        self.assertSums(plan)

    def test_sums_hold_whatever_is_changed(self):
        generator = random.Random(5)
        plan = self.plan()
        for _step in range(40):
            line = generator.choice(list(plan.line_ids))
            cell = generator.choice(list(line.cell_ids))
            amount = round(generator.uniform(0, 5000), 2)
            change = generator.choice(("cell", "line", "plan", "lock", "part", "unlink"))
            try:
                with self.env.cr.savepoint():
                    if change == "cell":
                        cell.amount = amount
                    elif change == "line":
                        line.amount = amount
                    elif change == "plan":
                        plan.amount = amount
                    elif change == "lock":
                        cell.locked = not cell.locked
                    elif change == "part" and line.level == "user":
                        category = self.env["product.category"].create({"name": str(amount)})
                        values = {"target_id": plan.id, "parent_id": line.id, "level": "category"}
                        self.env["revenue.target.line"].create({**values, "category_id": category.id})
                    elif change == "unlink" and line.level == "category":
                        line.unlink()
            except UserError as error:
                # Only what is locked may stand in the way.
                self.assertIn("locked", str(error))
            self.assertSums(plan)

    def test_a_total_is_spread_by_what_is_there_and_locks_stay(self):
        plan = self.plan()
        mine, other = self.line(plan, self.people["user"]), self.line(plan, self.colleague)
        mine.cell_ids[0].write({"amount": 100.01, "locked": True})
        plan.amount = 12000.0
        self.assertEqual(mine.cell_ids[0].amount, 100.01)
        self.assertEqual(plan.amount, 12000.0)
        self.assertGreater(other.cell_ids[0].amount, 750.0)
        self.assertSums(plan)
        with self.assertRaisesRegex(UserError, "locked"), self.env.cr.savepoint():
            mine.cell_ids[0].amount = 5.0
        with self.assertRaisesRegex(UserError, "100.01"), self.env.cr.savepoint():
            plan.amount = 100.0
        self.assertSums(plan)

    def test_what_an_edit_returns_undoes_it(self):
        plan = self.plan()
        before = {cell.id: cell.amount for cell in plan.line_ids.cell_ids}
        root = plan._root()
        answer = plan.set_cells([{"line_id": root.id, "date_start": "2030-02-01", "amount": 4000.01}])
        self.assertEqual(answer["lines"][str(root.id)]["amounts"], [3000.0, 4000.01, 3000.0])
        self.assertEqual(root.cell_ids[1].amount, 4000.01)
        plan.set_cells(answer["before"])
        self.assertEqual({cell.id: cell.amount for cell in plan.line_ids.cell_ids}, before)
        self.assertSums(plan)

    def test_nobody_overwrites_unseen_what_somebody_else_has_entered(self):
        plan = self.plan()
        mine = self.line(plan, self.people["user"])
        change = {"line_id": mine.id, "date_start": "2030-01-01", "was": 750.0}
        seen = plan.get_grid()["revision"]
        answer = plan.set_cells([{**change, "amount": 111.0}])
        self.assertEqual(answer["since"], seen)
        self.assertGreater(answer["revision"], seen)
        with self.assertRaisesRegex(UserError, "from \\D*750.00 to \\D*111.00"), self.env.cr.savepoint():
            plan.set_cells([{**change, "amount": 444.0}])
        with self.assertRaisesRegex(UserError, "somebody else"), self.env.cr.savepoint():
            plan.set_cells([{"line_id": plan.root_line_id.id, "amount": 1.0, "was": 9000.0}])
        # Undoing says what it takes back.
        plan.set_cells([{**change, "amount": 222.0, "was": 111.0}])
        with self.assertRaisesRegex(UserError, "from \\D*111.00 to \\D*222.00"), self.env.cr.savepoint():
            plan.set_cells(answer["before"])
        self.assertEqual(mine.cell_ids[0].amount, 222.0)

    def test_nobody_removes_unseen_what_somebody_else_has_entered(self):
        plan = self.plan()
        mine, other = self.line(plan, self.people["user"]), self.line(plan, self.colleague)
        with self.assertRaisesRegex(UserError, "somebody else"), self.env.cr.savepoint():
            plan.remove_lines([{"line_id": other.id, "was": 2250.0}, {"line_id": mine.id, "was": 2000.0}])
        self.assertTrue(other.exists())
        with self.assertRaisesRegex(UserError, "first line is the plan"), self.env.cr.savepoint():
            plan.remove_lines([{"line_id": plan.root_line_id.id, "was": 9000.0}])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_seen_by(self.people["manager"], plan).remove_lines([{"line_id": mine.id}])
        plan.remove_lines([{"line_id": mine.id, "was": 2250.0}])
        self.assertFalse(mine.exists())
        self.assertEqual(plan.amount, 6750.0)
        self.assertSums(plan)

    def test_a_sum_and_its_parts_are_not_given_together(self):
        plan = self.plan()
        mine, team = self.line(plan, self.people["user"]), self.line(plan, self.team)
        january = {"date_start": "2030-01-01"}
        for changes in (
            [{"line_id": team.id, **january, "amount": 5000.0}, {"line_id": mine.id, **january, "amount": 1.0}],
            [{"line_id": mine.id, **january, "amount": 1.0}, {"line_id": plan.root_line_id.id, "amount": 5.0}],
        ):
            with self.assertRaisesRegex(UserError, "is the sum of the lines below it"), self.env.cr.savepoint():
                plan.set_cells(changes)
        plan.set_cells(
            [
                {"line_id": team.id, **january, "amount": 3000.0},
                {"line_id": mine.id, "date_start": "2030-02-01", "amount": 1.0},
                {"line_id": team.id, "date_start": "2030-02-01", "locked": True},
            ]
        )
        self.assertEqual(self.amounts(mine), [1500.0, 1.0, 750.0])
        self.assertSums(plan)

    def test_a_total_of_nothing_does_not_erase_the_lines(self):
        plan = self.plan()
        with self.assertRaisesRegex(UserError, "0 would erase the amounts of all 5 lines"), self.env.cr.savepoint():
            plan.amount = 0.0
        self.env.invalidate_all()
        self.assertEqual(plan.amount, 9000.0)
        alone = self.plan(lines=False, scenario="stretch")
        alone.amount = 0.0
        self.assertEqual(alone.amount, 0.0)

    def test_other_periods_keep_the_goals(self):
        plan = self.plan()
        self.line(plan, self.people["user"]).cell_ids[0].amount = 1000.33
        totals = {line: line.amount for line in plan.line_ids}
        for change in (
            {"cadence": "week"},
            {"cadence": "quarter"},
            {"cadence": "month", "period_type": "custom", "date_end": "2030-05-15"},
            {"date_end": "2030-02-20"},
            {"date_start": "2030-06-01", "date_end": "2030-08-31"},
        ):
            plan.write(change)
            self.assertEqual({line: line.amount for line in plan.line_ids}, totals, change)
            self.assertSums(plan)

    def test_a_revision_has_the_same_lines_and_a_copy_those_of_the_next_period(self):
        plan = self.plan()
        self.line(plan, self.colleague).cell_ids[1].locked = True
        copy = plan.copy()
        self.assertEqual(str(copy.date_start), "2030-04-01")
        self.assertEqual(
            {line._scope_key(): self.amounts(line) for line in copy.line_ids},
            {line._scope_key(): self.amounts(line) for line in plan.line_ids},
        )
        self.assertSums(copy)
        self._into_force(plan)
        plan.action_revise()
        revision = plan.revision_ids
        self.assertEqual(
            revision._lines_content(revision._read_lines()),
            plan._lines_content(plan._read_lines()),
        )

    def test_as_of_any_day_and_side_by_side(self):
        plan = self.plan()
        self._into_force(plan)
        self.as_seen_by(self.people["finance"], plan).action_revise()
        revision = plan.revision_ids
        self.line(revision, self.colleague).cell_ids[1].amount = 1.0
        self.assertEqual(plan.get_as_of("2000-01-01"), False)
        today = str(plan._today())
        self.assertEqual(revision.get_as_of(today), plan.id)
        found = revision.get_comparison(plan.id)
        row = next(row for row in found["lines"] if row["name"] == self.colleague.name)
        self.assertEqual((row["here"], row["there"]), ([750.0, 1.0, 750.0], [750.0, 750.0, 750.0]))
        self._into_force(revision)
        self.assertEqual(plan.get_as_of(today), revision.id)
        self.assertFalse(plan.line_ids.filtered("force_key"))

    # ------------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------------

    def test_bad_input(self):
        plan = self.plan()
        other = self.plan(lines=False, measure="orders")
        root, mine = plan._root(), self.line(plan, self.people["user"])
        Line = self.env["revenue.target.line"]
        elsewhere = self._person("elsewhere", "revenue_group_user", self.other_company)
        foreign = self._team("Foreign", self.env["res.users"], elsewhere, company=self.other_company)
        for values, words in (
            ({"parent_id": mine.parent_id.id, "level": "user", "user_id": elsewhere.id}, "does not work in"),
            ({"level": "team", "team_id": foreign.id}, "Sales Team"),
            ({"level": "branch", "company_id": self.branch.id}, "one level"),
            ({"level": "team"}, "Sales Team"),
            ({"level": "team", "team_id": self.team.id}, "already"),
            ({"parent_id": mine.id, "level": "team", "team_id": self.other_team.id}, "Sales Team"),
            ({"parent_id": other._root().id, "level": "team", "team_id": self.team.id}, "another plan"),
            ({"parent_id": mine.id, "level": "category", "category_id": self.category.id, "amount": -1}, "-1"),
            (
                {"parent_id": mine.id, "level": "category", "category_id": self.category.id, "date_end": "2031-01-01"},
                "within",
            ),
            (
                {
                    "parent_id": mine.id,
                    "level": "category",
                    "category_id": self.category.id,
                    "user_id": self.colleague.id,
                },
                "Salesperson",
            ),
        ):
            with self.subTest(words), self.assertRaisesRegex(Exception, words), self.env.cr.savepoint():
                Line.create({"target_id": plan.id, **values})
        for change, words in (
            ({"amount": "many"}, "many is not a number"),
            ({"amount": -3}, "-3"),
            ({"amount": float("nan")}, "nan"),
            ({"amount": True}, "not a number"),
            ({"amount": 1e300}, "not possible"),
            ({"date_start": "2030-01-15", "amount": 1}, "2030-01-15"),
            ({"date_start": "soon", "amount": 1}, "soon"),
            ({"line_id": other._root().id, "amount": 1}, "not a line of"),
            ({"line_id": 10**9, "amount": 1}, "not a line of"),
        ):
            with self.subTest(change), self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                plan.set_cells([{"line_id": mine.id, "date_start": "2030-01-01", **change}])
        with self.assertRaisesRegex(UserError, "whole number"), self.env.cr.savepoint():
            other.set_cells([{"line_id": other._root().id, "amount": 2.5}])
        with self.assertRaisesRegex(ValidationError, "too many"), self.env.cr.savepoint():
            Line.create([{"target_id": plan.id, "level": "team"}] * 100000)
        with self.assertRaisesRegex(UserError, "plan as a whole"), self.env.cr.savepoint():
            root.unlink()
        self.assertSums(plan)

    def test_a_line_stays_where_it_is_and_the_first_is_the_plan(self):
        plan, other = self.plan(), self.plan(lines=False, measure="orders")
        mine, root = self.line(plan, self.people["user"]), plan._root()
        for line, vals in (
            (mine, {"parent_id": other._root().id}),
            (mine, {"parent_id": False}),
            (mine, {"parent_id": root.id}),
            (root.sudo(False), {"category_id": self.category.id}),
            (root.sudo(False), {"user_id": self.colleague.id}),
            (root.sudo(False), {"date_start": "2030-02-01"}),
        ):
            with self.subTest(vals), self.assertRaises(UserError), self.env.cr.savepoint():
                line.write(vals)
        forged = self.env["revenue.target"].with_context(
            default_force_key="booked/base/1//////", default_category_id=self.category.id
        )
        third = forged.create({**self.plan(lines=False, measure="margin").copy_data()[0], "measure": "quantity"})
        self.assertFalse(third._root().force_key or third._root().category_id)
        self.assertSums(plan)

    def test_a_closed_period_is_refused(self):
        plan = self.plan()
        self.company.fiscalyear_lock_date = "2030-01-31"
        mine = self.line(plan, self.people["user"])
        with self.assertRaisesRegex(UserError, "closed"), self.env.cr.savepoint():
            mine.cell_ids[0].amount = 5.0
        plan.amount = 12000.0
        self.assertEqual(mine.cell_ids[0].amount, 750.0)
        self.assertSums(plan)

    def test_only_in_draft_and_only_by_who_may_change_the_plan(self):
        plan = self.plan()
        user = self.people["user"]
        mine = self.line(plan, user)
        part = {"target_id": plan.id, "parent_id": mine.id, "level": "category", "category_id": self.category.id}
        # Own lines are read, the plan of the company is not; and nothing is changed.
        seen = self.as_seen_by(user, mine)
        self.assertEqual(seen.amount, 2250.0)
        self.assertEqual(sum(seen.cell_ids.mapped("amount")), 2250.0)
        for attack in (
            lambda: seen.write({"amount": 1.0}),
            lambda: seen.cell_ids[0].write({"amount": 1.0}),
            lambda: seen.cell_ids[0].write({"locked": True}),
            seen.unlink,
            lambda: seen.create(part),
            lambda: self.as_seen_by(user, plan).set_cells([{"line_id": mine.id, "amount": 1.0}]),
            lambda: self.as_seen_by(user, plan).get_grid(),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attack()
        stranger = self.as_seen_by(self.stranger, mine)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            stranger.read(["amount"])
        # Who reads the plan, and may not change it, hears that.
        with self.assertRaisesRegex(UserError, "you may not change its amounts"), self.env.cr.savepoint():
            self.as_seen_by(self.people["auditor"], plan).set_cells([{"line_id": mine.id, "amount": 1.0}])
        self._into_force(plan)
        for attack in (
            lambda: plan.line_ids[0].write({"amount": 1.0}),
            lambda: mine.cell_ids[0].write({"amount": 1.0}),
            lambda: mine.write({"date_end": "2030-02-01"}),
            mine.unlink,
            lambda: plan.write({"line_ids": [Command.delete(mine.id)]}),
            lambda: plan.set_cells([{"line_id": mine.id, "amount": 1.0}]),
            lambda: mine.write({"force_key": "x", "amount": 3.0}),
            lambda: mine.create(part),
            mine.cell_ids.unlink,
            lambda: mine.cell_ids.create({"line_id": mine.id, "date_start": "2031-01-01", "date_end": "2031-01-31"}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attack()
        self.assertEqual(mine.amount, 2250.0)

    def test_nothing_is_promised_twice_by_two_plans_in_force(self):
        plan = self.plan()
        self._into_force(plan)
        inside = self.target(team_id=self.team.id, user_id=self.colleague.id)
        inside.date_start = "2030-02-01"
        with self.assertRaisesRegex(UserError, "already"):
            self.as_seen_by(self.people["finance"], inside).action_submit()
        stretch = self.target(team_id=self.other_team.id, date_start="2030-02-01", scenario="stretch")
        self._into_force(stretch)
        self.assertEqual(stretch.state, "posted")

    def test_the_trail_shows_that_lines_changed(self):
        plan = self.plan()
        mine = self.line(plan, self.people["user"])
        before = self.env["revenue.audit.entry"].search_count(
            [("res_id", "=", plan.id), ("res_model", "=", plan._name)]
        )
        mine.cell_ids[0].amount = 800.0
        entries = self.env["revenue.audit.entry"].search(
            [("res_id", "=", plan.id), ("res_model", "=", plan._name)], order="sequence"
        )
        self.assertEqual(len(entries), before + 1)
        self.assertIn(f"{mine.display_name}, from 01/01/2030: 750.00 → 800.00", entries[-1].changes)
        self.assertIntact()

    def test_a_plan_read_by_its_readers_counts_what_they_may_see(self):
        plan = self.plan()
        self.order("2030-02-10", price=500.0)
        self.order("2030-03-10", price=70.0, team_id=self.other_team.id, user_id=self.stranger.id)
        (actual,) = Actuals(plan).by_period([plan._periods()])
        self.assertEqual(actual[plan._root().id], [0.0, 500.0, 70.0])
        self.assertEqual(actual[self.line(plan, self.people["user"]).id], [0.0, 500.0, 0.0])
        self.assertEqual(actual[self.line(plan, self.other_team).id], [0.0, 0.0, 70.0])

    def test_grid(self):
        self.order("2029-02-10", price=500.0)
        plan = self.plan()
        grid = plan.get_grid()
        self.assertEqual([row["depth"] for row in grid["lines"]], [0, 1, 2, 2, 1])
        self.assertEqual(grid["lines"][0]["last_year"], [0.0, 500.0, 0.0])
        self.assertTrue(grid["editable"])
        self.assertEqual([row["res_id"] for row in grid["lines"][:2]], [plan.company_id.id, self.team.id])
        self.assertEqual([(row["id"], row["version"]) for row in grid["versions"]], [(plan.id, 1)])
        self.assertEqual([period["start"] for period in grid["periods"]], ["2030-01-01", "2030-02-01", "2030-03-01"])
