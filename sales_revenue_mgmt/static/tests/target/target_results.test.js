import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, makeMockEnv, makeServerError, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { TargetResults } from "@sales_revenue_mgmt/target/target_results/target_results";
import { chartOf } from "@sales_revenue_mgmt/target/target_results/target_chart";

describe.current.tags("desktop");
defineMailModels();

const NUMBERS = {
    target: [100, 100, 200],
    actual: [60, 10, 70],
    expected: [100, 50, 150],
    baseline: [80, 80, 160],
    attainment: [0.6, 0.1, 0.35],
    variance: [-40, -90, -130],
    pacing: [0.6, 0.2, 0.466],
    landing: [60, 90, 150],
    low: [60, 70, 130],
    high: [60, 110, 170],
    probability: [0, 0.3, 0.1],
};

function makeLine(id, name, values = {}) {
    return {
        id,
        name,
        depth: 0,
        leaf: true,
        rank: 1,
        outlier: false,
        share_of_gap: null,
        gap_per_day: 5,
        forecast: { message: "No forecast yet." },
        ...NUMBERS,
        ...values,
    };
}

function makeResults(id, lines) {
    return {
        id,
        currency_id: false,
        periods: [
            { start: "2030-01-01", end: "2030-01-31", label: "Jan 2030", elapsed: 1 },
            { start: "2030-02-01", end: "2030-02-28", label: "Feb 2030", elapsed: 0.5 },
        ],
        lines,
        rests: [],
        alerts: lines.map((line) => ({
            kind: "behind",
            label: "Behind",
            severity: "warning",
            line_id: line.id,
            message: `${line.name} is behind`,
        })),
    };
}

function explain() {
    onRpc("revenue.target", "get_explanation", ({ args: [plan, line] }) => {
        expect.step(`explain ${line} of ${plan}`);
        return { gap: 0, parts: [], trend: `Trend of ${line}` };
    });
}

test("nothing waits for the results; then one line at a time", async () => {
    explain();
    const gate = new Deferred();
    onRpc("revenue.target", "get_results", async () => {
        await gate;
        return makeResults(7, [makeLine(1, "Acme"), makeLine(2, "Red", { actual: [5, 6, 11] })]);
    });
    await mountWithCleanup(TargetResults, { props: { model: "revenue.target", resId: 7 } });
    expect(".o_revenue_results_skeleton").toHaveCount(1);
    gate.resolve();
    await animationFrame();
    await animationFrame();
    expect(".o_revenue_results_skeleton").toHaveCount(0);
    expect(queryAllTexts(".o_revenue_results_card .fs-4")).toEqual(["200", "70", "46.6%", "150", "10%"]);
    expect.verifySteps(["explain 1 of 7"]);
    // What somebody should look at leads there.
    await contains("li:contains(Red is behind) button").click();
    expect("h3 span").toHaveText("Red");
    expect.verifySteps(["explain 2 of 7"]);
    expect(queryAllTexts(".o_revenue_results_card .fs-4")[1]).toBe("11");
    // What is missing per day is of the whole plan.
    expect(".o_revenue_results_head:contains(more needed per working day)").toHaveCount(1);
    await contains("select").select("1");
    expect(queryAllTexts(".o_revenue_results_card .fs-4")[1]).toBe("6");
    expect(".o_revenue_results_head:contains(more needed per working day)").toHaveCount(0);
});

test("what is in none of the parts has a row behind the last of them", async () => {
    explain();
    onRpc("revenue.target", "get_results", () => ({
        ...makeResults(7, [
            makeLine(1, "Acme", { leaf: false }),
            makeLine(2, "Red", { depth: 1 }),
            makeLine(3, "Blue"),
        ]),
        rests: [
            { parent_id: 1, after: 2, depth: 1, name: "In none", help: "Why", actual: [1, 2, 3], baseline: [4, 5, 9] },
        ],
    }));
    await mountWithCleanup(TargetResults, { props: { model: "revenue.target", resId: 7 } });
    await animationFrame();
    await animationFrame();
    expect(queryAllTexts("tbody tr td:first-child")).toEqual(["Acme", "Red", "In none", "Blue"]);
    expect(queryAllTexts(".o_revenue_results_rest td")).toEqual(["In none", "–", "3", "", "9", ""]);
    await contains("select").select("0");
    expect(queryAllTexts(".o_revenue_results_rest td")[2]).toBe("1");
    expect.verifySteps(["explain 1 of 7"]);
});

test("what fails is said, and an overtaken answer is dropped", async () => {
    explain();
    const gates = { 7: new Deferred(), 8: new Deferred() };
    onRpc("revenue.target", "get_results", async ({ args }) => {
        await gates[args[0]];
        if (args[0] === 8) {
            throw makeServerError({ type: "UserError", message: "Not for you." });
        }
        return makeResults(7, [makeLine(1, "Acme")]);
    });
    class Parent extends Component {
        static components = { TargetResults };
        static props = {};
        static template = xml`<TargetResults model="'revenue.target'" resId="state.resId"/>`;
        setup() {
            this.state = useState({ resId: 7 });
        }
    }
    const parent = await mountWithCleanup(Parent);
    parent.state.resId = 8;
    await animationFrame();
    gates[8].resolve();
    await animationFrame();
    await animationFrame();
    expect(".alert-danger").toHaveText("Not for you.");
    gates[7].resolve();
    await animationFrame();
    await animationFrame();
    expect(".alert-danger").toHaveText("Not for you.");
    expect(".o_revenue_results_card").toHaveCount(0);
});

test("the chart: what is expected by now, and where it lands", async () => {
    await makeMockEnv();
    const line = makeLine(1, "Acme");
    const { data } = chartOf(makeResults(7, [line]), line);
    const curve = (label) => data.datasets.find((dataset) => dataset.label.toString() === label)?.data;
    expect(curve("Target")).toEqual([100, 200]);
    expect(curve("Actual")).toEqual([60, 70]);
    expect(curve("Expected by now")).toEqual([null, 150]);
    expect(curve("Landing")).toEqual([60, 150]);
    // The last period runs: there is no way left to draw.
    expect(curve("80 % of cases")).toBe(undefined);
    const early = makeResults(7, [line]);
    early.periods[0].elapsed = 0.5;
    early.periods[1].elapsed = 0;
    const cone = chartOf(early, line).data.datasets;
    expect(cone.at(-2).data).toEqual([60, 130]);
    expect(cone.at(-1).data).toEqual([60, 170]);
});

test("a forecast says which weeks count as usual", async () => {
    explain();
    const forecast = {
        method: "mean",
        origins: 12,
        wape: 0.1,
        mase: 0.8,
        bias: 0,
        season: 1,
        unusual: ["The week from 02/07/2030 is unusual: its 40,000.00 count as 1,020.00."],
        next: null,
        message: null,
    };
    onRpc("revenue.target", "get_results", () => makeResults(7, [makeLine(1, "Acme", { forecast })]));
    await mountWithCleanup(TargetResults, { props: { model: "revenue.target", resId: 7 } });
    await animationFrame();
    await animationFrame();
    expect(".o_revenue_results").toHaveText(/is unusual: its 40,000\.00 count as 1,020\.00/);
    expect.verifySteps(["explain 1 of 7"]);
});

test("a plan with one period has a bar for each number, not a curve of one point", async () => {
    await makeMockEnv();
    const one = Object.fromEntries(Object.entries(NUMBERS).map(([name, values]) => [name, [values[2], values[2]]]));
    const results = (line) => ({ ...makeResults(7, [line]), periods: makeResults(7, []).periods.slice(1) });
    const line = makeLine(1, "Acme", one);
    const { type, data } = chartOf(results(line), line);
    expect(type).toBe("bar");
    expect(data.labels.map(String)).toEqual(["Target", "Expected by now", "Actual", "Landing", "Last year"]);
    expect(data.datasets[0].data).toEqual([200, 150, 70, 150, 160]);
    const without = makeLine(2, "Acme", { ...one, landing: [null, null] });
    expect(chartOf(results(without), without).data.labels.map(String)).not.toInclude("Landing");
});
