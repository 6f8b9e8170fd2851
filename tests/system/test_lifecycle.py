"""The addon installs, upgrades and uninstalls, on an empty database and on one with demo data."""

import re
import subprocess
from pathlib import Path

import pytest

from bench.clone import CONFIG, REPO

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


# External ids of a module's records, and of what people have exported.
EXTERNAL_IDS = "SELECT DISTINCT model FROM ir_model_data WHERE model !~ '^ir\\.model\\.(inherit)$' ORDER BY 1"


def dangling(database):
    """External ids that point at nothing."""
    found = []
    for (model,) in database.query(EXTERNAL_IDS):
        table = {"ir.actions.act_window": "ir_act_window", "ir.actions.report": "ir_act_report_xml"}.get(model)
        table = table or model.replace(".", "_").replace("ir_actions_", "ir_act_")
        ids = "SELECT module || '.' || name || ' (' || model || ')' FROM ir_model_data d WHERE model = %s"
        if database.query("SELECT to_regclass(%s)::text", table) == [(None,)]:
            found += database.query(ids, model)
        else:
            found += database.query(f"{ids} AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = d.res_id)", model)
    return {row[0] for row in found}


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
    before, lost = inventory(database), dangling(database)
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
        # Who exports records for an update gives them external ids.
        "for name in ('revenue.target', 'revenue.approval.rule', 'revenue.audit.entry'):\n"
        "    env[name].search([]).export_data(['id'])\n"
        f"module = env['ir.module.module'].search([('name', '=', '{ADDON}')])\n"
        "module.button_immediate_uninstall()\nanswer = module.state"
    )
    assert answer == "uninstalled"
    left = [line for line in inventory(database) if line not in set(before)]
    assert left == []
    assert sorted(dangling(database) - lost) == []


# As the trail was before its entries kept who has signed in: without the columns, and with entries of that format.
AS_BEFORE = """
from odoo.addons.sales_revenue_mgmt.models.audit.chain import ENTRY_FIELDS_OF_VERSION, canonical, digest
from odoo.addons.sales_revenue_mgmt.models.audit.reader import ENTRY_COLUMNS
target = env["revenue.target"].create({"measure": "booked", "period_type": "year", "date_start": "2031-01-01", "amount": 9.0})
target.amount = 12.0
env.flush_all()
names, cr = ENTRY_FIELDS_OF_VERSION[1], env.cr
cr.execute("ALTER TABLE revenue_audit_entry DISABLE TRIGGER USER")
columns = ", ".join(ENTRY_COLUMNS[name] for name in names)
cr.execute(f"SELECT id, {columns} FROM revenue_audit_entry ORDER BY res_model, res_id, sequence")
heads = {}
for entry_id, *row in cr.fetchall():
    entry = dict(zip(names, row))
    key = entry["model"], entry["record"]
    entry |= {"version": 1, "at": entry["at"].strftime("%Y-%m-%dT%H:%M:%SZ"), "previous": heads.get(key, "0" * 64)}
    entry |= {name: entry[name] and json.loads(entry[name]) for name in ("before", "after")}
    if entry["event"] == "created" and key[0] == "revenue.target":
        # Its lines were made after that.
        entry["after"]["line_ids"] = None
    heads[key] = digest(entry, names)
    cr.execute(
        "UPDATE revenue_audit_entry SET hash_version = 1, previous_hash = %s, hash = %s, after = %s WHERE id = %s",
        [entry["previous"], heads[key], entry["after"] and canonical(entry["after"]), entry_id],
    )
    table = env[key[0]]._table
    cr.execute(f"UPDATE {table} SET audit_hash = %s WHERE id = %s", [heads[key], key[1]])
for column in ("login_id", "origin", "transaction"):
    cr.execute(f"ALTER TABLE revenue_audit_entry DROP COLUMN {column} CASCADE")
cr.execute("DELETE FROM ir_model_data WHERE name ~ 'field_revenue_audit_entry__(login_id|origin|transaction)$'")
cr.execute("DELETE FROM ir_model_fields WHERE model = 'revenue.audit.entry' AND name IN ('login_id', 'origin', 'transaction')")
cr.commit()
answer = [target.id, len(heads)]
"""
AFTERWARDS = """
seals, target = env["revenue.audit.seal"], env["revenue.target"].browse({target})
before = seals.verify()
target.amount = 15.0
for company in [None, *env["res.company"].search([]).ids]:
    seals._seal(company)
after = seals.verify()
own = env["revenue.audit.entry"].search([("res_model", "=", target._name), ("res_id", "=", target.id)])
versions = own.mapped("hash_version")
cr = env.cr
cr.execute("ALTER TABLE revenue_audit_entry DISABLE TRIGGER USER")
cr.execute("UPDATE revenue_audit_entry SET reason = 'x' WHERE id = %s", [own[-1].id])
answer = [before["problems"], after["problems"], versions, seals.verify()["problems"]]
cr.rollback()
"""


def test_a_trail_from_before_verifies_after_the_upgrade(database):
    target, chains = database.script("import json\n" + AS_BEFORE)
    assert chains > 1
    database.odoo("-u", ADDON)
    before, after, versions, tampered = database.script(AFTERWARDS.format(target=target))
    assert before == []
    assert after == []
    assert versions == [3, 1, 1]
    assert any(f"entry 1 of revenue.target {target}" in problem for problem in tampered)
    assert any("ALWAYS" in problem for problem in tampered)


# The last commit before the addon's files stood in rooms.
BEFORE_THE_HOUSE = "365cc68"
ROWS = """
    SELECT relname,
           (xpath('/row/c/text()', query_to_xml(format('SELECT COUNT(*) AS c FROM %I', relname), FALSE, TRUE, '')))[1]::text
      FROM pg_class WHERE relkind = 'r' AND relname ~ '^revenue_' AND relname !~ '^revenue_(fact|rollup)_'
"""
NAMES = "SELECT name, model, res_id, noupdate FROM ir_model_data WHERE module = %s AND model !~ '^ir.model|^ir.ui.view'"


@pytest.mark.long
@pytest.mark.template("BASE_DEMO")
def test_an_upgrade_from_before_the_house_keeps_every_record(database, tmp_path):
    archive = subprocess.run(["git", "archive", BEFORE_THE_HOUSE, ADDON], cwd=REPO, capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", tmp_path], input=archive.stdout, check=True)
    [paths] = re.findall(r"^addons_path = (.*)$", Path(CONFIG).read_text(), re.M)
    database.odoo("--addons-path", paths.replace(str(REPO), str(tmp_path)), "-i", ADDON, "--with-demo")
    rows, names = dict(database.query(ROWS)), set(database.query(NAMES, ADDON))
    assert int(rows["revenue_target_line"]) > 20 and len(names) > 150

    database.odoo("-u", ADDON)
    assert set(database.query(NAMES, ADDON)) >= names
    now = dict(database.query(ROWS))
    # The trail notes the rights that an upgrade brings, in entries after those that are there.
    assert int(now.pop("revenue_audit_entry")) >= int(rows.pop("revenue_audit_entry"))
    assert {name: count for name, count in rows.items() if now.get(name) != count} == {}
    assert database.script('answer = env["revenue.audit.seal"].verify()["problems"]') == []
