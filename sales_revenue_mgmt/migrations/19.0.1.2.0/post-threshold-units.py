"""Thresholds of approval rules say their unit: money in the currency of the rule's company, else of the main company; a number
where the rule is about what is counted only; shares in percent. The trail says that the upgrade has done it.
"""

from odoo import SUPERUSER_ID, api

from odoo.addons.sales_revenue_mgmt.report.facts.measures import MEASURES

NEW = ("threshold_unit", "currency_id")


def about_counts(rule):
    """Whether the rule's condition leaves nothing but what is counted."""
    for name, operator, value in filter(lambda term: len(term) == 3, rule._parsed_domain()):
        values = value if isinstance(value, (list, tuple)) else [value]
        counted = (
            name == "measure" and values and not any(key not in MEASURES or MEASURES[key].monetary for key in values)
        )
        if operator in ("=", "in") and (counted or (name == "currency_id" and not any(values))):
            return True
    return False


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    rules = env["revenue.approval.rule"].with_context(active_test=False).search([("metric_field_id", "!=", False)])
    after = rules._audit_values()
    before = {
        rule_id: {name: value for name, value in values.items() if name not in NEW} for rule_id, values in after.items()
    }
    rules._audit("changed", before=before, after=after, reason="Upgrade: the threshold says its unit.")
    for rule in rules:
        if rule.threshold_unit == "percent":
            rule.threshold *= 100
        # Of alternatives, one may be about money.
        elif (
            rule.threshold_unit == "money" and "|" not in rule.domain and "!" not in rule.domain and about_counts(rule)
        ):
            rule.threshold_unit = "number"
