import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { imageUrl } from "@web/core/utils/urls";
import { formatAmount, formatDifference, formatRelative } from "./grid_numbers";

export const LEVEL_ICONS = {
    company: "fa-building-o",
    branch: "fa-code-fork",
    team: "fa-users",
    user: "fa-user",
    category: "fa-tags",
    segment: "fa-industry",
    channel: "fa-bullhorn",
    product: "fa-cube",
};

/** One line of a plan. It is drawn again only where one of its props is another: a line that changed is a new object. */
export class GridRow extends Component {
    static template = "sales_revenue_mgmt.GridRow";
    static props = {
        store: Object,
        line: Object,
        index: Number,
        expanded: Boolean,
        /** Show last year and the difference in each period. */
        comparing: Boolean,
        /** First and last selected column, and the active one; -1 for none. */
        from: Number,
        to: Number,
        active: Number,
        /** Columns on their way to the server, and those whose text was refused. */
        pending: String,
        refused: String,
    };

    fold = _t("Fold");
    unfold = _t("Unfold");

    get plan() {
        return this.props.store.plan;
    }

    get icon() {
        return LEVEL_ICONS[this.props.line.level];
    }

    get avatar() {
        const { level, res_id } = this.props.line;
        return level === "user" && res_id ? imageUrl("res.users", res_id, "avatar_128") : null;
    }

    get cells() {
        const { line, from, to, active, store } = this.props;
        const pending = this.props.pending.split(",");
        const refused = this.props.refused.split(",");
        return this.plan.columns.slice(1).map(({ kind, index }, i) => {
            const column = i + 1;
            const cell = { id: line.id, column };
            const whyNot = this.plan.whyNot(line.id, column);
            const locked = this.plan.isLocked(line.id, column);
            const isRefused = refused.includes(`${column}`);
            const isPending = pending.includes(`${column}`);
            const text = isRefused ? store.text(cell) : this.format(kind, this.plan.value(line.id, column));
            const states = [
                locked && _t("locked"),
                whyNot === "closed" && _t("closed"),
                isPending && _t("being saved"),
                isRefused && _t("not saved"),
            ].filter(Boolean);
            return {
                column,
                kind,
                text,
                locked,
                states: states.join(", "),
                label: [store.where(cell), text, ...states].join(", "),
                readonly: Boolean(whyNot),
                selected: from <= column && column <= to,
                class: [
                    `o_revenue_cell_${kind}`,
                    whyNot === "closed" && "o_revenue_closed",
                    locked && "o_revenue_locked",
                    from <= column && column <= to && "o_revenue_selected",
                    column === active && "o_revenue_active",
                    isPending && "o_revenue_pending",
                    isRefused && "o_revenue_refused",
                    ["difference", "ratio"].includes(kind) && this.tone(line.total, line.lastTotal),
                ]
                    .filter(Boolean)
                    .join(" "),
                before: this.props.comparing && kind === "period" ? this.before(index) : null,
            };
        });
    }

    format(kind, value) {
        switch (kind) {
            case "difference":
                return formatDifference(value, this.plan.decimals);
            case "ratio":
                return formatRelative(value);
            default:
                return formatAmount(value, this.plan.decimals);
        }
    }

    tone(now, before) {
        return before && now > before ? "text-success" : before && now < before ? "text-danger" : "text-muted";
    }

    /** Last year's amount of a period, and the difference to it. */
    before(index) {
        const { amounts, last_year } = this.props.line;
        const [now, before] = [amounts[index], last_year[index]];
        return {
            amount: formatAmount(before || null, this.plan.decimals),
            ratio: before ? formatRelative(this.plan.ratio(now, before)) : "",
            tone: this.tone(now, before),
        };
    }
}
