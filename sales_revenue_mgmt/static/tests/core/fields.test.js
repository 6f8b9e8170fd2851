import { describe, expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    makeMockEnv,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";
import { formatAmount } from "@sales_revenue_mgmt/core/amount_field/amount_field";
import { formatRatio } from "@sales_revenue_mgmt/core/ratio_field/ratio_field";

describe.current.tags("desktop");

class Target extends models.Model {
    _name = "test.target";
    amount = fields.Monetary({ currency_field: "currency_id" });
    currency_id = fields.Many2one({ relation: "res.currency" });
    attainment = fields.Float();
    percent = fields.Float({ digits: [16, 2] });
    count = fields.Integer();
    limit = fields.Float();
    status = fields.Selection({
        selection: [
            ["behind", "Behind"],
            ["reached", "Reached"],
        ],
    });
    _records = [
        { id: 1, amount: 1234.5, currency_id: 1, attainment: 0.256, status: "behind" },
        { id: 2, amount: 12, currency_id: false, attainment: false, status: "reached" },
        { id: 3, amount: 9, currency_id: 1, attainment: 2, status: "reached" },
    ];
    _views = {
        list: `<list>
            <field name="currency_id" column_invisible="1"/>
            <field name="amount" widget="revenue_amount"/>
            <field name="attainment" widget="revenue_ratio"/>
        </list>`,
    };
}

class Currency extends models.Model {
    _name = "res.currency";
    name = fields.Char();
    _records = [{ id: 1, name: "USD" }];
}

defineMailModels();
defineModels([Target, Currency]);

test("a ratio that does not exist is a dash, zero is zero", async () => {
    await makeMockEnv();
    expect(formatRatio(false)).toBe("–");
    expect(formatRatio(null)).toBe("–");
    expect(formatRatio(0)).toBe("0%");
    expect(formatRatio(1.2345)).toBe("123.5%");
});

test("an amount without a currency is a plain number", async () => {
    await makeMockEnv();
    expect(formatAmount(12)).toBe("12");
    expect(formatAmount(2.5)).toBe("2.50");
    expect(formatAmount(false)).toBe("");
});

test("text is no amount", async () => {
    onRpc("web_save", () => expect.step("web_save"));
    await mountView({
        type: "form",
        resModel: "test.target",
        resId: 1,
        arch: `<form><field name="currency_id" invisible="1"/><field name="amount" widget="revenue_amount"/></form>`,
    });
    for (const text of ["abc", "1,5", "1,2345", "1.234", "=1000*1,05"]) {
        await contains(".o_field_widget[name=amount] input").edit(text);
        expect(".o_field_widget[name=amount]").toHaveClass("o_field_invalid");
        expect(`.o_notification:contains(“${text}”)`).toHaveCount(1);
    }
    expect(".o_notification:contains(Write it like 1234.5, =1000*1.05 or +=100)").toHaveCount(1);
    await contains(".o_form_button_save").click();
    expect.verifySteps([]);
    await contains(".o_field_widget[name=amount] input").edit("$ 1,500");
    await contains(".o_form_button_save").click();
    expect.verifySteps(["web_save"]);
    expect(".o_field_widget[name=amount] input").toHaveValue("1,500.00");
});

test("numbers in dialogs are read like those in the grid", async () => {
    await mountView({
        type: "form",
        resModel: "test.target",
        resId: 1,
        arch: `<form>
            <field name="currency_id" invisible="1"/>
            <field name="amount" widget="revenue_amount"/>
            <field name="percent" widget="revenue_number"/>
            <field name="count" widget="revenue_whole_number"/>
            <field name="limit" widget="revenue_percentage"/>
        </form>`,
    });
    patchWithCleanup(localization, { thousandsSep: ".", decimalPoint: ",", grouping: [3, 0] });
    const input = (name) => `.o_field_widget[name=${name}] input`;
    for (const [name, wrong, right, shown] of [
        ["amount", "1.5", "=1000*1,05", "1.050,00"],
        ["amount", "1,234", "+=1", "1.051,00"],
        ["amount", "1234.5", "１２３４,5", "1.234,50"],
        ["percent", "2.5", "2,5", "2,50"],
        ["percent", "2,555", "1.234", "1.234,00"],
        ["count", "1,5", "1.234", "1.234"],
        ["count", "12345678901", "12", "12"],
        ["limit", "9.5", "9,5 %", "9,5"],
    ]) {
        await contains(input(name)).edit(wrong);
        expect(`.o_field_widget[name=${name}]`).toHaveClass("o_field_invalid");
        await contains(input(name)).edit(right);
        expect(input(name)).toHaveValue(shown);
    }
});

test("a bar is full at 100 %, has the colour of the status, and is not there without a ratio", async () => {
    onRpc("web_search_read", async ({ parent }) => {
        const result = await parent();
        result.records[1].attainment = false;
        return result;
    });
    await mountView({
        type: "list",
        resModel: "test.target",
        arch: `<list><field name="attainment" widget="revenue_progress"/></list>`,
    });
    expect(".progress-bar").toHaveCount(2);
    expect("tr:nth-child(1) .progress-bar").toHaveClass("bg-warning");
    expect("tr:nth-child(1) .progress").toHaveAttribute("aria-valuenow", "26");
    expect("tr:nth-child(3) .progress-bar").toHaveClass("bg-success");
    expect("tr:nth-child(3) .progress-bar").toHaveStyle({ width: "100%" }, { inline: true });
});

test("both widgets in a list", async () => {
    // The server says false for a ratio that does not exist; the mock server has no such float.
    onRpc("web_search_read", async ({ parent }) => {
        const result = await parent();
        result.records[1].attainment = false;
        return result;
    });
    await mountView({ type: "list", resModel: "test.target" });
    expect("tr:nth-child(1) td[name=attainment]").toHaveText("25.6%");
    expect("tr:nth-child(2) td[name=attainment]").toHaveText("–");
    expect("tr:nth-child(1) td[name=amount]").toHaveText(/1,234\.50/);
    expect("tr:nth-child(2) td[name=amount]").toHaveText("12");
});
