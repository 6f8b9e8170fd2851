"""Seals: at intervals the new entries of each company are sealed into a Merkle root that is chained to the seal before. So
the removal of a whole document, or of the end of a trail, shows; and whoever keeps a copy of a seal can prove it.
"""

import json
import tempfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .chain import GENESIS, SEAL_FIELDS, SEAL_VERSION, Merkle, digest, moment
from .reader import TrailReader, sane_at
from .verification import AuditVerification, write_export

# More problems than a person reads.
MAX_PROBLEMS = 1000


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
        self._watch_check()

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
        tree, reader = Merkle(), TrailReader(self.env, None)
        latest = fields.Datetime.now()
        for entry_hash, at in reader.stream(SQL("SELECT e.hash, %s %s ORDER BY e.id", sane_at("e"), new)):
            tree.add(entry_hash)
            latest = max(latest, at)
        if not tree.count:
            return 0
        last = self.env.execute_query(
            SQL(
                "SELECT s.number, s.hash, %s FROM revenue_audit_seal s WHERE s.company_id IS NOT DISTINCT FROM %s"
                " ORDER BY s.number DESC LIMIT 1",
                sane_at("s"),
                company_id,
            )
        )
        number, previous, before = last[0] if last else (0, GENESIS, latest)
        # Time never runs backwards, also where a clock was set back.
        now = max(latest, before)
        content = {
            "version": SEAL_VERSION,
            "company": company_id,
            "number": number + 1,
            "at": moment(now),
            "count": tree.count,
            "root": tree.root(),
            "previous": previous,
        }
        content["hash"] = digest(content, SEAL_FIELDS)
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
                    content["hash"],
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
        self._send(content)
        return tree.count

    # ------------------------------------------------------------------
    # Verifying
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def verify(self, limit=20, anchor=None):
        """Recompute every chain and every seal that the reader's companies have, and compare the documents with their chains,
        in constant memory.

        :param int limit: stop after so many problems, 1 to 1,000
        :param str anchor: an earlier export, or seals that were kept: lines of JSON. What they have and is missing now is said
        :return: ``{"entries": n, "seals": n, "unsealed": n, "problems": [sentences], "seconds": t, "outside_requests":
            [sentences]}``: the last are the newest decisions that jobs or other code took in somebody's name
        :rtype: dict
        """
        self.env["revenue.audit.entry"]._check_auditor()
        if type(limit) is not int or not 1 <= limit <= MAX_PROBLEMS:
            raise UserError(self.env._("Limit: enter a number from 1 to %(most)s.", most=MAX_PROBLEMS))
        if anchor is not None and not isinstance(anchor, str):
            raise UserError(self.env._("Anchor: give the text of an earlier export, or of seals that were kept."))
        result = self._verification(limit).run(anchor and anchor.splitlines())
        companies = self._companies()
        companies = companies and self.env["res.company"].browse(companies)
        return {
            **result,
            "outside_requests": self.env["revenue.approval.decision"]._outside_requests(companies, limit=limit),
        }

    @api.model
    @api.readonly
    def kept_seals(self, after=0):
        """The seals of the reader's companies as lines of JSON, for who keeps them elsewhere: each is an anchor for Verify.

        :param int after: leave out seals up to this number
        :rtype: list[str]
        """
        self.env["revenue.audit.entry"]._check_auditor()
        if type(after) is not int:
            raise UserError(self.env._("After: give the number of a seal."))
        seals = (seal for _id, seal in TrailReader(self.env, self._companies()).seals())
        return [json.dumps({"type": "seal", **seal}, ensure_ascii=False) for seal in seals if seal["number"] > after]

    def _verification(self, limit):
        # The whole content of documents and entries is compared; only places and changed fields come out, to auditors.
        return AuditVerification(self.sudo().env, self._companies(), limit)

    def _companies(self):
        """Ids of the companies whose trail is meant; ``None`` for all. What is of no company is everybody's who may verify."""
        return self.env.context.get("revenue_audit_companies") if self.env.su else self.env.companies.ids

    # ------------------------------------------------------------------
    # Faces
    # ------------------------------------------------------------------

    def action_verify(self):
        """Verify, and show the result."""
        return self.env["revenue.audit.check"].create({}).action_verify()

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
        with self._exported() as file:
            return self._download(file)

    def _download(self, file):
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"audit-trail-{moment(fields.Datetime.now())}.jsonl",
                "raw": file.read(),
                "mimetype": "application/jsonl",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }

    @api.private
    def _exported(self):
        """An export of the ticked companies (with superuser rights, of all), with a seal of all that there is before it, and a
        note in the trail behind it.

        :return: a file that is gone when it is closed
        """
        self.env["revenue.audit.entry"]._check_auditor()
        companies = self.env.companies if self._companies() is not None else self.env["res.company"].search(Domain.TRUE)
        for company_id in [None, *companies.ids]:
            self._seal(company_id)
        file = tempfile.TemporaryFile()  # noqa: SIM115, since the caller closes it
        self._write_export(file)
        file.seek(0)
        self.env["revenue.audit.journal"].note(
            "exported", {"document": "audit trail: " + ", ".join(companies.mapped("name"))[:1000]}
        )
        return file

    def _write_export(self, file):
        write_export(
            # As Verify: the documents' content and all entries are compared, whatever part of them a record rule shows.
            self.sudo().env,
            self._companies(),
            file.write,
            at=moment(fields.Datetime.now()),
            database=self.env.cr.dbname,
        )


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
