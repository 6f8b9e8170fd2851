"""Orders whose credit is split between people."""

from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...report.facts.sources import FACTS
from ..core.roles import FINANCE, MANAGER, READERS
from .revenue_target_credit import CHANGING


class SaleOrder(models.Model):
    # Shares, and what is captured of them: one file each.
    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    revenue_credit_ids = fields.One2many(
        "revenue.target.credit",
        "order_id",
        "Credit",
        copy=False,
        groups=READERS,
        help="Who is credited with this sale. Without rows, the salesperson has all of it.",
    )
    revenue_credit_frozen = fields.Boolean(
        "Credit Frozen",
        readonly=True,
        copy=False,
        help="The order has been confirmed: from then on its credit is changed by sales managers and finance only.",
    )
    revenue_credit_total = fields.Float(
        "Credit in Total (%)", digits=(5, 2), compute="_compute_revenue_credit_total", groups=READERS
    )
    revenue_credit_right = fields.Selection(
        [("no", "Read"), ("form", "Edit Rows"), ("dialog", "Change with a Reason")],
        compute="_compute_revenue_credit_right",
        groups=READERS,
    )
    revenue_shared = fields.Boolean(
        "Shared with Me", compute="_compute_revenue_shared", search="_search_revenue_shared", groups=READERS
    )
    revenue_credited_ids = fields.Many2many(
        "res.users",
        string="Credited",
        compute="_compute_revenue_credited_ids",
        search="_search_revenue_credited_ids",
        groups=READERS,
        help="Who is credited with this sale, or with a part of it.",
    )

    @api.depends("revenue_credit_ids.percent")
    def _compute_revenue_credit_total(self):
        for order in self:
            order.revenue_credit_total = sum(order.revenue_credit_ids.mapped("percent"))

    @api.depends("state", "revenue_credit_frozen", "team_id", "company_id")
    @api.depends_context("uid")
    def _compute_revenue_credit_right(self):
        for order in self:
            saved = order._origin
            if saved and saved not in saved._revenue_credit_open():
                order.revenue_credit_right = "no"
            else:
                order.revenue_credit_right = "dialog" if saved and saved._revenue_credit_closed() else "form"

    @api.depends("revenue_credit_ids.user_id")
    @api.depends_context("uid")
    def _compute_revenue_shared(self):
        for order in self:
            # Rows of others stand on it as well; only whether there is one's own comes out.
            order.revenue_shared = self.env.user in order.sudo().revenue_credit_ids.user_id

    def _search_revenue_shared(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self.env[FACTS["booked"].model]._split_sql(self.env.uid)
        found = Domain.custom(to_sql=lambda model, alias, query: SQL("%s IN (%s)", SQL.identifier(alias, "id"), mine))
        return Domain.OR(found if wanted else ~found for wanted in value)

    @api.depends("revenue_credit_ids.user_id", "user_id")
    def _compute_revenue_credited_ids(self):
        for order in self:
            order.revenue_credited_ids = order.revenue_credit_ids.user_id or order.user_id

    def _search_revenue_credited_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = list(value)
        return Domain("revenue_credit_ids.user_id", "in", ids) | (
            Domain("user_id", "in", ids) & Domain("revenue_credit_ids", "=", False)
        )

    # ------------------------------------------------------------------
    # Who may change the credit
    # ------------------------------------------------------------------

    def _revenue_credit_closed(self):
        """Whether the order has been confirmed, so that its credit is no longer the salesperson's to give."""
        self.ensure_one()
        order = self.sudo()  # Open to the reader: the state, which the refusal names.
        return order.revenue_credit_frozen or order.state not in ("draft", "sent")

    def _revenue_credit_open(self):
        """Those whose credit the current user may change: before confirmation whoever may write the order; from then on
        finance, and the sales managers who lead its team or manage its company, if they may read it."""
        user, finance = self.env.user, self.env.user.has_group(FINANCE)
        manager = user.has_group(MANAGER)

        def is_open(order):
            if not order._revenue_credit_closed():
                return order.has_access("write")
            order_sudo = order.sudo()  # Teams and companies that the user may not read have a leader, too.
            leads = manager and user in (order_sudo.team_id.user_id | order_sudo.company_id.revenue_manager_id)
            return (finance or leads) and order.has_access("read")

        return self.filtered(is_open)

    def _revenue_refuse_credit(self, operation):
        """The sentence for who may not change the credit of these orders; the attempt is written down."""
        sentence = self.env._(
            "Credit: you may not change it on %(orders)s. Before confirmation, whoever may edit the order does; from then "
            "on, a sales manager of its team or a finance controller, with Change Credit.",
            orders=", ".join(self.sudo()[:5].mapped("name")),
        )
        self.env["revenue.audit.journal"].note_attempt(self, operation, sentence)
        return sentence

    # ------------------------------------------------------------------
    # Changing it
    # ------------------------------------------------------------------

    @contextmanager
    def _revenue_credit_changing(self, reason=None):
        """While rows of these orders change: at its end they have to add up, and after confirmation it is written down.

        :return: the context for what is done inside
        """
        context = {"revenue_credit_changing": CHANGING}
        if self.env.context.get("revenue_credit_changing") is CHANGING:
            # Who began looks at the sum.
            yield context
            return
        self.env.flush_all()
        # Of two who change the parts of one order at the same moment, PostgreSQL fails the second, since both write its row;
        # Odoo tries it again, and then it sees the rows of the first.
        query = SQL("UPDATE sale_order SET id = id WHERE id = ANY(%s)", sorted(self.ids))
        self.env.cr.execute(query, log_exceptions=False)
        closed = self.exists().filtered(lambda order: order._revenue_credit_closed())
        before = closed._revenue_credit_in_words()
        yield context
        self.env.flush_all()
        self.env["revenue.target.credit"]._check_orders(self)
        after = closed._revenue_credit_in_words()
        for order in closed.sudo():  # Managers and finance may not be allowed to write the order.
            if before[order.id] == after[order.id]:
                continue
            order._message_log(
                body=self.env._(
                    "Credit changed from %(before)s to %(after)s. %(reason)s",
                    before=before[order.id],
                    after=after[order.id],
                    reason=reason or "",
                )
            )
            self.env["revenue.audit.journal"].note(
                "credited",
                {"document": order.display_name, "before": before[order.id], "after": after[order.id]},
                reason,
            )

    def _revenue_credit_in_words(self):
        """
        :return: order id → who has how much
        :rtype: dict[int, str]
        """
        words = {}
        for order in self.sudo():
            parts = [f"{row.user_id.name} {row.percent:g} %" for row in order.revenue_credit_ids]
            words[order.id] = ", ".join(parts) or f"{order.user_id.name or '–'} 100 %"
        return words

    def revenue_credit_set(self, shares, reason=None):
        """Share the credit of an order anew, all at once.

        :param list[dict] shares: ``user_id`` and ``percent`` of each person; none: the salesperson has all of it
        :param str reason: kept with the change where the order has been confirmed
        :rtype: bool
        """
        self.ensure_one()
        if self not in self._revenue_credit_open():
            raise AccessError(self._revenue_refuse_credit("write"))
        if not isinstance(shares, list) or not all(
            isinstance(share, dict) and share.keys() == {"user_id", "percent"} and type(share["user_id"]) is int
            for share in shares
        ):
            raise UserError(self.env._("Credit: give a list of persons (user_id) and percentages (percent)."))
        with self._revenue_credit_changing(reason) as context:
            # Whether this user may has been asked above; finance may not write orders, but their credit.
            rows = self.sudo().with_context(**context).revenue_credit_ids
            rows.unlink()
            rows.create([{**share, "order_id": self.id} for share in shares])
        return True

    def action_revenue_credit_change(self):
        """The dialog that asks who is credited, and why."""
        self.ensure_one()
        if self not in self._revenue_credit_open():
            raise AccessError(self._revenue_refuse_credit("write"))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change Credit"),
            "res_model": "revenue.target.credit.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_id": self.id},
        }
