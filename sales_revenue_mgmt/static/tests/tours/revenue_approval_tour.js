import { registry } from "@web/core/registry";
import { menu, openApp, sayWhy } from "./revenue_tour_utils";

/** As a salesperson: submit a draft, and see whose turn it is. */
registry.category("web_tour.tours").add("revenue_submit_tour", {
    url: "/odoo",
    steps: () => [
        ...openApp,
        ...menu("revenue_target_menu", "revenue_target_menu_all", "Sales Targets"),
        { content: "Open the draft", trigger: ".o_kanban_record:contains('Booked')", run: "click" },
        {
            content: "It says whom submitting would ask",
            trigger: ".alert:contains('Submitting sends it to Mona Manager for approval')",
        },
        { content: "Submit", trigger: "button[name='action_submit']", run: "click" },
        { content: "It waits", trigger: ".alert:contains('Waiting for Mona Manager')" },
        {
            content: "The content is locked",
            trigger: ".o_field_widget[name='amount'].o_readonly_modifier",
        },
        {
            content: "No way to approve it oneself",
            trigger: ".o_form_statusbar:not(:has(button[name='action_approve']:visible))",
        },
        {
            content: "The state is shown",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Submitted')",
        },
    ],
});

/** As the manager: find it in the inbox, approve from the systray, reject from the list, see the trail. */
registry.category("web_tour.tours").add("revenue_decide_tour", {
    url: "/odoo",
    steps: () => [
        ...openApp,
        {
            content: "Open the activities of the systray",
            trigger: ".o_menu_systray i[aria-label='Activities']",
            run: "click",
        },
        {
            content: "Two wait, and say what for",
            trigger: ".o_revenue_inbox:contains('Waiting for your decision'):contains('600.00')",
        },
        {
            content: "Approve there",
            trigger: ".o_revenue_inbox .list-group-item:contains('600.00') .o_revenue_approve",
            run: "click",
        },
        {
            content: "It is gone from the inbox",
            trigger: ".o_revenue_inbox:not(:contains('600.00')):contains('Orders')",
        },
        {
            content: "Close the menu",
            trigger: ".o_menu_systray i[aria-label='Activities']",
            run: "click",
        },
        ...menu("revenue_approval_menu", "revenue_approval_menu_mine", "My Approvals"),
        {
            content: "Reject the other one in the list",
            trigger: ".o_data_row button[name='action_ask_reason']",
            run: "click",
        },
        ...sayWhy("Too few orders."),
        {
            content: "Nothing waits any more",
            trigger: ".o_view_nocontent:contains('Nothing to approve now')",
        },
        ...menu("revenue_target_menu", "revenue_target_menu_all", "Sales Targets"),
        { content: "Open the approved one", trigger: ".o_kanban_record:contains('Booked')", run: "click" },
        {
            content: "It is approved",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Approved')",
        },
        {
            content: "Who decided stands on it",
            trigger: ".o_field_widget[name='approval_step_ids']:contains('Mona Manager approved')",
        },
        { content: "Its trail", trigger: ".oe_stat_button[name='action_open_audit']", run: "click" },
        {
            content: "Created, submitted, approved",
            trigger: ".o_data_row:eq(2) .o_data_cell:contains('Created')",
        },
        { content: "The newest is on top", trigger: ".o_data_row:eq(0) .o_data_cell:contains('Approved')" },
    ],
});

/** As the manager: the activity in the chatter has the two buttons. */
registry.category("web_tour.tours").add("revenue_activity_tour", {
    steps: () => [
        {
            content: "The activity has Approve and Reject, and no Mark Done",
            trigger:
                ".o-mail-Activity:has(.o_revenue_decide):not(:has(.o-mail-Activity-markDone)) .o_revenue_decide .btn-danger",
            run: "click",
        },
        ...sayWhy("Not this one."),
        {
            content: "It is rejected, and says why",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Rejected')",
        },
        { content: "The activity is gone", trigger: ".o-mail-Chatter:not(:has(.o-mail-Activity))" },
    ],
});
