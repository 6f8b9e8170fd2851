"""What became of a plan: results of lines and periods, forecasts, alerts; compared with the same numbers another way."""

import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...analytics.forecast import forecast
from ...models.target.forecasting import Forecasting
from .test_target_plan import PlanCase


class ResultCase(PlanCase):
    """Orders of the plan's quarter, and one of a year before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # numpy and scipy are loaded before time stands still.
        forecast([1.0, 2.0] * 10, 2, 1)
        cls.order("2030-01-10", price=600.0)
        cls.order("2030-02-10", price=300.0, user_id=cls.colleague.id)
        cls.order("2030-02-11", price=1500.0, team_id=cls.other_team.id, user_id=cls.stranger.id)
        cls.order("2029-02-11", price=80.0)


@tagged("post_install", "-at_install")
class TestRevenueTargetResults(ResultCase):
    def results(self, plan, day="2030-02-14 12:00:00", person=None):
        with freeze_time(day):
            seen = self.as_seen_by(person, plan) if person else plan
            answer = seen.get_results()
        return answer, {row["name"]: row for row in answer["lines"]}

    def test_every_number_of_a_line(self):
        plan = self.plan()
        answer, rows = self.results(plan)
        mine = rows[self.people["user"].name]
        self.assertEqual(mine["target"], [750.0, 750.0, 750.0, 2250.0])
        self.assertEqual(mine["actual"], [600.0, 0.0, 0.0, 600.0])
        # All of January, half of February's days.
        self.assertEqual(mine["expected"], [750.0, 375.0, 0.0, 1125.0])
        self.assertEqual(mine["pacing"], [0.8, 0.0, None, 600 / 1125])
        self.assertEqual(mine["attainment"], [0.8, 0.0, 0.0, 600 / 2250])
        self.assertEqual(mine["variance"], [-150.0, -750.0, -750.0, -1650.0])
        self.assertEqual(mine["baseline"], [0.0, 80.0, 0.0, 80.0])
        self.assertEqual((mine["rank"], rows[self.colleague.name]["rank"]), (1, 2))
        # 15 February to 31 March: 31 working days.
        self.assertEqual(answer["days_left"], 31)
        self.assertEqual(mine["gap_per_day"], round(1650 / 31, 2))
        self.assertEqual([period["elapsed"] for period in answer["periods"]], [1.0, 0.5, 0.0])
        root = rows[plan._root().display_name]
        self.assertEqual(root["actual"], [600.0, 1800.0, 0.0, 2400.0])
        # A period that is over has landed.
        self.assertEqual((mine["landing"][0], mine["probability"][0]), (600.0, 0.0))
        self.assertEqual((mine["landing"][1], mine["probability"][1]), (None, None))

    def assertPartsAddUp(self, answer):
        """Parts and rest are the line above them, in each period and last year, as the reader sees them."""
        for row in answer["lines"]:
            parts = [part for part in answer["lines"] if part["parent_id"] == row["id"]]
            parts += [rest for rest in answer["rests"] if rest["parent_id"] == row["id"]]
            if parts:
                for name in ("actual", "baseline"):
                    sums = [round(sum(numbers), 2) for numbers in zip(*(part[name] for part in parts), strict=True)]
                    self.assertEqual(sums, row[name], row["name"])

    def test_what_is_in_none_of_the_parts(self):
        nobody = self.env["res.users"]
        # In no team; in the team, but nobody's; in the team by somebody without a line.
        self.order("2030-01-12", price=40.0, team_id=False, user_id=nobody.id)
        self.order("2030-02-12", price=7.0, user_id=nobody.id)
        self.order("2030-01-13", price=3.0, user_id=self.stranger.id)
        self.order("2029-01-13", price=9.0, team_id=False, user_id=nobody.id)
        plan = self.plan()
        answer, rows = self.results(plan)
        self.assertPartsAddUp(answer)
        root, team = rows[plan._root().display_name], rows["Blue"]
        found = {rest["parent_id"]: rest for rest in answer["rests"]}
        self.assertEqual(set(found), {root["id"], team["id"]})
        self.assertEqual(found[root["id"]]["actual"], [40.0, 0.0, 0.0, 40.0])
        self.assertEqual(found[root["id"]]["baseline"], [9.0, 0.0, 0.0, 9.0])
        self.assertEqual(found[team["id"]]["actual"], [3.0, 7.0, 0.0, 10.0])
        # Behind the last line of the team, and behind everything.
        last = answer["lines"][-1]
        order = [line["id"] for line in answer["lines"]]
        self.assertEqual(found[root["id"]]["after"], last["id"])
        self.assertEqual(order.index(found[team["id"]]["after"]), order.index(rows[self.colleague.name]["id"]))
        self.assertEqual([found[row["id"]]["depth"] for row in (root, team)], [1, 2])
        # Who sees some of the lines only: their own numbers, and no name of a line that they may not read.
        leader = self.as_seen_by(self.people["manager"], self.line(plan, self.team))
        with freeze_time("2030-02-14 12:00:00"):
            answer = leader.get_results()
        self.assertPartsAddUp(answer)
        self.assertEqual([rest["parent_id"] for rest in answer["rests"]], [team["id"]])

    def test_what_is_in_several_parts(self):
        """An order of two categories is an order of both."""
        other = self.env["product.category"].create({"name": "Tables"})
        table = self.env["product.product"].create({"name": "Table", "type": "consu", "categ_id": other.id})
        self.order(
            "2030-01-12", lines=[{"product_id": product.id, "price_unit": 1.0} for product in (self.product, table)]
        )
        plan = self.target(period_type="quarter", date_start="2030-01-01", measure="orders", amount=10)
        self.env["revenue.target.line"].create(
            [
                {"target_id": plan.id, "parent_id": plan.line_ids.id, "level": "category", "category_id": category.id}
                for category in (self.category, other)
            ]
        )
        answer, _rows = self.results(plan)
        self.assertPartsAddUp(answer)
        (rest,) = answer["rests"]
        self.assertEqual((rest["actual"], rest["name"]), ([-1.0, 0.0, 0.0, -1.0], "In several lines"))

    def test_shares_of_the_gap_add_up(self):
        plan = self.plan()
        _answer, rows = self.results(plan)
        team, other = rows["Blue"], rows["Red"]
        # Expected 2,250 each: Blue has 900, Red 1,500.
        self.assertEqual((team["share_of_gap"], other["share_of_gap"]), (round(1350 / 2100, 6), round(750 / 2100, 6)))

    def test_the_plan_and_its_line_agree_with_the_kanban_s_numbers(self):
        plan = self.plan()
        with freeze_time("2030-02-14 12:00:00"):
            plan.invalidate_recordset()
            answer = plan.get_results()
            root = answer["lines"][0]
            self.assertEqual(root["actual"][-1], plan.actual)
            self.assertEqual(root["expected"][-1], plan.expected)
            self.assertEqual(root["pacing"][-1], plan.pacing)
            for line, row in zip(plan._tree(), answer["lines"], strict=True):
                self.assertEqual(
                    (line.actual, line.expected, line.pacing or None),
                    (row["actual"][-1], row["expected"][-1], row["pacing"][-1] or None),
                )

    def test_an_aggregate_never_counts_what_its_reader_may_not_open(self):
        plan = self.plan()
        manager = self.people["manager"]
        with self.assertRaises(AccessError):
            self.results(plan, person=manager)
        seen = self.as_seen_by(self.people["user"], self.line(plan, self.team))
        self.assertEqual(seen.actual, 900.0)
        with self.assertRaises(AccessError):
            self.as_seen_by(self.people["user"], self.line(plan, self.other_team)).read(["actual"])

    def test_forecast_and_landing(self):
        for week in range(40):
            day = datetime.date(2030, 2, 13) - datetime.timedelta(days=7 * week)
            self.order(str(day), price=100.0 + week % 3, team_id=self.other_team.id, user_id=self.stranger.id)
        plan = self.plan()
        with freeze_time("2030-02-14 12:00:00"):
            plan.action_refresh_forecast()
        _answer, rows = self.results(plan)
        red, mine = rows["Red"], rows[self.colleague.name]
        self.assertTrue(red["forecast"]["method"])
        self.assertGreater(red["landing"][-1], red["actual"][-1])
        self.assertTrue(red["low"][-1] <= red["landing"][-1] <= red["high"][-1])
        self.assertTrue(0 <= red["probability"][-1] <= 1)
        # Three periods' landings are the plan's.
        self.assertAlmostEqual(sum(red["landing"][:3]), red["landing"][3], delta=0.02)
        self.assertIn("Too little history", mine["forecast"]["message"])
        self.assertIsNone(mine["landing"][-1])
        with freeze_time("2030-02-14 12:00:00"):
            self.assertFalse(Forecasting(plan).is_stale())
        with freeze_time("2030-02-15 12:00:00"):
            self.assertTrue(Forecasting(plan).is_stale())
        # A day later, before the night's forecast, what has passed is no longer forecast.
        _answer, later = self.results(plan, "2030-02-20 12:00:00")
        self.assertLess(later["Red"]["landing"][-1], red["landing"][-1])

    def weekly_orders(self, amounts, until="2030-02-13", **values):
        """An order a week, the last one on the given day."""
        last = datetime.date.fromisoformat(until)
        for back, price in enumerate(reversed(amounts)):
            day = str(last - datetime.timedelta(days=7 * back))
            self.order(day, price=price, team_id=self.other_team.id, user_id=self.stranger.id, **values)

    def forecast(self, plan, day="2030-02-14 12:00:00"):
        with freeze_time(day):
            plan.action_refresh_forecast()
        return self.env["revenue.target.forecast"].search([("line_id", "=", self.line(plan, self.other_team).id)])

    def test_an_unusual_week_is_told_and_does_not_become_the_level(self):
        self.weekly_orders([1000.0 + 10 * (week % 5) for week in range(40)] + [40000.0])
        plan = self.plan()
        forecast = self.forecast(plan)
        ((start, value),) = [(week["start"], week["value"]) for week in forecast.unusual]
        self.assertEqual((start, value), ("2030-02-07", 41500.0))
        _answer, rows = self.results(plan)
        red = rows["Red"]
        (told,) = red["forecast"]["unusual"]
        self.assertRegex(told, r"The week from 02/07/2030 is unusual: its .*41,500\.00 count as .*1,0\d\d\.\d\d\.")
        # Six and a half weeks are left.
        rest = red["landing"][-1] - red["actual"][-1]
        self.assertTrue(5500 < rest < 8500, rest)

    def test_a_landing_is_never_below_what_is_booked(self):
        self.weekly_orders([12000.0 - 500 * week for week in range(25)])
        plan = self.plan()
        self.assertTrue(self.forecast(plan).never_falls)
        _answer, rows = self.results(plan)
        red = rows["Red"]
        for column in range(4):
            self.assertGreaterEqual(red["low"][column], red["actual"][column])
            self.assertGreaterEqual(red["landing"][column], red["low"][column])
        self.assertLess(red["landing"][-1] - red["actual"][-1], 3000)

    def test_refunds_may_be_forecast_for_money_and_not_for_counts(self):
        self.weekly_orders([1000.0, -400.0] * 20)
        plan = self.plan()
        self.assertFalse(self.forecast(plan).never_falls)
        counted = self.plan(measure="orders")
        self.assertTrue(self.forecast(counted).never_falls)

    def test_a_new_level_is_told(self):
        self.weekly_orders(
            [1000.0 + 10 * (week % 5) for week in range(40)] + [2000.0 + 10 * week for week in range(10)]
        )
        plan = self.plan()
        forecast = self.forecast(plan)
        self.assertEqual(forecast.new_level["start"], "2029-12-06")
        _answer, rows = self.results(plan)
        self.assertIn("The week from 12/06/2029 began a new level", rows["Red"]["forecast"]["unusual"][-1])

    def test_a_part_of_the_actuals_has_no_landing(self):
        """Who sees a part of a line's sales would get a part plus the forecast of everything."""
        self.team.company_id = False
        for week in range(40):
            day = datetime.date(2030, 2, 13) - datetime.timedelta(days=7 * week)
            self.order(str(day), price=100.0 + week % 3, user_id=self.colleague.id)
        plan = self.target(period_type="quarter", date_start="2030-01-01", team_id=self.team.id)
        user = self.people["user"]
        with freeze_time("2030-02-14 12:00:00"):
            plan.action_refresh_forecast()
        _answer, rows = self.results(plan, person=user)
        self.assertTrue(rows["Blue"]["seen_whole"])
        self.assertGreater(rows["Blue"]["landing"][-1], 0)
        # The team sells in the branch as well, where this user does not work.
        self.order("2030-01-11", price=5000.0, company=self.branch, user_id=self.colleague.id)
        answer, rows = self.results(plan, person=user)
        blue = rows["Blue"]
        self.assertFalse(blue["seen_whole"])
        self.assertEqual((blue["landing"][-1], blue["probability"][-1]), (None, None))
        self.assertIn("You do not see all sales", blue["forecast"]["message"])
        self.assertEqual([alert for alert in answer["alerts"] if alert["kind"] in ("landing", "history")], [])
        _answer, rows = self.results(plan)
        self.assertGreater(rows["Blue"]["landing"][-1], 5000.0)

    def test_the_cron_forecasts_plans_in_force(self):
        plan = self.plan(lines=False)
        draft = self.plan(lines=False, scenario="stretch")
        self._into_force(plan)
        with self.enter_registry_test_mode(), freeze_time("2030-02-14 12:00:00"):
            self.env.ref("sales_revenue_mgmt.revenue_target_forecast_cron").method_direct_trigger()
        forecasts = self.env["revenue.target.forecast"].search([("target_id", "in", (plan | draft).ids)])
        self.assertEqual(forecasts.target_id, plan)

    def test_alerts(self):
        self.company.revenue_alert_pacing = 0.9
        plan = self.plan()
        self._into_force(plan)
        answer, _rows = self.results(plan)
        behind = [alert["name"] for alert in answer["alerts"] if alert["kind"] == "behind"]
        self.assertIn(self.people["user"].name, behind)
        self.company.revenue_alert_pacing = 0.1
        answer, _rows = self.results(plan)
        self.assertNotIn(
            self.people["user"].name, [alert["name"] for alert in answer["alerts"] if alert["kind"] == "behind"]
        )
        history = [alert["name"] for alert in answer["alerts"] if alert["kind"] == "history"]
        self.assertIn(self.stranger.crm_team_ids.name, history)
        self.assertNotIn(self.people["user"].name, history)

    def test_who_sells_without_a_target(self):
        plan = self.plan()
        with freeze_time("2030-02-14 12:00:00"):
            found = plan.get_people_without_target()
            self.assertEqual(
                [row["user_id"] for row in found], [self.stranger.id, self.people["user"].id, self.colleague.id]
            )
        self._into_force(plan)
        with freeze_time("2030-02-14 12:00:00"):
            found = plan.get_people_without_target()
        self.assertEqual([row["user_id"] for row in found], [self.stranger.id])
        answer, _rows = self.results(plan)
        (alert,) = [alert for alert in answer["alerts"] if alert["kind"] == "nobody"]
        self.assertEqual((alert["name"], alert["label"]), (self.stranger.name, "No target"))
        self.assertRegex(alert["message"], r"has sold .*1,500\.00.* in the last 90 days and has no target in force")
        # A draft promises nothing yet, and a plan of teams is not for people.
        answer, _rows = self.results(self.plan(scenario="stretch"))
        self.assertNotIn("nobody", [alert["kind"] for alert in answer["alerts"]])

    def test_team_user_and_company_show_their_targets(self):
        plan = self.plan()
        self._into_force(plan)
        with freeze_time("2030-02-14 12:00:00"):
            self.env.invalidate_all()
            self.assertEqual((self.team.revenue_target_amount, self.team.revenue_target_actual), (1500.0, 300.0))
            self.assertFalse(self.coast_team.revenue_target_amount)
            mine = self.line(plan, self.people["user"])
            self.assertEqual((mine.status, mine.current_amount, mine.current_actual), ("behind", 750.0, 0.0))
        self.assertEqual(self.team.revenue_target_count, 1)
        self.assertEqual(self.people["user"].revenue_target_count, 1)
        self.assertEqual(self.company.revenue_target_count, 1)
        action = self.team.action_open_revenue_targets()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).team_id, self.team)

    def test_a_thousand_cells_with_few_queries(self):
        plan = self.plan()
        plan.get_results()
        self.env.invalidate_all()
        self.env.flush_all()
        with self.assertQueryCount(30):
            plan.get_results()

    def test_bad_dates(self):
        plan = self.plan()
        for day in ("soon", None, 5):
            with self.assertRaisesRegex(UserError, "As of"):
                plan.get_as_of(day)
        with self.assertRaisesRegex(UserError, "another version"):
            plan.get_comparison(plan.id)
