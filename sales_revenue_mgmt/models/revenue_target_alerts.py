"""What a plan's people should look at: behind pace, landing too low, nobody's target, no history."""

import datetime

from odoo import api, fields, models
from odoo.fields import Domain

from ..report.revenue_period import local_day
from ..report.revenue_scope import Scope

# On the first days of a plan everybody is behind, or ahead.
LEAST_EXPECTED = 0.05


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    def _alerts(self, rows):
        """
        :param list[dict] rows: the lines of :meth:`get_results`
        :return: each with kind (``behind``, ``landing``, ``history``), severity (``danger``, ``warning``, ``info``), line_id,
            name and message, the worst first
        :rtype: list[dict]
        """
        company = self.company_id.sudo()
        alerts = []
        for row in rows:
            pacing, landing, target = row["pacing"][-1], row["landing"][-1], row["target"][-1]
            if not target:
                continue
            if (
                pacing is not None
                and row["expected"][-1] >= target * LEAST_EXPECTED
                and pacing < company.revenue_alert_pacing
                and self.status not in ("reached", "upcoming")
            ):
                alerts.append(
                    self._alert(
                        row,
                        "behind",
                        "danger" if pacing < company.revenue_alert_pacing - 0.15 else "warning",
                        self.env._(
                            "is behind pace: %(pacing)s of what the plan expects by now.", pacing=f"{pacing:.0%}"
                        ),
                        pacing,
                    )
                )
            if landing is not None and landing < target * company.revenue_alert_landing:
                message = self.env._(
                    "lands at %(share)s of the target; the chance to reach it is %(chance)s.",
                    share=f"{landing / target:.0%}",
                    chance=f"{row['probability'][-1]:.0%}",
                )
                alerts.append(self._alert(row, "landing", "warning", message, landing / target))
            if not any(row["baseline"]) and row["forecast"].get("message"):
                message = self.env._("has a target without history: nothing was sold a year earlier.")
                alerts.append(self._alert(row, "history", "info", message, 1))
        order = {"danger": 0, "warning": 1, "info": 2}
        alerts.sort(key=lambda alert: (order[alert["severity"]], alert.pop("weight")))
        return alerts

    @staticmethod
    def _alert(row, kind, severity, message, weight):
        return {
            "kind": kind,
            "severity": severity,
            "line_id": row["id"],
            "name": row["name"],
            "message": f"{row['name']} {message}",
            "weight": weight,
        }

    @api.model
    @api.readonly
    def get_people_without_target(self):
        """Salespeople who sold in the last 90 days, as far as the reader may see, and have no target in force today.

        :return: each with user_id, name, booked
        :rtype: list[dict]
        """
        self.check_access("read")
        today = local_day(fields.Datetime.now(), self.env.company.revenue_tz)
        scope = Scope(
            date_from=today - datetime.timedelta(days=90), date_to=today, companies=tuple(self.env.companies.ids)
        )
        rows = self.env["revenue.facts"].query(["booked"], ["credited"], scope)
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
        active = set(users.filtered(lambda user: user.active and not user.share).ids)
        return sorted(
            (
                {"user_id": row["credited"], "name": users.browse(row["credited"]).name, "booked": row["booked"]}
                for row in rows
                if row["credited"] in active
            ),
            key=lambda row: -row["booked"],
        )
