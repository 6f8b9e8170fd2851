"""Statistics of the addon in plain Python: arrays and dataclasses in, dataclasses out, nothing of Odoo.

numpy and scipy are imported inside functions: a worker that never forecasts never loads them.
"""
