import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatPercentage } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * A ratio as a percentage; a ratio that does not exist (nothing to divide by) as a dash.
 *
 * @param {number|false|null|undefined} value
 * @param {Object} [options] as for formatPercentage
 * @returns {string}
 */
export function formatRatio(value, options = {}) {
    return typeof value === "number" ? formatPercentage(value, { ...options, digits: [16, 1] }) : "–";
}

export class RatioField extends Component {
    static template = "sales_revenue_mgmt.RatioField";
    static props = { ...standardFieldProps };

    get text() {
        return formatRatio(this.props.record.data[this.props.name]);
    }
}

export const ratioField = {
    component: RatioField,
    displayName: _t("Ratio"),
    supportedTypes: ["float"],
    isEmpty: () => false,
};

registry.category("fields").add("revenue_ratio", ratioField);
registry.category("formatters").add("revenue_ratio", formatRatio);
