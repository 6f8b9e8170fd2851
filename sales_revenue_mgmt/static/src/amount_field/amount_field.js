import { registry } from "@web/core/registry";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { InvalidNumberError } from "@web/views/fields/parsers";
import { MonetaryField, monetaryField } from "@web/views/fields/monetary/monetary_field";

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

    /** Text is no amount. Odoo reads it as 0, which would erase a target. */
    get inputOptions() {
        const options = super.inputOptions;
        return {
            ...options,
            parse: (text) => {
                if (text.trim() && !/\d/.test(text)) {
                    throw new InvalidNumberError(`"${text}" is not a correct number`);
                }
                return options.parse(text);
            },
        };
    }
}

export const amountField = { ...monetaryField, component: AmountField, listViewWidth: 115 };

registry.category("fields").add("revenue_amount", amountField);
registry.category("formatters").add("revenue_amount", formatAmount);
