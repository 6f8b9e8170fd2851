"""What a target can be set for."""

from ...report.facts.measures import MEASURES

# A list, not a method: Odoo checks written values against a list only.
MEASURE_SELECTION = [
    (name, MEASURES[name].label) for name in ("booked", "invoiced", "margin", "quantity", "orders", "new_customers")
]
