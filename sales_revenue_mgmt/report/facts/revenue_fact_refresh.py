"""The refresher: takes documents out of the dirty log and brings their facts, and the days of the rollups that these touch,
up to date.

One batch is one repeatable-read transaction. It deletes exactly the log rows that it saw; what is written meanwhile stays
logged. Whatever interrupts a batch leaves everything as it was before.
"""

import time

import psycopg2

from odoo import api, models
from odoo.tools import SQL

from .schema import FIRST_TABLE, LOG, STATE, log_everything, setup
from .sources import FACTS, ROLLUPS

# Documents of one batch: bounds its time and its memory.
BATCH = 10_000


class RevenueFactRefresh(models.AbstractModel):
    _name = "revenue.fact.refresh"
    _description = "Refresher of Revenue Facts"

    def init(self):
        setup(self.env.cr)

    @api.model
    def _cron_refresh(self):
        """Refresh until nothing is dirty, or the time of the job is over; the rest is for its next run, which comes at once."""
        cron = self.env.ref("sales_revenue_mgmt.revenue_fact_cron_refresh")
        remaining = self._dirty_count()
        seconds_left = cron._commit_progress(remaining=remaining)
        while remaining and seconds_left:
            done = self._refresh()
            if done is None:
                return
            remaining = self._dirty_count()
            seconds_left = cron._commit_progress(done, remaining=remaining)
        if remaining:
            cron._trigger()

    @api.private
    def refresh_all(self):
        """Refresh until nothing is dirty, committing after each batch.

        :return: how many documents were refreshed, in how many seconds
        :rtype: tuple[int, float]
        """
        started, documents = time.monotonic(), 0
        while self._dirty_count():
            done = self._refresh()
            documents += done or 0
            self.env["ir.cron"]._commit_progress()
            if done is None:
                time.sleep(0.1)
        return documents, time.monotonic() - started

    @api.model
    def _rebuild(self):
        """Compute all facts again, from nothing; until that is done, numbers come from the sources."""
        log_everything(self.env.cr)
        self.env.ref("sales_revenue_mgmt.revenue_fact_cron_refresh")._trigger()

    @api.model
    def _dirty_count(self):
        """Rows of the log: at least as many as documents that are waiting."""
        return self.env.execute_query(SQL("SELECT COUNT(*) FROM %s", LOG))[0][0]

    @api.model
    def _refresh(self, limit=BATCH):
        """One batch; the caller commits.

        :return: how many documents were refreshed; ``None`` where another refresher is at work
        """
        cr = self.env.cr
        self.env.flush_all()
        try:
            with cr.savepoint(flush=False):
                cr.execute(SQL("SELECT 1 FROM %s FOR UPDATE NOWAIT", STATE), log_exceptions=False)
        except (psycopg2.errors.LockNotAvailable, psycopg2.errors.SerializationFailure):
            return None
        self._expand()
        documents = 0
        for fact in FACTS.values():
            ids = self._next_documents(fact, limit)
            if ids:
                self._refresh_documents(fact, ids)
                if fact.first_orders:
                    self.env["revenue.fact.first"]._refresh(ids)
                documents += len(ids)
        self._analyze()
        cr.execute(
            SQL("UPDATE %s SET refreshed_at = now() AT TIME ZONE 'UTC', documents = documents + %s", STATE, documents)
        )
        return documents

    @api.model
    def _analyze(self):
        """Tell PostgreSQL what there is in tables that have grown or changed by more than a tenth since it looked. It does so by
        itself after a minute or more, in which it would choose plans for empty tables. While they are being filled, only when
        they have doubled."""
        names = [name for fact in FACTS.values() for name in (fact.table, *map(fact.rollup_table, ROLLUPS))]
        names.append(FIRST_TABLE)
        share = 1.0 if self._dirty_count() else 0.1
        found = self.env.execute_query(
            SQL(
                # What this transaction has changed is not in the statistics of tables yet.
                "SELECT pg_class.relname FROM pg_class JOIN pg_stat_xact_user_tables mine ON mine.relid = pg_class.oid"
                " LEFT JOIN pg_stat_user_tables past ON past.relid = pg_class.oid"
                " WHERE pg_class.relname = ANY(%s) AND mine.n_tup_ins + mine.n_tup_del + COALESCE(past.n_mod_since_analyze, 0)"
                " > 500 + %s * GREATEST(reltuples, 0)",
                names,
                share,
            )
        )
        for (name,) in found:
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(name)))

    @api.model
    def _expand(self):
        """Replace keys of customers, products, companies by the documents that they lead to, in the order of their days, so
        that a batch touches few days."""
        kinds = {kind for fact in FACTS.values() for kind in fact.resolve}
        keys = dict(
            self.env.execute_query(
                SQL(
                    "SELECT kind, array_agg(DISTINCT key) FROM %s WHERE kind = ANY(%s) GROUP BY kind",
                    LOG,
                    sorted(kinds),
                )
            )
        )
        for fact in FACTS.values():
            found = [
                self.env[fact.model]._documents_of(kind, values)
                for kind, values in keys.items()
                if kind in fact.resolve
            ]
            if found:
                table = self.env[fact.document]._table
                self.env.cr.execute(
                    SQL(
                        "INSERT INTO %s (kind, key) SELECT %s, dirty.id FROM (%s) AS dirty (id)"
                        " LEFT JOIN %s document ON document.id = dirty.id ORDER BY document.%s, dirty.id",
                        LOG,
                        fact.kind,
                        SQL(" UNION ".join(["%s"] * len(found)), *found),  # pylint: disable=sql-injection
                        SQL.identifier(table),
                        SQL.identifier(fact.day),
                    )
                )
        for kind, values in keys.items():
            self.env.cr.execute(SQL("DELETE FROM %s WHERE kind = %s AND key = ANY(%s)", LOG, kind, values))

    @api.model
    def _next_documents(self, fact, limit):
        return [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    "SELECT DISTINCT key FROM (SELECT key FROM %s WHERE kind = %s ORDER BY id LIMIT %s) AS first",
                    LOG,
                    fact.kind,
                    limit,
                )
            )
        ]

    @api.model
    def _refresh_documents(self, fact, ids):
        """Compute the facts of documents again, then the days of the rollups that they were and are in."""
        cr, model = self.env.cr, self.env[fact.model]
        table, link = SQL.identifier(fact.table), SQL.identifier(fact.link)
        gone = SQL("DELETE FROM %s WHERE %s = ANY(%s)", table, link, ids)
        come = SQL(
            "INSERT INTO %s (%s) SELECT * FROM (%s) AS live ORDER BY id",  # Indexes fill up best in that order.
            table,
            SQL(", ").join(map(SQL.identifier, fact.columns)),
            model._live_sql(SQL("(%s::int4[])", ids)),
        )
        days = {
            day
            for change in (gone, come)
            for day in self.env.execute_query(
                SQL(
                    "WITH changed AS (%s RETURNING company_id, day) SELECT DISTINCT company_id, day FROM changed",
                    change,
                )
            )
        }
        cr.execute(SQL("DELETE FROM %s WHERE kind = %s AND key = ANY(%s)", LOG, fact.kind, ids))
        if not days:
            return
        # One condition that an index on days serves, whatever the number of companies.
        companies, dates = map(list, zip(*sorted(days), strict=True))
        of_days = SQL(
            "(day, company_id) IN (SELECT * FROM unnest(%s::date[], %s::int4[])) AND day BETWEEN %s AND %s",
            dates,
            companies,
            min(dates),
            max(dates),
        )
        for rollup in ROLLUPS:
            target = SQL.identifier(fact.rollup_table(rollup))
            cr.execute(SQL("DELETE FROM %s WHERE %s", target, of_days))
            cr.execute(
                SQL(
                    "INSERT INTO %s (%s) %s",
                    target,
                    model._rollup_columns(rollup),
                    model._aggregate_sql(rollup, SQL("SELECT * FROM %s WHERE %s", table, of_days)),
                )
            )
