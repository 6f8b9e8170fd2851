{
    "name": "Sales & Revenue Management",
    "version": "19.0.1.0.0",
    "depends": [
        "account",
        "crm",
        "sale_crm",
        "sale_loyalty",
        "sale_management",
        "sale_margin",
    ],
    "license": "LGPL-3",
    "data": [],
}
