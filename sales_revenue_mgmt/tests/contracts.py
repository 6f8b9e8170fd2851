"""What every document of every area keeps to. A test class of about 20 lines runs it all on the document of an area::

@tagged("post_install", "-at_install")
class TestPolicyContract(DocumentContract, RevenueCase):
    model = "revenue.discount.policy"
    changes = {"name": "Another"}

    def values(self, number):
        return {"name": f"Policy {number}", "date_start": f"{2040 + number}-01-01"}
"""

import io
from collections import Counter
from datetime import timedelta
from unittest.mock import patch

import openpyxl

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..models.governance.revenue_document import WORKFLOW_START

ROLES = ("user", "manager", "finance", "auditor", "admin")
# Relation of the document to the person → r(ead), w(rite), c(reate), d(elete).
READERS = {
    "user": {"own": "rwcd", "mate": "r", "team": "r"},
    "manager": {"own": "rwcd", "mate": "rwcd", "team": "rwcd"},
    "finance": dict.fromkeys(("own", "mate", "team", "other_team", "company"), "rwcd"),
    "auditor": dict.fromkeys(("own", "mate", "team", "other_team", "company"), "r"),
    "admin": {},
}
RELATIONS = ("own", "mate", "team", "other_team", "company", "branch", "other_company")


class DocumentContract:
    """Inherit it before a :class:`RevenueCase`."""

    # Odoo's own runner leaves inherited tests out unless it is told.
    allow_inherited_tests_method = True
    # The document's model.
    model = None
    # A change of its content by hand: field → value.
    changes = {}
    # Who may read and change what, where the area has other rules.
    readers = READERS
    # A number of a line that people change: field → value. Empty where there are no lines.
    line_changes = {}
    # What the workbook calls that number: the label of its column, and the new value. Empty where there is no workbook.
    sheet_change = ()

    def values(self, number):
        """Values of a new document without company, team and owner; another number, another scope or period.

        :rtype: dict
        """
        raise NotImplementedError

    # ------------------------------------------------------------------
    # Tools
    # ------------------------------------------------------------------

    def setUp(self):
        super().setUp()
        self.made = 0

    def relation(self, person, relation):
        known = self.env[self.model]._fields
        values = {"company_id": self.company.id, **self.related_to(person, relation)}
        return {name: value for name, value in values.items() if name in known}

    def new(self, **values):
        """A draft of the sales user, for the team that the manager leads."""
        user = self.people["user"]
        own = self.relation(user, "own")
        if "team_id" in self.env[self.model]._fields:
            own["team_id"] = self.team.id
        self.made += 1
        return self.as_seen_by(user, self.env[self.model]).create({**self.values(self.made), **own, **values})

    def approved(self, document):
        document.action_submit()
        while steps := self.steps(document, "pending"):
            self.as_seen_by(steps[0].approver_ids[0], document).action_approve()
        self.assertEqual(document.state, "posted" if document._post_on_approval else "approved")
        return document

    def in_force(self, document=None):
        document = self.approved(self.new() if document is None else document)
        if document.state != "posted":
            self.poster(document).action_post()
        return document

    def poster(self, document):
        """The document, as somebody who may post it."""
        groups = document._transitions()["post"].groups
        people = [*(self.people[role] for role in ROLES), self.controller, self.deputy]
        able = (person for person in people if any(person.has_group(group) for group in groups))
        return next(seen for person in able if (seen := self.as_seen_by(person, document)).can_post)

    def line_of(self, document):
        return document[document._lines_field][-1:]

    def assertRefused(self, attempt, error=UserError, words=""):
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(error, words), self.env.cr.savepoint():
            attempt()
            self.env.flush_all()

    def changed(self, document):
        """What the newest entry of the trail says has changed."""
        entry = self.env["revenue.audit.entry"].search(
            [("res_model", "=", self.model), ("res_id", "=", document.id)], order="sequence DESC", limit=1
        )
        self.assertEqual(entry.event, "changed")
        return entry.changes

    # ------------------------------------------------------------------
    # The contract
    # ------------------------------------------------------------------

    def test_contract_the_way_from_draft_to_closed(self):
        document = self.in_force()
        self.assertEqual(document.state, "posted")
        entries = self.env["revenue.audit.entry"].search([("res_model", "=", self.model), ("res_id", "=", document.id)])
        self.assertLessEqual({"created", "submitted", "approved", "posted"}, set(entries.mapped("event")))
        self.assertEqual(entries.company_id, document._audit_company())
        self.as_("finance", document).action_close("The year is over.")
        self.assertEqual((document.state, bool(document.ended_at)), ("closed", True))
        self.assertFalse(document.sudo().activity_ids)
        self.assertIntact()

    def test_contract_the_next_version_replaces_the_one_before(self):
        document = self.in_force()
        revision = document.browse(document.action_revise()["res_id"])
        self.assertEqual((revision.state, revision.version, revision.origin_id), ("draft", 2, document))
        before, after = (next(iter(version._governed_content().values())) for version in (document, revision))
        self.assertEqual(before, after)
        revision.write(self.changes)
        self.in_force(revision)
        self.assertEqual((document.state, document.superseded, revision.state), ("closed", True, "posted"))
        if "get_as_of" in dir(document):
            today = document._today()
            self.assertEqual(document.get_as_of(today), revision.id)
            self.assertFalse(document.get_as_of(today - timedelta(days=1)))
            self.assertRefused(lambda: document.get_as_of("x"))
        self.assertIntact()

    def test_contract_what_the_workflow_writes_nobody_forges(self):
        document = self.new()
        forged = {name: 7 if type(start) is int else document.id for name, start in WORKFLOW_START.items()}
        forged |= {"state": "posted", "superseded": True, "content_hash": "x", "force_key": "x"}
        forged |= dict.fromkeys(("submitted_at", "posted_at", "ended_at"), fields.Datetime.now())
        forged |= {"audit_sequence": 99, "audit_hash": "x" * 64}
        known = {name: value for name, value in forged.items() if name in document._fields}
        for role in ("user", "manager", "finance"):
            seen = self.as_(role, document)
            for name, value in known.items():
                with self.subTest(name, role=role):
                    if name in WORKFLOW_START:
                        self.assertRefused(lambda name=name, value=value, seen=seen: seen.write({name: value}))
                    else:
                        was = seen.sudo()[name]
                        seen.write({name: value})
                        self.assertEqual(seen.sudo()[name], was)
        defaults = {f"default_{name}": value for name, value in known.items()}
        born = self.as_("user", self.env[self.model]).with_context(**defaults)
        born = born.create({**self.values(40), **self.relation(self.people["user"], "own")})
        for name in known.keys() - {"audit_hash", "submitted_by_id"}:
            self.assertEqual(
                born[name] or False, 1 if name == "audit_sequence" else WORKFLOW_START.get(name, False), name
            )
        copied = self.in_force().copy(self.values(41))
        self.assertEqual((copied.state, copied.version, copied.origin_id.id), ("draft", 1, False))
        self.assertIntact()

    def test_contract_what_is_decided_on_is_locked(self):
        document = self.new()
        document.action_submit()
        governed = [name for name in document._audit_fields() if not document._fields[name].compute]
        self.assertLessEqual(set(self.changes), set(document._audit_fields()))
        for role in ("user", "manager", "finance"):
            seen = self.as_(role, document)
            for name in {*governed, *self.changes}:
                value = self.changes.get(name, seen._fields[name].convert_to_write(seen[name], seen))
                with self.subTest(name, role=role):
                    self.assertRefused(lambda name=name, value=value, seen=seen: seen.write({name: value}))
            self.assertRefused(seen.unlink)
            if self.line_changes:
                line = self.line_of(seen)
                self.assertRefused(lambda line=line: line.write(self.line_changes))
                self.assertRefused(line.unlink)
                self.assertRefused(lambda line=line: line.copy())

    def test_contract_the_trail_tells_every_change(self):
        document = self.new()
        for name, value in self.changes.items():
            document.write({name: value})
            label = document._fields[name]._description_string(self.env)
            self.assertIn(label, self.changed(document))
        before = document.audit_sequence
        document.write(self.changes)
        self.assertEqual(document.audit_sequence, before, "what stays as it is is no change")
        if self.line_changes:
            line = self.line_of(document)
            line.write(self.line_changes)
            self.assertEqual(document.audit_sequence, before + 1)
            self.assertIn(line.display_name, self.changed(document))
            document.write({document._lines_field: [Command.update(line.id, self.undone(line))]})
            self.assertEqual(document.audit_sequence, before + 2, "one change, one entry")
        self.assertIntact()

    def undone(self, line):
        """Values that a line did not have before, in the same fields."""
        return {name: line[name] + 1 for name in self.line_changes}

    def test_contract_a_change_past_the_trail_is_found(self):
        document = self.new()
        name = next(
            name for name in self.changes if document._fields[name].store and document._fields[name].type == "char"
        )
        self.env.flush_all()
        self.env.cr.execute(f'UPDATE {document._table} SET "{name}" = %s WHERE id = %s', ["Forged", document.id])
        self.env.invalidate_all()
        problems = self.env["revenue.audit.seal"].verify()["problems"]
        self.assertTrue(any(f"{self.model} {document.id}" in problem for problem in problems), problems)

    def test_contract_who_reads_and_changes_what(self):
        letters = {}
        for relation in RELATIONS:
            for role in ROLES:
                person = self.people[role]
                # Shared by all roles, but for what is a person's own.
                key = relation, person if relation == "own" else None
                if key not in letters:
                    values = self.relation(person, relation)
                    self.made += 1
                    letters[key] = values, self.env[self.model].create({**self.values(self.made), **values})
                values, document = letters[key]
                seen = self.as_seen_by(person, document)
                attempts = {
                    "r": lambda seen=seen: seen.read(["display_name", "state"]),
                    "w": lambda seen=seen: seen.write(self.changes),
                    "c": lambda seen=seen, values=values: seen.create({**self.values(90), **values}),
                    "d": lambda seen=seen: seen.unlink(),
                }
                found = "".join(
                    letter for letter, attempt in attempts.items() if not self.refusal(attempt, AccessError)
                )
                self.assertEqual(found, self.readers[role].get(relation, ""), f"{role} on {relation}")
                if seen.has_access("read") or self.readers[role]:
                    listed = bool(seen.search_count([("id", "=", document.id)]))
                    self.assertEqual(listed, "r" in found, f"{role} finds {relation}")

    def test_contract_lines_are_changed_as_their_document_may_be(self):
        if not self.line_changes:
            return
        document, other = self.new(), self.new()
        line = self.line_of(document)
        for person in (self.people["auditor"], self.people["admin"], self.stranger):
            seen = self.as_seen_by(person, line)
            for attempt in (lambda s=seen: s.write(self.line_changes), seen.unlink, lambda s=seen: s.copy()):
                self.assertRefused(attempt, AccessError)
        owner = line._document_field
        self.assertRefused(lambda: line.write({owner: other.id}))
        for value in (False, 2**31 - 1, "x", [1]):
            self.assertRefused(lambda value=value: line.create({**line.copy_data()[0], owner: value}))

    def test_contract_who_exports_leaves_a_note(self):
        user = self.people["manager"]
        user.group_ids |= self.env.ref("base.group_allow_export")
        document = self.as_seen_by(user, self.new())
        entries = [("event", "=", "exported"), ("user_id", "=", user.id)]
        before = self.env["revenue.audit.entry"].search_count(entries)
        document.export_data(["display_name", "state"])
        self.assertEqual(self.env["revenue.audit.entry"].search_count(entries), before + 1)

    def test_contract_many_cost_as_many_queries_as_few(self):
        documents = self.env[self.model].union(*(self.new() for _number in range(12)))
        documents = self.as_("user", documents)

        def queries(own, action):
            """The statements that an action makes."""
            statements, execute = [], type(self.env.cr).execute

            def listen(cursor, query, *args, **kwargs):
                statements.append(str(getattr(query, "code", query)).split(" WHERE ")[0][:150])
                return execute(cursor, query, *args, **kwargs)

            self.env.flush_all()
            self.env.invalidate_all()
            with patch.object(type(self.env.cr), "execute", listen):
                action(own)
                self.env.flush_all()
            return statements

        def repeated(statements):
            return "\n".join(f"{count} × {text}" for text, count in Counter(statements).most_common(5))

        # What a list shows; the guidance of a form asks the rules, one document at a time.
        read = ["display_name", "state", "version", *self.changes]
        few, many = (queries(own, lambda own: own.read(read)) for own in (documents[:2], documents))
        self.assertLessEqual(len(many), len(few) + 5, f"reading {repeated(many)}")
        few, many = (queries(own, lambda own: own.action_submit()) for own in (documents[:2], documents[2:]))
        # Each document asks people: some queries are of messages and activities.
        self.assertLessEqual(len(many), 5 * len(few), f"submitting {repeated(many)}")

    def test_contract_nothing_is_in_force_twice(self):
        document = self.env[self.model]
        if "_force_records" not in dir(document):
            return
        posted = self.in_force()
        self.assertTrue(posted.sudo()._force_records().filtered("force_key"))
        self.assertTrue(posted.sudo()._force_records()._in_force_on(posted.date_start))
        try:
            with self.env.cr.savepoint():
                twin = self.new(**self.values(1))
        except UserError:
            # Some areas refuse it from the beginning.
            return
        self.assertFalse(twin.can_submit)
        self.assertRefused(twin.action_submit)
        self.as_("finance", posted).action_close()
        self.assertFalse(posted.sudo()._force_records().filtered("force_key"))
        self.in_force(twin)

    def test_contract_views_have_what_documents_share(self):
        document = self.env[self.model]
        views = document.get_views([(False, kind) for kind in ("form", "list", "search")])["views"]
        for name in ("action_submit", "action_approve", "action_open_audit"):
            self.assertIn(f'name="{name}"', views["form"]["arch"])
        for name in ("state", "version"):
            self.assertIn(f'name="{name}"', views["list"]["arch"])
        for name in ("waiting_for_me", "current", "in_force", "to_post", "group_state"):
            self.assertEqual(views["search"]["arch"].count(f'name="{name}"'), 1, name)
        waiting = self.new()
        waiting.action_submit()
        domain = [("approval_step_ids.is_mine", "=", True)]
        approver = self.steps(waiting, "pending").approver_ids[0]
        self.assertEqual(self.as_seen_by(approver, document).search(domain), waiting)
        self.assertFalse(self.as_("auditor", document).search(domain))

    def test_contract_there_and_back_through_a_workbook(self):
        if not self.sheet_change:
            return
        document, label, value = self.new(), *self.sheet_change
        content = document._export_sheet()
        self.assertFalse(document._check_sheet(content)["changes"])
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book.worksheets[0]
        [head] = [row for row in sheet.iter_rows() if label in [cell.value for cell in row]]
        column = next(cell.column for cell in head if cell.value == label)
        row = max(cell.row for line in sheet.iter_rows() for cell in line[:1] if cell.value)
        sheet.cell(row, column).value = value
        stream = io.BytesIO()
        book.save(stream)
        before = document.audit_sequence
        report = document._import_sheet(stream.getvalue())
        self.assertEqual((report["problem"], report["refused"], len(report["changes"])), (None, [], 1))
        self.assertEqual(document.audit_sequence, before + 1)
        self.assertFalse(document._check_sheet(stream.getvalue())["changes"])
        self.assertTrue(self.new()._check_sheet(content)["problem"])
        sheet.cell(row, column).value = "many"
        stream = io.BytesIO()
        book.save(stream)
        self.assertTrue(document._import_sheet(stream.getvalue())["refused"])
        document.action_submit()
        self.assertRefused(lambda: document._import_sheet(content))
