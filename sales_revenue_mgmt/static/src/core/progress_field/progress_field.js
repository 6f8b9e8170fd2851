import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const COLORS = { reached: "bg-success", on_track: "bg-info", behind: "bg-warning", missed: "bg-danger" };

/** A ratio as a bar, full at 100 %, in the colour of the record's status; nothing where there is no ratio. */
export class ProgressField extends Component {
    static template = "sales_revenue_mgmt.ProgressField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get hasValue() {
        return typeof this.value === "number";
    }

    get percent() {
        return Math.round(100 * this.value);
    }

    get width() {
        return Math.max(0, Math.min(100, 100 * this.value));
    }

    get color() {
        return COLORS[this.props.record.data.status] || "bg-secondary";
    }
}

export const progressField = {
    component: ProgressField,
    displayName: _t("Progress in the colour of the status"),
    supportedTypes: ["float"],
    fieldDependencies: [{ name: "status", type: "selection" }],
    isEmpty: () => false,
};

registry.category("fields").add("revenue_progress", progressField);
