import { formatFloat } from "@web/views/fields/formatters";

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
