"""Two people save the same target at the same moment, on two real connections."""

RACE = """
import psycopg2
values = {"measure": "booked", "period_type": "month", "date_start": "2031-05-01", "amount": 1.0}
first, second = env.registry.cursor(), env.registry.cursor()
import odoo
one = odoo.api.Environment(first, env.uid, {})
two = odoo.api.Environment(second, env.uid, {})
two["revenue.target"].search_count([])          # its snapshot is from before the other one saves
one["revenue.target"].create(values)
first.commit()
answer = {}
try:
    two["revenue.target"].create(values)
    second.commit()
    answer["second"] = "saved"
except psycopg2.IntegrityError as error:
    answer["second"] = type(error).__name__
    answer["message"] = env["revenue.target"]._sql_error_to_message(error)
    second.rollback()
first.close(); second.close()
answer["count"] = env["revenue.target"].search_count([("date_start", "=", "2031-05-01")])
"""


def test_only_one_of_two_parallel_targets_is_saved(database):
    answer = database.script(RACE)
    assert answer["second"] == "ExclusionViolation"
    assert "overlapping period" in answer["message"]
    assert answer["count"] == 1
