"""Facts have the record rules of what they come from."""

from odoo import api, models
from odoo.fields import Domain


class _NotOfFacts(Exception):
    """A rule asks for a field that facts do not have."""


def _translate(domain, fact, prefix):
    """A domain on source lines (prefix ``line.``) or documents (no prefix) as a domain on facts.

    :raises _NotOfFacts: a field has no equal
    """

    def condition(item):
        name, _dot, rest = item.field_expr.partition(".")
        if prefix and name == fact.link:
            if rest:
                return _translate(Domain(rest, item.operator, item.value), fact, "")
            if item.operator in ("any", "any!") and isinstance(item.value, Domain):
                return _translate(item.value, fact, "")
            if item.operator in ("not any", "not any!") and isinstance(item.value, Domain):
                return ~_translate(item.value, fact, "")
        if not rest and prefix + name in fact.fixed and item.operator in ("=", "in", "!=", "not in"):
            values = {item.value} if isinstance(item.value, str) else set(item.value or ())
            own = set(fact.fixed[prefix + name])
            if own <= values or not own & values:
                return Domain(own <= values) if item.operator in ("=", "in") else ~Domain(own <= values)
        if prefix + name not in fact.fields:
            raise _NotOfFacts(prefix + name)
        return Domain(".".join(filter(None, (fact.fields[prefix + name], rest))), item.operator, item.value)

    return domain.map_conditions(condition)


class RevenueFact(models.AbstractModel):
    # One file for each question that a fact answers.
    _inherit = "revenue.fact"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _rules_ask_for_shared(self):
        """Whether the reader's rules let through what is shared with the reader, beside other things."""
        rules = self.env["ir.rule"]._compute_domain(self._name, "read")
        return any(condition.field_expr == "shared" for condition in rules.iter_conditions())

    @api.model
    def _source_rules(self, mode):
        """The record rules of the source lines and of their documents, as a domain on facts. A rule that asks for what a
        fact does not hold is answered by the sources.

        :rtype: Domain
        """
        fact, rules = self._fact, self.env["ir.rule"]
        try:
            return _translate(rules._compute_domain(fact.line, mode), fact, "line.") & _translate(
                rules._compute_domain(fact.document, mode), fact, ""
            )
        except _NotOfFacts:
            lines = self.env[fact.line]._search(Domain(fact.link, "any", Domain.TRUE))
            documents = self.env[fact.document]._search(Domain.TRUE)
            return Domain("id", "in", lines) & Domain(fact.link, "in", documents)
