"""target: one call for a plan of 200 people and 12 periods on the loaded data; making, editing and forecasting it."""

import datetime
import statistics
import time

from .database import environment, parser

PEOPLE = 200
BAR_MS = 300


def main():
    arguments = parser("Measure sales target plans.")
    arguments.add_argument("--repeat", type=int, default=9, help="calls of each kind; the median counts (default: 9)")
    options = arguments.parse_args()
    # Everything is made in one transaction that is given up at the end.
    with environment(options, commit=False) as env:
        Bench(env, options.repeat).run()


class Bench:
    def __init__(self, env, repeat):
        companies = env["res.company"].search([])
        self.env = env(context={**env.context, "allowed_company_ids": companies.ids})
        self.env.user.company_ids = companies
        self.repeat = repeat

    def run(self):
        self.env["revenue.fact.refresh"].refresh_all()
        self.env.cr.execute("SELECT COUNT(*) FROM sale_order_line")
        print(f"{self.env.cr.fetchone()[0]:,} order lines")
        plan = self._made()
        levels = plan.line_ids.grouped("level")
        print(
            ", ".join(f"{len(lines)} {level} lines" for level, lines in levels.items()), f"x {len(plan._periods())}\n"
        )
        print(f"{'what':44} {'median ms':>10} {'queries':>8}")
        self._time("get_grid", plan.get_grid)
        self._time("get_results, no forecast yet", plan.get_results)
        began = time.perf_counter()
        plan.action_refresh_forecast()
        self.env.flush_all()
        print(f"{'forecasts of all lines, once a night, s':44} {time.perf_counter() - began:10.1f}")
        median = self._time("get_results, with landings", plan.get_results)
        self._time("get_explanation of the plan", lambda: plan.get_explanation(plan.root_line_id.id))
        self._time("the plan's own actual", lambda: plan.actual)
        root = plan.root_line_id
        self._time("set_cells: one total over all lines", lambda: self._edit(plan, root), flush=True)
        leaf = plan.line_ids.filtered(lambda line: line.level == "user")[:1]
        self._time("set_cells: one amount of one person", lambda: self._edit(plan, leaf), flush=True)
        print(f"\nresults within {BAR_MS} ms: {'yes' if median <= BAR_MS else 'NO'} ({median:.0f} ms)")
        self._errors(plan)
        self._agrees(plan)

    def _made(self):
        """The whole organisation over twelve months, with people added until there are 200."""
        env = self.env
        company = env["res.company"].search([("parent_id", "=", False)], limit=1, order="id")
        today = datetime.date.today()
        start = (today.replace(day=1) - datetime.timedelta(days=180)).replace(day=1)
        end = (start + datetime.timedelta(days=364 + 31)).replace(day=1) - datetime.timedelta(days=1)
        # Whatever stands in the way; it comes back with the transaction.
        env.cr.execute("UPDATE revenue_target SET active = FALSE WHERE scenario = 'stretch'")
        began = time.perf_counter()
        plan = env["revenue.target"].create(
            {
                "name": "Measured",
                "company_id": company.id,
                "measure": "booked",
                "scenario": "stretch",
                "period_type": "custom",
                "date_start": start,
                "date_end": end,
                "amount": 5_000_000.0,
            }
        )
        tool = {"target_id": plan.id, "line_id": plan.root_line_id.id, "tool": "lines"}
        for level in ("branch", "team", "user"):
            wizard = env["revenue.target.tool"].create({**tool, "level": level})
            if wizard._lines_to_add()[0]:
                wizard.action_apply()
        people = plan.line_ids.filtered(lambda line: line.level == "user")
        teams = plan.line_ids.filtered(lambda line: line.level == "team")
        missing = PEOPLE - len(people)
        users = env["res.users"].create(
            [
                {
                    "name": f"Measured {number}",
                    "login": f"measured.{number}",
                    "company_id": teams[number % len(teams)].company_id.id,
                    "company_ids": [(6, 0, teams[number % len(teams)].company_id.ids)],
                }
                for number in range(max(missing, 0))
            ]
        )
        env["revenue.target.line"].create(
            [
                {
                    "target_id": plan.id,
                    "parent_id": teams[number % len(teams)].id,
                    "level": "user",
                    "user_id": user.id,
                    "amount": 10000.0,
                }
                for number, user in enumerate(users)
            ]
        )
        env.flush_all()
        print(f"made in {time.perf_counter() - began:.1f} s")
        return plan

    def _edit(self, plan, line):
        start = plan._periods()[0][0]
        amount = line.cell_ids[0].amount + 1000.0
        plan.set_cells([{"line_id": line.id, "date_start": start, "amount": amount}])

    def _time(self, name, call, flush=False):
        times = []
        for _number in range(self.repeat + 1):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            began = time.perf_counter()
            call()
            if flush:
                self.env.flush_all()
            times.append((time.perf_counter() - began) * 1000)
            queries = self.env.cr.sql_log_count - before
        # The first call pays for imports and cold caches.
        median = statistics.median(times[1:])
        print(f"{name:44} {median:10.0f} {queries:8}")
        return median

    def _errors(self, plan):
        forecasts = self.env["revenue.target.forecast"].search([("target_id", "=", plan.id)])
        made = forecasts.filtered("weekly")
        print(f"{len(made)} of {len(forecasts)} lines have a forecast; the others say why not")
        for level in ("company", "branch", "team", "user"):
            own = made.filtered(lambda forecast, level=level: forecast.line_id.level == level)
            if own:
                wape, mase = (statistics.median(own.mapped(name)) for name in ("wape", "mase"))
                methods = ", ".join(sorted(set(own.mapped("method"))))
                print(f"  {level:8} median WAPE {wape:.1%}, MASE {mase:.2f}; {methods}")

    def _agrees(self, plan):
        """Each person's actual, by plain SQL over the order lines."""
        answer = plan.get_results()
        self.env.cr.execute(
            """
            SELECT o.user_id, o.team_id, SUM(l.price_subtotal / COALESCE(NULLIF(o.currency_rate, 0), 1))
              FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id JOIN res_company c ON c.id = o.company_id
             WHERE o.state = 'sale' AND l.display_type IS NULL AND NOT COALESCE(l.is_downpayment, FALSE)
               AND (o.date_order AT TIME ZONE 'UTC' AT TIME ZONE c.revenue_tz)::date BETWEEN %s AND %s
             GROUP BY 1, 2
            """,
            [plan.date_start, plan.date_end],
        )
        exact = {(user, team): float(amount) for user, team, amount in self.env.cr.fetchall()}
        lines = {line.id: line for line in plan.line_ids}
        wrong = 0
        for row in answer["lines"]:
            line = lines[row["id"]]
            if line.level == "user":
                wrong += abs(row["actual"][-1] - exact.get((line.user_id.id, line.team_id.id), 0.0)) > 0.005
        print(f"people whose actual differs from plain SQL: {wrong}")


if __name__ == "__main__":
    main()
