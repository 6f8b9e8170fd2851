import { localization } from "@web/core/l10n/localization";
import { gridHotkey, isComposed, isNumpadDecimal } from "./grid_keyboard";
import { KEYS } from "./grid_selection";

/** What keys and the clipboard do in a grid. */
export class GridCommands {
    /** @param {import("./target_grid").TargetGrid} grid */
    constructor(grid) {
        this.grid = grid;
        this.onKeydown = this.onKeydown.bind(this);
        this.onCopy = this.onCopy.bind(this);
        this.onPaste = this.onPaste.bind(this);
    }

    get store() {
        return this.grid.store;
    }

    onKeydown(ev) {
        if (isComposed(ev)) {
            // The input method goes on in the input, which has the focus from here on.
            this.grid.editor.open(this.store.active, "", { composed: true });
            return;
        }
        const hotkey = gridHotkey(ev);
        const [command, ...args] = KEYS[hotkey] || [];
        const handled = command ? this[command](...args) !== false : this.type(ev, hotkey);
        this.leaving = hotkey === "escape";
        if (handled) {
            ev.preventDefault();
            ev.stopPropagation();
        }
    }

    /** A character begins an edit that replaces what is there. */
    type(ev, hotkey) {
        if ([...(ev.key || "")].length !== 1 || /control|alt/.test(hotkey) || ev.ctrlKey || ev.metaKey) {
            return false;
        }
        this.grid.editor.open(this.store.active, isNumpadDecimal(ev) ? localization.decimalPoint : ev.key);
        return true;
    }

    move(rows, columns, extend) {
        const { store } = this;
        const { id, column } = store.active;
        // On a name: left folds, right goes into the row.
        if (column === 0 && columns === -1 && !extend) {
            store.toggle(id, false);
        } else if (Number.isFinite(columns) || columns > 0) {
            store.selection.move(rows, columns, extend);
        } else {
            store.selection.moveTo(rows ? 0 : store.selection.row, column > 1 ? 1 : 0, extend);
        }
        this.grid.show();
    }

    page(by, extend) {
        const rows = Math.max(1, Math.floor(this.grid.scroller.el.clientHeight / this.grid.rowHeight) - 3);
        this.move(by * rows, 0, extend);
    }

    /** From the last cell, and after Escape, Tab leaves the grid. */
    step(by) {
        if (this.leaving || !this.store.selection.step(by, 1, this.store.plan.totalColumn)) {
            return false;
        }
        this.grid.show();
    }

    enter(by) {
        const { id, column } = this.store.active;
        if (column === 0) {
            this.store.toggle(id);
        } else {
            this.move(by, 0);
        }
    }

    toggle() {
        if (this.store.selection.column === 0) {
            this.store.toggle(this.store.active.id);
        } else {
            this.grid.editor.open(this.store.active);
        }
    }

    edit() {
        this.grid.editor.open(this.store.active);
    }

    escape() {
        const { store } = this;
        store.drafts.delete(store.key(store.active));
        store.selection.moveTo(store.selection.row, store.selection.column);
        this.grid.draw();
    }

    selectAll() {
        this.store.selection.selectAll();
        this.grid.draw();
    }

    clear() {
        this.grid.attempt(() => this.store.clear());
    }

    fill(direction) {
        this.grid.attempt(() => this.store.fill(direction));
    }

    lock() {
        this.grid.attempt(() => this.store.toggleLock());
    }

    undo() {
        this.grid.attempt(() => this.store.queue.undo());
    }

    redo() {
        this.grid.attempt(() => this.store.queue.redo());
    }

    onCopy(ev) {
        ev.clipboardData.setData("text/plain", this.store.copy());
        ev.preventDefault();
    }

    onPaste(ev) {
        const text = ev.clipboardData.getData("text/plain");
        ev.preventDefault();
        if (text.trim()) {
            this.grid.attempt(() => this.store.paste(text));
        }
    }
}
