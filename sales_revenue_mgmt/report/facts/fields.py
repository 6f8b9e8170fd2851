"""Fields of numbers."""

from odoo import fields


class Ratio(fields.Float):
    """A float that knows "no value": a ratio whose denominator is zero is neither 0 nor infinite.

    ``None`` assigned is ``False`` read, by Python, RPC and the web client alike; the widget ``revenue_ratio`` shows it
    as a dash. For computed fields.
    """

    def convert_to_cache(self, value, record, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return False if value is None else value

    def convert_to_read(self, value, record, use_display_name=True):
        return value

    def convert_to_export(self, value, record):
        return "" if value is False else value


def ratio(numerator, denominator):
    """The quotient, or ``None`` where there is none.

    :rtype: float | None
    """
    return numerator / denominator if denominator else None
