"""What the trail says of a plan's changes, word for word, however they are carried out; and that 100 lines cost what 10 cost."""

import json

from odoo.tests import tagged

from ..report.revenue_audit_chain import digest
from .test_revenue_target_plan import PlanCase


@tagged("post_install", "-at_install")
class TestRevenueTargetTrail(PlanCase):
    def entries(self, plan):
        self.env.flush_all()
        domain = [("res_model", "=", plan._name), ("res_id", "=", plan.id)]
        return self.env["revenue.audit.entry"].sudo().search(domain, order="sequence")

    def lines_as_kept(self, plan):
        """The hash of lines and amounts as the format has it, put together from records one by one."""
        self.env.flush_all()
        self.env.invalidate_all()
        names = ("company_id", "team_id", "user_id", "category_id", "industry_id", "channel_id", "product_id")
        decimals = plan.currency_id.decimal_places if plan.currency_id else 0
        content = {}
        for line in plan.sudo().line_ids:
            cells = line.cell_ids.sorted("date_start")
            content["/".join(str(line[name].id or "") for name in names)] = {
                "from": str(line.date_start),
                "until": str(line.date_end),
                "amounts": [[str(cell.date_start), round(cell.amount * 10**decimals)] for cell in cells],
                "locked": [str(cell.date_start) for cell in cells if cell.locked],
            }
        if len(content) <= 1 and sum(len(line["amounts"]) for line in content.values()) <= 1:
            return None
        return digest(content, content)

    def said(self, plan, change):
        """
        :return: of each entry that a change adds: the event, and per field that differs, what was and what is
        :rtype: list
        """
        known = len(self.entries(plan))
        was = self.lines_as_kept(plan)
        change()
        now, answer = self.lines_as_kept(plan), []
        entries = self.entries(plan)[known:]
        for entry in entries:
            before, after = json.loads(entry.before or "{}"), json.loads(entry.after or "{}")
            if before and after:
                self.assertEqual(before.keys(), after.keys())
            self.assertIn((before.get("line_ids") or {}).get("id"), (was, None) if entry == entries[0] else (was, now, None))
            differs = {name: [self.shown(values.get(name)) for values in (before, after)] for name in before | after}
            answer.append([entry.event, {name: pair for name, pair in differs.items() if pair[0] != pair[1]}])
        if entries and after:
            self.assertEqual((after["line_ids"] or {}).get("id"), now)
        return answer

    @staticmethod
    def shown(value):
        return value["name"] if isinstance(value, dict) else value

    def test_dump(self):
        plan = self.plan()
        plan.currency_id
        Line = self.env["revenue.target.line"]
        third = self._team("Green", self.env["res.users"], self.env["res.users"])
        mine = self.line(plan, self.people["user"])
        changes = {
            "lines": lambda: Line.create(
                [
                    {"target_id": plan.id, "level": "team", "team_id": third.id, "amount": 100.0},
                    {
                        "target_id": plan.id,
                        "level": "user",
                        "user_id": self.stranger.id,
                        "parent_id": self.line(plan, self.other_team).id,
                    },
                ]
            ),
            "total": lambda: plan.write({"amount": 9000.0}),
            "cells": lambda: plan.set_cells([{"line_id": mine.id, "date_start": "2030-01-01", "amount": 800.0, "locked": True}]),
            "line": lambda: mine.write({"amount": 2000.0}),
            "dates": lambda: mine.write({"date_end": "2030-02-28"}),
            "team": lambda: self.line(plan, self.other_team).write({"team_id": self._team("Blues", self.env["res.users"], self.env["res.users"]).id}),
            "remove": lambda: plan.remove_lines([{"line_id": self.line(plan, third).id}]),
            "quarter": lambda: plan.write({"cadence": "quarter"}),
            "weeks": lambda: plan.write({"cadence": "week"}),
            "months": lambda: plan.write({"cadence": "month"}),
            "longer": lambda: plan.write({"period_type": "custom", "date_end": "2030-04-30"}),
            "measure": lambda: plan.write({"measure": "orders"}),
            "measure and periods": lambda: plan.write({"measure": "booked", "cadence": "quarter", "amount": 500.5}),
            "name": lambda: plan.write({"name": "Another"}),
            "submit": plan.action_submit,
        }
        import pprint

        for name, change in changes.items():
            out = self.said(plan, change)
            print(name, ":", pprint.pformat(out, width=150))
        plan2 = self.plan(scenario="commit")
        copied = plan2.copy()
        print("copy", pprint.pformat(self.said(copied, lambda: None)))
        for entry in self.entries(copied):
            print(entry.event, entry.before, entry.after)
        self._into_force(plan2)
        self.as_seen_by(self.people["finance"], plan2).action_revise()
        for entry in self.entries(plan2):
            print(entry.event, entry.before, entry.after)
        for entry in self.entries(plan2.revision_ids):
            print(entry.event, entry.before, entry.after)
