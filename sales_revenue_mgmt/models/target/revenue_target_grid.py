"""The plan as a grid: read, edited, and compared with other versions."""

from odoo import api, models
from odoo.tools import formatLang

from .amounts import checked_amount
from .changes import Changes
from .comparison import Comparison
from .first_screen import with_new_target
from .grid import Grid, period_label, tree_of
from .table import PlanTable


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    @api.readonly
    def get_grid(self):
        """Everything that is needed to show and edit the plan.

        :return: ``periods`` (start, end, label, closed), ``lines`` in the order of the tree (id, parent_id, depth, level, name,
            res_id of what it is called after, leaf, start, end, and per period: amounts, locked, open, last_year),
            ``versions`` of the plan that the reader may read (id, name, version, state), ``editable``, ``currency_id``,
            ``decimals``, ``revision`` (another number once anything of the plan has changed)
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return Grid(self).answer()

    def set_cells(self, changes):
        """Change amounts and locks of a draft plan, all or none. An amount of a line with parts is spread over them in
        proportion to what they have; what is locked stays.

        :param list[dict] changes: each with ``line_id``, ``date_start`` (first day of a period; without it, all periods of the
            line together) and ``amount`` (0 or more, in the unit of the measure) or ``locked``, or both; and, if nobody else's
            change is to be overwritten, ``was``: the amount that it replaces
        :return: ``lines``: line id → amounts of its periods as they are now, for all lines that changed; ``before``: changes
            that undo it; ``since`` and ``revision``: of the plan, before and after
        :rtype: dict
        :raises UserError: the plan is not a draft, an amount or a place cannot be, somebody else has changed it; names it
        """
        self.ensure_one()
        self._claim_lines()
        # The trail has it cell by cell; a message on each would bury the talk of people.
        return Changes(self.with_context(mail_notrack=True), changes).apply()

    def remove_lines(self, lines):
        """Remove lines of a draft plan, with all lines below, all or none.

        :param list[dict] lines: each with ``line_id`` and, if nobody else's change is to be lost with it, ``was``: the amount of
            all its periods together
        :rtype: bool
        :raises UserError: the plan is not a draft, a line is not in it, or somebody else has changed it; names it
        """
        self.ensure_one()
        self._claim_lines()
        return Changes(self, lines).lines().unlink()

    @api.readonly
    def get_comparison(self, other_id):
        """This version and another, line by line and period by period.

        :param int other_id: id of another plan, usually another version of this one
        :return: ``periods``: first days; ``lines``: each with ``name``, ``depth``, ``key``, ``here`` and ``there`` (amounts per
            period, ``None`` where a version does not have it); ``plans``: names of both
        :rtype: dict
        """
        self.ensure_one()
        return Comparison(self, other_id).answer()

    def _set_amounts(self, amounts):
        """Give lines new amounts for all their periods together.

        :param dict amounts: line → amount
        """
        self.ensure_one()
        table = PlanTable(self)
        for line, amount in amounts.items():
            table.put(table.leaves(line.id), checked_amount(self, amount, line, to_units=table.to_units), line.id)
        table.save()

    # ------------------------------------------------------------------
    # Tooling
    # ------------------------------------------------------------------

    @api.model
    def get_empty_list_help(self, help_message):
        return with_new_target(self.env, super().get_empty_list_help(help_message))

    def _tree(self):
        """See :func:`tree_of`."""
        self.ensure_one()
        return tree_of(self)

    def _cell_label(self, start):
        """See :func:`period_label`."""
        return period_label(self, start)

    def _counts_whole(self):
        """Whether amounts are counted: orders, customers."""
        self.ensure_one()
        return not self.currency_id and not self._units().decimals

    def _show_amount(self, units):
        """Whole units as the reader writes amounts."""
        return formatLang(
            self.env, self._units().amount(units), digits=self._units().decimals, currency_obj=self.currency_id
        )
