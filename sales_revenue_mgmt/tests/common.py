"""People, teams and orders for tests: everybody has the least rights that the test needs."""

from datetime import datetime

import freezegun

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.models import MetaModel
from odoo.orm.model_classes import add_to_registry
from odoo.tests import TransactionCase, new_test_user

# Freezing looks into every attribute of every module; these have hundreds of thousands, and nothing in them tells the time.
freezegun.configure(extend_ignore_list=["matplotlib", "numpy", "pandas", "patsy", "scipy", "statsmodels"])

ROLES = ("user", "manager", "finance", "auditor", "admin")


class _Undo(Exception):
    pass


class RevenueCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, no_reset_password=True))
        cls._before_people()
        cls.company = cls.env["res.company"].create({"name": "Northwind", "revenue_tz": "UTC"})
        cls.branch = cls.env["res.company"].create(
            {"name": "Northwind Coast", "parent_id": cls.company.id, "revenue_tz": "UTC"}
        )
        cls.other_company = cls.env["res.company"].create({"name": "Southwind", "revenue_tz": "UTC"})
        cls.companies = cls.company | cls.branch | cls.other_company
        cls.env.user.company_ids |= cls.companies
        # The superuser works in the new company, with its branch in view.
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=(cls.company | cls.branch).ids))
        cls.people = {role: cls._person(role, f"revenue_group_{role}") for role in ROLES}
        cls.colleague = cls._person("colleague", "revenue_group_user")
        cls.controller = cls._person("controller", "revenue_group_finance")
        cls.deputy = cls._person("deputy", "revenue_group_manager")
        cls.stranger = cls._person("stranger", "revenue_group_user")
        cls.team = cls._team("Blue", cls.people["manager"], cls.people["user"] | cls.colleague)
        cls.other_team = cls._team("Red", cls.env["res.users"], cls.stranger)
        cls.customer, cls.other_customer = cls.env["res.partner"].create([{"name": "Ann"}, {"name": "Bob"}])
        cls.category = cls.env["product.category"].create({"name": "Chairs"})
        cls.product = cls.env["product.product"].create(
            {
                "name": "Chair",
                "type": "consu",
                "list_price": 100.0,
                "standard_price": 60.0,
                "invoice_policy": "order",
                "categ_id": cls.category.id,
                "taxes_id": [Command.clear()],
            }
        )
        cls.product.with_company(cls.branch).standard_price = 60.0

    @classmethod
    def _before_people(cls):
        """For models that exist in tests only."""

    @classmethod
    def _person(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=f"revenue_{login}",
            groups=f"sales_revenue_mgmt.{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            tz="UTC",
        )

    @classmethod
    def _team(cls, name, leader, members, company=None):
        return cls.env["crm.team"].create(
            {
                "name": name,
                "company_id": (company or cls.company).id,
                "user_id": leader.id,
                "member_ids": [Command.set(members.ids)],
            }
        )

    @classmethod
    def order(cls, day, quantity=1.0, price=100.0, confirm=True, **values):
        """A confirmed order of chairs at a moment (``YYYY-MM-DD`` or with a time, UTC)."""
        company = values.pop("company", cls.company)
        moment = fields.Datetime.to_datetime(day)
        lines = values.pop("lines", None) or [
            {
                "product_id": cls.product.id,
                "product_uom_qty": quantity,
                "price_unit": price,
                "tax_ids": [Command.clear()],
            }
        ]
        order = (
            cls.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "company_id": company.id,
                    "partner_id": cls.customer.id,
                    "team_id": cls.team.id,
                    "user_id": cls.people["user"].id,
                    "order_line": [Command.create(line) for line in lines],
                    **values,
                }
            )
        )
        if confirm:
            order.action_confirm()
            # Confirming sets the date to now.
            order.date_order = moment
        assert isinstance(moment, datetime)
        return order

    @classmethod
    def _portal_user(cls):
        return cls.env["res.users"].create(
            {
                "name": "Pat",
                "login": "revenue_portal",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )

    def related_to(self, person, relation):
        """Values of a target that stands in a relation to a person; those of the role matrices."""
        return {
            "own": {"user_id": person.id},
            "mate": {"team_id": self.team.id, "user_id": self.colleague.id},
            "team": {"team_id": self.team.id},
            "other_team": {"team_id": self.other_team.id},
            "company": {},
            "branch": {"company_id": self.branch.id},
            "other_company": {"company_id": self.other_company.id},
        }[relation]

    def refusal(self, attempt, error=UserError):
        """The error with which an attempt is refused, ``None`` where it is possible; what it does is undone."""
        try:
            with self.env.cr.savepoint():
                attempt()
                self.env.flush_all()
                raise _Undo
        except _Undo:
            return None
        except error as refused:
            return refused
        finally:
            self.env.invalidate_all()

    def as_seen_by(self, person, records):
        """The records in the environment of a person who has all their companies ticked."""
        return records.with_user(person).with_context(allowed_company_ids=person.company_ids.ids)

    def as_(self, role, records):
        """The records as seen by the person of a role."""
        return self.as_seen_by(self.people[role], records)

    def steps(self, target, state=None):
        steps = target.sudo().approval_step_ids.filtered(lambda step: step.submission == target.sudo().submission)
        return steps.filtered(lambda step: step.state == state) if state else steps

    def events(self, target):
        entries = self.env["revenue.audit.entry"].search(
            [("res_model", "=", target._name), ("res_id", "=", target.id)], order="sequence"
        )
        return entries.mapped("event")

    def assertIntact(self):
        """The whole trail verifies."""
        self.assertEqual(self.env["revenue.audit.seal"].verify()["problems"], [])


class FakeModels:
    """Models that exist in tests only; inherit it before a test case, and say in ``fake_models`` which.

    What odoo-test-helper's ``FakeModelLoader`` does, for the registry of Odoo 19, which it does not know yet: 2.1.3 needs
    ``MetaModel.module_to_models`` and cannot be imported.
    """

    @classmethod
    def fake_models(cls):
        """The definitions of the models, imported for the first time or again; those that others refer to come first."""
        raise NotImplementedError

    @classmethod
    def _before_people(cls):
        """Put the models into the registry, with their tables and rights like those of our own; they go with the test class."""
        models = cls.fake_models()
        names = [model._name for model in models]
        known = MetaModel._module_to_models__["sales_revenue_mgmt"]
        for model in models:
            # Importing has put them there: the addon has nothing of them.
            if model in known:
                known.remove(model)
            add_to_registry(cls.registry, model)
        cls.addClassCleanup(cls.registry._setup_models__, cls.cr, [])
        for name in names:
            cls.addClassCleanup(cls.registry.__delitem__, name)
        cls.registry._setup_models__(cls.cr, names)
        # The tables go with the transaction.
        cls.registry.init_models(cls.cr, names, {"module": "sales_revenue_mgmt"})
        changing = dict.fromkeys(("perm_read", "perm_write", "perm_create", "perm_unlink"), True)
        cls.env["ir.model.access"].create(
            [
                {
                    "name": f"{name} {role}",
                    "model_id": cls.env["ir.model"]._get_id(name),
                    "group_id": cls.env.ref(f"sales_revenue_mgmt.revenue_group_{role}").id,
                    **(changing if role != "auditor" else {"perm_read": True}),
                }
                for name in names
                if not cls.registry[name]._abstract
                for role in ("user", "finance", "auditor")
            ]
        )
