"""Plans to take away."""

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
        # Which companies are ticked is a matter of the web client; what one may read is not.
        companies = request.env.user.company_ids.ids
        targets = request.env["revenue.target"].with_context(allowed_company_ids=companies, active_test=False)
        target = targets.has_access("read") and targets.search([("id", "=", target_id)])
        if not target:
            # Whether there is a plan that one may not read is nobody's business.
            raise request.not_found()
        return request.make_response(
            target._export_plan(),
            headers=[
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(target._export_name())),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
