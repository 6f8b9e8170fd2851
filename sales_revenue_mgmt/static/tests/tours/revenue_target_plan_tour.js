import { registry } from "@web/core/registry";
import { menu, openApp } from "./revenue_tour_utils";

const cell = (row, column) => `.o_revenue_row:eq(${row}) [data-column='${column}']`;

registry.category("web_tour.tours").add("revenue_target_plan_tour", {
    url: "/odoo",
    steps: () => [
        ...openApp,
        ...menu("revenue_target_menu", "revenue_target_menu_all", "Sales Targets"),
        { content: "New plan", trigger: ".o-kanban-button-new", run: "click" },
        {
            content: "Of a quarter",
            trigger: ".o_field_widget[name='period_type'] input[data-value='quarter']",
            run: "click",
        },
        { content: "The amount", trigger: ".o_field_widget[name='amount'] input", run: "edit 9000" },
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        { content: "Open the tools", trigger: ".o_form_saved button:contains('Tools')", run: "click" },
        {
            content: "Lines from the organisation",
            trigger: ".modal .o_field_widget[name='tool'] input[data-value='lines']",
            run: "click",
        },
        { content: "What to add", trigger: ".modal .o_field_widget[name='level'] input", run: "click" },
        { content: "The teams", trigger: ".o_select_menu_item:contains('Sales teams')", run: "click" },
        { content: "They are shown first", trigger: ".modal .o_revenue_tool_preview:contains('Tour One')" },
        { content: "Apply", trigger: ".modal button[name='action_apply']", run: "click" },
        {
            content: "The grid has them",
            trigger: `.o_form_view .o_revenue_grid ${cell(1, 1)}:contains('1,500.00')`,
            run: "dblclick",
        },
        { content: "Edit one month", trigger: ".o_revenue_grid_input", run: "edit 2000 && press Enter" },
        { content: "The plan follows", trigger: `${cell(0, 4)}:contains('9,500.00')` },
        { content: "Submit it", trigger: "button[name='action_submit']", run: "click" },
        { content: "It waits", trigger: ".o_arrow_button_current:contains('Submitted')" },
    ],
});

registry.category("web_tour.tours").add("revenue_target_results_tour", {
    steps: () => [
        { content: "Results", trigger: ".nav-link[name='results']", run: "click" },
        { content: "What the order brought", trigger: ".o_revenue_results_card:contains('250.00')" },
        {
            content: "Of the second team nothing",
            trigger: ".o_revenue_results_table tr:contains('Tour Two')",
            run: "click",
        },
        { content: "It is chosen", trigger: ".o_revenue_results_table tr.table-active:contains('Tour Two')" },
        { content: "Revise", trigger: "button[name='action_revise']", run: "click" },
        { content: "The next version is a draft", trigger: ".o_arrow_button_current:contains('Draft')" },
        { content: "Open its grid", trigger: ".oe_stat_button:contains('Open Grid')", run: "click" },
        {
            content: "With the amounts of the plan",
            trigger: `.o_revenue_target_grid_action ${cell(1, 1)}:contains('2,000.00')`,
        },
    ],
});
