"""An activity of our type is an approval, nothing else; what is left over is swept away."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..target.common import TargetCase

TYPE = "sales_revenue_mgmt.revenue_approval_activity_type"


@tagged("post_install", "-at_install")
class TestRevenueInboxOnly(TargetCase):
    def assertPlantedNot(self, attempt):
        with self.assertRaisesRegex(UserError, "only the workflow makes"), self.env.cr.savepoint():
            attempt()

    def test_nobody_plants_an_activity_of_our_type(self):
        """An approver who clicks on it would believe to have approved."""
        kind = self.env.ref(TYPE)
        target = self.own_target()
        activities = self.as_("user", self.env["mail.activity"])
        vals = {
            "res_model_id": self.env["ir.model"]._get_id("revenue.target"),
            "res_id": target.id,
            "user_id": self.people["user"].id,
            "summary": "Decide: everything",
        }
        todo = {**vals, "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id}
        self.assertPlantedNot(lambda: activities.create({**vals, "activity_type_id": kind.id}))
        self.assertPlantedNot(lambda: activities.with_context(default_activity_type_id=kind.id).create(vals))
        self.assertPlantedNot(lambda: activities.create(todo).write({"activity_type_id": kind.id}))
        self.assertPlantedNot(lambda: target.activity_schedule(TYPE, user_id=self.people["user"].id))
        self.assertPlantedNot(
            lambda: target.write({"activity_ids": [Command.create({**vals, "activity_type_id": kind.id})]})
        )
        partner = self.as_("user", self.env["res.partner"]).create({"name": "Ann"})
        self.assertPlantedNot(lambda: partner.activity_schedule(TYPE, user_id=self.people["user"].id))
        with mute_logger("odoo.addons.base.models.ir_fields"):
            loaded = activities.load(
                ["res_model_id/id", "res_id", "activity_type_id/id", "user_id/.id", "summary"],
                [["sales_revenue_mgmt.model_revenue_target", str(target.id), TYPE, str(self.people["user"].id), "x"]],
            )
        self.assertFalse(loaded["ids"])
        self.assertFalse(
            self.env["mail.activity"].search([("activity_type_id", "=", kind.id), ("res_id", "=", target.id)])
        )

    def test_what_follows_another_activity_is_none_either(self):
        before = self.env["mail.activity.type"].create(
            {"name": "Before", "chaining_type": "trigger", "triggered_next_type_id": self.env.ref(TYPE).id}
        )
        target = self.own_target()
        activity = target.activity_schedule(activity_type_id=before.id, user_id=self.people["user"].id)
        self.assertPlantedNot(activity.action_feedback)

    def test_the_job_sweeps_what_is_left(self):
        target = self.submitted()
        (step,) = self.steps(target)
        leftover = self.env["mail.activity"]._revenue_create(
            [{**step.activity_ids.copy_data()[0], "revenue_step_id": step.id, "user_id": self.deputy.id}]
        )
        planted = self.env["mail.activity"]._revenue_create([leftover.copy_data()[0]])
        planted.flush_recordset()
        self.env.cr.execute("UPDATE mail_activity SET revenue_step_id = NULL WHERE id = %s", [planted.id])
        self.env.invalidate_all()
        asked = step.activity_ids - leftover
        with self.enter_registry_test_mode():
            self.env.ref("sales_revenue_mgmt.revenue_approval_cron_escalate").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((leftover | planted | asked).exists(), asked)
        self.as_("manager", target).action_approve()
        self.assertFalse(asked.exists())
        orphan = self.env["mail.activity"]._revenue_create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(target._name),
                    "res_id": target.id,
                    "revenue_step_id": step.id,
                    "activity_type_id": self.env.ref(TYPE).id,
                    "user_id": self.deputy.id,
                }
            ]
        )
        self.env.flush_all()
        self.env["revenue.approval.step"]._sweep_inbox()
        self.assertFalse(orphan.exists())
