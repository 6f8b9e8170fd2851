"""Targets of one amount become plans with one line; what is in force says so on its lines, and since when."""

from odoo import SUPERUSER_ID, api
from odoo.fields import Domain

# The trail knows when.
MOMENTS = """
UPDATE revenue_target target SET {column} = entry.at
  FROM (SELECT res_id, MAX(at) AS at FROM revenue_audit_entry
         WHERE res_model = 'revenue.target' AND event IN %s GROUP BY res_id) entry
 WHERE entry.res_id = target.id AND target.{column} IS NULL AND target.state IN ('posted', 'closed')
"""


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    targets = env["revenue.target"].with_context(active_test=False)
    targets.search(Domain("line_ids", "=", False))._make_root()
    for line in targets.search(Domain("state", "=", "posted")).line_ids:
        line._put({"force_key": line._force_key()})
    env.flush_all()
    for column, events in (("posted_at", ("posted",)), ("ended_at", ("replaced", "closed"))):
        cr.execute(MOMENTS.format(column=column), [events])
    env.invalidate_all()
