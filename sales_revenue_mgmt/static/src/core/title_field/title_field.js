import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// 2026-11, 2026-11-30, 2026 Q4, (v2): numbers with what belongs to them.
const TOGETHER = /(\d+(?:-\d+)+|\d{4} Q\d|\(v\d+\))/;

/** A title that may break into lines, but not inside a month, a quarter or a version. */
export class TitleField extends Component {
    static template = "sales_revenue_mgmt.TitleField";
    static props = { ...standardFieldProps };

    /** Every second part stays together. */
    get parts() {
        return (this.props.record.data[this.props.name] || "").split(TOGETHER);
    }
}

registry.category("fields").add("revenue_title", {
    component: TitleField,
    displayName: _t("Title with unbroken months"),
    supportedTypes: ["char"],
});
