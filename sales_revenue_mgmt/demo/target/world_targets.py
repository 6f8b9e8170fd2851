"""Targets in every state over the demo world. Each step is taken by the person that it says, through the workflow: the history
is real. Amounts are what the world is expected to sell, give or take what makes it a promise.
"""

from ..core.world import today_of
from ..core.world_cast import BRANCHES, SELLERS, TEAMS
from ..core.world_sales import month_start, quota, sales

ADDON = "sales_revenue_mgmt"


def build(env):
    targets = _Targets(env)
    targets.start_in_targets()
    targets.make()


class _Targets:
    def __init__(self, env):
        self.env = env(context={**env.context, "mail_notrack": True})
        self.today = today_of(env)
        self.month = month_start(self.today)
        self.year = self.today.replace(month=1, day=1)
        self.quarter = month_start(self.month, -((self.today.month - 1) % 3))
        self.expected = sales(self.today)
        self.first = month_start(self.expected[0].day)
        ref = env.ref
        self.sam, self.mia, self.fay = (ref(f"{ADDON}.revenue_user_{name}") for name in ("sam", "mia", "fay"))
        self.admin, self.marc = ref("base.user_admin"), ref("base.user_demo")
        self.sales = ref("sales_team.team_sales_department")
        self.branches = {key: ref(f"revenue_demo.{key}") for key in BRANCHES}
        self.teams = [ref(team.key if "." in team.key else f"revenue_demo.{team.key}") for team in TEAMS]

    def start_in_targets(self):
        """The first page of each of the demo people."""
        first = {
            f"{ADDON}.revenue_target_action": ("fay", "admin"),
            f"{ADDON}.revenue_audit_entry_action": ("ada",),
            f"{ADDON}.revenue_target_action_mine": ("sam", "mia", *self._sellers_and_leaders()),
        }
        for action, logins in first.items():
            self.env["res.users"].search([("login", "in", logins)]).action_id = self.env.ref(action).id

    @staticmethod
    def _sellers_and_leaders():
        """Logins of the people whom the demo world has made."""
        people = [one.key for team in TEAMS for one in team.sellers if "." not in one.key]
        return people + [team.leader[0] for team in TEAMS if team.leader]

    # ------------------------------------------------------------------
    # What is to be expected
    # ------------------------------------------------------------------

    def _orders(self, start, months, sellers):
        end = month_start(start, months)
        return [
            order
            for order in self.expected
            if order.fate == "sale" and start <= order.day < end and (sellers is None or order.seller in sellers)
        ]

    def _net(self, start, months, sellers=None, what="net"):
        return sum(getattr(order, what) for order in self._orders(start, months, sellers))

    @staticmethod
    def _round(amount, digits=-2):
        return round(amount, digits) or 10**-digits

    # ------------------------------------------------------------------
    # The steps
    # ------------------------------------------------------------------

    def _target(self, who, xmlid, period, start, measure, amount, **values):
        target = (
            self.env["revenue.target"]
            .with_user(who)
            .create({"period_type": period, "date_start": start, "measure": measure, "amount": amount, **values})
        )
        self.env["ir.model.data"]._update_xmlids([{"xml_id": f"{ADDON}.{xmlid}", "record": target, "noupdate": True}])
        return target

    def _agree(self, targets, *approvers, reason=None):
        """Submit, and have each of those decide who is asked, one after the other."""
        targets.action_submit()
        for approver in approvers:
            asked = targets.with_user(approver).filtered("can_approve")
            if asked:
                asked.action_approve(*([reason] if reason else []))

    def _in_force(self, targets, *approvers, reason=None):
        self._agree(targets, *approvers, reason=reason)
        targets.with_user(self.fay).action_post()

    def _of(self, user):
        return {"team_id": self.sales.id, "user_id": user.id}

    def make(self):
        self.plans_of_the_year()
        self.stretch_of_the_quarter()
        self.of_the_department()
        self.of_people()
        self.what_has_ended()

    def plans_of_the_year(self):
        """Of the whole company; and by months, down to each person, of the head office's team and of each branch. Most people are
        on their way, some are behind.
        """
        year = str(self.year.year)
        numbers = {one: number for number, one in enumerate(SELLERS)}
        whole = self._target(
            self.fay,
            "revenue_target_company_year",
            "year",
            self.year,
            "booked",
            self._round(sum(self._quota(seller, 12) for seller in numbers.values()), -3),
            note="<p>Agreed in the board meeting of January.</p>",
        )
        plans, leaves = whole, []
        Line = self.env["revenue.target.line"].with_user(self.fay)
        for team, one in zip(self.teams, TEAMS, strict=True):
            if one.branch is None:
                plan, above = self._plan(f"Sales team {year}", "sales", team_id=team.id), None
            else:
                branch = self.branches[one.branch]
                plan = plans.filtered(lambda known, branch=branch: known.company_id == branch) or self._plan(
                    f"{branch.name} {year}", one.branch, company_id=branch.id
                )
                above = Line.create({"target_id": plan.id, "level": "team", "team_id": team.id})
            plans |= plan
            for seller in one.sellers:
                line = Line.create(
                    {
                        "target_id": plan.id,
                        "parent_id": above.id if above else False,
                        "level": "user",
                        "user_id": self._seller(seller).id,
                    }
                )
                leaves.append((plan, line, numbers[seller]))
        for plan in plans - whole:
            plan.set_cells(
                [
                    {
                        "line_id": line.id,
                        "date_start": cell.date_start.isoformat(),
                        "amount": self._round(quota(seller, month_start(cell.date_start), self.first)),
                    }
                    for own, line, seller in leaves
                    if own == plan
                    for cell in line.cell_ids
                ]
            )
        self._in_force(plans, self.mia, self.admin, reason="Agreed in the board meeting.")

    def _plan(self, name, key, **values):
        return self._target(
            self.fay, f"revenue_target_year_{key}", "year", self.year, "booked", 0.0, name=name, **values
        )

    def _quota(self, seller, months):
        return sum(quota(seller, month_start(self.year, month), self.first) for month in range(months))

    def _seller(self, one):
        return self.env.ref(one.key if "." in one.key else f"{ADDON}.revenue_user_{one.key}")

    def stretch_of_the_quarter(self):
        plan = self._target(
            self.fay,
            "revenue_target_plan_quarter",
            "quarter",
            self.quarter,
            "booked",
            0.0,
            name="Stretch plan of the quarter",
            team_id=self.sales.id,
            scenario="stretch",
        )
        self.env["revenue.target.line"].with_user(self.fay).create(
            [
                {
                    "target_id": plan.id,
                    "level": "user",
                    "user_id": self._seller(one).id,
                    "amount": self._round(self._net(self.quarter, 3, {seller}) * 1.15),
                }
                for seller, one in enumerate(TEAMS[0].sellers)
            ]
        )
        self._in_force(plan, self.mia, self.admin)

    def of_the_department(self):
        own = set(range(len(TEAMS[0].sellers)))
        month = self._target(
            self.mia,
            "revenue_target_department_month",
            "month",
            self.month,
            "booked",
            self._round(self._net(self.month, 1, own) * 1.15),
            team_id=self.sales.id,
            scenario="commit",
        )
        orders = self._target(
            self.mia,
            "revenue_target_department_orders",
            "month",
            self.month,
            "orders",
            len(self._orders(self.month, 1, own)) + 1,
            team_id=self.sales.id,
        )
        self._in_force(month | orders, self.fay)
        quantity = self._target(
            self.mia,
            "revenue_target_department_quantity",
            "month",
            self.month,
            "quantity",
            500,
            team_id=self.sales.id,
        )
        quantity.action_submit()
        quantity.action_cancel("We measure booked amounts instead.")

    def of_people(self):
        month = self.month
        # Replaced: the second version is in force.
        sam = self._net(month, 1, {0})
        own = self._target(
            self.sam,
            "revenue_target_sam_month",
            "month",
            month,
            "booked",
            self._round(sam * 0.85),
            scenario="commit",
            **self._of(self.sam),
        )
        self._in_force(own, self.mia)
        own.action_revise()
        second = self.env["revenue.target"].with_user(self.sam).search([("origin_id", "=", own.id)])
        second.amount = self._round(sam * 0.98)
        self._in_force(second, self.mia, reason="The new customer justifies it.")
        # Approved, to be posted.
        marc = self._net(month, 1, {1}, "margin")
        self._agree(
            self._target(
                self.mia,
                "revenue_target_demo_user_month",
                "month",
                month,
                "margin",
                self._round(marc * 1.2),
                **self._of(self.marc),
            ),
            self.fay,
        )
        # Submitted: waits for Mia; the large one for Mia and then for finance.
        margin = self._target(
            self.sam,
            "revenue_target_sam_margin",
            "month",
            month,
            "margin",
            self._round(self._net(month, 1, {0}, "margin")),
            **self._of(self.sam),
        )
        quarter = self._target(
            self.sam,
            "revenue_target_sam_quarter",
            "quarter",
            self.quarter,
            "invoiced",
            self._round(self._net(self.quarter, 3, {0})),
            **self._of(self.sam),
        )
        year = self._target(
            self.sam,
            "revenue_target_sam_year",
            "year",
            self.year,
            "invoiced",
            self._round(self._net(self.year, 12, {0}) * 1.1, -3),
            scenario="stretch",
            **self._of(self.sam),
        )
        (margin | quarter | year).action_submit()
        # Rejected, and drafts.
        orders = self._target(self.sam, "revenue_target_sam_orders", "month", month, "orders", 2, **self._of(self.sam))
        orders.action_submit()
        orders.with_user(self.mia).action_reject("Two orders a month are too few: you have four in most months.")
        self._target(
            self.sam, "revenue_target_sam_new_customers", "month", month, "new_customers", 2, **self._of(self.sam)
        )
        self._target(self.fay, "revenue_target_new_customers", "year", self.year, "new_customers", 10)

    def what_has_ended(self):
        """The quarter before this one, a commitment that was kept; written down when it was over."""
        start = month_start(self.quarter, -3)
        ended = self._target(
            self.fay,
            "revenue_target_last_quarter",
            "quarter",
            start,
            # Bookings of this year are left to a plan of the whole year, as loading retail data makes one.
            "margin",
            self._round(self._net(start, 3, what="margin") * 0.98, -3),
            scenario="commit",
        )
        self._in_force(ended, self.admin)
        ended.with_user(self.fay).action_close("The quarter is over.")
