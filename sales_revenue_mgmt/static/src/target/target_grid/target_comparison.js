import { Component, onWillStart, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { formatAmount, formatDifference, formatRelative } from "./grid_numbers";
import { useRowWindow } from "./grid_window";

const ROW = 34;

/** Two versions of a plan side by side: each amount here, there, and the difference. */
export class TargetComparison extends Component {
    static template = "sales_revenue_mgmt.TargetComparison";
    static props = {
        resId: Number,
        otherId: Number,
        /** First day of a period → its label. */
        labels: Object,
        /** What to call the two above their columns. */
        titles: Array,
    };

    setup() {
        this.orm = useService("orm");
        this.scroller = useRef("scroller");
        this.state = useState({ onlyDifferences: false });
        this.window = useRowWindow(this.scroller, { count: () => this.rows.length, height: () => ROW });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((next) => this.load(next));
    }

    async load({ resId, otherId, labels }) {
        const answer = await this.orm.call("revenue.target", "get_comparison", [[resId], otherId]);
        const { decimals, plans, periods, lines } = answer;
        const factor = 10 ** decimals;
        const sum = (amounts) =>
            amounts.every((amount) => amount == null)
                ? null
                : amounts.reduce((total, amount) => total + Math.round((amount || 0) * factor), 0) / factor;
        this.decimals = decimals;
        this.plans = plans;
        this.columns = [null, ...periods].map((start, index) => ({
            index,
            label: start ? labels[start] || start : "",
            isTotal: !start,
            changed: false,
        }));
        this.lines = lines.map((line) => {
            const [here, there] = [line.here, line.there].map((amounts) => [sum(amounts), ...amounts]);
            const cells = here.map((amount, index) => {
                const other = there[index];
                // What only one version has differs from nothing.
                const difference = amount === other ? 0 : sum([amount || 0, -(other || 0)]);
                const changed = amount !== other && (difference !== 0 || amount == null || other == null);
                this.columns[index].changed ||= changed;
                return { here: amount, there: other, difference, changed };
            });
            const isIn = (amounts) => amounts.some((amount) => amount != null);
            return { ...line, cells, added: !isIn(line.there), removed: !isIn(line.here) };
        });
    }

    get rows() {
        return this.state.onlyDifferences
            ? this.lines.filter((line) => line.added || line.removed || line.cells.some((cell) => cell.changed))
            : this.lines;
    }

    /** The total always, of the periods all, or those with a difference. */
    get shown() {
        return this.columns.filter((column) => column.isTotal || column.changed || !this.state.onlyDifferences);
    }

    get same() {
        return !this.columns.some((column) => column.changed);
    }

    get visible() {
        const { first, last, above, below } = this.window.current;
        return { rows: this.rows.slice(first, last), above, below: Math.max(0, below), first };
    }

    cell(line, { index, label, isTotal }) {
        const { here, there, difference, changed } = line.cells[index];
        const ratio = there ? (here - there) / Math.abs(there) : null;
        return {
            here: formatAmount(here, this.decimals),
            there: formatAmount(there, this.decimals),
            difference: changed ? formatDifference(difference, this.decimals) : "",
            ratio: changed && isTotal && ratio != null ? formatRelative(ratio) : "",
            tone: !changed ? "text-muted" : difference > 0 ? "text-success" : "text-danger",
            changed,
            label,
        };
    }
}
