"""Who has signed in stands beside who acts; nobody decides inside somebody else's request."""

import json
from datetime import datetime, timedelta

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..target.common import TargetCase

TAKE = """
target = env["revenue.target"].browse({target}).with_user({user})
target.{call}
"""


@tagged("post_install", "-at_install")
class TestRevenueActor(HttpCase, TargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.people["admin"]
        cls.boss.group_ids |= cls.env.ref("base.group_system")

    def call(self, user, model, method, **body):
        key = self.env["res.users.apikeys"].with_user(user).sudo()
        key = key._generate("rpc", "test", datetime.now() + timedelta(hours=1))
        with mute_logger("odoo.http"):
            return self.url_open(
                f"/json/2/{model}/{method}",
                data=json.dumps(body),
                headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            )

    def action(self, code):
        return self.env["ir.actions.server"].create(
            {"name": "Tidy up", "model_id": self.env.ref("base.model_res_partner").id, "state": "code", "code": code}
        )

    def last_entry(self, target):
        domain = [("res_model", "=", target._name), ("res_id", "=", target.id)]
        return self.env["revenue.audit.entry"].search(domain, order="sequence desc", limit=1)

    def test_code_of_an_administrator_decides_in_nobodys_name(self):
        manager, finance = self.people["manager"], self.people["finance"]
        submitted = self.submitted()
        approved = self.submitted(measure="orders")
        self.as_("manager", approved).action_approve()
        for target, person, call in (
            (submitted, manager, "action_approve()"),
            (submitted, manager, "action_reject('No.')"),
            (submitted, manager, "sudo()._pending_steps()._decide('approved', None)"),
            (approved, finance, "action_post()"),
            (
                submitted,
                manager,
                f"env['revenue.delegation'].create({{'to_id': {self.deputy.id}, 'date_to': '2100-01-01'}})",
            ),
        ):
            with self.subTest(call):
                action = self.action(TAKE.format(target=target.id, user=person.id, call=call))
                answer = self.call(self.boss, "ir.actions.server", "run", ids=action.ids)
                self.assertIn("has not signed in here", answer.text)
        self.env.invalidate_all()
        self.assertEqual((submitted.state, approved.state), ("submitted", "approved"))
        self.assertFalse(self.env["revenue.delegation"].search([("from_id", "=", manager.id)]))

    def test_who_has_signed_in_is_written_down(self):
        target, manager = self.submitted(), self.people["manager"]
        self.assertEqual(self.call(manager, target._name, "action_approve", ids=target.ids).status_code, 200)
        self.env.invalidate_all()
        decision = self.steps(target).decision_ids
        self.assertEqual((decision.user_id, decision.login_id, decision.origin), (manager, manager, "request"))
        entry = self.last_entry(target)
        self.assertEqual((entry.user_id, entry.login_id, entry.origin), (manager, manager, "request"))
        self.assertNotIn(f"decision {decision.id}:", " ".join(decision._outside_requests(limit=1000)))

    def test_a_refused_attempt_names_who_has_signed_in(self):
        """It is written down when the request has failed and has no environment any more."""
        target, user = self.submitted(), self.people["user"]
        self.assertNotEqual(
            self.call(user, target._name, "write", ids=target.ids, vals={"amount": 1.0}).status_code, 200
        )
        self.authenticate(user.login, user.login)
        params = {"model": target._name, "method": "write", "args": [target.ids, {"amount": 1.0}], "kwargs": {}}
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/web/dataset/call_kw",
                data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
                headers={"Content-Type": "application/json"},
            )
        self.assertIn("cannot be changed", answer.text)
        self.env.invalidate_all()
        entries = self.env["revenue.audit.entry"].search([("event", "=", "refused"), ("user_id", "=", user.id)])
        self.assertEqual([(entry.login_id, entry.origin) for entry in entries], [(user, "request")] * 2)

    def test_a_job_is_named_whatever_its_code_says(self):
        """The context that names Odoo's jobs can be given by the code itself."""
        target, manager = self.submitted(), self.people["manager"]
        innocent = self.env.ref("sales_revenue_mgmt.revenue_audit_cron_seal")
        code = TAKE.format(
            target=target.id, user=manager.id, call=f"with_context(cron_id={innocent.id}).action_approve()"
        )
        job = self.env["ir.cron"].create(
            {"name": "Night work", "model_id": self.env.ref("base.model_res_partner").id, "state": "code", "code": code}
        )
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        decision = self.steps(target).decision_ids
        self.assertEqual((decision.user_id, decision.origin), (manager, f"job {job.id}: Night work"))
        self.assertFalse(decision.login_id)
        sentence = decision._outside_requests(limit=1)[0]
        for word in (target._name, str(target.id), manager.name, "Night work"):
            self.assertIn(word, sentence)
        self.assertFalse(decision._outside_requests(self.other_company))
        other = self.submitted(measure="orders")
        self.as_("manager", other).action_approve()
        self.assertEqual(self.steps(other).decision_ids.origin, "no request")
        self.assertEqual(len(decision._outside_requests(self.company)), 2)
        self.assertEqual(len(decision._outside_requests(self.company, limit=1)), 1)
        seals = self.as_("auditor", self.env["revenue.audit.seal"]).with_company(self.company)
        self.assertEqual(seals.verify()["problems"], [])
        self.assertIn(sentence, seals.verify()["outside_requests"])
        shown = seals.env["revenue.audit.check"].browse(seals.action_verify()["res_id"])
        self.assertEqual(shown.outcome, "code")
        self.assertIn(sentence.replace("revenue.target", "Sales Target"), shown.outside_requests)
