import { createRequire } from "node:module";

// The linters live in the folder that ./dev makes, not beside this file.
const require = createRequire(`${process.env.DEV_NODE}/`);
const js = require("@eslint/js");
const globals = require("globals");

export default [
    js.configs.recommended,
    {
        files: ["sales_revenue_mgmt/static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: { ...globals.browser, odoo: "readonly", Chart: "readonly" },
        },
        rules: {
            eqeqeq: ["error", "always", { null: "ignore" }],
            "no-unused-vars": ["error", { args: "after-used" }],
            "no-var": "error",
            "prefer-const": "error",
        },
    },
];
