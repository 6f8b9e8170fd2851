/** A plan as the server's get_grid gives it, with what follows from it: totals, locks of what is above, visible rows. */
export class GridPlan {
    constructor(grid) {
        this.collapsed = new Set();
        this.load(grid);
    }

    load(grid) {
        this.grid = grid;
        this.decimals = grid.decimals;
        this.factor = 10 ** grid.decimals;
        this.columns = [
            { kind: "name" },
            ...grid.periods.map((period, index) => ({ kind: "period", index, ...period })),
            ...["total", "last_year", "difference", "ratio"].map((kind) => ({ kind })),
        ];
        this.totalColumn = grid.periods.length + 1;
        this.order = grid.lines.map((line) => line.id);
        this.lines = new Map();
        for (const line of grid.lines) {
            this.lines.set(line.id, { ...line, children: [], lastTotal: this.sum(line.last_year) });
        }
        for (const line of this.lines.values()) {
            this.lines.get(line.parent_id)?.children.push(line.id);
        }
        this.collapsed = new Set([...this.collapsed].filter((id) => this.lines.get(id)?.children.length));
        this.refresh(this.order);
    }

    /**
     * @param {Object} grid the plan as the server has it now
     * @param {Object} [own] lines whose changes are known, by id
     * @returns {boolean} whether there are other lines, periods, amounts or locks than here, or it cannot be edited any more
     */
    differs(grid, own = {}) {
        const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
        return (
            grid.editable !== this.grid.editable ||
            !same(grid.periods, this.grid.periods) ||
            grid.lines.length !== this.order.length ||
            grid.lines.some(({ id, amounts, locked, open, name }) => {
                const shown = this.lines.get(id);
                if (!shown || shown.name !== name || !same(shown.open, open)) {
                    return true;
                }
                return !(id in own) && !(same(shown.amounts, amounts) && same(shown.locked, locked));
            })
        );
    }

    /** What set_cells answers. */
    apply(answers) {
        // Somebody else may have removed a line since.
        const ids = Object.keys(answers)
            .map(Number)
            .filter((id) => this.lines.has(id));
        for (const id of ids) {
            const { amounts, locked } = answers[id];
            this.lines.set(id, { ...this.lines.get(id), amounts, locked });
        }
        this.refresh(ids);
    }

    /**
     * Totals of lines that changed, and of all lines what can be changed: below a line, something has to be free for that.
     * Lines that changed are new objects, so that only they are drawn again.
     */
    refresh(changed) {
        for (const id of changed) {
            const line = this.lines.get(id);
            line.total = this.sum(line.amounts);
        }
        for (const id of [...this.order].reverse()) {
            const line = this.lines.get(id);
            const parts = line.children.map((child) => this.lines.get(child));
            const free = line.amounts.map((_amount, p) =>
                parts.length ? parts.some((part) => part.free[p]) : line.open[p] && !line.locked[p]
            );
            const held = line.amounts.map((_amount, p) =>
                parts.length ? parts.every((part) => part.held[p] || !part.open[p]) : line.locked[p]
            );
            const closed = line.amounts.map((_amount, p) =>
                parts.length ? parts.every((part) => part.closed[p]) : !line.open[p]
            );
            const state = JSON.stringify([free, held, closed]);
            if (state !== line.state) {
                this.lines.set(id, { ...line, free, held, closed, state });
            }
        }
    }

    sum(amounts) {
        return amounts.reduce((sum, amount) => sum + Math.round(amount * this.factor), 0) / this.factor;
    }

    // ------------------------------------------------------------------
    // Rows
    // ------------------------------------------------------------------

    /** The plan as a whole. */
    get root() {
        return this.lines.get(this.order[0]);
    }

    /** @returns {number[]} ids of the lines that a line is part of */
    above(id) {
        const { parent_id } = this.lines.get(id);
        return parent_id ? [parent_id, ...this.above(parent_id)] : [];
    }

    /** @returns {number[]} ids of the lines that are shown, in order */
    get rows() {
        const rows = [];
        let hiddenBelow = Infinity;
        for (const id of this.order) {
            const line = this.lines.get(id);
            if (line.depth > hiddenBelow) {
                continue;
            }
            hiddenBelow = this.collapsed.has(id) ? line.depth : Infinity;
            rows.push(id);
        }
        return rows;
    }

    toggle(id, expand = this.collapsed.has(id)) {
        if (expand) {
            this.collapsed.delete(id);
        } else if (this.lines.get(id).children.length) {
            this.collapsed.add(id);
        }
    }

    /** Show only so many levels. */
    foldBelow(depth) {
        this.collapsed = new Set(
            this.order.filter((id) => this.lines.get(id).depth >= depth && this.lines.get(id).children.length)
        );
    }

    // ------------------------------------------------------------------
    // Cells
    // ------------------------------------------------------------------

    /** @returns {number|string|null} the number, or of the first column the name */
    value(id, column) {
        const line = this.lines.get(id);
        const { kind, index } = this.columns[column];
        switch (kind) {
            case "name":
                return line.name;
            case "period":
                return line.amounts[index];
            case "total":
                return line.total;
            case "last_year":
                return line.lastTotal;
            case "difference":
                return this.sum([line.total, -line.lastTotal]);
            default:
                return this.ratio(line.total, line.lastTotal);
        }
    }

    /** @returns {number|undefined} what a change replaces; nothing where the line or the period has gone */
    amountOf({ line_id, date_start }) {
        const line = this.lines.get(line_id);
        return date_start
            ? line?.amounts[this.grid.periods.findIndex((period) => period.start === date_start)]
            : line?.total;
    }

    ratio(now, before) {
        return before ? (now - before) / Math.abs(before) : null;
    }

    isAmount(column) {
        return ["period", "total"].includes(this.columns[column].kind);
    }

    /** @returns {string|null} why the cell cannot be changed: "readonly", "closed", "locked" */
    whyNot(id, column) {
        const { kind, index } = this.columns[column];
        const line = this.lines.get(id);
        if (!this.grid.editable || !this.isAmount(column)) {
            return "readonly";
        }
        if (kind === "total") {
            return line.free.some(Boolean) ? null : "locked";
        }
        if (line.free[index]) {
            return null;
        }
        return line.closed[index] ? "closed" : "locked";
    }

    isLocked(id, column) {
        const { kind, index } = this.columns[column];
        const line = this.lines.get(id);
        if (kind === "total") {
            return line.held.every((held, p) => held || line.closed[p]) && line.held.some(Boolean);
        }
        return kind === "period" && line.held[index] && !line.closed[index];
    }

    // ------------------------------------------------------------------
    // Changes
    // ------------------------------------------------------------------

    /**
     * What to ask of the server so that cells get these values. What stays as it is, is not asked for; neither is a sum all of
     * whose parts are given as well: the parts make it.
     *
     * @param {{id: number, column: number, value: number}[]} entries
     * @returns {Object[]} changes for set_cells
     */
    changes(entries) {
        const given = new Map(entries.map((entry) => [`${entry.id}:${entry.column}`, entry]));
        return entries
            .filter(
                ({ id, column, value }) => value !== this.value(id, column) && !this.isGivenByParts(id, column, given)
            )
            .map(({ id, column, value }) => this.change(id, column, { amount: value }));
    }

    change(id, column, values) {
        const { kind, start } = this.columns[column];
        return { line_id: id, ...(kind === "period" ? { date_start: start } : {}), ...values };
    }

    isGivenByParts(id, column, given) {
        const isCovered = (line, at) => given.has(`${line}:${at}`) || this.isGivenByParts(line, at, given);
        const { children, closed } = this.lines.get(id);
        if (children.length && children.every((child) => isCovered(child, column))) {
            return true;
        }
        if (this.columns[column].kind !== "total") {
            return false;
        }
        return this.grid.periods.every((_period, p) => closed[p] || isCovered(id, p + 1));
    }
}
