import { useComponent } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { NumberRefused, parseAmount, parseEntry } from "./number_parser";
import { sentenceOfNumber } from "./number_sentence";

/**
 * Reading of what is typed into a field of numbers, by the rules of the grid. Odoo's own reading takes separators out wherever
 * they stand (1,5 becomes 15), and shows a field as invalid without saying why.
 *
 * @param {() => {currencyId?: number, decimals?: number, plain?: boolean}} getOptions plain: no formulas
 * @returns {(text: string) => number|import("@web/model/relational_model/operation").Operation}
 */
export function useStrictParse(getOptions) {
    const component = useComponent();
    const notification = useService("notification");
    let close = () => {};
    return (text) => {
        const { plain, ...options } = getOptions();
        close();
        try {
            if (!text.trim()) {
                return 0;
            }
            if (plain) {
                return parseAmount(text, options);
            }
            const { number, operation } = parseEntry(text, options);
            return operation ?? number;
        } catch (error) {
            if (error instanceof NumberRefused) {
                const where = component.props.record.fields[component.props.name].string || _t("Number");
                const message = sentenceOfNumber(error, { where, text, plain, decimals: options.decimals });
                close = notification.add(message, { type: "danger" });
            }
            throw error;
        }
    };
}
