"""attack: what is small to send and large to answer: workbooks, plans, searches, entries of the trail; in seconds and MB."""

import contextlib
import io
import os
import pickle
import resource
import sys
import time

from odoo.exceptions import UserError
from odoo.fields import Domain

from .database import environment, parser
from .measure_plans import Bench
from .sheet_bombs import BOMBS

SCRATCH = True
SECONDS, MEGABYTES = 1.0, 50
PLAN_SECONDS = 3.0
CONDITIONS = 500
LINES = 2000


def main():
    arguments = parser("Measure what an attacker may try: time and memory.")
    options = arguments.parse_args()
    with environment(options, commit=False) as env:
        failed = workbooks(env) + plans(env) + searches(env) + trails(env)
    print(
        f"\neverything within {SECONDS:.0f} s and {MEGABYTES} MB, changes of plans within {PLAN_SECONDS:.0f} s: "
        f"{'yes' if not failed else f'NO, {failed} are not'}"
    )
    return bool(failed)


def workbooks(env):
    from odoo.addons.sales_revenue_mgmt.models.governance.sheet_sentences import why_unreadable
    from odoo.addons.sales_revenue_mgmt.report.sheet.guard import NotAPlan, check_package

    print(f"\n{'workbook':52} {'kB':>7} {'seconds':>8} {'MB':>6}  answer")
    failed = 0
    for name, (make, _why) in BOMBS.items():
        content = make()

        def refuse(content=content):
            try:
                check_package(content)
            except NotAPlan as error:
                return error.why
            return "LET THROUGH"

        answer, seconds, megabytes = measured(refuse)
        failed += answer == "LET THROUGH" or seconds > SECONDS or megabytes > MEGABYTES
        print(f"{name[:52]:52} {len(content) / 1000:7.0f} {seconds:8.2f} {megabytes:6.0f}  {answer}")
        if answer != "LET THROUGH":
            # Every refusal has a sentence.
            assert why_unreadable(env, NotAPlan(answer))
    return failed


def marked_copy(bench, plan, content):
    """A workbook of which every amount is refused, as large as a plan can be."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    wrong = 0
    for row in book.worksheets[0].iter_rows(min_row=6, min_col=4, max_col=15):
        for cell in row:
            if isinstance(cell.value, (int, float)):
                cell.value, wrong = "a lot", wrong + 1
    stream = io.BytesIO()
    book.save(stream)
    return shown(
        bench, f"copy with {wrong:,} refused cells marked", lambda: plan._marked_sheet(stream.getvalue()), None
    )


def plans(env):
    """The largest plan, and what took minutes."""
    heading("a plan of 2,000 lines")
    bench = Bench(env, LINES)
    plan = bench._empty_plan()
    with contextlib.redirect_stdout(io.StringIO()):
        bench._make_lines(plan)
    content = plan._export_sheet()
    failed = marked_copy(bench, plan, content)
    for name, call in (
        ("looking through its workbook", lambda: plan._check_sheet(content)),
        ("by quarters instead of months", lambda: plan.write({"cadence": "quarter"})),
        ("by months instead of quarters", lambda: plan.write({"cadence": "month"})),
        ("a new total", lambda: plan.write({"amount": plan.amount + 1})),
        ("orders instead of money", lambda: plan.write({"measure": "orders"})),
    ):
        failed += shown(bench, name, call, PLAN_SECONDS)
    return failed


def searches(env):
    from odoo.addons.sales_revenue_mgmt.models.core.name_conditions import MAX_NAMES

    heading(f"search with {CONDITIONS} conditions")
    failed, bench = 0, Bench(env, LINES)
    for model, field in (
        ("revenue.target", "display_name"),
        ("revenue.target", "line_ids.display_name"),
        ("revenue.target.line", "display_name"),
        ("revenue.target.line", "user_id.name"),
        ("revenue.target.cell", "line_id.display_name"),
        ("revenue.target.cell", "line_id"),
    ):
        domain = Domain.OR(Domain(field, "ilike", f"no name {number}") for number in range(CONDITIONS))
        failed += shown(
            bench, f"{model} {field}", lambda model=model, domain=domain: env[model].search(domain, limit=1), SECONDS
        )
    domain = Domain.OR(Domain("line_id.display_name", "ilike", f"no name {number}") for number in range(MAX_NAMES))
    cells = env["revenue.target.cell"]
    failed += shown(bench, f"{MAX_NAMES} of the last but one, which pass", lambda: cells.search(domain, limit=1), None)
    return failed


def trails(env):
    """Exports of the trail that are read by nobody but a verifier, and entries that are too large."""
    from odoo.addons.sales_revenue_mgmt.models.audit.chain import verify_lines

    heading("trail")
    failed, bench = 0, Bench(env, LINES)
    for name, value in (
        ("5,000 brackets in an entry", "[" * 5000 + "]" * 5000),
        ("1,000,000 brackets in an entry", "[" * 1_000_000),
        ("a number that is none", "NaN"),
        ("a number of 1,000,000 digits", "1" * 1_000_000),
    ):
        lines = [
            '{"type":"trail","version":2}',
            f'{{"type":"entry","model":"revenue.target","record":1,"sequence":1,"after":{value}}}',
        ]
        failed += shown(
            bench, f"verify: {name}", lambda lines=lines: verify_lines(lines).problems[0], SECONDS, in_child=True
        )
    target = env["revenue.target"].search([("state", "=", "draft")], limit=1)
    for field, size in (("name", 5_000_000), ("note", 5_000_000)):
        text = "x" * size
        failed += shown(
            bench, f"a {field} of {size:,} letters", lambda field=field, text=text: target.write({field: text}), SECONDS
        )
    return failed


def heading(text):
    print(f"\n{text:52} {'seconds':>8} {'of CPU':>8} {'MB':>6}")


def shown(bench, name, call, bar, in_child=False):
    """Print what a call takes.

    :param float bar: seconds of CPU; ``None`` where it is only told
    :return: 1 where it is too much, else 0
    """
    before, answer = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, ""
    began, own = time.perf_counter(), bench._cpu()
    if in_child:
        answer, own, megabytes = measured(call)
        seconds = time.perf_counter() - began
    else:
        try:
            call()
        except UserError as error:
            answer = f"refused: {error}"
        seconds, own = time.perf_counter() - began, bench._cpu() - own
        megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    # Whoever else works here does not count.
    slow = bar is not None and own > bar
    print(
        f"{name[:52]:52} {seconds:8.2f} {own:8.2f} {megabytes:6.0f}  {str(answer)[:70]}{'  SLOW' if slow else ''}",
        flush=True,
    )
    return int(slow)


def measured(call):
    """What a call in a process of its own answers, the seconds of CPU it takes and the megabytes it adds."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer = call()
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        with os.fdopen(writer, "wb") as stream:
            pickle.dump((answer, time.process_time() - began, more), stream)
        # Without ending what this process shares with its parent: the connection to the database.
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        result = pickle.load(stream)
    os.waitpid(child, 0)
    return result


if __name__ == "__main__":
    sys.exit(main())
