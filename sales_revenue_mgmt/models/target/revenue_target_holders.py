"""Whoever has much of a plan in lines of their own does not decide on it."""

from odoo import models
from odoo.tools import SQL

# Of the topmost lines in a person's name: what stands below them is part of them. Amounts are sums of whole units.
HOLDERS = """
    SELECT line.target_id, line.user_id
      FROM revenue_target_line line
      JOIN revenue_target plan ON plan.id = line.target_id
      JOIN res_company company ON company.id = plan.company_id
      JOIN revenue_target_line root ON root.target_id = line.target_id AND root.parent_id IS NULL
      LEFT JOIN revenue_target_line above ON above.id = line.parent_id
     WHERE line.target_id IN %s AND line.user_id IS NOT NULL AND above.user_id IS DISTINCT FROM line.user_id
     GROUP BY line.target_id, line.user_id, root.amount, company.revenue_owner_share
    HAVING SUM(line.amount) > root.amount * company.revenue_owner_share
"""


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _holders(self):
        holders = super()._holders()
        if self.ids:
            self.env.flush_all()
            for target_id, user_id in self.env.execute_query(SQL(HOLDERS, tuple(self.ids))):
                holders.setdefault(target_id, set()).add(user_id)
        return holders
