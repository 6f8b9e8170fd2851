import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeMockEnv,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { SampleServer } from "@web/model/sample_server";
import { WebClient } from "@web/webclient/webclient";
import { approve } from "@sales_revenue_mgmt/approval/decide";

describe.current.tags("desktop");

class Step extends models.Model {
    _name = "revenue.approval.step";
    record_name = fields.Char();
    kind = fields.Selection({
        selection: [
            ["target", "Sales Target"],
            ["price", "Price"],
        ],
    });
    reason = fields.Char({ required: true, string: "Reason" });
    date = fields.Date({ required: true });
    _records = [
        { id: 1, record_name: "Sales, Sam Seller · Booked Amount · 2026-11 (v2)", kind: "target" },
        { id: 2, record_name: "Sales · Orders · 2026 Q4", kind: "target" },
    ];
    _views = {
        list: `<list js_class="revenue_approval_list">
            <field name="record_name" widget="revenue_title"/>
            <button name="action_approve" type="object" string="Approve"/>
        </list>`,
        kanban: `<kanban js_class="revenue_approval_kanban">
            <templates><t t-name="card">
                <field name="record_name" widget="revenue_title"/>
                <button name="action_approve" type="object" class="o_approve">Approve</button>
            </t></templates>
        </kanban>`,
        search: `<search><searchpanel><field name="kind" enable_counters="1"/></searchpanel></search>`,
    };
}

defineMailModels();
defineModels([Step]);

const SAID = {
    type: "ir.actions.client",
    tag: "display_notification",
    params: {
        type: "success",
        title: "You have approved: Sales · Orders",
        message: "Approved. Post it to put it in force.",
        next: { type: "ir.actions.act_window_close" },
    },
};

for (const type of ["list", "kanban"]) {
    test(`a decision is said, and what the panel counts is counted again: ${type}`, async () => {
        onRpc("revenue.approval.step", "action_approve", ({ args: [ids] }) => {
            Step._records.splice(
                Step._records.findIndex(({ id }) => ids.includes(id)),
                1
            );
            expect.step(`approve ${ids}`);
            return SAID;
        });
        onRpc("search_panel_select_range", () => {
            expect.step("count");
            const __count = Step._records.length;
            return { parent_field: false, values: [{ id: "target", display_name: "Sales Target", __count }] };
        });
        await mountWithCleanup(WebClient);
        await getService("action").doAction({
            type: "ir.actions.act_window",
            res_model: "revenue.approval.step",
            views: [
                [false, type],
                [false, "search"],
            ],
        });
        expect.verifySteps(["count"]);
        expect(".o_search_panel").toHaveCount(1);
        await contains(type === "list" ? "button[name=action_approve]:first" : ".o_approve:first").click();
        await animationFrame();
        expect.verifySteps(["approve 1", "count"]);
        expect(".o_notification").toHaveText(/You have approved: Sales · Orders\.?\s+Approved\. Post it/);
    });
}

test("approving from an inbox says so", async () => {
    onRpc("mail.activity", "action_revenue_approve", () => SAID);
    mockService("action", { doAction: (action) => expect.step(action.params.title) });
    const env = await makeMockEnv();
    await approve(env, "mail.activity", 3);
    expect.verifySteps(["You have approved: Sales · Orders"]);
});

test("a title does not break inside a month, a quarter or a version", async () => {
    await mountView({ type: "list", resModel: "revenue.approval.step" });
    expect(queryAllTexts("td[name=record_name] .text-nowrap")).toEqual(["2026-11", "(v2)", "2026 Q4"]);
    expect("td[name=record_name]:first").toHaveText("Sales, Sam Seller · Booked Amount · 2026-11 (v2)");
});

test("what is missing is named, once, and no longer when it is there", async () => {
    onRpc("web_save", () => expect.step("web_save"));
    await mountView({
        type: "form",
        resModel: "revenue.approval.step",
        arch: `<form><field name="date"/><field name="reason"/></form>`,
    });
    await contains(".o_field_widget[name=reason] input").edit("x");
    await contains(".o_field_widget[name=reason] input").edit("");
    await contains(".o_form_button_save").click();
    await contains(".o_form_button_save").click();
    expect(queryAllTexts(".o_notification_content")).toEqual(["Still missing: Date, Reason"]);
    await contains(".o_field_widget[name=reason] input").edit("Too low");
    await contains(".o_field_widget[name=date] input").edit("11/20/2026");
    await contains(".o_form_button_save").click();
    expect.verifySteps(["web_save"]);
    expect(".o_notification").toHaveCount(0);
});

test("sample data have ratios like real ones, also in pivots", async () => {
    const ratios = ["attainment", "pacing", "current_attainment"];
    const server = new SampleServer(
        "revenue.target",
        Object.fromEntries(ratios.map((name) => [name, { name, type: "float" }]))
    );
    for (const name of ratios) {
        for (let i = 0; i < 50; i++) {
            const value = server._generateFieldValue("revenue.target", name, 1);
            expect(value >= 0.6 && value <= 1.2).toBe(true);
        }
    }
    const measures = [{ fieldName: "attainment", func: "avg", name: "attainment:avg" }];
    expect(server._aggregateFields(measures, [{ attainment: 0.8 }, { attainment: 1 }])).toEqual({
        "attainment:avg": 0.9,
    });
});
