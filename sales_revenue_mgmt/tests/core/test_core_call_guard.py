"""Whatever a call from outside brings, the answer is a sentence; and what may be read decides what can be found out."""

import contextlib
import inspect
import itertools
import logging
from types import SimpleNamespace
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.core import revenue_call_guard
from ..target.test_target_plan import PlanCase

ODD = (
    *("x", "", "\0", "\ud800", "9999-12-31", "0001-01-01", None, True, -1, 0, 2**31, 2**80),
    *(0.5, float("nan"), float("inf"), 1e300, [], ["x"], [[]], {}, {"a": {}}, {"id": "x"}),
    *([("id", "=", "x")], [("x", "=", 1)]),
)
ALIKE = ("revenue.approval.step", "revenue.target.line")


@tagged("post_install", "-at_install")
class TestRevenueCallGuard(PlanCase):
    def outside(self, records, name, *args, **kwargs):
        """Call a method as a request does."""
        with patch.object(revenue_call_guard, "request", SimpleNamespace()):
            return get_public_method(records, name)(records, *args, **kwargs)

    def models_of_ours(self):
        return sorted(name for name in self.env.registry if name.startswith("revenue.") and "fake" not in name)

    def test_every_public_method_answers_wrong_values_with_a_sentence(self):
        target = self.own_target()
        logger = logging.getLogger(revenue_call_guard.__name__)
        self.addCleanup(logger.setLevel, logger.level)
        logger.setLevel(logging.WARNING)
        called, wrong = 0, []
        for name in self.models_of_ours():
            cls = self.env.registry[name]
            records = target if name == "revenue.target" else self.env[name]
            if cls._auto and not cls._abstract and not records:
                records = records.sudo().search([], limit=1)
            records = records.with_user(self.people["user"])
            for key, method in inspect.getmembers(cls, lambda member: hasattr(member, "_revenue_guarded")):
                parameters = list(inspect.signature(method).parameters.values())[1:]
                positional = [one for one in parameters if one.kind == one.POSITIONAL_OR_KEYWORD]
                own = method.__wrapped__.__module__.startswith(revenue_call_guard.PACKAGE)
                # Odoo's own methods are the same everywhere.
                if getattr(method, "_api_private", False) or not positional or not (own or name in ALIKE):
                    continue
                for odd in ODD:
                    called += 1
                    try:
                        with contextlib.suppress(UserError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                            self.outside(records, key, *[odd] * min(len(positional), 2))
                    except Exception as error:
                        wrong.append((name, key, ascii(odd)[:40], repr(error)[:80]))
        self.assertEqual(wrong, [])
        self.assertGreater(called, 500)

    def test_the_guard_stands_before_all_parents_and_between_none(self):
        registry = self.env.registry
        parents = {parent for cls in registry.values() for parent in cls.__mro__[1:]}
        for name in self.models_of_ours():
            cls = registry[name]
            own = [key for key, value in vars(cls).items() if hasattr(value, "_revenue_guarded")]
            if cls in parents:
                self.assertTrue(cls._abstract, f"{name} is inherited from, so nothing guards it")
                self.assertFalse(own, f"{name}: what inherits from it would skip its other parents")
            elif name != "revenue.call.guard":
                self.assertLessEqual({"create", "write", "unlink", "search"}, set(own), name)

    def test_what_is_deleted_is_written_down(self):
        rule = self.env["revenue.approval.rule"].create(
            {"name": "Short", "model_id": self.env["ir.model"]._get_id("revenue.target"), "approver_type": "leader"}
        )
        seen = self.as_("admin", rule)
        self.outside(seen, "write", {"name": "Shorter"})
        self.outside(seen, "unlink")
        self.assertEqual(self.events(rule), ["created", "changed", "deleted"])

    def test_fields_say_what_they_take(self):
        plan = self.plan()
        values = {"target_id": plan.id, "level": "team", "team_id": self.team.id}
        lines = self.as_("finance", self.env["revenue.target.line"])
        for field, odd, words in (
            ("parent_id", "x", "Part of"),
            ("parent_id", 2**40, "Part of"),
            ("amount", [5], "Target"),
            ("amount", {"a": 1}, "Target"),
            ("amount", 10**400, "Target"),
            ("level", "planet", "company, branch"),
            ("date_start", "soon", "YYYY-MM-DD"),
        ):
            with self.subTest(field, odd=odd), self.assertRaisesRegex(UserError, words):
                self.outside(lines, "create", [{**values, field: odd}])
        target = self.own_target()
        for odd, words in (("a\0b", "null character"), ("a\ud800", "half a character"), (["a"], "text")):
            for name in ("name", "note"):
                with self.subTest(name, odd=ascii(odd)), self.assertRaisesRegex(UserError, words):
                    self.outside(target, "write", {name: odd})
            with self.subTest("search", odd=ascii(odd)), self.assertRaises(UserError):
                self.outside(target, "search", [("name", "like", odd), ("x", "=", 1)])
        with self.assertRaisesRegex(UserError, "null character"):
            self.outside(target.with_context(default_name="\0"), "copy")
        wizard = self.as_("user", self.env["revenue.decision.wizard"])
        odd = {"action": "explode", "res_model": "revenue.target", "res_ids": target.ids}
        with self.assertRaisesRegex(UserError, "approve, reject"):
            self.outside(wizard, "create", [odd])
        with self.assertRaises(UserError):
            self.outside(wizard.with_context(default_action="explode"), "create", [{"res_model": "revenue.target"}])

    def test_sentences_of_methods(self):
        target = self.own_target()
        for odd in ("x", {}, [], True, None, 2**40, -1):
            with self.assertRaisesRegex(UserError, "Compare with"):
                target.get_comparison(odd)
        for odd in ("9999-12-31", "0001-01-01", {}, [], 5, True, "x"):
            with self.assertRaisesRegex(UserError, "As of"):
                target.get_as_of(odd)
        seals = self.as_("auditor", self.env["revenue.audit.seal"])
        for odd in ("x", None, 0, True, 1.5, []):
            with self.assertRaisesRegex(UserError, "Limit"):
                seals.verify(odd)

    def test_a_drill_down_takes_anything_from_the_context(self):
        order = self.order("2030-03-05")
        days = {"date_from": "0001-01-01", "date_to": "9999-12-31", "measure": "booked"}
        for odd in ({}, {"measure": "booked"}, [], 5, "x", "[]", str(days).replace("'", '"')):
            orders = self.as_("user", self.env["sale.order"]).with_context(revenue_drill_down=odd)
            self.assertEqual(orders.browse(order.id).read(["revenue_counted"])[0]["revenue_counted"], 0.0)

    def test_what_two_have_done_at_once_passes(self):
        """Odoo tries it again."""

        def method(records):
            raise psycopg2.errors.SerializationFailure

        inside = patch.object(revenue_call_guard, "request", SimpleNamespace())
        with inside, self.assertRaises(psycopg2.errors.SerializationFailure):
            revenue_call_guard.guarded(method)(self.env["revenue.target"])

    # ------------------------------------------------------------------
    # Conditions
    # ------------------------------------------------------------------

    def test_more_than_a_hundred_conditions_on_names(self):
        for name in ("revenue.target", "revenue.target.line", "revenue.target.cell", "revenue.approval.step"):
            records = self.as_("user", self.env[name])
            for condition in (
                ("display_name", "ilike", "a"),
                ("create_uid.display_name", "=", "a"),
                ("create_uid", "ilike", "a"),
            ):
                many = ["|"] * 100 + [condition] * 101
                with self.subTest(name, condition=condition):
                    for method, args in (
                        ("search", [many]),
                        ("search_count", [many]),
                        ("search_read", [many]),
                        ("web_search_read", [many, {}]),
                        ("formatted_read_group", [many, [], ["__count"]]),
                        ("name_search", ["a", many]),
                        ("search", [[("create_uid", "any", many)]]),
                    ):
                        with self.assertRaisesRegex(UserError, "more than 100 conditions"):
                            self.outside(records, method, *args)
                    self.outside(records, "search_count", ["|"] * 9 + [condition] * 10)

    def test_conditions_on_names_are_bounded_on_every_model_path_and_way(self):
        walked = 0
        for name in self.models_of_ours():
            if self.env.registry[name]._abstract:
                continue
            records = self.as_("user", self.env[name])
            if not records.has_access("read"):
                records = self.env[name].sudo()
            for conditions in self.name_conditions(records):
                with self.subTest(name, condition=conditions[0]):
                    walked += 1
                    for join in ("|", "&"):
                        many = [join] * (len(conditions) - 1) + conditions
                        for nested in (many, ["!", *many], [("create_uid", "!=", 0), *many]):
                            self.assertNamesRefused(records.search, nested)
                    self.assertNamesRefused(records.search_count, many)
                    self.assertNamesRefused(records._read_group, many, [], ["__count"])
        self.assertGreater(walked, 150)
        cells = self.as_("user", self.env["revenue.target.cell"])
        many = ["|"] * 100 + [("line_id.display_name", "ilike", str(number)) for number in range(101)]
        for search in (
            lambda: cells.search_read(many, ["amount"]),
            lambda: cells.search_fetch(many, ["amount"]),
            lambda: cells.web_search_read(many, {}),
            lambda: cells.name_search("a", many),
            lambda: cells.web_read_group(many, ["line_id"], ["__count"]),
            lambda: cells.formatted_read_group(many, [], ["__count"]),
            lambda: cells.read_progress_bar(many, "line_id", {"field": "state", "colors": {"draft": "muted"}}),
            lambda: cells.search(
                [("line_id", "any", [("parent_id", "any", ["|"] * 100 + [("display_name", "=", "a")] * 101)])]
            ),
        ):
            self.assertNamesRefused(search)

    def test_groupings_are_bounded(self):
        facts = self.as_("user", self.env["revenue.fact.booked"])
        names = [name for name, field in facts._fields.items() if field.store and field.type == "many2one"]
        names += [f"day:{unit}" for unit in ("day", "week", "month", "quarter", "year")]
        nine, pairs = names[:9], [[a, b] for a in names for b in names if a != b][:49]
        for group in (
            lambda: facts.formatted_read_group([], nine, ["__count"]),
            lambda: facts.formatted_read_grouping_sets([], [nine, []], ["__count"]),
            lambda: facts.formatted_read_grouping_sets([], pairs, ["__count"]),
            lambda: facts.formatted_read_grouping_sets([], [[], nine], ["__count"]),
            lambda: self.as_("user", self.env["revenue.target"]).formatted_read_grouping_sets([], pairs, ["__count"]),
        ):
            with self.assertRaisesRegex(UserError, "at most 8 fields, and in at most 48 ways"):
                group()
        self.assertEqual(len(facts.formatted_read_grouping_sets([], [*pairs[:47], nine[:8]], ["__count"])), 48)

    def name_conditions(self, records):
        """101 conditions on names, of each shape that a model has."""
        shapes = [("display_name", operator) for operator in ("ilike", "=", "not like")]
        for field in records._fields.values():
            if field.relational and field.comodel_name in self.env and (field.store or field.search):
                shapes.append((f"{field.name}.display_name", "ilike"))
                if field.type == "many2one":
                    shapes += [(field.name, "ilike"), (field.name, "=")]
            elif field.search and not field.store and not field.related and field.name != "display_name":
                shapes.append((field.name, "="))
        return [[(path, operator, f"n{number}") for number in range(101)] for path, operator in shapes]

    def assertNamesRefused(self, search, *args):
        with self.assertRaisesRegex(UserError, "more than 100 conditions"):
            search(*args)

    def test_a_hundred_conditions_on_names_are_answered(self):
        plan = self.plan()
        many = ["|"] * 99 + [("display_name", "ilike", f"n{number}") for number in range(99)]
        many.append(("display_name", "ilike", self.team.name))
        found = self.as_("finance", self.env["revenue.target.line"]).search([*many, ("target_id", "=", plan.id)])
        self.assertEqual(found, self.line(plan, self.team))

    def test_conditions_end_somewhere(self):
        """Each step from record to record asks one more table, with its rules; PostgreSQL plans hours for sixty of them."""
        lines = self.as_seen_by(self.people["finance"], self.env["revenue.target.line"])
        nested = [("amount", ">", 0)]
        for _step in range(6):
            nested = [("target_id.line_ids", "any", nested)]
        dotted = [(f"{'parent_id.' * 9}amount", ">", 0)]
        wide = ["|"] * 50 + [("target_id.root_line_id.amount", "=", number) for number in range(51)]
        for domain in (nested, dotted, wide):
            for search in (lines.search, lines.search_count, lambda domain: lines._read_group(domain, [], ["__count"])):
                with self.assertRaisesRegex(UserError, "from record to record"):
                    search(domain)
        lines.search([("target_id.line_ids", "any", [("target_id.line_ids", "any", [("amount", ">", 0)])])])
        for model in ("revenue.target", "revenue.target.line"):
            with self.assertRaisesRegex(UserError, "Enter at most"):
                self.as_seen_by(self.people["user"], self.env[model]).name_search("x" * 5_000_000)

    def test_html_that_is_not_cleaned_takes_nothing_from_the_context(self):
        attack = "<img src=x onerror=alert(1)>"
        found = 0
        for name in self.models_of_ours():
            for field in self.env[name]._fields.values():
                if field.type != "html" or field.sanitize or self.env[name]._abstract:
                    continue
                found += 1
                records = self.as_("user", self.env[name]).with_context(**{f"default_{field.name}": attack})
                self.assertFalse(records.default_get([field.name]), field)
                self.assertFalse(field.store, "what is stored uncleaned could be written")
                self.assertTrue(field.compute and not field.inverse, field)
                values = records.onchange({}, [], {field.name: {}})["value"]
                self.assertNotIn("onerror", str(values))
                self.assertNotIn("onerror", str(records.new({})[field.name]))
        self.assertGreaterEqual(found, 3)
        target = self.own_target()
        tools = self.as_("user", self.env["revenue.target.tool"]).with_context(default_preview=attack)
        tool = tools.create({"target_id": target.id, "line_id": target.line_ids.id, "preview": attack})
        self.assertNotIn("onerror", str(tool.read(["preview"])))
        tool.write({"preview": attack})
        self.env.invalidate_all()
        self.assertNotIn("onerror", str(tool.web_read({"preview": {}})))

    # ------------------------------------------------------------------
    # Paths
    # ------------------------------------------------------------------

    def test_paths_obey_the_rights_of_what_they_pass(self):
        """Whoever may not read a record does not find out its amount through those that they may read."""
        plan = self.plan()
        self.as_("finance", plan).action_submit()
        amounts = {
            "revenue.target": plan.amount,
            "revenue.target.line": plan._root().amount,
            "revenue.target.cell": plan._root().cell_ids[0].amount,
        }
        hidden = {
            "revenue.target": plan,
            "revenue.target.line": plan._root(),
            "revenue.target.cell": plan._root().cell_ids,
        }
        self.env.flush_all()
        for role in ("user", "manager"):
            for name in amounts:
                records = self.as_(role, self.env[name])
                if not records.has_access("read"):
                    continue
                for path, last in sorted(set(self.paths(name, amounts))):
                    if self.as_(role, hidden[last])._filtered_access("read"):
                        continue
                    self.assertGuessesAreAlike(records, path, amounts[last])

    def paths(self, name, amounts):
        """Paths of up to three steps from a model to an amount of ours, with the model where it stands."""
        steps = {
            model: [
                (field.name, field.comodel_name)
                for field in self.env[model]._fields.values()
                if field.relational and field.comodel_name in amounts and (field.store or field.type == "one2many")
            ]
            for model in amounts
        }
        for length in (1, 2):
            for fields_of in itertools.product(list(itertools.chain(*steps.values())), repeat=length):
                model = name
                for field, comodel in fields_of:
                    if (field, comodel) not in steps[model]:
                        break
                    model = comodel
                else:
                    yield ".".join(field for field, _comodel in fields_of), model

    def assertGuessesAreAlike(self, records, path, amount):
        answers = []
        for guess in (amount, amount + 1.0):
            conditions = [[(f"{path}.amount", operator, guess)] for operator in ("=", "!=", ">=", "<")] + [
                [(f"{path}.amount", "in", [guess])],
                [(f"{path}.amount", "not in", [guess])],
            ]
            nested = [("amount", "=", guess)]
            for step in reversed(path.split(".")):
                nested = [(step, "any", nested)]
            conditions += [nested, ["!", *nested]]
            answers.append([records.search(condition).ids for condition in conditions])
        self.assertEqual(*answers, f"{records.env.user.login}: {records._name}, {path}")
        if "." not in path and records._fields[path].type == "many2one":
            groups = records.formatted_read_group([], [f"{path}.amount"], ["__count"])
            self.assertNotIn(amount, [group[f"{path}.amount"] for group in groups])
        for call in (
            lambda: records.search([], order=f"{path}.amount"),
            lambda: records.formatted_read_group([], [], [f"{path}.amount:sum"]),
        ):
            try:
                call()
            except (UserError, ValueError):
                continue
            self.fail("Odoo has learned to pass here; see that it asks for rights.")

    def test_an_export_reads_only_what_its_reader_may(self):
        plan = self.plan()
        user = self.people["user"]
        user.group_ids |= self.env.ref("base.group_allow_export")
        mine = self.as_("user", self.line(plan, user))
        self.env.flush_all()
        for path in (
            "target_id/amount",
            "parent_id/parent_id/amount",
            "cell_ids/target_id/amount",
            "target_id/line_ids/amount",
        ):
            with self.subTest(path), self.assertRaises(AccessError):
                self.env.invalidate_all()
                # What the state comes from is read by Odoo itself, and then in memory with all the rest.
                mine.export_data(["state", path])
        self.assertTrue(mine.export_data(["state", "amount", "parent_id/amount", "cell_ids/amount"])["datas"])

    def test_a_line_that_is_only_tried_out_names_nothing_hidden(self):
        secret = self.env["product.product"].create({"name": "Secret chair", "company_id": self.other_company.id})
        lines = self.as_("user", self.env["revenue.target.line"])
        spec = {"display_name": {}, "level": {}, "product_id": {}}
        try:
            answer = lines.onchange({"level": "product", "product_id": secret.id}, ["product_id"], spec)
        except UserError:
            return
        self.assertNotIn("Secret", str(answer))
