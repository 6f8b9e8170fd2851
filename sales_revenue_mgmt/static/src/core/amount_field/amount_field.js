import { registry } from "@web/core/registry";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { MonetaryField, monetaryField } from "@web/views/fields/monetary/monetary_field";
import { useStrictParse } from "../numbers/strict_parse";

/**
 * An amount that is money where the record has a currency, and a plain number where it has none: 12 orders, not 12.00.
 *
 * @param {number|false} value
 * @param {Object} [options] as for formatMonetary
 * @returns {string}
 */
export function formatAmount(value, options = {}) {
    const currencyField = options.currencyField || options.field?.currency_field || "currency_id";
    if (value === false || options.currencyId || options.data?.[currencyField]) {
        return formatMonetary(value, options);
    }
    return formatFloat(value, { ...options, digits: [16, Number.isInteger(value) ? 0 : 2] });
}

formatAmount.extractOptions = formatMonetary.extractOptions;

export class AmountField extends MonetaryField {
    get formattedValue() {
        if (this.currencyId || (this.props.inputType === "number" && !this.props.readonly)) {
            return super.formattedValue;
        }
        return formatAmount(this.value);
    }

    /** Read strictly: Odoo reads text as 0, which would erase a target. */
    get inputOptions() {
        return {
            ...super.inputOptions,
            parse: useStrictParse(() => ({
                currencyId: this.currencyId,
                decimals: this.currencyId ? this.currencyDigits?.[1] : 2,
            })),
        };
    }
}

export const amountField = { ...monetaryField, component: AmountField, listViewWidth: 115 };

registry.category("fields").add("revenue_amount", amountField);
registry.category("formatters").add("revenue_amount", formatAmount);
