"""Orders and invoices by the thousand: rows made after a few that Odoo itself has confirmed, invoiced and credited, in a
savepoint that is rolled back. Only what differs from those is said here.
"""

import json

from odoo import Command
from odoo.tools import SQL

from . import world
from .world_cast import TEAMS

CHANNELS = ("utm.utm_medium_direct", "utm.utm_medium_phone", "utm.utm_medium_email", "utm.utm_medium_website")
LINES = {"product": "product", "payment_term": "receivable"}


def insert(made, orders):
    rows = _Rows(made)
    for number, order in enumerate(orders):
        rows.add(number, order)
    rows.save()


class _Rows:
    def __init__(self, made):
        self.made, self.env, self.cr = made, made.env, made.env.cr
        self.by_seller = [team for team, one in zip(made.teams, TEAMS, strict=True) for _seller in one.sellers]
        self.companies = [made.branches.get(one.branch, made.company) for one in TEAMS for _seller in one.sellers]
        companies = [made.company, *made.branches.values()]
        journals = self.env["account.journal"].create(
            [
                {"name": "Furniture Invoices", "code": f"FI{number}", "type": "sale", "company_id": company.id}
                for number, company in enumerate(companies)
            ]
        )
        self.journals = dict(zip(companies, journals, strict=True))
        self.channels = [self.env.ref(xmlid).id for xmlid in CHANNELS]
        self.models = self._models()
        self.rows = {name: [] for name in ("sale_order", "sale_order_line", "account_move", "account_move_line")}
        self.links, self.numbers = [], {}

    # ------------------------------------------------------------------
    # What Odoo fills
    # ------------------------------------------------------------------

    def _models(self):
        """Kind of row → what Odoo writes into one."""
        made, company = self.made, self.companies[0]
        savepoint = self.cr.savepoint()
        order = self.env(context={**self.env.context, "allowed_company_ids": company.ids})["sale.order"].create(
            [
                {
                    "partner_id": made.customers[-1].id,
                    "team_id": made.teams[0].id,
                    "user_id": made.sellers[0].id,
                    "journal_id": self.journals[company].id,
                    "validity_date": False,
                    "order_line": [
                        Command.create(
                            {"product_id": made.products[0].id, "product_uom_qty": 3, "tax_ids": [Command.clear()]}
                        )
                    ],
                }
                for _fate in range(5)
            ]
        )
        _draft, sent, cancel, opened, billed = order
        sent.action_quotation_sent()
        cancel._action_cancel()
        (opened | billed).action_confirm()
        invoice = billed._create_invoices()
        invoice.action_post()
        found = {"move": invoice}
        found.update(zip(("draft", "sent", "cancel", "sale", "billed"), order, strict=True))
        self.env.flush_all()
        rows = {name: self._row(record) for name, record in found.items()}
        rows.update({f"{name}_line": self._row(record.order_line) for name, record in found.items() if name != "move"})
        rows.update(self._move_lines("move", invoice))
        refund = invoice._reverse_moves()
        refund.action_post()
        # Posting has set it against the invoice; here both stay open.
        (refund | invoice).line_ids.remove_move_reconcile()
        self.env.flush_all()
        rows.update(refund=self._row(refund), **self._move_lines("refund", refund))
        savepoint.close(rollback=True)
        self.env.invalidate_all(flush=False)
        return rows

    def _move_lines(self, name, move):
        return {f"{name}_{LINES[line.display_type]}": self._row(line) for line in move.line_ids}

    def _row(self, record):
        query = SQL("SELECT to_jsonb(t) FROM %s t WHERE id = %s", SQL.identifier(record._table), record.id)
        row = self.env.execute_query(query)[0][0]
        return {name: value for name, value in row.items() if value is not None}

    # ------------------------------------------------------------------
    # One order, with what follows from it
    # ------------------------------------------------------------------

    def _add(self, table, model, **values):
        row = {**self.models[model], **values, "id": len(self.rows[table])}
        self.rows[table].append(row)
        return row

    def add(self, number, order):
        company, seller = self.companies[order.seller], self.made.sellers[order.seller].id
        customer = self.made.customers[order.customer].id
        stamp = world.moment(order.day, number).isoformat()
        model = order.fate if order.fate != "sale" or not order.invoiced else "billed"
        common = {"company_id": company.id, "create_date": stamp, "write_date": stamp}
        head = self._add(
            "sale_order",
            model,
            **common,
            **dict.fromkeys(("partner_id", "partner_invoice_id", "partner_shipping_id"), customer),
            name=f"CF{number + 1:05}",
            date_order=stamp,
            user_id=seller,
            team_id=self.by_seller[order.seller].id,
            medium_id=self.channels[(order.customer + number % 3) % len(self.channels)],
            journal_id=self.journals[company].id,
            pricelist_id=self.made.pricelist.id if order.partner_prices else None,
            amount_untaxed=order.net,
            amount_total=order.net,
            margin=order.margin,
            margin_percent=order.margin / order.net,
        )
        head.pop("access_token", None)
        lines = [
            self._add(
                "sale_order_line",
                f"{model}_line",
                **common,
                **self._priced(line),
                **self._counted(line, model),
                order_id=head["id"],
                order_partner_id=customer,
                salesman_id=seller,
                technical_price_unit=line.pricelist,
                purchase_price=line.cost,
                margin=line.margin,
                margin_percent=line.margin / line.net,
                price_reduce_taxexcl=line.net / line.quantity,
                price_reduce_taxinc=line.net / line.quantity,
            )
            for line in order.lines
        ]
        if model != "billed":
            return
        self._bill(order, head, lines, order.lines, "move", order.invoiced)
        if order.refunded:
            invoice = self.rows["account_move"][-1]["id"]
            self._bill(order, head, lines, order.lines[:1], "refund", order.refunded, reversed_entry_id=invoice)
            first = order.lines[0]
            lines[0].update(
                qty_invoiced=0,
                qty_to_invoice=first.quantity,
                untaxed_amount_invoiced=0,
                untaxed_amount_to_invoice=first.net,
                invoice_status="to invoice",
            )
            head["invoice_status"] = "to invoice"

    def _priced(self, line):
        product = self.made.products[line.product]
        return {
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "name": product.display_name,
            "price_unit": line.price,
            "discount": line.discount,
            "price_subtotal": line.net,
            "price_total": line.net,
            "revenue_list_price": line.listed,
            "revenue_pricelist_price": line.pricelist,
            "revenue_price_captured": True,
            "revenue_discount_origin": line.origin,
        }

    @staticmethod
    def _counted(line, model):
        invoiced = model == "billed"
        due = model == "sale"
        return {
            "product_uom_qty": line.quantity,
            "qty_invoiced": line.quantity if invoiced else 0,
            "qty_to_invoice": line.quantity if due else 0,
            "untaxed_amount_invoiced": line.net if invoiced else 0,
            "untaxed_amount_to_invoice": line.net if due else 0,
        }

    def _bill(self, order, head, order_lines, lines, model, day, **values):
        company = self.made.env["res.company"].browse(head["company_id"])
        journal, sign = self.journals[company], 1 if model == "move" else -1
        prefix = f"{'R' if sign < 0 else ''}{journal.code}/{day.year}/"
        self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        name = f"{prefix}{self.numbers[prefix]:05}"
        net = round(sum(line.net for line in lines), 2)
        stamp = world.moment(day, head["id"]).isoformat()
        partner = self.made.customers[order.customer]
        common = {
            "company_id": company.id,
            "journal_id": journal.id,
            "partner_id": partner.id,
            "date": day.isoformat(),
            "invoice_date": day.isoformat(),
            "create_date": stamp,
            "write_date": stamp,
        }
        move = self._add(
            "account_move",
            model,
            **common,
            **values,
            **dict.fromkeys(("amount_untaxed", "amount_total", "amount_residual"), net),
            **{
                f"amount_{what}_signed": sign * net
                for what in ("untaxed", "untaxed_in_currency", "total", "total_in_currency", "residual")
            },
            name=name,
            payment_reference=name,
            sequence_prefix=prefix,
            sequence_number=self.numbers[prefix],
            commercial_partner_id=partner.commercial_partner_id.id,
            partner_shipping_id=partner.id,
            invoice_partner_display_name=partner.name,
            invoice_user_id=head["user_id"],
            team_id=head["team_id"],
            medium_id=head["medium_id"],
            invoice_date_due=day.isoformat(),
            invoice_origin=head["name"],
            ref=None,
        )
        move.pop("access_token", None)
        common.update(move_id=move["id"], move_name=name, ref=None)
        for line, source in zip(lines, order_lines, strict=False):
            row = self._add(
                "account_move_line",
                f"{model}_product",
                **common,
                **self._priced(line),
                **self._booked(-sign * line.net),
                quantity=line.quantity,
                revenue_unit_cost=line.cost,
            )
            self.links.append((source["id"], row["id"]))
        self._add(
            "account_move_line",
            f"{model}_receivable",
            **common,
            **self._booked(sign * net),
            name=name,
            amount_residual=sign * net,
            amount_residual_currency=sign * net,
            date_maturity=day.isoformat(),
            price_unit=sign * net,
            price_subtotal=sign * net,
            price_total=sign * net,
        )

    @staticmethod
    def _booked(balance):
        return {
            "debit": max(balance, 0),
            "credit": max(-balance, 0),
            "balance": balance,
            "amount_currency": balance,
        }

    # ------------------------------------------------------------------
    # All of them
    # ------------------------------------------------------------------

    def save(self):
        first = {table: self._ids(table, len(rows)) for table, rows in self.rows.items()}
        refers = {
            "sale_order_line": {"order_id": "sale_order"},
            "account_move": {"reversed_entry_id": "account_move"},
            "account_move_line": {"move_id": "account_move"},
        }
        for table, rows in self.rows.items():
            for row in rows:
                row["id"] = first[table][row["id"]]
                for column, other in refers.get(table, {}).items():
                    if row.get(column) is not None:
                        row[column] = first[other][row[column]]
            self._insert(table, rows)
        links = [
            {"order_line_id": first["sale_order_line"][ordered], "invoice_line_id": first["account_move_line"][billed]}
            for ordered, billed in self.links
        ]
        self._insert("sale_order_line_invoice_rel", links)
        self.env.invalidate_all(flush=False)

    def _ids(self, table, count):
        query = SQL("SELECT nextval(%s) FROM generate_series(1, %s)", f"{table}_id_seq", count)
        return [row[0] for row in self.env.execute_query(query)]

    def _insert(self, table, rows):
        columns = sorted({name for row in rows for name in row})
        names = SQL(", ").join(map(SQL.identifier, columns))
        self.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(names)s) SELECT %(names)s FROM jsonb_populate_recordset(NULL::%(table)s, %(rows)s)",
                table=SQL.identifier(table),
                names=names,
                rows=SQL("%s::jsonb", json.dumps(rows)),
            )
        )
