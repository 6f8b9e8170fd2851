"""Last year of a plan: the same months, or weeks, to the day, wherever it is asked for."""

from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ...analytics.forecast import forecast
from ...models.target.history import History
from .test_target_plan import PlanCase


@tagged("post_install", "-at_install")
class TestRevenueTargetYear(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # numpy and scipy are loaded before time stands still.
        forecast([1.0, 2.0] * 10, 2, 1)

    def year_plan(self, **values):
        return self.target(**{"period_type": "custom", "amount": 3650.0, **values})

    def last_year(self, plan):
        """A year earlier, as the grid, the results and the tools have it, which must agree; as finance sees it."""
        seen = self.as_seen_by(self.people["finance"], plan)
        grid = seen.get_grid()["lines"][0]["last_year"]
        baseline = seen.get_results()["lines"][0]["baseline"]
        copied = History(plan).sold()[plan._root().id]
        self.assertEqual(baseline[:-1], grid)
        self.assertEqual(copied, grid)
        self.assertEqual(baseline[-1], sum(grid))
        return grid

    def test_the_last_day_of_february(self):
        self.order("2024-02-28", price=40.0)
        self.order("2024-02-29", price=100.0)
        self.order("2024-03-01", price=1000.0)
        plan = self.target(period_type="month", date_start="2025-02-01")
        self.assertEqual(self.last_year(plan), [140.0])

    def test_a_fiscal_year_until_the_end_of_february(self):
        # One after the other, because branches follow field by field.
        self.company.fiscalyear_last_day = 28
        self.company.fiscalyear_last_month = "2"
        self.order("2023-03-01", price=7.0)
        self.order("2024-02-29", price=100.0)
        self.order("2024-03-01", price=1000.0)
        plan = self.target(period_type="year", date_start="2024-03-01")
        self.assertEqual((plan.date_start, plan.date_end), (date(2024, 3, 1), date(2025, 2, 28)))
        self.assertEqual(sum(self.last_year(plan)), 107.0)
        plan.cadence = "quarter"
        self.assertEqual(self.last_year(plan), [7.0, 0.0, 0.0, 100.0])

    def test_a_leap_year_s_february_after_one_of_28_days(self):
        self.order("2023-02-28", price=10.0)
        self.order("2023-03-01", price=1000.0)
        plan = self.target(period_type="month", date_start="2024-02-01")
        self.assertEqual(self.last_year(plan), [10.0])

    def test_weeks_of_a_year_have_the_year_s_total(self):
        for day, price in (("2024-12-31", 1000.0), ("2025-01-01", 1.0), ("2025-01-06", 2.0), ("2025-12-31", 4.0)):
            self.order(day, price=price)
        self.order("2026-01-01", price=5000.0)
        plan = self.year_plan(date_start="2026-01-01", date_end="2026-12-31", cadence="week")
        found = self.last_year(plan)
        self.assertEqual(sum(found), 7.0)
        # Monday of the second week, a year earlier.
        self.assertEqual((found[0], found[1], found[-1]), (1.0, 2.0, 4.0))

    def test_what_is_compared_by_category(self):
        self.order("2024-02-29", price=100.0)
        plan = self.target(period_type="month", date_start="2025-02-01", amount=500.0)
        self.order("2025-02-10", price=50.0)
        with freeze_time("2025-02-28 12:00:00"):
            parts = self.as_seen_by(self.people["finance"], plan).get_explanation(plan._root().id)["parts"]
        (chairs,) = [part for part in parts if part["name"] == self.category.display_name]
        self.assertEqual((chairs["expected"], chairs["actual"]), (500.0, 50.0))

    def test_the_shape_of_months_is_that_of_the_same_months(self):
        # The first of January is in no month 364 days before a plan of 2025, and the thirty-first belongs to January.
        self.order("2023-12-01", price=5.0)
        self.order("2024-01-01", price=300.0)
        self.order("2024-02-29", price=100.0)
        self.order("2024-03-31", price=600.0)
        plan = self.target(period_type="quarter", date_start="2025-01-01", amount=1000.0)
        with freeze_time("2024-12-31 12:00:00"):
            shares, notes = History(plan).seasonality(plan._root())
        self.assertEqual([round(share, 6) for share in shares], [0.3, 0.1, 0.6])
        self.assertFalse(notes)

    def test_the_plan_of_last_year_by_weeks(self):
        last = self.year_plan(date_start="2025-01-01", date_end="2025-12-31", cadence="week")
        self._into_force(last)
        plan = self.year_plan(date_start="2026-01-01", date_end="2026-12-31", cadence="week")
        copied = History(plan).planned(1.0)[plan._root().id]
        self.assertAlmostEqual(sum(copied), 3650.0, places=2)
        self.assertNotIn(None, copied)

    def test_the_plan_of_last_year_whose_weeks_lie_otherwise(self):
        """2028 begins on a Saturday and 2029 on a Monday: two weeks of the one lie in the first week of the other."""
        last = self.year_plan(date_start="2028-01-01", date_end="2028-12-31", cadence="week")
        self._into_force(last)
        plan = self.year_plan(date_start="2029-01-01", date_end="2029-12-31", cadence="week")
        copied = History(plan).planned(1.0)[plan._root().id]
        self.assertAlmostEqual(sum(amount or 0.0 for amount in copied), 3650.0, places=2)

    def test_periods_before_a_plan_that_begins_at_the_end_of_a_month(self):
        self.order("2029-12-31", price=10.0)
        self.order("2029-12-30", price=1000.0)
        plan = self.year_plan(date_start="2030-03-31", date_end="2030-06-30", cadence="month")
        # Three months: from 31 December; in steps of a month it would be from 28 December.
        self.assertEqual(History(plan).sold(3)[plan._root().id], [10.0])

    def test_what_was_sold_in_a_year(self):
        other = self.env["product.product"].create({"name": "Sold too early", "type": "consu"})
        line = {"product_id": other.id, "product_uom_qty": 1.0, "price_unit": 900.0}
        # 366 days before a plan that begins on 1 March 2025.
        self.order("2024-02-28", lines=[line])
        self.order("2024-03-01", price=100.0)
        plan = self.target(period_type="month", date_start="2025-03-01")
        with freeze_time("2025-03-01 12:00:00"):
            self.assertEqual(History(plan).sold_in_a_year(plan._root(), "product_id"), self.product.ids)
