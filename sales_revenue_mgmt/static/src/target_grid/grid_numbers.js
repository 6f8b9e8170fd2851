import { getCurrency } from "@web/core/currency";
import { localization } from "@web/core/l10n/localization";
import { escapeRegExp } from "@web/core/utils/strings";
import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";

export const DASH = "–";

/**
 * @param {number|null} value
 * @param {number} decimals
 * @returns {string}
 */
export function formatAmount(value, decimals) {
    return value == null ? DASH : formatFloat(value, { digits: [16, decimals] });
}

/** With its sign: +12.00, -3.00, 0.00. */
export function formatDifference(value, decimals) {
    const text = formatAmount(value, decimals);
    return value > 0 ? `+${text}` : text;
}

/** A relative difference with its sign; a dash where there is nothing to compare with. */
export function formatRelative(ratio) {
    if (ratio == null) {
        return DASH;
    }
    const percent = formatFloat(ratio * 100, { digits: [16, 1] });
    return `${ratio > 0 ? "+" : ""}${percent}%`;
}

/** A number without separators of thousands, to be edited or copied. */
export function plainNumber(value, decimals) {
    return value == null ? "" : formatFloat(value, { digits: [16, decimals], thousandsSep: "", trailingZeros: false });
}

/**
 * What is written stays a number however a spreadsheet writes it; what could be two numbers (1,5 where the comma separates
 * thousands) is none.
 *
 * @param {string} text without spaces around it, sign or currency
 * @returns {boolean}
 */
function isNumber(text) {
    const { thousandsSep, decimalPoint } = localization;
    const separators = ["\\s", "'", "’"];
    if (thousandsSep?.trim()) {
        separators.push(escapeRegExp(thousandsSep));
    }
    const whole = separators.map((separator) => `\\d{1,3}(?:${separator}\\d{2,3})*${separator}\\d{3}`);
    return new RegExp(`^(?=.*\\d)(?:\\d+|${whole.join("|")})?(?:${escapeRegExp(decimalPoint)}\\d*)?$`).test(text);
}

/** The currency's own sign or code; another currency's stays, and then it is no number. */
function withoutCurrency(text, currencyId) {
    const currency = getCurrency(currencyId);
    for (const sign of currency ? [currency.name, currency.symbol] : []) {
        if (sign) {
            text = text.replace(sign, "");
        }
    }
    return text.trim();
}

/**
 * A number as a person or a spreadsheet writes it in the user's language.
 *
 * @param {string} text
 * @param {number} [currencyId] its sign may stand beside the number
 * @returns {number|null} null where it is no number
 */
export function parseAmount(text, currencyId) {
    let rest = withoutCurrency(text.trim(), currencyId);
    // How accountants write nothing, and how they write less than nothing.
    if (rest === "-") {
        return 0;
    }
    let sign = 1;
    const negative = rest.match(/^\((.*)\)$/) || rest.match(/^[-−](.*)$/);
    if (negative) {
        sign = -1;
        rest = withoutCurrency(negative[1], currencyId);
    } else if (rest.startsWith("+")) {
        rest = rest.slice(1).trim();
    }
    if (!isNumber(rest)) {
        return null;
    }
    return sign * parseFloat(rest.replace(/[\s'’]/g, ""));
}

/**
 * What was typed into a cell: a number, an expression (=1000*1.05), or a change of what is there (+10%, -5%, +=100, *=1.1).
 *
 * @param {string} text
 * @param {number} current
 * @param {number} [currencyId]
 * @returns {number|null} null where it is none of these
 */
export function parseEntry(text, current, currencyId) {
    text = text.trim();
    const percent = text.match(/^([-+])\s*(.*?)\s*%$/);
    if (percent) {
        const share = parseAmount(percent[2]);
        return share == null ? null : current * (1 + (percent[1] === "-" ? -share : share) / 100);
    }
    if (text.startsWith("=") || /^[-+*/]\s*=/.test(text)) {
        try {
            const parsed = parseFloat(text, { allowOperation: true });
            const value = typeof parsed === "number" ? parsed : parsed.compute(current);
            return Number.isFinite(value) ? value : null;
        } catch {
            return null;
        }
    }
    return parseAmount(text, currencyId);
}
