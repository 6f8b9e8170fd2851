"""What approval rules ask for: the route of a document, when it is submitted and as a preview."""

from dataclasses import dataclass, field

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from .revenue_approval_rule_threshold import COMPARISONS


@dataclass
class PlannedStep:
    """A step that a rule would produce for one document."""

    rule: object
    name: str
    tier: int
    required: int
    approvers: object  # res.users
    escalation: object  # res.users, asked when it is late
    why: str
    metric_value: float | None = None
    # Sentences: who is not asked although the rule names them, and who is asked although it does not
    notes: list = field(default_factory=list)


@dataclass
class Route:
    """The steps of one document, or why it needs none, or why it cannot be decided at all."""

    steps: list = field(default_factory=list)
    why_free: str | None = None
    problems: list = field(default_factory=list)
    # (rule, sentence): why a rule does not ask for anything
    silent: list = field(default_factory=list)


class RevenueApprovalRule(models.Model):
    _inherit = "revenue.approval.rule"

    @api.private
    @api.model
    def _routes(self, documents):
        """What the rules ask for, for documents that are being submitted.

        :param documents: one model, already marked as submitted
        :return: document → :class:`Route`
        :rtype: dict
        :raises UserError: a document cannot be decided by anybody; says what to correct
        """
        routes = self._plan(documents)
        problems = {document: route.problems for document, route in routes.items() if route.problems}
        if problems:
            lines = []
            for document, sentences in list(problems.items())[:5]:
                lines += [f"{document.display_name}: {sentence}" for sentence in sentences]
            raise UserError("\n".join(lines))
        return routes

    @api.private
    @api.model
    def _plan(self, documents, rules=None, submitter=None):
        """What the rules ask for.

        :param documents: documents of one model
        :param rules: these instead of the active rules of the model
        :param submitter: who would submit them, where nobody has yet
        :return: document → :class:`Route`
        :rtype: dict
        """
        # Rules are the administrator's; whoever submits meets all of them, whatever they may read.
        documents = documents.sudo()
        if rules is None:
            rules = self.sudo().search([("model_id.model", "=", documents._name)])
        matching = {rule: rule._matching(documents) for rule in rules}
        involved = documents._involved_users()
        if submitter:
            involved = {record_id: [*user_ids, submitter.id] for record_id, user_ids in involved.items()}
        routes = {}
        for document in documents:
            route = routes[document] = Route()
            free = []
            for rule in rules:
                fits, why = matching[rule][document.id]
                if not fits:
                    route.silent.append((rule, why))
                elif rule.auto_approve:
                    free.append(rule)
                    route.silent.append((rule, why))
                else:
                    rule._plan_step(document, involved[document.id], why, route)
            if not route.steps and not route.problems:
                if free:
                    route.why_free = self.env._("No approval is needed: %(rule)s.", rule=free[0].name)
                else:
                    self.browse()._plan_step(document, involved[document.id], self.env._("No rule fits."), route)
        return routes

    def _matching(self, documents):
        """
        :return: document id → (whether the rule is about it, sentence why or why not)
        :rtype: dict[int, tuple[bool, str]]
        """
        self.ensure_one()
        inside = documents.filtered_domain(self._parsed_domain())
        answer = {}
        for document in documents:
            company = document._audit_company()
            if self.company_id and self.company_id not in company.parent_ids:
                answer[document.id] = False, self.env._("It is about %(company)s.", company=self.company_id.name)
            elif document not in inside:
                answer[document.id] = False, self.env._("The document is not one of those that the rule is about.")
            elif not self.metric_field_id:
                answer[document.id] = True, self.env._("Asked for every such document.")
            else:
                answer[document.id] = self._compare(document)
        return answer

    def _is_worse(self, value, approved):
        """Whether a metric went further in the direction that the rule watches."""
        return COMPARISONS[self.metric_operator[0]](value, approved)

    def _plan_step(self, document, involved, why, route):
        """Add to the route the step that this rule asks for; no rule: that of the default approvers."""
        step = self.env["revenue.approval.step"]
        default_group = self.env.ref(document._approval_default_group)
        name = self.name or self.env._("Default approvers")
        candidates, is_list = self._candidates(document, default_group)
        # In a form that is being edited, people are virtual records.
        candidates = candidates._origin
        company = document._audit_company()
        usable, broken = step._usable(candidates, company)
        required = self.required or 1
        if is_list and len(usable) < required:
            route.problems.append(
                self.env._(
                    "the rule “%(rule)s” needs %(required)s to decide, and has only: %(usable)s. %(broken)s Ask an "
                    "administrator to correct the rule, or those people's roles.",
                    rule=name,
                    required=required,
                    usable=", ".join(usable.mapped("name")) or self.env._("nobody"),
                    broken=" ".join(broken),
                )
            )
            return
        excluded = self.env["res.users"].browse(involved)
        approvers = usable - excluded
        notes = list(broken)
        if usable & excluded:
            names = ", ".join((usable & excluded).mapped("name"))
            notes.append(
                self.env._(
                    "Not asked: %(names)s. Nobody decides on what they created, changed, submitted or own, or on a plan with "
                    "much in their name.",
                    names=names,
                )
            )
        escalation = step._usable(self.escalation_user_ids._origin | self.escalation_group_id.all_user_ids, company)[0]
        escalation = (escalation or step._usable(default_group.all_user_ids, company)[0]) - excluded
        if len(approvers) < required and usable & excluded:
            names = ", ".join((usable & excluded).mapped("name"))
            why = self.env._("%(why)s Not %(names)s: nobody decides on what is their own.", why=why, names=names)
        if len(approvers) < required:
            approvers |= escalation
        if len(approvers) < required:
            approvers |= step._usable(default_group.all_user_ids, company)[0] - excluded
        if instead := approvers - usable:
            names = ", ".join(instead.mapped("name"))
            notes.append(self.env._("Asked instead, since too few are left: %(names)s.", names=names))
        if len(approvers) < required:
            route.problems.append(
                self.env._(
                    "the rule “%(rule)s” needs %(required)s to decide who are not involved; there are: %(names)s. Nobody decides "
                    "on what they created, changed, submitted or own: %(involved)s. Ask an administrator for another approver.",
                    rule=name,
                    required=required,
                    names=", ".join(approvers.mapped("name")) or self.env._("nobody"),
                    involved=", ".join(dict.fromkeys(excluded.sudo().mapped("name"))),
                )
            )
            return
        route.steps.append(
            PlannedStep(
                rule=self,
                name=name,
                tier=self.tier or 1,
                required=required,
                approvers=approvers,
                escalation=escalation,
                why=why,
                metric_value=document[self.metric_field_id.name] if self.metric_field_id else None,
                notes=notes,
            )
        )

    def _candidates(self, document, default_group):
        """Who the rule names for a document.

        :return: users, and whether they are a list that ought to be complete by itself
        :rtype: tuple
        """
        if not self:
            return default_group.all_user_ids, True
        if self.approver_type == "users":
            return self.approver_ids, True
        if self.approver_type == "group":
            return self.approver_group_id.all_user_ids, True
        if self.approver_type == "leader":
            return document._approval_leaders(), False
        if self.approver_type == "branch":
            company = document._audit_company()
            return (company.parent_id or company).revenue_manager_id, False
        return document[self.approver_field_id.name], False

    # ------------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------------

    def _preview(self, document):
        """The route that a document would get, as a table with reasons.

        :param document: one that the reader may read
        :rtype: markupsafe.Markup
        """
        document.check_access("read")
        # The other rules, and this one as it is being edited.
        saved = self.sudo().search([("model_id.model", "=", document._name)])
        rules = [rule for rule in saved if rule != self._origin]
        if self.active:
            rules.append(self.sudo())
        try:
            if self.model in self._document_models():
                self._check_domain()
            submitter = self._preview_submitter(document)
            route = self._plan(document, rules=rules, submitter=submitter)[document.sudo()]
            route.steps.sort(key=lambda step: step.tier)
        except (ValueError, SyntaxError, TypeError, AttributeError, KeyError) as error:
            return Markup("<p class='text-danger'>%s</p>") % error
        values = {"route": route, "this": self.sudo()}
        return self.env["ir.qweb"]._render("sales_revenue_mgmt.revenue_approval_preview", values)

    def _preview_submitter(self, document):
        """Who would submit: who did, else the owner, else who made it."""
        document = document.sudo()
        return document.submitted_by_id or document._owners()[:1] or document.create_uid
