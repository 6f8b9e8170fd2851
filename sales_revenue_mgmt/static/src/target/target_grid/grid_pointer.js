import { useExternalListener } from "@odoo/owl";

/**
 * Mouse and finger: a click goes to a cell, dragging selects, two clicks edit; a finger scrolls, and edits what it touches twice.
 *
 * @param {import("./target_grid").TargetGrid} grid
 */
export function useGridPointer(grid) {
    let dragging = false;
    useExternalListener(window, "pointerup", () => (dragging = false));

    function cellAt(ev) {
        const line = ev.target.closest("[data-line]");
        const column = ev.target.closest("[data-column]");
        return line && column
            ? { row: grid.store.rows.indexOf(Number(line.dataset.line)), column: Number(column.dataset.column) }
            : null;
    }

    function go({ row, column }, extend) {
        grid.store.selection.moveTo(row, column, extend);
        grid.table.el.focus({ preventScroll: true });
        grid.show();
    }

    return {
        onPointerdown(ev) {
            const cell = cellAt(ev);
            if (ev.pointerType === "touch" || ev.button) {
                return;
            }
            if (ev.target.closest(".o_revenue_fold") && cell) {
                grid.store.toggle(grid.store.rows[cell.row]);
            } else if (cell) {
                go(cell, ev.shiftKey);
                dragging = true;
            } else if (ev.target.closest("thead [data-column]")) {
                const column = Number(ev.target.closest("[data-column]").dataset.column);
                grid.store.selection.moveTo(grid.store.rows.length - 1, column);
                go({ row: 0, column }, true);
            }
        },
        onPointerover(ev) {
            const cell = dragging && cellAt(ev);
            if (cell && cell.row >= 0) {
                grid.store.selection.moveTo(cell.row, cell.column, true);
                grid.draw();
            }
        },
        onClick(ev) {
            const cell = cellAt(ev);
            if (ev.pointerType !== "touch" || !cell) {
                return;
            }
            const { row, column } = grid.store.selection;
            if (cell.column === 0) {
                grid.store.toggle(grid.store.rows[cell.row]);
            } else if (cell.row === row && cell.column === column) {
                grid.commands.edit();
            } else {
                go(cell, false);
            }
        },
        onDblclick(ev) {
            const cell = cellAt(ev);
            if (cell?.column > 0) {
                grid.commands.edit();
            }
        },
    };
}
