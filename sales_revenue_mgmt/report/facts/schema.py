"""The tables of facts, rollups and the dirty log, and the triggers that write the log: made from the declarations.

Facts are derived: when their declaration changes, their tables are dropped and made anew, and everything is logged as
dirty; until the refresher has computed it, numbers come from Odoo's own records.
"""

import hashlib

from odoo.tools import SQL

from .sources import FACTS, MEASURE_COLUMNS, ROLLUPS
from .watches import WATCHES

LOG = SQL.identifier("revenue_fact_log")
STATE = SQL.identifier("revenue_fact_state")
# The first order of each customer of a company and its branches (``revenue_fact_first.py``).
FIRST_TABLE = "revenue_fact_first"
FIRST = SQL.identifier(FIRST_TABLE)
_FIRST_STATEMENTS = (
    f"CREATE TABLE {FIRST_TABLE} (root_id int4, partner_id int4, order_id int4, moment timestamp)",
    f"CREATE INDEX {FIRST_TABLE}_partner_idx ON {FIRST_TABLE} (partner_id)",
    f"CREATE INDEX {FIRST_TABLE}_moment_idx ON {FIRST_TABLE} (moment)",
    f"CREATE INDEX {FIRST_TABLE}_order_idx ON {FIRST_TABLE} (order_id)",
)

# Append-only, with neither key nor index: whoever writes never waits for another writer. Emptied often, so vacuumed often.
_LOG_TABLE = """
    CREATE TABLE IF NOT EXISTS revenue_fact_log (id bigserial, kind text NOT NULL, key int4 NOT NULL)
    WITH (autovacuum_vacuum_scale_factor = 0.2, autovacuum_vacuum_threshold = 1000)
"""
# A statement that changes more lines than this logs their documents without looking at what changed.
MANY_LINES = 1000
# One row, which every refresh updates: of two at the same time, PostgreSQL lets one go through.
_STATE_TABLE = """
    CREATE TABLE IF NOT EXISTS revenue_fact_state (
        one bool PRIMARY KEY DEFAULT TRUE CHECK (one), declaration text, refreshed_at timestamp, documents int8 DEFAULT 0
    )
"""


def constant(text):
    """SQL from constants of the declarations alone.

    :param str text: without parameters; a literal percent sign is doubled
    """
    return SQL(text)  # pylint: disable=sql-injection


def of_table(text, alias):
    """A constant of the declarations over a table: ``{0}`` stands for its alias.

    :rtype: SQL
    """
    return SQL(text.replace("{0}", "%(table)s"), table=SQL.identifier(alias))  # pylint: disable=sql-injection


def setup(cr):
    """Make or renew all of it. Where the declaration of the facts changed, log everything as dirty."""
    cr.execute(_LOG_TABLE)
    cr.execute(_STATE_TABLE)
    cr.execute("INSERT INTO revenue_fact_state (one) VALUES (TRUE) ON CONFLICT DO NOTHING")
    for watch in WATCHES:
        for statement in _trigger_statements(watch):
            cr.execute(constant(statement))
    declaration = _declaration()
    cr.execute("SELECT declaration FROM revenue_fact_state")
    if cr.fetchone()[0] == declaration:
        return
    drop_tables(cr)
    for statement in (*_FIRST_STATEMENTS, *(text for fact in FACTS.values() for text in _table_statements(fact))):
        cr.execute(constant(statement))
    cr.execute("UPDATE revenue_fact_state SET declaration = %s", [declaration])
    log_everything(cr)


def log_everything(cr):
    """Note all documents of all companies as dirty."""
    cr.execute("INSERT INTO revenue_fact_log (kind, key) SELECT 'company', id FROM res_company")


def teardown(cr):
    """Remove all of it, for the uninstallation."""
    for watch in WATCHES:
        for function in functions(watch):
            cr.execute(constant(f"DROP FUNCTION IF EXISTS {function}() CASCADE"))
    drop_tables(cr)
    cr.execute("DROP TABLE IF EXISTS revenue_fact_log, revenue_fact_state")


def drop_tables(cr):
    # By name, not by declaration: a rollup that is no longer declared goes too.
    cr.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        " AND (relname LIKE 'revenue\\_rollup\\_%%' OR relname = ANY(%s))",
        [[FIRST_TABLE, *(fact.table for fact in FACTS.values())]],
    )
    for (table,) in cr.fetchall():
        cr.execute(SQL("DROP TABLE %s", SQL.identifier(table)))


def _declaration():
    text = repr([([*_table_statements(fact)], fact.selects) for fact in FACTS.values()])
    return hashlib.sha256((text + repr(ROLLUPS) + repr(MEASURE_COLUMNS) + repr(_FIRST_STATEMENTS)).encode()).hexdigest()


# ----------------------------------------------------------------------
# Tables
# ----------------------------------------------------------------------


def _table_statements(fact):
    columns = ", ".join(f"{name} {kind}" for name, kind in fact.columns.items())
    yield f"CREATE TABLE {fact.table} ({columns})"
    # Not unique: a line that SQL moved to another document may be refreshed there before its old document is.
    yield f"CREATE INDEX {fact.table}_id_idx ON {fact.table} (id)"
    yield f"CREATE INDEX {fact.table}_document_idx ON {fact.table} ({fact.link})"
    yield f"CREATE INDEX {fact.table}_day_idx ON {fact.table} (day, company_id)"
    for rollup in ROLLUPS:
        table = fact.rollup_table(rollup)
        dimensions = "".join(f", {name} {fact.columns[name]}" for name in rollup.dimensions)
        measures = ", ".join(f"{name} numeric" for name in MEASURE_COLUMNS)
        documents = ", documents int4" if fact.counts_documents(rollup) else ""
        yield f"CREATE TABLE {table} (company_id int4, day date{dimensions}, {measures}, lines int4{documents})"
        yield f"CREATE INDEX {table}_day_idx ON {table} (day, company_id)"


# ----------------------------------------------------------------------
# Triggers
# ----------------------------------------------------------------------


def functions(watch):
    """The names of the trigger functions of a table, which are those of its triggers too."""
    events = ("update",) if watch.update_only else ("insert", "update", "delete", "truncate")
    return [f"revenue_fact_{watch.table}_{event}" for event in events]


def _trigger_statements(watch):
    """One trigger per statement and event, which sees all changed rows at once and logs their keys.

    It logs keys and not days on purpose: a key stays right whatever a transaction at the same time does to the document,
    its customer or its products, whose changes this one cannot see; the reader follows the key in its own snapshot.
    """
    old = ", ".join(f"o.{name}" for name in watch.columns)
    new = ", ".join(f"n.{name}" for name in watch.columns)
    # In order, since documents made one after the other are of few days: a batch of the refresher computes whole days.
    changed = {
        "insert": f"SELECT DISTINCT n.{watch.key} FROM new_rows n ORDER BY 1",
        "delete": f"SELECT DISTINCT o.{watch.key} FROM old_rows o ORDER BY 1",
        # FULL JOIN: SQL may change ids, too.
        "update": f"SELECT DISTINCT k.key FROM old_rows o FULL JOIN new_rows n ON n.id = o.id"
        f" CROSS JOIN LATERAL (VALUES (o.{watch.key}), (n.{watch.key})) AS k (key)"
        f" WHERE ({old}) IS DISTINCT FROM ({new})",
    }
    changed["truncate"] = "SELECT id FROM res_company"
    # Comparing costs more than it spares where very many lines change at once; to refresh a document in vain does no harm.
    changed["many"] = f"SELECT o.{watch.key} FROM old_rows o UNION SELECT n.{watch.key} FROM new_rows n"
    referencing = {
        "insert": "REFERENCING NEW TABLE AS new_rows",
        "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "delete": "REFERENCING OLD TABLE AS old_rows",
        "truncate": "",
    }
    for function in functions(watch):
        event = function.rsplit("_", 1)[1]
        kind = "company" if event == "truncate" else watch.kind

        def log(rows, kind=kind):
            return (
                f"INSERT INTO revenue_fact_log (kind, key) SELECT '{kind}', changed.key"
                f" FROM ({rows}) AS changed (key) WHERE changed.key IS NOT NULL;"
            )

        body = log(changed[event])
        if event == "update" and not watch.update_only:
            many = f"(SELECT COUNT(*) FROM (SELECT FROM new_rows LIMIT {MANY_LINES + 1}) AS part) > {MANY_LINES}"
            body = f"IF {many} THEN {log(changed['many'])} ELSE {body} END IF;"
        # As its owner: who may write orders by SQL need not have rights on our log.
        yield (
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql"
            f" SECURITY DEFINER SET search_path FROM CURRENT AS $$ BEGIN {body} RETURN NULL; END $$"
        )
        yield f"DROP TRIGGER IF EXISTS {function} ON {watch.table}"
        yield (
            f"CREATE TRIGGER {function} AFTER {event.upper()} ON {watch.table} {referencing[event]}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )
        yield f"ALTER TABLE {watch.table} ENABLE ALWAYS TRIGGER {function}"
