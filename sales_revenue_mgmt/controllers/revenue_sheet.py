"""Workbooks to take away."""

from urllib.parse import urlsplit

from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RevenueSheetController(http.Controller):
    # Not read-only: no file leaves without a note in the audit journal, in the same transaction.
    @http.route(
        [
            "/revenue/sheet/<string:model>/<int:document_id>.xlsx",
            # As it was called when plans alone had workbooks.
            "/revenue/target/<int:document_id>/plan.xlsx",
        ],
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
    )
    def sheet(self, document_id, model="revenue.target"):
        """The workbook of a document that the user may read.

        :param str model: the document's model
        :param int document_id: its id
        """
        return self._answer(model, document_id, "_export_sheet")

    @http.route(
        "/revenue/sheet/import/<string:model>/<int:wizard_id>.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def refused(self, model, wizard_id):
        """The file of an import of the user's own, with the cells that were refused marked.

        :param str model: the dialog's model
        :param int wizard_id: its id
        """
        return self._answer(model, wizard_id, "_marked_copy")

    def _answer(self, model, record_id, method):
        if refusal := self._why_no_download():
            return refusal
        records = request.env.get(model)
        # Whether there is something that one may not read is nobody's business.
        if records is None or not hasattr(records, method) or not records.has_access("read"):
            raise request.not_found()
        # Which companies are ticked is a matter of the web client; what one may read is not.
        companies = request.env.user.company_ids.ids
        record = records.with_context(allowed_company_ids=companies, active_test=False).search([("id", "=", record_id)])
        content = record and getattr(record, method)()
        if not content:
            raise request.not_found()
        return self._workbook(content, record._file_name())

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
            sentence = request.env._("Open the document in Odoo, and choose its export to Excel under Actions.")
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
