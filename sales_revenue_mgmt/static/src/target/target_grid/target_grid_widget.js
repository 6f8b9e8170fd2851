import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { GridError } from "./grid_store";
import { TargetGrid } from "./target_grid";

/** What a plan's lines and periods hang on: once saved with other values, the grid is another. */
const STRUCTURE = {
    state: "selection",
    company_id: "many2one",
    team_id: "many2one",
    user_id: "many2one",
    measure: "selection",
    cadence: "selection",
    date_start: "date",
    date_end: "date",
};

/** The grid in the form of a plan that is saved. */
export class TargetGridWidget extends Component {
    static template = "sales_revenue_mgmt.TargetGridWidget";
    static components = { TargetGrid };
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ structure: "", count: 0 });
        this.loading = 0;
        useRecordObserver((record) => {
            const values = Object.keys(STRUCTURE).map((name) => record.data[name]?.id ?? String(record.data[name]));
            const { amount, audit_count: entries } = record.data;
            // What is not saved yet is not in the grid yet; what the grid has just changed is.
            if (!record.dirty && !this.loading) {
                this.state.structure = JSON.stringify(values);
                this.follow(amount, entries);
            }
        });
    }

    get revision() {
        return `${this.state.count} ${this.state.structure}`;
    }

    /**
     * A total that is not the grid's was changed elsewhere, and spread; a new entry of the trail that is not the grid's says
     * that a tool changed amounts or lines: read the grid again.
     */
    follow(amount, entries) {
        const { plan, queue } = this.store || {};
        const changed = this.entries !== undefined && this.entries !== entries;
        this.entries = entries;
        if (plan?.grid.id === this.props.record.resId && !queue.busy && (changed || plan.root.total !== amount)) {
            this.state.count++;
        }
    }

    onLoaded(store) {
        this.store = store;
    }

    /**
     * What is changed in the form, and not saved, comes before what is changed in the grid.
     *
     * @returns {Promise<boolean>} whether there was anything
     */
    async onBeforeSend() {
        const { record } = this.props;
        if (!(await record.isDirty())) {
            return false;
        }
        if (!(await record.save())) {
            throw new GridError(_t("Something in the form above is missing or wrong. Complete it first."));
        }
        return true;
    }

    /** The form's totals follow the grid, without the grid being read again. */
    async onSaved() {
        const { record } = this.props;
        if (record.dirty) {
            return;
        }
        this.loading++;
        try {
            await record.load();
        } finally {
            this.loading--;
        }
        if (!this.loading) {
            // The grid's own entries.
            this.entries = record.data.audit_count;
            this.follow(record.data.amount, this.entries);
        }
    }
}

registry.category("view_widgets").add("revenue_target_grid", {
    component: TargetGridWidget,
    fieldDependencies: [
        ...Object.entries(STRUCTURE).map(([name, type]) => ({ name, type })),
        { name: "amount", type: "monetary" },
        { name: "audit_count", type: "integer" },
    ],
});
