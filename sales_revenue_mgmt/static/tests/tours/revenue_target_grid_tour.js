import { registry } from "@web/core/registry";

const cell = (row, column) => `.o_revenue_row:eq(${row}) [data-column='${column}']`;

registry.category("web_tour.tours").add("revenue_target_grid_tour", {
    steps: () => [
        { content: "The form has the grid", trigger: ".o_form_view .o_revenue_grid table[role='treegrid']" },
        {
            content: "Open it on the whole screen",
            trigger: ".oe_stat_button:contains('Open Grid')",
            run: "click",
        },
        {
            content: "The first month of the first team",
            trigger: `.o_revenue_target_grid_action ${cell(1, 1)}:contains('1,500.00')`,
            run: "dblclick",
        },
        {
            content: "Enter an amount",
            trigger: ".o_revenue_grid_input",
            run: "edit 2000 && press Enter",
        },
        { content: "It is there", trigger: `${cell(1, 1)}:contains('2,000.00')` },
        { content: "The line's total follows", trigger: `${cell(1, 4)}:contains('5,000.00')` },
        { content: "The plan's month follows", trigger: `${cell(0, 1)}:contains('3,500.00')` },
        { content: "The plan's total follows", trigger: `${cell(0, 4)}:contains('9,500.00')` },
        { content: "Undo", trigger: ".o_revenue_undo:enabled", run: "click" },
        { content: "The plan is what it was", trigger: `${cell(0, 4)}:contains('9,000.00')` },
        { content: "So is the team", trigger: `${cell(1, 1)}:contains('1,500.00')`, run: "click" },
        { content: "Lock it", trigger: ".o_revenue_lock_button", run: "click" },
        { content: "It is locked", trigger: `${cell(1, 1)}.o_revenue_locked` },
        { content: "Add lines below the other team", trigger: cell(2, 1), run: "click" },
        { content: "Add", trigger: ".o_revenue_add_button", run: "click" },
        {
            content: "By category",
            trigger: ".o_revenue_add_level",
            run: "selectByLabel Product Category",
        },
        {
            content: "Choose one",
            trigger: ".o_revenue_add_records input",
            run: "edit Tour Lamps",
        },
        { content: "Pick it", trigger: ".o-autocomplete--dropdown-item a:contains('Tour Lamps')", run: "click" },
        { content: "Confirm", trigger: ".o_revenue_add_confirm:enabled", run: "click" },
        { content: "It has what the team had", trigger: `${cell(3, 1)}:contains('1,500.00')` },
    ],
});
