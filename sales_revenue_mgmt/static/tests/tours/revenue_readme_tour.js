/**
 * README's first tour, click by click, on the demo data. Each comment is README's own sentence; tests/pure/test_readme.py
 * fails where the two differ.
 */
import { registry } from "@web/core/registry";
import { menu, openApp, sayWhy } from "./revenue_tour_utils";

// The page that the menu opens is the one that was there already; so one can tell them apart.
const elsewhere = menu("revenue_target_menu", "revenue_target_menu_calendar", "Period Ends");

function tick(...texts) {
    const row = texts.map((text) => `:contains('${text}')`).join("");
    return {
        content: `Tick ${texts.join(", ")}`,
        trigger: `.o_data_row${row} .o_list_record_selector input`,
        run: "click",
    };
}

registry.category("web_tour.tours").add("revenue_readme_sam_tour", {
    steps: () => [
        // Log in as `sam`: **Revenue → Targets → My Targets** has own targets in every state.
        { content: "Sam begins there", trigger: ".o_last_breadcrumb_item:contains('My Targets')" },
        ...elsewhere,
        ...menu("revenue_target_menu", "revenue_target_menu_mine", "My Targets"),
        {
            content: "Drafted, submitted, rejected, and in force",
            trigger:
                ".o_kanban_renderer:contains('Draft'):contains('Submitted'):contains('Rejected') .o_kanban_record:contains('Booked')",
        },
        // Open the draft (*New Customers*). The line at the top says whom submitting would ask: Mia.
        {
            content: "Open the draft",
            trigger: ".o_kanban_record:contains('New Customers'):contains('Draft')",
            run: "click",
        },
        { content: "Mia would be asked", trigger: ".alert:contains('Mia Manager')" },
        // **Submit**. The content is locked now; the line says for whom it waits, and until when.
        { content: "Submit", trigger: "button[name='action_submit']", run: "click" },
        {
            content: "Locked",
            trigger: ".o_field_widget[name='amount'].o_readonly_modifier",
        },
        { content: "It waits", trigger: ".alert:contains('Mia Manager'):contains('until')" },
    ],
});

registry.category("web_tour.tours").add("revenue_readme_mia_tour", {
    steps: () => [
        // Log in as `mia`. The clock at the top has what waits for her decision.
        { content: "The clock", trigger: ".o_menu_systray i[aria-label='Activities']", run: "click" },
        { content: "What waits", trigger: ".o_revenue_inbox:contains('New Customers'):contains('Margin')" },
        { content: "Close it", trigger: ".o_menu_systray i[aria-label='Activities']", run: "click" },
        // **Approvals → My Approvals**: tick two, **Approve** with one reason; **Reject** the large one.
        ...openApp,
        ...menu("revenue_approval_menu", "revenue_approval_menu_mine", "My Approvals"),
        tick("New Customers"),
        tick("Invoiced", " Q"),
        {
            content: "Approve",
            trigger: ".o_control_panel button[name='action_ask_reason']:contains('Approve')",
            run: "click",
        },
        ...sayWhy("As we said."),
        {
            content: "Two are gone",
            trigger: ".o_list_view:not(:contains('New Customers')):not(:contains(' Q'))",
        },
        {
            content: "Reject the large one",
            trigger: ".o_data_row:contains('Invoiced') button[name='action_ask_reason']",
            run: "click",
        },
        ...sayWhy("Let us see the half year first."),
        { content: "It is gone, too", trigger: ".o_list_view:not(:contains('Invoiced'))" },
    ],
});

registry.category("web_tour.tours").add("revenue_readme_fay_tour", {
    steps: () => [
        // Log in as `fay`: **Targets → Sales Targets**, filter *To Post*, open one, **Post** it.
        { content: "Fay begins there", trigger: ".o_last_breadcrumb_item:contains('Sales Targets')" },
        ...elsewhere,
        ...menu("revenue_target_menu", "revenue_target_menu_all", "Sales Targets"),
        { content: "Filters", trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { content: "To Post", trigger: ".o_filter_menu .o_menu_item:contains('To Post')", run: "click" },
        {
            content: "Only what is to be posted",
            trigger:
                ".o_kanban_renderer:contains('Approved'):not(:contains('Draft')):not(:contains('Submitted')):not(:contains('On Track'))",
        },
        { content: "Close the filters", trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { content: "Open one", trigger: ".o_kanban_record:contains('Marc Demo')", run: "click" },
        { content: "Post", trigger: "button[name='action_post']", run: "click" },
        { content: "In force", trigger: ".o_statusbar_status .o_arrow_button_current:contains('Posted')" },
        // Click **Actual** in the upper bar: exactly the orders that make it up.
        { content: "Actual", trigger: ".oe_stat_button[name='action_open_actual']", run: "click" },
        { content: "Orders", trigger: ".o_list_view .o_data_row:contains('Marc Demo')" },
        // **Reporting → Bookings**: list price, discounts, net and margin by month; **Target Attainment**: what is in force.
        ...menu("revenue_menu_reporting", "revenue_fact_booked_menu", "Bookings"),
        {
            content: "From list price to margin",
            trigger: ".o_pivot:contains('List'):contains('Discretionary'):contains('Margin')",
        },
        ...menu("revenue_menu_reporting", "revenue_target_menu_analysis", "Target Attainment"),
        { content: "What is in force", trigger: ".o_facet_value:contains('In Force')" },
    ],
});

registry.category("web_tour.tours").add("revenue_readme_ada_tour", {
    steps: () => [
        // Log in as `ada`: **Audit → Audit Trail** says who did all this; **Seals → Verify** that nobody rewrote it.
        ...openApp,
        ...menu("revenue_audit_menu", "revenue_audit_menu_entry", "Audit Trail"),
        {
            content: "Who did it",
            trigger: ".o_list_view:contains('Sam Seller'):contains('Mia Manager'):contains('Fay Finance')",
        },
        ...menu("revenue_audit_menu", "revenue_audit_menu_seal", "Seals"),
        { content: "Verify", trigger: "button[name='action_verify']", run: "click" },
        { content: "Intact", trigger: ".modal .alert:contains('Intact')" },
    ],
});

registry.category("web_tour.tours").add("revenue_readme_admin_tour", {
    steps: () => [
        // Log in as `admin`: **Configuration → Approval Rules**, open one, and *Try It* with a document.
        ...openApp,
        ...menu("revenue_menu_configuration", "revenue_approval_menu_rule", "Approval Rules"),
        { content: "Open one", trigger: ".o_data_row:contains('team leader') .o_data_cell", run: "click" },
        {
            content: "Try it",
            trigger: ".o_field_widget[name='preview_id'] input",
            run: "edit Sam Seller",
        },
        { content: "With a document", trigger: ".ui-autocomplete a:contains('Sam Seller')", run: "click" },
        { content: "Who would be asked", trigger: ".o_field_widget[name='preview']:contains('Mia Manager')" },
        { content: "Leave the rule as it is", trigger: ".o_form_button_cancel", run: "click" },
        { content: "Left", trigger: ".o_form_view:not(:has(.o_form_button_cancel:visible))" },
    ],
});
