import { useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { FloatField, floatField } from "@web/views/fields/float/float_field";
import { formatPercentage } from "@web/views/fields/formatters";
import { useInputField } from "@web/views/fields/input_field_hook";
import { IntegerField, integerField } from "@web/views/fields/integer/integer_field";
import { useNumpadDecimal } from "@web/views/fields/numpad_decimal_hook";
import { PercentageField, percentageField } from "@web/views/fields/percentage/percentage_field";
import { InvalidNumberError } from "@web/views/fields/parsers";
import { useStrictParse } from "./strict_parse";

/** What PostgreSQL keeps in an integer. */
const LARGEST_INTEGER = 2 ** 31 - 1;

/** Odoo's field for numbers with decimals, read strictly. */
export class NumberField extends FloatField {
    setup() {
        this.strictParse = useStrictParse(() => ({
            decimals: (this.props.digits || this.props.record.fields[this.props.name].digits || [])[1],
        }));
        super.setup();
    }

    parse(text) {
        return this.strictParse(text);
    }
}

/** Odoo's field for whole numbers, read strictly. */
export class WholeNumberField extends IntegerField {
    setup() {
        this.state = useState({ hasFocus: false });
        const strictParse = useStrictParse(() => ({ decimals: 0, plain: true }));
        useInputField({
            getValue: () => this.formattedValue,
            refName: "numpadDecimal",
            parse: (text) => {
                const value = strictParse(text);
                if (Math.abs(value) > LARGEST_INTEGER) {
                    throw new InvalidNumberError(`${value} is too large`);
                }
                return value;
            },
        });
        useNumpadDecimal();
    }
}

/** Odoo's field for percentages, read strictly. */
export class PercentField extends PercentageField {
    setup() {
        const strictParse = useStrictParse(() => ({ plain: true }));
        useInputField({
            getValue: () =>
                formatPercentage(this.props.record.data[this.props.name], {
                    digits: this.props.digits,
                    noSymbol: true,
                    field: this.props.record.fields[this.props.name],
                }),
            refName: "numpadDecimal",
            parse: (text) => strictParse(text.trim().replace(/[%٪％]$/, "")) / 100,
        });
        useNumpadDecimal();
    }
}

const fields = registry.category("fields");
fields.add("revenue_number", { ...floatField, component: NumberField });
fields.add("revenue_whole_number", { ...integerField, component: WholeNumberField });
fields.add("revenue_percentage", { ...percentageField, component: PercentField });
