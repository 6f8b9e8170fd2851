"""Bulk writing and deleting in an Odoo database, below the ORM: blocks of ids, rows made after a prototype, indexes and
foreign keys set aside for the time of a load. Everything happens inside the caller's transaction.
"""

from contextlib import contextmanager

from psycopg2 import sql
from psycopg2.extras import Json


def prototype(cr, table, record_id):
    """The columns that a row made by the ORM really fills.

    :rtype: dict
    """
    cr.execute(sql.SQL("SELECT * FROM {} WHERE id = %s").format(sql.Identifier(table)), [record_id])
    names = [column.name for column in cr.description]
    row = dict(zip(names, cr.fetchone(), strict=True))
    return {name: value for name, value in row.items() if value is not None}


def reserve_ids(cr, table, count):
    """A block of ids that nobody else gets.

    :return: the first id of the block
    """
    sequence = f"{table}_id_seq"
    cr.execute("SELECT nextval(%s)", [sequence])
    first = cr.fetchone()[0]
    cr.execute("SELECT setval(%s, %s)", [sequence, first + count])
    return first


def insert_like(cr, table, row, columns, source, params=()):
    """``INSERT ... SELECT``: constants from a prototype row, the rest from SQL expressions over a source.

    :param dict row: column → constant (see :func:`prototype`)
    :param dict columns: column → SQL expression, which takes precedence
    :param str source: what follows FROM
    """
    constants = {name: value for name, value in row.items() if name not in columns}
    names = [*constants, *columns]
    query = sql.SQL("INSERT INTO {} ({}) SELECT {}, {} FROM {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join([sql.Placeholder()] * len(constants)),
        sql.SQL(", ").join(map(sql.SQL, columns.values())),
        sql.SQL(source),
    )
    cr.execute(query, [*(Json(value) if isinstance(value, dict) else value for value in constants.values()), *params])
    return cr.rowcount


def foreign_keys(cr, table, incoming):
    """Foreign keys of a table, or those that point to it: (child table, child column, name, definition, delete rule).

    The rule is PostgreSQL's: c = cascade, n = set null, a and r = refuse.
    """
    cr.execute(
        """
        SELECT con.conrelid::regclass::text, att.attname, con.conname, pg_get_constraintdef(con.oid), con.confdeltype
          FROM pg_constraint con
          JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
         WHERE con.contype = 'f' AND CASE WHEN %s THEN con.confrelid ELSE con.conrelid END = %s::regclass
         ORDER BY 1, 2
        """,
        [incoming, table],
    )
    return cr.fetchall()


@contextmanager
def without_indexes(cr, tables, incoming=False):
    """Set indexes and foreign keys of the tables aside, and put them back: building an index once is far faster than
    keeping it up row by row, and adding a foreign key checks every row.

    :param bool incoming: set aside the keys that point to the tables (for deleting) instead of indexes and own keys
    """
    indexes, keys = [], {}
    for table in tables:
        if not incoming:
            cr.execute(
                """
                SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), obj_description(indexrelid, 'pg_class')
                  FROM pg_index WHERE indrelid = %s::regclass AND NOT indisprimary
                   AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('u', 'x'))
                """,
                [table],
            )
            indexes += cr.fetchall()
        for child, _column, name, definition, _rule in foreign_keys(cr, table, incoming):
            keys[child, name] = definition
    for name, _definition, _comment in indexes:
        cr.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(name)))
    for child, name in keys:
        cr.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.SQL(child), sql.Identifier(name)))
    yield
    for name, definition, comment in indexes:
        cr.execute(definition)
        if comment:
            # Odoo keeps an index's definition in its comment, and rebuilds the index when that differs.
            cr.execute(sql.SQL("COMMENT ON INDEX {} IS %s").format(sql.SQL(name)), [comment])
    for (child, name), definition in keys.items():
        cr.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                sql.SQL(child), sql.Identifier(name), sql.SQL(definition)
            )
        )


def release(cr, table, first, last, own):
    """Undo what others hold on a block of rows that is about to go, as their foreign keys say.

    :param dict own: table → (first, last) of all blocks that go
    :return: what forbids the deletion: (table, column, number of rows)
    :rtype: list[tuple[str, str, int]]
    """
    held = []
    for child, column, _name, _definition, rule in foreign_keys(cr, table, incoming=True):
        where = sql.SQL("{} BETWEEN %s AND %s").format(sql.Identifier(column))
        params = [first, last]
        if child in own:
            where += sql.SQL(" AND id NOT BETWEEN %s AND %s")
            params += own[child]
        if child in own or rule in "ar":
            cr.execute(sql.SQL("SELECT COUNT(*) FROM {} WHERE {}").format(sql.SQL(child), where), params)
            if count := cr.fetchone()[0]:
                held.append((child, column, count))
        elif rule == "c":
            cr.execute(sql.SQL("DELETE FROM {} WHERE {}").format(sql.SQL(child), where), params)
        else:
            cr.execute(
                sql.SQL("UPDATE {} SET {} = NULL WHERE {}").format(sql.SQL(child), sql.Identifier(column), where),
                params,
            )
    return held
