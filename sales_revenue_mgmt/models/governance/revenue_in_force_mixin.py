"""What is in force for a scope and for a time: a document, or a line of one. Nothing is in force twice."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class RevenueInForceMixin(models.AbstractModel):
    """Inherit it, declare ``date_start`` and ``date_end`` (first and last day; no last day is for ever), and say in
    ``_force_key`` what is covered.
    """

    _name = "revenue.in.force.mixin"
    _description = "In Force for a Scope and Dates"

    # Filled while the record is in force: there a constraint sees to it that nothing covers the same twice.
    force_key = fields.Char(readonly=True, copy=False, index="btree_not_null")

    # Without extensions of PostgreSQL: ranges of one number have an operator class of their own. Deferred, so that people first
    # get the sentence of ``_in_the_way``; it decides only between two transactions that cannot see each other.
    _in_force_once = models.Constraint(
        """EXCLUDE USING gist (
            int8range(hashtextextended(force_key, 0), hashtextextended(force_key, 0), '[]') WITH &&,
            daterange(date_start, date_end, '[]') WITH &&
        ) WHERE (force_key IS NOT NULL) DEFERRABLE INITIALLY DEFERRED""",
        "Somebody else has just put something in force that covers the same in an overlapping period. Open that one.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # Also against defaults of the context.
        return super().create([{**vals, "force_key": False} for vals in vals_list])

    def write(self, vals):
        return super().write({name: value for name, value in vals.items() if name != "force_key"})

    def _force_key(self):
        """What the record covers, the same for whatever covers the same.

        :rtype: str
        """
        raise NotImplementedError

    def _put_in_force(self):
        """From now on nobody else covers the same at the same time.

        :raises IntegrityError: somebody who could not be seen does; Odoo shows the constraint's sentence
        """
        self._write_force_keys([record._force_key() for record in self])
        # Now, not at commit: there the message would be lost.
        constraint = SQL.identifier(f"{self._table}_in_force_once")
        self.env.execute_query(SQL("SET CONSTRAINTS %s IMMEDIATE", constraint))
        self.env.execute_query(SQL("SET CONSTRAINTS %s DEFERRED", constraint))

    def _take_out_of_force(self):
        self._write_force_keys([None] * len(self))

    def _write_force_keys(self, keys):
        """One statement, past the guards of a document that is no draft any more."""
        if not self:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s AS record SET force_key = new.key FROM unnest(%s::int[], %s::text[]) AS new (id, key)"
                " WHERE record.id = new.id",
                SQL.identifier(self._table),
                list(self.ids),
                keys,
            )
        )
        self.invalidate_recordset(["force_key"])

    def _in_the_way(self):
        """What is in force already and covers the same at the same time; also what this user may not read.

        :return: record → others, as superuser
        :rtype: dict
        """
        by_key = defaultdict(list)
        for record in self:
            by_key[record._force_key()].append(record)
        if not self:
            return {}
        domain = Domain("force_key", "in", list(by_key)) & (
            Domain("date_end", "=", False) | Domain("date_end", ">=", min(self.mapped("date_start")))
        )
        if all(record.date_end for record in self):
            domain &= Domain("date_start", "<=", max(self.mapped("date_end")))
        found = {}
        for other in self.sudo().search(domain):
            for record in by_key[other.force_key]:
                begins_before_its_end = not record.date_end or other.date_start <= record.date_end
                if begins_before_its_end and (not other.date_end or record.date_start <= other.date_end):
                    found[record] = found.get(record, other) | other
        return found

    def _in_the_way_sentence(self, other):
        """
        :param other: of :meth:`_in_the_way`; the sentence says no more of it than its dates
        :rtype: str
        """
        return self.env._(
            "%(record)s: it is covered from %(start)s to %(end)s already. Choose other dates, or revise what is in force.",
            record=self.display_name,
            start=other.date_start,
            end=other.date_end or "…",
        )

    @api.model
    def _in_force_on(self, day, domain=()):
        """What is in force on a day, of those that this user may read.

        :param datetime.date day: a business day
        :param domain: which of them
        """
        return self.search(
            Domain("force_key", "!=", False)
            & Domain("date_start", "<=", day)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", day))
            & Domain(domain)
        )
