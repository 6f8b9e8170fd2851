"""Targets for tests."""

from ..common import RevenueCase


class TargetCase(RevenueCase):
    def target(self, **values):
        return self.env["revenue.target"].create(
            {
                "company_id": self.company.id,
                "measure": "booked",
                "period_type": "month",
                "date_start": "2030-03-01",
                "amount": 1000.0,
                **values,
            }
        )

    def own_target(self, **values):
        """A draft by the sales user, for the team that the manager leads."""
        user = self.people["user"]
        values = {
            "company_id": self.company.id,
            "measure": "booked",
            "period_type": "month",
            "date_start": "2030-03-01",
            "amount": 1000.0,
            "team_id": self.team.id,
            "user_id": user.id,
            **values,
        }
        return self.as_seen_by(user, self.env["revenue.target"]).create(values)

    def submitted(self, **values):
        target = self.own_target(**values)
        target.action_submit()
        return target

    def posted(self, **values):
        target = self.submitted(**values)
        self.as_("manager", target).action_approve()
        if target.state == "submitted":
            self.as_("finance", target).action_approve()
        self.as_("finance", target).action_post()
        return target
