"""The addon installs, upgrades and uninstalls, on an empty database and on one with demo data."""

import pytest

ADDON = "sales_revenue_mgmt"

# Everything in a database that an addon could leave behind, as text.
INVENTORY = """
    SELECT 'table ' || table_name FROM information_schema.tables WHERE table_schema = 'public'
    UNION ALL SELECT 'column ' || table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'trigger ' || event_object_table || '.' || trigger_name FROM information_schema.triggers
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname FROM pg_constraint
    UNION ALL SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'sequence ' || sequence_name FROM information_schema.sequences
    UNION ALL SELECT 'model ' || model FROM ir_model
    UNION ALL SELECT 'field ' || model || '.' || name FROM ir_model_fields
    UNION ALL SELECT 'menu ' || (name->>'en_US') FROM ir_ui_menu
    UNION ALL SELECT 'cron ' || cron_name FROM ir_cron
    UNION ALL SELECT 'rule ' || name FROM ir_rule
    UNION ALL SELECT 'access ' || name FROM ir_model_access
    UNION ALL SELECT 'group ' || (name->>'en_US') FROM res_groups
    UNION ALL SELECT 'privilege ' || (name->>'en_US') FROM res_groups_privilege
    UNION ALL SELECT 'view ' || name FROM ir_ui_view
    UNION ALL SELECT 'action ' || (name->>'en_US') FROM ir_actions
    UNION ALL SELECT 'parameter ' || key FROM ir_config_parameter
    UNION ALL SELECT 'xmlid ' || module || '.' || name FROM ir_model_data WHERE module = 'sales_revenue_mgmt'
    UNION ALL SELECT 'activity type ' || (name->>'en_US') FROM mail_activity_type
"""


def inventory(database):
    return sorted(row[0] for row in database.query(INVENTORY) if row[0])


@pytest.mark.parametrize(
    "demo",
    [
        pytest.param(False, marks=pytest.mark.template("BASE_BARE"), id="empty"),
        pytest.param(True, marks=pytest.mark.template("BASE_DEMO"), id="demo"),
    ],
)
def test_install_upgrade_uninstall(database, demo):
    before = inventory(database)
    database.odoo("-i", ADDON, "--with-demo" if demo else "--without-demo")
    assert database.query("SELECT state FROM ir_module_module WHERE name = %s", ADDON) == [("installed",)]
    targets = database.query("SELECT COUNT(*) FROM revenue_target")[0][0]
    assert bool(targets) == demo
    installed = inventory(database)

    log = database.odoo("-u", ADDON)
    assert inventory(database) == installed
    assert database.query("SELECT COUNT(*) FROM revenue_target") == [(targets,)]
    # Odoo says so where the registry and the table differ.
    assert "is not referenced in" not in log

    answer = database.script(
        f"module = env['ir.module.module'].search([('name', '=', '{ADDON}')])\n"
        "module.button_immediate_uninstall()\nanswer = module.state"
    )
    assert answer == "uninstalled"
    left = [line for line in inventory(database) if line not in set(before)]
    assert left == []
