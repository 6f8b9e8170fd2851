import { Component, onWillStart, onWillUpdateProps, status, useEffect, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { getCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { GridCommands } from "./grid_commands";
import { useCellEditor } from "./grid_editor";
import { isMirrored } from "./grid_keyboard";
import { formatAmount, formatDifference, formatRelative } from "./grid_numbers";
import { useGridPointer } from "./grid_pointer";
import { GridRow } from "./grid_row";
import { GridStore } from "./grid_store";
import { GridToolbar } from "./grid_toolbar";
import { sentenceOf } from "./grid_errors";
import { useRowWindow } from "./grid_window";

const COMPARING = "sales_revenue_mgmt.target_grid.comparing";
const ROW = 34;
const ROW_COMPARING = 70;

/** The amounts of a plan, lines × periods, edited as in a spreadsheet. */
export class TargetGrid extends Component {
    static template = "sales_revenue_mgmt.TargetGrid";
    static components = { GridRow, GridToolbar };
    static props = {
        resId: Number,
        /** Another value: the plan has changed on the server. */
        revision: { optional: true },
        /** Take all the height there is, instead of as much as the rows need. */
        fill: { type: Boolean, optional: true },
        onLoaded: { type: Function, optional: true },
        /** Before changes are sent, and when all that were sent have been answered. */
        onBeforeSend: { type: Function, optional: true },
        onSaved: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.table = useRef("table");
        this.scroller = useRef("scroller");
        this.state = useState({ comparing: browser.localStorage.getItem(COMPARING) === "1", saved: false });
        this.editor = useCellEditor(this);
        this.window = useRowWindow(this.scroller, {
            count: () => this.store.rows.length - 1,
            height: () => this.rowHeight,
        });
        this.drawings = { count: 0 };
        this.commands = new GridCommands(this);
        this.pointer = useGridPointer(this);
        useSetupAction({
            beforeLeave: () => this.editor.leave(),
            beforeUnload: (ev) => this.editor.unload(ev),
        });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps(async (next) => {
            if (next.resId !== this.props.resId || next.revision !== this.props.revision) {
                await this.load(next);
            }
        });
        useEffect(() => this.editor.place());
        // Once it is drawn: what hears of it while this is being drawn would begin anew.
        useEffect(
            () => this.props.onLoaded?.(this.store),
            () => [this.store.plan.grid]
        );
    }

    async load({ resId }) {
        // An answer that is on its way would be newer than what is read now.
        await this.store?.queue.idle;
        const grid = await this.orm.call("revenue.target", "get_grid", [[resId]]);
        if (this.store?.plan.grid.id === resId) {
            this.store.load(grid);
        } else {
            this.store = new GridStore(grid, {
                prepare: () => this.prepare(resId),
                send: (changes) => this.send(resId, changes),
                onChange: () => this.onStoreChange(),
            });
        }
    }

    /** What the form has not saved yet comes first; it may change what is here. */
    async prepare(resId) {
        if (await this.props.onBeforeSend?.()) {
            await this.catchUp(resId, { own: true });
        }
    }

    /** Send changes; and show what somebody else has changed, also where that is why these are refused. */
    async send(resId, changes) {
        let answer, error;
        try {
            answer = await this.orm.call("revenue.target", "set_cells", [[resId], changes]);
        } catch (reason) {
            error = reason;
        }
        if (error || answer.since !== this.store.plan.grid.revision) {
            await this.catchUp(resId, { answer });
        }
        if (error) {
            throw error;
        }
        this.store.plan.grid.revision = answer.revision;
        return answer;
    }

    /**
     * Read the plan again, and show it where others have changed amounts or lines.
     *
     * @param {number} resId
     * @param {Object} [options]
     * @param {Object} [options.answer] of set_cells: what this person has changed
     * @param {boolean} [options.own] all changes are this person's, made elsewhere in the form
     */
    async catchUp(resId, { answer, own = false } = {}) {
        let grid;
        try {
            grid = await this.orm.call("revenue.target", "get_grid", [[resId]]);
        } catch {
            // Why changes are refused is said anyway.
            return;
        }
        if (this.store.plan.grid.id === resId && this.store.plan.differs(grid, answer?.lines)) {
            const gone = this.store.load(grid, { overtaken: !own });
            if (gone.length && !own) {
                const names = gone.join(", ");
                const message = _t("Somebody else has removed %(names)s, with their amounts.", { names });
                this.notification.add(message, { type: "warning", sticky: true });
            } else if (answer) {
                const message = _t("Somebody else has changed this plan meanwhile; their amounts are shown now.");
                this.notification.add(message, { type: "info" });
            }
        }
    }

    onStoreChange() {
        const { busy } = this.store?.queue || {};
        if (this.wasBusy && !busy) {
            this.state.saved = true;
            this.props.onSaved?.(this.store);
        }
        this.wasBusy = busy;
        this.draw();
    }

    draw() {
        if (status(this) !== "destroyed") {
            this.render();
        }
    }

    async reload() {
        await this.load(this.props);
        this.props.onSaved?.(this.store);
    }

    // ------------------------------------------------------------------
    // What is drawn
    // ------------------------------------------------------------------

    get rowHeight() {
        return this.state.comparing ? ROW_COMPARING : ROW;
    }

    get drawing() {
        return ++this.drawings.count;
    }

    get unit() {
        const { currency_id, measure } = this.store.plan.grid;
        const symbol = getCurrency(currency_id)?.symbol;
        return symbol ? _t("%(measure)s, in %(currency)s", { measure, currency: symbol }) : measure;
    }

    /** Columns as wide as their largest number: that of the first line, which is the sum of the others. */
    get columns() {
        const { plan } = this.store;
        const { root } = plan;
        const { left, right } = this.store.selection.range;
        return plan.columns.map(({ kind, index, closed }, column) => {
            const label = this.store.columnLabel(column);
            const texts = [label];
            if (kind === "ratio") {
                texts.push(formatRelative(-9.999));
            } else if (kind === "difference") {
                texts.push(formatDifference(plan.value(root.id, column), plan.decimals));
            } else if (kind !== "name") {
                texts.push(formatAmount(plan.value(root.id, column), plan.decimals));
            }
            if (this.state.comparing && kind === "period") {
                texts.push(formatAmount(root.last_year[index], plan.decimals));
            }
            const width = Math.max(...texts.map((text) => text.length));
            return {
                label,
                closed,
                class: `o_revenue_head_${kind} ${left <= column && column <= right ? "o_revenue_in_range" : ""}`,
                style: kind === "name" ? "" : `min-width: calc(${width}ch + 1.75rem)`,
            };
        });
    }

    /** Props of the rows to draw: the first always, of the others those in sight. */
    get rows() {
        const { store } = this;
        const { top, bottom, left, right } = store.selection.range;
        const columnsOf = (keys) => {
            const byLine = {};
            for (const key of keys) {
                const [id, column] = key.split(":");
                (byLine[id] ||= []).push(column);
            }
            return (id) => byLine[id]?.join(",") || "";
        };
        const pending = columnsOf([...store.queue.pending].filter(([, count]) => count).map(([key]) => key));
        const refused = columnsOf(store.drafts.keys());
        const rowProps = (id, index) => {
            const selected = top <= index && index <= bottom;
            return {
                store,
                line: store.plan.lines.get(id),
                index,
                expanded: !store.plan.collapsed.has(id),
                comparing: this.state.comparing,
                from: selected ? left : -1,
                to: selected ? right : -1,
                active: index === store.selection.row ? store.selection.column : -1,
                pending: pending(id),
                refused: refused(id),
            };
        };
        const { first, last, above, below } = this.window.current;
        return {
            root: rowProps(store.rows[0], 0),
            others: store.rows.slice(first + 1, last + 1).map((id, i) => rowProps(id, first + 1 + i)),
            above,
            below: Math.max(0, below),
        };
    }

    cellId({ id, column }) {
        return `o_revenue_cell_${id}_${column}`;
    }

    /** Scroll until the active cell is in sight, beside and below what always is. */
    show() {
        const scroller = this.scroller.el;
        const { row, column } = this.store.selection;
        const head = this.table.el.tHead.offsetHeight;
        const top = head + row * this.rowHeight;
        if (row > 0) {
            const first = top - head - this.rowHeight;
            const last = top + this.rowHeight - scroller.clientHeight;
            scroller.scrollTop = Math.max(last, Math.min(scroller.scrollTop, first));
        }
        if (column > 0) {
            const head = (index) => this.table.el.tHead.querySelector(`[data-column="${index}"]`);
            const { totalColumn } = this.store.plan;
            const cell = head(column);
            // The total covers the right edge as long as it is not where it belongs.
            const covered =
                column < totalColumn && getComputedStyle(head(totalColumn)).insetInlineEnd !== "auto"
                    ? head(totalColumn).offsetWidth
                    : 0;
            const left = this.leftOf(column);
            const last = left + cell.offsetWidth + covered - scroller.clientWidth;
            const isLast = column === this.store.plan.columns.length - 1;
            // From right to left, browsers count below zero.
            const sign = isMirrored(scroller) ? -1 : 1;
            scroller.scrollLeft =
                sign *
                Math.max(
                    isLast ? scroller.scrollWidth : last,
                    Math.min(sign * scroller.scrollLeft, left - head(0).offsetWidth)
                );
        }
        this.draw();
    }

    /** Where a column begins in the table: a sticky one says where it is shown. */
    leftOf(column) {
        const heads = [...this.table.el.tHead.rows[0].cells].slice(0, column);
        return heads.reduce((left, head) => left + head.offsetWidth, 0);
    }

    toggleComparing() {
        this.state.comparing = !this.state.comparing;
        browser.localStorage.setItem(COMPARING, this.state.comparing ? "1" : "0");
    }

    /** Do what may be refused, and say why it is. */
    async attempt(job) {
        try {
            await job();
        } catch (error) {
            this.notification.add(sentenceOf(error), { type: "danger", sticky: false });
        }
    }
}
