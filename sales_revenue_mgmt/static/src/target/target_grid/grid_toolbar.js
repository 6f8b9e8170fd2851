import { Component } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { AddLinesDialog } from "./add_lines_dialog";
import { examplesOf } from "../../core/numbers/number_parser";
import { formatAmount } from "./grid_numbers";

export class GridToolbar extends Component {
    static template = "sales_revenue_mgmt.GridToolbar";
    static components = { Dropdown, DropdownItem };
    static props = {
        grid: Object,
        busy: Number,
        saved: Boolean,
        /** Another number for each drawing of the grid: what is selected may be something else. */
        drawing: Number,
    };

    setup() {
        this.dialog = useService("dialog");
        this.orm = useService("orm");
    }

    /** Keys, and what they do, with numbers as the reader writes them. */
    get help() {
        return [
            [_t("Type, F2, double-click"), _t("Edit. Escape leaves it as it was.")],
            [`${examplesOf().formula}, +10%, +=500`, _t("Compute, or change what is there")],
            [_t("Enter, Tab, arrows"), _t("Go on; with Shift back, or select")],
            [_t("Ctrl+Enter"), _t("Enter into all selected cells")],
            [_t("Ctrl+C, Ctrl+V"), _t("Copy and paste, also from and to a spreadsheet")],
            [_t("Ctrl+Z, Ctrl+Y"), _t("Undo, redo")],
            [_t("Ctrl+L"), _t("Lock or unlock")],
            [_t("Ctrl+D, Ctrl+R"), _t("Fill down, fill right")],
            [_t("Delete"), _t("Set to 0")],
            [_t("Left or right on a name"), _t("Fold or unfold the line")],
            [_t("Escape, then Tab"), _t("Leave the grid")],
        ];
    }

    get store() {
        return this.props.grid.store;
    }

    get summary() {
        const { count, sum } = this.store.summary;
        return count > 1
            ? _t("Sum %(sum)s of %(count)s amounts", { count, sum: formatAmount(sum, this.store.plan.decimals) })
            : "";
    }

    get status() {
        if (this.props.busy) {
            return _t("Saving…");
        }
        return this.refused ? _t("Not saved: %s", this.refused) : this.props.saved ? _t("Saved") : "";
    }

    /** @returns {number} how many amounts were refused, and are still there to be corrected */
    get refused() {
        const { editor } = this.props.grid;
        const open = editor.message && !this.store.drafts.has(this.store.key(editor.cell));
        return this.store.drafts.size + (open ? 1 : 0);
    }

    get depths() {
        const depth = Math.max(...[...this.store.plan.lines.values()].map((line) => line.depth));
        return Array.from({ length: depth }, (_, i) => i + 1);
    }

    /** Lines that can be removed: the first is the plan as a whole. */
    get removable() {
        return this.store.selected.map((row) => row[0].id).filter((id) => id !== this.store.plan.order[0]);
    }

    addLines() {
        const { plan } = this.store;
        this.dialog.add(AddLinesDialog, {
            plan,
            parentId: this.store.active.id,
            onAdded: () => this.props.grid.reload(),
        });
    }

    removeLines() {
        const { plan } = this.store;
        const ids = this.removable;
        const names = ids.map((id) => plan.lines.get(id).name);
        // Those below go with those above.
        const lines = ids
            .filter((id) => !ids.includes(plan.lines.get(id).parent_id))
            .map((id) => ({ line_id: id, was: plan.lines.get(id).total }));
        const amount = formatAmount(plan.sum(lines.map(({ was }) => was)), plan.decimals);
        this.dialog.add(ConfirmationDialog, {
            title: _t("Remove Lines"),
            body: _t(
                "Remove %(names)s with %(amount)s and all lines below? This cannot be undone. A line whose last part goes keeps its amounts.",
                { amount, names: names.length > 5 ? _t("%s lines", names.length) : names.join(", ") }
            ),
            confirmLabel: _t("Remove"),
            confirmClass: "btn-danger",
            confirm: () =>
                this.props.grid.attempt(async () => {
                    try {
                        await this.orm.call("revenue.target", "remove_lines", [[plan.grid.id], lines]);
                    } catch (error) {
                        // Somebody else may have changed them: then that is shown.
                        await this.props.grid.catchUp(plan.grid.id);
                        throw error;
                    }
                    await this.props.grid.reload();
                }),
            cancel: () => {},
        });
    }
}
