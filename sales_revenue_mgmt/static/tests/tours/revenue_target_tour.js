import { registry } from "@web/core/registry";
import { menu, openApp } from "./revenue_tour_utils";

registry.category("web_tour.tours").add("revenue_target_tour", {
    url: "/odoo",
    steps: () => [
        ...openApp,
        ...menu("revenue_target_menu", "revenue_target_menu_all", "Sales Targets"),
        { content: "The list of targets is there", trigger: ".o_breadcrumb:contains('Sales Targets')" },
        { content: "New target", trigger: ".o-kanban-button-new", run: "click" },
        { content: "Choose the team", trigger: ".o_field_widget[name='team_id'] input", run: "edit Tour Team" },
        { content: "Pick it", trigger: ".ui-autocomplete a:contains('Tour Team')", run: "click" },
        { content: "This month is already chosen", trigger: ".o_field_widget[name='period_type'] input:checked" },
        { content: "The amount", trigger: ".o_field_widget[name='amount'] input", run: "edit 600" },
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        {
            content: "Attainment from the confirmed orders",
            trigger: ".o_form_saved .o_field_widget[name='attainment']:contains('25%')",
        },
        { content: "Drill down", trigger: ".oe_stat_button[name='action_open_actual']", run: "click" },
        {
            content: "Exactly the two confirmed orders",
            trigger: ".o_list_view:has(.o_data_row:eq(1)):not(:has(.o_data_row:eq(2)))",
        },
        { content: "Their sum", trigger: ".o_list_footer .o_list_number:contains('150.00')" },
    ],
});
