"""Questions to facts, for tests."""

from datetime import date

from ...report.facts.scope import Scope
from ..common import RevenueCase

MARCH = {"date_from": date(2030, 3, 1), "date_to": date(2030, 3, 31)}
IN_MARCH = [("day", ">=", "2030-03-01"), ("day", "<=", "2030-03-31")]


class FactCase(RevenueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.booked = cls.env["revenue.fact.booked"]
        cls.refresh = cls.env["revenue.fact.refresh"]

    def ask(self, measures, dimensions=(), user=None, **scope):
        """What the facts answer; for March 2030 and the company, where the scope says no other."""
        facts = self.env["revenue.facts"]
        if user:
            facts = self.as_seen_by(user, facts)
        scope = Scope(**{**MARCH, "companies": self.company.ids, **scope})
        return facts.query([measures] if isinstance(measures, str) else measures, list(dimensions), scope)

    def refreshed(self):
        while self.refresh._dirty_count():
            self.refresh._refresh()

    def mine(self):
        return [*IN_MARCH, ("company_id", "in", (self.company | self.branch).ids)]

    def with_accounts(self):
        self.env["account.chart.template"].try_loading("generic_coa", self.company, install_demo=False)

    def sql_of(self, action, table):
        """What statements on a table an action makes."""
        statements = []
        execute = type(self.env.cr).execute

        def listen(cursor, query, *args, **kwargs):
            statements.append(getattr(query, "code", query))
            return execute(cursor, query, *args, **kwargs)

        self.patch(type(self.env.cr), "execute", listen)
        action()
        self.patch(type(self.env.cr), "execute", execute)
        return [statement for statement in statements if table in statement]
