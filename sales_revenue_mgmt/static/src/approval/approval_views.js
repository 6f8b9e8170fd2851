import { registry } from "@web/core/registry";
import { SearchModel } from "@web/search/search_model";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";

/** Can count again what its panel counts. */
export class ApprovalSearchModel extends SearchModel {
    countAgain() {
        return this._notify();
    }
}

/** After a decision, which loads without parameters, the panel beside the records is counted again as well. */
const counting = (Model) =>
    class extends Model {
        async load(params) {
            return params ? super.load(params) : this.env.searchModel.countAgain();
        }
    };

const views = registry.category("views");
for (const [name, view] of [
    ["revenue_approval_list", listView],
    ["revenue_approval_kanban", kanbanView],
]) {
    views.add(name, { ...view, Model: counting(view.Model), SearchModel: ApprovalSearchModel });
}
