"""What the workbook of a plan says, in the language of who exports it."""

from odoo.tools import format_datetime


class SheetTexts:
    def __init__(self, plan):
        self.plan, self.env = plan, plan.env

    def all(self):
        """What :func:`write_plan` shows.

        :rtype: dict
        """
        plan = self.plan
        scenarios = dict(plan._fields["scenario"]._description_selection(self.env))
        now = format_datetime(self.env, self.env.cr.now(), dt_format="short")
        about = [
            plan._measure_label(),
            plan.currency_id.name,
            scenarios[plan.scenario],
            plan._state_label(),
            self.env._("exported %(moment)s by %(user)s", moment=now, user=self.env.user.name),
        ]
        return {
            "title": plan.display_name,
            "subtitle": " · ".join(part for part in about if part),
            "author": self.env.user.name,
            "sheet": "Plan",
            "line": self.env._("Line"),
            "level": self.env._("Level"),
            "total": self.env._("Total"),
            "last_year": self.env._("Last Year"),
            "difference": self.env._("Difference"),
            "legend": self.env._(
                "Yellow: enter amounts here. Grey: locked, closed, or outside the line's dates. White: computed."
            ),
            **self._input_texts(),
            "help_sheet": "Read me",
            "help_title": self.env._("How to fill in this plan"),
            "help": self._help(),
        }

    def _input_texts(self):
        """What a cell says to whoever fills it in."""
        number = self._number()
        return {
            "input_title": self.env._("Target in %(unit)s", unit=self._unit()),
            "input_message": self.env._("Enter %(number)s. Sums follow by themselves.", number=number),
            "error_title": self.env._("This is no amount"),
            "error_message": self.env._("Enter %(number)s.", number=number),
        }

    def _number(self):
        return (
            self.env._("a whole number, 0 or more") if self.plan._counts_whole() else self.env._("a number, 0 or more")
        )

    def _unit(self):
        return self.plan.currency_id.name or self.plan._measure_label()

    def _help(self):
        """The paragraphs of the second sheet.

        :rtype: list[str]
        """
        return [
            self.env._(
                "Change the yellow cells: one amount per line and period, in %(unit)s. Enter %(number)s. For nothing, enter 0; "
                "do not leave a cell empty. Amounts are rounded to the decimals of the unit when they are imported.",
                unit=self._unit(),
                number=self._number(),
            ),
            self.env._(
                "Lines with parts are sums of the lines below them, and totals are sums of periods. They follow by themselves; "
                "what is entered over them is refused."
            ),
            self.env._(
                "Grey cells are locked, or accounting has closed their period, or the line is not there at that time."
            ),
            self.env._(
                "You may compute in a cell with a formula. Save in your spreadsheet program, so that its result is in the file."
            ),
            self.env._(
                "You may sort rows, and add columns, sheets, or rows with notes. A row with amounts has to be a line of the "
                "plan. Keep the hidden first column, the hidden row and the columns of the periods: they say which line and "
                "period an amount is for."
            ),
            self.env._(
                "Save as an Excel workbook (.xlsx). In Odoo, open the plan and choose Actions → Import Plan from Excel."
            ),
            self.env._(
                "The import first shows what would change. Nothing is changed while a single cell is refused; each refused cell "
                "is listed with its place and the reason."
            ),
            self.env._(
                "Only what you changed is imported. If somebody has changed the same amount in Odoo since you exported the plan, "
                "the cell is refused, and the report says what the amount is now."
            ),
            self.env._("The file belongs to this version of this plan. It cannot be imported into another one."),
        ]
