import { describe, expect, test } from "@odoo/hoot";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
import { currencies } from "@web/core/currency";
import { localization } from "@web/core/l10n/localization";
import { examplesOf, NumberRefused, parseAmount, parseEntry } from "@sales_revenue_mgmt/core/numbers/number_parser";

describe.current.tags("desktop");

const FORMATS = {
    en: { thousandsSep: ",", decimalPoint: "." },
    de: { thousandsSep: ".", decimalPoint: "," },
    fr: { thousandsSep: "\u202f", decimalPoint: "," },
    ch: { thousandsSep: "'", decimalPoint: "." },
    ar: { thousandsSep: ",", decimalPoint: "." },
    ja: { thousandsSep: ",", decimalPoint: "." },
    hi: { thousandsSep: ",", decimalPoint: ".", grouping: [3, 2, 0] },
};

function read(text, { parse = (written) => parseAmount(written, { currencyId: 1, decimals: 2 }) } = {}) {
    try {
        return parse(text);
    } catch (error) {
        if (error instanceof NumberRefused) {
            return error.reason;
        }
        throw error;
    }
}

/** A formula, or a change of 100. */
const compute = (text) =>
    read(text, {
        parse: (written) => {
            const { number, operation } = parseEntry(written, { decimals: 2 });
            return Math.round((operation ? operation.compute(100) : number) * 1e6) / 1e6;
        },
    });

const SAME = {
    en: { 1234.5: ["1,234.50", "1 234.5", "1'234.5", "1234.5", "$1,234.50", "$ 1,234.5", "1,234.5 USD"] },
    de: { 1234.5: ["1.234,50", "1234,5", "1 234,5", "1.234,5 $"], 1234567: ["1.234.567", "1234567,00"] },
    fr: { 1234.5: ["1\u202f234,50", "1\u00a0234,5", "1 234,5", "1234,5"] },
    ch: { 1234.5: ["1'234.50", "1’234.50", "1234.5"] },
    ar: { 1234.5: ["١٬٢٣٤٫٥", "١٢٣٤٫٥٠", "\u200f1,234.5\u200f", "۱۲۳۴٫۵"] },
    ja: { 1234.5: ["１２３４．５", "１，２３４．５０", "＄１２３４．５"], "-5": ["－５", "（５）"] },
    hi: { 1234567: ["12,34,567", "1,234,567", "१२,३४,५६७"] },
};
const REFUSED = {
    en: [
        "1,5",
        "1,2345",
        "1.234,5",
        "1,23,456",
        "12,34",
        "0,500",
        "1 2345",
        "1,234 567",
        "€ 5",
        "5$0",
        "soon",
        "",
        "1e5",
        "²",
    ],
    de: ["1.5", "1234.5", "1.2345", "1,234.5", "0.500", "12.34"],
    fr: ["1.5", "1.234", "12 34", "1 2345", "1\u202f23"],
    ch: ["1'2345", "1,234", "1’23"],
    ar: ["١٬٢", "12-"],
    ja: ["１，２", "１，２３４５"],
    hi: ["1,23,4567"],
};
const TOO_FINE = {
    en: ["1.234", "1.230", "12.000", "1234.567", "1,234.567"],
    de: ["1,234", "1,230", "12,000", "1.234,567"],
    fr: ["1,234"],
    ch: ["1.234"],
    ar: ["١٫٢٣٤"],
    ja: ["１．２３４"],
};

for (const [name, format] of Object.entries(FORMATS)) {
    test(`numbers of readers: ${name}`, () => {
        patchWithCleanup(localization, { grouping: [3, 0], ...format });
        patchWithCleanup(currencies, { 1: { name: "USD", symbol: "$", position: "before", digits: [69, 2] } });
        for (const [value, texts] of Object.entries(SAME[name])) {
            expect(texts.map((text) => read(text))).toEqual(texts.map(() => Number(value)));
        }
        for (const text of REFUSED[name]) {
            expect(`${text} ${read(text)}`).toBe(`${text} format`);
        }
        for (const text of TOO_FINE[name] || []) {
            expect(`${text} ${read(text)}`).toBe(`${text} decimals`);
        }
        // What a message proposes can be entered.
        for (const decimals of [0, 2]) {
            const { number, thousands, formula } = examplesOf(decimals);
            const asWritten = (text) => read(text, { parse: (written) => parseAmount(written, { decimals }) });
            expect(asWritten(number)).toBe(decimals ? 1234.5 : 1234);
            expect(asWritten(thousands)).toBe(1234);
            expect(compute(formula)).toBe(1050);
        }
    });
}

test("signs, nothing, and other currencies", () => {
    patchWithCleanup(localization, { grouping: [3, 0], ...FORMATS.en });
    patchWithCleanup(currencies, {
        1: { name: "USD", symbol: "$", position: "before", digits: [69, 2] },
        2: { name: "JPY", symbol: "¥", position: "before", digits: [69, 0] },
    });
    expect(["-", "($5)", "-$5", "$-5", "−5", "- 5", "+5"].map((text) => read(text))).toEqual([
        0, -5, -5, -5, -5, -5, 5,
    ]);
    const yen = (text) => read(text, { parse: (written) => parseAmount(written, { currencyId: 2, decimals: 0 }) });
    expect(["￥1,000", "¥１０００", "1000.00", "$5", "1.5", "1.000"].map(yen)).toEqual([
        ...[1000, 1000, 1000],
        ...["format", "decimals", "decimals"],
    ]);
});

test("formulas and changes", () => {
    patchWithCleanup(localization, { grouping: [3, 0], ...FORMATS.en });
    const values = {
        "=1000*1.05": 1050,
        "=1,000*1.05": 1050,
        "= 1 000 + 2 * (3 - 1)": 1004,
        "=2^3^2": 512,
        "=-2+5": 3,
        "=10/4": 2.5,
        "=1.125*8": 9,
        "＝１０００×１．０５": 1050,
        "+10%": 110,
        "-5 %": 95,
        "+2.5٪": 102.5,
        "+=50": 150,
        "- = 50": 50,
        "*=1.1": 110,
        "/=8": 12.5,
        "+=2*25": 150,
    };
    for (const [text, value] of Object.entries(values)) {
        expect(`${text} ${compute(text)}`).toBe(`${text} ${value}`);
    }
    const refused = [
        "=",
        "=1/0",
        "/=0",
        "=1,5*2",
        "=1000*1,05",
        "+1,5%",
        "+=1,5",
        "=1 2",
        "=(1",
        "=1)",
        "=()",
        "=1+",
        "=a",
        "=1;2",
    ];
    for (const text of [...refused, `=${"(".repeat(9999)}1${")".repeat(9999)}`]) {
        expect(`${text.slice(0, 20)} ${compute(text)}`).toBe(`${text.slice(0, 20)} format`);
    }
    // A number that stands alone is read as without the sign; in a calculation it may be finer than the unit.
    const inCents = (text) => {
        try {
            return parseEntry(text, { decimals: 2 });
        } catch (error) {
            return error.reason;
        }
    };
    for (const text of ["=1.234", "=-1.234", "=(1.234)", "+=1.234", "-= 1.234", "=1.000"]) {
        expect(`${text} ${inCents(text)}`).toBe(`${text} decimals`);
    }
    expect(inCents("=1.23").number).toBe(1.23);
    expect(inCents("=1000*1.125").number).toBe(1125);
    expect(inCents("*=1.125").operation.compute(100)).toBe(112.5);
    patchWithCleanup(localization, FORMATS.de);
    expect(["=1000*1,05", "=1.000*1,05", "+2,5%", "*=1,1"].map(compute)).toEqual([1050, 1050, 102.5, 110]);
    // A thousand of another language is not one.
    expect(["=1000*1.05", "=1,000*2", "*=1.1"].map(compute)).toEqual(["format", "decimals", "format"]);
    patchWithCleanup(localization, FORMATS.fr);
    expect(["=1\u202f000*1,05", "=1 000 * 2", "=1000*1.05"].map(compute)).toEqual([1050, 2000, "format"]);
    patchWithCleanup(localization, FORMATS.ch);
    expect(["=1'000*1.05", "=1’000+1"].map(compute)).toEqual([1050, 1001]);
    patchWithCleanup(localization, FORMATS.ar);
    expect(["=١٠٠٠*١٫٠٥", "+١٠٪"].map(compute)).toEqual([1050, 110]);
});
