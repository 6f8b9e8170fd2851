import { getCurrency } from "@web/core/currency";
import { localization } from "@web/core/l10n/localization";
import { formatFloat } from "@web/views/fields/formatters";
import { Operation } from "@web/model/relational_model/operation";

/** Characters of the longest text that is read: nobody types more, and a formula is read by functions that call each other. */
const LONGEST = 500;

/** Signs of other scripts and keyboards that say the same. */
const SIGNS = { "−": "-", "﹣": "-", "٪": "%", "×": "*", "÷": "/", "’": "'", ʼ: "'" };
/** Marks of direction; they show nothing, and come with what is copied from Arabic or Hebrew text. */
const MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** A text that is no number. The caller says so in a sentence, with the place where it stands. */
export class NumberRefused extends Error {
    /** @param {"format"|"decimals"} reason "decimals": it is a number, finer than the unit */
    constructor(reason) {
        super(reason);
        this.reason = reason;
    }
}

/** Without marks, and with plain signs where they are of full width, as Japanese and Chinese input methods give them. */
function narrow(text) {
    const plain = (sign) => String.fromCodePoint(sign.codePointAt(0) - 0xfee0);
    return text
        .replace(MARKS, "")
        .replace(/[\uff01-\uff5e]/g, plain)
        .replaceAll("￥", "¥")
        .trim();
}

/** The value of a digit of any script: they come in rows of ten. */
function digitOf(character) {
    let before = 0;
    for (let code = character.codePointAt(0) - 1; /\p{Nd}/u.test(String.fromCodePoint(code)); code--) {
        before++;
    }
    return String(before % 10);
}

/**
 * A text in one spelling, whatever the reader's language is: digits 0 to 9, "." before decimals, and between thousands ",",
 * "'" or " ". A comma or point that is neither in the reader's language becomes "?".
 */
function spell(text) {
    const { decimalPoint, thousandsSep } = localization;
    return [...narrow(text)]
        .map((character) => {
            if (/\p{Nd}/u.test(character)) {
                return digitOf(character);
            }
            if (character === decimalPoint || character === "٫") {
                return ".";
            }
            if (/\s/.test(character)) {
                return " ";
            }
            if (character === "٬") {
                return ",";
            }
            const sign = SIGNS[character] || character;
            if (sign === thousandsSep && sign !== "'") {
                return ",";
            }
            return [".", ","].includes(sign) ? "?" : sign;
        })
        .join("");
}

/**
 * @param {string[]} groups of digits
 * @param {number[]} sizes how long groups are, from the right; the last one repeats, and 0 is the one before it
 * @returns {boolean}
 */
function isGroupedBy(groups, sizes) {
    let size = 0;
    return [...groups].reverse().every((group, i) => {
        size = sizes[Math.min(i, sizes.length - 1)] || size;
        return i === groups.length - 1 ? group.length <= size : group.length === size;
    });
}

/**
 * @param {string} spelled a number without sign, in the one spelling
 * @param {number} [decimals] as many as the unit has; any number where it is not given
 * @returns {number}
 */
function readDigits(spelled, decimals) {
    const match = spelled.match(/^(?<whole>\d*|\d+(?<separator>[ ',])\d+(?:\k<separator>\d+)*)(?:\.(?<part>\d*))?$/);
    if (!match || !/\d/.test(spelled)) {
        throw new NumberRefused("format");
    }
    const { whole, separator, part = "" } = match.groups;
    const groups = separator ? whole.split(separator) : [whole];
    if (separator) {
        const fits = [localization.grouping || [], [3, 0]].some((sizes) => isGroupedBy(groups, sizes));
        // 0,500 is no way to write 500: it is half of something, written in another language.
        if (!fits || groups[0].startsWith("0")) {
            throw new NumberRefused("format");
        }
    }
    // 1,000 where the comma separates decimals: who writes zeros like that means a thousand.
    const isThousand = !separator && /^[1-9]\d{0,2}$/.test(whole) && part.length === 3;
    if (decimals === undefined) {
        if (isThousand && part === "000") {
            throw new NumberRefused("decimals");
        }
    } else if (part.replace(/0+$/, "").length > decimals || (isThousand && decimals < 3)) {
        throw new NumberRefused("decimals");
    }
    return Number(`${groups.join("") || 0}.${part || 0}`);
}

/** Without the currency's own sign or code before or behind; another currency's stays, and then it is no number. */
function withoutCurrency(text, currencyId) {
    const currency = getCurrency(currencyId);
    for (const sign of currency ? [currency.name, currency.symbol] : []) {
        if (sign && text.startsWith(sign)) {
            text = text.slice(sign.length).trim();
        } else if (sign && text.endsWith(sign)) {
            text = text.slice(0, -sign.length).trim();
        }
    }
    return text;
}

/**
 * A number as a person or a spreadsheet writes it in the reader's language. What could be two numbers is none: 1,5 and 1,2345
 * where the comma separates thousands.
 *
 * @param {string} text
 * @param {Object} [options]
 * @param {number} [options.currencyId] its sign may stand beside the number
 * @param {number} [options.decimals] as many as the unit has; any number where it is not given
 * @returns {number}
 * @throws {NumberRefused}
 */
export function parseAmount(text, { currencyId, decimals } = {}) {
    if (text.length > LONGEST) {
        throw new NumberRefused("format");
    }
    let rest = withoutCurrency(narrow(text), currencyId);
    // How accountants write nothing, and how they write less than nothing.
    if (rest === "-") {
        return 0;
    }
    let sign = 1;
    const negative = rest.match(/^\((.*)\)$/) || rest.match(/^[-−﹣](.*)$/);
    if (negative) {
        sign = -1;
        rest = withoutCurrency(negative[1].trim(), currencyId);
    } else if (rest.startsWith("+")) {
        rest = withoutCurrency(rest.slice(1).trim(), currencyId);
    }
    const value = readDigits(spell(rest), decimals);
    return value && sign * value;
}

/** + - * / ^ and brackets over numbers of the reader's language. */
class Formula {
    /**
     * @param {string} spelled
     * @param {number} [decimals] what a number may have that stands alone; in a calculation it may have any
     */
    constructor(spelled, decimals) {
        // Blanks are part of a number only between digits.
        this.tokens = spelled.match(/[\d.,'?](?:[\d.,'? ]*[\d.,'?])?|\S/g) || [];
        this.decimals = this.tokens.filter((token) => /\d/.test(token)).length === 1 ? decimals : undefined;
    }

    get value() {
        const value = this.sum();
        if (this.tokens.length || !Number.isFinite(value)) {
            throw new NumberRefused("format");
        }
        return value;
    }

    take(signs) {
        return signs.includes(this.tokens[0]) ? this.tokens.shift() : null;
    }

    sum() {
        let value = this.product();
        for (let sign; (sign = this.take(["+", "-"]));) {
            value = new Operation(sign, this.product()).compute(value);
        }
        return value;
    }

    product() {
        let value = this.signed();
        for (let sign; (sign = this.take(["*", "/"]));) {
            value = new Operation(sign, this.signed()).compute(value);
        }
        return value;
    }

    signed() {
        const sign = this.take(["+", "-"]);
        if (sign) {
            return sign === "-" ? -this.signed() : this.signed();
        }
        const base = this.operand();
        return this.take(["^"]) ? base ** this.signed() : base;
    }

    operand() {
        if (this.take(["("])) {
            const value = this.sum();
            if (!this.take([")"])) {
                throw new NumberRefused("format");
            }
            return value;
        }
        return readDigits(this.tokens.shift() || "", this.decimals);
    }
}

/**
 * What is typed where an amount is: a number, a formula (=1000*1.05), or a change of what is there (+10%, -5%, +=100, *=1.1).
 *
 * @param {string} text
 * @param {Object} [options] as for parseAmount; in a calculation numbers may have any decimals
 * @returns {{number: number, computed: boolean}|{operation: Operation, computed: boolean}}
 * @throws {NumberRefused}
 */
export function parseEntry(text, options = {}) {
    if (text.length > LONGEST) {
        throw new NumberRefused("format");
    }
    const spelled = spell(text);
    const percent = spelled.match(/^(?<sign>[-+]) *(?<share>.*?) *%$/);
    if (percent) {
        const share = readDigits(percent.groups.share) / 100;
        const factor = percent.groups.sign === "-" ? 1 - share : 1 + share;
        return { operation: new Operation("*", factor), computed: true };
    }
    const change = spelled.match(/^(?<operator>[-+*/]) *=(?<operand>.*)$/);
    if (change) {
        const { operator, operand } = change.groups;
        const { value } = new Formula(operand, "+-".includes(operator) ? options.decimals : undefined);
        if (operator === "/" && !value) {
            throw new NumberRefused("format");
        }
        return { operation: new Operation(operator, value), computed: true };
    }
    if (spelled.startsWith("=")) {
        return { number: new Formula(spelled.slice(1), options.decimals).value, computed: true };
    }
    return { number: parseAmount(text, options), computed: false };
}

/**
 * Numbers as the reader writes them, for sentences that say how.
 *
 * @param {number} [decimals]
 * @returns {{number: string, thousands: string, formula: string}}
 */
export function examplesOf(decimals = 2) {
    const plain = (value, digits) =>
        formatFloat(value, { digits: [16, digits], thousandsSep: "", trailingZeros: false });
    return {
        number: decimals ? plain(1234.5, 1) : plain(1234, 0),
        thousands: formatFloat(1234, { digits: [16, 0] }),
        formula: `=1000*${plain(1.05, 2)}`,
    };
}
