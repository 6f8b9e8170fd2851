"""Field types of this addon."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import sql


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
