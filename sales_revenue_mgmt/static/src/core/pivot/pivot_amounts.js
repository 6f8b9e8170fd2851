import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { formatAmount } from "@sales_revenue_mgmt/core/amount_field/amount_field";

/** In pivots of targets: a sum that does not exist is a dash which says why, and 19 orders are not 19.00. */
patch(PivotRenderer.prototype, {
    getFormattedValue(cell) {
        const { measures, resModel, widgets } = this.model.metaData;
        const isAmount = measures[cell.measure].type === "monetary" && !widgets[cell.measure];
        if (!isAmount || !resModel.startsWith("revenue.target")) {
            return super.getFormattedValue(...arguments);
        }
        if (typeof cell.value !== "number") {
            return {
                value: "–",
                help: _t("There is no sum: different measures, or levels that may count the same sale twice."),
            };
        }
        return cell.currencyIds?.[0] ? super.getFormattedValue(...arguments) : { value: formatAmount(cell.value) };
    },
});
