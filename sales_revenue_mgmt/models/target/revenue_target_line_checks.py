"""What a line of a plan refuses."""

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from .revenue_target_line import KEPT, LEVELS, ORGANISATION, SCOPE


class RevenueTargetLine(models.Model):
    # The line, what it refuses, and its numbers: one file each.
    _inherit = "revenue.target.line"  # pylint: disable=consider-merging-classes-inherited

    def _check_no_parts_of_each_other(self):
        """Of a sum and its parts, one can be given."""
        ids = set(self.ids)
        for line in self.sudo():
            if above := ids.intersection(line._path()[:-1]):
                raise UserError(
                    self.env._(
                        "Target of %(line)s: it is a part of %(above)s, which is written as well. Write the sum or its parts.",
                        line=line.display_name,
                        above=line.browse(min(above)).display_name,
                    )
                )

    @api.constrains("level", "parent_id", *SCOPE)
    def _check_scope(self):
        if self._has_cycle():
            raise ValidationError(self.env._("Part of: a line cannot be part of itself."))
        levels = {parent: set(parent.child_ids.mapped("level")) for parent in self.sudo().parent_id}
        for line in self.sudo():
            parent = line.parent_id
            if not parent:
                continue
            own = LEVELS[line.level]
            label = self._fields[own]._description_string(self.env)
            if not line[own] or line.level == "company":
                raise ValidationError(self.env._("%(field)s: choose a part of the company.", field=label))
            for name in SCOPE:
                if name != own and line[name] != parent[name]:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: it has to be that of the line above, %(parent)s.",
                            field=self._fields[name]._description_string(self.env),
                            parent=parent.display_name,
                        )
                    )
            line._check_place(parent, levels[parent], own, label)

    def _check_place(self, parent, below, own, label):
        """Whether a line of this level, with this record, can stand below the other.

        :param set below: the levels that stand below the other by now
        """
        record = self[own]
        sentence = None
        rank = ORGANISATION.index(self.level) if self.level in ORGANISATION else None
        if below != {self.level}:
            levels = dict(self._fields["level"]._description_selection(self.env))
            sentence = self.env._(
                "all lines below %(parent)s have to be of one level, else they would count the same sale twice; there are "
                "%(level)s lines already.",
                parent=parent.display_name,
                level=levels[next(level for level in parent.child_ids.mapped("level") if level != self.level)],
            )
        elif self.level == "branch":
            if self.company_id not in parent.company_id.sudo().child_ids:
                sentence = self.env._(
                    "%(record)s is no branch of %(company)s.", record=record.name, company=parent.company_id.name
                )
        elif parent[own]:
            sentence = self.env._("the line above, %(parent)s, says it already.", parent=parent.display_name)
        elif rank is not None and parent.level in ORGANISATION and ORGANISATION.index(parent.level) >= rank:
            sentence = self.env._("a line like this cannot stand below %(parent)s.", parent=parent.display_name)
        elif self.env.context.get("revenue_lines_kept") is KEPT:
            pass
        elif self.level == "team" and record.company_id and record.company_id not in self.company_id.parent_ids:
            sentence = self.env._(
                "%(record)s is a team of %(other)s, not of %(company)s.",
                record=record.name,
                other=record.company_id.name,
                company=self.company_id.name,
            )
        elif self.level == "user" and (record.share or self.company_id not in record.company_ids):
            sentence = self.env._(
                "%(record)s does not work in %(company)s. Choose somebody who does.",
                record=record.name,
                company=self.company_id.name,
            )
        elif "company_id" in record and record.company_id and record.company_id not in self.company_id.parent_ids:
            sentence = self.env._("%(record)s belongs to another company.", record=record.display_name)
        if sentence:
            raise ValidationError(self.env._("%(field)s: %(sentence)s", field=label, sentence=sentence))

    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        for line in self.sudo():
            target = line.target_id
            if not target.date_start <= line.date_start <= line.date_end <= target.date_end:
                raise ValidationError(
                    self.env._(
                        "From, Until: %(start)s to %(end)s of %(line)s is not within the plan, %(first)s to %(last)s.",
                        start=line.date_start,
                        end=line.date_end,
                        line=line.display_name,
                        first=target.date_start,
                        last=target.date_end,
                    )
                )
