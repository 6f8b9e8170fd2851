"""The audit trail: complete, readable by whom it may concern, and evident where somebody tampered with it."""

import hashlib
import io
import json

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ...models.audit.chain import verify_lines
from ...models.core.actor import running_job
from ..target.common import TargetCase

TABLES = ("revenue_audit_entry", "revenue_audit_seal", "revenue_audit_leaf")


@tagged("post_install", "-at_install")
class TestRevenueAudit(TargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seals = cls.env["revenue.audit.seal"]
        cls.auditor = cls.people["auditor"]

    def trail(self, target, user=None):
        entries = self.env["revenue.audit.entry"]
        if user:
            entries = self.as_seen_by(user, entries)
        return entries.search([("res_model", "=", "revenue.target"), ("res_id", "=", target.id)], order="sequence")

    def problems(self):
        """What Verify says, and what the offline verifier says of an export."""
        file = io.BytesIO()
        self.seals._write_export(file)
        offline = verify_lines(file.getvalue().splitlines()).problems
        return self.seals.verify()["problems"], offline

    def tamper(self, statement, *parameters):
        """As a superuser who switches the triggers off and on again."""
        for table in TABLES:
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.env.cr.execute(statement, parameters)
        for table in TABLES:
            self.env.cr.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change")
            self.env.cr.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # What is written down
    # ------------------------------------------------------------------

    def test_create_change_and_delete_are_written_down_in_words(self):
        finance = self.people["finance"]
        target = self.as_seen_by(finance, self.env["revenue.target"]).create(
            {"measure": "booked", "period_type": "month", "date_start": "2030-03-01", "amount": 1000.0}
        )
        target.write({"amount": 1250.5, "team_id": self.team.id})
        target.write({"amount": 1250.5})
        entries = self.trail(target)
        self.assertEqual(entries.mapped("event"), ["created", "changed"])
        self.assertEqual(entries[0].event_label, "Created")
        self.assertEqual(entries.user_id, finance)
        self.assertEqual(entries.mapped("sequence"), [1, 2])
        self.assertEqual(entries[1].changes, "Sales Team: – → Blue\nTarget: 1,000 → 1,250.5")
        self.assertIn("Measure: Booked Amount", entries[0].changes)
        self.assertEqual(entries[1].previous_hash, entries[0].hash)
        self.assertEqual((target.audit_sequence, target.audit_hash), (2, entries[1].hash))
        target_id = target.id
        target.unlink()
        gone = self.env["revenue.audit.entry"].search(
            [("res_model", "=", "revenue.target"), ("res_id", "=", target_id)]
        )
        self.assertEqual(gone[0].event, "deleted")
        with self.assertRaisesRegex(UserError, "no longer exists"):
            gone[0].action_open_document()
        self.assertEqual(self.problems(), ([], []))

    def test_files_stand_in_the_trail_with_their_hash(self):
        target = self.own_target()
        files = self.as_("user", self.env["ir.attachment"])
        file = files.create({"name": "terms.txt", "raw": b"one", "res_model": target._name, "res_id": target.id})
        loose = files.create({"name": "loose.txt", "raw": b"two"})
        loose.write({"res_model": target._name, "res_id": target.id})
        link = files.create(
            {
                "name": "site",
                "type": "url",
                "url": "https://example.com",
                "res_model": target._name,
                "res_id": target.id,
            }
        )
        file.raw = b"three"
        file.name = "final.txt"
        file.description = "Not what it is."
        (link | loose).unlink()
        said = [
            (
                entry.event,
                entry.user_id,
                *(json.loads(text)["attachment"] if text else None for text in (entry.before, entry.after)),
            )
            for entry in self.trail(target)[1:]
        ]

        def is_file(attachment, name, content):
            return {"id": attachment, "name": name, "sha256": hashlib.sha256(content).hexdigest()}

        first, site = (
            is_file(file.id, "terms.txt", b"one"),
            {"id": link.id, "name": "site", "url": "https://example.com"},
        )
        second, third = is_file(file.id, "terms.txt", b"three"), is_file(file.id, "final.txt", b"three")
        two = is_file(loose.id, "loose.txt", b"two")
        user = self.people["user"]
        self.assertEqual(
            said,
            [
                ("attached", user, None, first),
                ("attached", user, None, two),
                ("attached", user, None, site),
                ("attached", user, first, second),
                ("attached", user, second, third),
                ("detached", user, two, None),
                ("detached", user, site, None),
            ],
        )
        self.assertIn("final.txt", self.trail(target)[5].changes)
        self.assertEqual(self.problems(), ([], []))
        # A file of another's document, and one that goes with its document.
        count = self.env["revenue.audit.entry"].search_count([])
        files.create({"name": "x", "raw": b"x", "res_model": "res.partner", "res_id": user.partner_id.id})
        self.assertEqual(self.env["revenue.audit.entry"].search_count([]), count)
        target.unlink()
        self.assertFalse(file.exists())
        self.assertEqual(self.problems(), ([], []))

    def test_entries_say_where_they_come_from_and_in_which_transaction(self):
        target = self.target()
        token = running_job.set("7: Revenue: seal the audit trail")
        self.env["revenue.audit.entry"].append(target, "seen")
        running_job.reset(token)
        ((transaction,),) = self.env.execute_query(SQL("SELECT pg_current_xact_id()"))
        entries = self.trail(target)
        self.assertEqual(entries.mapped("origin"), ["no request", "job 7: Revenue: seal the audit trail"])
        self.assertEqual(entries.mapped("transaction"), [transaction] * 2)
        self.assertFalse(entries.login_id)
        self.assertEqual(set(entries.mapped("hash_version")), {3})
        for operator, value in (("=", transaction), ("ilike", transaction), (">=", transaction), ("!=", "1")):
            self.assertIn(entries[0], entries.search([("transaction", operator, value)], order="transaction, id"))
        self.assertIn(entries[1], entries.search([("transaction", "!=", False)]))
        for value in ("x", "-1", "²", str(1 << 64)):
            with self.assertRaisesRegex(UserError, "Transaction"):
                entries.search([("transaction", "=", value)])
        self.assertEqual(self.problems(), ([], []))

    def test_a_failed_change_leaves_no_entry(self):
        target = self.target()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            target.write({"amount": -1})
        self.assertEqual(len(self.trail(target)), 1)

    def test_the_head_cannot_be_set_by_hand_or_copied(self):
        target = self.target(audit_sequence=7, audit_hash="x")
        self.assertEqual(target.audit_sequence, 1)
        target.write({"audit_sequence": 9})
        self.assertEqual(target.audit_sequence, 1)
        self.assertEqual(target.copy().audit_sequence, 1)

    def test_batches_cost_a_constant_number_of_queries(self):
        def count(size, year):
            targets = self.env["revenue.target"].create(
                [
                    {
                        "company_id": self.company.id,
                        "measure": "orders",
                        "period_type": "custom",
                        "date_start": f"{year + index}-01-01",
                        "date_end": f"{year + index}-01-02",
                        "amount": 1.0,
                    }
                    for index in range(size)
                ]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            targets._audit("seen", after=targets._audit_values())
            return self.env.cr.sql_log_count - before

        count(2, 1970)
        self.assertEqual(count(5, 1980), count(100, 2050))
        self.assertEqual(self.problems(), ([], []))

    # ------------------------------------------------------------------
    # Nobody writes, on no path
    # ------------------------------------------------------------------

    def test_the_orm_refuses_everybody(self):
        entry = self.trail(self.target())
        for person in [*self.people.values(), self.env.user]:
            seen = self.as_seen_by(person, entry)
            for attempt in (
                lambda seen=seen: seen.write({"reason": "x"}),
                lambda seen=seen: seen.unlink(),
                lambda seen=seen: seen.create({"res_model": "revenue.target", "res_id": 1}),
                lambda seen=seen: seen.sudo().write({"hash": "x"}),
                lambda seen=seen: seen.sudo().unlink(),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()

    def test_postgresql_refuses_everybody(self):
        self.target()
        self.seals._seal(self.company.id)
        for table in TABLES:
            for statement in (
                f"UPDATE {table} SET id = id + 1000000",
                f"DELETE FROM {table}",
                f"TRUNCATE {table} CASCADE",
                f"SET LOCAL session_replication_role = replica; DELETE FROM {table}",
            ):
                with (
                    self.subTest(statement),
                    mute_logger("odoo.sql_db"),
                    self.assertRaisesRegex(psycopg2.Error, "append-only"),
                    self.env.cr.savepoint(),
                ):
                    self.env.cr.execute(statement)

    # ------------------------------------------------------------------
    # Tampering behind the guard
    # ------------------------------------------------------------------

    def test_tampering_is_named(self):
        for sealed in (True, False):
            for number, (what, statement, words) in enumerate(
                (
                    ("one byte", "UPDATE revenue_audit_entry SET after = replace(after, '1001', '1007')", "entry 2 of"),
                    ("the reason", "UPDATE revenue_audit_entry SET reason = 'because'", "entry 2 of"),
                    ("who", "UPDATE revenue_audit_entry SET user_id = 2", "entry 2 of"),
                    ("when", "UPDATE revenue_audit_entry SET at = at + interval '1 second'", "entry 2 of"),
                    ("the middle", "DELETE FROM revenue_audit_entry", "entry 2 is missing"),
                    ("the last", "DELETE FROM revenue_audit_entry", "entry 3 of"),
                    ("all", "DELETE FROM revenue_audit_entry", "entry 3 of"),
                )
            ):
                with self.subTest(what, sealed=sealed):
                    savepoint = self.env.cr.savepoint()
                    try:
                        self.check_tampering(2040 + number, what, statement, words, sealed)
                    finally:
                        savepoint.close(rollback=True)
                        self.env.invalidate_all(flush=False)

    def check_tampering(self, year, what, statement, words, sealed):
        target = self.target(date_start=f"{year}-01-01")
        target.amount = 1001.0
        target.amount = 1002.0
        if sealed:
            self.seals._seal(self.company.id)
        self.assertEqual(self.problems(), ([], []))
        numbers = {"the last": (3,), "all": (1, 2, 3)}.get(what, (2,))
        where = " WHERE res_id = %s AND res_model = 'revenue.target' AND sequence IN %s"
        if sealed and "DELETE" in statement:
            entries = f"(SELECT id FROM revenue_audit_entry {where})"
            self.tamper(f"DELETE FROM revenue_audit_leaf WHERE entry_id IN {entries}", target.id, numbers)
        self.tamper(statement + where, target.id, numbers)
        online, offline = self.problems()
        self.assertTrue(any(words in problem and str(target.id) in problem for problem in online), online)
        if sealed:
            self.assertTrue(offline)

    def test_tampering_with_seals_is_named(self):
        self.target()
        self.seals._seal(self.company.id)
        self.target(date_start="2031-01-01")
        self.seals._seal(self.company.id)
        company = self.company.id
        for statement, words in (
            ("UPDATE revenue_audit_seal SET root = repeat('0', 64) WHERE number = 1", "seal 1 of"),
            ("UPDATE revenue_audit_seal SET count = 7 WHERE number = 2", "seal 2 of"),
            ("UPDATE revenue_audit_seal SET number = 5 WHERE number = 2", "seal 2 is missing"),
        ):
            with self.subTest(statement):
                savepoint = self.env.cr.savepoint()
                self.tamper(f"{statement} AND company_id = %s", company)
                for problems in self.problems():
                    self.assertTrue(any(words in problem for problem in problems), problems)
                savepoint.close(rollback=True)

    def test_seals_cover_each_entry_once(self):
        self.target()
        first = self.seals._seal(self.company.id)
        self.assertGreaterEqual(first, 1)
        self.assertEqual(self.seals._seal(self.company.id), 0)
        self.target(date_start="2031-01-01")
        self.assertEqual(self.seals._seal(self.company.id), 1)
        self.target(date_start="2032-01-01")
        with self.enter_registry_test_mode():
            self.env.ref("sales_revenue_mgmt.revenue_audit_cron_seal").method_direct_trigger()
        self.assertEqual(self.seals.verify()["unsealed"], 0)
        self.assertEqual(self.problems(), ([], []))

    def test_the_daily_check_tells_the_auditors_of_the_company(self):
        def told():
            partner = self.auditor.partner_id
            domain = [("notified_partner_ids", "in", partner.ids), ("subject", "like", "broken")]
            return self.env["mail.message"].search(domain)

        def check():
            with self.enter_registry_test_mode():
                self.env.ref("sales_revenue_mgmt.revenue_audit_cron_verify").method_direct_trigger()

        own, foreign = self.target(), self.target(company_id=self.other_company.id)
        check()
        self.assertFalse(told())
        self.tamper(
            "UPDATE revenue_audit_entry SET reason = 'x' WHERE res_id = %s AND res_model = %s",
            foreign.id,
            foreign._name,
        )
        check()
        self.assertFalse(told(), "another company's trail is not theirs")
        self.tamper(
            "UPDATE revenue_audit_entry SET reason = 'x' WHERE res_id = %s AND res_model = %s", own.id, own._name
        )
        check()
        self.assertIn(f"revenue.target {own.id}", told().body)
        self.assertNotIn(f"revenue.target {foreign.id} ", told().body)

    # ------------------------------------------------------------------
    # Who reads
    # ------------------------------------------------------------------

    def test_everybody_reads_the_trail_of_what_they_may_read(self):
        own = self.target(user_id=self.people["user"].id)
        other = self.target(user_id=self.stranger.id)
        foreign = self.target(company_id=self.other_company.id)
        for role, seen in (
            ("user", own),
            ("manager", self.env["revenue.target"]),
            ("finance", own | other),
            ("auditor", own | other),
        ):
            person = self.people[role]
            for target in own | other | foreign:
                self.assertEqual(bool(self.trail(target, person)), target in seen, (role, target.display_name))
            entries = self.as_seen_by(person, self.env["revenue.audit.entry"])
            domain = [("res_id", "in", (own | other | foreign).ids), ("res_model", "=", "revenue.target")]
            self.assertEqual(entries.search_count(domain), len(seen))
            self.assertEqual(entries._read_group(domain, [], ["__count"])[0][0], len(seen))
            for target in (own | other | foreign) - seen:
                with self.assertRaises(AccessError):
                    self.as_seen_by(person, self.trail(target)).read(["after"])
        # Administrators read the trail of what they configure.
        found = self.as_seen_by(self.people["admin"], self.env["revenue.audit.entry"]).search([])
        self.assertEqual(set(found.mapped("res_model")), {"revenue.approval.rule"})

    def test_only_auditors_verify_seal_and_export(self):
        for role in ("user", "manager", "finance", "admin"):
            seals = self.as_seen_by(self.people[role], self.seals)
            for method in ("verify", "action_verify", "action_seal", "action_export"):
                with self.assertRaises(AccessError):
                    getattr(seals, method)()
        self.target()
        self.target(company_id=self.other_company.id)
        seals = self.as_seen_by(self.auditor, self.seals)
        seals.action_seal()
        check = self.env["revenue.audit.check"].browse(seals.action_verify()["res_id"])
        self.assertEqual(check.outcome, "intact")
        action = seals.action_export()
        attachment = self.env["ir.attachment"].browse(int(action["url"].split("/")[3].split("?")[0]))
        lines = attachment.raw.decode().splitlines()
        verdict = verify_lines(lines)
        self.assertEqual((verdict.problems, verdict.incomplete, verdict.unsealed), ([], None, 0))
        companies = {json.loads(line)["company"] for line in lines[1:] if '"company"' in line}
        self.assertEqual(companies, {self.company.id, None}, "rules are of no company")
        exported = self.env["revenue.audit.entry"].search([("event", "=", "exported")], limit=1)
        self.assertEqual(exported.user_id, self.auditor)
        self.assertIn("Northwind", exported.changes)
