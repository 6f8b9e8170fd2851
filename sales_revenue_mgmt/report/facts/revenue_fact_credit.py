"""Who is credited with a sale, and what is shared with its reader: two columns that no rollup holds.

Few documents are split between people. Rollups answer as if none were; the split ones are taken out of them and put back
person by person, line by line, from the facts as they are in this snapshot. So nothing is stored, and nothing can be stale.
"""

import datetime
from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL

from .revenue_fact_table import MANY_DOCUMENTS
from .schema import constant, of_table
from .sources import MEASURE_COLUMNS

# Of one order, in the order of their ids: what each takes, from which share of the order to which.
_SHARES = """
    SELECT credit.id, credit.user_id, credit.percent / 100 AS share,
           (SUM(credit.percent) OVER past - credit.percent) / 100 AS since,
           SUM(credit.percent) OVER past / 100 AS upto,
           credit.id = MAX(credit.id) OVER (PARTITION BY credit.order_id) AS last
      FROM {credit} credit
     WHERE credit.order_id = {order}
    WINDOW past AS (PARTITION BY credit.order_id ORDER BY credit.id)
"""
# Whoever comes last takes what is left of a line: parts add up to it exactly, and each but the last is whole cents. Rounding
# is symmetric, so that a credit note takes back what the invoice gave.
_MONEY = """CASE WHEN share.last IS NOT FALSE THEN fact.{name} ELSE round(fact.{name} * share.upto, currency.decimal_places) END
    - round(fact.{name} * COALESCE(share.since, 0), currency.decimal_places) AS {name}"""
# Not money, so not rounded: a chair that two people sold is half a chair each.
_NUMBER = "fact.{name} * COALESCE(share.share, 1) AS {name}"
_EMPTY = "NULL::numeric AS {name}"
# Each share of a document once, however many of its lines are in a group: numbers of shares lie apart by one, shares are at
# most one, so that equal sums are equal shares.
_DOCUMENTS = """
    (COUNT(DISTINCT {table}.{link}) FILTER (WHERE {table}.credit_id IS NULL AND {table}.net IS NOT NULL)
     + COALESCE(SUM(DISTINCT {table}.credit_id + {table}.share)
                    FILTER (WHERE {table}.credit_id IS NOT NULL AND {table}.net IS NOT NULL)
              - SUM(DISTINCT {table}.credit_id) FILTER (WHERE {table}.credit_id IS NOT NULL AND {table}.net IS NOT NULL), 0))
"""


@dataclass(frozen=True)
class Apart:
    """Documents that are not answered by what is stored as it stands.

    :param bool credited: whether there is a row per line and person credited, with the columns ``credited_id``,
        ``credit_id`` and, its part of the document, ``share``
    :param SQL documents: their ids, usable after ``= ANY``; ``None`` if there are none
    :param SQL facts: a SELECT of their facts
    :param SQL parts: a SELECT of these, each as its reader and the people credited share it
    :param frozenset asked: the measures, and ``documents``, that are asked for: PostgreSQL computes all columns of a UNION, so
        that the others are left empty
    """

    credited: bool = False
    documents: SQL | None = None
    facts: SQL | None = None
    parts: SQL | None = None
    asked: frozenset = frozenset((*MEASURE_COLUMNS, "documents"))

    def shared(self):
        """The same, computed once for a statement that needs it many times.

        :return: what goes into its WITH, and the documents for it
        :rtype: tuple[list[SQL], Apart]
        """
        if self.documents is None:
            return [], self
        ctes = [
            SQL("revenue_apart AS MATERIALIZED (%s)", self.facts),
            SQL("revenue_parts AS MATERIALIZED (%s)", self.parts),
        ]
        return ctes, Apart(
            self.credited,
            self.documents,
            SQL("SELECT * FROM revenue_apart"),
            SQL("SELECT * FROM revenue_parts"),
            self.asked,
        )


class RevenueFact(models.AbstractModel):
    # One file for each question that a fact answers.
    _inherit = "revenue.fact"  # pylint: disable=consider-merging-classes-inherited

    # Shares of orders, which whoever splits sales declares: a table with these columns. Until then no sale is split.
    _credit_table = "(SELECT 0 AS id, 0 AS order_id, 0 AS user_id, 0.0 AS percent WHERE FALSE)"

    @api.model
    def _apart_asked(self):
        apart = self.env.context.get("revenue_apart")
        # A caller's context holds what JSON can say, never one of these.
        return apart if isinstance(apart, Apart) else Apart()

    @api.model
    def _apart(self, dirty, credited=False, shared=False, days=None, asked=Apart.asked):
        """
        :param Dirty dirty: of the same moment
        :param bool credited: whether it is asked who is credited
        :param bool shared: whether it is asked, or by the reader's rules, what is shared with the reader
        :param tuple days: the first and the last day that the question is about
        :param asked: columns that the question needs
        :rtype: Apart
        """
        if not (credited or shared):
            return Apart()
        fact = self._fact
        found = self._split_sql(None if credited else self.env.uid, days)
        ids = [row[0] for row in self.env.execute_query(SQL("%s LIMIT %s", found, MANY_DOCUMENTS + 1))]
        if not ids:
            return Apart(credited)
        documents = SQL("(%s::int4[])", ids) if len(ids) <= MANY_DOCUMENTS else SQL("(%s)", found)
        facts = SQL(
            "SELECT line.* FROM (%s) AS line WHERE line.%s = ANY %s",
            self._lines_sql(dirty),
            SQL.identifier(fact.link),
            documents,
        )
        # Only what has a net amount is counted.
        asked = (Apart.asked & set(asked)) | {"net"}
        return Apart(credited, documents, facts, self._parts_sql(facts, credited, asked), asked)

    def _of_credit(self, text):
        """SQL from a constant of the declarations, with the table of shares in the place of ``{credit}``."""
        return constant(text.replace("{credit}", self._credit_table))

    def _split_sql(self, user_id=None, days=None):
        """SQL for the ids of documents that are split between people.

        :param int user_id: only those of which this user has a part
        :param tuple days: only those of these days; of moments, the neighbours of these days as well
        """
        fact, conditions = self._fact, []
        if user_id:
            conditions.append(SQL("credit.user_id = %s", user_id))
        if days:
            margin = datetime.timedelta(days=2 if fact.day_is_utc else 0)
            day = SQL.identifier("doc", fact.day)
            conditions.append(SQL("%s >= %s AND %s <= %s", day, days[0] - margin, day, days[1] + margin))
        return SQL(
            "SELECT DISTINCT doc.id FROM %s WHERE %s",
            self._of_credit(fact.credit_source),
            SQL(" AND ").join(conditions or [SQL("TRUE")]),
        )

    def _parts_sql(self, facts, credited, asked):
        """Facts as their reader and the people credited share them.

        :param SQL facts: a SELECT of facts
        """
        fact = self._fact
        plain = [name for name in fact.columns if name not in MEASURE_COLUMNS]
        columns = ", ".join(
            "fact.lines * COALESCE(share.share, 1) AS lines" if credited and name == "lines" else f"fact.{name}"
            for name in plain
        )
        if not credited:
            measures = ", ".join(f"fact.{name}" for name in MEASURE_COLUMNS)
            return SQL("%s, %s FROM (%s) AS fact", constant(f"SELECT {columns}, {measures}"), self._shared_sql(), facts)
        measures = ", ".join(
            (_EMPTY if name not in asked else _NUMBER if name == "quantity" else _MONEY).replace("{name}", name)
            for name in MEASURE_COLUMNS
        )
        return SQL(
            "%s, %s FROM (%s) AS fact %s",
            constant(
                f"SELECT {columns}, {measures}, CASE WHEN share.id IS NULL THEN fact.user_id ELSE share.user_id END AS"
                " credited_id, share.id AS credit_id, COALESCE(share.share, 1) AS share"
            ),
            self._shared_sql(),
            facts,
            self._of_credit(
                "JOIN res_company company ON company.id = fact.company_id"
                " JOIN res_currency currency ON currency.id = company.currency_id"
                f" LEFT JOIN LATERAL ({_SHARES.replace('{order}', fact.credit_order.replace('{0}', 'fact'))}) AS share ON TRUE"
            ),
        )

    def _shared_sql(self):
        """SQL for a column: whether the reader has a part of the document of ``fact``."""
        link = SQL.identifier("fact", self._fact.link)
        return SQL("%s IN (%s) AS shared", link, self._split_sql(self.env.uid))

    def _credited_sql(self, alias, user_ids):
        """SQL for whether one of some people is credited with a line of the sources, or with a part of it.

        :param str alias: the table of lines
        """
        fact = self._fact
        credit = SQL(
            "SELECT FROM %s credit WHERE credit.order_id = %s",
            self._of_credit("{credit}"),
            of_table(fact.credit_order, alias),
        )
        salesperson = next(name for name, column in fact.fields.items() if column == "user_id")
        return SQL(
            "CASE WHEN EXISTS (%(credit)s) THEN EXISTS (%(credit)s AND credit.user_id = ANY(%(users)s))"
            " ELSE EXISTS (SELECT FROM %(documents)s doc WHERE doc.id = %(link)s AND doc.%(salesperson)s = ANY(%(users)s)) END",
            credit=credit,
            users=user_ids,
            documents=SQL.identifier(self.env[fact.document]._table),
            link=SQL.identifier(alias, fact.link),
            salesperson=SQL.identifier(salesperson),
        )

    def _apart_lines_sql(self, dirty, apart):
        """All facts, with the columns that are put together here."""
        lines = self._lines_sql(dirty)
        if not apart.credited:
            return SQL("SELECT fact.*, %s FROM (%s) AS fact", self._shared_sql(), lines)
        whole = SQL(
            "SELECT fact.*, fact.user_id AS credited_id, NULL::int4 AS credit_id, 1::numeric AS share, %s FROM (%s) AS fact",
            self._shared_sql(),
            lines,
        )
        if apart.documents is None:
            return whole
        link = SQL.identifier("fact", self._fact.link)
        return SQL("%s WHERE NOT (%s = ANY %s) UNION ALL %s", whole, link, apart.documents, apart.parts)

    def _apart_rollup_sql(self, rollup, dirty, apart):
        """A rollup, with the columns that are put together here: as it stands, less the documents apart, plus their parts."""
        fact = self._fact
        counts_documents = fact.counts_documents(rollup)
        counted = ("lines", "documents") if counts_documents else ("lines",)
        plain, added = ", ".join(rollup.columns), ", ".join([*MEASURE_COLUMNS, *counted])
        # A rollup that does not know the salesperson is not asked who is credited.
        by_person = apart.credited and "user_id" in rollup.columns
        as_it_stands = ", user_id AS credited_id" if by_person else ""
        stored = SQL(
            "%s FROM (%s) AS stored",
            constant(f"SELECT {plain}, {added}{as_it_stands}, FALSE AS shared"),
            self._rollup_sql(rollup, dirty),
        )
        if apart.documents is None:
            return stored
        counted_apart = counts_documents and "documents" in apart.asked
        with_net = "FILTER (WHERE net IS NOT NULL)"
        less = SQL(
            "%s FROM (%s) AS fact %s",
            constant(
                f"SELECT {plain}, {_sums(apart, '-')}, -SUM(lines) AS lines"
                + f", {f'-COUNT(DISTINCT fact.{fact.link}) {with_net}' if counted_apart else 'NULL::int8'} AS documents"
                * counts_documents
                + f"{as_it_stands}, FALSE AS shared"
            ),
            apart.facts,
            constant(f"GROUP BY {plain}"),
        )
        credited = ", credited_id" if by_person else ""
        documents = ""
        if counts_documents:
            number = (
                of_documents("part", fact.link) if apart.credited else f"COUNT(DISTINCT part.{fact.link}) {with_net}"
            )
            documents = f", {number if counted_apart else 'NULL::int8'} AS documents"
        plus = SQL(
            "%s FROM (%s) AS part %s",
            constant(f"SELECT {plain}, {_sums(apart)}, SUM(part.lines) AS lines{documents}{credited}, shared"),
            apart.parts,
            constant(f"GROUP BY {plain}{credited}, shared"),
        )
        return SQL("%s UNION ALL %s UNION ALL %s", stored, less, plus)


def _sums(apart, sign=""):
    return ", ".join(
        f"{sign}SUM({name}) AS {name}" if name in apart.asked else _EMPTY.replace("{name}", name)
        for name in MEASURE_COLUMNS
    )


def of_documents(table, link):
    """The number of documents in a group of parts, as text."""
    return _DOCUMENTS.replace("{table}", table).replace("{link}", link)
