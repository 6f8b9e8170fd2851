"""The trail to take away, also by a program with an API key that keeps it where this database cannot reach."""

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

CHUNK = 1 << 16
LINES = "application/jsonl"


class RevenueAuditController(http.Controller):
    @http.route("/revenue/audit/seals.jsonl", type="http", auth="bearer", methods=["GET"], readonly=True)
    def seals(self, after="0"):
        """The seals of the auditor's companies, as lines of JSON: hashes and counts, nothing of any content.

        :param str after: leave out seals up to this number, which the caller has already
        """
        seals = self._seals()
        if not (after.isascii() and after.isdigit() and len(after) < 10):
            return request.make_response("after: give a number of a seal", status=400)
        lines = seals.kept_seals(int(after))
        return self._answer("".join(f"{line}\n" for line in lines), "audit-seals.jsonl")

    # Not read-only: no export leaves without a note in the trail, in the same transaction.
    @http.route("/revenue/audit/trail.jsonl", type="http", auth="bearer", methods=["GET"], readonly=False)
    def trail(self):
        """An export of the auditor's companies, in constant memory."""
        file = self._seals()._exported()
        response = self._answer(iter(lambda: file.read(CHUNK), b""), "audit-trail.jsonl")
        response.call_on_close(file.close)
        return response

    def _seals(self):
        # Which companies are ticked is a matter of the web client; what one may read is not.
        seals = request.env["revenue.audit.seal"].with_context(allowed_company_ids=request.env.user.company_ids.ids)
        try:
            seals.env["revenue.audit.entry"]._check_auditor()
        except AccessError:
            raise request.not_found() from None
        return seals

    def _answer(self, content, name):
        return request.make_response(
            content,
            headers=[
                ("Content-Type", LINES),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
