"""What a plan's people should know: behind pace, a low forecast, nobody's target, no history."""

import datetime

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

from ...analytics.periods import local_day
from ...report.facts.scope import Scope

# On the first days of a plan everybody is behind, or ahead.
LEAST_EXPECTED = 0.05
# Who has sold within so many days sells.
SELLING_DAYS = 90


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _alerts(self, rows):
        """
        :param list[dict] rows: the lines of :meth:`get_results`, the first one above all others
        :return: each with kind (``behind``, ``landing``, ``history``, ``nobody``) and its label, severity (``danger``,
            ``warning``, ``info``), line_id, name and message, the worst first
        :rtype: list[dict]
        """
        # As in the results, of which these are a part.
        company = self.sudo().company_id
        alerts = [] if rows[0]["parent_id"] else self._alerts_of_people(rows[0]["id"])
        for row in rows:
            pacing, landing, target = row["pacing"][-1], row["landing"][-1], row["target"][-1]
            if not target:
                continue
            if (
                pacing is not None
                and row["expected"][-1] >= target * LEAST_EXPECTED
                and pacing < self._behind_below()
                and row["attainment"][-1] < 1
            ):
                alerts.append(
                    self._alert(
                        row,
                        "behind",
                        "danger" if pacing < self._behind_below() - 0.15 else "warning",
                        self.env._(
                            "is behind: it has reached %(pacing)s of what is expected by now.", pacing=f"{pacing:.0%}"
                        ),
                        pacing,
                    )
                )
            if landing is not None and landing < target * company.revenue_alert_landing:
                message = self.env._(
                    "is forecast to reach %(share)s of the target; the chance to reach all of it is %(chance)s.",
                    share=f"{landing / target:.0%}",
                    chance=f"{row['probability'][-1]:.0%}",
                )
                alerts.append(self._alert(row, "landing", "warning", message, landing / target))
            if row["seen_whole"] and not any(row["baseline"]) and row["forecast"].get("message"):
                message = self.env._("has a target without history: nothing was sold a year earlier.")
                alerts.append(self._alert(row, "history", "info", message, 1))
        order = {"danger": 0, "warning": 1, "info": 2}
        alerts.sort(key=lambda alert: (order[alert["severity"]], alert.pop("weight")))
        return alerts

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

    def _alerts_of_people(self, root_id):
        """Who sells, and has no target: a matter of a plan in force that is made for people.

        :param int root_id: the line that the alerts stand on
        """
        # As in the results, of which these are a part.
        plan = self.sudo()
        today, currency = plan._today(), plan.company_id.currency_id
        running = plan.state == "posted" and plan.date_start <= today <= plan.date_end
        if not running or plan.team_id or plan.user_id or "user" not in plan.line_ids.mapped("level"):
            return []
        people = self._people_without_target(self._reader_branches(), currency, today)
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

    def _reader_branches(self):
        """The plan's company with its branches, as far as the reader works in them."""
        return self.env["res.company"].browse(set(self.sudo()._branches()) & set(self._reader_company_ids()))

    @api.model
    @api.readonly
    def get_people_without_target(self):
        """Salespeople who sold in the last 90 days in the companies chosen, as far as the reader may see, and have no target in
        force today.

        :return: each with user_id, name, booked (in the currency of the first company), the most first
        :rtype: list[dict]
        """
        self.check_access("read")
        today = local_day(fields.Datetime.now(), self.env.company.revenue_tz)
        return self._people_without_target(self.env.companies, self.env.company.currency_id, today)

    @api.model
    def _people_without_target(self, companies, currency, today):
        scope = Scope(
            date_from=today - datetime.timedelta(days=SELLING_DAYS),
            date_to=today,
            companies=tuple(companies.ids),
            currency=currency.id,
        )
        rows = self._facts().query(["booked"], ["credited"], scope)
        # Whether somebody has a target is no secret to who sees their sales.
        lines = (
            self.env["revenue.target.line"]
            .sudo()
            .search(
                Domain("force_key", "!=", False) & Domain("date_start", "<=", today) & Domain("date_end", ">=", today)
            )
        )
        covered = set(lines.user_id.ids)
        users = self.env["res.users"].browse({row["credited"] for row in rows} - {None, *covered})
        # A name stands on every order that one may read.
        names = {user.id: user.name for user in users.sudo() if user.active and not user.share}
        found = [
            {"user_id": row["credited"], "name": names[row["credited"]], "booked": row["booked"]}
            for row in rows
            if row["credited"] in names and row["booked"] > 0
        ]
        return sorted(found, key=lambda row: -row["booked"])
