"""The table of a fact's model, put together at the moment of reading.

What no change stands against in the dirty log comes from the facts, or from a rollup; documents in the log are taken out and
computed from Odoo's own records, in the same snapshot. So every answer is the one that the sources would give, at any moment.
"""

from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL

from .schema import constant
from .sources import MEASURE_COLUMNS, Rollup

# Above so many dirty documents their ids are looked up by the statement itself, not handed to it.
MANY_DOCUMENTS = 50_000


@dataclass(frozen=True)
class Dirty:
    """Documents whose facts may not be those of the sources in this snapshot; ``documents`` is ``None`` if there are none.

    :param SQL documents: their ids, usable after ``= ANY``
    :param many: whether they are too many to take them out of a rollup one by one
    :param SQL old: a SELECT of their facts
    :param SQL live: a SELECT of what their facts have to be
    """

    documents: SQL | None = None
    many: bool = False
    old: SQL | None = None
    live: SQL | None = None

    def shared(self):
        """The same, computed once for a statement that needs it many times.

        :return: what goes into its WITH, and the dirty documents for it
        :rtype: tuple[list[SQL], Dirty]
        """
        if self.documents is None:
            return [], self
        ctes = [
            SQL("revenue_old AS MATERIALIZED (%s)", self.old),
            SQL("revenue_live AS MATERIALIZED (%s)", self.live),
        ]
        return ctes, Dirty(
            self.documents, self.many, SQL("SELECT * FROM revenue_old"), SQL("SELECT * FROM revenue_live")
        )


class RevenueFact(models.AbstractModel):
    # One file for each question that a fact answers.
    _inherit = "revenue.fact"  # pylint: disable=consider-merging-classes-inherited

    @property
    def _table_query(self):
        """Says to Odoo that there is a query in place of a table; the real one depends on the moment of reading."""
        return None if self._fact is None else constant(f"SELECT * FROM {self._fact.table}")

    @property
    def _table_sql(self):
        if self._fact is None:
            return super()._table_sql
        # A caller's context holds what JSON can say, never one of these.
        dirty = self.env.context.get("revenue_dirty")
        rollup = self.env.context.get("revenue_rollup")
        if not isinstance(dirty, Dirty):
            dirty = self._dirty()
        if isinstance(rollup, Rollup):
            return SQL("(%s)", self._apart_rollup_sql(rollup, dirty, self._apart_asked()))
        return SQL("(%s)", self._apart_lines_sql(dirty, self._apart_asked()))

    @api.model
    def _dirty(self):
        """What has changed since the facts were refreshed.

        :rtype: Dirty
        """
        fact = self._fact
        documents, many = self._dirty_documents()
        if documents is None:
            return Dirty()
        old = SQL(
            "SELECT * FROM %s WHERE %s = ANY %s", SQL.identifier(fact.table), SQL.identifier(fact.link), documents
        )
        return Dirty(documents, many, old, self._live_sql(documents))

    def _dirty_documents(self):
        """SQL for the ids of the documents that the log leads to, usable after ``= ANY``, or ``None`` if there are none; and
        whether they are many."""
        fact = self._fact
        # What Odoo still keeps in memory has to reach the triggers first.
        self.env.flush_all()
        keys = dict(
            self.env.execute_query(
                SQL(
                    "SELECT kind, array_agg(DISTINCT key) FROM revenue_fact_log WHERE kind = ANY(%s) GROUP BY kind",
                    [fact.kind, *fact.resolve],
                )
            )
        )
        if not keys:
            return None, False
        ids = keys.pop(fact.kind, [])
        if not keys and len(ids) <= MANY_DOCUMENTS:
            return SQL("(%s::int4[])", ids), False
        documents = SQL(
            " UNION ".join(["%s"] * (len(keys) + 1)),  # pylint: disable=sql-injection
            SQL("SELECT unnest(%s::int4[]) AS id", ids),
            *(self._documents_of(kind, values) for kind, values in keys.items()),
        )
        found = self.env.execute_query(SQL("SELECT id FROM (%s) AS dirty (id) LIMIT %s", documents, MANY_DOCUMENTS + 1))
        if len(found) <= MANY_DOCUMENTS:
            return SQL("(%s::int4[])", [row[0] for row in found]), False
        return SQL("(%s)", documents), True

    @api.model
    def _documents_of(self, kind, keys):
        """SQL for the ids of the documents that keys of another kind (``Fact.resolve``) lead to."""
        fact = self._fact
        found = SQL(fact.resolve[kind].replace("{keys}", "%(keys)s"), keys=keys)  # pylint: disable=sql-injection
        if kind != "company":
            return found
        # Documents that are there no more.
        old = constant(f"SELECT f.{fact.link} FROM {fact.table} f WHERE f.company_id")
        return SQL("%s UNION %s = ANY(%s)", found, old, keys)

    def _live_sql(self, documents):
        """The facts of some documents, computed from the sources."""
        selects = [SQL("%s AND doc.id = ANY %s", constant(select), documents) for select in self._fact.selects]
        return SQL(" UNION ALL ").join(selects)

    def _lines_sql(self, dirty):
        """All facts, as of this snapshot."""
        fact = self._fact
        clean = constant(f"SELECT {', '.join(fact.columns)} FROM {fact.table}")
        if dirty.documents is None:
            return clean
        return SQL(
            "%s WHERE NOT (%s = ANY %s) UNION ALL %s", clean, SQL.identifier(fact.link), dirty.documents, dirty.live
        )

    def _rollup_sql(self, rollup, dirty):
        """A rollup as of this snapshot: as it stands, less the facts of dirty documents, plus what these are now."""
        fact = self._fact
        stored = SQL("SELECT %s FROM %s", self._rollup_columns(rollup), SQL.identifier(fact.rollup_table(rollup)))
        if dirty.documents is None:
            return stored
        if dirty.many:
            return self._aggregate_sql(rollup, self._lines_sql(dirty))
        return SQL(
            "%s UNION ALL %s UNION ALL %s",
            stored,
            self._aggregate_sql(rollup, dirty.old, negative=True),
            self._aggregate_sql(rollup, dirty.live),
        )

    @api.model
    def _rollup_columns(self, rollup):
        counted = ("lines", "documents") if self._fact.counts_documents(rollup) else ("lines",)
        return constant(", ".join([*rollup.columns, *MEASURE_COLUMNS, *counted]))

    @api.model
    def _aggregate_sql(self, rollup, facts, negative=False):
        """Facts aggregated as a rollup holds them.

        :param SQL facts: a SELECT of facts
        """
        sign = "-" if negative else ""
        columns = ", ".join(rollup.columns)
        sums = ", ".join(f"{sign}SUM({name}) AS {name}" for name in MEASURE_COLUMNS)
        documents = ""
        if self._fact.counts_documents(rollup):
            documents = f", {sign}COUNT(DISTINCT {self._fact.link}) FILTER (WHERE net IS NOT NULL)::int4 AS documents"
        return SQL(
            "%s FROM (%s) AS fact %s",
            constant(f"SELECT {columns}, {sums}, {sign}SUM(lines)::int4 AS lines{documents}"),
            facts,
            constant(f"GROUP BY {columns}"),
        )
