"""Targets of one amount become plans with one line."""

from odoo import SUPERUSER_ID, api
from odoo.fields import Domain


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    targets = env["revenue.target"].with_context(active_test=False).search(Domain("line_ids", "=", False))
    targets._make_root()
