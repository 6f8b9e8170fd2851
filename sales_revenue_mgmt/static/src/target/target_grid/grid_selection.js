/** Which cells are chosen: a rectangle with one active cell, in a grid of so many rows and columns. */
export class GridSelection {
    constructor() {
        this.rows = 0;
        this.columns = 0;
        this.row = 0;
        this.column = 1;
        this.anchorRow = 0;
        this.anchorColumn = 1;
    }

    resize(rows, columns) {
        Object.assign(this, { rows, columns });
        this.moveTo(this.row, this.column);
    }

    /** Go to a cell; with ``extend``, from where the selection began. */
    moveTo(row, column, extend = false) {
        this.row = Math.max(0, Math.min(row, this.rows - 1));
        this.column = Math.max(0, Math.min(column, this.columns - 1));
        if (!extend) {
            this.anchorRow = this.row;
            this.anchorColumn = this.column;
        }
    }

    move(rows, columns, extend = false) {
        this.moveTo(this.row + rows, this.column + columns, extend);
    }

    /**
     * As Tab does: cell by cell from the first to the last of these columns, then the next row.
     *
     * @returns {boolean} false where there is no such cell: Tab leaves the grid
     */
    step(by, first, last) {
        const width = last - first + 1;
        const column = Math.max(first - 1, Math.min(this.column, last + 1));
        const place = this.row * width + (column - first) + by;
        if (place < 0 || place >= this.rows * width) {
            return false;
        }
        this.moveTo(Math.floor(place / width), first + (place % width));
        return true;
    }

    get range() {
        return {
            top: Math.min(this.row, this.anchorRow),
            bottom: Math.max(this.row, this.anchorRow),
            left: Math.min(this.column, this.anchorColumn),
            right: Math.max(this.column, this.anchorColumn),
        };
    }

    get isSingle() {
        return this.row === this.anchorRow && this.column === this.anchorColumn;
    }

    selectAll() {
        Object.assign(this, { anchorRow: 0, anchorColumn: 1, row: this.rows - 1, column: this.columns - 1 });
    }
}

/** Keys as :func:`getActiveHotkey` calls them → what they do: a command and its arguments. */
export const KEYS = {
    arrowup: ["move", -1, 0],
    arrowdown: ["move", 1, 0],
    arrowleft: ["move", 0, -1],
    arrowright: ["move", 0, 1],
    "shift+arrowup": ["move", -1, 0, true],
    "shift+arrowdown": ["move", 1, 0, true],
    "shift+arrowleft": ["move", 0, -1, true],
    "shift+arrowright": ["move", 0, 1, true],
    "control+arrowup": ["move", -Infinity, 0],
    "control+arrowdown": ["move", Infinity, 0],
    "control+arrowleft": ["move", 0, -Infinity],
    "control+arrowright": ["move", 0, Infinity],
    "control+shift+arrowup": ["move", -Infinity, 0, true],
    "control+shift+arrowdown": ["move", Infinity, 0, true],
    "control+shift+arrowleft": ["move", 0, -Infinity, true],
    "control+shift+arrowright": ["move", 0, Infinity, true],
    pageup: ["page", -1],
    pagedown: ["page", 1],
    "shift+pageup": ["page", -1, true],
    "shift+pagedown": ["page", 1, true],
    home: ["move", 0, -Infinity],
    end: ["move", 0, Infinity],
    "shift+home": ["move", 0, -Infinity, true],
    "shift+end": ["move", 0, Infinity, true],
    "control+home": ["move", -Infinity, -Infinity],
    "control+end": ["move", Infinity, Infinity],
    tab: ["step", 1],
    "shift+tab": ["step", -1],
    enter: ["enter", 1],
    "shift+enter": ["enter", -1],
    space: ["toggle"],
    f2: ["edit"],
    delete: ["clear"],
    backspace: ["clear"],
    escape: ["escape"],
    "control+a": ["selectAll"],
    "control+z": ["undo"],
    "control+y": ["redo"],
    "control+shift+z": ["redo"],
    "control+l": ["lock"],
    "control+d": ["fill", "down"],
    "control+r": ["fill", "right"],
};
