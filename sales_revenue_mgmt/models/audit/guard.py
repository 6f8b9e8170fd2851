"""PostgreSQL itself refuses what nobody may do to the trail's tables, whoever asks; and whether it still does."""

from odoo.tools import SQL

FUNCTION = "revenue_audit_refuse"
BODY = """
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END """
# ALWAYS: also when a session plays replica.
INSTALL = (
    f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${BODY}$$;"
    """
DROP TRIGGER IF EXISTS {table}_no_change ON {table};
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION revenue_audit_refuse();
DROP TRIGGER IF EXISTS {table}_no_truncate ON {table};
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION revenue_audit_refuse();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
"""
)
# pg_trigger.tgtype: row 1, before 2, delete 8, update 16, truncate 32.
TYPES = {"no_change": 1 + 2 + 8 + 16, "no_truncate": 2 + 32}
FOUND = """
SELECT t.tgname, t.tgenabled, t.tgtype, t.tgqual IS NULL AND t.tgattr::text = '' AND p.proname = %s AND p.prosrc = %s
       AND l.lanname = 'plpgsql'
  FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang
 WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal
"""
# What else could keep rows away from who writes or reads: a view in the table's place, rules, row security, heirs.
OTHER = """
SELECT c.relkind <> 'r' OR c.relhasrules OR c.relrowsecurity
       OR EXISTS (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent))
  FROM pg_class c WHERE c.oid = %s::regclass
"""


def install(cr, table):
    """Make a table append-only.

    :param str table: the constant name of a model's table
    """
    cr.execute(INSTALL.format(table=table))  # pylint: disable=sql-injection


def uninstall(cr):
    cr.execute("DROP FUNCTION IF EXISTS revenue_audit_refuse() CASCADE")


def problems(env, table):
    """What does not guard a table as it should.

    :rtype: list[str]
    """
    said = []
    found = {name: row for name, *row in env.execute_query(SQL(FOUND, FUNCTION, BODY, table))}
    for suffix, kind in TYPES.items():
        enabled, actual, ours = found.pop(f"{table}_{suffix}", (None, None, None))
        place = f"trigger {table}_{suffix}, which refuses changes"
        if enabled is None:
            said.append(f"{place}: it is missing")
        elif enabled != "A":
            said.append(f"{place}: it is not enabled ALWAYS")
        elif not ours or actual != kind:
            said.append(f"{place}: it is not ours any more")
    said += [f"trigger {name} on {table}: it is not ours" for name in sorted(found)]
    ((other,),) = env.execute_query(SQL(OTHER, table))
    if other:
        said.append(f"table {table}: it has rules, row security or heirs, or is no table")
    return said
