"""Plans to take away."""

from urllib.parse import urlsplit

from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RevenueTargetController(http.Controller):
    # Not read-only: no file leaves without a note in the audit journal, in the same transaction.
    @http.route("/revenue/target/<int:target_id>/plan.xlsx", type="http", auth="user", methods=["GET"], readonly=False)
    def plan(self, target_id):
        """The workbook of a plan that the user may read.

        :param int target_id: the plan's id
        """
        if refusal := self._why_no_download():
            return refusal
        # Which companies are ticked is a matter of the web client; what one may read is not.
        companies = request.env.user.company_ids.ids
        targets = request.env["revenue.target"].with_context(allowed_company_ids=companies, active_test=False)
        target = targets.has_access("read") and targets.search([("id", "=", target_id)])
        if not target:
            # Whether there is a plan that one may not read is nobody's business.
            raise request.not_found()
        return self._workbook(target._export_plan(), target._export_name())

    @http.route(
        "/revenue/target/import/<int:wizard_id>/refused.xlsx", type="http", auth="user", methods=["GET"], readonly=True
    )
    def refused(self, wizard_id):
        """The file of an import of the user's own, with the cells that were refused marked.

        :param int wizard_id: the dialog's id
        """
        if refusal := self._why_no_download():
            return refusal
        wizards = request.env["revenue.target.import"].with_context(
            allowed_company_ids=request.env.user.company_ids.ids
        )
        wizard = wizards.has_access("read") and wizards.search([("id", "=", wizard_id)])
        content = wizard and wizard._marked_copy()
        if not content:
            raise request.not_found()
        return self._workbook(content, wizard.target_id._export_name())

    def _why_no_download(self):
        """An answer to what is no download that its user has asked for: another method, a page of somebody else, a browser that
        loads in advance. Nothing is exported then, and no note of it is written.

        :return: ``None`` where it is one
        """
        headers = request.httprequest.headers
        if request.httprequest.method != "GET":
            return request.make_response("", headers=[("Allow", "GET")], status=405)
        site, referrer = headers.get("Sec-Fetch-Site"), headers.get("Referer")
        foreign = (
            site not in ("same-origin", "none")
            if site
            # Browsers that do not say it say where they come from.
            else (bool(referrer) and urlsplit(referrer).netloc != request.httprequest.host)
        )
        if foreign or "prefetch" in f"{headers.get('Sec-Purpose', '')} {headers.get('Purpose', '')}":
            sentence = request.env._("Open the plan in Odoo, and choose Actions → Export Plan to Excel.")
            return request.make_response(sentence, headers=[("Content-Type", "text/plain; charset=utf-8")], status=403)
        return None

    def _workbook(self, content, name):
        return request.make_response(
            content,
            headers=[
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
