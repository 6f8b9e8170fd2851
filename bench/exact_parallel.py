"""Writers, a refresher and readers at the same time, each on a connection of its own."""

import random
import threading
import time
from collections import Counter

import psycopg2

import odoo
from odoo.tools import mute_logger

# Each writer has orders of its own, so that nothing but the addon could make one wait for another.
WRITES = (
    "UPDATE sale_order SET date_order = date_order + interval '1 hour' * (random() * 60 - 30)::int WHERE id = %(order)s",
    "UPDATE sale_order SET state = CASE state WHEN 'sale' THEN 'cancel' ELSE 'sale' END WHERE id = %(order)s",
    "UPDATE sale_order SET team_id = NULLIF(%(team)s, COALESCE(team_id, 0)) WHERE id = %(order)s",
    "UPDATE sale_order SET partner_id = %(partner)s WHERE id = %(order)s",
    "UPDATE sale_order_line SET price_subtotal = price_subtotal + 1, margin = margin + 1 WHERE order_id = %(order)s",
    "UPDATE sale_order_line SET order_id = %(other)s WHERE id = (SELECT MIN(id) FROM sale_order_line"
    " WHERE order_id = %(order)s)",
    "DELETE FROM sale_order_line WHERE id = (SELECT MAX(id) FROM sale_order_line WHERE order_id = %(order)s"
    " HAVING COUNT(*) > 2)",
    # With its taxes, as Odoo copies a line; not a reward, whose line remembers what it was given for.
    "WITH first AS (SELECT MIN(id) AS id FROM sale_order_line WHERE order_id = %(order)s AND reward_id IS NULL),"
    " copied AS (INSERT INTO sale_order_line SELECT (jsonb_populate_record(l, jsonb_build_object('id',"
    " nextval('sale_order_line_id_seq')))).* FROM sale_order_line l JOIN first USING (id) RETURNING id)"
    " INSERT INTO account_tax_sale_order_line_rel (sale_order_line_id, account_tax_id) SELECT copied.id, taxes.account_tax_id"
    " FROM copied, first JOIN account_tax_sale_order_line_rel taxes ON taxes.sale_order_line_id = first.id",
    "UPDATE account_move SET invoice_date = invoice_date + (random() * 4 - 2)::int WHERE id = %(move)s",
    "UPDATE account_move SET state = CASE state WHEN 'posted' THEN 'draft' ELSE 'posted' END WHERE id = %(move)s",
    "UPDATE account_move_line SET balance = balance - 1, credit = credit + 1 WHERE move_id = %(move)s"
    " AND display_type = 'product' AND balance < 0",
)
# One writer changes what many facts hang on; nobody else writes these rows.
SHARED_WRITES = (
    "UPDATE product_template SET categ_id = %(category)s WHERE id = %(template)s",
    "UPDATE res_partner SET country_id = NULLIF(%(country)s, COALESCE(country_id, 0)) WHERE id = %(partner)s",
    "UPDATE res_partner SET commercial_partner_id = %(customer)s WHERE id = %(contact)s",
    "UPDATE res_company SET revenue_tz = %(zone)s WHERE id = %(company)s",
)


class Race:
    """A race on a database that a :class:`exact_world.World` was committed to.

    :param registry: of the database
    :param world: gives customers, products, ...; not used while the race is on
    """

    def __init__(self, registry, world, writers, readers, seed):
        self.registry, self.seed = registry, seed
        self.writers, self.readers = writers, readers
        self.uid = world.env.uid
        self.companies = world.companies.ids
        self.remembered = world.memory.prepaid.ids, world.memory.all_over(), world.memory.all_behind()
        orders = world.orders("sale", "cancel").ids
        moves = world.moves("posted", "draft").ids
        self.orders = [orders[index::writers] for index in range(writers)]
        self.moves = [moves[index::writers] for index in range(writers)]
        assert all(len(orders) > 2 for orders in self.orders) and all(self.moves), "the world is too small"
        contacts = world.partners.filtered(lambda partner: not partner.is_company)
        self.choices = {
            "team": world.teams.ids,
            "partner": world.partners.ids,
            "category": world.categories.ids,
            "template": world.products.product_tmpl_id.ids,
            "country": world.countries.ids,
            "customer": world.partners.filtered("is_company").ids,
            "contact": contacts.ids,
            "zone": ["UTC", "Pacific/Auckland", "America/Los_Angeles"],
            "company": world.companies.ids,
        }
        self.stop = threading.Event()
        self.counts, self.problems = Counter(), []

    def run(self, seconds):
        """
        :return: how often what happened
        :raises AssertionError: with the first problems
        """
        threads = [threading.Thread(target=self._guard, args=(self._write, index)) for index in range(self.writers)]
        threads += [threading.Thread(target=self._guard, args=(self._read, index)) for index in range(self.readers)]
        threads += [
            threading.Thread(target=self._guard, args=(part, 0)) for part in (self._refresh, self._watch, self._kill)
        ]
        # What is killed says so in the log.
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            self.stop.wait(seconds)
            self.stop.set()
            for thread in threads:
                thread.join()
        with self.registry.cursor() as cr:
            env = self._env(cr)
            self.counts["dirty when it ended"] = env["revenue.fact.refresh"]._dirty_count()
            self.problems += self._differences(env)
            env["revenue.fact.refresh"].refresh_all()
            self.problems += self._differences(env)
        assert not self.problems, "\n".join(self.problems[:10])
        return self.counts

    def _guard(self, part, index):
        try:
            part(index)
        except Exception as error:  # the race must end, and say why
            self.problems.append(f"{part.__name__}: {type(error).__name__}: {error}")
            self.stop.set()

    def _env(self, cr):
        return odoo.api.Environment(cr, self.uid, {"allowed_company_ids": self.companies})

    # ------------------------------------------------------------------
    # Writers
    # ------------------------------------------------------------------

    def _write(self, index):
        chance = random.Random(f"{self.seed}-{index}")
        writes = [*WRITES, *(SHARED_WRITES if index == 0 else ())]
        while not self.stop.is_set():
            values = {name: chance.choice(ids) for name, ids in self.choices.items()}
            values["order"], values["other"] = chance.sample(self.orders[index], 2)
            values["move"] = chance.choice(self.moves[index])
            with self.registry.cursor() as cr:
                cr.execute("SET LOCAL application_name = 'race writer'")
                try:
                    for statement in chance.sample(writes, chance.randint(1, 3)):
                        cr.execute(statement, values, log_exceptions=False)
                        if chance.random() < 0.3:
                            time.sleep(chance.random() * 0.05)
                    if chance.random() < 0.1:
                        cr.rollback()
                        self.counts["writes rolled back"] += 1
                    else:
                        cr.commit()
                        self.counts["writes committed"] += 1
                except psycopg2.errors.SerializationFailure:
                    # Two rows of Odoo's own; never ours, which nobody updates.
                    cr.rollback()
                    self.counts["writes to try again"] += 1

    # ------------------------------------------------------------------
    # The refresher, and what kills it
    # ------------------------------------------------------------------

    def _refresh(self, _index):
        chance = random.Random(f"{self.seed}-refresh")
        while not self.stop.is_set():
            try:
                with self.registry.cursor() as cr:
                    env = self._env(cr)
                    cr.execute("SET application_name = 'race refresher'")
                    cr.commit()
                    while not self.stop.is_set():
                        done = env["revenue.fact.refresh"]._refresh(limit=chance.choice((1, 3, 20)))
                        cr.commit()
                        self.counts["refreshes"] += 1
                        self.counts["documents refreshed"] += done or 0
                        time.sleep(0.01)
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                self.counts["refreshers killed"] += 1

    def _kill(self, _index):
        chance = random.Random(f"{self.seed}-kill")
        while not self.stop.wait(chance.random() * 2):
            with self.registry.cursor() as cr:
                cr.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'race refresher' AND datname = current_database()"
                )

    # ------------------------------------------------------------------
    # Readers
    # ------------------------------------------------------------------

    def _read(self, _index):
        while not self.stop.is_set():
            with self.registry.cursor() as cr:
                self.problems += self._differences(self._env(cr))
                self.counts["comparisons"] += 1
            if self.problems:
                self.stop.set()

    def _differences(self, env):
        """Both answers inside the one snapshot of this transaction."""
        # Odoo finds its addons once the configuration is read.
        from .exact_sources import totals

        problems = []
        env.flush_all()
        for kind in ("booked", "invoiced"):
            model = env[f"revenue.fact.{kind}"].sudo()
            for name, wanted in totals(env.cr, kind, self.companies, *self.remembered).items():
                group = f"{name}:day" if name == "day" else name
                rows = model._read_group([("company_id", "in", self.companies)], [group], ["net:sum", "lines:sum"])
                # A group of gift cards only has neither a net amount nor a line.
                found = {(getattr(key, "id", key) or None): (net, count) for key, net, count in rows if net or count}
                wanted = {key: (net, count) for key, (net, count) in wanted.items() if net or count}
                for key in wanted.keys() | found.keys():
                    ours, theirs = found.get(key), wanted.get(key)
                    if not ours or not theirs or ours[1] != theirs[1] or abs(float(ours[0]) - float(theirs[0])) > 1e-5:
                        problems.append(f"{kind} by {name} at {key}: facts say {ours}, sources say {theirs}")
        return problems

    # ------------------------------------------------------------------
    # Who waits for whom
    # ------------------------------------------------------------------

    def _watch(self, _index):
        while not self.stop.wait(0.02):
            with self.registry.cursor() as cr:
                cr.execute(
                    """
                    SELECT lock.locktype, lock.relation::regclass::text, waiting.query, blocking.application_name, blocking.query
                      FROM pg_stat_activity waiting
                      JOIN pg_locks lock ON lock.pid = waiting.pid AND NOT lock.granted
                      JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS by (pid) ON TRUE
                      JOIN pg_stat_activity blocking ON blocking.pid = by.pid
                     WHERE waiting.application_name = 'race writer' AND waiting.datname = current_database()
                    """
                )
                for kind, relation, waiting, application, blocking in cr.fetchall():
                    if kind == "extend":
                        # PostgreSQL adds a page to a table, for microseconds; everything else lasts until a commit.
                        self.counts[f"waits for a new page of {relation}"] += 1
                    else:
                        self.problems.append(
                            f"a writer waits ({kind} {relation}): {waiting} for {application}: {blocking}"
                        )
                self.counts["looks for waiting writers"] += 1
