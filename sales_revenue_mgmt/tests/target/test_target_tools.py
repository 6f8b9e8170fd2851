"""Tools on a plan: each shows what would come of it, and does that."""

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_target_plan import PlanCase


@tagged("post_install", "-at_install")
class TestRevenueTargetTools(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Last year: the user sells 300 in January and 100 in March, the colleague 100 in January, the other team 500 in March.
        cls.order("2029-01-10", price=300.0)
        cls.order("2029-03-10", price=100.0)
        cls.order("2029-01-20", price=100.0, user_id=cls.colleague.id)
        cls.order("2029-03-20", price=500.0, team_id=cls.other_team.id, user_id=cls.stranger.id)
        # So that all of 2029 is history.
        cls.order("2028-12-01", price=10.0)
        # The last month before the plan.
        cls.order("2029-12-20", price=30.0)
        cls.order("2029-12-21", price=10.0, user_id=cls.colleague.id)

    def tool(self, plan, tool, line=None, **values):
        return self.env["revenue.target.tool"].create(
            {"target_id": plan.id, "line_id": (line or plan._root()).id, "tool": tool, **values}
        )

    def use(self, plan, tool, line=None, **values):
        wizard = self.tool(plan, tool, line, **values)
        shown = str(wizard.preview)
        wizard.action_apply()
        self.assertSums(plan)
        return shown

    def test_spread_by_weights_equal_and_history(self):
        plan = self.plan()
        team, other = self.line(plan, self.team), self.line(plan, self.other_team)
        wizard = self.tool(plan, "spread", basis="weights")
        wizard.weight_ids = [
            Command.update(weight.id, {"weight": 2.0 if weight.line_id == team else 1.0})
            for weight in wizard.weight_ids
        ]
        self.assertIn("6,000.00", str(wizard.preview).replace("\xa0", " "))
        wizard.action_apply()
        self.assertEqual((team.amount, other.amount), (6000.0, 3000.0))
        self.assertSums(plan)
        self.use(plan, "spread", basis="equal")
        self.assertEqual((team.amount, other.amount), (4500.0, 4500.0))
        # By period: January was all the team's; February had nothing, so that it is dealt out alike; March 100 to 500.
        self.use(plan, "spread", basis="last_year")
        self.assertEqual(self.amounts(team), [3000.0, 1500.0, 500.0])
        self.use(plan, "spread", line=team, basis="last_period")
        self.assertEqual(self.line(plan, self.people["user"]).amount, 3750.0)
        self.use(plan, "spread", line=team, basis="last_periods", periods=12)
        mine = self.line(plan, self.people["user"])
        self.assertEqual(self.amounts(mine)[0], round(3000 * 430 / 540, 2))

    def test_locks_are_honoured_and_what_cannot_be_is_said(self):
        plan = self.plan()
        other = self.line(plan, self.other_team)
        other.cell_ids[0].write({"amount": 2800.0, "locked": True})
        self.assertEqual(plan.amount, 10300.0)
        shown = self.use(plan, "spread", basis="equal")
        self.assertIn("keeps 2800.0", shown)
        self.assertEqual(other.cell_ids[0].amount, 2800.0)
        self.assertEqual(plan.amount, 10300.0)
        self.assertEqual(self.line(plan, self.team).cell_ids[0].amount, 1500.0)

    def test_phase(self):
        plan = self.plan()
        totals = {line: line.amount for line in plan.line_ids}
        self.use(plan, "phase", phasing="working_days")
        # 2030: 23, 20 and 21 working days without holidays.
        for amount, exact in zip(self.amounts(plan._root()), (23, 20, 21), strict=True):
            # Each of the three lines without parts is rounded to the cent by itself.
            self.assertAlmostEqual(amount, 9000 * exact / 64, delta=0.03)
        self.use(plan, "phase", phasing="equal")
        self.assertEqual(self.amounts(plan._root()), [3000.0] * 3)
        mine = self.line(plan, self.people["user"])
        with freeze_time("2029-12-31 12:00:00"):
            self.use(plan, "phase", line=mine, phasing="seasonality")
        # Sales of the same months a year earlier: 300, 0, 100.
        self.assertEqual(self.amounts(mine), [1687.5, 0.0, 562.5])
        self.assertEqual({line: line.amount for line in plan.line_ids}, totals)

    def test_too_little_history_is_said(self):
        plan = self.plan()
        plan.write({"period_type": "custom", "date_start": "2028-01-01", "date_end": "2028-03-31"})
        self.assertIn("Too little history", self.use(plan, "phase", phasing="seasonality"))

    def test_raise_and_copy_from_last_year(self):
        plan = self.plan()
        mine = self.line(plan, self.people["user"])
        mine.cell_ids[0].locked = True
        shown = self.use(plan, "raise", percent=10.0)
        self.assertIn("750.0 is locked", shown)
        self.assertEqual(plan.amount, 9825.0)
        self.assertEqual(self.amounts(mine), [750.0, 825.0, 825.0])
        shown = self.use(plan, "history", percent=-50.0)
        self.assertEqual(self.amounts(mine), [750.0, 0.0, 50.0])
        self.assertIn("locked or closed, stays 750.0", shown)
        self.assertEqual(self.amounts(self.line(plan, self.other_team)), [0.0, 0.0, 250.0])

    def test_copy_from_last_year_s_plan(self):
        last = self.target(period_type="quarter", date_start="2029-01-01", amount=600.0, team_id=self.other_team.id)
        self._into_force(last)
        plan = self.plan()
        shown = self.use(plan, "history", source="plan", percent=10.0)
        self.assertEqual(self.amounts(self.line(plan, self.other_team)), [220.0] * 3)
        self.assertIn("no plan was in force", shown)

    def test_roll_up_proposals(self):
        plan = self.plan()
        proposal = self.own_target(period_type="quarter", date_start="2030-01-01", amount=999.0)
        self.use(plan, "proposals")
        mine = self.line(plan, self.people["user"])
        self.assertEqual(mine.amount, 2250.0, "a draft is no proposal")
        proposal.action_submit()
        shown = self.use(plan, "proposals")
        self.assertEqual(self.amounts(mine), [333.0] * 3)
        self.assertIn("nobody has submitted", shown)

    def test_lines_from_the_organisation(self):
        plan = self.plan(lines=False)
        wizard = self.tool(plan, "lines", level="branch")
        self.assertIn("Northwind Coast", str(wizard.preview))
        wizard.action_apply()
        branch = self.line(plan, self.branch)
        self.use(plan, "lines", level="team")
        self.assertEqual(branch.child_ids.team_id, self.coast_team)
        second = self.plan(lines=False, measure="margin")
        self.use(second, "lines", level="team")
        self.assertIn(self.team, second.line_ids.team_id)
        self.use(second, "lines", level="user")
        self.assertEqual(self.line(second, self.team).child_ids.user_id, self.people["user"] | self.colleague)
        third = self.plan(lines=False, measure="invoiced")
        with self.assertRaisesRegex(UserError, "nothing to add"):
            self.tool(third, "lines", level="user").action_apply()

    def test_in_the_form(self):
        plan = self.plan()
        form = Form(
            self.env["revenue.target.tool"].with_context(
                default_target_id=plan.id, default_line_id=plan.root_line_id.id, default_tool="spread"
            )
        )
        form.basis = "weights"
        self.assertEqual(len(form.weight_ids), 2)
        with form.weight_ids.edit(0) as weight:
            weight.weight = 5.0
        self.assertIn("7,500.00", str(form.preview).replace("\xa0", " "))
        form.save().action_apply()
        self.assertEqual(self.line(plan, self.team).amount, 7500.0)

    def test_refused(self):
        plan, other = self.plan(), self.plan(lines=False, measure="orders")
        for values, words in (({"percent": 5000.0}, "5000"), ({"periods": 0}, "Number of Periods")):
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                self.tool(plan, "raise", **values)
        with self.assertRaisesRegex(UserError, "no line of this plan"), self.env.cr.savepoint():
            self.tool(plan, "raise", line=other._root(), percent=5.0).action_apply()
        user = self.people["user"]
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_seen_by(user, self.tool(plan, "raise", percent=5.0)).action_apply()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            wizard = self.as_seen_by(user, self.env["revenue.target.tool"]).create(
                {"target_id": plan.id, "line_id": plan._root().id, "tool": "raise", "percent": 5.0}
            )
            wizard.action_apply()
        spy = self.as_seen_by(user, self.env["revenue.target.tool"])
        mine = self.own_target(measure="margin")
        for target, line in ((plan, plan._root()), (mine, plan._root())):
            values = {"target_id": target.id, "line_id": line.id, "tool": "lines", "level": "team"}
            self.assertFalse(spy.create(values).preview)
            leaf = self.line(plan, self.colleague)
            reassign = self.as_seen_by(user, self.env["revenue.target.reassign"])
            self.assertFalse(
                reassign.create({"target_id": target.id, "line_id": leaf.id, "last_day": "2030-01-15"}).amount
            )
        wizard = self.tool(plan, "raise", percent=5.0)
        self._into_force(plan)
        with self.assertRaisesRegex(UserError, "Revise"), self.env.cr.savepoint():
            wizard.action_apply()

    # ------------------------------------------------------------------
    # People who come and go
    # ------------------------------------------------------------------

    def reassign(self, plan, line, **values):
        return self.env["revenue.target.reassign"].create(
            {"target_id": plan.id, "line_id": line.id, "last_day": "2030-02-14", **values}
        )

    def test_who_leaves_hands_on_the_rest(self):
        plan = self.plan()
        mine, other = self.line(plan, self.people["user"]), self.line(plan, self.colleague)
        wizard = self.reassign(plan, mine, recipient_ids=[Command.set(other.ids)])
        # Half of February's 750, and all of March.
        self.assertEqual(wizard.amount, 1125.0)
        wizard.action_apply()
        self.assertEqual(self.amounts(mine), [750.0, 375.0, 0.0])
        self.assertEqual(self.amounts(other), [750.0, 1125.0, 1500.0])
        self.assertEqual(str(mine.date_end), "2030-02-14")
        self.assertEqual(plan.amount, 9000.0)
        self.assertSums(plan)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            mine.cell_ids[2].amount = 1.0
        # What was sold later in the old name is not this line's any more.
        self.order("2030-01-10", price=40.0)
        self.order("2030-03-10", price=70.0)
        self.env.invalidate_all()
        self.assertEqual(mine.actual, 40.0)

    def test_who_joins_or_changes_team_has_a_line_from_then_on(self):
        plan = self.plan()
        mine, other_team = self.line(plan, self.people["user"]), self.line(plan, self.other_team)
        values = {"new_user_id": self.people["user"].id, "new_parent_id": other_team.id}
        with self.assertRaisesRegex(UserError, "Add its people first"), self.env.cr.savepoint():
            self.reassign(plan, mine, **values).action_apply()
        self.use(plan, "lines", line=other_team, level="user")
        self.reassign(plan, mine, **values).action_apply()
        moved = other_team.child_ids.filtered(lambda line: line.user_id == self.people["user"])
        self.assertEqual(str(moved.date_start), "2030-02-15")
        self.assertEqual(self.amounts(moved), [0.0, 375.0, 750.0])
        self.assertEqual(plan.amount, 9000.0)
        self.assertSums(plan)

    def test_a_plan_in_force_is_revised_for_it(self):
        plan = self.plan()
        self._into_force(plan)
        mine, other = self.line(plan, self.people["user"]), self.line(plan, self.colleague)
        finance = self.people["finance"]
        wizard = self.as_seen_by(finance, self.env["revenue.target.reassign"]).create(
            {
                "target_id": plan.id,
                "line_id": mine.id,
                "last_day": "2030-02-14",
                "recipient_ids": [Command.set(other.ids)],
            }
        )
        wizard.action_apply()
        revision = plan.revision_ids
        self.assertEqual(self.amounts(self.line(revision, self.colleague)), [750.0, 1125.0, 1500.0])
        self.assertEqual(self.amounts(other), [750.0, 750.0, 750.0], "history stays")
        self.assertSums(revision)
        # A second one would be beside it: the preview says so already.
        again = wizard.copy()
        self.assertIn("being prepared already", again.preview)
        with self.assertRaisesRegex(UserError, "being prepared already"), self.env.cr.savepoint():
            again.action_apply()

    def test_reassigning_shows_who_gets_what(self):
        plan = self.plan()
        mine, other = self.line(plan, self.people["user"]), self.line(plan, self.colleague)
        wizard = self.reassign(plan, mine, recipient_ids=[Command.set(other.ids)], new_user_id=self.deputy.id)
        self.assertEqual(wizard.amount, 1125.0)
        preview = wizard.preview.replace("\xa0", " ").replace("\ufeff", "")
        for words in ("$ 1,125.00", "$ -1,125.00", "$ 2,812.50", "(new line)", "$ 562.50"):
            self.assertIn(words, preview)
        self.assertEqual(len(plan.line_ids), 5, "nothing has been done")
        action = wizard.action_apply()
        self.assertIn("1,125.00", action["params"]["message"].replace("\xa0", " "))
        new = plan.line_ids.filtered(lambda line: line.user_id == self.deputy)
        # Beside one who has 750 a month, somebody new takes half.
        self.assertEqual(self.amounts(new), [0.0, 187.5, 375.0])
        self.assertEqual(self.amounts(other), [750.0, 937.5, 1125.0])
        self.assertSums(plan)
        self.assertIn(
            "is not between", self.reassign(plan, other, last_day="2031-01-01", new_user_id=self.deputy.id).preview
        )
        self.assertFalse(self.reassign(plan, other).preview)
        away = self._person("away", "revenue_group_user", self.other_company)
        self.assertIn("does not work in Northwind", self.reassign(plan, other, new_user_id=away.id).preview)

    def test_reassigning_is_refused(self):
        plan = self.plan()
        mine, team = self.line(plan, self.people["user"]), self.line(plan, self.team)
        other = self.line(plan, self.colleague)
        for values, words in (
            ({"line_id": team.id, "recipient_ids": [Command.set(other.ids)]}, "lines below"),
            ({"last_day": "2031-01-01", "recipient_ids": [Command.set(other.ids)]}, "2031-01-01"),
            ({}, "choose who"),
            ({"recipient_ids": [Command.set(mine.ids)]}, "choose other lines"),
            ({"recipient_ids": [Command.set(team.ids)]}, "choose other lines"),
            ({"new_user_id": self.colleague.id}, "already"),
        ):
            with self.subTest(words), self.assertRaisesRegex(Exception, words), self.env.cr.savepoint():
                self.reassign(plan, mine, **values).action_apply()
        other.cell_ids.write({"locked": True})
        with self.assertRaisesRegex(UserError, "nobody of them"), self.env.cr.savepoint():
            self.reassign(plan, mine, recipient_ids=[Command.set(other.ids)]).action_apply()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_seen_by(self.people["manager"], self.reassign(plan, mine)).action_apply()
