"""The audit trail as it stands in the database, in the words of the format, in constant memory."""

import itertools
from contextlib import closing

from odoo.tools import SQL

from .chain import ENTRY_FIELDS, SEAL_FIELDS, Written, anchored, missing_entry, missing_seal

BATCH = 5000
# Word of the format → column, for writing and for reading alike.
ENTRY_COLUMNS = {
    "version": "hash_version",
    "company": "company_id",
    "model": "res_model",
    "record": "res_id",
    "sequence": "sequence",
    "event": "event",
    "from": "state_from",
    "to": "state_to",
    "at": "at",
    "user": "user_id",
    "on_behalf_of": "on_behalf_of_id",
    "name": "record_name",
    "before": "before",
    "after": "after",
    "reason": "reason",
    "content_hash": "content_hash",
    "previous": "previous_hash",
    "login": "login_id",
    "origin": "origin",
    "transaction": "transaction",
}
SEAL_COLUMNS = {**{name: name for name in SEAL_FIELDS}, "version": "hash_version", "company": "company_id"}
SEAL_COLUMNS["previous"] = "previous_hash"
DECISION_FIELDS = (
    "id",
    "step",
    "user",
    "on_behalf_of",
    "decision",
    "reason",
    "content_hash",
    "login",
    "origin",
)
# As text: a moment that Python cannot represent is a finding, and so is a fraction of a second.
AT = "replace(%s::text, ' ', 'T') || 'Z'"


def sane_at(alias):
    """The time of an entry or a seal as Python can read it, whatever somebody has written there: Verify names it, and the trail
    goes on.
    """
    column = SQL.identifier(alias, "at")
    return SQL("date_trunc('second', LEAST(GREATEST(%s, '1970-01-01'), '9999-12-31 23:59:59'::timestamp))", column)


ANCHORED = {
    "entry": "SELECT e.res_model, e.res_id, e.sequence, e.hash FROM revenue_audit_entry e"
    " JOIN (VALUES %s) w (model, record, sequence)"
    " ON e.res_model = w.model AND e.res_id = w.record AND e.sequence = w.sequence",
    # NULL is a company of its own.
    "seal": "SELECT s.company_id, s.number, s.hash FROM revenue_audit_seal s JOIN (VALUES %s) w (company, number)"
    " ON COALESCE(s.company_id, 0) = COALESCE(w.company::bigint, 0) AND s.number = w.number",
}
MISSING = {"entry": missing_entry, "seal": missing_seal}


def _values(keys):
    return SQL(", ").join(SQL("%s", key) for key in keys)


def _read(text):
    """A governed content with the text that its hash covers; what cannot be read stays text, which has another hash."""
    try:
        return None if text is None else Written(text)
    except ValueError:
        return text


def _one_by_one(records):
    """What can be read of documents of which something cannot.

    :return: values and errors, both by id
    """
    values, errors = {}, {}
    for record in records:
        try:
            values |= record._audit_stable_values()
        except Exception as error:
            values[record.id], errors[record.id] = {}, f"{type(error).__name__}: {str(error)[:100]}"
    return values, errors


def _columns(alias, columns, names):
    for name in names:
        column = SQL.identifier(alias, columns[name])
        yield SQL(AT, column) if name == "at" else column


class TrailReader:
    """What the trail of some companies says, and whether what an anchor has is there."""

    def __init__(self, env, company_ids):
        """
        :param env: what has not been written yet is written first; rights are the caller's business
        :param company_ids: ids, or ``None`` for all companies; what is of no company is everybody's
        """
        self.env, self.company_ids = env, company_ids
        env.flush_all()

    def condition(self, alias):
        if self.company_ids is None:
            return SQL("TRUE")
        column = SQL.identifier(alias, "company_id")
        return SQL("(%s IS NULL OR %s IN %s)", column, column, tuple(self.company_ids))

    def shows(self, company_id):
        return self.company_ids is None or company_id is None or company_id in self.company_ids

    def entries(self):
        """All entries, chain by chain. Chains that went from company to company come whole."""
        crossing = SQL("FALSE")
        if self.company_ids is not None:
            crossing = SQL(
                "(e.res_model, e.res_id) IN (SELECT x.res_model, x.res_id FROM revenue_audit_entry x GROUP BY 1, 2"
                " HAVING bool_or(%s) AND MIN(COALESCE(x.company_id, 0)) <> MAX(COALESCE(x.company_id, 0)))",
                self.condition("x"),
            )
        names = (*ENTRY_FIELDS, "hash")
        query = SQL(
            "SELECT %s FROM revenue_audit_entry e WHERE %s OR %s ORDER BY e.res_model, e.res_id, e.sequence",
            SQL(", ").join(_columns("e", {**ENTRY_COLUMNS, "hash": "hash"}, names)),
            self.condition("e"),
            crossing,
        )
        with closing(self.stream(query)) as rows:
            for row in rows:
                content = dict(zip(names, row, strict=True))
                for name in ("before", "after"):
                    content[name] = _read(content[name])
                yield content

    def seals(self):
        """All seals in order, each with its id."""
        names = (*SEAL_FIELDS, "hash")
        query = SQL(
            "SELECT s.id, %s FROM revenue_audit_seal s WHERE %s ORDER BY s.company_id NULLS FIRST, s.number",
            SQL(", ").join(_columns("s", {**SEAL_COLUMNS, "hash": "hash"}, names)),
            self.condition("s"),
        )
        with closing(self.stream(query)) as rows:
            for seal_id, *row in rows:
                yield seal_id, dict(zip(names, row, strict=True))

    def sealed(self, seal_id):
        """Hash and time of the entries that a seal covers, in order."""
        query = SQL(
            "SELECT e.hash, %s FROM revenue_audit_leaf l JOIN revenue_audit_entry e ON e.id = l.entry_id"
            " WHERE l.seal_id = %s ORDER BY l.position",
            SQL(AT, SQL.identifier("e", "at")),
            seal_id,
        )
        with closing(self.stream(query)) as rows:
            yield from rows

    def unsealed(self):
        """:return: number of entries that no seal covers"""
        ((count,),) = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM revenue_audit_entry e WHERE %s"
                " AND NOT EXISTS (SELECT FROM revenue_audit_leaf l WHERE l.entry_id = e.id)",
                self.condition("e"),
            )
        )
        return count

    def strays(self, model):
        """Heads of documents that have no entry at all.

        :param str model: name of an audited model
        """
        records = self.env[model]
        own = SQL("TRUE")
        if "company_id" in records._fields and records._fields["company_id"].store:
            own = self.condition("d")
        query = SQL(
            "SELECT d.id, d.audit_sequence FROM %s d WHERE %s AND NOT EXISTS (SELECT FROM revenue_audit_entry e"
            " WHERE e.res_model = %s AND e.res_id = d.id) ORDER BY d.id",
            SQL.identifier(records._table),
            own,
            model,
        )
        with closing(self.stream(query)) as rows:
            for record_id, sequence in rows:
                yield {"model": model, "record": record_id, "sequence": sequence}

    def documents(self, model, record_ids):
        """Documents as they are now.

        :param str model: name of an audited model
        :return: iterable of ``document`` items of the format
        """
        records = self.env[model].sudo().with_context(active_test=False)
        workflow = [name for name in ("state", "content_hash") if (f := records._fields.get(name)) and f.store]
        names = ["id", "audit_sequence", "audit_hash", *workflow]
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM %s d WHERE d.id IN %s ORDER BY d.id",
                SQL(", ").join(SQL.identifier("d", name) for name in names),
                SQL.identifier(records._table),
                tuple(record_ids),
            )
        )
        decisions = self._decisions(model, record_ids)
        found = records.browse(row[0] for row in rows)
        # What the cache holds is not what stands in the database, where somebody has written past Odoo.
        found.env.invalidate_all(flush=False)
        try:
            values, errors = found._audit_stable_values(), {}
        except Exception:
            values, errors = _one_by_one(found)
        for row in rows:
            known = dict(zip(names, row, strict=True))
            item = {
                "type": "document",
                "model": model,
                "record": known["id"],
                "sequence": known["audit_sequence"] or 0,
                "hash": known["audit_hash"],
                "state": known.get("state"),
                "content_hash": known.get("content_hash"),
                "values": values[known["id"]],
                "decisions": decisions.get(known["id"], []),
            }
            if known["id"] in errors:
                item["error"] = errors[known["id"]]
            yield item
        found.env.invalidate_all(flush=False)

    def _decisions(self, model, record_ids):
        """:return: document id → its decisions in the words of the format"""
        query = SQL(
            "SELECT res_id, id, step_id, user_id, on_behalf_of_id, decision, reason, content_hash, login_id, origin"
            " FROM revenue_approval_decision WHERE res_model = %s AND res_id IN %s ORDER BY id",
            model,
            tuple(record_ids),
        )
        found = {}
        for record_id, *row in self.env.execute_query(query):
            found.setdefault(record_id, []).append(dict(zip(DECISION_FIELDS, row, strict=True)))
        return found

    def compare(self, lines):
        """What an anchor has and is not there now.

        :param lines: iterable of lines of an earlier export, or of seals that were kept
        :return: iterable of problems
        """
        compared = False
        lines = enumerate(lines, 1)
        while batch := list(itertools.islice(lines, BATCH)):
            wanted = {"entry": {}, "seal": {}}
            for number, line in batch:
                try:
                    kind, key, item_hash = anchored(line)
                except (ValueError, KeyError, TypeError) as error:
                    yield f"the anchor, line {number}: it cannot be read ({error})"
                    continue
                if kind in wanted:
                    wanted[kind][key] = item_hash
            compared = compared or any(wanted.values())
            for kind, items in wanted.items():
                yield from self._compare(kind, items) if items else ()
        if not compared:
            yield "the anchor has neither entries nor seals"

    def _compare(self, kind, items):
        found = {
            tuple(key): item_hash for *key, item_hash in self.env.execute_query(SQL(ANCHORED[kind], _values(items)))
        }
        for key, item_hash in items.items():
            if key not in found:
                yield MISSING[kind](*key)
            elif found[key] != item_hash:
                yield f"{MISSING[kind](*key)[: -len('it is missing')]}another one is in its place"

    def stream(self, query):
        """Rows through a server-side cursor: as many in memory as one batch has."""
        name = f"revenue_audit_{id(query)}"
        cr = self.env.cr
        cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", SQL.identifier(name), query))
        try:
            while True:
                cr.execute(SQL("FETCH %s FROM %s", BATCH, SQL.identifier(name)))
                rows = cr.fetchall()
                yield from rows
                if len(rows) < BATCH:
                    break
        finally:
            cr.execute(SQL("CLOSE %s", SQL.identifier(name)))
