"""attack: what is small to send and large to answer: workbooks of every shape, searches of many conditions; in seconds and MB."""

import os
import pickle
import resource
import sys
import time

from odoo.fields import Domain

from .database import environment, parser
from .sheet_bombs import BOMBS

SCRATCH = True
SECONDS, MEGABYTES = 1.0, 50
CONDITIONS = 500


def main():
    arguments = parser("Measure what an attacker may try: time and memory.")
    options = arguments.parse_args()
    with environment(options, commit=False) as env:
        failed = workbooks(env) + searches(env)
    print(f"\neverything within {SECONDS:.0f} s and {MEGABYTES} MB: {'yes' if not failed else f'NO, {failed} are not'}")
    return bool(failed)


def workbooks(env):
    from odoo.addons.sales_revenue_mgmt.report.revenue_target_sheet_guard import NotAPlan, check_package

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
            assert env["revenue.target"]._why_no_plan(NotAPlan(answer))
    return failed


def searches(env):
    print(f"\n{f'search with {CONDITIONS} conditions':52} {'':7} {'seconds':>8}")
    failed = 0
    for model, field in (
        ("revenue.target", "display_name"),
        ("revenue.target.line", "display_name"),
        ("revenue.target.line", "user_id.name"),
        ("revenue.target.cell", "line_id.display_name"),
    ):
        domain = Domain.OR(Domain(field, "ilike", f"no name {number}") for number in range(CONDITIONS))
        began = time.perf_counter()
        try:
            env[model].search(domain, limit=1)
            answer = ""
        except Exception as error:
            answer = f"  refused: {error}"
            env.cr.rollback()
        seconds = time.perf_counter() - began
        failed += seconds > SECONDS
        print(f"{model} {field}"[:52].ljust(52), f"{'':7} {seconds:8.2f}{answer[:60]}")
    return failed


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
