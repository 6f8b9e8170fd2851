"""What became of a plan: one call, for every line and period. Formulas: the metrics of the design, in readme/USAGE.md."""

import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...analytics.outliers import outliers
from ...analytics.periods import elapsed_share
from ...analytics.variance import explain

# An outlier among so few says nothing.
LEAST_SIBLINGS = 5


class RevenueTarget(models.Model):
    _inherit = "revenue.target"

    @api.readonly
    def get_results(self):
        """Target and actual of every line in every period and altogether, as of now.

        :return: ``periods`` (start, end, label, elapsed: share that has passed), ``as_of``, ``alerts``, and ``lines`` in the
            order of the tree: id, parent_id, depth, level, name, leaf, seen_whole (whether the reader sees all of its revenue;
            only then there is a landing), rank (among its siblings, by attainment), outlier,
            gap_per_day (what is missing per working day that is left), forecast (method, wape, mase, bias, message,
            unusual: sentences on what does not count as it is; next: what
            the next period of the plan's length would bring), share_of_gap (of its parent's), and lists with a
            number per period and then one for the whole plan: target, actual, expected (by the plan's own phasing),
            baseline (a year earlier), attainment, variance, pacing, landing, low, high (80 %), probability. ``None`` is "no
            value". ``rests``: what belongs to a line and to none of its parts, see :meth:`_rests`.
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return self._results(self._tree())

    def _results(self, lines):
        """See :meth:`get_results`; of some of the plan's lines, each before its parts, the first one above all others.

        :param lines: that the caller has found the reader to be allowed to read
        """
        import numpy as np

        # What a plan is about is no secret to who may read its lines; the numbers are the reader's own.
        plan = self.sudo()
        periods, today = plan._periods(), plan._today()
        actual_of, baseline_of = seen = self._line_actuals([periods, plan._last_year(periods)], lines=lines)
        target = _with_total(np.array([line.cell_ids.mapped("amount") for line in lines], dtype=float))
        actual = _with_total(np.array([actual_of[line.id] for line in lines]))
        baseline = _with_total(np.array([baseline_of[line.id] for line in lines]))
        elapsed = np.array([elapsed_share(start, end, today) for start, end in periods])
        expected = _with_total(target[:, :-1] * elapsed)
        whole = self._seen_whole(lines, periods, seen)
        forecasts = self._forecasts_of(whole)
        landed = plan._landings(lines, forecasts, periods, today, actual, target)
        with np.errstate(divide="ignore", invalid="ignore"):
            attainment = np.where(target > 0, actual / target, np.nan)
            pacing = np.where(expected > 0, actual / expected, np.nan)
        numbers = {
            "target": target,
            "actual": actual,
            "expected": expected,
            "baseline": baseline,
            "attainment": attainment,
            "variance": actual - target,
            "pacing": pacing,
            **landed,
        }
        decimals = plan._decimals()
        for name in ("target", "actual", "expected", "baseline", "variance", "landing", "low", "high"):
            numbers[name] = np.round(numbers[name], decimals)
        columns = {name: _plain(values) for name, values in numbers.items()}
        days_left = plan._working_days_left(today)
        extras = plan._among_siblings(lines, attainment[:, -1], pacing[:, -1], expected[:, -1], actual[:, -1])
        rows = []
        for index, line in enumerate(lines):
            gap = target[index, -1] - actual[index, -1]
            rows.append(
                {
                    "id": line.id,
                    "parent_id": line.parent_id.id,
                    "depth": line._depth() - lines[0]._depth(),
                    "level": line.level,
                    "name": line.display_name,
                    "leaf": not line.child_ids,
                    "seen_whole": line in whole,
                    **extras[line.id],
                    "gap_per_day": round(float(gap / days_left), decimals) if gap > 0 and days_left else None,
                    "forecast": plan._forecast_words(forecasts.get(line), line in whole),
                    **{name: values[index] for name, values in columns.items()},
                }
            )
        return {
            "id": self.id,
            "name": plan.display_name,
            "state": plan.state,
            "measure": plan._measure_label(),
            "currency_id": plan.currency_id.id,
            "decimals": decimals,
            "as_of": fields.Datetime.to_string(fields.Datetime.now()),
            "today": fields.Date.to_string(today),
            "days_left": days_left,
            "periods": [
                {
                    "start": fields.Date.to_string(start),
                    "end": fields.Date.to_string(end),
                    "label": plan._cell_label(start),
                    "elapsed": float(share),
                }
                for (start, end), share in zip(periods, elapsed, strict=True)
            ],
            "lines": rows,
            "rests": plan._rests(lines, {name: columns[name] for name in ("actual", "baseline")}),
            "alerts": self._alerts(rows),
        }

    def action_open_line(self, line_id):
        """The documents that make up the actual of a line, for who may read the plan."""
        self.ensure_one()
        self.check_access("read")
        return self._line_drill_down(self._line_of(line_id))

    def _line_of(self, line_id):
        """
        :raises UserError: there is no such line in this plan
        """
        # Who may read the plan may read all of it.
        line = self.sudo().line_ids.filtered(lambda line: line.id == line_id)
        if not line:
            raise UserError(
                self.env._("Line: %(line)s is not a line of %(plan)s.", line=line_id, plan=self.display_name)
            )
        return line

    def _line_drill_down(self, line):
        """
        :param line: that the caller has found the reader to be allowed to read
        """
        scope = self._line_scope(line, line.date_start, line.date_end)
        return {**self._facts().drill_down_action(line.measure, scope), "name": line.display_name}

    def _seen_whole(self, lines, periods, seen):
        """Lines of which the reader sees all revenue, of the plan's periods and of a year earlier. A forecast is of all of it:
        together with a part of the actuals it would be no landing.

        :param seen: what the reader sees, as :meth:`_line_actuals` answers it
        :rtype: revenue.target.line
        """
        plan = self.sudo()
        if self._facts().sees_all(plan.measure, plan._branches()):
            return lines
        # Only compared with what the reader sees; whether it is all of it is no secret.
        everything = plan._line_actuals([periods, plan._last_year(periods)], lines=lines)
        pairs = list(zip(seen, everything, strict=True))
        return lines.filtered(lambda line: all(part[line.id] == entire[line.id] for part, entire in pairs))

    def _among_siblings(self, lines, attainment, pacing, expected, actual):
        """Rank, outliers and share of the gap: each line among the parts of the same line, where all of them are seen.

        :rtype: dict[int, dict]
        """
        import numpy as np

        found = {line.id: {"rank": None, "outlier": False, "share_of_gap": None} for line in lines}
        place = {line.id: index for index, line in enumerate(lines)}
        for parent, parts in lines.grouped("parent_id").items():
            indexes = [place[part.id] for part in parts]
            order = sorted((i for i in indexes if not np.isnan(attainment[i])), key=lambda i: -attainment[i])
            for rank, index in enumerate(order, start=1):
                found[lines[index].id]["rank"] = rank
            if len(parts) < len(parent.child_ids):
                for part in parts:
                    found[part.id]["rank"] = None
                continue
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

    def _working_days_left(self, today):
        begin = max(today + datetime.timedelta(days=1), self.date_start)
        if begin > self.date_end:
            return 0
        return self._count_working_days(begin, self.date_end)


def _with_total(values):
    """A column for the whole plan behind those of its periods."""
    import numpy as np

    return np.column_stack([values, values.sum(axis=1)])


def _plain(values):
    """Lists of Python's floats, ``None`` for no value."""
    return [[None if number != number else number for number in row] for row in values.tolist()]
