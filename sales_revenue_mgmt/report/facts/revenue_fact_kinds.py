"""The two kinds of revenue."""

from odoo import fields, models

from .sources import FACTS


class RevenueFactBooked(models.Model):
    _name = "revenue.fact.booked"
    _description = "Bookings"
    _inherit = ["revenue.fact"]
    _auto = False
    _fact = FACTS["booked"]

    order_id = fields.Many2one("sale.order", "Sales Order", readonly=True)
    documents = fields.Integer("Orders")


class RevenueFactInvoiced(models.Model):
    _name = "revenue.fact.invoiced"
    _description = "Invoiced Revenue"
    _inherit = ["revenue.fact"]
    _auto = False
    _fact = FACTS["invoiced"]

    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    documents = fields.Integer("Invoices")
    net = fields.Monetary(
        help="Untaxed, of posted customer invoices less credit notes. Sales receipts are not counted."
    )
    refunded = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="What credit notes took back; the net amount is without it.",
    )
