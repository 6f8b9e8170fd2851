import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillStart, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";

const EVERY = 2000;

/**
 * What a document's newest job has done: `<widget name="revenue_job_progress"/>` in any form. It asks every two seconds while the
 * job is open, and loads the form again when it has ended.
 */
export class JobProgress extends Component {
    static template = "sales_revenue_mgmt.JobProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ job: null });
        onWillStart(() => this.ask(this.props));
        onWillUpdateProps((props) => this.ask(props));
        onWillUnmount(() => clearTimeout(this.timer));
    }

    get isOpen() {
        return ["queued", "running"].includes(this.state.job?.state);
    }

    get percent() {
        const { done, total } = this.state.job;
        return total ? Math.min(100, Math.floor((100 * done) / total)) : 0;
    }

    get words() {
        const { done, total, sentence } = this.state.job;
        const numbers = { done: formatInteger(done), total: formatInteger(total) };
        const count = total ? _t("%(done)s of %(total)s", numbers) : done ? numbers.done : "";
        return [sentence, count].filter(Boolean).join(" · ");
    }

    async ask(props) {
        clearTimeout(this.timer);
        const { resModel, resId } = props.record;
        if (!resId) {
            this.state.job = null;
            return;
        }
        const wasOpen = this.isOpen;
        const job = await this.orm.silent.call("revenue.job", "get_progress", [resModel, resId]);
        this.state.job = job || null;
        if (this.isOpen) {
            this.timer = setTimeout(() => this.ask(this.props), EVERY);
        } else if (wasOpen) {
            await props.record.load();
        }
    }

    async onCancel() {
        await this.orm.call("revenue.job", "action_cancel", [[this.state.job.id]]);
        await this.ask(this.props);
    }

    async onRetry() {
        await this.orm.call("revenue.job", "action_retry", [[this.state.job.id]]);
        await this.ask(this.props);
    }
}

registry.category("view_widgets").add("revenue_job_progress", { component: JobProgress });
