"""Those who sell in a retail load: stores as teams of one company, or an organisation of branches, teams and people."""

from dataclasses import dataclass

import pandas as pd
from passlib.hash import pbkdf2_sha512

from .retail_organisation import BRANCHES, SHARES, TEAMS_PER_BRANCH, allot
from .retail_source import SALESPEOPLE

USER = "sales_revenue_mgmt.revenue_group_user"
MANAGER = "sales_revenue_mgmt.revenue_group_manager"
# A manager's own numbers are those of the teams led; a branch manager's are the branch's.
ALL_DOCUMENTS = "sales_team.group_sale_salesman_all_leads"
# They read everything of the company, so the branches must be open to them.
OVERSEERS = ("revenue_group_finance", "revenue_group_auditor", "revenue_group_admin")


@dataclass(frozen=True)
class Staff:
    """
    :param columns: beside the baskets: ``company``, ``team``, ``salesperson`` (ids) and ``number`` in the company's year
    :param journals: of the invoices, one per company
    :param made: all ids made, per model
    """

    columns: pd.DataFrame
    journals: object
    made: dict


def stores(env, retail):
    """Each store a team of the current company; its leader is the only one who sells there."""
    company = env.company
    people = min(SALESPEOPLE, len(retail.stores))
    users = _users(
        env,
        company,
        [(f"Retail Salesperson {number:02}", f"retail{number:02}", [USER]) for number in range(1, people + 1)],
    )
    teams = env["crm.team"].create(
        [
            {
                "name": f"Store {store}",
                "company_id": company.id,
                "user_id": users[rank % people].id,
                # A salesperson is a member of one team only; of the busiest of those that are theirs.
                "member_ids": [(6, 0, users[rank].ids if rank < people else [])],
            }
            for rank, store in enumerate(retail.stores)
        ]
    )
    journal = _journal(env, company, "Retail Invoices", "RTL")
    rank = retail.baskets["store"].map({store: rank for rank, store in enumerate(retail.stores)})
    return Staff(
        columns=retail.baskets[["number"]].assign(
            company=company.id,
            team=rank.map(dict(enumerate(teams.ids))),
            salesperson=(rank % people).map(dict(enumerate(users.ids))),
        ),
        journals=journal,
        made={
            "account.journal": journal.ids,
            "crm.team": teams.ids,
            "res.users": users.ids,
        },
    )


def organisation(env, retail):
    """Branches of the current company with a manager each, teams with a leader, and people who sell."""
    branches = _branches(env)
    managers = leaders = sellers = env["res.users"]
    teams, journals = env["crm.team"], env["account.journal"]
    for place, branch in zip(BRANCHES, branches, strict=True):
        names = [f"{place} {number}" for number in range(1, TEAMS_PER_BRANCH + 1)]
        logins = [f"retail.{place.lower()}{number}" for number in range(1, TEAMS_PER_BRANCH + 1)]
        manager = _users(env, branch, [(f"{place} Manager", f"retail.{place.lower()}", [MANAGER, ALL_DOCUMENTS])], True)
        leading = _users(
            env, branch, [(f"{name} Leader", login, [MANAGER]) for name, login in zip(names, logins, strict=True)], True
        )
        selling = _users(
            env,
            branch,
            [
                (f"{name} Salesperson {number}", f"{login}.{number}", [USER])
                for name, login in zip(names, logins, strict=True)
                for number in range(1, len(SHARES) + 1)
            ],
            True,
        )
        branch.revenue_manager_id = manager
        teams += env["crm.team"].create(
            [
                {
                    "name": name,
                    "sequence": len(teams) + rank + 11,
                    "company_id": branch.id,
                    "user_id": leader.id,
                    "member_ids": [(6, 0, selling[rank * len(SHARES) : (rank + 1) * len(SHARES)].ids)],
                }
                for rank, (name, leader) in enumerate(zip(names, leading, strict=True))
            ]
        )
        journals += _journal(env, branch, f"Retail Invoices {place}", f"RTL{place[0]}")
        managers, leaders, sellers = managers + manager, leaders + leading, sellers + selling
    users = managers + leaders + sellers
    allotted = allot(retail.baskets)
    return Staff(
        columns=allotted[["number"]].assign(
            company=allotted["branch"].map(dict(enumerate(branches.ids))),
            team=allotted["team"].map(dict(enumerate(teams.ids))),
            salesperson=(allotted["team"] * len(SHARES) + allotted["seller"]).map(dict(enumerate(sellers.ids))),
        ),
        journals=journals,
        made={
            "account.journal": journals.ids,
            "crm.team": teams.ids,
            "res.users": users.ids,
            "res.company": branches.ids,
        },
    )


def _branches(env):
    company = env.company
    branches = _make_or_update(
        env["res.company"],
        "name",
        [
            {
                "name": f"Retail {place}",
                "parent_id": company.id,
                "country_id": company.country_id.id,
                "revenue_tz": company.revenue_tz,
                "revenue_default_measure": company.revenue_default_measure,
            }
            for place in BRANCHES
        ],
    )
    env.flush_all()
    # Odoo gives a branch the accounts of its parent at the end of the transaction; invoices need them now.
    env.cr.precommit.run()
    overseers = env["res.groups"].union(*(env.ref(f"sales_revenue_mgmt.{name}") for name in OVERSEERS)).all_user_ids
    overseers.filtered(lambda user: company in user.company_ids).write(
        {"company_ids": [(4, branch.id) for branch in branches]}
    )
    return branches


def _users(env, company, people, can_log_in=False):
    """
    :param people: name, login and groups of each
    :param can_log_in: with the login as password, like the people of the demo data
    """
    users = _make_or_update(
        env["res.users"].with_context(no_reset_password=True),
        "login",
        [
            {
                "name": name,
                "login": login,
                "email": can_log_in and f"{login}@example.com",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
                "tz": company.revenue_tz,
            }
            for name, login, groups in people
        ],
    )
    if can_log_in:
        # They begin with their targets, and without OdooBot's chat over them.
        users.action_id = env.ref("sales_revenue_mgmt.revenue_target_action_mine").id
        if "odoobot_state" in users._fields:
            users.odoobot_state = "disabled"
        # Few rounds, or this takes half a minute; Odoo hashes a password anew when it is first used.
        hasher = pbkdf2_sha512.using(rounds=1000)
        for user in users:
            user._set_encrypted_password(user.id, hasher.hash(user.login))
    return users


def _make_or_update(model, key, wanted):
    """Records with the wanted values, in their order: those of an earlier load, which its removal has archived, or new ones.

    :param str key: the field by which they are known
    """
    known = model.with_context(active_test=False).search([(key, "in", [values[key] for values in wanted])])
    of_key = {record[key]: record.id for record in known}
    for values in wanted:
        if values[key] in of_key:
            record = model.browse(of_key[values[key]])
            # Only what differs: an e-mail address that is written tells its owner by mail.
            kept = {name: record._fields[name].convert_to_write(record[name], record) for name in values}
            record.write({name: value for name, value in values.items() if kept[name] != value} | {"active": True})
    made = model.create([values for values in wanted if values[key] not in of_key])
    of_key |= {record[key]: record.id for record in made}
    return model.browse(of_key[values[key]] for values in wanted)


def _journal(env, company, name, code):
    return env["account.journal"].create({"name": name, "code": code, "type": "sale", "company_id": company.id})
