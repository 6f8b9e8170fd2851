"""Field types of this addon."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import sql


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


class KnownMany2one(fields.Many2one):
    """A reference that cannot dangle, because something else in the same table or in the trail holds what it refers to.
    PostgreSQL would look it up for every row that is written, which takes most of the time of writing many.
    """

    def update_db_foreign_key(self, model, column):
        comodel = model.env[self.comodel_name]
        for name in sql.get_foreign_keys(
            model.env.cr, model._table, self.name, comodel._table, "id", self.ondelete or "set null"
        ):
            sql.drop_constraint(model.env.cr, model._table, name)


class TransactionId(fields.Char):
    """The id of a database transaction (PostgreSQL's ``xid8``), as text of decimal digits. It sorts as a number.

    Written by SQL only.
    """

    _column_type = ("xid8", "xid8")
    falsy_value = None
    is_text = False

    def convert_to_column(self, value, record, values=None, validate=True):
        value = super().convert_to_column(value, record, values, validate)
        if value is not None and not (value.isascii() and value.isdigit() and int(value) < 1 << 64):
            raise UserError(record.env._("Transaction: %(value)s is no number of a transaction.", value=value))
        return value


def ratio(numerator, denominator):
    """The quotient, or ``None`` where there is none.

    :rtype: float | None
    """
    return numerator / denominator if denominator else None
