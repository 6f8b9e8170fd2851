"""Questions about what came of plans and their lines: which of them one statement answers, and what each of its rows counts
for."""

from bisect import bisect_right
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

# Field of a line → what facts call it, and the selector of a scope.
DIMENSION = {
    "company_id": ("company", "companies"),
    "team_id": ("team", "teams"),
    "user_id": ("credited", "credited"),
    "category_id": ("category", "categories"),
    "industry_id": ("segment", "segments"),
    "channel_id": ("channel", "channels"),
    "product_id": ("product", "products"),
}
# Few enough in their combinations to be asked for together, whichever of them each line names.
ORGANISATION = {"company_id", "team_id", "user_id"}
# What lines of one document may differ in.
OF_LINES = ("category_id", "product_id")


class Question(NamedTuple):
    """What an actual is asked for: a plan as a whole, or a line of one.

    ``key``: of the answer; ``scope``: field of ``SCOPE`` → id, where it has one; ``dates``: the first and the last day that
    count for it, ``plan_dates``: those of its plan."""

    key: object
    measure: str
    scope: dict
    dates: tuple
    plan_dates: tuple

    def days_of(self, window):
        """Who comes or goes counts for own days of the plan; in other years, for all.

        :rtype: tuple[datetime.date, datetime.date]
        """
        first, last = window[0][0], window[-1][1]
        return self.dates if self.plan_dates[0] <= first and last <= self.plan_dates[1] else (first, last)


def kind_of(question, counted):
    """What a scope names. Where documents are counted, each category and each product is a kind of its own: of a document
    with products of two categories, the sum of both is no number of documents."""
    return frozenset((name, value if name in OF_LINES and counted else 0) for name, value in question.scope.items())


def groups_of(questions, counted):
    """Kinds that one statement answers together: those whose scope names no more than that of the widest.

    :param bool counted: whether documents are counted, see :func:`kind_of`
    :return: kind → the kind that it is answered with
    :rtype: dict[frozenset, frozenset]
    """
    kinds = list(dict.fromkeys(kind_of(question, counted) for question in questions))
    organisation = [kind for kind in kinds if {name for name, _value in kind} <= ORGANISATION]
    together = frozenset().union(*organisation)
    groups, widest = {}, []
    others = [kind for kind in kinds if kind not in organisation]
    for kind in sorted([*others, *([together] if organisation else [])], key=len, reverse=True):
        wider = next((other for other in widest if kind < other and (not counted or _same_lines(kind, other))), kind)
        groups[kind] = wider
        if wider is kind:
            widest.append(kind)
    return {kind: groups[together if kind in organisation else kind] for kind in kinds}


def _same_lines(*kinds):
    first, second = ({part for part in kind if part[0] in OF_LINES} for kind in kinds)
    return first == second


def grain_of(batches):
    """The largest piece of time that lies in one period, and on one side of every line's dates.

    :return: a dimension of days; ``None`` where all days count for the one period
    :rtype: str | None
    """
    borders = {start for windows, _questions in batches for window in windows for start, _end in window[1:]}
    for _windows, questions in batches:
        for question in questions:
            (start, end), (first, last) = question.dates, question.plan_dates
            borders |= ({start} - {first}) | ({end + relativedelta(days=1)} if end != last else set())
    if not borders:
        return None
    if all(day.day == 1 for day in borders):
        return "month"
    if all(day.weekday() == 0 for day in borders):
        return "week"
    return "day"


def places_of(questions, names, window, answer):
    """What a row counts for: names of a scope → their values → amounts of the answer, with the first and the last day.

    :rtype: dict[tuple[str, ...], dict[tuple, list]]
    """
    places = {}
    for question in questions:
        kind = tuple(name for name in names if name in question.scope)
        values = tuple(question.scope[name] for name in kind)
        place = answer[question.key], *question.days_of(window)
        places.setdefault(kind, {}).setdefault(values, []).append(place)
    return places


def add_rows(rows, measure, grain, window, places, above):
    """Add what facts answer to the amounts that it counts for.

    :param list[dict] rows: of the query builder
    :param str grain: the dimension of days, if there is one
    :param dict places: as of :func:`places_of`
    :param dict above: field → record id → ids of itself and of all above it that questions name
    """
    starts = [start for start, _end in window]
    for row in rows:
        day = max(row[grain], starts[0]) if grain else starts[0]
        index = bisect_right(starts, day) - 1
        for kind, of_kind in places.items():
            keys = [()]
            for name in kind:
                value = row[DIMENSION[name][0]]
                values = above[name].get(value, ()) if name in above else (value,)
                keys = [(*key, value) for key in keys for value in values]
            for key in keys:
                for amounts, start, end in of_kind.get(key, ()):
                    if start <= day <= end:
                        amounts[index] += row[measure]
