"""Who may take which step of whose document: the role table for the workflow, executable, for the documents of any area."""

from functools import partial

# s(ubmit) a(pprove) r(eject) e(scalate) p(ost) c(lose) x (cancel) d (reset to draft) v (revise), where the document is in the
# state that the step starts from. Approve and reject: as one who is not on the route, except where the rule asks the role.
MATRIX = {
    "user": {
        "own": "sexdv",
        "mate": "",
        "team": "",
        "other_team": "",
        "company": "",
        "branch": "",
        "other_branch": "",
        "other_company": "",
    },
    "manager": {
        "own": "sexdv",
        "mate": "sarexdv",
        "team": "sarexdv",
        "other_team": "",
        "company": "",
        "branch": "",
        "other_branch": "sarexdv",
        "other_company": "",
    },
    "finance": {
        "own": "sepcxdv",
        "mate": "spcxdv",
        "team": "spcxdv",
        "other_team": "sarepcxdv",
        "company": "sarepcxdv",
        "branch": "",
        "other_branch": "",
        "other_company": "",
    },
    "auditor": dict.fromkeys(
        ("own", "mate", "team", "other_team", "company", "branch", "other_branch", "other_company"), ""
    ),
    "admin": dict.fromkeys(
        ("own", "mate", "team", "other_team", "company", "branch", "other_branch", "other_company"), ""
    ),
}
STEPS = {
    "s": ("draft", "action_submit", ()),
    "a": ("submitted", "action_approve", ()),
    "r": ("submitted", "action_reject", ("why",)),
    "e": ("submitted", "action_escalate", ("why",)),
    "p": ("approved", "action_post", ()),
    "c": ("posted", "action_close", ()),
    "x": ("approved", "action_cancel", ("why",)),
    "d": ("approved", "action_reset", ()),
    "v": ("posted", "action_revise", ()),
}


class StepsContract:
    """Inherit it before a :class:`RevenueCase`, and say ``model`` and ``values`` as for a ``DocumentContract``."""

    # As in ``contracts.py``.
    allow_inherited_tests_method = True
    model = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A branch that the manager manages, and works in.
        cls.managed = cls.env["res.company"].create(
            {"name": "Northwind Hills", "parent_id": cls.company.id, "revenue_manager_id": cls.people["manager"].id}
        )
        cls.people["manager"].company_ids |= cls.managed
        # Somebody everywhere, who makes and decides what the role under test did not.
        cls.maker = cls._person("maker", "revenue_group_finance")
        cls.decider = cls._person("decider", "revenue_group_finance")
        companies = cls.company | cls.branch | cls.managed | cls.other_company
        (cls.maker | cls.decider | cls.deputy).company_ids |= companies
        # Whoever leads is asked for teams and persons; the manager of the branch elsewhere.
        cls.env["revenue.approval.rule"].search([]).active = False
        rules = cls.env["revenue.approval.rule"]
        base = {"model_id": cls.env["ir.model"]._get_id(cls.model), "approver_type": "leader"}
        finance = cls.people["finance"] | cls.decider
        rules.create(
            {**base, "name": "Leader", "domain": "[('team_id', '!=', False), ('team_id.user_id', '!=', False)]"}
        )
        rules.create(
            {
                **base,
                "name": "Branch",
                "domain": f"[('company_id', '=', {cls.managed.id})]",
                "approver_type": "users",
                "approver_ids": (cls.people["manager"] | cls.decider).ids,
                "escalation_user_ids": cls.deputy.ids,
            }
        )
        rules.create(
            {
                **base,
                "name": "Finance",
                "domain": f"""['|', ('team_id', '=', False), ('team_id.user_id', '=', False), ('user_id', '=', False),
                    ('company_id', '!=', {cls.managed.id})]""",
                "approver_type": "users",
                "approver_ids": finance.ids,
            }
        )
        rules.create(
            {
                **base,
                "name": "Own",
                "domain": "[('team_id', '=', False), ('user_id', '!=', False)]",
                "approver_type": "users",
                "approver_ids": (cls.decider | cls.deputy).ids,
            }
        )

    def related_to(self, person, relation):
        if relation == "other_branch":
            return {"company_id": self.managed.id}
        return super().related_to(person, relation)

    def values(self, number):
        raise NotImplementedError

    def prepared(self, state, values):
        """A document in a state, brought there by people who are not under test."""
        document = self.as_seen_by(self.maker, self.env[self.model]).create(values)
        if state == "draft":
            return document
        document.action_submit()
        if state == "submitted":
            return document
        step = self.steps(document)
        approver = step.approver_ids - self.people["finance"] - self.people["manager"] or step.approver_ids
        self.as_seen_by(approver[0], document).action_approve()
        if state == "posted":
            self.as_seen_by(self.decider, document).action_post()
        return document

    def test_contract_who_takes_which_step(self):
        documents = {}
        for role, relations in MATRIX.items():
            person = self.people[role]
            for relation, expected in relations.items():
                found, sentences = "", []
                for letter, (state, action, arguments) in STEPS.items():
                    # One document for all roles, but for what is a person's own.
                    key = state, relation, person if relation == "own" else None
                    if key not in documents:
                        values = {"company_id": self.company.id, **self.related_to(person, relation)}
                        documents[key] = self.prepared(state, {**self.values(len(documents)), **values})
                    document = documents[key]
                    step = getattr(self.as_seen_by(person, document), action)
                    refusal = self.refusal(partial(step, *arguments))
                    self.assertEqual(document.state, state)
                    if refusal:
                        sentences.append(f"{letter}: {refusal}")
                    else:
                        found += letter
                self.assertEqual(found, expected, "\n".join([f"{role} on {relation}", *sentences]))
