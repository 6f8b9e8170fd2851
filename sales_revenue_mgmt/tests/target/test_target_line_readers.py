"""Lines as those see them who may not open the plan, and what lists of them add up to."""

from datetime import date

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..common import ROLES
from .test_target_results import ResultCase

# Who may read which lines of a plan of the company: of the team Blue, which the manager leads, with user and colleague in it.
READERS = {
    "user": {"Blue", "user", "colleague"},
    "manager": {"Blue", "user", "colleague"},
    "finance": {"root", "Blue", "Red", "user", "colleague"},
    "auditor": {"root", "Blue", "Red", "user", "colleague"},
    "admin": set(),
}


@tagged("post_install", "-at_install")
class TestRevenueTargetLineReaders(ResultCase):
    def lines(self, plan):
        return {
            "root": plan.root_line_id.sudo(),
            "Blue": self.line(plan, self.team),
            "Red": self.line(plan, self.other_team),
            "user": self.line(plan, self.people["user"]),
            "colleague": self.line(plan, self.colleague),
        }

    def test_role_matrix(self):
        """Every role × line × action, on a plan of the company that finance has made."""
        plan = self.plan()
        lines = self.lines(plan)
        for role in ROLES:
            for name, line in lines.items():
                seen = self.as_seen_by(self.people[role], line)
                cell = self.as_seen_by(self.people[role], line.cell_ids[0])
                readable = name in READERS[role]
                actions = {
                    "read": (readable, lambda seen=seen: seen.read(["amount", "actual"])),
                    "cells": (readable, lambda cell=cell: cell.read(["amount"])),
                    "results": (readable, lambda seen=seen: seen.get_results()),
                    "explanation": (readable, lambda seen=seen: seen.get_explanation()),
                    "drill-down": (readable, lambda seen=seen: seen.action_open_actual()),
                    "write": (role == "finance", lambda seen=seen: seen.write({"amount": 100.0})),
                    "cell": (role == "finance", lambda cell=cell: cell.write({"amount": 50.0})),
                    "unlink": (role == "finance" and name != "root", lambda seen=seen: seen.unlink()),
                }
                for action, (allowed, act) in actions.items():
                    with self.subTest(role=role, line=name, action=action), self.env.cr.savepoint() as point:
                        if allowed:
                            act()
                        else:
                            with self.assertRaises(UserError if name == "root" else AccessError):
                                act()
                        self.env.flush_all()
                        point.rollback()
                    self.env.invalidate_all()

    def test_my_targets_has_lines_of_plans_that_one_may_not_open(self):
        """With the filters that the menu opens with."""
        plan = self.plan()
        arch = etree.fromstring(self.env.ref("sales_revenue_mgmt.revenue_target_line_view_search").arch)
        user = self.people["user"]
        line = self.as_seen_by(user, self.line(plan, user))
        self.assertFalse(self.as_seen_by(user, plan).has_access("read"))
        for name in ("mine", "current"):
            (found,) = arch.xpath(f"//filter[@name='{name}']")
            domain = safe_eval(found.get("domain"), {"uid": user.id})
            self.assertIn(line, line.search(domain), name)
        # A branch's own plan, of which the line of the company is the branch.
        branch = self.company
        branch.revenue_manager_id = self.people["finance"]
        (found,) = arch.xpath("//filter[@name='mine']")
        root = self.as_seen_by(self.people["finance"], plan.root_line_id)
        self.assertIn(root, root.search(safe_eval(found.get("domain"), {"uid": self.people["finance"].id})))

    def test_the_results_of_a_line_are_those_of_the_plan(self):
        plan = self.plan()
        with freeze_time("2030-02-14 12:00:00"):
            whole = {row["id"]: row for row in plan.get_results()["lines"]}
            for person, expected in ((self.people["manager"], 3), (self.people["user"], 3)):
                line = self.as_seen_by(person, self.line(plan, self.team))
                answer = line.get_results()
                self.assertEqual(len(answer["lines"]), expected)
                self.assertEqual(answer["lines"][0]["depth"], 0)
                for row in answer["lines"]:
                    for name in ("target", "actual", "expected", "baseline", "attainment", "variance", "pacing"):
                        self.assertEqual(row[name], whole[row["id"]][name], name)
                self.assertEqual(line.get_explanation(), plan.get_explanation(line.id))
                # Nothing of lines elsewhere in the plan.
                self.assertNotIn("Red", str(answer))

    def test_a_line_tells_nothing_of_parts_that_its_reader_may_not_read(self):
        inner = self.env["res.company"].create({"name": "Harbour", "parent_id": self.branch.id, "revenue_tz": "UTC"})
        self.env.user.company_ids |= inner
        self.branch.revenue_manager_id = self._person("harbourmaster", "revenue_group_manager", self.branch)
        plan = self.plan(lines=False)
        Line = self.env["revenue.target.line"]
        outer = Line.create({"target_id": plan.id, "level": "branch", "company_id": self.branch.id})
        Line.create({"target_id": plan.id, "parent_id": outer.id, "level": "branch", "company_id": inner.id})
        seen = self.as_seen_by(self.branch.revenue_manager_id, outer)
        with freeze_time("2030-02-14 12:00:00"):
            self.assertEqual([row["name"] for row in seen.get_results()["lines"]], [self.branch.name])
            explained = seen.get_explanation()
            self.assertNotIn("Harbour", str(explained))
            # Together, as what is not told apart; who reads the plan is told.
            (others,) = [part for part in explained["parts"] if part["kind"] == "Line"]
            self.assertEqual((others["name"], others["expected"]), ("Everybody else", 4500.0))
            self.assertIn("Harbour", str(plan.get_explanation(outer.id)))
            self.assertNotIn("Everybody else", str(plan.get_explanation(outer.id)))
        # Finance without the branches reads the plan, and what its lines add up to for them.
        finance = self.as_seen_by(self.people["finance"], plan)
        self.assertTrue(finance.get_explanation(outer.id))
        self.assertEqual(finance.action_open_line(outer.id)["res_model"], "sale.order")
        with self.assertRaisesRegex(UserError, "is not a line of"):
            finance.action_open_line(self.target(scenario="commit").root_line_id.id)

    def test_rank_and_share_are_among_all_parts_or_none(self):
        plan = self.plan()
        with freeze_time("2030-02-14 12:00:00"):
            whole = {row["id"]: row for row in plan.get_results()["lines"]}
            team = self.as_seen_by(self.people["manager"], self.line(plan, self.team))
            for row in team.get_results()["lines"][1:]:
                self.assertEqual(
                    (row["rank"], row["share_of_gap"]), tuple(whole[row["id"]][k] for k in ("rank", "share_of_gap"))
                )
            alone = self.as_seen_by(self.colleague, self.line(plan, self.colleague))
            first = alone.get_results()["lines"][0]
        self.assertEqual((first["rank"], first["share_of_gap"]), (None, None))

    def test_a_context_of_the_client_changes_no_number(self):
        plan = self.plan()
        seen = self.as_seen_by(self.people["finance"], plan).with_context(revenue_documents=[])
        self.assertEqual(seen.get_results()["lines"][0]["actual"][-1], 2400.0)
        order = self.env["sale.order"].search([("company_id", "=", self.company.id)], limit=1)
        self.assertEqual(
            order.with_context(revenue_documents=[]).with_user(self.people["finance"]).revenue_counted, 0.0
        )

    def test_a_rule_of_the_administrator_hides_numbers_and_landing(self):
        plan = self.plan(lines=False)
        facts = self.as_seen_by(self.people["finance"], self.env["revenue.facts"])
        self.assertTrue(facts.sees_all("booked", self.company.ids))
        self.assertFalse(facts.sees_all("booked", (self.company | self.branch).ids))
        for domain in (f"[('company_id', '=', {self.branch.id})]", "[(0, '=', 1)]"):
            rule = self.env["ir.rule"].create(
                {"name": "Hidden", "model_id": self.env["ir.model"]._get_id("sale.order"), "domain_force": domain}
            )
            self.assertFalse(facts.sees_all("booked", self.company.ids), domain)
            (row,) = self.as_seen_by(self.people["finance"], plan).get_results()["lines"]
            self.assertEqual((row["actual"][-1], row["seen_whole"]), (0.0, False))
            rule.unlink()

    def test_what_stands_in_the_way_is_named_to_its_readers_only(self):
        secret = self.target(team_id=self.other_team.id, name="Secret plan")
        for role, named in (("user", False), ("manager", False), ("finance", True)):
            with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                values = {name: secret[name].id for name in ("company_id", "team_id")}
                self.as_seen_by(self.people[role], self.env["revenue.target"]).create(
                    {**values, "measure": "booked", "period_type": "month", "date_start": "2030-03-01", "amount": 1.0}
                )
            if "Secret plan" in str(caught.exception):
                self.assertTrue(named, role)
            else:
                self.assertFalse(named, f"{role}: {caught.exception}")

    def test_who_may_open_the_plan_is_offered_it(self):
        plan = self.plan()
        line = self.line(plan, self.team)
        for role, may in (("user", False), ("manager", False), ("finance", True), ("auditor", True)):
            self.assertEqual(self.as_seen_by(self.people[role], line).can_open_plan, may, role)

    def test_lines_are_found_by_what_they_are_called(self):
        plan = self.plan()
        Line = self.env["revenue.target.line"]
        domain = [("target_id", "=", plan.id)]
        team, person = self.line(plan, self.team), self.line(plan, self.colleague)
        self.assertEqual(dict(Line.name_search("Blu", domain)), {team.id: "Blue"})
        self.assertEqual(Line.search([*domain, ("display_name", "=", self.colleague.name)]), person)
        self.assertEqual(Line.name_search("zzzz", domain), [])
        self.assertEqual(Line.search_count([*domain, ("display_name", "not ilike", "blu")]), 4)
        found = self.as_seen_by(self.people["user"], Line).name_search("Red", domain)
        self.assertEqual(found, [])

    def test_sums_of_lines(self):
        plan = self.plan()
        aggregates = ["amount:sum", "actual:sum", "variance:sum", "attainment:avg"]

        def sums(domain, by=()):
            domain = [("company_id", "in", (self.company | self.branch).ids), *domain]
            rows = self.env["revenue.target.line"]._read_group(domain, by, aggregates)
            return [[float(value) if value else None for value in row[len(by) :]] for row in rows]

        self.assertEqual(sums([("level", "=", "team")]), [[9000.0, 2400.0, -6600.0, 2400 / 9000]])
        by_level = sums([], ["level"])
        self.assertEqual(sorted(row[0] for row in by_level), [4500.0, 9000.0, 9000.0])
        # A team and its people; two scenarios; two versions that are not in force: the same sale twice.
        self.assertEqual(sums([]), [[None] * 4])
        stretch = self.plan(scenario="stretch")
        self.assertEqual(sums([("level", "=", "team")]), [[None] * 4])
        self.assertEqual(
            sums([("level", "=", "team"), ("scenario", "=", "stretch")]), [[9000.0, 2400.0, -6600.0, 2400 / 9000]]
        )
        stretch.unlink()
        self._into_force(plan)
        self.as_seen_by(self.people["finance"], plan).action_revise()
        self.assertEqual(sums([("level", "=", "team")]), [[None] * 4])
        self.assertEqual(sums([("level", "=", "team"), ("state", "=", "posted")])[0][0], 9000.0)
        # Another plan in force promises nothing of it again.
        alone = self.target(period_type="quarter", date_start="2030-04-01", team_id=self.team.id, amount=500.0)
        self.as_seen_by(self.people["finance"], alone).action_submit()
        self.as_seen_by(self.people["manager"], alone).action_approve()
        self.as_seen_by(self.people["finance"], alone).action_post()
        self.assertEqual(sums([("level", "=", "team"), ("state", "=", "posted")])[0][0], 9500.0)

    def test_branches_of_branches_have_no_sum(self):
        inner = self.env["res.company"].create({"name": "Harbour", "parent_id": self.branch.id, "revenue_tz": "UTC"})
        self.env.user.company_ids |= inner
        plan = self.plan(lines=False)
        Line = self.env["revenue.target.line"].with_context(
            allowed_company_ids=(self.company | self.branch | inner).ids
        )
        outer = Line.create({"target_id": plan.id, "level": "branch", "company_id": self.branch.id})
        Line.create({"target_id": plan.id, "parent_id": outer.id, "level": "branch", "company_id": inner.id})
        domain = [("target_id", "=", plan.id), ("level", "=", "branch")]
        self.assertEqual(Line._read_group(domain, [], ["amount:sum"])[0][0] or None, None)

    def test_a_copy_of_whole_months_is_as_many_months(self):
        plan = self.target(period_type="custom", date_start="2030-01-01", date_end="2030-03-31")
        self.assertEqual(
            [plan.copy().date_start, plan.copy({"name": "x", "scenario": "commit"}).date_end],
            [date(2030, 4, 1), date(2030, 6, 30)],
        )
        days = self.target(
            period_type="custom", date_start="2030-01-07", date_end="2030-01-20", scenario="stretch"
        ).copy()
        self.assertEqual([days.date_start, days.date_end], [date(2030, 1, 21), date(2030, 2, 3)])
