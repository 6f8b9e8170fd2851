"""Verify finds what somebody with all rights on the database has done behind Odoo, and is stopped by nothing."""

import base64
import datetime
import io
import json

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL, mute_logger

from ...models.audit.chain import Anchor, canonical, entry_digest, verify_lines
from ...models.audit.reader import ENTRY_COLUMNS
from ...models.audit.revenue_audit_watch import ALERTED, ENDED, SEAL_ADDRESSES, STARTED
from ..target.common import TargetCase
from .test_audit_trail import TABLES


@tagged("post_install", "-at_install")
class TestRevenueAuditVerify(TargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seals = cls.env["revenue.audit.seal"]
        cls.auditor = cls.people["auditor"]

    def verify(self, **options):
        return self.as_seen_by(self.auditor, self.seals).verify(**options)["problems"]

    def export(self):
        file = io.BytesIO()
        self.seals._write_export(file)
        return file.getvalue()

    def offline(self, **options):
        return verify_lines(io.BytesIO(self.export()), **options).problems

    def sql(self, statement, *parameters):
        self.env.flush_all()
        self.env.cr.execute(statement, parameters)
        self.env.invalidate_all(flush=False)

    def tamper(self, statement, *parameters):
        """As a superuser who switches the triggers off and on again."""
        for table in TABLES:
            self.sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.sql(statement, *parameters)
        for table in TABLES:
            self.sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change")
            self.sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")

    def assertNamed(self, *words):
        """Verify and the offline verifier both name it."""
        for problems in (self.verify(), self.offline()):
            for word in words:
                self.assertTrue(any(word in problem for problem in problems), (word, problems))

    def each(self, attempts):
        for number, (statement, parameters, *words) in enumerate(attempts):
            with self.subTest(statement, number=number):
                savepoint = self.env.cr.savepoint()
                self.tamper(statement, *parameters)
                self.assertNamed(*words)
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)

    # ------------------------------------------------------------------
    # Documents against their chains
    # ------------------------------------------------------------------

    def test_a_document_changed_behind_its_chain_is_named(self):
        draft, posted = self.own_target(date_start="2031-01-01"), self.posted()
        plan = self.target(date_start="2032-01-01", period_type="year", cadence="month", amount=1200.0)
        self.assertEqual(self.verify(), [])
        rule = self.env["revenue.approval.rule"].search([], limit=1)
        place = f"revenue.target {draft.id},"
        self.each(
            [
                ("UPDATE revenue_target SET state = 'posted' WHERE id = %s", [draft.id], place, "by the trail"),
                ("UPDATE revenue_target SET state = 'draft' WHERE id = %s", [posted.id], "posted by the trail"),
                ("UPDATE revenue_target SET amount = 7 WHERE id = %s", [posted.id], "(amount is 7, by the trail 1000)"),
                ("UPDATE revenue_target SET user_id = 2 WHERE id = %s", [draft.id], place, "user_id changed"),
                ("UPDATE revenue_target SET note = 'x' WHERE id = %s", [draft.id], place, "note changed"),
                ("UPDATE revenue_target SET content_hash = 'x' WHERE id = %s", [posted.id], "another content"),
                ("UPDATE revenue_target SET audit_hash = 'x' WHERE id = %s", [draft.id], place, "remembers"),
                ("UPDATE revenue_target SET audit_sequence = 9 WHERE id = %s", [draft.id], "entry 9 of"),
                (
                    "UPDATE revenue_target_cell SET amount = amount + 1 WHERE target_id = %s",
                    [plan.id],
                    "line_ids changed",
                ),
                (
                    "UPDATE revenue_target_cell SET amount = amount + 1 WHERE target_id = %s",
                    [posted.id],
                    f"revenue.target {posted.id}",
                ),
                ("UPDATE revenue_approval_rule SET required = 2 WHERE id = %s", [rule.id], "required changed"),
                (
                    'UPDATE revenue_approval_rule SET name = \'{"en_US": "x"}\' WHERE id = %s',
                    [rule.id],
                    "name changed",
                ),
            ]
        )

    def test_a_document_deleted_behind_its_chain_is_named(self):
        target = self.own_target()
        self.each(
            [
                (
                    "DELETE FROM revenue_target_cell WHERE target_id = %s;"
                    " DELETE FROM revenue_target_line WHERE target_id = %s; DELETE FROM revenue_target WHERE id = %s",
                    [target.id] * 3,
                    "the document is gone",
                ),
                (
                    "DELETE FROM revenue_audit_entry WHERE res_model = 'revenue.target' AND res_id = %s;"
                    " UPDATE revenue_target SET audit_sequence = 0, audit_hash = NULL WHERE id = %s",
                    [target.id] * 2,
                    f"revenue.target {target.id}: it is not in the trail",
                ),
            ]
        )
        # Deleted as it should be.
        target.unlink()
        self.assertEqual((self.verify(), self.offline()), ([], []))

    def test_the_newest_entries_removed_and_the_head_reset(self):
        target = self.posted()
        first = self.env["revenue.audit.entry"].search(
            [("res_model", "=", target._name), ("res_id", "=", target.id), ("sequence", "=", 1)]
        )
        self.each(
            [
                (
                    "DELETE FROM revenue_audit_entry WHERE res_model = 'revenue.target' AND res_id = %s AND sequence > 1;"
                    " UPDATE revenue_target SET audit_sequence = 1, audit_hash = %s WHERE id = %s",
                    [target.id, first.hash, target.id],
                    "it is posted, and draft by the trail",
                )
            ]
        )

    def test_a_decision_that_is_not_what_the_trail_says_is_named(self):
        target, other = self.posted(), self.submitted(date_start="2030-05-01")
        step = self.steps(target)
        decision, place = step.decision_ids, f"revenue.target {target.id}"
        self.assertEqual((self.verify(), self.offline()), ([], []))
        table = "revenue_approval_decision"
        copied = ", ".join(
            name
            for name in self.env[table.replace("_", ".")]._fields
            if name not in ("id", "user_id", "display_name") and self.env[table.replace("_", ".")]._fields[name].store
        )
        self.each(
            [
                (f"DELETE FROM {table} WHERE id = %s", [decision.id], place, f"decision {decision.id} is missing"),
                (f"UPDATE {table} SET user_id = 2 WHERE id = %s", [decision.id], place, "changed (user is 2"),
                (f"UPDATE {table} SET decision = 'rejected' WHERE id = %s", [decision.id], place, "is rejected"),
                (f"UPDATE {table} SET reason = 'Fine.' WHERE id = %s", [decision.id], place, "reason is Fine."),
                (f"UPDATE {table} SET on_behalf_of_id = 2 WHERE id = %s", [decision.id], place, "on_behalf_of is 2"),
                (f"UPDATE {table} SET origin = 'request' WHERE id = %s", [decision.id], place, "origin is request"),
                (f"UPDATE {table} SET res_id = %s WHERE id = %s", [other.id, decision.id], place, "is missing"),
                (f"UPDATE {table} SET step_id = %s WHERE id = %s", [self.steps(other).id, decision.id], "step is"),
                (
                    f"INSERT INTO {table} (user_id, {copied}) SELECT 2, {copied} FROM {table} WHERE id = %s",
                    [decision.id],
                    place,
                    "is not in the trail",
                ),
            ]
        )

    def test_a_document_that_code_took_past_its_route_is_named(self):
        """What an administrator's code can do: the workflow's own methods, in another order or without decisions."""
        rule = self.env["revenue.approval.rule"].search([("required", "=", 1)], limit=1)

        def lowered(target):
            self.sql("UPDATE revenue_approval_step SET required = 1 WHERE res_id = %s", target.id)
            self.as_("manager", target).action_approve()

        def decided_by_sql(target):
            self.sql("UPDATE revenue_approval_step SET state = 'approved' WHERE res_id = %s", target.id)
            target._move("approved", "approved")

        for number, (make, attempt, words) in enumerate(
            (
                (self.own_target, lambda target: target._move("posted", "posted"), "without having been approved"),
                (self.own_target, lambda target: target._move("approved", "approved"), "without having been submitted"),
                (self.submitted, lambda target: target._move("approved", "approved"), "with 0 of 1 decisions"),
                (self.submitted, lambda target: target._move("posted", "posted"), "without having been approved"),
                (self.submitted, decided_by_sql, "with 0 of 1 decisions"),
                (self.submitted, lowered, "with 1 of 2 decisions"),
            )
        ):
            with self.subTest(number=number, words=words):
                savepoint = self.env.cr.savepoint()
                rule.required = 2 if attempt is lowered else 1
                target = make()
                attempt(target.sudo())
                self.assertNamed(f"revenue.target {target.id} ", words)
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)

    def test_ways_that_a_route_may_go_are_no_finding(self):
        rejected = self.submitted()
        self.as_("manager", rejected).action_reject("Not yet.")
        again = self.as_("user", rejected)
        again.action_reset()
        again.action_submit()
        self.as_("manager", rejected).action_approve()
        self.as_("finance", rejected).action_post()
        self.as_("finance", rejected).action_revise()
        carried = self.submitted(date_start="2030-05-01")
        self.as_("manager", carried).action_approve()
        self.as_("user", carried).action_reset()
        carried.action_submit()
        withdrawn = self.submitted(date_start="2030-06-01")
        self.as_("user", withdrawn).action_cancel("Not needed.")
        self.assertEqual((self.verify(), self.offline()), ([], []))
        self.assertTrue(self.steps(carried)[-1].carried_from_id)

    def test_what_changes_without_a_write_is_no_finding(self):
        rules = self.env["revenue.approval.rule"].search([])
        rules[0].write({"approver_type": "users", "approver_ids": [(6, 0, self.people["manager"].ids)]})
        rules[0].write({"escalation_user_ids": [(6, 0, (self.people["finance"] | self.controller).ids)]})
        target = self.own_target(name="<b>Fünf & 😀</b>", note="<p>Wörter</p>")
        plan = self.target(date_start="2032-01-01", period_type="year", cadence="month", amount=1200.0)
        copied = plan.copy()
        copied.line_ids[0].amount = 2400.0
        self.posted(date_start="2030-05-01").with_user(self.people["finance"]).action_revise()
        self.team.name = "Green"
        self.people["user"].name = "Somebody else"
        self.company.name = "Eastwind"
        self.controller.active = False
        self.env["res.lang"]._activate_lang("fr_FR")
        rules[0].with_context(lang="fr_FR").name = "Règle"
        rules[0].with_context(lang="fr_FR").required = 1
        self.people["admin"].company_ids |= self.other_company
        self.people["admin"].company_id = self.other_company
        self.assertEqual((self.verify(), self.offline()), ([], []))
        target.with_context(lang="fr_FR").note = "<p>Autre</p>"
        self.assertEqual((self.verify(), self.offline()), ([], []))

    def test_a_chain_that_went_from_company_to_company_is_whole(self):
        rule = self.env["revenue.approval.rule"].search([], limit=1).copy({"company_id": self.other_company.id})
        rule.company_id = self.company
        rule.company_id = False
        self.seals._seal(self.company.id)
        self.assertEqual(self.verify(), [])
        seals = self.as_seen_by(self.auditor, self.seals)
        file = io.BytesIO()
        seals._write_export(file)
        verdict = verify_lines(file.getvalue().splitlines())
        self.assertEqual((verdict.problems, verdict.incomplete), ([], None))
        # Of another company's entries: their place, and nothing of their content.
        hidden = [item for line in file.getvalue().splitlines() if (item := json.loads(line))["type"] == "elsewhere"]
        self.assertIn(self.other_company.id, [item["company"] for item in hidden])
        for item in hidden:
            self.assertEqual(item.keys(), {"type", "company", "model", "record", "sequence", "previous", "hash"})

    # ------------------------------------------------------------------
    # What guards the tables
    # ------------------------------------------------------------------

    def test_guards_that_guard_no_longer_are_named(self):
        trigger = "revenue_audit_entry_no_change"
        harmless = (
            "CREATE FUNCTION harmless() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$; DROP TRIGGER"
            f" {trigger} ON revenue_audit_entry; CREATE TRIGGER {trigger} BEFORE UPDATE OR DELETE ON revenue_audit_entry"
            f" FOR EACH ROW %s EXECUTE FUNCTION %s; ALTER TABLE revenue_audit_entry ENABLE ALWAYS TRIGGER {trigger}"
        )
        for statement, words in (
            (f"DROP TRIGGER {trigger} ON revenue_audit_entry", "is missing"),
            (f"ALTER TABLE revenue_audit_entry DISABLE TRIGGER {trigger}", "not enabled ALWAYS"),
            (f"ALTER TABLE revenue_audit_entry ENABLE TRIGGER {trigger}", "not enabled ALWAYS"),
            (f"ALTER TABLE revenue_audit_entry ENABLE REPLICA TRIGGER {trigger}", "not enabled ALWAYS"),
            (harmless % ("", "harmless()"), "not ours any more"),
            (harmless % ("WHEN (OLD.id < 0)", "revenue_audit_refuse()"), "not ours any more"),
            (
                "CREATE OR REPLACE FUNCTION revenue_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
                " $$BEGIN RETURN COALESCE(NEW, OLD); END$$",
                "not ours any more",
            ),
            (
                "CREATE TRIGGER also BEFORE INSERT ON revenue_audit_leaf EXECUTE FUNCTION revenue_audit_refuse()",
                "trigger also on revenue_audit_leaf",
            ),
            ("CREATE RULE nothing AS ON INSERT TO revenue_audit_seal DO INSTEAD NOTHING", "table revenue_audit_seal"),
            ("ALTER TABLE revenue_audit_entry ENABLE ROW LEVEL SECURITY", "table revenue_audit_entry"),
        ):
            with self.subTest(statement):
                savepoint = self.env.cr.savepoint()
                self.sql(statement)
                problems = self.verify()
                self.assertTrue(any(words in problem for problem in problems), problems)
                savepoint.close(rollback=True)

    # ------------------------------------------------------------------
    # Whatever stands in an entry
    # ------------------------------------------------------------------

    def test_whatever_stands_in_an_entry_is_that_entrys_finding(self):
        target = self.target()
        target.amount = 1001.0
        self.seals._seal(self.company.id)
        where = " WHERE res_model = 'revenue.target' AND sequence = 2 AND res_id = %s"
        texts = ["NaN", "[" * 5000, '{"amount": NaN}', '{"amount": 1e999}', '"\\ud800"', "{", "", "7" * 5000, "[1]"]
        # The same content, written another way.
        texts += ['{"amount":"1","amount":"1001"}', " {}"]
        for column, value in (
            *(("after", text) for text in texts),
            *(("before", text) for text in ("[" * 5000, "[1]")),
            ("at", "infinity"),
            ("at", "-infinity"),
            ("at", "0044-03-15 BC"),
            ("at", "2999-01-01 00:00:00.5"),
            ("hash", "x"),
            ("previous_hash", "é"),
            ("res_model", "no.such.model"),
            ("state_to", "x"),
            ("hash_version", 99),
            ("origin", "x"),
            ("login_id", 1),
            ("transaction", "18446744073709551615"),
        ):
            with self.subTest(f"{column} {value!s:.20}"):
                savepoint = self.env.cr.savepoint()
                self.tamper(f"UPDATE revenue_audit_entry SET {column} = %s{where}", value, target.id)
                if column not in ("hash", "res_model"):
                    self.assertNamed(f"entry 2 of revenue.target {target.id}")
                else:
                    self.assertTrue(self.verify() and self.offline())
                # The list of the trail opens, the document takes changes, and sealing goes on.
                entries = self.as_seen_by(self.auditor, self.env["revenue.audit.entry"])
                if column != "at":
                    entries.search([("res_id", "=", target.id)]).read(["changes", "reason"])
                target.amount = 1003.0
                self.seals._seal(self.company.id)
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)

    def test_wrong_arguments_get_a_sentence(self):
        for options in ({"limit": "x"}, {"limit": 0}, {"limit": True}, {"limit": 10**9}, {"anchor": 7}):
            with self.assertRaisesRegex(UserError, "Limit|Anchor"):
                self.verify(**options)

    # ------------------------------------------------------------------
    # Time
    # ------------------------------------------------------------------

    def test_time_does_not_run_backwards_where_a_clock_does(self):
        target = self.target()
        with self.clock("2020-01-01 00:00:00"):
            target.amount = 1001.0
            self.seals._seal(self.company.id)
        with self.clock("2019-01-01 00:00:00"):
            target.amount = 1002.0
            self.seals._seal(self.company.id)
        entries = self.env["revenue.audit.entry"].search(
            [("res_model", "=", target._name), ("res_id", "=", target.id)], order="sequence"
        )
        self.assertEqual(len(set(entries.mapped("at"))), 1)
        self.assertEqual((self.verify(), self.offline()), ([], []))
        # Somebody writes the time another way, with a hash that fits.
        row = self.env.execute_query(
            SQL(
                "SELECT %s FROM revenue_audit_entry WHERE id = %s",
                SQL(", ").join(map(SQL.identifier, ENTRY_COLUMNS.values())),
                entries[2].id,
            )
        )[0]
        content = dict(zip(ENTRY_COLUMNS, row, strict=True)) | {"at": "2018-01-01T00:00:00Z"}
        content |= {name: json.loads(content[name]) for name in ("before", "after")}
        self.tamper(
            "UPDATE revenue_audit_entry SET at = '2018-01-01', hash = %s WHERE id = %s",
            entry_digest(content),
            entries[2].id,
        )
        self.assertNamed("its time (2018-01-01T00:00:00Z) is before")

    def clock(self, now):
        import freezegun

        return freezegun.freeze_time(now)

    # ------------------------------------------------------------------
    # Anchors, and what leaves the database
    # ------------------------------------------------------------------

    def test_an_anchor_says_what_is_missing_now(self):
        target = self.target()
        self.seals._seal(self.company.id)
        earlier = self.export().decode()
        self.assertEqual(self.verify(anchor=earlier), [])
        sent = self.env["mail.mail"].search([("subject", "like", "Audit seal")], limit=1, order="id DESC")
        line = sent.body_html.split("<pre>")[1].split("</pre>")[0].replace("&#34;", '"').replace("&quot;", '"')
        self.assertEqual(self.verify(anchor=line), [])
        # Everything since is cut off, and the document with it.
        self.tamper(
            "DELETE FROM revenue_audit_leaf WHERE seal_id = (SELECT MAX(id) FROM revenue_audit_seal);"
            " DELETE FROM revenue_audit_seal WHERE id = (SELECT MAX(id) FROM revenue_audit_seal);"
            " DELETE FROM revenue_audit_entry WHERE res_model = 'revenue.target' AND res_id = %s;"
            " DELETE FROM revenue_target_cell WHERE target_id = %s;"
            " DELETE FROM revenue_target_line WHERE target_id = %s; DELETE FROM revenue_target WHERE id = %s",
            *[target.id] * 4,
        )
        self.assertEqual((self.verify(), self.offline()), ([], []))
        missing = f"entry 1 of revenue.target {target.id}: the anchor has it, and it is missing"
        self.assertIn(missing, self.verify(anchor=earlier))
        self.assertIn(missing, self.offline(anchor=Anchor(earlier.splitlines())))
        self.assertEqual(len(self.verify(anchor=line)), 1)
        for nonsense in ("x", "[" * 5000, '{"type": "trail"}', '{"type":"entry","model":"a\\u0000","record":1}'):
            self.assertTrue(self.verify(anchor=nonsense), nonsense)

    def test_each_seal_is_mailed_to_the_auditors_of_its_company(self):
        self.env["ir.config_parameter"].set_param(SEAL_ADDRESSES, "vault@example.com, <b@example.com>")
        self.auditor.write({"email": "auditor@example.com", "notification_type": "inbox"})
        self.target()
        self.as_seen_by(self.auditor, self.seals).action_seal()
        seal = self.seals.search([("company_id", "=", self.company.id)], limit=1)
        mail = self.env["mail.mail"].search([("body_html", "like", seal.hash)])
        self.assertEqual(len(mail), 1)
        for address in ("vault@example.com", "b@example.com", "auditor@example.com"):
            self.assertIn(address, mail.email_to)
        # Not to those of another company.
        foreign = self._person("foreign", "revenue_group_auditor", self.other_company)
        foreign.email = "foreign@example.com"
        self.target(date_start="2031-01-01")
        self.seals._seal(self.company.id)
        mail = self.env["mail.mail"].search([("subject", "like", "Audit seal")], limit=1, order="id DESC")
        self.assertNotIn("foreign@example.com", mail.email_to)

    def test_uninstalling_offers_a_last_export(self):
        self.target(company_id=self.other_company.id)
        system = self._person("system", "revenue_group_user")
        system.group_ids |= self.env.ref("base.group_system")
        uninstalls = self.as_seen_by(system, self.env["base.module.uninstall"])
        modules = self.env["ir.module.module"].search([("name", "in", ("sales_revenue_mgmt", "crm"))])
        for module in modules:
            wizard = uninstalls.create({"module_ids": [(6, 0, module.ids)]})
            # Without crm there is none of it either.
            self.assertTrue(wizard.revenue_audit_count)
        action = wizard.action_export_revenue_audit()
        attachment = self.env["ir.attachment"].browse(int(action["url"].split("/")[3].split("?")[0]))
        verdict = verify_lines(attachment.raw.splitlines())
        self.assertEqual((verdict.problems, verdict.incomplete, verdict.unsealed), ([], None, 0))
        with self.assertRaises(AccessError):
            self.as_seen_by(self.auditor, wizard).action_export_revenue_audit()

    # ------------------------------------------------------------------
    # What one entry can take
    # ------------------------------------------------------------------

    def test_names_and_notes_have_a_size(self):
        target = self.own_target(name="x" * 200, note=f"<p>{'x' * 49_000}</p>")
        self.assertEqual(len(target.name), 200)
        rules = self.as_("admin", self.env["revenue.approval.rule"]).search([], limit=1)
        delegations = self.as_("manager", self.env["revenue.delegation"])
        values = {"to_id": self.people["finance"].id, "date_from": "2030-01-01", "date_to": "2030-01-02"}
        for attempt in (
            lambda: target.write({"name": "x" * 201}),
            lambda: target.write({"note": f"<p>{'ü' * 25_001}</p>"}),
            lambda: target.copy({"name": "x" * 201}),
            lambda: self.own_target(name="x" * 5_000_000, date_start="2032-01-01"),
            lambda: self.own_target(note="x" * 5_000_000, date_start="2032-01-01"),
            lambda: rules.write({"name": "x" * 201}),
            lambda: rules.update_field_translations("name", {"en_US": "x" * 201}),
            lambda: rules.write({"domain": f"[('name', '=', '{'x' * 50_000}')]"}),
            lambda: delegations.create({**values, "reason": "x" * 201}),
        ):
            with self.assertRaisesRegex(UserError, "too many|too much"), self.env.cr.savepoint():
                attempt()
        # Names of others, which nobody bounds, are cut short.
        self.team.name = "T" * 2000
        target.amount = 7.0
        entry = self.env["revenue.audit.entry"].search([("res_id", "=", target.id), ("event", "=", "changed")], limit=1)
        name = json.loads(entry.after)["team_id"]["name"]
        self.assertEqual((len(name), name[-2:]), (200, "T…"))
        target.name = False
        self.assertLessEqual(len(self.env["revenue.audit.entry"].search([], limit=1).record_name), 500)
        with self.assertRaisesRegex(UserError, "at once are too much"):
            target._audit("noted", reason="x" * 600_000)

    # ------------------------------------------------------------------
    # The nightly check
    # ------------------------------------------------------------------

    def told(self, words):
        partner = self.auditor.partner_id
        return self.env["mail.message"].search(
            [("notified_partner_ids", "in", partner.ids), ("subject", "like", words)]
        )

    def run_job(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"sales_revenue_mgmt.{name}").method_direct_trigger()

    def test_a_check_that_fails_is_an_alert(self):
        self.patch(type(self.seals), "verify", lambda self: 1 / 0)
        with mute_logger("odoo.addons.sales_revenue_mgmt.models.audit.revenue_audit_watch"):
            self.run_job("revenue_audit_cron_verify")
        self.assertIn("could not be finished (ZeroDivisionError", self.told("is broken").body)

    def test_a_check_that_does_not_end_is_an_alert(self):
        parameters = self.env["ir.config_parameter"]
        self.run_job("revenue_audit_cron_verify")
        self.assertFalse(self.told("did not end"))
        # Killed in the middle: it has begun, and not ended.
        parameters.set_param(STARTED, "2999-01-01 00:00:00")
        self.run_job("revenue_audit_cron_verify")
        self.assertEqual(len(self.told("did not end")), 1)
        # Switched off, deleted, or killed each night: another job notices, once a day.
        parameters.set_param(ENDED, "2020-01-01 00:00:00")
        for _ in range(2):
            self.run_job("revenue_audit_cron_seal")
            self.assertEqual(len(self.told("did not end")), 2)
        parameters.set_param(ALERTED, "2020-01-02 00:00:00")
        self.run_job("revenue_audit_cron_seal")
        self.assertEqual(len(self.told("did not end")), 3)
        parameters.set_param(ENDED, "nonsense")
        parameters.set_param(ALERTED, False)
        self.run_job("revenue_audit_cron_seal")
        self.assertEqual(len(self.told("did not end")), 4)

    def test_canonical_text_is_what_is_stored(self):
        target = self.target(note="<p>ü</p>")
        ((after,),) = self.env.execute_query(
            SQL("SELECT after FROM revenue_audit_entry WHERE res_model = %s AND res_id = %s", target._name, target.id)
        )
        self.assertEqual(after, canonical(json.loads(after)))


@tagged("post_install", "-at_install")
class TestRevenueAuditDownload(HttpCase, TargetCase):
    def fetch(self, path, person):
        keys = self.env["res.users.apikeys"].with_user(person)
        key = keys._generate("rpc", "outside", fields.Datetime.now() + datetime.timedelta(days=1))
        return self.url_open(path, headers={"Authorization": f"Bearer {key}"})

    def test_a_program_with_an_api_key_keeps_seals_and_exports(self):
        auditor = self.people["auditor"]
        self.target()
        self.target(company_id=self.other_company.id)
        for company in self.company | self.other_company:
            self.env["revenue.audit.seal"]._seal(company.id)
        self.env["revenue.audit.seal"]._seal(None)
        seals = [json.loads(line) for line in self.fetch("/revenue/audit/seals.jsonl", auditor).text.splitlines()]
        self.assertEqual({seal["company"] for seal in seals}, {self.company.id, None})
        self.assertNotIn("entries", seals[0])
        last = max(seal["number"] for seal in seals)
        self.assertFalse(self.fetch(f"/revenue/audit/seals.jsonl?after={last}", auditor).text)
        self.assertEqual(self.fetch("/revenue/audit/seals.jsonl?after=x", auditor).status_code, 400)
        answer = self.fetch("/revenue/audit/trail.jsonl", auditor)
        verdict = verify_lines(answer.content.splitlines(), Anchor(json.dumps(seal) for seal in seals))
        self.assertEqual((verdict.problems, verdict.incomplete, verdict.unsealed), ([], None, 0))
        note = self.env["revenue.audit.entry"].search([("event", "=", "exported")], limit=1)
        self.assertEqual((note.user_id, note.login_id, note.origin), (auditor, auditor, "request"))
        for role in ("user", "manager", "finance", "admin"):
            for path in ("seals", "trail"):
                answer = self.fetch(f"/revenue/audit/{path}.jsonl", self.people[role])
                self.assertEqual(answer.status_code, 404, (role, path))
        self.assertEqual(self.url_open("/revenue/audit/seals.jsonl").status_code, 401)

    def test_verify_with_an_uploaded_anchor(self):
        self.target()
        self.env["revenue.audit.seal"]._seal(self.company.id)
        seals = self.as_("auditor", self.env["revenue.audit.seal"])
        lines = seals.kept_seals()
        check = self.as_("auditor", self.env["revenue.audit.check"])
        for text, outcome in ((lines[-1], "intact"), (lines[-1].replace('"number": ', '"number": 9'), "broken")):
            made = check.create({"anchor": base64.b64encode(text.encode())})
            self.assertEqual(made.action_verify()["res_id"], made.id)
            self.assertEqual((made.outcome, bool(made.problems)), (outcome, outcome == "broken"))
        with self.assertRaisesRegex(UserError, "no text"):
            check.create({"anchor": base64.b64encode(b"\xff\xfe")}).action_verify()
        for role in ("user", "manager", "finance", "admin"):
            with self.assertRaises(AccessError):
                self.as_(role, self.env["revenue.audit.check"]).create({"anchor": base64.b64encode(b"{}")})
            with self.assertRaises(AccessError):
                self.as_(role, self.env["revenue.audit.seal"]).kept_seals()
