import { onWillUnmount, useRef, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { sentenceOf } from "./grid_errors";
import { gridHotkey, isComposed, isNumpadDecimal } from "./grid_keyboard";

/** Keys that end an edit → rows and columns to go on by. */
const ENDS = {
    enter: [1, 0],
    "shift+enter": [-1, 0],
    tab: [0, 1],
    "shift+tab": [0, -1],
};

/** Those as well, while one types over what was there; with F2 or a click into the text they move within it. */
const ENDS_TYPING = {
    arrowup: [-1, 0],
    arrowdown: [1, 0],
    arrowleft: [0, -1],
    arrowright: [0, 1],
};

/**
 * The input over a cell. It stands beside the table, not in it, so that neither scrolling nor drawing rows again can lose what
 * is being typed. It is always there, and takes the focus at once: the second key of somebody fast, and what an input method
 * makes of the first, go into it. Its text is its own, since writing it from outside would end what is being composed.
 *
 * @param {import("./target_grid").TargetGrid} grid
 */
export function useCellEditor(grid) {
    const input = useRef("input");
    const notification = useService("notification");
    const dialog = useService("dialog");
    const editor = useState({ cell: null, text: "", message: "" });
    let initial = "";
    let told = null;

    onWillUnmount(() => commit({ stay: false }));

    function close() {
        Object.assign(editor, { cell: null, text: "", message: "" });
        if (input.el) {
            input.el.value = "";
            if (document.activeElement === input.el) {
                focusGrid();
            }
        }
    }

    function show(text, message) {
        const { el } = input;
        el.value = text;
        el.focus({ preventScroll: true });
        // What was refused is replaced by what is typed next; else one goes on at the end.
        el.setSelectionRange(message ? 0 : text.length, text.length);
    }

    function focusGrid() {
        grid.table.el?.focus({ preventScroll: true });
    }

    /** What was refused stays: in the input where the person still is, else on the cell until it is taken or dropped. */
    function refuse(cell, text, error, reopen) {
        const message = sentenceOf(error);
        notification.add(message, { type: "danger" });
        if (!grid.store.plan.lines.has(cell.id)) {
            // Somebody else has removed the line.
            grid.draw();
            return;
        }
        grid.store.drafts.set(grid.store.key(cell), text);
        const { activeElement } = document;
        const row = grid.store.rows.indexOf(cell.id);
        if (
            reopen &&
            !editor.cell &&
            row >= 0 &&
            (activeElement === grid.table.el || activeElement === document.body)
        ) {
            grid.store.selection.moveTo(row, cell.column);
            editor.open(cell, text, { message });
            grid.show();
        } else {
            grid.draw();
        }
    }

    /**
     * @param {Object} [options]
     * @param {boolean} [options.all] all selected cells, not only the one that is edited
     * @param {boolean} [options.stay] the person is still in the grid
     * @returns {boolean} false: what was typed cannot be, and is still there
     */
    function commit({ all = false, stay = true } = {}) {
        const { cell, text } = editor;
        if (!cell) {
            return true;
        }
        const cells = all ? grid.store.selected.flat() : [cell];
        if (text === initial && !all && !grid.store.drafts.has(grid.store.key(cell))) {
            close();
            return true;
        }
        try {
            grid.store.enter(text.trim() || "0", cells).catch((error) => refuse(cell, text, error, stay));
        } catch (error) {
            if (stay) {
                editor.message = sentenceOf(error);
                told?.();
                told = notification.add(editor.message, { type: "danger" });
                // What is typed next replaces it.
                input.el?.select();
                grid.draw();
            } else {
                close();
                refuse(cell, text, error, false);
            }
            return false;
        }
        close();
        return true;
    }

    Object.assign(editor, {
        /**
         * @param {{id: number, column: number}} cell
         * @param {string} [text] instead of what is there
         * @param {Object} [options]
         * @param {string} [options.message] why the text was refused
         * @param {boolean} [options.composed] an input method has begun: without any text, nothing was entered
         */
        open(cell, text, { message = "", composed = false } = {}) {
            const { store } = grid;
            const why = store.plan.whyNot(cell.id, cell.column);
            if (why) {
                // Once, however many keys are pressed.
                told?.();
                told = notification.add(store.reason(cell, why), { type: "warning" });
                return;
            }
            initial = composed ? "" : store.text(cell);
            editor.begins = text !== undefined && !message;
            Object.assign(editor, { cell, text: text ?? initial, message });
            show(editor.text, message);
            grid.show();
        },
        commit,
        onInput(ev) {
            if (editor.cell) {
                editor.text = ev.target.value;
                editor.message = "";
            }
        },
        onKeydown(ev) {
            ev.stopPropagation();
            if (!editor.cell || isComposed(ev)) {
                return;
            }
            if (isNumpadDecimal(ev)) {
                ev.preventDefault();
                const { selectionStart, selectionEnd } = ev.target;
                ev.target.setRangeText(localization.decimalPoint, selectionStart, selectionEnd, "end");
                editor.onInput(ev);
                return;
            }
            const hotkey = gridHotkey(ev);
            const end = ENDS[hotkey] || (editor.begins && ENDS_TYPING[hotkey]);
            if (hotkey === "escape") {
                grid.store.drafts.delete(grid.store.key(editor.cell));
                close();
            } else if (hotkey === "f2") {
                ev.preventDefault();
                editor.begins = !editor.begins;
            } else if (end || hotkey === "control+enter") {
                ev.preventDefault();
                if (commit({ all: hotkey === "control+enter" })) {
                    const [rows, columns] = end || [0, 0];
                    if (columns && hotkey.endsWith("tab")) {
                        grid.commands.step(columns);
                    } else if (end) {
                        grid.commands.move(rows, columns);
                    }
                }
            }
        },
        /** A click into the text is for changing it. */
        onPointerdown() {
            editor.begins = false;
        },
        onBlur() {
            commit({ stay: false });
        },
        /** Where the cell is now. */
        place() {
            const el = input.el;
            const cell = editor.cell && grid.scroller.el?.querySelector(`#${grid.cellId(editor.cell)}`);
            if (!el || !cell) {
                el?.removeAttribute("style");
                return;
            }
            const [outer, inner] = [el.offsetParent.getBoundingClientRect(), cell.getBoundingClientRect()];
            Object.assign(el.style, {
                top: `${inner.top - outer.top}px`,
                left: `${inner.left - outer.left}px`,
                width: `${inner.width}px`,
                height: `${Math.min(inner.height, grid.rowHeight)}px`,
            });
        },
        /** Before the page is left: send what was typed, wait for the answer, and ask where something was refused. */
        async leave() {
            commit({ stay: false });
            await grid.store.queue.idle;
            if (!grid.store.drafts.size) {
                return true;
            }
            return new Promise((resolve) =>
                dialog.add(ConfirmationDialog, {
                    title: _t("Not Saved"),
                    body: _t("Some amounts were refused and are not saved. Leave without them?"),
                    confirmLabel: _t("Leave"),
                    confirm: () => resolve(true),
                    cancel: () => resolve(false),
                    dismiss: () => resolve(false),
                })
            );
        },
        unload(ev) {
            commit({ stay: false });
            if (grid.store.queue.busy || grid.store.drafts.size) {
                ev.preventDefault();
                ev.returnValue = true;
            }
        },
    });
    return editor;
}
