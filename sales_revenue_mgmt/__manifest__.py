{
    "name": "Sales & Revenue Management",
    "summary": "Govern and explain revenue: targets measured on real transactions",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Sales & Revenue Management contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": [
        "account",
        "crm",
        "sale_crm",
        "sale_loyalty",
        "sale_management",
        "sale_margin",
    ],
    # Names of distributions, which is what Odoo looks up.
    "external_dependencies": {"python": ["numpy", "pandas", "scipy", "statsmodels"]},
    "data": [
        "security/revenue_groups.xml",
        "security/ir.model.access.csv",
        "security/revenue_rules.xml",
        "data/revenue_fact_data.xml",
        "data/revenue_audit_data.xml",
        "data/revenue_approval_data.xml",
        "data/revenue_target_data.xml",
        "views/revenue_document_views.xml",
        "views/revenue_approval_views.xml",
        "views/revenue_audit_views.xml",
        "views/revenue_target_views.xml",
        "views/revenue_fact_views.xml",
        "views/res_config_settings_views.xml",
        "views/revenue_menus.xml",
    ],
    "demo": [
        "demo/revenue_users_demo.xml",
        "demo/revenue_target_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "sales_revenue_mgmt/static/src/**/*",
        ],
        "web.assets_tests": [
            "sales_revenue_mgmt/static/tests/tours/**/*",
        ],
        "web.assets_unit_tests": [
            "sales_revenue_mgmt/static/tests/**/*.test.js",
        ],
    },
    "images": ["static/description/targets_kanban.png"],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
