"""What became of a plan: one call, for every line and period. Formulas: the metrics of the design, in readme/USAGE.md."""

import datetime

from odoo import fields

from ...analytics.outliers import outliers
from ...analytics.periods import elapsed_share
from ...analytics.variance import explain
from .actuals import Actuals, last_year
from .alerts import Alerts
from .landing import Landings
from .rest import rests
from .working_days import count_working_days

# An outlier among so few says nothing.
LEAST_SIBLINGS = 5
IN_UNITS = ("target", "actual", "expected", "baseline", "variance", "landing", "low", "high")


class Results:
    """Targets and actuals of lines of one plan, in every period and altogether, as of now.

    Numbers are arrays of lines × periods, with a last column for the whole plan.
    """

    def __init__(self, plan, lines):
        """
        :param plan: as its reader has it
        :param lines: of it, that the caller has found the reader to be allowed to read: each before its parts, the first one
            above all others
        """
        # Open to the reader of a line: what its plan is about. The numbers are the reader's own.
        self.reader, self.plan, self.lines = plan, plan.sudo(), lines
        self.periods, self.today = self.plan._periods(), self.plan._today()
        self.decimals = self.plan._units().decimals
        self.actuals = Actuals(plan)
        self.windows = [self.periods, last_year(self.plan, self.periods)]
        self.elapsed = [elapsed_share(start, end, self.today) for start, end in self.periods]

    def answer(self):
        """
        :return: as ``get_results`` of a plan describes it
        :rtype: dict
        """
        plan, days_left = self.plan, self._working_days_left()
        seen = self.actuals.by_period(self.windows, self.lines)
        landings = Landings(plan, self._seen_whole(seen))
        numbers = self._numbers(seen, landings)
        columns = self._columns(numbers)
        rows = self._rows(numbers, columns, landings, days_left)
        return {
            "id": plan.id,
            "name": plan.display_name,
            "state": plan.state,
            "measure": plan._measure_label(),
            "currency_id": plan.currency_id.id,
            "decimals": self.decimals,
            "as_of": fields.Datetime.to_string(fields.Datetime.now()),
            "today": fields.Date.to_string(self.today),
            "days_left": days_left,
            "periods": [
                {
                    "start": fields.Date.to_string(start),
                    "end": fields.Date.to_string(end),
                    "label": plan._cell_label(start),
                    "elapsed": float(share),
                }
                for (start, end), share in zip(self.periods, self.elapsed, strict=True)
            ],
            "lines": rows,
            "rests": rests(self.lines, {name: columns[name] for name in ("actual", "baseline")}, self.decimals),
            "alerts": Alerts(self.reader, self.actuals.branches).of(rows),
        }

    # ------------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------------

    def _numbers(self, seen, landings):
        """
        :param seen: what the reader sees, of both windows
        :return: name → array
        """
        import numpy as np

        target = _with_total(np.array([line.cell_ids.mapped("amount") for line in self.lines], dtype=float))
        actual, baseline = (_with_total(np.array([part[line.id] for line in self.lines])) for part in seen)
        expected = _with_total(target[:, :-1] * np.array(self.elapsed))
        with np.errstate(divide="ignore", invalid="ignore"):
            attainment = np.where(target > 0, actual / target, np.nan)
            pacing = np.where(expected > 0, actual / expected, np.nan)
        return {
            "target": target,
            "actual": actual,
            "expected": expected,
            "baseline": baseline,
            "attainment": attainment,
            "variance": actual - target,
            "pacing": pacing,
            **landings.of(self.lines, self.periods, self.today, actual, target),
        }

    def _columns(self, numbers):
        """Lists of Python's floats, ``None`` for no value; in whole units where they are amounts."""
        import numpy as np

        return {
            name: _plain(np.round(values, self.decimals) if name in IN_UNITS else values)
            for name, values in numbers.items()
        }

    def _seen_whole(self, seen):
        """Lines of which the reader sees all revenue, of the plan's periods and of a year earlier. A forecast is of all of it:
        together with a part of the actuals it would be no landing.

        :rtype: revenue.target.line
        """
        if self.actuals.facts.sees_all(self.plan.measure, self.actuals.branches):
            return self.lines
        # Open to the reader: whether what they see is all of it. The number itself is only compared.
        everything = Actuals(self.plan).by_period(self.windows, self.lines)
        pairs = list(zip(seen, everything, strict=True))
        return self.lines.filtered(lambda line: all(part[line.id] == entire[line.id] for part, entire in pairs))

    def _among_siblings(self, numbers):
        """Rank, outliers and share of the gap: each line among the parts of the same line, where all of them are seen.

        :rtype: dict[int, dict]
        """
        import numpy as np

        names = "attainment", "pacing", "expected", "actual"
        attainment, pacing, expected, actual = (numbers[name][:, -1] for name in names)
        lines = self.lines
        found = {line.id: {"rank": None, "outlier": False, "share_of_gap": None} for line in lines}
        place = {line.id: index for index, line in enumerate(lines)}
        for parent, parts in lines.grouped("parent_id").items():
            if len(parts) < len(parent.child_ids):
                continue
            indexes = [place[part.id] for part in parts]
            order = sorted((i for i in indexes if not np.isnan(attainment[i])), key=lambda i: -attainment[i])
            for rank, index in enumerate(order, start=1):
                found[lines[index].id]["rank"] = rank
            if not parent:
                continue
            shares = explain(expected[indexes], actual[indexes]).share
            for index, share in zip(indexes, shares, strict=True):
                found[lines[index].id]["share_of_gap"] = None if np.isnan(share) else round(float(share), 6)
            paced = [index for index in indexes if not np.isnan(pacing[index])]
            if len(paced) >= LEAST_SIBLINGS:
                for index, is_outlier in zip(paced, outliers(pacing[paced]).is_outlier, strict=True):
                    found[lines[index].id]["outlier"] = bool(is_outlier)
        return found

    def _working_days_left(self):
        begin = max(self.today + datetime.timedelta(days=1), self.plan.date_start)
        return count_working_days(self.plan.company_id, begin, self.plan.date_end)

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------

    def _rows(self, numbers, columns, landings, days_left):
        gaps = numbers["target"][:, -1] - numbers["actual"][:, -1]
        among_siblings = self._among_siblings(numbers)
        return [
            {
                "id": line.id,
                "parent_id": line.parent_id.id,
                "depth": line._depth() - self.lines[0]._depth(),
                "level": line.level,
                "name": line.display_name,
                "leaf": not line.child_ids,
                "seen_whole": line.id in landings.line_ids,
                **among_siblings[line.id],
                "gap_per_day": round(float(gap / days_left), self.decimals) if gap > 0 and days_left else None,
                "forecast": landings.in_words(line),
                **{name: values[index] for name, values in columns.items()},
            }
            for index, (line, gap) in enumerate(zip(self.lines, gaps, strict=True))
        ]


def _with_total(values):
    """A column for the whole plan behind those of its periods."""
    import numpy as np

    return np.column_stack([values, values.sum(axis=1)])


def _plain(values):
    """Lists of Python's floats, ``None`` for no value."""
    return [[None if number != number else number for number in row] for row in values.tolist()]
