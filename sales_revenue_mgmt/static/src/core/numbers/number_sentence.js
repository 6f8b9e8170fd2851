import { _t } from "@web/core/l10n/translation";
import { examplesOf } from "./number_parser";

/**
 * Why a text is no number, and how to write one, for the person who typed or pasted it.
 *
 * @param {import("./number_parser").NumberRefused} error
 * @param {Object} options
 * @param {string} options.where the cell or the field
 * @param {string} options.text
 * @param {number} [options.decimals] as many as the unit has
 * @param {boolean} [options.plain] formulas are not read there
 * @returns {string}
 */
export function sentenceOfNumber({ reason }, { where, text, decimals, plain = false }) {
    const values = { where, value: text.trim(), decimals, ...examplesOf(decimals) };
    if (reason === "decimals" && decimals === 0) {
        return _t(
            "%(where)s: “%(value)s” has decimals, and only whole numbers fit here. Thousands are written like %(thousands)s.",
            values
        );
    }
    if (reason === "decimals" && decimals) {
        return _t(
            "%(where)s: “%(value)s” has more than %(decimals)s decimals. Thousands are written like %(thousands)s.",
            values
        );
    }
    if (plain) {
        return _t("%(where)s: “%(value)s” is not a number. Write it like %(number)s.", values);
    }
    return _t("%(where)s: “%(value)s” is not a number. Write it like %(number)s, %(formula)s or +=100.", values);
}
