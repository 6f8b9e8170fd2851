import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { useService } from "@web/core/utils/hooks";
import { sentenceOf } from "./grid_errors";

/** Level of a line → model of what it is called after, and the field of the line for it. */
const LEVELS = {
    branch: ["res.company", "company_id"],
    team: ["crm.team", "team_id"],
    user: ["res.users", "user_id"],
    category: ["product.category", "category_id"],
    segment: ["res.partner.industry", "industry_id"],
    channel: ["utm.medium", "channel_id"],
    product: ["product.product", "product_id"],
};
/** These come in this order; the others stand below any. */
const ORGANISATION = ["company", "branch", "team", "user"];

/** Divide a line of a plan: choose several branches, teams, people … at once. */
export class AddLinesDialog extends Component {
    static template = "sales_revenue_mgmt.AddLinesDialog";
    static components = { Dialog, MultiRecordSelector };
    static props = { plan: Object, parentId: Number, onAdded: Function, close: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ parentId: this.props.parentId, level: "", resIds: [], error: "", busy: false });
        onWillStart(async () => {
            const { level } = await this.orm.call("revenue.target.line", "fields_get", [["level"], ["selection"]]);
            this.labels = Object.fromEntries(level.selection);
            this.setParent(this.props.parentId);
        });
    }

    /** Each with as many spaces before it as there are lines above it. */
    get parents() {
        return [...this.props.plan.lines.values()].map(({ id, name, depth }) => ({
            id,
            label: `${"\u2003".repeat(depth)}${name}`,
        }));
    }

    get parent() {
        return this.props.plan.lines.get(this.state.parentId);
    }

    /** What can stand below the chosen line: what its parts are already, else what is not said above it. */
    get levels() {
        const { lines } = this.props.plan;
        const above = [];
        for (let line = this.parent; line; line = lines.get(line.parent_id)) {
            above.push(line.level);
        }
        const [part] = this.parent.children;
        const rank = Math.max(...above.map((level) => ORGANISATION.indexOf(level)));
        return Object.keys(LEVELS).filter((level) => {
            if (part) {
                return level === lines.get(part).level;
            }
            const place = ORGANISATION.indexOf(level);
            return place < 0 ? !above.includes(level) : place > rank || (level === "branch" && rank <= 1);
        });
    }

    get model() {
        return LEVELS[this.state.level][0];
    }

    /** Who is in the line already is not offered again. */
    get domain() {
        const there = this.parent.children.map((id) => this.props.plan.lines.get(id).res_id);
        const domain = [["id", "not in", there]];
        return this.state.level === "user" ? [...domain, ["share", "=", false]] : domain;
    }

    setParent(id) {
        this.state.parentId = id;
        const { levels } = this;
        this.setLevel(levels.includes(this.state.level) ? this.state.level : levels[0] || "");
    }

    setLevel(level) {
        Object.assign(this.state, { level, resIds: [], error: "" });
    }

    async add() {
        const [, field] = LEVELS[this.state.level];
        this.state.busy = true;
        try {
            await this.orm.create(
                "revenue.target.line",
                this.state.resIds.map((id) => ({
                    target_id: this.props.plan.grid.id,
                    parent_id: this.state.parentId,
                    level: this.state.level,
                    [field]: id,
                }))
            );
        } catch (error) {
            this.state.error = sentenceOf(error);
            return;
        } finally {
            this.state.busy = false;
        }
        this.props.close();
        await this.props.onAdded();
    }

    get title() {
        return _t("Add Lines");
    }
}
