"""writes: what the addon costs who writes: confirming an order of 10 lines, updating 10,000 lines in one statement."""

import os
import statistics
import subprocess
import sys
import time

from .clone import CONFIG, REPO, Database
from .database import environment, parser

SCRATCH = True
LINES = 10_000


def main():
    arguments = parser("Measure writing with and without the addon, side by side.")
    arguments.add_argument("--rounds", type=int, default=25)
    arguments.add_argument("--worker", action="store_true", help="answer commands on standard input (internal)")
    options = arguments.parse_args()
    if options.worker:
        return worker(options)
    stock = Database(os.environ["BASE_DEMO"])
    try:
        compare({"without": stock.name, "with": options.database}, options.rounds)
    finally:
        stock.drop()
    return 0


def compare(databases, rounds):
    """Two processes, one per database, that take turns."""
    workers = {
        name: subprocess.Popen(
            [sys.executable, "-m", "bench.measure_writes", "--worker", "--database", database, "--config", CONFIG],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPO,
        )
        for name, database in databases.items()
    }

    def ask(name, command):
        workers[name].stdin.write(command + "\n")
        workers[name].stdin.flush()
        return [float(number) for number in workers[name].stdout.readline().split()]

    print("ms, median (and the middle half)".ljust(42) + "without".rjust(22) + "with".rjust(22) + "   more")
    for command, title in (
        ("confirm", "confirm an order of 10 lines"),
        ("quote", "make a quotation of 10 lines"),
        ("update", f"update {LINES:,} lines, what facts hang on"),
        ("touch", f"update {LINES:,} lines, something else"),
    ):
        times = {name: [] for name in workers}
        for turn in range(rounds + 1):
            for name in sorted(workers, reverse=turn % 2):
                found = ask(name, command)
                if turn:  # the first one warms up
                    times[name] += found
        row = {name: statistics.quantiles(values, n=4) for name, values in times.items()}
        more = row["with"][1] / row["without"][1] - 1
        cells = "".join(
            f"{row[name][1]:8.1f} ({row[name][0]:.1f}-{row[name][2]:.1f})".rjust(22) for name in ("without", "with")
        )
        print(f"{title:42}{cells} {more:+7.1%}", flush=True)
    for process in workers.values():
        process.stdin.close()
        process.wait()


def worker(options):
    with environment(options, commit=False) as env:
        product = env["product.product"].create(
            [{"name": f"Writes {n}", "list_price": 10 + n, "taxes_id": False, "type": "consu"} for n in range(10)]
        )
        customer = env["res.partner"].create({"name": "Writes"})

        def quotations(count):
            return env["sale.order"].create(
                [
                    {
                        "partner_id": customer.id,
                        "order_line": [(0, 0, {"product_id": p.id, "product_uom_qty": 2}) for p in product],
                    }
                    for _ in range(count)
                ]
            )

        seed = quotations(LINES // 10)
        env.flush_all()
        ids = seed.order_line.ids
        env.cr.commit()
        env.cr.execute("ANALYZE sale_order_line")
        env.cr.commit()
        for command in sys.stdin:
            command = command.strip()
            if command == "confirm":
                times = []
                for order in quotations(8):
                    env.flush_all()
                    env.cr.commit()
                    env.invalidate_all()
                    times.append(timed(lambda order=order: (order.action_confirm(), env.flush_all(), env.cr.commit())))
            elif command == "quote":
                times = [timed(lambda: (quotations(1), env.flush_all(), env.cr.commit())) for _ in range(4)]
            else:
                column = "price_subtotal = price_subtotal + 1" if command == "update" else "qty_delivered = 1"
                statement = f"UPDATE sale_order_line SET {column} WHERE id = ANY(%s)"
                times = [timed(lambda statement=statement: env.cr.execute(statement, [ids]))]
                env.cr.rollback()
            print(*times, flush=True)
    return 0


def timed(action):
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
