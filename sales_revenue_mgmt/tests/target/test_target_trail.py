"""What the trail says of a plan's changes, word for word, however they are carried out; and how many queries they take."""

import json

from odoo import Command
from odoo.tests import tagged

from ...models.audit.chain import digest
from .test_target_plan import PlanCase

# Change → of each entry that it adds: the event, and what was and what is of each field that differs.
SAID = {
    "a line more": [
        [
            "changed",
            {
                "amount": ["9000", "9100"],
                "line_ids": [
                    "Northwind 2030-01-01: 3000.00; Northwind 2030-02-01: 3000.00; Northwind 2030-03-01: 3000.00",
                    "Northwind 2030-01-01: 3033.34; Northwind 2030-02-01: 3033.33; Northwind 2030-03-01: "
                    "3033.33; Green 2030-01-01 – 2030-03-31; Green 2030-01-01: 33.34; Green 2030-02-01: "
                    "33.33; Green 2030-03-01: 33.33",
                ],
            },
        ]
    ],
    "another total": [["changed", {"amount": ["9100", "9000"], "line_ids": ["5 lines, 9100.0", "5 lines, 9000.0"]}]],
    "an amount, locked": [
        [
            "changed",
            {
                "amount": ["9000", "9021.98"],
                "line_ids": [
                    "Northwind 2030-01-01: 3000.00; Blue 2030-01-01: 1978.02; Ada 2030-01-01: 1978.02",
                    "Northwind 2030-01-01: 3021.98; Blue 2030-01-01: 2000.00; Ada 2030-01-01: 2000.00 (locked)",
                ],
            },
        ]
    ],
    "a line's total": [
        [
            "changed",
            {
                "amount": ["9021.98", "9065.94"],
                "line_ids": [
                    "Northwind 2030-02-01: 3000.00; Northwind 2030-03-01: 3000.00; Blue 2030-02-01: "
                    "1978.02; Blue 2030-03-01: 1978.02; Ada 2030-02-01: 1978.02; Ada 2030-03-01: "
                    "1978.02",
                    "Northwind 2030-02-01: 3021.98; Northwind 2030-03-01: 3021.98; Blue 2030-02-01: "
                    "2000.00; Blue 2030-03-01: 2000.00; Ada 2030-02-01: 2000.00; Ada 2030-03-01: "
                    "2000.00",
                ],
            },
        ]
    ],
    "a line's dates": [
        [
            "changed",
            {
                "line_ids": [
                    "Northwind 2030-01-01: 3021.98; Northwind 2030-02-01: 3021.98; Northwind "
                    "2030-03-01: 3021.98; Red 2030-01-01 – 2030-03-31; Red 2030-01-01: 989.01; Red "
                    "2030-02-01: 989.01; Red 2030-03-01: 989.01",
                    "Northwind 2030-01-01: 3516.49; Northwind 2030-02-01: 3516.48; Northwind "
                    "2030-03-01: 2032.97; Red 2030-01-01 – 2030-02-28; Red 2030-01-01: 1483.52; Red "
                    "2030-02-01: 1483.51; Red 2030-03-01: 0.00",
                ]
            },
        ]
    ],
    "another team": [
        [
            "changed",
            {
                "line_ids": [
                    "Red 2030-01-01 – 2030-02-28; Red 2030-01-01: 1483.52; Red 2030-02-01: 1483.51; Red "
                    "2030-03-01: 0.00",
                    "Grey 2030-01-01 – 2030-02-28; Grey 2030-01-01: 1483.52; Grey 2030-02-01: 1483.51; "
                    "Grey 2030-03-01: 0.00",
                ]
            },
        ]
    ],
    "a line less": [
        [
            "changed",
            {
                "amount": ["9065.94", "8967.03"],
                "line_ids": [
                    "Northwind 2030-01-01: 3516.49; Northwind 2030-02-01: 3516.48; Northwind 2030-03-01: "
                    "2032.97; Green 2030-01-01 – 2030-03-31; Green 2030-01-01: 32.97; Green 2030-02-01: "
                    "32.97; Green 2030-03-01: 32.97",
                    "Northwind 2030-01-01: 3483.52; Northwind 2030-02-01: 3483.51; Northwind 2030-03-01: 2000.00",
                ],
            },
        ]
    ],
    "by quarters": [
        ["changed", {"cadence": ["month", "quarter"]}],
        [
            "changed",
            {
                "line_ids": [
                    "Northwind 2030-01-01: 3483.52; Northwind 2030-02-01: 3483.51; Northwind 2030-03-01: "
                    "2000.00; Blue 2030-01-01: 2000.00; Blue 2030-02-01: 2000.00; Blue 2030-03-01: "
                    "2000.00; Ada 2030-01-01: 2000.00 (locked); Ada 2030-02-01: 2000.00; Ada 2030-03-01: "
                    "2000.00; Grey 2030-01-01: 1483.52; Grey 2030-02-01: 1483.51; Grey 2030-03-01: 0.00",
                    "Northwind 2030-01-01: 8967.03; Blue 2030-01-01: 6000.00; Ada 2030-01-01: 6000.00; "
                    "Grey 2030-01-01: 2967.03",
                ]
            },
        ],
    ],
    "by months": [
        ["changed", {"cadence": ["quarter", "month"]}],
        [
            "changed",
            {
                "line_ids": [
                    "Northwind 2030-01-01: 8967.03; Blue 2030-01-01: 6000.00; Ada 2030-01-01: 6000.00; "
                    "Grey 2030-01-01: 2967.03",
                    "Northwind 2030-01-01: 3625.62; Northwind 2030-02-01: 3274.75; Northwind 2030-03-01: "
                    "2066.66; Blue 2030-01-01: 2066.67; Blue 2030-02-01: 1866.67; Blue 2030-03-01: "
                    "2066.66; Ada 2030-01-01: 2066.67; Ada 2030-02-01: 1866.67; Ada 2030-03-01: 2066.66; "
                    "Grey 2030-01-01: 1558.95; Grey 2030-02-01: 1408.08; Grey 2030-03-01: 0.00",
                ]
            },
        ],
    ],
    "a month longer": [
        ["changed", {"date_end": ["2030-03-31", "2030-04-30"], "period_type": ["quarter", "custom"]}],
        [
            "changed",
            {
                "line_ids": [
                    "Northwind 2030-01-01 – 2030-03-31; Blue 2030-01-01 – 2030-03-31; Ada 2030-01-01 – 2030-03-31",
                    "Northwind 2030-01-01 – 2030-04-30; Northwind 2030-04-01: 0.00; Blue 2030-01-01 – "
                    "2030-04-30; Blue 2030-04-01: 0.00; Ada 2030-01-01 – 2030-04-30; Ada 2030-04-01: "
                    "0.00; Grey 2030-04-01: 0.00",
                ]
            },
        ],
    ],
    "orders": [
        [
            "changed",
            {
                "amount": ["8967.03", "8967"],
                "line_ids": [
                    "Northwind 2030-01-01: 3625.62; Northwind 2030-02-01: 3274.75; Northwind 2030-03-01: "
                    "2066.66; Blue 2030-01-01: 2066.67; Blue 2030-02-01: 1866.67; Blue 2030-03-01: 2066.66; "
                    "Ada 2030-01-01: 2066.67; Ada 2030-02-01: 1866.67; Ada 2030-03-01: 2066.66; Grey "
                    "2030-01-01: 1558.95; Grey 2030-02-01: 1408.08",
                    "Northwind 2030-01-01: 3626.00; Northwind 2030-02-01: 3275.00; Northwind 2030-03-01: "
                    "2066.00; Blue 2030-01-01: 2067.00; Blue 2030-02-01: 1867.00; Blue 2030-03-01: 2066.00; "
                    "Ada 2030-01-01: 2067.00; Ada 2030-02-01: 1867.00; Ada 2030-03-01: 2066.00; Grey "
                    "2030-01-01: 1559.00; Grey 2030-02-01: 1408.00",
                ],
            },
        ],
        ["changed", {"currency_id": ["USD", None], "measure": ["booked", "orders"]}],
    ],
    "money by quarters, and a total": [
        [
            "changed",
            {
                "amount": ["8967", "500.5"],
                "cadence": ["month", "quarter"],
                "currency_id": [None, "USD"],
                "line_ids": ["4 lines, 8967.0", "4 lines, 500.5"],
                "measure": ["orders", "booked"],
            },
        ],
        [
            "changed",
            {
                "line_ids": [
                    "Northwind 2030-01-01: 202.39; Northwind 2030-02-01: 182.80; "
                    "Northwind 2030-03-01: 115.31; Blue 2030-01-01: 115.37; Blue "
                    "2030-02-01: 104.21; Blue 2030-03-01: 115.31; Ada 2030-01-01: "
                    "115.37; Ada 2030-02-01: 104.21; Ada 2030-03-01: 115.31; Grey "
                    "2030-01-01: 87.02; Grey 2030-02-01: 78.59; Grey 2030-03-01: 0.00",
                    "Northwind 2030-01-01: 500.50; Blue 2030-01-01: 334.89; Ada "
                    "2030-01-01: 334.89; Grey 2030-01-01: 165.61",
                ]
            },
        ],
    ],
    "lines as commands": [
        ["changed", {"name": [None, "Mine"]}],
        [
            "changed",
            {
                "amount": ["500.5", "565.61"],
                "line_ids": [
                    "Northwind 2030-01-01: 500.50; Blue 2030-01-01: 334.89; Ada 2030-01-01: 334.89",
                    "Northwind 2030-01-01: 565.61; Blue 2030-01-01: 400.00; Ada 2030-01-01: 400.00",
                ],
            },
        ],
    ],
    "a copy": [
        [
            "created",
            {},
            {"amount": "565.61", "cadence": "quarter", "date_start": "2030-05-01", "line_ids": "1 lines, 565.61"},
        ],
        [
            "changed",
            {
                "amount": "565.61",
                "cadence": "quarter",
                "date_start": "2030-05-01",
                "line_ids": "Northwind 2030-05-01: 280.51; Northwind 2030-07-01: 285.10",
            },
            {
                "amount": "565.61",
                "cadence": "quarter",
                "date_start": "2030-05-01",
                "line_ids": "Northwind 2030-05-01: 565.61; Northwind 2030-07-01: 0.00; Blue 2030-05-01 – 2030-08-31; "
                "Blue 2030-05-01: 400.00; Blue 2030-07-01: 0.00; Ada 2030-05-01 – 2030-08-31; Ada "
                "2030-05-01: 400.00; Ada 2030-07-01: 0.00; Grey 2030-05-01 – 2030-08-31; Grey 2030-05-01: "
                "165.61; Grey 2030-07-01: 0.00",
            },
        ],
    ],
    "a revision": [
        [
            "created",
            {},
            {"amount": "700", "cadence": "quarter", "date_start": "2030-01-01", "line_ids": "4 lines, 700.0"},
        ]
    ],
}


@tagged("post_install", "-at_install")
class TestRevenueTargetTrail(PlanCase):
    def small_plan(self, **values):
        """A quarter by months: Northwind, below it Blue with Ada, and Red."""
        self.people["user"].name = "Ada"
        plan = self.plan(lines=False, **values)
        Line = self.env["revenue.target.line"]
        blue, _red = Line.create(
            [
                {"target_id": plan.id, "level": "team", "team_id": team.id, "amount": amount}
                for team, amount in ((self.team, 6000.0), (self.other_team, 3000.0))
            ]
        )
        user = self.people["user"]
        Line.create({"target_id": plan.id, "parent_id": blue.id, "level": "user", "user_id": user.id})
        return plan

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
        :return: of each entry that a change adds: the event, and of each field that differs, what was and what is
        :rtype: list
        """
        known, was = len(self.entries(plan)), self.lines_as_kept(plan)
        change()
        now, answer = self.lines_as_kept(plan), []
        entries = self.entries(plan)[known:]
        for entry in entries:
            before, after = json.loads(entry.before or "{}"), json.loads(entry.after or "{}")
            differs = {name: [self.shown(values.get(name)) for values in (before, after)] for name in before | after}
            answer.append([entry.event, {name: pair for name, pair in differs.items() if pair[0] != pair[1]}])
            if entry == entries[0] and before:
                self.assertEqual((before["line_ids"] or {}).get("id"), was)
            if entry == entries[-1] and after:
                self.assertEqual((after["line_ids"] or {}).get("id"), now)
        return answer

    @staticmethod
    def shown(value):
        return value["name"] if isinstance(value, dict) else value

    def changes(self, plan):
        """Name → what is done, one after the other."""
        Line, nobody = self.env["revenue.target.line"], self.env["res.users"]
        green, grey = self._team("Green", nobody, nobody), self._team("Grey", nobody, nobody)
        red, ada = self.line(plan, self.other_team), self.line(plan, self.people["user"])
        below = {"target_id": plan.id, "level": "team"}
        return {
            "a line more": lambda: Line.create([{**below, "team_id": green.id, "amount": 100.0}]),
            "another total": lambda: plan.write({"amount": 9000.0}),
            "an amount, locked": lambda: plan.set_cells(
                [{"line_id": ada.id, "date_start": "2030-01-01", "amount": 2000.0, "locked": True}]
            ),
            "a line's total": lambda: ada.write({"amount": 6000.0}),
            "a line's dates": lambda: red.write({"date_end": "2030-02-28"}),
            "another team": lambda: red.write({"team_id": grey.id}),
            "a line less": lambda: plan.remove_lines([{"line_id": self.line(plan, green).id}]),
            "by quarters": lambda: plan.write({"cadence": "quarter"}),
            "by months": lambda: plan.write({"cadence": "month"}),
            "a month longer": lambda: plan.write({"period_type": "custom", "date_end": "2030-04-30"}),
            "orders": lambda: plan.write({"measure": "orders"}),
            "money by quarters, and a total": lambda: plan.write(
                {"measure": "booked", "cadence": "quarter", "amount": 500.5}
            ),
            "lines as commands": lambda: plan.write(
                {"name": "Mine", "line_ids": [Command.update(ada.id, {"amount": 400.0})]}
            ),
        }

    def test_every_change_word_for_word(self):
        plan = self.small_plan()
        for name, change in self.changes(plan).items():
            with self.subTest(name):
                self.assertEqual(self.said(plan, change), SAID[name])
        copied = plan.copy()
        plan.write({"amount": 700.0})
        self._into_force(plan)
        self.as_seen_by(self.people["finance"], plan).action_revise()
        for name, other in (("a copy", copied), ("a revision", plan.revision_ids)):
            with self.subTest(name):
                entries = self.entries(other)
                self.assertEqual([self.in_short(entry) for entry in entries], SAID[name])
                self.assertEqual(json.loads(entries[-1].after)["line_ids"]["id"], self.lines_as_kept(other))
        self.assertIntact()

    def in_short(self, entry):
        names = ("amount", "cadence", "date_start", "line_ids")
        values = [json.loads(text or "{}") for text in (entry.before, entry.after)]
        return [entry.event, *({name: self.shown(own[name]) for name in names if name in own} for own in values)]

    # ------------------------------------------------------------------
    # 100 lines cost as many queries as 10
    # ------------------------------------------------------------------

    def test_as_many_queries_for_a_hundred_lines_as_for_ten(self):
        few, many = (self.queries(count) for count in (10, 100))
        # Odoo inserts and updates a hundred records with a statement.
        more = {name: (few[name], many[name]) for name in few if many[name] > few[name] + 2}
        self.assertEqual(more, {})

    def queries(self, count):
        """
        :return: change → how many queries it takes on a plan of so many lines below two teams
        :rtype: dict[str, int]
        """
        plan = self.target(period_type="quarter", date_start=f"{2030 + count}-01-01", amount=9000.0)
        plan = self.as_seen_by(self.people["finance"], plan)
        Line = plan.env["revenue.target.line"]
        categories = self.env["product.category"].create(
            [{"name": f"{count} {number}"} for number in range(count // 2)]
        )
        teams = Line.create(
            [
                {"target_id": plan.id, "level": "team", "team_id": team.id, "amount": 3000.0}
                for team in (self.team, self.other_team)
            ]
        )
        wanted = [
            {"target_id": plan.id, "parent_id": line.id, "level": "category", "category_id": category.id}
            for line in teams
            for category in categories
        ]
        counted = {}

        def measure(name, call):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            result = call()
            self.env.flush_all()
            counted[name] = self.env.cr.sql_log_count - before
            return result

        leaves = measure("make lines", lambda: Line.create(wanted))
        start = plan._periods()[0][0]
        cells = [{"line_id": line.id, "date_start": start, "amount": 20.0} for line in leaves]
        measure("amounts", lambda: plan.set_cells(cells))
        measure("a total", lambda: plan.write({"amount": 12345.67}))
        measure("lines' amounts", lambda: leaves.write({"amount": 100.0}))
        measure("lines' dates", lambda: leaves.write({"date_end": plan.date_end.replace(day=15)}))
        content = measure("export", plan._export_sheet)
        measure("import", lambda: plan._import_sheet(content))
        measure("by weeks", lambda: plan.write({"cadence": "week"}))
        measure("orders", lambda: plan.write({"measure": "orders"}))
        measure("money", lambda: plan.write({"measure": "booked"}))
        copied = measure("copy", plan.copy)
        measure("compare", lambda: plan.get_comparison(copied.id))
        removed = [{"line_id": line.id} for line in leaves[1:]]
        measure("remove lines", lambda: plan.remove_lines(removed))
        measure("submit", plan.action_submit)
        return counted
