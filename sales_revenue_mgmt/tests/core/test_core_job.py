"""Jobs: steps that are kept, with the rights of who asked, cancelled, tried again, and going on after a crash."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import FakeModels, RevenueCase


class _Cron:
    """A worker with so many steps of time."""

    def __init__(self, env, steps=1000):
        self.env, self.steps = env, steps

    def _commit_progress(self, *_args, **_kwargs):
        self.env.flush_all()
        self.steps -= 1
        return max(self.steps, 0)


@tagged("post_install", "-at_install")
class TestRevenueJob(FakeModels, RevenueCase):
    @classmethod
    def fake_models(cls):
        from ..governance.fake_document import RevenueFakeDocument

        return (RevenueFakeDocument,)

    def setUp(self):
        super().setUp()
        # A transaction of a test cannot be given up in the middle.
        self.patch(self.env.cr, "rollback", lambda: self.env.invalidate_all(flush=False))
        self.document = self.as_("user", self.env["revenue.fake.document"]).create(
            {"name": "Offer", "company_id": self.company.id}
        )
        self.jobs = self.as_("user", self.env["revenue.job"])

    def start(self, **parameters):
        return self.jobs.start(self.document, "count", "Counting", {"total": 3, **parameters}, total=3)

    def work(self, one, steps=1000):
        one.sudo(False).with_user(self.env.ref("base.user_root"))._work(_Cron(self.env, steps))

    def places(self):
        return [part.split(":")[0].strip() for part in self.document.log.split(";") if part.strip()]

    def test_steps_with_the_rights_of_who_asked(self):
        made = self.start()
        self.assertEqual(made.state, "queued")
        self.work(made)
        self.assertEqual((made.state, made.done, made.total), ("done", 3, 3))
        self.assertEqual(made.result, {"counted": 3})
        user = self.people["user"]
        who = f"{user.id} False {self.company.ids}"
        self.assertEqual(self.document.log, f"0: {who}; 1: {who}; 2: {who}; ")
        told = self.env["mail.message"].search([("notified_partner_ids", "in", user.partner_id.ids)], limit=1)
        self.assertEqual((told.subject, told.res_id), ("Done: Counting", self.document.id))

    def test_it_goes_on_where_it_was(self):
        made = self.start()
        self.work(made, steps=1)
        self.assertEqual((made.state, made.position, made.sentence), ("running", 1, "Step 1"))
        # As after a crash: another worker finds it running.
        self.work(made)
        self.assertEqual(made.state, "done")
        self.assertEqual(self.places(), ["0", "1", "2"])

    def test_one_at_a_time(self):
        made = self.start()
        with self.assertRaisesRegex(UserError, "being done already"):
            self.start()
        self.work(made)
        self.assertTrue(self.start())

    def test_cancelled_and_started_again(self):
        made = self.start()
        self.work(made, steps=1)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_seen_by(self.stranger, made).action_cancel()
        made.action_cancel()
        self.work(made)
        self.assertEqual((made.state, self.places()), ("cancelled", ["0"]))
        made.action_retry()
        self.work(made)
        self.assertEqual((made.state, self.places()), ("done", ["0", "1", "2"]))

    def test_what_fails_says_why(self):
        made = self.start(fail_at=1)
        self.work(made)
        self.assertEqual((made.state, made.error, made.position), ("failed", "Not this one.", 1))
        with mute_logger("odoo.addons.sales_revenue_mgmt.models.core.revenue_job"):
            unforeseen = self.start(fail_at=0, unforeseen=True)
            self.work(unforeseen)
        self.assertIn("Something went wrong", unforeseen.error)

    def test_nobody_makes_or_changes_one(self):
        made = self.start()
        for role in ("user", "finance", "admin"):
            jobs = self.as_(role, self.env["revenue.job"])
            for attempt in (
                lambda jobs=jobs: jobs.create(
                    {"name": "x", "res_model": "res.users", "res_id": 1, "method": "unlink", "user_id": 1}
                ),
                lambda jobs=jobs: jobs.browse(made.id).write({"user_id": 1}),
                lambda jobs=jobs: jobs.browse(made.id).unlink(),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
        with self.assertRaises(ValueError):
            self.jobs.start(self.document, "action_submit", "Whatever")
        # Others do not see it; its reader gets nothing but progress.
        self.assertFalse(self.as_seen_by(self.stranger, self.env["revenue.job"]).search([]))
        self.assertIsNone(self.as_seen_by(self.stranger, self.jobs).get_progress(self.document._name, self.document.id))
        progress = self.jobs.get_progress(self.document._name, self.document.id)
        self.assertEqual((progress["state"], progress["total"], progress["mine"]), ("queued", 3, True))

    def test_the_worker_takes_the_oldest_and_comes_again(self):
        first = self.start()
        other = self.document.copy({"name": "Second"})
        second = self.jobs.start(other, "count", "Counting", {"total": 2})
        worker = self.env["revenue.job"]
        cron = _Cron(self.env, 2)
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", cron._commit_progress):
            worker._cron_work()
        self.assertEqual((first.state, second.state), ("running", "queued"))
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", _Cron(self.env)._commit_progress):
            worker._cron_work()
        self.assertEqual((first.state, second.state), ("done", "done"))
