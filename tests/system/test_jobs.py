"""Jobs with real commits: killed in the middle, cancelled by somebody else at the same moment."""

import json
import subprocess
import sys

import pytest

from bench.clone import CONFIG, REPO

# A job on a real model: it appends the number of each step to a target's note.
COUNT = """
import os
from odoo.addons.sales_revenue_mgmt.models.core.jobs import Step, job

KILL_AT, CANCEL_AT = {kill_at}, {cancel_at}

@job
def count(self, position, parameters):
    at = position or 0
    self.name = (self.name or "") + f"{{at}} "
    self.env.flush_all()
    if at == KILL_AT:
        os.kill(os.getpid(), 9)
    if at == CANCEL_AT:
        with env.registry.cursor() as other:
            env(cr=other)["revenue.job"].search([], limit=1).action_cancel()
    last = at + 1 == parameters["total"]
    return Step(None if last else at + 1, at + 1, parameters["total"], f"Step {{at}}", {{"counted": at + 1}} if last else None)

type(env["revenue.target"]).count = count
"""
START = """
values = {"measure": "booked", "period_type": "year", "date_start": "2031-01-01", "amount": 9.0}
target = env["revenue.target"].create(values)
env["revenue.job"].start(target, "count", "Counting", {"total": 6}, 6)
env.cr.commit()
answer = target.id
"""
WORK = 'env["revenue.job"]._cron_work()\n'
SAY = """
job = env["revenue.job"].search([], limit=1)
answer = [job.state, job.position, job.done, job.result, job.error, env["revenue.target"].browse(job.res_id).name]
"""


def killed(database, code):
    """Run what ends its own process."""
    command = [
        sys.executable,
        "-m",
        "odoo",
        "shell",
        "-c",
        CONFIG,
        "-d",
        database.name,
        "--no-http",
        "--log-level=warn",
    ]
    done = subprocess.run(command, input=code, capture_output=True, text=True, cwd=REPO, check=False)
    assert done.returncode == -9, done.stderr[-2000:]


def test_a_job_that_is_killed_goes_on_where_it_was(database):
    database.script(COUNT.format(kill_at=None, cancel_at=None) + START)
    killed(database, COUNT.format(kill_at=3, cancel_at=None) + WORK)
    assert database.script(SAY) == ["running", 3, 3, False, False, "0 1 2 "]
    answer = database.script(COUNT.format(kill_at=None, cancel_at=None) + WORK + SAY)
    assert answer == ["done", False, 6, {"counted": 6}, False, "0 1 2 3 4 5 "]


def test_cancelling_in_the_middle_of_a_step_stops_the_job_there(database):
    answer = database.script(
        COUNT.format(kill_at=None, cancel_at=None) + START + COUNT.format(kill_at=None, cancel_at=2) + WORK + SAY
    )
    # The step that somebody cancelled is undone, or kept; the next one does not begin.
    assert answer[0] == "cancelled" and answer[5] in ("0 1 ", "0 1 2 "), answer


@pytest.mark.long
def test_a_hundred_thousand_steps(database):
    code = COUNT.format(kill_at=None, cancel_at=None).replace('self.name = (self.name or "") + f"{at} "', "pass")
    start = START.replace('{"total": 6}, 6', '{"total": 100_000}, 100_000')
    answer = database.script(code + start + WORK + SAY)
    assert json.dumps(answer[:4]) == json.dumps(["done", False, 100_000, {"counted": 100_000}])
