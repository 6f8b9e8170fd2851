import { stepUtils } from "@web_tour/tour_utils";

export const openApp = [
    stepUtils.showAppsMenuItem(),
    {
        content: "Open the app",
        trigger: ".o_app[data-menu-xmlid='sales_revenue_mgmt.revenue_menu_root']",
        run: "click",
    },
];

/** Opens what the menu names, and waits for it: the page before it may look alike, or show sample data. */
export function menu(section, entry, title) {
    return [
        {
            content: `Open ${section}`,
            trigger: `button[data-menu-xmlid='sales_revenue_mgmt.${section}']`,
            run: "click",
        },
        {
            content: `Choose ${entry}`,
            trigger: `.o-dropdown-item[data-menu-xmlid='sales_revenue_mgmt.${entry}']`,
            run: "click",
        },
        {
            content: `${title} is open`,
            trigger: `.o_last_breadcrumb_item:contains('${title}')`,
        },
    ];
}

/** The dialog that asks for a reason. */
export function sayWhy(reason) {
    return [
        {
            content: "Say why",
            trigger: ".modal .o_field_widget[name='reason'] textarea",
            run: `edit ${reason}`,
        },
        { content: "Confirm", trigger: ".modal button[name='action_confirm']", run: "click" },
    ];
}
