"""The one road to an actual: what came of plans and of their lines, in any periods, as their reader may see it."""

from functools import cached_property

from odoo.fields import Domain

from ...analytics.periods import year_before
from ...report.facts.measures import MEASURES
from ...report.facts.scope import Scope
from .questions import DIMENSION, OF_LINES, Question, add_rows, grain_of, groups_of, kind_of, places_of
from .rows import SCOPE

# Digits of a total: people share orders, so that it need not be whole, and sums of floats have a tail.
DIGITS = 6


class Actuals:
    """What the reader of plans may see of their revenue: one statement for all that is alike, however many plans, lines and
    periods are asked for.

    A *window* is a list of periods (first and last day), in order and without gaps.
    """

    def __init__(self, plans):
        # Open to the reader of a line: what its plan is about. The numbers are the reader's own.
        self.plans = plans.sudo()
        self.env, self.facts = plans.env, plans._facts()

    @cached_property
    def branches(self):
        """The plans' companies with all their branches, each with the ids of itself and of all those above it.

        :rtype: dict[int, set[int]]
        """
        # Open to the reader: which companies are branches of which. The revenue of each stays under its own rules.
        # Archived ones count as well: what they sold, they sold.
        companies = (
            self.env["res.company"]
            .sudo()
            .with_context(active_test=False)
            .search([("id", "child_of", self.plans.company_id._origin.ids)])
        )
        return {company.id: {int(part) for part in company.parent_path.split("/") if part} for company in companies}

    # ------------------------------------------------------------------
    # What can be asked
    # ------------------------------------------------------------------

    def of_plans(self):
        """
        :return: id of each plan, also of one that is not saved → what came of it in its own period
        :rtype: dict
        """
        questions = [self._question_of_plan(plan) for plan in self.plans]
        return self._totals([(question.plan_dates, question) for question in questions])

    def of_lines(self, lines, period_of=None):
        """
        :param lines: of these plans
        :param dict period_of: plan → first and last day; the plan's own, unless said. Lines of other plans have no answer
        :return: id of each line → what came of it in this period
        :rtype: dict[int, float]
        """
        asked = []
        for plan, own in lines.sudo().grouped("target_id").items():
            period = period_of.get(plan) if period_of is not None else (plan.date_start, plan.date_end)
            if plan and period:
                asked += [(period, self._question_of_line(line, plan)) for line in own]
        return self._totals(asked)

    def by_period(self, windows, lines=None):
        """What came of the lines of the one plan, in each period.

        :param list windows: of lists of periods
        :param lines: some of the plan's; all, unless said
        :return: for each window: line id → amount per period, in whole units of the measure
        :rtype: list[dict[int, list[float]]]
        """
        plan, decimals = self.plans, self.plans._units().decimals
        lines = plan._tree() if lines is None else lines
        questions = [self._question_of_line(line, plan) for line in lines]
        (answers,) = self._answers(plan.measure, [(windows, questions)])
        return [
            {key: [round(value, decimals) for value in values] for key, values in answer.items()} for answer in answers
        ]

    def scope_of(self, record, date_from, date_to):
        """What a plan, or a line of one, is about.

        :param record: one of the plans, or a line
        :rtype: Scope
        """
        is_line, record = record._name == "revenue.target.line", record.sudo()
        question = self._question_of_line(record, record.target_id) if is_line else self._question_of_plan(record)
        return self._scope([question], [(date_from, date_to)])

    def documents(self, record, name):
        """The action that opens the documents behind the actual of one of the plans, or of a line.

        :param str name: of the window
        :rtype: dict
        """
        record = record.sudo()
        scope = self.scope_of(record, record.date_start, record.date_end)
        return {**self.facts.drill_down_action(record.measure, scope), "name": name}

    @staticmethod
    def _question_of_plan(plan):
        names = [name for name in SCOPE if name in plan._fields]
        scope = {name: plan[name]._origin.id for name in names if plan[name]._origin}
        dates = plan.date_start, plan.date_end
        return Question(plan.id, plan.measure, scope, dates, dates)

    @staticmethod
    def _question_of_line(line, plan):
        scope = {name: line[name]._origin.id for name in SCOPE if line[name]._origin}
        plan_dates = plan.date_start, plan.date_end
        return Question(line._origin.id, plan.measure, scope, (line.date_start, line.date_end), plan_dates)

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    def _totals(self, asked):
        """
        :param list asked: of (period, question)
        :return: key of the question → amount
        """
        by_measure, found = {}, {}
        for period, question in asked:
            by_measure.setdefault(question.measure, {}).setdefault(period, []).append(question)
        for measure, by_period in by_measure.items():
            batches = [([[period]], questions) for period, questions in by_period.items()]
            for (answer,) in self._answers(measure, batches):
                found.update((key, round(amount, DIGITS)) for key, (amount,) in answer.items())
        return found

    def _answers(self, measure, batches):
        """
        :param list batches: of (windows, questions)
        :return: for each batch, for each of its windows: key of the question → amount per period
        :rtype: list[list[dict]]
        """
        answers = [
            [{question.key: [0.0] * len(window) for question in questions} for window in windows]
            for windows, questions in batches
        ]
        counted = MEASURES[measure].aggregate.startswith("documents")
        group_of = groups_of([question for _windows, questions in batches for question in questions], counted)
        for group in dict.fromkeys(group_of.values()):
            of_group = [
                (windows, [question for question in questions if group_of[kind_of(question, counted)] == group])
                for windows, questions in batches
            ]
            self._answer_group(measure, counted, of_group, answers)
        return answers

    def _answer_group(self, measure, counted, batches, answers):
        """Ask for all windows of questions of one group with one statement, and add its rows to the answers."""
        questions = [question for _windows, own in batches for question in own]
        named = {name for question in questions for name in question.scope}
        names = [name for name in SCOPE if name in named and not (counted and name in OF_LINES)]
        grain = grain_of(batches)
        asked = [
            (window, own, answer)
            for (windows, own), found in zip(batches, answers, strict=True)
            if own
            for window, answer in zip(windows, found, strict=True)
        ]
        rows_of = self.facts.query_scopes(
            [measure],
            [*(DIMENSION[name][0] for name in names), *([grain] if grain else [])],
            [self._scope(own, window) for window, own, _answer in asked],
        )
        above = self._above(names, questions)
        for (window, own, answer), rows in zip(asked, rows_of, strict=True):
            places = places_of(own, names, window, answer)
            add_rows(rows, measure, grain, window, places, above)

    def _scope(self, questions, window):
        """The smallest scope that holds what these questions are about."""
        own = {question.scope["company_id"] for question in questions}
        selectors = {
            selector: tuple({question.scope[name] for question in questions})
            for name, (_dimension, selector) in DIMENSION.items()
            # One line without a team wants all teams.
            if name != "company_id" and all(name in question.scope for question in questions)
        }
        companies = tuple(company for company, above in self.branches.items() if above & own)
        return Scope(date_from=window[0][0], date_to=window[-1][1], companies=companies, **selectors)

    def _above(self, names, questions):
        """Field → record id → ids of itself and of all above it that questions name.

        :rtype: dict[str, dict[int, set[int]]]
        """
        named = {name: {question.scope.get(name) for question in questions} - {None} for name in names}
        above = {"company_id": {company: parents & named["company_id"] for company, parents in self.branches.items()}}
        if "category_id" in names:
            below = self.env["product.category"].sudo().search(Domain("id", "child_of", list(named["category_id"])))
            above["category_id"] = {
                category.id: {int(part) for part in category.parent_path.split("/") if part} & named["category_id"]
                for category in below
            }
        return above


def last_year(plan, periods):
    """The same periods a year earlier, see :func:`year_before`.

    :rtype: list[tuple[datetime.date, datetime.date]]
    """
    return year_before(periods, by_weeks=plan.cadence == "week")
