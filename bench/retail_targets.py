"""The step ``targets`` of an organised load: a plan of this year from the company down to each person, in force. Amounts are what
was sold in the same months, more for some and less for others, so that some are behind.
"""

import datetime

SCENARIO = "commit"
# Of what was sold, in turn: who has the first is ahead, who has the last is far behind.
ASKED = (0.9, 0.97, 1.02, 1.08, 1.3)
OTHER_BRANCHES = 1.0
WHERE = "Revenue → Targets → Sales Targets"

# Each calendar month as it was last sold: the year that ended yesterday, from whichever years its days are.
SOLD = """
    SELECT company_id, team_id, user_id, date_part('month', day)::int, SUM(net)::float FROM revenue_fact_booked
     WHERE day > %s AND day <= %s AND company_id = ANY(%s) GROUP BY 1, 2, 3, 4
"""


def make(env, records):
    """
    :param dict records: model → ids, of the load
    :return: model → ids made here
    :raises ValueError: says what is missing
    """
    fay = env.ref("sales_revenue_mgmt.revenue_user_fay", raise_if_not_found=False)
    if not fay:
        raise ValueError("Targets are proposed and posted by the demo people, and this database has none.")
    company, year = env.company, datetime.date.today().replace(month=1, day=1)
    Target = env["revenue.target"].with_user(fay)
    taken = env["revenue.target"].search_count(
        [
            ("company_id", "=", company.id),
            ("scenario", "=", SCENARIO),
            ("state", "!=", "cancelled"),
            ("superseded", "=", False),
            ("measure", "=", "booked"),
            ("team_id", "=", False),
            ("user_id", "=", False),
            ("date_end", ">=", year),
        ]
    )
    if taken:
        raise ValueError(
            f"{company.name} has a target of this year in scenario Commit already; cancel or remove that one first."
        )
    branches = env["res.company"].search([("parent_id", "=", company.id)])
    sold = _sold(env, branches)
    plan = Target.create(
        {
            "name": f"Retail plan {year.year}",
            "company_id": company.id,
            "period_type": "year",
            "date_start": year,
            "measure": "booked",
            "scenario": SCENARIO,
        }
    )
    leaves = _lines(env, plan, branches, records, sold)
    plan.set_cells(
        [
            {
                "line_id": line.id,
                "date_start": cell.date_start.isoformat(),
                "amount": round(months.get(cell.date_start.month, 0.0) * asked, -1),
            }
            for line, months, asked in leaves
            for cell in line.cell_ids
        ]
    )
    plan.action_submit()
    plan.with_user(env.ref("base.user_admin")).action_approve("As agreed with the branches.")
    plan.action_post()
    return {"revenue.target": plan.ids}


def _sold(env, branches):
    """(company, team, user) → month → what was sold; the team and the user may be missing."""
    yesterday = datetime.date.today() - datetime.timedelta(days=1)
    env.cr.execute(SOLD, [yesterday - datetime.timedelta(days=365), yesterday, branches.ids])
    sold = {}
    for company, team, user, month, net in env.cr.fetchall():
        for key in {(company, None, None), (company, team, user)}:
            months = sold.setdefault(key, {})
            months[month] = months.get(month, 0.0) + net
    return sold


def _lines(env, plan, branches, records, sold):
    """The tree; what has no lines below it, with what was sold and what is asked of it."""
    Line = env["revenue.target.line"].with_user(plan.env.user)
    shown = branches.filtered(lambda branch: (branch.id, None, None) in sold)
    lines = Line.create([{"target_id": plan.id, "level": "branch", "company_id": branch.id} for branch in shown])
    retail = set(records["res.company"])
    above = {line.company_id.id: line for line in lines}
    leaves = [
        (line, sold[line.company_id.id, None, None], OTHER_BRANCHES)
        for line in lines
        if line.company_id.id not in retail
    ]
    teams = env["crm.team"].browse(records["crm.team"]).filtered(lambda team: team.company_id.id in above)
    lines = Line.create(
        [
            {
                "target_id": plan.id,
                "parent_id": above[team.company_id.id].id,
                "level": "team",
                "team_id": team.id,
            }
            for team in teams
        ]
    )
    people = [(line, team, user) for line, team in zip(lines, teams, strict=True) for user in team.member_ids]
    lines = Line.create(
        [
            {"target_id": plan.id, "parent_id": line.id, "level": "user", "user_id": user.id}
            for line, _team, user in people
        ]
    )
    for number, (line, (_above, team, user)) in enumerate(zip(lines, people, strict=True)):
        months = sold.get((team.company_id.id, team.id, user.id), {})
        leaves.append((line, months, ASKED[(number + number // len(ASKED)) % len(ASKED)]))
    return leaves


def remove(env, records):
    """Plans in force are not deleted by anybody's right, so they go below the ORM. The trail keeps what happened, and says that
    they were deleted.
    """
    plans = env["revenue.target"].with_context(active_test=False).browse(records["revenue.target"]).exists()
    plans |= env["revenue.target"].with_context(active_test=False).search([("origin_id", "child_of", plans.ids)])
    if not plans:
        return
    plans._audit("deleted", before=plans._audit_values())
    env.flush_all()
    ids = plans.ids
    of_plans = "res_model = 'revenue.target' AND res_id = ANY(%s)"
    env.cr.execute(f"DELETE FROM mail_activity WHERE {of_plans}", [ids])
    env.cr.execute(
        f"DELETE FROM revenue_approval_decision WHERE step_id IN (SELECT id FROM revenue_approval_step WHERE {of_plans})",
        [ids],
    )
    env.cr.execute(f"DELETE FROM revenue_approval_step WHERE {of_plans}", [ids])
    env.cr.execute("DELETE FROM mail_message WHERE model = 'revenue.target' AND res_id = ANY(%s)", [ids])
    env.cr.execute(f"DELETE FROM mail_followers WHERE {of_plans}", [ids])
    env.cr.execute(f"DELETE FROM ir_attachment WHERE {of_plans}", [ids])
    env.cr.execute("DELETE FROM revenue_target WHERE id = ANY(%s)", [ids])
    env.invalidate_all(flush=False)
