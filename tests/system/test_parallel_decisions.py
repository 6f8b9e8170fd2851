"""People who act on one document at the same moment, on real connections; and a connection that dies in the middle."""

import pytest

PEOPLE = """
import threading
import odoo
from odoo.service.model import retrying

company = env.company
groups = {"user": "user", "manager": "manager", "first": "finance", "second": "finance"}
people = {}
for login, group in groups.items():
    people[login] = env["res.users"].with_context(no_reset_password=True).create({
        "name": login, "login": "race_" + login, "group_ids": [(6, 0, [env.ref("sales_revenue_mgmt.revenue_group_" + group).id])],
    }).id
rules = env["revenue.approval.rule"]
rules.search([]).active = False
rules.create({
    "name": "Either", "model_id": env["ir.model"]._get_id("revenue.target"), "approver_type": "users",
    "approver_ids": [(6, 0, [people["first"], people["second"]])],
})
target = env["revenue.target"].with_user(people["user"]).create({
    "measure": "booked", "period_type": "month", "date_start": "2031-05-01", "amount": 1.0, "user_id": people["user"],
})
target.action_submit()
env.cr.commit()


def act(login, action, argument=None):
    # Like a request: an own cursor, tried again by Odoo when PostgreSQL finds that two cannot both be right.
    try:
        with env.registry.cursor() as cr:
            own = odoo.api.Environment(cr, people[login], {})
            document = own["revenue.target"].browse(target.id)

            def call():
                # The snapshot is taken here: so that both have begun before either ends.
                document.read(["state"])
                if barriers:
                    barriers.pop().wait(timeout=20)
                arguments = [] if argument is None else [argument]
                getattr(document, action)(*arguments)
                return True

            retrying(call, own)
            return "done"
    except odoo.exceptions.UserError as error:
        return str(error)


def race(*attempts):
    global barriers
    barrier = threading.Barrier(len(attempts))
    barriers = [barrier] * len(attempts)
    results = {}
    threads = [
        threading.Thread(target=lambda a=attempt: results.__setitem__(a[0] + " " + a[1], act(*a))) for attempt in attempts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    env.cr.rollback()
    env.invalidate_all()
    entries = env["revenue.audit.entry"].search(
        [("res_model", "=", "revenue.target"), ("res_id", "=", target.id)], order="sequence"
    )
    return {
        "results": results,
        "state": target.sudo().state,
        "events": entries.mapped("event"),
        "decisions": len(target.sudo().approval_step_ids.decision_ids),
        "activities": len(target.sudo().activity_ids),
        "revisions": target.sudo().revision_ids.mapped("state"),
        "problems": env["revenue.audit.seal"].verify()["problems"],
        "refused": env["revenue.audit.entry"].search_count([("event", "=", "refused")]),
    }
"""


def winner(answer):
    """The only attempt that was carried out, and what the other was told."""
    done = [attempt for attempt, result in answer["results"].items() if result == "done"]
    assert len(done) == 1, answer
    (told,) = [result for result in answer["results"].values() if result != "done"]
    assert answer["problems"] == []
    return done[0], told


@pytest.mark.parametrize(
    "other",
    ['("second", "action_approve")', '("second", "action_reject", "No.")', '("user", "action_cancel", "Not yet.")'],
    ids=["approve", "reject", "cancel"],
)
def test_two_decide_at_the_same_moment(database, other):
    answer = database.script(f'{PEOPLE}\nanswer = race(("first", "action_approve"), {other})')
    if "cancel" in other and answer["results"] == {"first action_approve": "done", "user action_cancel": "done"}:
        # Approved, and then given up: what is approved may still be cancelled. One after the other, both in the trail.
        assert answer["state"] == "cancelled" and answer["events"][-2:] == ["approved", "cancelled"]
        assert answer["problems"] == []
        return
    done, told = winner(answer)
    assert "It is " in told and "this is possible only from" in told
    state = {"approve": "approved", "reject": "rejected", "cancel": "cancelled"}[done.rsplit("_", 1)[1]]
    assert answer["state"] == state
    assert answer["events"] == ["created", "submitted", state]
    assert answer["decisions"] == (0 if state == "cancelled" else 1)
    assert answer["activities"] == 0
    assert answer["refused"] == 1, "the attempt of the other is written down"


def test_posting_a_revision_against_revising_again(database):
    answer = database.script(
        PEOPLE
        + """
barriers = []
assert act("first", "action_approve") == act("first", "action_post") == act("user", "action_revise") == "done"
env.cr.rollback(); env.invalidate_all()
origin, target = target, target.sudo().revision_ids
for login, action in (("user", "action_submit"), ("second", "action_approve")):
    assert act(login, action) == "done"
revision = target


def post():
    return act("first", "action_post")


# Posting the revision closes its origin; at the same moment somebody closes the origin by hand.
ids = {"first": revision.id, "second": origin.id}
original = act


def act(login, action, argument=None):
    global target
    try:
        with env.registry.cursor() as cr:
            own = odoo.api.Environment(cr, people[login], {})
            document = own["revenue.target"].browse(ids[login])

            def call():
                document.read(["state"])
                if barriers:
                    barriers.pop().wait(timeout=20)
                getattr(document, action)()
                return True

            retrying(call, own)
            return "done"
    except odoo.exceptions.UserError as error:
        return str(error)


answer = race(("first", "action_post"), ("second", "action_revise"))
env.invalidate_all()
answer["origin"] = [origin.sudo().state, origin.sudo().superseded]
answer["versions"] = env["revenue.target"].search([("origin_id", "=", origin.id)]).mapped("state")
"""
    )
    done, told = winner(answer)
    # Whoever comes second: a revision is under way, or the version has been replaced already.
    assert done == "first action_post"
    assert "being prepared" in told or "It is closed" in told
    assert answer["origin"] == ["closed", True]
    assert answer["versions"] == ["posted"]


def test_a_connection_that_dies_in_the_middle_leaves_neither_state_nor_entry(database):
    answer = database.script(
        PEOPLE
        + """
import psycopg2
from unittest.mock import patch

barriers = []
model = type(env["revenue.target"])
died = []
for place in ("_write_workflow", "_audit", "_note", "_on_approved"):
    method = getattr(model, place)

    def die(self, *arguments, method=method, **options):
        result = method(self, *arguments, **options)
        with psycopg2.connect(dbname=env.cr.dbname) as other, other.cursor() as killer:
            self.env.flush_all()
            self.env.cr.execute("SELECT pg_backend_pid()")
            killer.execute("SELECT pg_terminate_backend(%s)", [self.env.cr.fetchone()[0]])
        self.env.cr.execute("SELECT 1")
        return result

    with patch.object(model, place, die):
        try:
            act("first", "action_approve")
        except Exception as error:
            died.append(type(error).__name__)
answer = race()
answer["died"] = died
"""
    )
    assert len(answer["died"]) == 4, answer
    assert answer["state"] == "submitted"
    assert answer["events"] == ["created", "submitted"]
    assert answer["decisions"] == 0
    assert answer["activities"] == 2
    assert answer["problems"] == []


def test_delegating_while_somebody_decides_leaves_no_activity(database):
    """Whoever comes second tries again: the stand-in is asked before the decision, or not at all."""
    answer = database.script(
        PEOPLE
        + """
original = act


def act(login, action, argument=None):
    if action != "delegate":
        return original(login, action, argument)
    with env.registry.cursor() as cr:
        own = odoo.api.Environment(cr, people[login], {})

        def call():
            own["revenue.target"].browse(target.id).read(["state"])
            if barriers:
                barriers.pop().wait(timeout=20)
            own["revenue.delegation"].create(
                {"to_id": people["manager"], "date_from": "2000-01-01", "date_to": "2100-01-01"}
            )
            return True

        retrying(call, own)
        return "done"


answers = []
for turn in range(4):
    if turn:
        target = env["revenue.target"].with_user(people["user"]).create({
            "measure": "booked", "period_type": "month", "date_start": f"203{turn + 1}-06-01", "amount": 1.0,
            "user_id": people["user"],
        })
        target.action_submit()
        env["revenue.delegation"].with_user(people["second"]).search([]).unlink()
        env.cr.commit()
    answers.append(race(("first", "action_approve"), ("second", "delegate")))
orphans = [("revenue_step_id", "!=", False), ("revenue_step_id.state", "!=", "pending")]
answer = {"turns": answers, "orphans": env["mail.activity"].search_count(orphans)}
"""
    )
    for turn in answer["turns"]:
        assert set(turn["results"].values()) == {"done"}, turn
        assert turn["state"] == "approved"
        assert turn["activities"] == 0, turn
    assert answer["orphans"] == 0
