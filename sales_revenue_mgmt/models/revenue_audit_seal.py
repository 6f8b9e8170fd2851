"""Seals: at intervals the new entries of each company are sealed into a Merkle root that is chained to the seal before. So
the removal of a whole document, or of the end of a trail, shows; and whoever keeps a copy of a seal can prove it.
"""

import json
import os
import tempfile
import time
from contextlib import closing

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..report.revenue_audit_chain import (
    ENTRY_FIELDS,
    ENTRY_FIELDS_OF_VERSION,
    GENESIS,
    SEAL_FIELDS,
    SEAL_VERSION,
    VERSION,
    ChainCheck,
    Merkle,
    SealCheck,
    digest,
    moment,
)
from .revenue_audit_entry import ENTRY_COLUMNS
from .revenue_roles import AUDITOR

BATCH = 5000


class RevenueAuditSeal(models.Model):
    _name = "revenue.audit.seal"
    _description = "Audit Seal"
    _inherit = ["revenue.audit.append.only"]
    _log_access = False
    _order = "at DESC, id DESC"
    _rec_name = "number"

    company_id = fields.Many2one("res.company", readonly=True, index=True, ondelete="restrict")
    number = fields.Integer(readonly=True, required=True, help="Place in the company's chain of seals, from 1.")
    at = fields.Datetime("When", readonly=True, required=True)
    count = fields.Integer("Entries", readonly=True, required=True)
    root = fields.Char(readonly=True, required=True, help="Merkle root of the entries' hashes (RFC 6962, SHA-256).")
    previous_hash = fields.Char(readonly=True, required=True)
    hash = fields.Char(readonly=True, required=True)
    hash_version = fields.Integer(readonly=True, required=True)

    _chain = models.UniqueIndex("(COALESCE(company_id, 0), number)")

    # ------------------------------------------------------------------
    # Sealing
    # ------------------------------------------------------------------

    @api.model
    def _cron_seal(self):
        """Seal what is new, a company at a time."""
        companies = self.env.execute_query(
            SQL(
                "SELECT DISTINCT company_id FROM revenue_audit_entry e"
                " WHERE NOT EXISTS (SELECT FROM revenue_audit_leaf l WHERE l.entry_id = e.id)"
            )
        )
        for index, (company_id,) in enumerate(companies, 1):
            self._seal(company_id)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - index)

    def _seal(self, company_id):
        """Seal all new entries of a company (``None``: those of no company). Nothing new, no seal.

        :return: number of entries sealed
        """
        # One at a time per company; the lock ends with the transaction.
        self.env.cr.execute("SELECT pg_advisory_xact_lock(hashtext('revenue.audit.seal'), %s)", [company_id or 0])
        new = SQL(
            "FROM revenue_audit_entry e WHERE e.company_id IS NOT DISTINCT FROM %s"
            " AND NOT EXISTS (SELECT FROM revenue_audit_leaf l WHERE l.entry_id = e.id)",
            company_id,
        )
        tree = Merkle()
        for (entry_hash,) in self._stream(SQL("SELECT e.hash %s ORDER BY e.id", new)):
            tree.add(entry_hash)
        if not tree.count:
            return 0
        last = self.env.execute_query(
            SQL(
                "SELECT number, hash FROM revenue_audit_seal WHERE company_id IS NOT DISTINCT FROM %s"
                " ORDER BY number DESC LIMIT 1",
                company_id,
            )
        )
        number, previous = last[0] if last else (0, GENESIS)
        now = fields.Datetime.now()
        content = {
            "version": SEAL_VERSION,
            "company": company_id,
            "number": number + 1,
            "at": moment(now),
            "count": tree.count,
            "root": tree.root(),
            "previous": previous,
        }
        ((seal_id,),) = self.env.execute_query(
            SQL(
                "INSERT INTO revenue_audit_seal (company_id, number, at, count, root, previous_hash, hash, hash_version)"
                " VALUES %s RETURNING id",
                (
                    company_id,
                    number + 1,
                    now,
                    tree.count,
                    content["root"],
                    previous,
                    digest(content, SEAL_FIELDS),
                    SEAL_VERSION,
                ),
            )
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO revenue_audit_leaf (seal_id, position, entry_id)"
                " SELECT %s, row_number() OVER (ORDER BY e.id), e.id %s",
                seal_id,
                new,
            )
        )
        return tree.count

    # ------------------------------------------------------------------
    # Verifying
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def verify(self, limit=20):
        """Recompute every chain and every seal that the reader's companies have, in constant memory.

        :param int limit: stop after so many problems
        :return: ``{"entries": n, "seals": n, "unsealed": n, "problems": [sentences], "seconds": t}``
        :rtype: dict
        """
        self.env["revenue.audit.entry"]._check_auditor()
        if type(limit) is not int or limit < 1:
            raise UserError(self.env._("Limit: %(limit)s is not a number of problems. Enter 1 or more.", limit=limit))
        started = time.monotonic()
        problems, entries, seals = [], 0, 0
        chain = ChainCheck()
        for content in self._entries():
            entries += 1
            if problem := chain.problem(content):
                problems.append(problem)
                if len(problems) >= limit:
                    break
        sealing = SealCheck()
        for seal_id, content in self._seals():
            seals += 1
            with closing(self._sealed_hashes(seal_id)) as hashes:
                problem = sealing.problem(content, hashes)
            if problem and len(problems) < limit:
                problems.append(problem)
        problems += self._broken_heads(limit - len(problems))
        ((unsealed,),) = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM revenue_audit_entry e WHERE %s"
                " AND NOT EXISTS (SELECT FROM revenue_audit_leaf l WHERE l.entry_id = e.id)",
                self._in_companies("e"),
            )
        )
        return {
            "entries": entries,
            "seals": seals,
            "unsealed": unsealed,
            "problems": problems,
            "seconds": round(time.monotonic() - started, 2),
        }

    def _broken_heads(self, limit):
        """Documents whose last entry is not the one that they remember."""
        problems = []
        for name in self.env["revenue.audit.entry"]._audited_models():
            rows = self.env.execute_query(
                SQL(
                    "SELECT d.id, d.audit_sequence FROM %s d WHERE d.audit_sequence > 0 AND %s AND NOT EXISTS ("
                    " SELECT FROM revenue_audit_entry e WHERE e.res_model = %s AND e.res_id = d.id"
                    " AND e.sequence = d.audit_sequence AND e.hash = d.audit_hash) ORDER BY d.id LIMIT %s",
                    SQL.identifier(self.env[name]._table),
                    self._in_companies("d") if "company_id" in self.env[name]._fields else SQL("TRUE"),
                    name,
                    max(limit, 0),
                )
            )
            problems += [
                f"entry {sequence} of {name} {record}: it is missing, or not the last one" for record, sequence in rows
            ]
        return problems

    @api.model
    def _cron_verify(self):
        """Verify, a company at a time; tell its auditors where something is broken."""
        companies = self.env["res.company"].search(Domain.TRUE)
        auditors = self.env.ref(AUDITOR).all_user_ids
        for index, company in enumerate(companies, 1):
            problems = self.with_context(revenue_audit_companies=company.ids).verify()["problems"]
            if problems:
                self.env["mail.thread"].message_notify(
                    partner_ids=auditors.filtered(
                        lambda user, company=company: company in user.company_ids
                    ).partner_id.ids,
                    subject=self.env._("The audit trail of %(company)s is broken", company=company.name),
                    body=Markup("<ul>%s</ul>")
                    % Markup("").join(Markup("<li>%s</li>") % problem for problem in problems),
                )
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - index)

    def _in_companies(self, alias):
        """Entries and seals of no company are everybody's who may verify."""
        company_ids = self.env.context.get("revenue_audit_companies") if self.env.su else self.env.companies.ids
        if company_ids is None:
            return SQL("TRUE")
        column = SQL.identifier(alias, "company_id")
        return SQL("(%s IS NULL OR %s IN %s)", column, column, tuple(company_ids))

    def _entries(self):
        """All entries in the words of the format, chain by chain."""
        query = SQL(
            "SELECT %s, e.hash FROM revenue_audit_entry e WHERE %s ORDER BY e.res_model, e.res_id, e.sequence",
            SQL(", ").join(SQL.identifier("e", ENTRY_COLUMNS[name]) for name in ENTRY_FIELDS),
            self._in_companies("e"),
        )
        names = (*ENTRY_FIELDS, "hash")
        for row in self._stream(query):
            content = dict(zip(names, row, strict=True))
            content["at"] = moment(content["at"])
            for name in ("before", "after"):
                if content[name] is not None:
                    content[name] = self._parsed(content[name])
            yield content

    @staticmethod
    def _parsed(text):
        try:
            return json.loads(text)
        except ValueError:
            # Somebody changed it into what is no JSON; as a string it has another hash, which is what will be said.
            return text

    def _seals(self):
        query = SQL(
            "SELECT s.id, s.hash_version, s.company_id, s.number, s.at, s.count, s.root, s.previous_hash, s.hash"
            " FROM revenue_audit_seal s WHERE %s ORDER BY s.company_id NULLS FIRST, s.number",
            self._in_companies("s"),
        )
        for seal_id, *row in self.env.execute_query(query):
            content = dict(zip((*SEAL_FIELDS, "hash"), row, strict=True))
            content["at"] = moment(content["at"])
            yield seal_id, content

    def _sealed_hashes(self, seal_id):
        query = SQL(
            "SELECT e.hash FROM revenue_audit_leaf l JOIN revenue_audit_entry e ON e.id = l.entry_id"
            " WHERE l.seal_id = %s ORDER BY l.position",
            seal_id,
        )
        with closing(self._stream(query)) as rows:
            for (entry_hash,) in rows:
                yield entry_hash

    def _stream(self, query):
        """Rows through a server-side cursor: as many in memory as one batch has."""
        self.env.flush_all()
        name = f"revenue_audit_{id(query)}"
        cr = self.env.cr
        cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", SQL.identifier(name), query))
        try:
            while True:
                cr.execute(SQL("FETCH %s FROM %s", BATCH, SQL.identifier(name)))
                rows = cr.fetchall()
                yield from rows
                if len(rows) < BATCH:
                    break
        finally:
            cr.execute(SQL("CLOSE %s", SQL.identifier(name)))

    # ------------------------------------------------------------------
    # Faces
    # ------------------------------------------------------------------

    def action_verify(self):
        """Verify, and say the result in the web client."""
        result = self.verify()
        if result["problems"]:
            message = "\n".join(result["problems"])
        else:
            message = self.env._(
                "%(entries)s entries and %(seals)s seals are intact (%(unsealed)s entries are not sealed yet).",
                **result,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("The audit trail is broken") if result["problems"] else self.env._("Verified"),
                "message": message,
                "type": "danger" if result["problems"] else "success",
                "sticky": True,
            },
        }

    def action_seal(self):
        """Seal the new entries of the ticked companies now."""
        self.env["revenue.audit.entry"]._check_auditor()
        count = sum(self._seal(company_id) for company_id in [None, *self.env.companies.ids])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("%(count)s new entries are sealed.", count=count),
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_export(self):
        """The trail of the ticked companies as a file that revenue_audit_chain.py verifies without Odoo."""
        self.env["revenue.audit.entry"]._check_auditor()
        handle, path = tempfile.mkstemp(suffix=".jsonl")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                self._write_export(file)
            with open(path, "rb") as file:
                raw = file.read()
        finally:
            os.unlink(path)
        self.env["revenue.audit.journal"].note(
            "exported", {"document": "audit trail: " + ", ".join(self.env.companies.mapped("name"))}
        )
        attachment = self.env["ir.attachment"].create(
            {"name": f"audit-trail-{moment(fields.Datetime.now())}.jsonl", "raw": raw, "mimetype": "application/jsonl"}
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }

    def _write_export(self, file):
        def put(item):
            file.write(json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n")

        put({"type": "trail", "version": VERSION, "at": moment(fields.Datetime.now()), "database": self.env.cr.dbname})
        for content in self._entries():
            # An older entry has the fields of its version.
            names = ENTRY_FIELDS_OF_VERSION.get(content["version"], ENTRY_FIELDS)
            put({"type": "entry", **{name: content[name] for name in (*names, "hash")}})
        for seal_id, content in self._seals():
            put({"type": "seal", **content, "entries": list(self._sealed_hashes(seal_id))})


class RevenueAuditLeaf(models.Model):
    """Which entries a seal covers, in which order. A table of its own, because entries cannot be written to."""

    _name = "revenue.audit.leaf"
    _description = "Sealed Audit Entry"
    _inherit = ["revenue.audit.append.only"]
    _log_access = False

    seal_id = fields.Many2one("revenue.audit.seal", readonly=True, required=True, ondelete="restrict")
    position = fields.Integer(readonly=True, required=True)
    entry_id = fields.Many2one("revenue.audit.entry", readonly=True, required=True, ondelete="restrict")

    _entry = models.UniqueIndex("(entry_id)")
    _place = models.UniqueIndex("(seal_id, position)")
