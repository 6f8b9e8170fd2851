import { Activity as ActivityModel } from "@mail/core/common/activity_model";
import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";
import { patch } from "@web/core/utils/patch";
import { approve, reject } from "./decide";

patch(ActivityModel.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {boolean} */
        this.is_revenue_approval = false;
        /** @type {boolean} */
        this.is_my_revenue_approval = false;
    },
});

/** In the chatter. */
patch(Activity.prototype, {
    async onClickRevenueApprove() {
        const thread = this.thread;
        await approve(this.env, "mail.activity", this.props.activity.id);
        this.props.onActivityChanged(thread);
        this.props.reloadParentView?.();
    },
    async onClickRevenueReject() {
        const thread = this.thread;
        await reject(this.env, "mail.activity", this.props.activity.id, () => {
            this.props.onActivityChanged(thread);
            this.props.reloadParentView?.();
        });
    },
});

/** In lists, kanbans and the activity view. */
patch(ActivityListPopoverItem.prototype, {
    get hasCancelButton() {
        return super.hasCancelButton && !this.props.activity.is_revenue_approval;
    },
    get hasEditButton() {
        return super.hasEditButton && !this.props.activity.is_revenue_approval;
    },
    get hasMarkDoneButton() {
        return super.hasMarkDoneButton && !this.props.activity.is_revenue_approval;
    },
    async onClickRevenueApprove() {
        await approve(this.env, "mail.activity", this.props.activity.id);
        this.props.onActivityChanged?.();
    },
    async onClickRevenueReject() {
        await reject(this.env, "mail.activity", this.props.activity.id, () => this.props.onActivityChanged?.());
    },
});
