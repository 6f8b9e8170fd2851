"""Two versions of a plan side by side."""

from odoo import fields
from odoo.exceptions import UserError

from .rows import PlanRows

# The largest number that PostgreSQL takes for an id.
MAX_ID = 2**31 - 1


class Comparison:
    """A plan and another one, line by line and period by period."""

    def __init__(self, plan, other_id):
        """
        :param plan: one, as its reader has it
        :param int other_id: id of another one of the same measure
        :raises UserError: there is no other one, or it measures something else
        :raises AccessError: the reader may not read both
        """
        # Anything else would be an error of the database.
        other = plan.browse(other_id if type(other_id) is int and 0 < other_id <= MAX_ID else ()).exists()
        if not other or other == plan:
            raise UserError(plan.env._("Compare with: choose another version."))
        (plan | other).check_access("read")
        if other.measure != plan.measure:
            raise UserError(plan.env._("Compare with: %(plan)s has another measure.", plan=other.display_name))
        self.plan, self.other = plan, other

    def answer(self):
        """
        :return: as ``get_comparison`` of a plan describes it
        :rtype: dict
        """
        cells_of = PlanRows(self.plan | self.other).cells
        starts = sorted({cell.date_start for cells in cells_of.values() for cell in cells})
        sides = [{line._scope_key(): line for line in plan.sudo()._tree()} for plan in (self.plan, self.other)]
        here, there = sides
        rows = []
        for key in [*here, *(key for key in there if key not in here)]:
            line = here.get(key) or there[key]
            amounts = []
            for side in sides:
                own = cells_of.get(side[key].id, ()) if key in side else ()
                cells = {cell.date_start: cell.amount for cell in own}
                amounts.append([cells.get(start) for start in starts])
            rows.append(
                {
                    "key": key,
                    "name": line.display_name,
                    "depth": line._depth(),
                    "here": amounts[0],
                    "there": amounts[1],
                }
            )
        return {
            "periods": [fields.Date.to_string(start) for start in starts],
            "lines": rows,
            "plans": [self.plan.display_name, self.other.display_name],
            "currency_id": self.plan.currency_id.id,
            "decimals": self.plan._units().decimals,
        }
