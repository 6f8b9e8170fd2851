"""Sales targets: what they compute, and what they refuse, on every path."""

import contextlib
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import TargetCase


@tagged("post_install", "-at_install")
class TestRevenueTarget(TargetCase):
    def flush_tracking(self):
        """Tracking is written when the transaction ends."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    # ------------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------------

    @freeze_time("2030-03-10 12:00:00")
    def test_actual_attainment_variance_and_pacing(self):
        self.order("2030-03-02", quantity=4)
        target = self.target(amount=1550.0)
        self.assertEqual(target.actual, 400.0)
        self.assertAlmostEqual(target.attainment, 400 / 1550)
        self.assertEqual(target.variance, -1150.0)
        self.assertAlmostEqual(target.expected, 500.0)  # 10 of 31 days
        self.assertAlmostEqual(target.pacing, 0.8)
        self.assertEqual(target.status, "behind")

    def test_status_over_time(self):
        self.order("2030-03-02", quantity=5)
        target = self.target(amount=1000.0)
        reached = self.target(amount=500.0, team_id=self.team.id)
        for now, status in (
            ("2030-02-27", "upcoming"),
            ("2030-03-03", "on_track"),
            ("2030-03-20", "behind"),
            ("2030-04-01", "missed"),
        ):
            with freeze_time(now):
                (target | reached).invalidate_recordset()
                self.assertEqual(target.status, status)
                self.assertEqual(reached.status, "reached")
                self.assertIn(target, self.env["revenue.target"].search([("status", "=", status)]))
                self.assertNotIn(target, self.env["revenue.target"].search([("status", "!=", status)]))

    def test_behind_is_what_the_setting_says(self):
        self.order("2030-03-02", quantity=4)
        target = self.target(amount=1240.0)
        # 10 of 31 days: 400 of 400 expected.
        with freeze_time("2030-03-10"):
            for sold, below, status in (
                (0.0, 0.9, "on_track"),
                (-10.0, 0.9, "on_track"),
                (-40.0, 0.9, "on_track"),
                (-50.0, 0.9, "behind"),
                (-50.0, 0.8, "on_track"),
                (0.0, 1.1, "behind"),
            ):
                with self.subTest(sold=sold, below=below), contextlib.closing(self.env.cr.savepoint()):
                    if sold:
                        self.order("2030-03-03", price=sold)
                    self.company.revenue_alert_pacing = below
                    target.invalidate_recordset()
                    self.assertEqual((target.status, target.line_ids.status), (status, status))
                    self.assertIn(target, self.env["revenue.target"].search([("status", "=", status)]))

    def test_a_title_is_found_by_its_parts(self):
        targets = self.env["revenue.target"]
        month = self.target(team_id=self.team.id, user_id=self.people["user"].id, measure="margin")
        quarter = self.target(period_type="quarter", date_start="2030-04-01", measure="orders", amount=5.0)
        year = self.target(period_type="year", date_start="2031-01-01")
        free = self.target(period_type="custom", date_start="2030-02-03", date_end="2030-03-07")
        named = self.target(date_start="2030-11-01", name="Autumn, finally")
        made = month | quarter | year | free | named
        for target in made:
            for text in {target.display_name, target.display_name.upper(), target.display_name.replace(" · ", "·")}:
                with self.subTest(text):
                    self.assertEqual(targets.search([("display_name", "ilike", text)]) & made, target)
                    self.assertIn(target.id, [found[0] for found in targets.name_search(text)])
        for text, found in (
            ("2030 Q2", quarter),
            ("2031", year),
            ("2030-03", month),
            ("margin · 2030-03", month),
            ("Orders, 2030 Q2", quarter),
            ("Orders · 2030 Q3", targets),
            ("2030-13", targets),
            ("2030-02-30 – 2030-03-01", targets),
            ("(v2)", targets),
            (f"{month.display_name} (v1)", month),
            ("a · b · c · d · e · f · g", targets),
        ):
            with self.subTest(text):
                self.assertEqual(targets.search([("display_name", "ilike", text)]) & made, found)
        self.assertEqual(targets.search([("display_name", "not ilike", month.display_name)]) & made, made - month)
        self.assertEqual(targets.search([("display_name", "=", "Autumn, finally")]), named)

    def test_the_copy_of_a_named_year_has_the_next_year(self):
        plan = self.target(period_type="year", date_start="2030-01-01", name="Plan 2030, after 12030")
        copied = plan.copy()
        self.assertEqual(copied.name, "Plan 2031, after 12030")
        self.assertEqual(copied.copy({"name": "Plan 2030"}).name, "Plan 2030")
        month = self.target(date_start="2030-03-01", name="March 2030", team_id=self.team.id)
        self.assertEqual(month.copy().name, "March 2030")

    def test_the_day_turns_in_the_company_s_zone(self):
        target = self.target()
        self.company.revenue_tz = "Asia/Tokyo"
        with freeze_time("2030-02-28 16:00:00"):
            self.assertEqual(target._today(), date(2030, 3, 1))

    def test_nothing_to_divide_by_is_no_value(self):
        target = self.target(amount=0.0)
        self.assertIs(target.attainment, False)
        self.assertIs(target.pacing, False)
        self.assertEqual(target.read(["attainment"])[0]["attainment"], False)
        self.assertEqual(target.status, "none")
        row = self.env["revenue.target"]._read_group([("id", "=", target.id)], [], ["attainment:avg"])
        self.assertFalse(row[0][0])

    def test_scope_company_team_and_salesperson(self):
        self.order("2030-03-01", quantity=1)
        self.order("2030-03-01", quantity=2, user_id=self.colleague.id)
        self.order("2030-03-01", quantity=4, user_id=self.stranger.id, team_id=self.other_team.id)
        self.order("2030-03-01", quantity=8, company=self.branch, user_id=False, team_id=False)
        self.order("2030-03-01", quantity=16, company=self.other_company, user_id=False, team_id=False)
        whole = self.target()
        team = self.target(team_id=self.team.id)
        person = self.target(user_id=self.colleague.id)
        both = self.target(team_id=self.team.id, user_id=self.people["user"].id)
        branch = self.target(company_id=self.branch.id)
        self.assertEqual((whole | team | person | both | branch).mapped("actual"), [1500.0, 300.0, 200.0, 100.0, 800.0])

    def test_it_does_not_matter_which_companies_are_ticked(self):
        self.order("2030-03-01", company=self.branch, user_id=False, team_id=False)
        target = self.target()
        finance = self._person("both", "revenue_group_finance")
        finance.company_ids |= self.branch
        for ticked in (self.company, self.company | self.branch):
            seen = target.with_user(finance).with_context(allowed_company_ids=ticked.ids)
            self.assertEqual(seen.actual, 100.0)
        action = seen.action_open_actual()
        found = (
            self.env[action["res_model"]].with_user(finance).with_context(**action["context"]).search(action["domain"])
        )
        self.assertEqual(sum(found.mapped("amount_untaxed")), 100.0)

    def test_every_measure_of_many_targets_with_few_queries(self):
        self.order("2030-03-01")
        for measure in ("booked", "invoiced", "margin", "quantity", "orders", "new_customers"):
            for team in (self.team, self.other_team):
                for month in range(1, 7):
                    self.target(measure=measure, team_id=team.id, date_start=date(2030, month, 1))
        targets = self.env["revenue.target"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(targets), 72)
        self.env.flush_all()
        self.env.invalidate_all()
        one = targets[:1]
        one.mapped("attainment")
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        targets.mapped("attainment")
        # Per measure one question, and what belongs to it: dirty days, split documents, rules, first orders. And the plans'
        # phasing.
        self.assertLess(self.env.cr.sql_log_count - before, 36)

    def test_sums_and_ratios_of_groups(self):
        self.order("2030-03-01", quantity=3)
        self.order("2030-03-01", quantity=1, user_id=self.stranger.id, team_id=self.other_team.id)
        self.target(team_id=self.team.id, amount=600.0)
        self.target(team_id=self.other_team.id, amount=200.0)
        domain = [("company_id", "=", self.company.id)]
        aggregates = ["amount:sum", "actual:sum", "variance:sum", "attainment:avg"]
        (row,) = self.env["revenue.target"]._read_group(domain, ["measure"], aggregates)
        self.assertEqual([float(value) for value in row[1:]], [800.0, 400.0, -400.0, 0.5])
        rows = self.env["revenue.target"].formatted_read_group(domain, ["team_id"], aggregates)
        self.assertEqual({row["team_id"][1]: row["attainment:avg"] for row in rows}, {"Blue": 0.5, "Red": 0.5})
        # A team and a person in it count the same sale twice: they have no sum.
        inside = self.target(team_id=self.team.id, user_id=self.people["user"].id, amount=10.0)
        (row,) = self.env["revenue.target"]._read_group(domain, [], ["actual:sum", "attainment:avg"])
        self.assertEqual([value or None for value in row], [None, None])
        levels = dict(self.env["revenue.target"]._read_group(domain, ["scope_level"], ["attainment:avg"]))
        self.assertEqual(levels, {"team": 0.5, "team_user": 30.0})
        inside.unlink()
        # Nor have two scenarios, or two versions of one target.
        stretch = self.target(team_id=self.team.id, amount=900.0, scenario="stretch")
        (row,) = self.env["revenue.target"]._read_group(domain, [], ["amount:sum", "actual:sum"])
        self.assertEqual([value or None for value in row], [None, None])
        stretch.unlink()
        first = self.posted(amount=900.0, date_start="2030-05-01")
        self.as_("finance", first).action_revise()
        versions = [("id", "in", (first | first.revision_ids).ids)]
        (row,) = self.env["revenue.target"]._read_group(versions, [], ["amount:sum", "actual:sum"])
        self.assertEqual([value or None for value in row], [None, None])
        (row,) = self.env["revenue.target"]._read_group([*versions, ("state", "=", "posted")], [], ["amount:sum"])
        self.assertEqual(float(row[0]), 900.0)
        domain.append(("date_start", "=", "2030-03-01"))
        # Money and pieces have no sum.
        self.target(measure="orders", amount=1)
        (row,) = self.env["revenue.target"]._read_group(domain, [], ["amount:sum", "actual:sum", "attainment:avg"])
        self.assertEqual([value or None for value in row], [None, None, None])

    def test_search_by_computed_amounts_keeps_to_what_may_be_read(self):
        self.order("2030-03-01", quantity=3)
        mine = self.target(user_id=self.people["user"].id)
        self.target(user_id=self.stranger.id)
        seen = self.as_seen_by(self.people["user"], self.env["revenue.target"])
        self.assertEqual(seen.search([("actual", ">", 100), ("date_start", "=", "2030-03-01")]), mine)
        self.assertFalse(seen.search([("variance", ">", 0), ("date_start", "=", "2030-03-01")]))

    def test_archived_targets_keep_their_status(self):
        target = self.target(date_start="2020-01-01")
        target.active = False
        found = self.env["revenue.target"].search([("active", "=", False), ("status", "=", "missed")])
        self.assertIn(target, found)

    def test_a_company_s_currency_changes_before_it_has_entries(self):
        company = self.env["res.company"].create({"name": "New", "currency_id": self.env.ref("base.USD").id})
        target = self.target(company_id=company.id)
        company.currency_id = self.env.ref("base.EUR")
        self.assertEqual(target.currency_id, self.env.ref("base.EUR"))

    def test_an_archived_branch_still_counts(self):
        self.order("2030-03-01", company=self.branch, user_id=False, team_id=False)
        target = self.target()
        self.branch.active = False
        target.invalidate_recordset()
        self.assertEqual(target.actual, 100.0)

    def test_drill_down_adds_up(self):
        self.order("2030-03-01", quantity=3)
        self.order("2030-04-01", quantity=3)
        target = self.target(team_id=self.team.id)
        action = self.as_seen_by(self.people["manager"], target).action_open_actual()
        found = self.as_seen_by(self.people["manager"], self.env[action["res_model"]]).search(action["domain"])
        self.assertEqual(sum(found.mapped("amount_untaxed")), target.actual)

    # ------------------------------------------------------------------
    # Periods and names
    # ------------------------------------------------------------------

    def test_periods_follow_the_fiscal_year(self):
        company = self.other_company
        company.write({"fiscalyear_last_day": 31, "fiscalyear_last_month": "3"})
        quarter = self.target(company_id=company.id, period_type="quarter", date_start="2030-04-01")
        year = self.target(company_id=company.id, period_type="year", date_start="2031-04-01")
        self.assertEqual(quarter.date_end, date(2030, 6, 30))
        self.assertEqual(year.date_end, date(2032, 3, 31))
        self.assertIn("2031 Q1", quarter.display_name)
        self.assertTrue(year.display_name.endswith("2032"))

    def test_the_form_snaps_to_the_period(self):
        form = Form(self.env["revenue.target"])
        form.company_id = self.company
        form.measure = "orders"
        form.period_type = "quarter"
        form.date_start = "2030-05-17"
        form.amount = 5
        target = form.save()
        self.assertEqual((target.date_start, target.date_end), (date(2030, 4, 1), date(2030, 6, 30)))
        self.assertFalse(target.currency_id)
        self.assertEqual(target.display_name, "Northwind · Orders · 2030 Q2")

    def test_a_target_without_a_name_is_called_after_what_it_covers(self):
        target = self.target()
        self.assertEqual(target.display_name, "Northwind · Booked Amount · 2030-03")
        target.team_id = self.team
        self.assertEqual(target.display_name, "Blue · Booked Amount · 2030-03")
        self.team.name = "Azure"
        self.assertEqual(target.display_name, "Azure · Booked Amount · 2030-03")
        self.assertIn(target, self.env["revenue.target"].search([("display_name", "ilike", "azur")]))
        target.name = "Spring push"
        target.team_id = self.other_team
        self.assertEqual(target.display_name, "Spring push")

    def test_a_copy_is_the_next_period(self):
        target = self.target(period_type="quarter", date_start="2030-01-01")
        copy = target.copy()
        self.assertEqual((copy.date_start, copy.date_end), (date(2030, 4, 1), date(2030, 6, 30)))
        self.assertIn("Q2", copy.display_name)
        free = self.target(period_type="custom", date_start="2032-01-01", date_end="2032-01-10").copy()
        self.assertEqual((free.date_start, free.date_end), (date(2032, 1, 11), date(2032, 1, 20)))

    def test_the_default_measure_is_the_company_s(self):
        self.company.revenue_default_measure = "margin"
        self.assertEqual(self.env["revenue.target"].default_get(["measure"])["measure"], "margin")

    # ------------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------------

    def bad_inputs(self):
        """(values, what the sentence must name)"""
        foreign_team = self._team("Green", self.env["res.users"], self.env["res.users"], self.other_company)
        self.target(team_id=self.team.id, period_type="quarter", date_start="2030-01-01")
        yield {"period_type": "custom", "date_start": "2030-03-31", "date_end": "2030-03-01"}, "End Date"
        yield {"date_start": "2030-03-05"}, "2030-03-01 to 2030-03-31"
        yield {"amount": -5.0}, "Target: -5"
        yield {"amount": 1e300}, "Target: 1e"
        yield {"period_type": "custom", "date_end": "9999-12-31"}, "End Date: 9999-12-31"
        yield {"period_type": "custom", "date_start": "0001-01-01", "date_end": "2030-01-01"}, "Start Date: 0001-01-01"
        yield {"team_id": foreign_team.id}, "Sales Team"
        yield {"user_id": self._person("foreigner", "revenue_group_user", self.other_company).id}, "Salesperson"
        yield {"team_id": self.team.id}, "Start Date"

    def test_refused_by_create_and_write(self):
        for values, words in self.bad_inputs():
            with self.subTest(words), self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                self.target(**values)
        good = self.target(date_start="2031-01-01", team_id=self.other_team.id)
        for values, words in (
            ({"amount": -1}, "Target"),
            ({"date_end": "2030-12-01"}, "End Date"),
            ({"date_start": "2030-03-01", "date_end": "2030-03-31", "team_id": self.team.id}, "Start Date"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                good.write(values)

    def test_what_is_not_a_number_is_refused(self):
        for measure in ("booked", "orders"):
            for amount in (float("nan"), float("inf"), float("-inf")):
                with self.assertRaisesRegex(ValidationError, "Target: "), self.env.cr.savepoint():
                    self.target(amount=amount, measure=measure)
        target = self.target()
        with self.assertRaisesRegex(ValidationError, "Target: nan"), self.env.cr.savepoint():
            target.amount = float("nan")

    def test_a_portal_user_sells_nothing(self):
        portal = self._portal_user()
        with self.assertRaisesRegex(ValidationError, "Salesperson: Pat is a portal user"), self.env.cr.savepoint():
            self.target(user_id=portal.id)

    def test_an_unknown_measure_is_a_sentence(self):
        with self.assertRaisesRegex(ValueError, "Wrong value for revenue.target.measure"), self.env.cr.savepoint():
            self.target(measure="luck")

    def test_changes_are_tracked(self):
        target = self.target().with_context(tracking_disable=False)
        self.flush_tracking()
        target.write({"amount": 5.0, "period_type": "custom", "active": False})
        self.flush_tracking()
        tracked = target.message_ids.sudo().tracking_value_ids.field_id.mapped("name")
        self.assertEqual(set(tracked), {"amount", "period_type", "active"})

    def test_refused_by_the_form(self):
        for values, words in self.bad_inputs():
            if set(values) & {"date_start"} and "date_end" not in values:
                continue  # the form snaps to the period instead
            form = Form(self.env["revenue.target"])
            form.company_id = self.company
            form.amount = values.get("amount", 10.0)
            form.period_type = values.get("period_type", "month")
            form.date_start = values.get("date_start", "2030-03-01")
            if "date_end" in values:
                form.date_end = values["date_end"]
            if "team_id" in values:
                form.team_id = self.env["crm.team"].browse(values["team_id"])
            if "user_id" in values:
                form.user_id = self.env["res.users"].browse(values["user_id"])
            with self.subTest(words), self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                form.save()

    def test_refused_by_import_which_loses_nothing(self):
        columns = [
            "company_id/.id",
            "measure",
            "period_type",
            "date_start",
            "date_end",
            "amount",
            "team_id/.id",
            "user_id/.id",
        ]
        for values, words in self.bad_inputs():
            count = self.env["revenue.target"].search_count([])
            row = {"measure": "booked", "period_type": "month", "date_start": "2030-03-01", "amount": "10", **values}
            row["date_end"] = row.get("date_end") or ("2030-03-31" if row["period_type"] == "month" else "")
            data = [str(self.company.id), row["measure"], row["period_type"], row["date_start"], row["date_end"]]
            data += [str(row["amount"]), str(row.get("team_id", "")), str(row.get("user_id", ""))]
            good = [str(self.company.id), "orders", "month", "2033-01-01", "2033-01-31", "1", "", ""]
            result = self.env["revenue.target"].load(columns, [good, data])
            with self.subTest(words):
                self.assertFalse(result["ids"])
                if words.endswith("0001-01-01"):
                    continue  # Odoo's import cannot read that year, and says so
                self.assertRegex(" ".join(message["message"] for message in result["messages"]), words)
                self.assertEqual(self.env["revenue.target"].search_count([]), count)

    def test_overlap_within_one_batch_and_only_where_it_matters(self):
        values = {
            "company_id": self.company.id,
            "measure": "booked",
            "period_type": "month",
            "date_start": "2030-03-01",
            "amount": 1,
        }
        with self.assertRaisesRegex(ValidationError, "already covers"), self.env.cr.savepoint():
            self.env["revenue.target"].create([values, values])
        first = self.target()
        for other in (
            {"measure": "orders"},
            {"team_id": self.team.id},
            {"user_id": self.stranger.id},
            {"company_id": self.branch.id},
            {"date_start": "2030-04-01"},
        ):
            self.assertTrue(self.target(**other))
        first.active = False
        second = self.target()
        with self.assertRaisesRegex(ValidationError, "already covers"), self.env.cr.savepoint():
            first.active = True
        second.unlink()
        first.active = True

    def test_overlap_with_a_target_that_the_writer_may_not_read(self):
        self.target(team_id=self.other_team.id, user_id=self.people["user"].id)
        user = self.people["user"]
        values = {
            "measure": "booked",
            "period_type": "month",
            "date_start": "2030-03-01",
            "amount": 1,
            "user_id": user.id,
        }
        with self.assertRaisesRegex(ValidationError, "already covers"), self.env.cr.savepoint():
            self.as_seen_by(user, self.env["revenue.target"]).create({**values, "team_id": self.other_team.id})
