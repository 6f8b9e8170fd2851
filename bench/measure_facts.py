"""facts: speed of the facts beside Odoo's own report, raw SQL and DuckDB; first build, refreshing, disk; all lines."""

import datetime
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from .database import environment, parser

# Question → dimension of the query builder, grouping of sale.report, SQL over the sources, column of the parquet file.
QUESTIONS = {
    "total": ([], [], [], []),
    "by month": (["month"], ["date:month"], ["date_trunc('month', {day})"], ["date_trunc('month', day)"]),
    "by team": (["team"], ["team_id"], ["o.team_id"], ["team_id"]),
    "by user": (["user"], ["user_id"], ["o.user_id"], ["user_id"]),
    "by category": (["category"], ["categ_id"], ["t.categ_id"], ["category_id"]),
    "top 20 customers": (["customer"], ["commercial_partner_id"], ["p.commercial_partner_id"], ["partner_id"]),
    "month x team": (
        ["month", "team"],
        ["date:month", "team_id"],
        ["date_trunc('month', {day})", "o.team_id"],
        ["date_trunc('month', day)", "team_id"],
    ),
    "category x team": (
        ["category", "team"],
        ["categ_id", "team_id"],
        ["t.categ_id", "o.team_id"],
        ["category_id", "team_id"],
    ),
}
TOP = "top 20 customers"
_DAY = "(o.date_order AT TIME ZONE 'UTC' AT TIME ZONE c.revenue_tz)::date"
_JOINS = {
    "p.": " JOIN res_partner p ON p.id = o.partner_id",
    "t.": " JOIN product_product v ON v.id = l.product_id JOIN product_template t ON t.id = v.product_tmpl_id",
}
SOURCES = ("sale_order", "sale_order_line", "account_move", "account_move_line", "sale_order_line_invoice_rel")


def main():
    arguments = parser("Measure the facts.")
    arguments.add_argument(
        "--repeat", type=int, default=5, help="runs of each question; the median counts (default: 5)"
    )
    arguments.add_argument("--skip-stock", action="store_true", help="leave sale.report out, which takes minutes")
    arguments.add_argument("--skip-build", action="store_true", help="do not build everything anew at the end")
    options = arguments.parse_args()
    with environment(options) as env:
        Bench(env, options).run()


class Bench:
    def __init__(self, env, options):
        self.env, self.options, self.cr = env, options, env.cr
        self.company = env.company
        from odoo.addons.sales_revenue_mgmt.report.facts.scope import Scope

        self.scope = Scope
        self.last = datetime.date.today() - datetime.timedelta(days=1)

    def run(self):
        refresh = self.env["revenue.fact.refresh"]
        refresh.refresh_all()
        self.cr.execute("SELECT COUNT(*) FROM sale_order_line")
        print(f"{self.cr.fetchone()[0]:,} order lines\n")
        self.duck = self._duckdb()
        for days in (365, 30):
            self._questions(days)
        self._dirty()
        self._disk()
        self._one_day()
        if not self.options.skip_build:
            self._build()

    # ------------------------------------------------------------------
    # Contestants
    # ------------------------------------------------------------------

    def _ours(self, question, start):
        dimensions = QUESTIONS[question][0]
        scope = self.scope(date_from=start, date_to=self.last, companies=(self.company.id,))
        rows = self.env["revenue.facts"].query(["booked"], dimensions, scope, limit=20 if question == TOP else None)
        return [row["booked"] for row in rows]

    def _stock(self, question, start):
        from odoo.addons.sales_revenue_mgmt.analytics.periods import start_of_day

        bounds = [start_of_day(day, self.company.revenue_tz) for day in (start, self.last + datetime.timedelta(days=1))]
        domain = [
            ("date", ">=", bounds[0]),
            ("date", "<", bounds[1]),
            ("state", "=", "sale"),
            ("company_id", "=", self.company.id),
        ]
        groups = QUESTIONS[question][1]
        top = {"limit": 20, "order": "price_subtotal:sum DESC"} if question == TOP else {}
        report = self.env["sale.report"].with_context(tz=self.company.revenue_tz)
        rows = report.formatted_read_group(domain, groups, ["price_subtotal:sum"], **top)
        return [row["price_subtotal:sum"] or 0.0 for row in rows]

    def _raw(self, question, start):
        columns = [column.format(day=_DAY) for column in QUESTIONS[question][2]]
        joins = "".join(join for name, join in _JOINS.items() if any(column.startswith(name) for column in columns))
        group = f"GROUP BY {', '.join(columns)}" if columns else ""
        top = "ORDER BY 1 DESC LIMIT 20" if question == TOP else ""
        # Constants of this file.
        self.cr.execute(
            f"""
            SELECT SUM(l.price_subtotal / COALESCE(NULLIF(o.currency_rate, 0), 1)) {"".join(", " + c for c in columns)}
              FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id JOIN res_company c ON c.id = o.company_id {joins}
             WHERE o.state = 'sale' AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE AND o.company_id = %s
               AND o.date_order >= %s::date - 1 AND o.date_order < %s::date + 2 AND {_DAY} BETWEEN %s AND %s
            {group} {top}
            """,
            [self.company.id, start, self.last, start, self.last],
        )
        return [float(row[0] or 0) for row in self.cr.fetchall()]

    def _columnar(self, question, start):
        columns = QUESTIONS[question][3]
        group = f"GROUP BY {', '.join(columns)}" if columns else ""
        top = "ORDER BY 1 DESC LIMIT 20" if question == TOP else ""
        return [
            float(row[0] or 0)
            for row in self.duck.execute(
                f"SELECT SUM(net) {''.join(', ' + column for column in columns)} FROM lines"
                f" WHERE company_id = ? AND day BETWEEN ? AND ? {group} {top}",
                [self.company.id, start, self.last],
            ).fetchall()
        ]

    def _duckdb(self):
        """The same facts in a parquet file, read by DuckDB with as many threads as there are cores."""
        import duckdb

        folder = tempfile.TemporaryDirectory()
        self.folder = folder
        file = Path(folder.name) / "lines.parquet"
        names = ["company_id", "day", "team_id", "user_id", "category_id", "partner_id", "net"]
        connection = duckdb.connect()
        csv = Path(folder.name) / "lines.csv"
        with csv.open("w") as out:
            self.cr._obj.copy_expert(
                f"COPY (SELECT {', '.join(names)} FROM revenue_fact_booked ORDER BY day) TO STDOUT (FORMAT csv, HEADER)",
                out,
            )
        connection.execute(
            f"COPY (SELECT company_id, day, team_id, user_id, category_id, partner_id, net::DECIMAL(18, 4) AS net FROM"
            f" read_csv('{csv}')) TO '{file}' (FORMAT parquet)"
        )
        csv.unlink()
        connection.execute(f"CREATE VIEW lines AS SELECT * FROM '{file}'")
        return connection

    # ------------------------------------------------------------------
    # Tables
    # ------------------------------------------------------------------

    def _median(self, ask, question, start, repeat):
        times, rows = [], []
        for _ in range(repeat):
            self.cr.commit()
            started = time.perf_counter()
            rows = ask(question, start)
            times.append((time.perf_counter() - started) * 1000)
        return statistics.median(times), rows

    def _questions(self, days):
        start = self.last - datetime.timedelta(days=days - 1)
        contestants = {"ours": (self._ours, self.options.repeat), "DuckDB": (self._columnar, self.options.repeat)}
        contestants["raw SQL"] = self._raw, 3
        if not self.options.skip_stock:
            contestants["sale.report"] = self._stock, 2 if days > 100 else 3
        print(
            f"{days} days, ms".ljust(24)
            + "".join(name.rjust(13) for name in contestants)
            + "   sale.report/ours   ours/DuckDB   rows"
        )
        for question in QUESTIONS:
            times, answers = {}, {}
            for name, (ask, repeat) in contestants.items():
                times[name], answers[name] = self._median(ask, question, start, repeat)
            for name, rows in answers.items():
                # In euros and cents; Odoo's report adds floats.
                assert abs(sum(rows) - sum(answers["raw SQL"])) < 0.01, (
                    question,
                    name,
                    sum(rows),
                    sum(answers["raw SQL"]),
                )
            ratio = f"{times['sale.report'] / times['ours']:18,.0f}" if "sale.report" in times else "".rjust(18)
            print(
                question.ljust(24)
                + "".join(f"{times[name]:13,.1f}" for name in contestants)
                + f" {ratio} {times['ours'] / times['DuckDB']:13.2f} {len(answers['ours']):6,}",
                flush=True,
            )
        print()

    def _dirty(self):
        """5 % of the days of a year dirty: ten orders on each of them touched, or all orders."""
        start = self.last - datetime.timedelta(days=364)
        print(
            "a year, ms".ljust(24)
            + "clean".rjust(12)
            + "10 orders a day".rjust(18)
            + "ratio".rjust(8)
            + "all orders".rjust(14)
            + "ratio".rjust(8)
        )
        clean = {question: self._median(self._ours, question, start, self.options.repeat) for question in QUESTIONS}
        dirty = []
        for limit in (10, 1_000_000):
            self.cr.execute(
                """
                INSERT INTO revenue_fact_log (kind, key)
                SELECT 'order', order_id FROM (
                    SELECT order_id, row_number() OVER (PARTITION BY day ORDER BY order_id) AS place FROM (
                        SELECT DISTINCT order_id, day FROM revenue_fact_booked
                         WHERE day IN (SELECT generate_series(%s::date, %s::date, '20 days')) ) AS documents) AS placed
                 WHERE place <= %s
                """,
                [start, self.last, limit],
            )
            changed = self.cr.rowcount
            self.cr.commit()
            dirty.append({q: self._median(self._ours, q, start, self.options.repeat) for q in QUESTIONS})
            self.env["revenue.fact.refresh"].refresh_all()
            print(f"  ({changed:,} orders)")
        for question in QUESTIONS:
            base, rows = clean[question]
            few, many = dirty[0][question], dirty[1][question]
            assert abs(sum(rows) - sum(few[1])) < 0.01 and abs(sum(rows) - sum(many[1])) < 0.01
            print(
                f"{question:24}{base:12,.1f}{few[0]:18,.1f}{few[0] / base:8.2f}{many[0]:14,.1f}{many[0] / base:8.1f}",
                flush=True,
            )
        print()

    def _disk(self):
        self.cr.execute("SELECT SUM(pg_total_relation_size(name::regclass)) FROM unnest(%s) AS name", [list(SOURCES)])
        sources = self.cr.fetchone()[0]
        self.cr.execute(
            "SELECT SUM(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'"
            " AND (relname LIKE 'revenue\\_fact\\_%' OR relname LIKE 'revenue\\_rollup\\_%')"
        )
        ours = self.cr.fetchone()[0]
        print(
            f"disk: facts and rollups {ours / 2**20:,.0f} MiB, sources {sources / 2**20:,.0f} MiB: {ours / sources:.1%}\n"
        )

    def _one_day(self):
        self.cr.execute("SELECT day FROM revenue_fact_booked GROUP BY day ORDER BY COUNT(*) DESC LIMIT 5")
        times = []
        for (day,) in self.cr.fetchall():
            self.cr.execute(
                "INSERT INTO revenue_fact_log (kind, key) SELECT DISTINCT 'order', order_id FROM revenue_fact_booked"
                " WHERE day = %s",
                [day],
            )
            orders = self.cr.rowcount
            self.cr.commit()
            started = time.perf_counter()
            self.env["revenue.fact.refresh"]._refresh()
            self.cr.commit()
            times.append((time.perf_counter() - started, orders))
        seconds, orders = statistics.median(times)
        print(f"refreshing a dirty day, all its {orders} orders: {seconds:.3f} s")
        self.cr.execute(
            "INSERT INTO revenue_fact_log (kind, key) SELECT DISTINCT 'order', order_id FROM revenue_fact_booked"
            " WHERE day = %s LIMIT 10",
            [self.last],
        )
        self.cr.commit()
        started = time.perf_counter()
        self.env["revenue.fact.refresh"]._refresh()
        self.cr.commit()
        print(f"refreshing ten orders of a day: {time.perf_counter() - started:.3f} s\n")

    def _build(self):
        from odoo.addons.sales_revenue_mgmt.report.facts.schema import setup

        self.cr.execute("UPDATE revenue_fact_state SET declaration = NULL")
        setup(self.cr)
        self.cr.commit()
        refresh = self.env["revenue.fact.refresh"]
        before = memory()
        started = time.perf_counter()
        refresh._refresh()
        self.cr.commit()
        first = memory()
        refresh.refresh_all()
        seconds = time.perf_counter() - started
        self.cr.execute("ANALYZE")
        self.cr.commit()
        print(
            f"first build of everything: {seconds:.1f} s; peak memory grew by {first - before:.1f} MiB in the first batch,"
            f" by {memory() - first:.1f} MiB in all others"
        )


def memory():
    """Peak resident memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
