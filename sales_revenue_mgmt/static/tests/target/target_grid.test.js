import { describe, expect, test } from "@odoo/hoot";
import { click, dblclick, press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";
import { parseTable, writeTable } from "@sales_revenue_mgmt/target/target_grid/grid_clipboard";
import { TargetComparison } from "@sales_revenue_mgmt/target/target_grid/target_comparison";
import { TargetGrid } from "@sales_revenue_mgmt/target/target_grid/target_grid";
import "@sales_revenue_mgmt/target/target_grid/target_grid_widget";

describe.current.tags("desktop");
defineMailModels();

const LINES = [
    [1, false, 0, "company", "Acme", [300, 300, 300]],
    [2, 1, 1, "team", "Red", [200, 200, 200]],
    [3, 2, 2, "category", "Lamps", [150, 150, 150]],
    [4, 2, 2, "category", "Desks", [50, 50, 50]],
    [5, 1, 1, "team", "Blue", [100, 100, 100]],
];

function makeGrid(values = {}) {
    return {
        id: 7,
        name: "Plan",
        state: "draft",
        editable: true,
        measure: "Booked",
        currency_id: 1,
        decimals: 2,
        versions: [{ id: 7, name: "Plan", version: 1, state: "Draft" }],
        periods: ["01", "02", "03"].map((month) => ({
            start: `2030-${month}-01`,
            end: `2030-${month}-28`,
            label: `M${month}`,
            closed: false,
        })),
        lines: LINES.map(([id, parent_id, depth, level, name, amounts]) => ({
            id,
            parent_id,
            depth,
            level,
            name,
            res_id: id,
            leaf: id > 2,
            start: "2030-01-01",
            end: "2030-03-31",
            amounts: [...amounts],
            locked: [false, false, false],
            open: [true, true, true],
            last_year: id === 5 ? [0, 0, 0] : amounts.map((amount) => amount / 2),
        })),
        ...values,
    };
}

/** A server that keeps sums as the real one does, for amounts of lines without parts. */
function serve(grid = makeGrid()) {
    const calls = [];
    grid.revision = 1;
    const put = (line, p, amount) => {
        const changed = [];
        const difference = amount - line.amounts[p];
        for (let at = line; at; at = grid.lines.find(({ id }) => id === at.parent_id)) {
            at.amounts[p] += difference;
            changed.push(at.id);
        }
        return changed;
    };
    const answer = (changed) => ({
        lines: Object.fromEntries(
            grid.lines
                .filter((line) => changed.has(line.id))
                .map(({ id, amounts, locked }) => [id, { amounts: [...amounts], locked: [...locked] }])
        ),
    });
    onRpc("revenue.target", "get_grid", () => JSON.parse(JSON.stringify(grid)));
    onRpc("revenue.target", "set_cells", ({ args }) => {
        calls.push(
            args[1].map((asked) => Object.fromEntries(Object.entries(asked).filter(([name]) => name !== "was")))
        );
        const changed = new Set();
        const before = [];
        const since = grid.revision;
        for (const { line_id, date_start, amount, locked, was } of args[1]) {
            const line = grid.lines.find(({ id }) => id === line_id);
            const p = grid.periods.findIndex(({ start }) => start === date_start);
            if (amount !== undefined && was !== line.amounts[p]) {
                throw makeServerError({ type: "UserError", message: `It was ${was}, and is ${line.amounts[p]}.` });
            }
            if (amount > 1e6) {
                throw makeServerError({ type: "UserError", message: "Too much for anybody." });
            }
            before.push({ line_id, date_start, amount: line.amounts[p], locked: line.locked[p], was: amount });
            line.locked[p] = locked ?? line.locked[p];
            put(line, p, amount ?? line.amounts[p]).forEach((id) => changed.add(id));
        }
        return { ...answer(changed), before: before.reverse(), since, revision: ++grid.revision };
    });
    /** Somebody else changes an amount. */
    const meanwhile = (line_id, p, amount) => {
        const line = grid.lines.find(({ id }) => id === line_id);
        put(line, p, amount);
        grid.revision++;
    };
    return { grid, calls, meanwhile };
}

const cell = (line, column) => `[data-line="${line}"] [data-column="${column}"]`;
const change = (line_id, month, amount) => ({ line_id, date_start: `2030-${month}-01`, amount });

async function mountGrid(props = {}) {
    return mountWithCleanup(TargetGrid, { props: { resId: 7, ...props } });
}

/** What a spreadsheet puts on the clipboard, and Ctrl+V. */
async function paste(text) {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    queryOne("table[role=treegrid]").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    await animationFrame();
    await animationFrame();
}

function copy() {
    const clipboardData = new DataTransfer();
    const event = new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true });
    queryOne("table[role=treegrid]").dispatchEvent(event);
    return clipboardData.getData("text/plain");
}

async function keys(...strokes) {
    for (const stroke of strokes) {
        await press(stroke);
        await animationFrame();
    }
    await animationFrame();
}

test("tables of spreadsheets", () => {
    expect(parseTable('a\t"b ""c""\nd"\r\n1\t\r\n')).toEqual([
        ["a", 'b "c"\nd'],
        ["1", ""],
    ]);
    expect(parseTable("1\n2\t3")).toEqual([
        ["1", ""],
        ["2", "3"],
    ]);
    expect(writeTable([["a\tb", "1"]])).toBe('"a\tb"\t1');
});

test("amounts, totals, last year, differences, and roles", async () => {
    serve();
    await mountGrid();
    expect("table[role=treegrid]").toHaveAttribute("aria-rowcount", "6");
    expect("tr[role=row]").toHaveCount(6);
    expect(queryAllTexts(`[data-line="2"] [role=gridcell]`)).toEqual([
        "200.00",
        "200.00",
        "200.00",
        "600.00",
        "300.00",
        "+300.00",
        "+100.0%",
    ]);
    // Nothing to divide by is a dash.
    expect(cell(5, 7)).toHaveText("–");
    expect(cell(3, 1)).toHaveAttribute("aria-label", "Lamps, M01, 150.00");
    expect(cell(3, 5)).toHaveAttribute("aria-readonly", "true");
    expect(`[data-line="2"]`).toHaveAttribute("aria-expanded", "true");
    await click(cell(2, 0) + " .o_revenue_fold");
    await animationFrame();
    expect("tr[role=row]").toHaveCount(4);
    expect(`[data-line="2"]`).toHaveAttribute("aria-expanded", "false");
    await click(".o_revenue_compare_button");
    await animationFrame();
    expect(cell(2, 1)).toHaveText(/200\.00\s+100\.00\s+\+100\.0%/);
});

test("keys: go, type, edit, cancel", async () => {
    const { calls } = serve();
    await mountGrid();
    await click(cell(3, 1));
    await keys("7", "0", "Enter");
    expect(calls).toEqual([[change(3, "01", 70)]]);
    expect(cell(3, 1)).toHaveText("70.00");
    expect(cell(1, 1)).toHaveText("220.00");
    expect(cell(4, 1)).toHaveClass("o_revenue_active");
    await keys("F2");
    expect("input.o_revenue_grid_input").toHaveValue("50");
    await keys("Escape");
    expect("input.o_revenue_grid_input").toHaveCount(0);
    await keys("9", "Tab");
    expect(calls.at(-1)).toEqual([change(4, "01", 9)]);
    expect(cell(4, 2)).toHaveClass("o_revenue_active");
    await keys("Delete");
    expect(calls.at(-1)).toEqual([change(4, "02", 0)]);
    await keys("Shift+Tab", "Shift+Enter");
    expect(cell(3, 1)).toHaveClass("o_revenue_active");
    await keys("Control+End");
    expect(cell(5, 7)).toHaveClass("o_revenue_active");
    await keys("Control+Home", "ArrowLeft");
    expect("tr[role=row]").toHaveCount(6);
    await keys("ArrowLeft");
    expect("tr[role=row]").toHaveCount(2);
    await dblclick(cell(1, 4));
    await animationFrame();
    expect("input.o_revenue_grid_input").toHaveValue("729");
});

test("arrows end what is typed over an amount, and move within what is edited", async () => {
    const { calls } = serve();
    await mountGrid();
    await click(cell(3, 1));
    await keys("1", "ArrowRight", "2", "ArrowDown", "3", "ArrowLeft", "4", "ArrowUp");
    expect(calls).toEqual([[change(3, "01", 1)], [change(3, "02", 2)], [change(4, "02", 3)], [change(4, "01", 4)]]);
    expect(cell(3, 1)).toHaveClass("o_revenue_active");
    await keys("F2", "ArrowLeft");
    expect("input.o_revenue_grid_input").toHaveValue("1");
    await keys("Escape", "7");
    await click("input.o_revenue_grid_input");
    await keys("ArrowLeft");
    expect("input.o_revenue_grid_input").toHaveValue("7");
    await keys("F2", "ArrowRight");
    expect(calls.at(-1)).toEqual([change(3, "01", 7)]);
});

test("what others change is shown, and not overwritten unseen", async () => {
    const { calls, meanwhile } = serve();
    await mountGrid();
    await click(cell(3, 1));
    await keys("1", "Enter");
    meanwhile(5, 2, 777);
    // Another amount: mine is taken, theirs is shown.
    await keys("2", "Enter");
    expect(calls).toHaveLength(2);
    expect(cell(4, 1)).toHaveText("2.00");
    expect(cell(5, 3)).toHaveText("777.00");
    expect(".o_notification").toHaveText(/Somebody else has changed this plan/);
    // The same amount: mine is refused, and stays to be looked at.
    meanwhile(4, 0, 555);
    await click(cell(4, 1));
    await keys("9", "Enter");
    await animationFrame();
    expect(".o_notification:last").toHaveText(/It was 2, and is 555/);
    expect("input.o_revenue_grid_input").toHaveValue("9");
    await keys("Escape");
    expect(cell(4, 1)).toHaveText("555.00");
    await keys("9", "Enter");
    expect(cell(4, 1)).toHaveText("9.00");
    // Undo takes nothing of theirs back.
    meanwhile(4, 0, 333);
    await keys("Control+z");
    await animationFrame();
    expect(".o_notification:last").toHaveText(/It was 9, and is 333/);
    expect(cell(4, 1)).toHaveText("333.00");
    // Nor does an earlier step of the same amount; what nobody else has touched is taken back.
    await keys("Control+z");
    await animationFrame();
    expect(".o_notification:last").toHaveText(/It was 2, and is 333/);
    await keys("Control+z");
    await animationFrame();
    expect(cell(3, 1)).toHaveText("150.00");
    expect(cell(4, 1)).toHaveText("333.00");
    expect(".o_revenue_undo").not.toBeEnabled();
});

test("a line is not removed with an amount that one has not seen", async () => {
    const { meanwhile } = serve();
    onRpc("revenue.target", "remove_lines", ({ args }) => {
        expect.step(args[1]);
        throw makeServerError({ type: "UserError", message: "Somebody else has changed it." });
    });
    await mountGrid();
    await click(cell(4, 0));
    await animationFrame();
    meanwhile(4, 0, 777);
    await contains(".o_revenue_remove_button").click();
    await animationFrame();
    expect(".modal-body").toHaveText(/Remove Desks with 150\.00 and all lines below/);
    await contains(".modal .btn-danger").click();
    await animationFrame();
    expect.verifySteps([[{ line_id: 4, was: 150 }]]);
    expect(".o_notification:last").toHaveText(/Somebody else has changed it/);
    expect(cell(4, 1)).toHaveText("777.00");
});

test("what was typed before others' changes were read does not overwrite them", async () => {
    const { calls, meanwhile } = serve();
    const gate = new Deferred();
    let first = true;
    onRpc("revenue.target", "set_cells", async ({ parent }) => {
        if (first) {
            first = false;
            await gate;
        }
        return parent();
    });
    await mountGrid();
    await click(cell(3, 1));
    await keys("1", "Enter");
    // Typed on what is shown, 50, while the first answer is on its way and somebody else enters 777.
    await keys("2", "Enter");
    meanwhile(4, 0, 777);
    gate.resolve();
    for (let i = 0; i < 6; i++) {
        await animationFrame();
    }
    expect(calls).toHaveLength(2);
    expect(".o_notification:contains(It was 50, and is 777)").toHaveCount(1);
    expect(cell(3, 1)).toHaveText("1.00");
});

test("lines, periods and rights that others have taken away", async () => {
    const { grid } = serve();
    await mountGrid();
    const taken = grid.lines.pop();
    grid.lines[0].amounts = [200, 200, 200];
    grid.revision++;
    await click(cell(5, 1));
    onRpc("revenue.target", "set_cells", () => {
        throw makeServerError({ type: "UserError", message: "Blue is not a line any more." });
    });
    await keys("7", "Enter");
    await animationFrame();
    expect(".o_notification:last").toHaveText(/not a line any more/);
    expect(".o_notification:contains(Somebody else has removed Blue)").toHaveCount(1);
    expect(`[data-line="${taken.id}"]`).toHaveCount(0);
    expect(".o_revenue_grid_status").not.toHaveText(/Not saved/);
    grid.editable = false;
    grid.periods[0].closed = true;
    await click(cell(3, 1));
    await keys("7", "Enter");
    await animationFrame();
    await keys("Escape", "7");
    expect("input.o_revenue_grid_input").toHaveCount(0);
});

test("a range: copy, fill, one number for all", async () => {
    const { calls } = serve();
    await mountGrid();
    await click(cell(3, 1));
    await keys("Shift+ArrowDown", "Shift+ArrowRight");
    expect(".o_revenue_selected").toHaveCount(4);
    expect(copy()).toBe("150\t150\n50\t50");
    expect(".o_revenue_grid_summary").toHaveText("Sum 400.00 of 4 amounts");
    await keys("Control+d");
    expect(calls).toEqual([[change(4, "01", 150), change(4, "02", 150)]]);
    await keys("8", "Control+Enter");
    expect(calls.at(-1)).toHaveLength(4);
    expect(queryAllTexts(".o_revenue_selected .o_revenue_amount")).toEqual(["8.00", "8.00", "8.00", "8.00"]);
});

test("paste: blanks stay, what is the same is not sent, sums of what is given are left out", async () => {
    const { calls } = serve();
    await mountGrid();
    await click(cell(2, 1));
    await paste("170\t200\n120\t\n$ 50.00\t1,060.50\n");
    expect(calls).toEqual([[change(3, "01", 120), change(4, "02", 1060.5)]]);
    expect(cell(4, 2)).toHaveText("1,060.50");
});

test("paste: all or nothing, and a sentence", async () => {
    const { calls } = serve();
    await mountGrid();
    await click(cell(3, 1));
    await paste("1\tsoon\n2\t3");
    expect(".o_notification").toHaveText(/Nothing was pasted.*Lamps, M02: “soon” is not a number/);
    await click(cell(5, 1));
    await paste("1\n2");
    expect(".o_notification:last").toHaveText(/2 rows and 1 columns do not fit/);
    expect(calls).toEqual([]);
    expect(cell(3, 1)).toHaveText("150.00");
});

test("more decimals than the plan has are refused, pasted and typed, with the cell", async () => {
    const { calls } = serve();
    await mountGrid();
    await click(cell(3, 1));
    for (const text of ["1.234", "1.230", "12.345"]) {
        await paste(`7\t${text}`);
        expect(".o_notification:last").toHaveText(
            `Nothing was pasted. Lamps, M02: “${text}” has more than 2 decimals. Thousands are written like 1,234.`
        );
    }
    await keys(..."1.234", "Enter");
    expect(".o_notification:last").toHaveText(/^Lamps, M01: “1.234” has more than 2 decimals/);
    expect("input.o_revenue_grid_input").toHaveValue("1.234");
    await keys("Escape");
    // What is computed is rounded to cents.
    await keys(..."=10/3", "Enter");
    expect(calls).toEqual([[change(3, "01", 3.33)]]);
});

test("a plan of whole numbers", async () => {
    const { calls } = serve(makeGrid({ decimals: 0, currency_id: false }));
    await mountGrid();
    await click(cell(3, 1));
    await paste("1.5");
    expect(".o_notification:last").toHaveText(/“1.5” has decimals, and only whole numbers fit here/);
    await paste("12.000");
    expect(".o_notification:last").toHaveText(/“12.000” has decimals/);
    await paste("12.00");
    expect(calls).toEqual([[change(3, "01", 12)]]);
});

test("a German reader's grid: formulas, examples and keys", async () => {
    const { calls } = serve();
    await mountGrid();
    patchWithCleanup(localization, { thousandsSep: ".", decimalPoint: ",", grouping: [3, 0] });
    await click(cell(3, 1));
    await keys(..."=1000*1.05", "Enter");
    expect(".o_notification:last").toHaveText(
        "Lamps, M01: “=1000*1.05” is not a number. Write it like 1234,5, =1000*1,05 or +=100."
    );
    await keys("Escape", ..."=1000*1,05", "Enter");
    expect(calls).toEqual([[change(3, "01", 1050)]]);
    expect(cell(3, 1)).toHaveText("1.050,00");
    await paste("1,234");
    expect(".o_notification:last").toHaveText(/Desks, M01: “1,234” has more than 2 decimals.*written like 1\.234/);
    await contains(".o_revenue_keys").click();
    expect(".o_revenue_help").toHaveText(/=1000\*1,05, \+10%, \+=500/);
});

test("an input method opens the cell with its first key, and Enter that ends a composition is its own", async () => {
    const { calls } = serve();
    await mountGrid();
    await click(cell(3, 1));
    const table = queryOne("table[role=treegrid]");
    table.dispatchEvent(new KeyboardEvent("keydown", { key: "Process", keyCode: 229, bubbles: true }));
    // At once: what is composed goes where the focus is.
    const input = document.activeElement;
    expect(input.tagName).toBe("INPUT");
    input.value = "１２";
    input.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
    await animationFrame();
    expect("input.o_revenue_grid_input").toHaveValue("１２");
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true }));
    await animationFrame();
    expect(calls).toHaveLength(0);
    await keys("Enter");
    expect(calls).toEqual([[change(3, "01", 12)]]);
    // Nothing composed: nothing entered.
    table.dispatchEvent(new KeyboardEvent("keydown", { key: "Process", keyCode: 229, bubbles: true }));
    await animationFrame();
    expect("input.o_revenue_grid_input").toHaveCount(1);
    await keys("Enter");
    expect(calls).toHaveLength(1);
});

test("where columns go from right to left, the left arrow goes left", async () => {
    const { calls } = serve();
    await mountGrid();
    // What is shown decides: without mirrored styles an Arabic page has its columns from left to right.
    patchWithCleanup(localization, { direction: "rtl" });
    await click(cell(3, 1));
    await keys("ArrowRight");
    expect(cell(3, 2)).toHaveClass("o_revenue_active");
    await keys("ArrowLeft");
    queryOne(".o_revenue_grid_area").style.direction = "rtl";
    await keys("ArrowLeft");
    expect(cell(3, 2)).toHaveClass("o_revenue_active");
    await keys("ArrowRight");
    expect(cell(3, 1)).toHaveClass("o_revenue_active");
    // While typing as well; and a name folds away from its column.
    await keys("7", "ArrowLeft");
    expect(calls).toEqual([[change(3, "01", 7)]]);
    expect(cell(3, 2)).toHaveClass("o_revenue_active");
    await keys("Control+ArrowLeft");
    expect(cell(3, 2)).not.toHaveClass("o_revenue_active");
    await keys("Control+ArrowRight");
    expect(cell(3, 1)).toHaveClass("o_revenue_active");
    await click(cell(2, 0));
    await keys("ArrowRight");
    expect(cell(3, 1)).toHaveCount(0);
    await keys("ArrowLeft");
    expect(cell(2, 1)).toHaveClass("o_revenue_active");
});

test("the decimal key of the number pad is the reader's decimal sign", async () => {
    const { calls } = serve();
    await mountGrid();
    patchWithCleanup(localization, { thousandsSep: ".", decimalPoint: ",", grouping: [3, 0] });
    await click(cell(3, 1));
    const pad = () =>
        document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key: ".", code: "NumpadDecimal", bubbles: true, cancelable: true })
        );
    await keys("1");
    pad();
    await keys("5", "Enter");
    expect(calls).toEqual([[change(3, "01", 1.5)]]);
    pad();
    await keys("2", "Enter");
    expect(calls.at(-1)).toEqual([change(4, "01", 0.2)]);
});

test("undo and redo with what the server says", async () => {
    const { calls } = serve();
    await mountGrid();
    await click(cell(3, 1));
    expect(".o_revenue_undo").not.toBeEnabled();
    await keys("1", "Enter", "2", "Enter");
    await keys("Control+z");
    expect(calls.at(-1)).toEqual([{ ...change(4, "01", 50), locked: false }]);
    await keys("Control+z");
    expect(cell(3, 1)).toHaveText("150.00");
    expect(".o_revenue_undo").not.toBeEnabled();
    await keys("Control+y", "Control+Shift+Z");
    expect(queryAllTexts([cell(3, 1), cell(4, 1)].join())).toEqual(["1.00", "2.00"]);
});

test("what is locked or closed cannot be edited", async () => {
    const grid = makeGrid();
    grid.lines[4].open[0] = false;
    const { calls } = serve(grid);
    await mountGrid();
    await click(cell(3, 1));
    await keys("Control+l");
    expect(calls).toEqual([[{ line_id: 3, date_start: "2030-01-01", locked: true }]]);
    expect(cell(3, 1)).toHaveClass("o_revenue_locked");
    expect(cell(3, 1)).toHaveAttribute("aria-readonly", "true");
    await keys("5");
    expect("input.o_revenue_grid_input").toHaveCount(0);
    expect(".o_notification").toHaveText(/Lamps, M01 is locked/);
    await click(cell(5, 1));
    await keys("F2");
    expect(".o_notification:last").toHaveText(/Blue, M01 cannot be changed/);
    await click(cell(3, 1));
    await click(".o_revenue_lock_button");
    await animationFrame();
    expect(calls.at(-1)[0].locked).toBe(false);
});

test("what the server refuses keeps its text, and says why", async () => {
    const { calls } = serve();
    await mountGrid();
    await click(cell(3, 1));
    await keys(..."5000000", "Enter");
    await animationFrame();
    expect(calls).toHaveLength(1);
    expect(".o_notification").toHaveText(/Too much for anybody/);
    expect("input.o_revenue_grid_input").toHaveValue("5000000");
    expect("input.o_revenue_grid_input").toHaveAttribute("aria-invalid", "true");
    expect(cell(3, 1)).toHaveClass("o_revenue_active");
    await keys("Escape");
    expect(cell(3, 1)).toHaveText("150.00");
    await keys("x", "Enter");
    expect("input.o_revenue_grid_input").toHaveValue("x");
    expect(calls).toHaveLength(1);
});

test("edits wait for each other, show that they do, and are sent when the input is left", async () => {
    const { calls } = serve();
    const gates = [new Deferred(), new Deferred()];
    onRpc("revenue.target", "set_cells", async ({ parent }) => {
        expect.step("sent");
        await gates.shift();
        return parent();
    });
    const [first, second] = gates;
    await mountGrid();
    await click(cell(3, 1));
    await keys("1", "Enter", "2");
    await click(cell(5, 3));
    await animationFrame();
    expect(".o_revenue_pending").toHaveCount(2);
    expect(".o_revenue_grid_status").toHaveText("Saving…");
    expect.verifySteps(["sent"]);
    first.resolve();
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["sent"]);
    second.resolve();
    await animationFrame();
    await animationFrame();
    expect(".o_revenue_pending").toHaveCount(0);
    expect(".o_revenue_grid_status").toHaveText("Saved");
    expect(calls).toEqual([[change(3, "01", 1)], [change(4, "01", 2)]]);
});

test("a plan that is not a draft is read only", async () => {
    serve(makeGrid({ editable: false }));
    await mountGrid();
    expect(".o_revenue_add_button").toHaveCount(0);
    await click(cell(3, 1));
    await keys("5");
    expect("input.o_revenue_grid_input").toHaveCount(0);
    expect(".o_notification").toHaveText(/not a draft/);
});

test("two versions beside each other", async () => {
    onRpc("revenue.target", "get_comparison", () => ({
        periods: ["2030-01-01", "2030-02-01"],
        plans: ["Plan (v2)", "Plan"],
        currency_id: 1,
        decimals: 2,
        lines: [
            { key: "1", name: "Acme", depth: 0, here: [10, 5], there: [8, 5] },
            { key: "2", name: "Red", depth: 1, here: [10, 5], there: [null, null] },
            { key: "3", name: "Blue", depth: 1, here: [1, 1], there: [1, 1] },
        ],
    }));
    await mountWithCleanup(TargetComparison, {
        props: { resId: 7, otherId: 6, labels: { "2030-01-01": "Jan" }, titles: ["v2", "v1"] },
    });
    expect(queryAllTexts("tbody tr:nth-child(1) td")).toEqual([
        ...["15.00", "13.00", "+2.00(+15.4%)"],
        ...["10.00", "8.00", "+2.00"],
        ...["5.00", "5.00", ""],
    ]);
    expect("tbody tr:nth-child(2) .badge").toHaveText("Only here");
    await contains("#o_revenue_only_differences").click();
    expect("tbody tr").toHaveCount(2);
});

test("in the form of a plan: saved before, totals after", async () => {
    class Target extends models.Model {
        _name = "revenue.target";
        name = fields.Char();
        state = fields.Char();
        amount = fields.Float();
        audit_count = fields.Integer();
        company_id = fields.Many2one({ relation: "res.partner" });
        team_id = fields.Many2one({ relation: "res.partner" });
        user_id = fields.Many2one({ relation: "res.partner" });
        measure = fields.Char();
        cadence = fields.Char();
        date_start = fields.Date();
        date_end = fields.Date();
        _records = [{ id: 7, name: "Plan", amount: 900 }];
    }
    defineModels([Target]);
    const { grid } = serve();
    onRpc("revenue.target", "get_grid", () => expect.step("get_grid"));
    onRpc("revenue.target", "web_save", () => expect.step("web_save"));
    onRpc("revenue.target", "set_cells", async function ({ parent }) {
        expect.step("set_cells");
        const answer = await parent();
        const amount = grid.lines[0].amounts.reduce((sum, part) => sum + part, 0);
        this.env["revenue.target"].write([7], { amount });
        return answer;
    });
    await mountView({
        type: "form",
        resModel: "revenue.target",
        resId: 7,
        arch: `<form><field name="name"/><field name="amount"/><widget name="revenue_target_grid"/></form>`,
    });
    expect.verifySteps(["get_grid"]);
    await contains(".o_field_widget[name=name] input").edit("Better plan", { confirm: false });
    await click(cell(3, 1));
    await keys("1", "Enter");
    // What was saved may have changed what is here.
    expect.verifySteps(["web_save", "get_grid", "set_cells"]);
    expect(cell(1, 4)).toHaveText("751.00");
    expect(".o_revenue_grid_status").toHaveText("Saved");
    expect(".o_field_widget[name=amount] input").toHaveValue("751.00");
});
