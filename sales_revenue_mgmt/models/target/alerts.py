"""What a plan's people should know: behind pace, a low forecast, nobody's target, no history."""

import datetime

from odoo.fields import Domain
from odoo.tools import formatLang

from ...report.facts.scope import Scope

# On the first days of a plan everybody is behind, or ahead.
LEAST_EXPECTED = 0.05
# So much below the limit is a matter for today.
FAR_BEHIND = 0.15
# Who has sold within so many days sells.
SELLING_DAYS = 90
ORDER = {"danger": 0, "warning": 1, "info": 2}


class Alerts:
    """What the results of a plan give cause to say."""

    def __init__(self, plan, branches):
        """
        :param plan: as its reader has it
        :param branches: ids of its company and of all below
        """
        # Open to the reader of a line: what its plan is about. The numbers are the reader's own.
        self.reader, self.plan, self.env, self.branches = plan, plan.sudo(), plan.env, branches

    def of(self, rows):
        """
        :param list[dict] rows: the lines of the results, the first one above all others
        :return: each with kind (``behind``, ``landing``, ``history``, ``nobody``) and its label, severity (``danger``,
            ``warning``, ``info``), line_id, name and message, the worst first
        :rtype: list[dict]
        """
        alerts = [] if rows[0]["parent_id"] else self._of_people(rows[0]["id"])
        for row in rows:
            if row["target"][-1]:
                alerts += filter(None, (self._behind(row), self._low_forecast(row), self._no_history(row)))
        alerts.sort(key=lambda alert: (ORDER[alert["severity"]], alert.pop("weight")))
        return alerts

    def _behind(self, row):
        pacing, limit = row["pacing"][-1], self.plan._behind_below()
        begun = row["expected"][-1] >= row["target"][-1] * LEAST_EXPECTED
        if pacing is None or not begun or pacing >= limit or row["attainment"][-1] >= 1:
            return None
        message = self.env._("is behind: it has reached %(pacing)s of what is expected by now.", pacing=f"{pacing:.0%}")
        return self._alert(row, "behind", "danger" if pacing < limit - FAR_BEHIND else "warning", message, pacing)

    def _low_forecast(self, row):
        landing, target = row["landing"][-1], row["target"][-1]
        if landing is None or landing >= target * self.plan.company_id.revenue_alert_landing:
            return None
        message = self.env._(
            "is forecast to reach %(share)s of the target; the chance to reach all of it is %(chance)s.",
            share=f"{landing / target:.0%}",
            chance=f"{row['probability'][-1]:.0%}",
        )
        return self._alert(row, "landing", "warning", message, landing / target)

    def _no_history(self, row):
        if not row["seen_whole"] or any(row["baseline"]) or not row["forecast"].get("message"):
            return None
        message = self.env._("has a target without history: nothing was sold a year earlier.")
        return self._alert(row, "history", "info", message, 1)

    def _of_people(self, root_id):
        """Who sells, and has no target: a matter of a plan in force that is made for people.

        :param int root_id: the line that the alerts stand on
        """
        plan = self.plan
        today, currency = plan._today(), plan.company_id.currency_id
        running = plan.state == "posted" and plan.date_start <= today <= plan.date_end
        if not running or plan.team_id or plan.user_id or "user" not in plan.line_ids.mapped("level"):
            return []
        entered = self.env["res.company"].browse(set(self.branches) & set(self.reader._reader_company_ids()))
        people = people_without_target(self.reader, entered, currency, today)
        return [
            self._alert(
                {"id": root_id, "name": person["name"]},
                "nobody",
                "warning",
                self.env._(
                    "has sold %(amount)s in the last %(days)s days and has no target in force.",
                    amount=formatLang(self.env, person["booked"], currency_obj=currency),
                    days=SELLING_DAYS,
                ),
                1 - person["booked"] / people[0]["booked"],
            )
            for person in people
        ]

    def _alert(self, row, kind, severity, message, weight):
        labels = {
            "behind": self.env._("Behind"),
            "landing": self.env._("Low forecast"),
            "history": self.env._("No history"),
            "nobody": self.env._("No target"),
        }
        return {
            "kind": kind,
            "label": labels[kind],
            "severity": severity,
            "line_id": row["id"],
            "name": row["name"],
            "message": f"{row['name']} {message}",
            "weight": weight,
        }


def people_without_target(targets, companies, currency, today):
    """Salespeople who sold lately in some companies, as far as the reader may see, and have no target in force.

    :param targets: ``revenue.target``, as its reader has it
    :return: each with user_id, name, booked (in the given currency), the most first
    :rtype: list[dict]
    """
    env = targets.env
    scope = Scope(
        date_from=today - datetime.timedelta(days=SELLING_DAYS),
        date_to=today,
        companies=tuple(companies.ids),
        currency=currency.id,
    )
    rows = targets._facts().query(["booked"], ["credited"], scope)
    # Open to the reader of somebody's sales: whether they have a target.
    in_force = Domain("force_key", "!=", False) & Domain("date_start", "<=", today) & Domain("date_end", ">=", today)
    covered = set(env["revenue.target.line"].sudo().search(in_force).user_id.ids)
    users = env["res.users"].browse({row["credited"] for row in rows} - {None, *covered})
    # A name stands on every order that one may read.
    names = {user.id: user.name for user in users.sudo() if user.active and not user.share}
    found = [
        {"user_id": row["credited"], "name": names[row["credited"]], "booked": row["booked"]}
        for row in rows
        if row["credited"] in names and row["booked"] > 0
    ]
    return sorted(found, key=lambda row: -row["booked"])
