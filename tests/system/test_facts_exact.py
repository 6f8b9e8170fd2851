"""Facts are exact at any moment: the short form of ``./dev bench exact``."""

import re


def test_no_difference_under_random_changes_and_in_a_race(database):
    result = database.bench("measure_exact", "--steps", "60", "--race", "20", "--seed", "7")
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    comparisons = int(re.search(r"(\d+) comparisons before", result.stdout)[1])
    assert comparisons > 30, result.stdout
    for what, least in (("writes committed", 500), ("refreshes", 20), ("comparisons", 20), ("refreshers killed", 3)):
        assert int(re.search(rf"^ +{what}: (\d+)", result.stdout, re.M)[1]) >= least, result.stdout


def test_a_change_that_is_not_logged_is_noticed(database):
    """The comparison can fail: one trigger after the other is switched off."""
    triggers = "revenue_fact_sale_order_update,revenue_fact_sale_order_line_delete,revenue_fact_res_company_update"
    result = database.bench("measure_exact", "--mutants", triggers, "--steps", "150")
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    assert result.stdout.count("facts say") == 3, result.stdout
