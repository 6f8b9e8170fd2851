"""approvals: seconds and queries to submit and to approve 10 and 500 documents in one call, with a second tier."""

import time

from .database import environment, parser

SIZES = (10, 500)


def main():
    arguments = parser("Measure submitting and approving.")
    options = arguments.parse_args()
    with environment(options, commit=False) as env:
        groups = "sales_revenue_mgmt.revenue_group_"
        people = {
            role: env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": f"Bench {role}",
                    "login": f"bench_{role}",
                    "group_ids": [(6, 0, [env.ref(groups + group).id])],
                }
            )
            for role, group in (("seller", "user"), ("leader", "manager"), ("controller", "finance"))
        }
        rules = env["revenue.approval.rule"]
        rules.search([("model_id.model", "=", "revenue.target")]).active = False
        for tier, role in ((1, "leader"), (2, "controller")):
            rules.create(
                {
                    "name": f"Bench {tier}",
                    "model_id": env["ir.model"]._get_id("revenue.target"),
                    "tier": tier,
                    "approver_type": "users",
                    "approver_ids": [(6, 0, people[role].ids)],
                }
            )
        print(f"{'documents':>10}  {'call':28}{'seconds':>10}{'queries':>10}")
        for number, size in enumerate((2, *SIZES)):
            for line in measure(env, people, size, 1980 + 40 * number):
                # The first round warms the caches.
                if number:
                    print(line)


def measure(env, people, size, year):
    targets = (
        env["revenue.target"]
        .with_user(people["seller"])
        .create(
            [
                {
                    "measure": "orders",
                    "period_type": "custom",
                    "date_start": f"{year + index // 28}-01-{index % 28 + 1:02}",
                    "date_end": f"{year + index // 28}-01-{index % 28 + 1:02}",
                    "amount": 1.0,
                    "user_id": people["seller"].id,
                }
                for index in range(size)
            ]
        )
    )
    for name, role, call in (
        ("submit", "seller", lambda documents: documents.action_submit()),
        ("approve, next tier begins", "leader", lambda documents: documents.action_approve("Fine.")),
        ("approve, last tier", "controller", lambda documents: documents.action_approve("Fine.")),
    ):
        env.flush_all()
        env.invalidate_all()
        queries, started = env.cr.sql_log_count, time.monotonic()
        call(targets.with_user(people[role]))
        env.flush_all()
        yield f"{size:>10}  {name:28}{time.monotonic() - started:>10.2f}{env.cr.sql_log_count - queries:>10}"


if __name__ == "__main__":
    main()
