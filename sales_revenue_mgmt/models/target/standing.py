"""How a plan, or a line of one, stands: what should be reached by now, and what its actual makes of that."""

from ...analytics.periods import elapsed_share
from ...report.facts.fields import ratio

STATUSES = [
    ("upcoming", "Upcoming"),
    ("on_track", "On Track"),
    ("behind", "Behind"),
    ("reached", "Reached"),
    ("missed", "Missed"),
    ("none", "No Target"),
]


def expected_by(phasing, today):
    """What periods promise until a day; within a period, by days.

    :param phasing: first day, last day and amount of each period
    :rtype: float
    """
    return sum(amount * elapsed_share(start, end, today) for start, end, amount in phasing)


def stand(record, expected):
    """Give a plan, or a line of one, its numbers.

    :param record: has amount and actual
    :param float expected: what should be reached by now
    """
    record.expected = expected
    record.variance = record.actual - record.amount
    record.attainment = ratio(record.actual, record.amount)
    record.pacing = ratio(record.actual, expected)


def status_of(record, today, behind):
    """
    :param record: has amount, actual, expected, pacing, currency_id, date_start and date_end
    :param datetime.date today: the business day where it counts
    :param float behind: below which pacing it is behind, as the company's setting says
    :return: a key of ``STATUSES``
    :rtype: str
    """
    if not record.amount:
        return "none"
    if record.currency_id:
        reached = record.currency_id.compare_amounts(record.actual, record.amount) >= 0
    else:
        reached = record.actual >= record.amount
    if reached:
        return "reached"
    if today < record.date_start:
        return "upcoming"
    if today > record.date_end:
        return "missed"
    return "behind" if record.expected > 0 and (record.pacing or 0.0) < behind else "on_track"


def phasing_of(cells):
    """
    :param cells: of lines of plans
    :return: line → first day, last day and amount of each of its periods
    :rtype: dict
    """
    phasing = {}
    for cell in cells:
        phasing.setdefault(cell.line_id, []).append((cell.date_start, cell.date_end, cell.amount))
    return phasing


def phasing_of_plans(plans):
    """
    :return: plan, as it is saved → first day, last day and amount of each of its periods
    :rtype: dict
    """
    roots = plans._roots()
    # As the plan itself: who reads it reads its periods.
    cells = plans.env["revenue.target.cell"].sudo()
    domain = [("line_id", "in", [root.id for root in roots.values()])]
    by_line = phasing_of(cells.search_fetch(domain, ["line_id", "date_start", "date_end", "amount"]))
    return {plan: by_line.get(root) for plan, root in roots.items()}
