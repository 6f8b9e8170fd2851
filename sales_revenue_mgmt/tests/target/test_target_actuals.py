"""The one road to an actual: a plan and its first line, lines of many plans, periods and people who come and go."""

from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ...models.target.actuals import Actuals
from ...models.target.questions import Question, grain_of, groups_of
from .test_target_plan import PlanCase

QUARTER = (date(2030, 1, 1), date(2030, 3, 31))


@tagged("post_install", "-at_install")
class TestRevenueTargetActuals(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        user, colleague = cls.people["user"], cls.colleague
        cls.order("2030-01-10", price=600.0)
        cls.order("2030-02-10", price=300.0, user_id=colleague.id)
        cls.order("2030-02-11", price=1500.0, team_id=cls.other_team.id, user_id=cls.stranger.id)
        cls.order("2030-03-01", price=50.0, team_id=False, user_id=False)
        shared = cls.order("2030-03-05", price=100.0)
        shared.revenue_credit_set([{"user_id": person.id, "percent": 50} for person in (user, colleague)])

    def numbers(self, record):
        names = ("actual", "expected", "variance", "attainment", "pacing", "status")
        return [record[name] for name in names]

    def test_a_plan_and_its_first_line_have_the_same_numbers(self):
        user = self.people["user"]
        scopes = ({}, {"team_id": self.team.id}, {"user_id": user.id}, {"team_id": self.team.id, "user_id": user.id})
        values = {"period_type": "quarter", "date_start": "2030-01-01", "amount": 4.0}
        plans = self.env["revenue.target"].union(
            *(
                self.target(measure=measure, **scope, **values)
                for measure in ("booked", "invoiced", "margin", "quantity", "orders", "new_customers")
                for scope in scopes
            )
        )
        for person in (self.people["finance"], user):
            with freeze_time("2030-02-14 12:00:00"):
                for plan in self.as_seen_by(person, plans)._filtered_access("read"):
                    self.assertEqual(self.numbers(plan), self.numbers(plan.root_line_id.with_user(person)))

    def test_parts_of_an_order_are_no_whole_orders(self):
        plan = self.plan(measure="orders")
        self.assertEqual(plan.actual, 5.0)
        self.assertEqual(self.line(plan, self.people["user"]).actual, 1.5)
        self.assertEqual(self.line(plan, self.colleague).actual, 1.5)

    def test_lines_of_many_plans_in_as_many_queries_as_those_of_one(self):
        one = self.plan(scenario="stretch")
        values = {"period_type": "month", "amount": 900.0}
        many = one.union(*(self.target(date_start=date(2030, month, 1), **values) for month in range(1, 7)))

        def queries(lines):
            self.env.flush_all()
            self.env.invalidate_all()
            # Read together, wherever they come from.
            lines, before = lines.browse(lines.ids), self.env.cr.sql_log_count
            lines.mapped("attainment")
            lines.mapped("current_actual")
            return self.env.cr.sql_log_count - before

        with freeze_time("2030-02-14 12:00:00"):
            queries(many.line_ids)
            self.assertLessEqual(queries(many.line_ids), queries(one.line_ids) + 2)
            months = many.line_ids.filtered(lambda line: line.target_id != one)
            self.assertEqual(sorted(months.mapped("actual")), [0.0, 0.0, 0.0, 150.0, 600.0, 1800.0])
            self.assertEqual(sum(months.mapped("current_actual")), 1800.0)

    def test_who_joins_counts_from_then_on_whatever_is_asked_with_it(self):
        plan, other = self.plan(), self.plan(lines=False, scenario="stretch")
        mine = self.line(plan, self.people["user"])
        mine.date_start = "2030-02-15"
        found = Actuals(plan | other).of_lines(mine | other.line_ids)
        self.assertEqual((found[mine.id], found[other.line_ids.id]), (50.0, 2550.0))
        (earlier,) = Actuals(plan).by_period([[(date(2029, 12, 1), date(2030, 1, 31))]], mine)
        # Not of the plan's own days: all of them count.
        self.assertEqual(earlier[mine.id], [600.0])

    def test_what_is_asked_together(self):
        def question(dates=QUARTER, **scope):
            return Question(len(scope), "booked", {"company_id": 1, **scope}, dates, QUARTER)

        organisation = [question(), question(team_id=2), question(user_id=3)]
        products = [question(team_id=2, category_id=4), question(team_id=2, category_id=5)]
        self.assertEqual(len(set(groups_of(organisation, counted=True).values())), 1)
        self.assertEqual(len(set(groups_of(organisation + products, counted=False).values())), 2)
        # Of a document with products of two categories, the sum of both is no number of documents.
        self.assertEqual(len(set(groups_of(organisation + products, counted=True).values())), 3)
        self.assertEqual(len(set(groups_of(products, counted=False).values())), 1)

        months = [(date(2030, 1, 1), date(2030, 1, 31)), (date(2030, 2, 1), date(2030, 3, 31))]
        joins = question(dates=(date(2030, 1, 15), QUARTER[1]))
        self.assertIsNone(grain_of([([[QUARTER]], organisation)]))
        self.assertEqual(grain_of([([months], organisation)]), "month")
        self.assertEqual(grain_of([([[QUARTER]], organisation), ([[QUARTER]], [joins])]), "day")
