import { _t } from "@web/core/l10n/translation";
import { NumberRefused, parseAmount, parseEntry } from "../../core/numbers/number_parser";
import { sentenceOfNumber } from "../../core/numbers/number_sentence";
import { parseTable, writeTable } from "./grid_clipboard";
import { plainNumber } from "./grid_numbers";
import { GridPlan } from "./grid_plan";
import { GridQueue } from "./grid_queue";
import { GridSelection } from "./grid_selection";

/** Something that the person at the grid has to know, as a sentence. */
export class GridError extends Error {}

/**
 * The grid without its looks: the plan, what is selected, what was typed and not taken yet, and the queue of changes.
 */
export class GridStore {
    /**
     * @param {Object} grid as the server's get_grid gives it
     * @param {Object} hooks
     * @param {(changes: Object[]) => Promise<Object>} hooks.send set_cells
     * @param {() => Promise} [hooks.prepare] before changes are sent
     * @param {() => void} [hooks.onChange] something is to be drawn again
     */
    constructor(grid, { send, prepare = () => {}, onChange = () => {} }) {
        this.onChange = onChange;
        this.selection = new GridSelection();
        this.plan = new GridPlan(grid);
        /** What was typed and refused: cell → text. */
        this.drafts = new Map();
        /** How often the plan was read again because of others. */
        this.overtaken = 0;
        this.queue = new GridQueue({
            send: async (changes) => {
                await prepare();
                return send(changes.map((change) => this.withWas(change)));
            },
            onAnswer: (lines) => this.plan.apply(lines),
            onChange: () => this.onChange(),
        });
        this.showRows();
    }

    /**
     * The plan as it is now on the server.
     *
     * @param {Object} grid
     * @param {Object} [options]
     * @param {boolean} [options.overtaken] others have changed it: what can be undone still can, as far as they have left it
     * @returns {string[]} what lines were called that have gone
     */
    load(grid, { overtaken = false } = {}) {
        const { id } = this.active;
        this.overtaken += overtaken ? 1 : 0;
        const before = [...this.plan.lines.values()];
        this.plan.load(grid);
        if (!overtaken) {
            this.queue.forget();
        }
        const gone = before.filter((line) => !this.plan.lines.has(line.id)).map((line) => line.name);
        // What was typed into a line that has gone cannot be corrected any more.
        for (const key of this.drafts.keys()) {
            if (!this.plan.lines.has(Number(key.split(":")[0]))) {
                this.drafts.delete(key);
            }
        }
        this.showRows();
        this.selection.moveTo(Math.max(this.rows.indexOf(id), 0), this.selection.column);
        return gone;
    }

    showRows() {
        this.rows = this.plan.rows;
        this.selection.resize(this.rows.length, this.plan.columns.length);
        this.onChange();
    }

    toggle(id, expand) {
        const active = this.rows[this.selection.row];
        this.plan.toggle(id, expand);
        this.showRows();
        // Where the active line is hidden now, go to what hides it.
        const row = this.rows.indexOf(active);
        this.selection.moveTo(row < 0 ? this.rows.indexOf(id) : row, this.selection.column);
    }

    fold(depth) {
        this.plan.foldBelow(depth);
        this.showRows();
    }

    get editable() {
        return this.plan.grid.editable;
    }

    get active() {
        return { id: this.rows[this.selection.row], column: this.selection.column };
    }

    /** @returns {{id: number, column: number}[][]} */
    get selected() {
        const { top, bottom, left, right } = this.selection.range;
        return this.rows
            .slice(top, bottom + 1)
            .map((id) => Array.from({ length: right - left + 1 }, (_, i) => ({ id, column: left + i })));
    }

    /** Sum and number of the selected amounts, each counted once: what is part of another selected line is not. */
    get summary() {
        const lines = new Set(this.selected.map((row) => row[0].id));
        const { left, right } = this.selection.range;
        const amounts = [];
        for (const id of lines) {
            const isPart = this.plan.above(id).some((line) => lines.has(line));
            for (let column = left; column <= right && !isPart; column++) {
                if (this.plan.columns[column].kind === "period") {
                    amounts.push(this.plan.value(id, column));
                }
            }
        }
        return { count: amounts.length, sum: this.plan.sum(amounts) };
    }

    // ------------------------------------------------------------------
    // Names for people
    // ------------------------------------------------------------------

    columnLabel(column) {
        const labels = {
            name: _t("Line"),
            total: _t("Total"),
            last_year: _t("Last Year"),
            difference: _t("Difference"),
            ratio: _t("Difference in %"),
        };
        return (this.plan.columns[column].label ?? labels[this.plan.columns[column].kind]).toString();
    }

    where({ id, column }) {
        return `${this.plan.lines.get(id).name}, ${this.columnLabel(column)}`;
    }

    reason(cell, why = this.plan.whyNot(cell.id, cell.column)) {
        const where = this.where(cell);
        if (why === "locked") {
            return _t("%(where)s is locked. Unlock it to change it.", { where });
        }
        if (why === "closed") {
            return _t("%(where)s cannot be changed: the period is closed, or the line is not there in it.", { where });
        }
        if (!this.editable) {
            return _t("%(plan)s is not a draft, or not yours to change. Revise it to make a new version.", {
                plan: this.plan.grid.name,
            });
        }
        return _t("%(where)s cannot be changed: it is computed.", { where });
    }

    // ------------------------------------------------------------------
    // Editing
    // ------------------------------------------------------------------

    key({ id, column }) {
        return `${id}:${column}`;
    }

    text(cell) {
        return (
            this.drafts.get(this.key(cell)) ?? plainNumber(this.plan.value(cell.id, cell.column), this.plan.decimals)
        );
    }

    /** How amounts of this plan are written. */
    get format() {
        return { currencyId: this.plan.grid.currency_id, decimals: this.plan.decimals };
    }

    /** Why a text is no amount of the plan, as a sentence. */
    notANumber(text, cell, error) {
        return sentenceOfNumber(error, { where: this.where(cell), text, decimals: this.plan.decimals });
    }

    parse(text, cell) {
        try {
            const { number, operation, computed } = parseEntry(text, this.format);
            const value = operation ? operation.compute(this.plan.value(cell.id, cell.column)) : number;
            // What was computed is rounded; what was written has no more decimals than the plan.
            return computed ? Math.round(value * this.plan.factor) / this.plan.factor : value;
        } catch (error) {
            throw error instanceof NumberRefused ? new GridError(this.notANumber(text, cell, error)) : error;
        }
    }

    /** Give cells what was typed into one of them. */
    enter(text, cells) {
        const entries = cells
            .filter((cell) => !this.plan.whyNot(cell.id, cell.column))
            .map((cell) => ({ ...cell, value: this.parse(text, cell) }));
        if (!entries.length) {
            throw new GridError(this.reason(cells[0]));
        }
        cells.forEach((cell) => this.drafts.delete(this.key(cell)));
        return this.put(entries);
    }

    clear() {
        return this.enter("0", this.selected.flat());
    }

    /** Copy the first selected row down, or the first column to the right; a single cell takes what is above, or before it. */
    fill(direction) {
        const { top, bottom, left, right } = this.selection.range;
        const [down, alone] = [direction === "down", direction === "down" ? top === bottom : left === right];
        const source = ({ id, column }) =>
            down ? [this.rows[alone ? top - 1 : top], column] : [id, alone ? left - 1 : left];
        if (alone && (down ? top === 0 : left === 1)) {
            return null;
        }
        const cells = this.selected.flat().filter((cell) => {
            const [id, column] = source(cell);
            const isSource = id === cell.id && column === cell.column;
            return !isSource && this.plan.isAmount(column) && !this.plan.whyNot(cell.id, cell.column);
        });
        return this.put(cells.map((cell) => ({ ...cell, value: this.plan.value(...source(cell)) })));
    }

    toggleLock() {
        const cells = this.selected.flat().filter((cell) => this.plan.isAmount(cell.column));
        if (!this.editable || !cells.length) {
            throw new GridError(this.reason(this.active, "readonly"));
        }
        const locked = !cells.every((cell) => this.plan.isLocked(cell.id, cell.column));
        return this.submit(
            cells.map((cell) => this.plan.change(cell.id, cell.column, { locked })),
            cells
        );
    }

    put(entries) {
        const { overtaken } = this;
        const changes = this.plan.changes(entries).map((change) => ({
            ...change,
            seen: { overtaken, amount: this.plan.amountOf(change) },
        }));
        return this.submit(changes, entries);
    }

    /**
     * With what a change replaces, as the person saw it: what is there now, after their own changes that were sent before; but
     * where others' changes have been read since, what was there when they typed. Undoing knows what it replaces.
     */
    withWas({ seen, ...change }) {
        if (!seen) {
            return change;
        }
        const now = this.plan.amountOf(change);
        if (now === undefined) {
            throw new GridError(_t("What you typed was for a line or a period that is not in the plan any more."));
        }
        return { ...change, was: seen.overtaken === this.overtaken ? now : seen.amount };
    }

    submit(changes, cells) {
        return this.queue.submit(
            changes,
            cells.map((cell) => this.key(cell))
        );
    }

    // ------------------------------------------------------------------
    // Clipboard
    // ------------------------------------------------------------------

    copy() {
        return writeTable(this.selected.map((row) => row.map((cell) => this.copiedText(cell))));
    }

    copiedText({ id, column }) {
        const value = this.plan.value(id, column);
        if (typeof value === "string") {
            return value;
        }
        const isRatio = this.plan.columns[column].kind === "ratio" && value != null;
        return isRatio ? `${plainNumber(value * 100, 1)}%` : plainNumber(value, this.plan.decimals);
    }

    /** Put what a spreadsheet copied where the selection begins: all of it, or nothing and a sentence why. */
    paste(text) {
        const table = parseTable(text);
        const { top, bottom, left, right } = this.selection.range;
        const repeat = table.length === 1 && table[0].length === 1;
        const height = repeat ? bottom - top + 1 : table.length;
        const width = repeat ? right - left + 1 : table[0].length;
        if (top + height > this.rows.length || left + width > this.plan.columns.length) {
            throw new GridError(
                _t(
                    "Nothing was pasted: %(rows)s rows and %(columns)s columns do not fit. From %(where)s on there are %(free_rows)s rows and %(free_columns)s columns: begin further up or in an earlier column, or unfold lines.",
                    {
                        rows: height,
                        columns: width,
                        where: this.where({ id: this.rows[top], column: left }),
                        free_rows: this.rows.length - top,
                        free_columns: this.plan.columns.length - left,
                    }
                )
            );
        }
        const entries = [];
        for (let i = 0; i < height; i++) {
            for (let j = 0; j < width; j++) {
                const value = repeat ? table[0][0] : table[i][j];
                if (value.trim()) {
                    entries.push(this.pasted(value, { id: this.rows[top + i], column: left + j }));
                }
            }
        }
        return this.put(entries.filter(Boolean));
    }

    pasted(text, cell) {
        const { plan } = this;
        const refuse = (why) => {
            throw new GridError(_t("Nothing was pasted. %(why)s", { why }));
        };
        if (!plan.isAmount(cell.column)) {
            // A table that was copied from here may come back with its names and sums.
            if (this.copiedText(cell) === text.trim()) {
                return null;
            }
            if (plan.columns[cell.column].kind === "name") {
                const values = { name: plan.lines.get(cell.id).name, value: text.trim() };
                refuse(_t("The row of %(name)s would get amounts of “%(value)s”.", values));
            }
            refuse(this.reason(cell));
        }
        let value, error;
        try {
            value = parseAmount(text, this.format);
        } catch (reason) {
            error = reason;
        }
        if (plan.whyNot(cell.id, cell.column) && plan.value(cell.id, cell.column) !== value) {
            refuse(this.reason(cell));
        }
        if (error) {
            refuse(this.notANumber(text, cell, error));
        }
        if (value < 0) {
            refuse(_t("%(where)s: %(value)s is less than 0.", { where: this.where(cell), value: text.trim() }));
        }
        return { ...cell, value };
    }
}
