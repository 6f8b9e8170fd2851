"""Statistics of the addon in plain Python: arrays and dataclasses in, dataclasses out, nothing of Odoo.

numpy, scipy, pandas and statsmodels are imported inside functions: a worker that never forecasts never loads them.
"""
