"""Verify: the trail's chains and seals, the documents against their chains, and what guards the tables."""

import time

from . import guard
from .chain import ENTRY_FIELDS, ENTRY_FIELDS_OF_VERSION, SEAL_FIELDS, ChainCheck, DocumentCheck, Export, SealCheck
from .reader import TrailReader

# Chains whose documents are compared together.
DOCUMENTS = 1000


class AuditVerification:
    """One pass over the trail of some companies."""

    def __init__(self, env, company_ids, limit):
        """
        :param env: rights are the caller's business
        :param company_ids: ids, or ``None`` for all
        :param int limit: stop after so many problems
        """
        self.env, self.limit = env, limit
        self.reader = TrailReader(env, company_ids)
        self.models = env["revenue.audit.entry"]._audited_models()
        self.problems, self.entries, self.seals = [], 0, 0

    def run(self, anchor=None):
        """
        :param anchor: iterable of lines of an earlier export or of kept seals
        :return: see ``revenue.audit.seal.verify``
        """
        started = time.monotonic()
        for step in (self._guards(), self._chains(), self._strays(), self._seals(), self._anchor(anchor)):
            for problem in step:
                if len(self.problems) >= self.limit:
                    break
                self.problems.append(problem)
            step.close()
        return {
            "entries": self.entries,
            "seals": self.seals,
            "unsealed": self.reader.unsealed(),
            "problems": self.problems,
            "seconds": round(time.monotonic() - started, 2),
        }

    def _guards(self):
        append_only = self.env.registry["revenue.audit.append.only"]
        for cls in self.env.registry.values():
            if issubclass(cls, append_only) and not cls._abstract:
                yield from guard.problems(self.env, cls._table)

    def _chains(self):
        chain, documents, last = ChainCheck(), DocumentCheck(), None
        for entry in self.reader.entries():
            self.entries += self.reader.shows(entry["company"])
            key = entry["model"], entry["record"]
            if key != last and len(documents) >= DOCUMENTS:
                yield from self._documents(documents)
            last = key
            # Both: what is wrong with an entry is no reason not to look at its document.
            for problem in (chain.problem(entry), documents.take(entry)):
                if problem:
                    yield problem
        yield from self._documents(documents)

    def _documents(self, check):
        keys = sorted(check.keys())
        for model in self.models:
            if record_ids := [record_id for name, record_id in keys if name == model]:
                for document in self.reader.documents(model, record_ids):
                    if problem := check.problem(document):
                        yield problem
        yield from check.missing(self.models)

    def _strays(self):
        for model in self.models:
            for head in self.reader.strays(model):
                yield DocumentCheck().problem(head)

    def _seals(self):
        check = SealCheck()
        for seal_id, seal in self.reader.seals():
            self.seals += 1
            if problem := check.problem(seal, self.reader.sealed(seal_id)):
                yield problem

    def _anchor(self, lines):
        if lines is not None:
            yield from self.reader.compare(lines)


def write_export(env, company_ids, write, **about):
    """Write an export that ``revenue_audit_chain.py`` verifies.

    :param company_ids: ids, or ``None`` for all
    :param write: takes bytes
    :param about: what the first line says besides
    """
    reader, models = TrailReader(env, company_ids), env["revenue.audit.entry"]._audited_models()
    export = Export(write, companies=None if company_ids is None else list(company_ids), models=models, **about)
    open_keys, last = {}, None

    def put_documents():
        for model in models:
            if record_ids := [record_id for name, record_id in open_keys if name == model]:
                for document in reader.documents(model, record_ids):
                    # Of a document that has gone to a company which is not shown: its head, and nothing of its content.
                    hidden = (
                        {} if open_keys[model, document["record"]] else {"state": None, "values": {}, "decisions": None}
                    )
                    export.put({**document, **hidden})
        open_keys.clear()

    for content in reader.entries():
        key = content["model"], content["record"]
        if key != last and len(open_keys) >= DOCUMENTS:
            put_documents()
        last = key
        open_keys[key] = reader.shows(content["company"])
        if open_keys[key]:
            # An older entry has the fields of its version.
            names = ENTRY_FIELDS_OF_VERSION.get(content["version"], ENTRY_FIELDS)
            export.put({"type": "entry", **{name: content[name] for name in (*names, "hash")}})
        else:
            names = ("company", "model", "record", "sequence", "previous", "hash")
            export.put({"type": "elsewhere", **{name: content[name] for name in names}})
    put_documents()
    for model in models:
        for head in reader.strays(model):
            export.put({"type": "document", "hash": None, "state": None, "content_hash": None, "values": {}, **head})
    for seal_id, seal in reader.seals():
        names = (*SEAL_FIELDS, "hash")
        covered = [entry_hash for entry_hash, _at in reader.sealed(seal_id)]
        export.put({"type": "seal", **{name: seal[name] for name in names}, "entries": covered})
    export.end()
