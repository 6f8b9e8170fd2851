import { ActivityMenu } from "@mail/core/web/activity_menu";
import { useState } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { approve, reject } from "./decide";

/** The systray: what waits for my decision stands above the counts, with its buttons. */
patch(ActivityMenu.prototype, {
    setup() {
        super.setup(...arguments);
        this.revenue = useState({ count: 0, steps: [] });
    },
    async onBeforeOpen() {
        await Promise.all([super.onBeforeOpen(...arguments), this.loadRevenueApprovals()]);
    },
    async loadRevenueApprovals() {
        Object.assign(this.revenue, await this.env.services.orm.silent.call("revenue.approval.step", "inbox", []));
    },
    async onClickRevenueApprove(step) {
        await approve(this.env, "revenue.approval.step", step.id);
        await this.onBeforeOpen();
    },
    async onClickRevenueReject(step) {
        this.dropdown.close();
        await reject(this.env, "revenue.approval.step", step.id);
    },
    openRevenueDocument(step, newWindow) {
        this.dropdown.close();
        this.action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: step.res_model,
                res_id: step.res_id,
                views: [[false, "form"]],
            },
            { newWindow, clearBreadcrumbs: true }
        );
    },
    openRevenueApprovals(newWindow) {
        this.dropdown.close();
        this.action.doAction("sales_revenue_mgmt.revenue_approval_step_action_mine", {
            newWindow,
            clearBreadcrumbs: true,
        });
    },
});
