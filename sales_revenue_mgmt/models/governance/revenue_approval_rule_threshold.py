"""The threshold of a rule: money in a currency, a percentage, or a number; each is compared only with its like."""

import operator
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import formatLang

from ...analytics.periods import local_day
from ...report.facts.fields import Ratio

COMPARISONS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


class RevenueApprovalRule(models.Model):
    # The rule, its route, threshold and words: one file each.
    _inherit = "revenue.approval.rule"  # pylint: disable=consider-merging-classes-inherited

    threshold_unit = fields.Selection(
        [("money", "Money"), ("percent", "Percent"), ("number", "Number")],
        "Threshold Is",
        compute="_compute_threshold_unit",
        store=True,
        precompute=True,
        readonly=False,
        help="Money: in the currency beside it; documents in other currencies are converted at the rate of the day. Percent: 15 "
        "is 15 %, for metrics that are shares. Number: what is counted. A threshold of money does not fit what is counted, and "
        "the reverse.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        readonly=False,
        ondelete="restrict",
        help="Of the threshold.",
    )

    @api.depends("metric_field_id")
    def _compute_threshold_unit(self):
        for rule in self:
            field = rule._metric_field()
            if field is None:
                rule.threshold_unit = False
            elif field.type == "monetary":
                rule.threshold_unit = "money"
            else:
                rule.threshold_unit = "percent" if isinstance(field, Ratio) else "number"

    @api.depends("threshold_unit")
    def _compute_currency_id(self):
        for rule in self:
            money = rule.threshold_unit == "money"
            rule.currency_id = (
                (rule.currency_id or rule.company_id.currency_id or self.env.company.currency_id) if money else False
            )

    @api.constrains("threshold_unit", "metric_field_id")
    def _check_threshold_unit(self):
        types = {"money": ("monetary",), "percent": ("float",), "number": ("monetary", "float", "integer")}
        for rule in self:
            field = rule._metric_field()
            if field is None:
                continue
            if field.type not in types.get(rule.threshold_unit, ()):
                raise ValidationError(
                    self.env._(
                        "Threshold Is: %(unit)s does not fit %(metric)s. Money fits amounts of money, percent fits shares, "
                        "number fits what is counted.",
                        unit=rule._unit_label() or self.env._("nothing"),
                        metric=rule.metric_field_id.field_description,
                    )
                )

    # By itself: while an upgrade computes the unit, there is no currency yet.
    @api.constrains("currency_id")
    def _check_currency(self):
        if any(rule.threshold_unit == "money" and not rule.currency_id for rule in self):
            raise ValidationError(self.env._("Currency: say which currency the threshold is in."))

    def _metric_field(self):
        """The document's field that the rule compares, ``None`` where there is none.

        :rtype: odoo.fields.Field | None
        """
        metric = self.metric_field_id.sudo()
        return self.env[metric.model]._fields.get(metric.name) if metric and metric.model in self.env else None

    def _unit_label(self):
        return dict(self._fields["threshold_unit"]._description_selection(self.env)).get(self.threshold_unit)

    # ------------------------------------------------------------------
    # Comparing
    # ------------------------------------------------------------------

    def _compare(self, document):
        """
        :return: whether the rule is about the document, and a sentence why or why not
        :rtype: tuple[bool, str]
        """
        field = self._metric_field()
        label, value = self.metric_field_id.field_description, document[field.name]
        if value is None or value is False:
            return False, self.env._("%(metric)s has no value.", metric=label)
        currency = document[field.get_currency_field(document)] if field.type == "monetary" else None
        if self.threshold_unit == "money":
            if not currency:
                return False, self.env._(
                    "%(metric)s is a number in this document; the rule is about money.", metric=label
                )
            return self._compare_money(document, label, value, currency)
        if currency:
            return False, self.env._("%(metric)s is money in this document; the rule is about a number.", metric=label)
        if self.threshold_unit == "percent":
            # As many digits as a threshold has, and some; 0.29 is 29 %, not 28.999999999999996 %.
            value = round(value * 100, 8)
        fits = COMPARISONS[self.metric_operator](value, self.threshold)
        return fits, self._compared_words(fits, label, self._number_words(value), self._number_words(self.threshold))

    def _compare_money(self, document, label, value, currency):
        company = document._audit_company()
        threshold = self._money_words(self.threshold, self.currency_id)
        if currency == self.currency_id:
            fits = COMPARISONS[self.metric_operator](value, self.threshold)
            return fits, self._compared_words(fits, label, self._money_words(value, currency), threshold)
        for missing in currency | self.currency_id:
            if not self._has_rate(missing, company):
                # Not comparable: nothing may pass for that, so a rule that asks does, and one that lets pass does not.
                return not self.auto_approve, self.env._(
                    "%(metric)s %(value)s cannot be compared with %(threshold)s: %(company)s has no rate of %(currency)s. Enter "
                    "one, or give the rule another currency.",
                    metric=label,
                    value=self._money_words(value, currency),
                    threshold=threshold,
                    company=company.name,
                    currency=missing.name,
                )
        day = local_day(fields.Datetime.now(), company.revenue_tz)
        converted = currency._convert(value, self.currency_id, company, day)
        fits = COMPARISONS[self.metric_operator](converted, self.threshold)
        value = self.env._(
            "%(value)s (%(converted)s at the rate of %(day)s)",
            value=self._money_words(value, currency),
            converted=self._money_words(converted, self.currency_id),
            day=day,
        )
        return fits, self._compared_words(fits, label, value, threshold)

    @staticmethod
    def _has_rate(currency, company):
        """Whether a currency can be converted in a company. Odoo takes 1 where it has no rate; that is right for the company's
        own currency only.

        :rtype: bool
        """
        root = company.root_id
        return currency == root.currency_id or any(
            not rate.company_id or rate.company_id == root for rate in currency.rate_ids
        )

    def _compared_words(self, fits, label, value, threshold):
        words = dict(self._fields["metric_operator"]._description_selection(self.env))[self.metric_operator]
        sentence = (
            self.env._("%(metric)s %(value)s %(is_above)s %(threshold)s.")
            if fits
            else self.env._("%(metric)s %(value)s: the rule asks only where it %(is_above)s %(threshold)s.")
        )
        return sentence % {"metric": label, "value": value, "is_above": words, "threshold": threshold}

    def _money_words(self, amount, currency):
        return formatLang(self.env, amount, currency_obj=currency)

    def _number_words(self, number):
        # As many decimals as it has.
        decimals = max(0, -Decimal(str(round(number, 8))).normalize().as_tuple().exponent)
        words = formatLang(self.env, number, digits=decimals)
        return self.env._("%(number)s %%", number=words) if self.threshold_unit == "percent" else words
