"""What another addon adds to the facts: a rollup, a watch, a measure; and facts where no sale is split."""

from unittest.mock import patch

from odoo.tests import tagged

from ...report.facts import measures, sources, watches
from ...report.facts.measures import Measure, register_measure
from ...report.facts.sources import BOOKED, Rollup, register_fact, register_rollup
from ...report.facts.watches import WATCHES, Watch, register_watch
from .common import FactCase


@tagged("post_install", "-at_install")
class TestFactsRegistered(FactCase):
    def setUp(self):
        super().setUp()
        # Whatever is registered here is taken back.
        for module, name in ((sources, "FACTS"), (measures, "MEASURES")):
            self.enterContext(patch.dict(getattr(module, name)))
        for known in (sources.ROLLUPS, watches.WATCHES):
            self.addCleanup(known.__setitem__, slice(None), list(known))

    def test_a_rollup_a_watch_and_a_measure(self):
        register_rollup(Rollup("goods", ("product_id", "currency_id")))
        register_watch(Watch("res_country", "company", "id", ("code",), update_only=True))
        register_measure("sold_lines", Measure("Lines Sold", "booked", "lines:sum"))
        self.env["revenue.fact.refresh"].init()
        self.order("2030-03-03", quantity=2.0)
        self.order("2030-03-04", lines=[{"product_id": self.product.id, "price_unit": 10.0}] * 3)
        asked = ["sold_lines", "booked"], ["product"]
        live = self.ask(*asked)
        self.assertEqual([row["sold_lines"] for row in live], [4])
        self.refreshed()
        self.assertEqual(self.ask(*asked), live)
        # It is this rollup that answers, and a rollup of lines counts no orders.
        fact = self.env["revenue.fact.booked"]._with_rollup([], ["product_id", "lines:sum"])
        self.assertEqual(fact.env.context["revenue_rollup"].name, "goods")
        self.env.cr.execute(
            "SELECT SUM(lines) FROM revenue_rollup_booked_goods WHERE product_id = %s", [self.product.id]
        )
        self.assertEqual(self.env.cr.fetchone(), (4,))
        self.assertFalse(BOOKED.counts_documents(fact.env.context["revenue_rollup"]))
        # The watched table is watched.
        self.env.cr.execute("UPDATE res_country SET code = 'Z9' WHERE id = %s", [self.env.ref("base.be").id])
        self.assertTrue(self.env["revenue.fact.refresh"]._dirty_count())

    def test_nothing_is_registered_twice(self):
        for register, known in (
            (register_fact, BOOKED),
            (register_rollup, sources.ROLLUPS[0]),
            (register_rollup, Rollup("odd", ("colour",))),
            (register_watch, WATCHES[0]),
        ):
            with self.subTest(known), self.assertRaises(ValueError):
                register(known)
        with self.assertRaises(ValueError):
            register_measure("booked", Measure("Booked", "booked", "net:sum"))

    def test_without_shares_the_salesperson_has_all(self):
        order = self.order("2030-03-03")
        self.env["revenue.target.credit"].create(
            [
                {"order_id": order.id, "user_id": self.people["user"].id, "percent": 40.0},
                {"order_id": order.id, "user_id": self.colleague.id, "percent": 60.0},
            ]
        )
        self.assertEqual(len(self.ask(["booked"], ["credited"])), 2)
        table = type(self.env["revenue.fact"])._credit_table
        self.assertEqual(table, "revenue_target_credit")
        for model in ("revenue.fact", "revenue.fact.booked"):
            none = "(SELECT 0 AS id, 0 AS order_id, 0 AS user_id, 0.0 AS percent WHERE FALSE)"
            self.patch(type(self.env[model]), "_credit_table", none)
        [row] = self.ask(["booked"], ["credited"])
        self.assertEqual((row["credited"], row["booked"]), (self.people["user"].id, 100.0))
