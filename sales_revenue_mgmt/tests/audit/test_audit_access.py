"""Who has a role, and what decides who sees and decides, does not change without a note."""

import json
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user, tagged

from ...models.audit import res_users
from ...models.core.actor import REQUEST, Actor
from ..common import RevenueCase

FINANCE = "sales_revenue_mgmt.revenue_group_finance"


@tagged("post_install", "-at_install")
class TestRevenueAccessTrail(RevenueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settings = new_test_user(
            cls.env, "revenue_settings", groups="base.group_system,base.group_erp_manager,sales_team.group_sale_manager"
        )
        cls.settings.write({"company_ids": [Command.set(cls.company.ids)], "company_id": cls.company.id})
        cls.clerk = new_test_user(
            cls.env,
            "revenue_clerk",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.finance_group = cls.env.ref(FINANCE)
        cls.as_settings = cls.env(user=cls.settings, context={"allowed_company_ids": cls.company.ids})

    def entries(self, event):
        return self.env["revenue.audit.entry"].search([("event", "=", event)], order="id desc")

    def content(self, entry):
        return json.loads(entry.after)

    def assertNoted(self, event, change, *words):
        """One entry of the one who does it comes of the change, and it has these words."""
        before = self.entries(event)
        change()
        self.env.flush_all()
        new = self.entries(event) - before
        self.assertEqual(len(new), 1, new.mapped("changes"))
        self.assertEqual(new.user_id, self.settings)
        for word in words:
            self.assertIn(word, new.changes)
        return new

    def assertRole(self, change, roles, person=None):
        new = self.assertNoted("roles", change)
        content = self.content(new)
        person = person or self.clerk
        self.assertEqual(content["user"]["id"], person.id)
        self.assertEqual([role["name"] for role in content["after"]], roles)
        self.assertFalse(self.env["revenue.audit.journal"]._compare_roles("The trail knows it all."))

    # ------------------------------------------------------------------
    # Roles
    # ------------------------------------------------------------------

    def test_a_role_by_a_group_that_implies_it(self):
        groups = self.as_settings["res.groups"]
        vals = {"name": "Helpers", "user_ids": [Command.link(self.clerk.id)]}
        made = []
        self.assertRole(
            lambda: made.append(groups.create({**vals, "implied_ids": [Command.link(self.finance_group.id)]})),
            ["Finance Controller"],
        )
        (helpers,) = made
        self.assertRole(lambda: helpers.write({"user_ids": [Command.unlink(self.clerk.id)]}), [])
        self.assertRole(
            lambda: self.clerk.with_env(self.as_settings).write({"group_ids": [Command.link(helpers.id)]}),
            ["Finance Controller"],
        )
        self.assertRole(helpers.unlink, [])
        by_default = groups.with_context(default_implied_ids=self.finance_group.ids, default_user_ids=self.clerk.ids)
        self.assertRole(lambda: made.append(by_default.create({"name": "Others"})), ["Finance Controller"])
        self.assertRole(made[1].unlink, [])

    def test_changes_inside_of_changes_are_noted(self):
        """A write that carries others along, to records that the outer one does not look at."""
        other = new_test_user(
            self.env, "revenue_other_clerk", groups="base.group_user", company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )  # fmt: skip
        users, finance = self.clerk.with_env(self.as_settings), self.finance_group.id
        give = [Command.update(finance, {"user_ids": [Command.link(other.id)]})]
        self.assertRole(lambda: users.write({"group_ids": give}), ["Finance Controller"], other)
        take = [Command.update(finance, {"user_ids": [Command.unlink(other.id)]})]
        self.assertRole(lambda: users.write({"group_ids": take}), [], other)
        between = {"name": "Between", "implied_ids": [Command.link(finance)], "user_ids": [Command.link(other.id)]}
        before = self.entries("roles")
        users.write({"group_ids": [Command.create(between)]})
        self.env.flush_all()
        people = [self.content(entry)["user"]["id"] for entry in self.entries("roles") - before]
        self.assertCountEqual(people, [self.clerk.id, other.id])
        self.assertFalse(self.env["revenue.audit.journal"]._compare_roles("The trail knows it all."))

    def test_rights_leaders_and_managers_inside_of_changes(self):
        rule = self.env["ir.rule"].search([("model_id.model", "=", "revenue.target")], limit=1)
        access = self.env["ir.model.access"].search([("model_id.model", "=", "revenue.target")], limit=1)
        inside = {
            "name": "Inside",
            "model_access": [Command.update(access.id, {"perm_unlink": not access.perm_unlink})],
        }
        other = self.env["ir.rule"].search([("model_id.model", "=", "revenue.target.line")], limit=1)
        inside["rule_groups"] = [Command.update(other.id, {"domain_force": "[(1, '=', 1)]"})]
        new = self.assertNoted(
            "rights",
            lambda: rule.with_env(self.as_settings).write({"groups": [Command.create(inside)]}),
            access.name,
            other.name,
        )
        self.assertIn("(1, '=', 1)", new.changes)
        branch = self.env["res.company"].create({"name": "Inside branch", "parent_id": self.company.id})
        change = [Command.update(branch.id, {"revenue_manager_id": self.clerk.id})]
        company = self.company.with_env(self.as_settings)
        self.assertNoted("company", lambda: company.write({"child_ids": change}), "Inside branch", self.clerk.name)
        first, second = self.env["crm.team"].create(
            [{"name": "First"}, {"name": "Second", "member_ids": [self.clerk.id]}]
        )
        change = [Command.update(first.id, {"user_id": self.clerk.id})]
        members = [Command.update(self.clerk.id, {"crm_team_ids": change})]
        self.assertNoted("team", lambda: second.with_env(self.as_settings).write({"member_ids": members}), "First")

    def test_a_role_by_implying_it_from_below_or_above(self):
        plain = self.as_settings["res.groups"].create({"name": "Plain", "user_ids": [Command.link(self.clerk.id)]})
        finance = self.finance_group.with_env(self.as_settings)
        self.assertRole(lambda: finance.write({"implied_by_ids": [Command.link(plain.id)]}), ["Finance Controller"])
        self.assertRole(lambda: plain.write({"implied_ids": [Command.clear()]}), [])
        self.assertRole(lambda: plain._apply_group(finance), ["Finance Controller"])
        self.assertRole(lambda: plain._remove_group(finance), [])
        nested = [Command.create({"name": "Middle", "implied_ids": [Command.link(finance.id)]})]
        self.assertRole(lambda: plain.write({"implied_ids": nested}), ["Finance Controller"])

    def test_a_copy_of_a_group_has_no_people_but_its_rights_are_noted(self):
        copied = []
        self.assertNoted(
            "rights", lambda: copied.append(self.finance_group.with_env(self.as_settings).copy()), "revenue.target"
        )
        self.assertRole(
            lambda: copied[0].write(
                {"user_ids": [Command.link(self.clerk.id)], "implied_ids": [Command.link(self.finance_group.id)]}
            ),
            ["Finance Controller"],
        )

    def test_a_role_by_the_form_an_import_or_another_modules_data(self):
        users = self.as_settings["res.users"]
        clerk = self.clerk.with_env(self.as_settings)
        self.assertRole(
            lambda: clerk.write({"group_ids": [Command.link(self.finance_group.id)]}), ["Finance Controller"]
        )
        self.assertRole(lambda: clerk.write({"active": False}), [])
        self.assertRole(lambda: clerk.write({"active": True}), ["Finance Controller"])
        self.assertRole(lambda: clerk.write({"company_ids": [Command.link(self.branch.id)]}), ["Finance Controller"])
        southwind = self.branch.with_env(self.as_settings)
        self.assertRole(lambda: southwind.write({"user_ids": [Command.unlink(clerk.id)]}), ["Finance Controller"])
        imported = users.load(
            ["id", "name", "login", "group_ids/id"],
            [["__import__.jo", "Jo", "revenue_jo", f"base.group_user,{FINANCE}"]],
        )
        self.assertFalse([message for message in imported["messages"] if message["type"] == "error"])
        jo = users.browse(imported["ids"])
        self.assertEqual(self.content(self.entries("roles")[:1])["user"]["id"], jo.id)
        data = [
            {
                "xml_id": "base.group_revenue_helpers",
                "noupdate": False,
                "values": {
                    "name": "Of a module",
                    "user_ids": [Command.link(self.people["user"].id)],
                    "implied_ids": [Command.link(self.finance_group.id)],
                },
            }
        ]
        self.assertRole(
            lambda: self.as_settings["res.groups"].sudo()._load_records(data),
            ["Sales User", "Finance Controller"],
            self.people["user"],
        )

    def test_a_role_by_moving_its_external_id(self):
        plain = self.env["res.groups"].create({"name": "Plain", "user_ids": [Command.link(self.clerk.id)]})
        data = self.env["ir.model.data"].search(
            [("module", "=", "sales_revenue_mgmt"), ("name", "=", "revenue_group_auditor")]
        )
        count = len(self.entries("roles"))
        data.with_env(self.as_settings).sudo().write({"res_id": plain.id})
        noted = self.entries("roles")[: len(self.entries("roles")) - count]
        names = {self.content(entry)["user"]["name"] for entry in noted}
        self.assertLessEqual({self.clerk.name, self.people["auditor"].name}, names)

    def test_a_change_of_many_is_written_at_once(self):
        people = self.env["res.users"].create(
            [
                {
                    "name": f"P{i}",
                    "login": f"revenue_p{i}",
                    "group_ids": [Command.link(self.env.ref("base.group_user").id)],
                }
                for i in range(20)
            ]
        )
        group = self.env["res.groups"].create({"name": "Many", "user_ids": [Command.set(people.ids)]})
        self.env.flush_all()
        self.env["revenue.audit.journal"]._of(people)
        before = self.env.cr.sql_log_count
        group.write({"implied_ids": [Command.link(self.finance_group.id)]})
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 60)

    def test_the_nightly_comparison_finds_what_came_past_odoo(self):
        journal = self.env["revenue.audit.journal"]
        journal._compare_roles("Start.")
        self.assertFalse(journal._compare_roles("Nothing."))
        self.env.cr.execute(
            "INSERT INTO res_groups_users_rel (gid, uid) VALUES (%s, %s)", [self.finance_group.id, self.clerk.id]
        )
        self.env.cr.execute(
            "DELETE FROM res_groups_users_rel WHERE uid = %s AND gid = %s",
            [self.controller.id, self.finance_group.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        journal._cron_compare_roles()
        noted = self.entries("roles").filtered(lambda entry: "nightly comparison" in (entry.reason or ""))
        self.assertEqual({self.content(entry)["user"]["id"] for entry in noted}, {self.clerk.id, self.controller.id})
        auditor = self.people["auditor"].partner_id
        alert = self.env["mail.message"].search([("notified_partner_ids", "in", auditor.ids)], limit=1)
        self.assertIn("Roles have changed without a note", alert.subject)
        self.assertIn("revenue_clerk", alert.body)
        self.assertFalse(journal._compare_roles("Said once."))
        self.assertIntact()

    # ------------------------------------------------------------------
    # What decides who sees and decides
    # ------------------------------------------------------------------

    def test_record_rules_of_ours(self):
        rules = self.as_settings["ir.rule"]
        model = self.env["ir.model"]._get_id("revenue.target")
        made = []
        self.assertNoted(
            "rights",
            lambda: made.append(rules.create({"name": "All", "model_id": model, "domain_force": "[(1, '=', 1)]"})),
            "revenue.target",
            "[(1, '=', 1)]",
        )
        self.assertNoted("rights", lambda: made[0].write({"domain_force": "[(0, '=', 1)]"}), "[(0, '=', 1)]")
        self.assertNoted("rights", lambda: made[0].write({"active": False}), "archived")
        other = self.env["ir.model"]._get_id("res.partner.industry")
        self.assertNoted("rights", lambda: made[0].write({"model_id": other}), "All")
        self.assertNoted("rights", lambda: made[0].write({"model_id": model}), "All")
        self.assertNoted(
            "rights",
            lambda: self.finance_group.with_env(self.as_settings).write({"rule_groups": [Command.link(made[0].id)]}),
            "Finance Controller",
        )
        self.assertNoted("rights", made[0].unlink, "All")
        count = len(self.entries("rights"))
        rules.create({"name": "Elsewhere", "model_id": other, "domain_force": "[]"}).unlink()
        self.assertEqual(len(self.entries("rights")), count)

    def test_access_rights_of_ours(self):
        access = self.as_settings["ir.model.access"]
        vals = {
            "name": "Clerks",
            "group_id": self.env.ref("base.group_user").id,
            "perm_read": True,
            "model_id": self.env["ir.model"]._get_id("revenue.approval.rule"),
        }
        made = []
        self.assertNoted("rights", lambda: made.append(access.create(vals)), "revenue.approval.rule; read")
        self.assertNoted("rights", lambda: made[0].write({"perm_write": True}), "read, write")
        self.assertNoted("rights", made[0].unlink, "Clerks")

    def test_a_password_or_second_factor_set_by_somebody_else(self):
        manager = self.people["manager"]
        theirs = manager.with_env(self.as_settings)
        for change, word in (
            (lambda: theirs.write({"password": "owned-by-me-1"}), "password"),
            (lambda: theirs.write({"new_password": "owned-by-me-2"}), "password"),
            (lambda: theirs._change_password("owned-by-me-3"), "password"),
            (lambda: theirs.write({"login": "mine"}), "login"),
            (lambda: theirs.write({"email": "mine@example.com"}), "email"),
        ):
            before = self.entries("account")
            change()
            new = (self.entries("account") - before)[:1]
            self.assertEqual((new.user_id, new.record_name), (self.settings, manager.name))
            self.assertIn(word, new.changes)
            self.assertNotIn("owned", new.changes)
        if "totp_secret" in manager._fields:
            self.assertNoted("account", lambda: theirs.sudo().write({"totp_secret": False}), "totp_secret")
        count = len(self.entries("account"))
        with self.in_a_request_of(manager):
            manager.with_user(manager).env.user._change_password("my-own-secret-1")
        self.clerk.with_env(self.as_settings).write({"password": "nobody-asks-1"})
        self.assertEqual(len(self.entries("account")), count)

    def test_a_key_or_an_address_for_mails_from_somebody_else(self):
        manager, clerk = self.people["manager"], self.clerk
        partner = manager.partner_id.with_env(self.as_settings)
        partner.email = "manager@example.com"
        self.assertNoted("account", lambda: partner.write({"email": "mine@example.com"}), "email")
        count = len(self.entries("account"))
        partner.write({"email": "mine@example.com"})
        clerk.partner_id.with_env(self.as_settings).email = "clerk@example.com"
        clerk.with_user(clerk).env["res.users.apikeys"]._generate("rpc", "test", self.tomorrow())
        keys = self.env["res.users.apikeys"].with_user(manager)
        with self.in_a_request_of(manager):
            keys._generate("rpc", "own", self.tomorrow())
        self.assertEqual(len(self.entries("account")), count)
        # Code outside a request of the manager's own.
        key = keys._generate("rpc", "test", self.tomorrow())
        entry = self.entries("account")[0]
        self.assertEqual(len(self.entries("account")), count + 1)
        self.assertEqual((entry.record_name, entry.origin), (manager.name, "no request"))
        self.assertIn("API", entry.changes)
        self.assertNotIn(key, entry.changes)

    def in_a_request_of(self, user):
        return patch.object(res_users, "actor", lambda env: Actor(user.id, REQUEST))

    @staticmethod
    def tomorrow():
        return datetime.now() + timedelta(days=1)

    def test_leaders_members_and_branch_managers(self):
        team = self.team.with_env(self.as_settings)
        self.assertNoted("team", lambda: team.write({"user_id": self.deputy.id}), "leader: revenue_deputy")
        self.assertNoted(
            "team", lambda: team.write({"member_ids": [Command.link(self.stranger.id)]}), self.stranger.name
        )
        member = team.crm_team_member_ids.filtered(lambda member: member.user_id == self.stranger)
        self.assertNoted("team", member.unlink, self.stranger.name)
        made = []
        self.assertNoted("team", lambda: made.append(team.create({"name": "New", "user_id": self.deputy.id})), "New")
        self.assertNoted("team", made[0].unlink, "New")
        company = self.company.with_env(self.as_settings)
        self.assertNoted(
            "company", lambda: company.write({"revenue_manager_id": self.deputy.id}), "branch manager: revenue_deputy"
        )
        self.assertNoted("company", lambda: company.write({"revenue_owner_share": 1.0}), "owners from: 1.0000")

    def test_jobs_of_ours(self):
        verify = self.env.ref("sales_revenue_mgmt.revenue_audit_cron_verify").with_env(self.as_settings)
        self.assertNoted("job", lambda: verify.write({"active": False}), "switched off")
        self.assertNoted("job", lambda: verify.write({"active": True}), "active")
        self.assertNoted("job", lambda: verify.write({"nextcall": "2099-01-01 00:00:00"}), "2099-01-01")
        self.assertNoted("job", lambda: verify.ir_actions_server_id.write({"code": "pass"}), "pass")
        self.assertNoted("job", lambda: verify.write({"code": "0"}), "0")
        self.assertNoted("job", verify.unlink, "verify the audit trail")
        count = len(self.entries("job"))
        self.env.ref("base.autovacuum_job").with_env(self.as_settings).write({"interval_number": 2})
        self.assertEqual(len(self.entries("job")), count)
