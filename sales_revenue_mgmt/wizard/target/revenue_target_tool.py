"""Tools for the amounts of a plan: choose one, see what would come of it, apply it."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...models.target.history import History
from ...models.target.preview import preview_rows, render_preview
from ...models.target.revenue_target_line import LEVELS
from ...models.target.table import PlanTable
from ...models.target.tools import Tools
from ..core.revenue_dialog_previewed import fingerprint


class RevenueTargetTool(models.TransientModel):
    _name = "revenue.target.tool"
    _description = "Plan Tool"
    _inherit = ["revenue.dialog.previewed"]

    target_id = fields.Many2one("revenue.target", "Plan", required=True, readonly=True, ondelete="cascade")
    tool = fields.Selection(
        [
            ("lines", "Add lines from the organisation"),
            ("spread", "Spread over the lines below"),
            ("phase", "Phase over the periods"),
            ("raise", "Raise or lower"),
            ("history", "Copy from last year"),
            ("proposals", "Roll up proposals"),
        ],
        required=True,
        default="spread",
    )
    line_id = fields.Many2one(
        "revenue.target.line",
        "Under",
        required=True,
        domain="[('target_id', '=', target_id)]",
        ondelete="cascade",
        help="The line whose amounts, and those of the lines below it, are changed.",
    )
    level = fields.Selection(
        [
            ("branch", "Branches"),
            ("team", "Sales teams"),
            ("user", "Salespeople"),
            ("category", "Product categories sold last year"),
            ("segment", "Customer industries sold to last year"),
            ("channel", "Channels of last year"),
        ],
        string="Add",
        help="Lines that are added below the lines that may have them.",
    )
    basis = fields.Selection(
        [
            ("equal", "Equal shares"),
            ("last_period", "Shares of the last period"),
            ("last_periods", "Shares of the last periods"),
            ("last_year", "Shares of last year, period by period"),
            ("weights", "Weights"),
        ],
        string="Shares From",
        default="last_year",
    )
    periods = fields.Integer("Number of Periods", default=3)
    phasing = fields.Selection(
        [
            ("equal", "Equal periods"),
            ("working_days", "Working days"),
            ("seasonality", "Seasonality of earlier years"),
        ],
        default="seasonality",
    )
    source = fields.Selection(
        [("actual", "What was sold"), ("plan", "What was planned")], string="Of Last Year", default="actual"
    )
    percent = fields.Float(string="Change (%)", digits=(16, 2), help="5 turns 100 into 105; -5 turns 100 into 95.")
    weight_ids = fields.One2many(
        "revenue.target.tool.weight",
        "tool_id",
        "Weights",
        compute="_compute_weight_ids",
        store=True,
        readonly=False,
        precompute=True,
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("line_id", "basis")
    def _compute_weight_ids(self):
        for wizard in self:
            wizard.weight_ids = [
                Command.clear(),
                *(
                    Command.create({"line_id": line.id, "weight": 1.0})
                    for line in (wizard.line_id.child_ids if wizard.basis == "weights" else ())
                ),
            ]

    @api.constrains("percent", "periods")
    def _check_numbers(self):
        for wizard in self:
            if not -100 <= wizard.percent <= 1000:
                raise UserError(
                    self.env._("Change (%%): %(percent)s is not possible. Enter -100 to 1000.", percent=wizard.percent)
                )
            if not 1 <= wizard.periods <= 60:
                raise UserError(
                    self.env._("Number of Periods: %(number)s is not possible. Enter 1 to 60.", number=wizard.periods)
                )

    # ------------------------------------------------------------------
    # What would come of it
    # ------------------------------------------------------------------

    @api.depends(
        "tool", "line_id", "level", "basis", "periods", "phasing", "source", "percent", "weight_ids.weight", "target_id"
    )
    def _compute_preview(self):
        for wizard in self:
            target, line = wizard.target_id, wizard.line_id
            # Nobody looks into somebody else's plan this way.
            shown = target and line and line.sudo().target_id == target and target.has_access("write")
            wizard.preview, wizard.preview_hash = wizard._preview() if shown else (False, False)

    def _preview(self):
        """
        :return: what would come of it, and the hash of that
        :rtype: tuple[Markup, str]
        """
        if self.tool == "lines":
            found, notes = self._lines_to_add()
            rows = [{"name": name, "depth": 0} for _parent, _level, _record, name in found]
            return render_preview(self.env, rows, notes, adding=True), self._hash_of_lines(found)
        try:
            self._check_numbers()
            table, notes = self._run()
        except UserError as error:
            return render_preview(self.env, [], [str(error)]), fingerprint(self.tool, str(error))
        return self._preview_amounts(table, notes), self._hash_of_amounts(table)

    def _hash_of_lines(self, found):
        added = [(parent.id, level, record.id) for parent, level, record, _name in found]
        return fingerprint(self.tool, self.line_id.id, self.target_id.audit_sequence, added)

    def _hash_of_amounts(self, table):
        (before, _locked), keys = table.before, sorted(table.units)
        amounts = [(*key, before[key], table.units[key], table.locked[key]) for key in keys]
        return fingerprint(self.tool, self.line_id.id, self.target_id.audit_sequence, amounts)

    def _preview_amounts(self, table, notes):
        before, target = table.before[0], self.target_id
        rows = []
        for line in target._tree():
            old, new = (sum(units[line.id, start] for start in table.starts) for units in (before, table.units))
            if old != new:
                rows.append((line.display_name, line._depth(), old, new))
        if rows or before == table.units:
            return render_preview(self.env, preview_rows(target, rows), notes)
        # Each line keeps its amount: what changes are periods.
        rows = [
            (target._cell_label(start), 0, before[self.line_id.id, start], table.units[self.line_id.id, start])
            for start in table.starts
        ]
        if all(old == new for _name, _depth, old, new in rows):
            notes = [
                *notes,
                self.env._("Only lines below change; %(line)s stays as it is.", line=self.line_id.display_name),
            ]
        return render_preview(self.env, preview_rows(target, rows), notes, heading=self.env._("Period"))

    def _run(self):
        """The plan's amounts as the tool would make them, not saved.

        :rtype: tuple[PlanTable, list[str]]
        """
        target = self.target_id
        table = PlanTable(target)
        line = table.lines.get(self.line_id.id)
        if line is None:
            raise UserError(self.env._("Under: %(line)s is no line of this plan.", line=self.line_id.display_name))
        notes = getattr(self, f"_run_{self.tool}")(Tools(table), line)
        table.sums()
        return table, notes

    def _run_spread(self, tools, line):
        history = History(self.target_id)
        if self.basis == "equal":
            weights = {part.id: 1 for part in line.child_ids}
        elif self.basis == "weights":
            weights = {weight.line_id.id: weight.weight for weight in self.weight_ids}
        elif self.basis == "last_year":
            weights = history.sold()
        else:
            count = self.periods if self.basis == "last_periods" else 1
            weights = {line_id: amounts[0] for line_id, amounts in history.sold(count).items()}
        notes = []
        used = [weights.get(part.id, 0) for part in line.child_ids]
        if line.child_ids and not any(max(weight) > 0 if isinstance(weight, list) else weight > 0 for weight in used):
            notes.append(
                self.env._("All weights are 0, so all get the same.")
                if self.basis == "weights"
                else self.env._("Nothing was sold then that you may see, so all lines get the same.")
            )
        return notes + tools.spread(line, weights)

    def _run_phase(self, tools, line):
        history, notes = History(self.target_id), []
        weights = [1] * len(tools.table.starts)
        if self.phasing == "working_days":
            weights = history.working_days()
        elif self.phasing == "seasonality":
            weights, notes = history.seasonality(line)
        return notes + tools.phase(line, weights)

    def _run_raise(self, tools, line):
        return tools.raise_by(line, 1 + self.percent / 100)

    def _run_history(self, tools, line):
        history, factor = History(self.target_id), 1 + self.percent / 100
        if self.source == "plan":
            amounts = history.planned(factor)
            return tools.put(line, amounts, self.env._("no plan was in force a year earlier; it stays."))
        amounts = {line_id: [amount * factor for amount in own] for line_id, own in history.sold().items()}
        return tools.put(line, amounts, self.env._("nothing was sold a year earlier; it stays."))

    def _run_proposals(self, tools, line):
        proposed = History(self.target_id).proposed()
        return tools.put(line, proposed, self.env._("nobody has submitted a plan for it; it stays."))

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------

    def _lines_to_add(self):
        """
        :return: (parent, level, record, name), and sentences
        """
        if not self.level:
            return [], [self.env._("Choose what to add.")]
        target, found = self.target_id, []
        below = self.line_id.sudo().search(Domain("id", "child_of", self.line_id.id))
        own = LEVELS[self.level]
        for parent in target._tree() & below:
            if parent.child_ids and parent.child_ids[0].level != self.level:
                continue
            found += [
                (parent, self.level, record, " / ".join([*self._names_above(parent), record.display_name]))
                for record in self._candidates(parent) - parent.child_ids[own]
            ]
        if not found:
            return [], [self.env._("There is nothing to add that is not in the plan yet.")]
        return found, []

    @staticmethod
    def _names_above(line):
        """What lines are called from below the first line down to this one."""
        path = line.browse(line._path())
        return (path[1:] or path).mapped("display_name")

    def _candidates(self, parent):
        """Records that a line of the level could be made for, below another line."""
        none = self.env[self.env["revenue.target.line"]._fields[LEVELS[self.level]].comodel_name].sudo()
        company = parent.company_id.sudo()
        if self.level == "branch":
            return company.child_ids if parent.level in ("company", "branch") and not parent.team_id else none
        if self.level == "team":
            if parent.level not in ("company", "branch") or parent.team_id:
                return none
            # Teams that all companies share are planned where their people are at home, not wherever these may log in.
            return none.search(
                Domain("company_id", "=", company.id)
                | Domain("company_id", "=", False) & Domain("member_ids.company_id", "=", company.id)
            )
        if self.level == "user":
            if parent.user_id or not parent.team_id or parent.level != "team":
                return none
            return parent.team_id.member_ids.filtered(lambda user: company in user.company_ids)
        if (parent.child_ids and parent.child_ids[0].level != self.level) or parent[LEVELS[self.level]]:
            return none
        if parent != self.line_id:
            return none
        return none.browse(History(self.target_id).sold_in_a_year(parent, LEVELS[self.level]))

    # ------------------------------------------------------------------
    # Applying
    # ------------------------------------------------------------------

    def action_apply(self):
        """Do what the preview has shown, all or nothing; see :meth:`_shown_again` for where it would do something else.

        :rtype: dict
        """
        self.ensure_one()
        target = self.target_id
        target._claim_lines()
        if self.tool == "lines":
            found, notes = self._lines_to_add()
            if again := self._shown_again(self._hash_of_lines(found)):
                return again
            if not found:
                raise UserError(" ".join(notes))
            self.env["revenue.target.line"].create(
                [
                    {"target_id": target.id, "parent_id": parent.id, "level": level, LEVELS[level]: record.id}
                    for parent, level, record, _name in found
                ]
            )
        else:
            with target._lines_audited():
                table, _notes = self._run()
                if again := self._shown_again(self._hash_of_amounts(table)):
                    return again
                table.save()
        return {"type": "ir.actions.act_window_close"}


class RevenueTargetToolWeight(models.TransientModel):
    _name = "revenue.target.tool.weight"
    _description = "Weight of a Line"

    tool_id = fields.Many2one("revenue.target.tool", required=True, ondelete="cascade")
    line_id = fields.Many2one("revenue.target.line", required=True, readonly=True, ondelete="cascade")
    weight = fields.Float(required=True, default=1.0)

    _not_negative = models.Constraint("CHECK (weight >= 0 AND weight < 1e12)", "Weight: enter 0 or more.")
