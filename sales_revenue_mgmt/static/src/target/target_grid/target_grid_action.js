import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { formatDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { sentenceOf } from "./grid_errors";
import { TargetComparison } from "./target_comparison";
import { TargetGrid } from "./target_grid";

/** The grid of a plan on the whole screen, with its versions: as of a day, and beside each other. */
export class TargetGridAction extends Component {
    static template = "sales_revenue_mgmt.TargetGridAction";
    static components = { DateTimeInput, Dropdown, DropdownItem, Layout, TargetComparison, TargetGrid };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        const { action, resId } = this.props;
        const { params = {}, context = {} } = action;
        this.state = useState({
            resId: Number(resId || params.target_id || params.resId || context.active_id) || null,
            otherId: Number(params.other_id) || null,
            asOf: false,
            none: "",
            versions: [],
        });
        this.display = { controlPanel: {} };
    }

    onLoaded({ plan }) {
        this.labels = Object.fromEntries(plan.grid.periods.map(({ start, label }) => [start, label]));
        this.state.versions = plan.grid.versions;
        this.env.config.setDisplayName(plan.grid.name);
    }

    get others() {
        return this.state.versions.filter((version) => version.id !== this.state.resId);
    }

    get other() {
        return this.others.find((version) => version.id === this.state.otherId);
    }

    /** Of two versions the newer one first: the difference is what it adds. */
    get pair() {
        const { resId, otherId, versions } = this.state;
        return versions.filter(({ id }) => [resId, otherId].includes(id)).sort((one, two) => two.version - one.version);
    }

    title({ version }) {
        return _t("Version %s", version);
    }

    show(resId) {
        Object.assign(this.state, { resId, otherId: null, none: "" });
        this.props.updateActionState?.({ resId });
    }

    compare(otherId) {
        Object.assign(this.state, { otherId, none: "" });
    }

    /** Open the version that was in force at the end of a day. */
    async openAsOf(day) {
        this.state.asOf = day;
        if (!day) {
            this.state.none = "";
            return;
        }
        try {
            const resId = await this.orm.call("revenue.target", "get_as_of", [[this.state.resId], serializeDate(day)]);
            if (resId) {
                this.show(resId);
            } else {
                this.state.none = _t("No version was in force on %(day)s.", { day: formatDate(day) });
            }
        } catch (error) {
            this.notification.add(sentenceOf(error), { type: "danger" });
        }
    }

    openForm() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "revenue.target",
            res_id: this.state.resId,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("revenue_target_grid", TargetGridAction);
