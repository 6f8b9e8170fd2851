"""Two versions of a plan side by side."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .rows import PlanRows

# The largest number that PostgreSQL takes for an id.
MAX_ID = 2**31 - 1


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    @api.readonly
    def get_comparison(self, other_id):
        """This version and another, line by line and period by period.

        :param int other_id: id of another plan, usually another version of this one
        :return: ``periods``: first days; ``lines``: each with ``name``, ``depth``, ``key``, ``here`` and ``there`` (amounts per
            period, ``None`` where a version does not have it); ``plans``: names of both
        :rtype: dict
        """
        self.ensure_one()
        # Anything else would be an error of the database.
        other = self.browse(other_id if type(other_id) is int and 0 < other_id <= MAX_ID else ()).exists()
        if not other or other == self:
            raise UserError(self.env._("Compare with: choose another version."))
        (self | other).check_access("read")
        if other.measure != self.measure:
            raise UserError(self.env._("Compare with: %(plan)s has another measure.", plan=other.display_name))
        here, there = ({line._scope_key(): line for line in plan.sudo()._tree()} for plan in (self, other))
        cells_of = PlanRows(self | other).cells
        starts = sorted({cell.date_start for cells in cells_of.values() for cell in cells})
        rows = []
        for key in [*here, *(key for key in there if key not in here)]:
            line = here.get(key) or there[key]
            amounts = []
            for side in (here, there):
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
            "plans": [self.display_name, other.display_name],
            "currency_id": self.currency_id.id,
            "decimals": self._decimals(),
        }
