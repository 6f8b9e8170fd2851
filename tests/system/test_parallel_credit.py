"""Two people share the same order, or the same team's rule, at the same moment, on two real connections."""

import pytest

RACE = """
import psycopg2
import odoo
from odoo.service.model import retrying

team = env["crm.team"].create({"name": "Race"})
users = [env["res.users"].with_context(no_reset_password=True).create({
    "name": name, "login": name, "group_ids": [(6, 0, [env.ref("sales_revenue_mgmt.revenue_group_user").id])],
}).id for name in ("ann", "bob")]
order = env["sale.order"].create({
    "partner_id": env["res.partner"].create({"name": "Customer"}).id, "user_id": users[0], "team_id": team.id,
})
env.cr.commit()
records = {"credit": ("revenue.target.credit", "order_id", order.id), "rule": ("revenue.target.credit.rule", "team_id", team.id)}
model, field, where = records[WHAT]
first, second = env.registry.cursor(), env.registry.cursor()
one, two = (odoo.api.Environment(cr, env.uid, {}) for cr in (first, second))
answer = {"second": []}
tries = []


def share():
    tries.append(two[model].search_count([(field, "=", where)]))
    if len(tries) == 1:                              # The other one is done while this one has seen nothing of it.
        one[model].create({field: where, "user_id": users[0], "percent": 100})
        first.commit()
    two[model].create({field: where, "user_id": users[1], "percent": 100})


try:
    retrying(share, two)
    second.commit()
    answer["second"] = "saved"
except odoo.exceptions.UserError as error:
    answer["second"] = str(error)
    second.rollback()
first.close(); second.close()
env.cr.rollback(); env.invalidate_all()
answer["tries"] = tries
answer["rows"] = env[model].search([(field, "=", where)]).mapped("percent")
"""


@pytest.mark.parametrize("what", ["credit", "rule"])
def test_only_one_of_two_gives_everything_away(database, what):
    answer = database.script(RACE.replace("WHAT", repr(what)))
    # The second began without seeing the first, was tried again, and was told.
    assert answer["tries"] == [0, 1], answer
    assert "add up to 200 %" in answer["second"], answer
    assert answer["rows"] == [100.0], answer
