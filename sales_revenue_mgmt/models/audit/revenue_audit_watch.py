"""What leaves the database by itself: each seal when it is made, and the word of a nightly check that found something or did
not end.
"""

import datetime
import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_split

from ..core.roles import AUDITOR
from .chain import canonical

_logger = logging.getLogger(__name__)

STARTED = "sales_revenue_mgmt.audit_check_started"
ENDED = "sales_revenue_mgmt.audit_check_ended"
ALERTED = "sales_revenue_mgmt.audit_check_alerted"
# More addresses for seals, separated by commas: a mailbox that nobody of this database can change.
SEAL_ADDRESSES = "sales_revenue_mgmt.audit_seal_addresses"
# A night, and the next one's time to begin.
OVERDUE = datetime.timedelta(hours=36)
AGAIN = datetime.timedelta(hours=24)


class RevenueAuditSeal(models.Model):
    _inherit = "revenue.audit.seal"

    # ------------------------------------------------------------------
    # Seals leave
    # ------------------------------------------------------------------

    def _send(self, content):
        """Mail a seal to the auditors of its company: as mail, whatever they prefer, since only that leaves the database."""
        company = self.env["res.company"].browse(content["company"] or ())
        # Addresses and the outgoing mail are the system's business, whoever makes the seal.
        system = self.sudo()
        addresses = email_split(system.env["ir.config_parameter"].get_param(SEAL_ADDRESSES) or "")
        addresses += [user.email for user in system._auditors(company) if user.email]
        if not addresses:
            return
        place = company.name or self.env._("all companies")
        text = self.env._(
            "Keep this mail. The line below is the audit trail's seal %(number)s of %(company)s, over %(count)s entries. "
            "Verify takes it as an anchor: saved as a file, it proves later what the trail said now.",
            number=content["number"],
            company=place,
            count=content["count"],
        )
        sender = system.env.ref("base.partner_root")
        system.env["mail.mail"].create(
            {
                "subject": self.env._("Audit seal %(number)s of %(company)s", number=content["number"], company=place),
                "body_html": Markup("<p>%s</p><pre>%s</pre>") % (text, canonical({"type": "seal", **content})),
                "email_from": (company or self.env.company).sudo().email_formatted or sender.email_formatted,
                "email_to": ", ".join(dict.fromkeys(addresses)),
                "auto_delete": False,
            }
        )

    def _auditors(self, company):
        """The auditors of a company; of no company, all of them."""
        auditors = self.env.ref(AUDITOR).all_user_ids.filtered("active")
        return auditors.filtered(lambda user: company in user.company_ids) if company else auditors

    # ------------------------------------------------------------------
    # The nightly check
    # ------------------------------------------------------------------

    @api.model
    def _cron_verify(self):
        """Verify, a company at a time; tell its auditors where something is broken, or could not be checked."""
        parameters = self.env["ir.config_parameter"]
        started, ended = (parameters.get_param(name) or "" for name in (STARTED, ENDED))
        if started > ended:
            self._tell_not_ended(started)
        parameters.set_param(STARTED, fields.Datetime.now())
        companies = self.env["res.company"].search(Domain.TRUE)
        # From here on it shows where the check is cut off, whatever does it.
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for index, company in enumerate(companies, 1):
            try:
                with self.env.cr.savepoint(flush=False):
                    problems = self.with_context(revenue_audit_companies=company.ids).verify()["problems"]
            except Exception as error:
                _logger.warning("The audit trail of company %s could not be verified", company.id, exc_info=True)
                problems = [
                    self.env._(
                        "The check could not be finished (%(kind)s: %(error)s). Until it is, nothing is proven.",
                        kind=type(error).__name__,
                        error=str(error)[:500],
                    )
                ]
            if problems:
                self._tell(
                    company, self.env._("The audit trail of %(company)s is broken", company=company.name), problems
                )
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - index)
        parameters.set_param(ENDED, fields.Datetime.now())

    @api.model
    def _watch_check(self):
        """Tell the auditors, once a day, when the nightly check has not ended for more than a night: it may have been killed,
        switched off or deleted. Called by another job.
        """
        parameters, now = self.env["ir.config_parameter"], fields.Datetime.now()
        ended = parameters.get_param(ENDED)
        if not ended:
            # Since the installation, or since somebody has deleted it.
            parameters.set_param(ENDED, now)
            return
        alerted = parameters.get_param(ALERTED)
        if self._is_older(ended, OVERDUE) and (not alerted or self._is_older(alerted, AGAIN)):
            parameters.set_param(ALERTED, now)
            self._tell_not_ended(ended)

    @staticmethod
    def _is_older(text, age):
        try:
            return fields.Datetime.to_datetime(text) < fields.Datetime.now() - age
        except ValueError:
            # Somebody has written something else there.
            return True

    def _tell_not_ended(self, since):
        self._tell(
            self.env["res.company"],
            self.env._("The nightly check of the audit trail did not end"),
            [
                self.env._(
                    "The last one ended or began on %(since)s (UTC). See to the scheduled action of that name, and press "
                    "Verify meanwhile.",
                    since=since,
                )
            ],
        )

    def _tell(self, company, subject, sentences):
        self.env["mail.thread"].message_notify(
            partner_ids=self._auditors(company).partner_id.ids,
            subject=subject,
            body=Markup("<ul>%s</ul>") % Markup("").join(Markup("<li>%s</li>") % sentence for sentence in sentences),
        )
