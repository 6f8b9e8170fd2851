"""Rules as lists say them: which documents, who decides, and when it is late, each in one cell."""

from odoo import api, fields, models
from odoo.tools import formatLang


class RevenueApprovalRule(models.Model):
    # The rule, its route, threshold and words: one file each.
    _inherit = "revenue.approval.rule"  # pylint: disable=consider-merging-classes-inherited

    condition_words = fields.Char("Which Documents", compute="_compute_words")
    approver_words = fields.Char("Who Decides", compute="_compute_words")
    late_words = fields.Char("Late After", compute="_compute_words")

    @api.depends(
        "domain",
        "metric_field_id",
        "metric_operator",
        "threshold",
        "threshold_unit",
        "currency_id",
        "auto_approve",
        "approver_type",
        "approver_ids",
        "approver_group_id",
        "approver_field_id",
        "required",
        "hours",
    )
    @api.depends_context("lang")
    def _compute_words(self):
        for rule in self:
            rule.condition_words = rule._condition_words()
            rule.approver_words = rule._approver_words()
            rule.late_words = rule._late_words()

    def _condition_words(self):
        some = (self.domain or "[]").strip() != "[]"
        if not self.metric_field_id:
            return self.env._("Those that fit its condition") if some else self.env._("All")
        values = {
            "metric": self.metric_field_id.field_description,
            "is_above": dict(self._fields["metric_operator"]._description_selection(self.env)).get(
                self.metric_operator
            ),
            "threshold": self._threshold_words(),
        }
        if some:
            return self.env._("%(metric)s %(is_above)s %(threshold)s, of those that fit its condition", **values)
        return self.env._("%(metric)s %(is_above)s %(threshold)s", **values)

    def _threshold_words(self):
        """The threshold with its unit."""
        if self.threshold_unit == "money" and self.currency_id:
            return self._money_words(self.threshold, self.currency_id)
        return self._number_words(self.threshold)

    def _approver_words(self):
        if self.auto_approve:
            return self.env._("Nobody: approved automatically")
        names = {
            "users": ", ".join(self.approver_ids.mapped("name")),
            # Open to the reader of the rule: what a group or a field is called.
            "group": self.approver_group_id.sudo().name,
            "field": self.approver_field_id.sudo().field_description,
        }.get(self.approver_type)
        who = names or dict(self._fields["approver_type"]._description_selection(self.env)).get(self.approver_type)
        if self.approver_type == "field" and names:
            who = self.env._("%(field)s of the document", field=names)
        if self.required > 1:
            return self.env._("%(count)s of: %(names)s", count=self.required, names=who)
        return who

    def _late_words(self):
        if self.auto_approve or not self.hours:
            return self.env._("Never")
        hours = formatLang(self.env, self.hours, digits=0 if self.hours == int(self.hours) else 2)
        return self.env._("%(hours)s working hours", hours=hours)
