#!/usr/bin/env python3
"""The audit trail's format and its verification. Standard library only: this file is also the offline verifier.

    python3 revenue_audit_chain.py trail.jsonl [--anchor earlier.jsonl]

An export is a file of JSON lines: one ``{"type": "trail", "version": 3, ...}``, then every entry, chain by chain in order, each
thousand chains followed by their documents as they are now, then every seal in order with the hashes of the entries that it
covers, then ``{"type": "end", ...}`` with counts, heads and the hash of all lines before. What is checked:

- the hash of each entry is that of its content, and each entry names the hash of the one before it in the same document's
  chain, which counts 1, 2, 3, ... without a gap, in time that never runs backwards;
- each document is what its chain says: its head is the last entry, its state the last "to", its governed content the last
  "after"; a chain without a document ends in "deleted";
- each document went from state to state without a gap, was approved before it was posted, and was approved by as many
  decisions as the route that it was submitted with asks for; its decisions are those that the chain names, unchanged;
- each seal names the hash of the seal before it, is not older, and its Merkle root (RFC 6962) is that of its entries;
- no entry is covered that is not there;
- whatever an anchor (an earlier export, or a seal that was kept elsewhere) has, is there.

Decisions that a job or other code took in somebody's name are listed, too; they break nothing.

Exit code: 0 intact, 1 broken, 2 incomplete or no trail at all: then nothing is proven.

Canonical JSON: keys sorted, no spaces, UTF-8 without escapes; there are no floats in it (numbers with decimals are strings).
"""

import hashlib
import json
import re
import sys
from datetime import datetime
from typing import NamedTuple

# Of the entries that are written now. Older ones stay as they are, and verify by the fields of their own version.
VERSION = 3
SEAL_VERSION = 1
GENESIS = "0" * 64
# What the hash of an entry covers, in the words of the format. Never rename: that would break every trail.
_FIELDS_1 = (
    "version",
    "company",
    "model",
    "record",
    "sequence",
    "event",
    "from",
    "to",
    "at",
    "user",
    "on_behalf_of",
    "name",
    "before",
    "after",
    "reason",
    "content_hash",
    "previous",
)
# Who has signed in to the request (a user's id), where it came from (request, no request, job ID: NAME; before version 3
# job: NAME), and the id of the database's transaction as text of decimal digits.
ENTRY_FIELDS = (*_FIELDS_1, "login", "origin", "transaction")
ENTRY_FIELDS_OF_VERSION = {1: _FIELDS_1, 2: ENTRY_FIELDS, 3: ENTRY_FIELDS}
# From this version on, the "after" of who submits names the steps of the route (id, name, tier, required, carried: the id of an
# earlier step that answers it), and the "after" of who decides names the decisions (id, name, step, on_behalf_of).
ROUTES_SINCE = 3
ROUTE, DECIDED = "route", "decisions"
# What is put on a document or taken away (id, name, sha256 or url) stands beside its content, too.
ATTACHMENT = "attachment"
_SORTED_FIELDS_OF_VERSION = {version: sorted(names) for version, names in ENTRY_FIELDS_OF_VERSION.items()}
SEAL_FIELDS = ("version", "company", "number", "at", "count", "root", "previous")
# Events by which a person decides, and the origin of what a person has called.
DECISIONS = ("approved", "rejected", "posted")
REQUEST = "request"
# Longer lines than any export has: a file is read line by line, so this bounds the memory.
MAX_LINE = 1 << 26
_MODEL = re.compile(r"[a-z0-9_.]{1,100}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


# ----------------------------------------------------------------------
# Writing down, and hashes
# ----------------------------------------------------------------------


def _no_float(text):
    raise ValueError(f"{text} is a float")


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_quoted = json.encoder.encode_basestring
_DECODER = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float)


def canonical(value):
    """The one way to write a value down.

    :rtype: str
    :raises TypeError: a float, or anything that JSON does not have
    """
    _refuse_floats(value)
    return _ENCODER.encode(value)


def _refuse_floats(value):
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float; write it as a string of decimals")
    if isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            # Text is what most of it is.
            if type(item) is not str:
                _refuse_floats(item)


def parsed(text):
    """The value of a JSON text.

    :raises ValueError: no JSON, a float, or more nested than can be read
    """
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


class Written:
    """A value together with the text that it was written down as, which is what the hash covers."""

    __slots__ = ("text", "value")

    def __init__(self, text):
        self.text, self.value = text, parsed(text)


def _value(part):
    return part.value if isinstance(part, Written) else part


def moment(at):
    """A point in time as the format writes it: UTC, whole seconds.

    :param datetime.datetime at: naive, UTC
    :rtype: str
    """
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(content, names):
    """SHA-256 over the canonical JSON of the named fields.

    :param dict content: has every field of ``names``
    :return: 64 hexadecimal digits
    """
    return hashlib.sha256(canonical({name: content[name] for name in names}).encode()).hexdigest()


class UnknownFormat(ValueError):
    """The version of an entry is not known, or it has what its version does not have."""


def entry_digest(entry):
    """The hash of an entry, over the fields that its version has.

    :raises UnknownFormat: a version that is not known, or a field with a value that its version does not have
    """
    version = entry["version"]
    if type(version) is not int or version not in ENTRY_FIELDS_OF_VERSION:
        raise UnknownFormat(f"version {version!r} of the format is not known")
    names = ENTRY_FIELDS_OF_VERSION[version]
    if names is not ENTRY_FIELDS and (
        extra := [name for name in ENTRY_FIELDS if name not in names and entry.get(name) is not None]
    ):
        raise UnknownFormat(f"version {version} of the format has no {extra[0]}")
    parts = [f'"{name}":{_text(entry[name])}' for name in _SORTED_FIELDS_OF_VERSION[version]]
    return hashlib.sha256(f"{{{','.join(parts)}}}".encode()).hexdigest()


def _text(part):
    """The canonical text of a part; the common kinds first, since this runs twenty times for each entry."""
    kind = type(part)
    if kind is str:
        return _quoted(part)
    if part is None:
        return "null"
    if kind is int:
        return str(part)
    return part.text if kind is Written else canonical(part)


class Merkle:
    """A Merkle tree as in RFC 6962 that is fed leaf by leaf and remembers log₂(n) hashes."""

    def __init__(self):
        self.count = 0
        self._stack = []  # (height, hash), falling heights

    def add(self, entry_hash):
        try:
            leaf = b"\x00" + bytes.fromhex(entry_hash)
        except (TypeError, ValueError):
            # No hash of ours. Verify names the entry; sealing goes on, and covers what stands there.
            leaf = b"\x02" + str(entry_hash).encode("utf-8", "surrogatepass")
        node = hashlib.sha256(leaf).digest()
        height = 0
        while self._stack and self._stack[-1][0] == height:
            node = hashlib.sha256(b"\x01" + self._stack.pop()[1] + node).digest()
            height += 1
        self._stack.append((height, node))
        self.count += 1

    def root(self):
        """:return: 64 hexadecimal digits; of an empty tree, the hash of nothing"""
        if not self._stack:
            return hashlib.sha256(b"").hexdigest()
        node = self._stack[-1][1]
        for _height, left in reversed(self._stack[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node.hex()


# ----------------------------------------------------------------------
# Checks
# ----------------------------------------------------------------------


def entry_place(entry):
    return f"entry {entry.get('sequence')} of {entry.get('model')} {entry.get('record')} ({entry.get('name')})"


def seal_place(seal):
    return f"seal {seal.get('number')} of company {seal.get('company')}"


def _checked(place, check, *arguments):
    """What a check says; whatever goes wrong in it is a finding, too."""
    try:
        return check(*arguments)
    except Exception as error:
        return f"{place}: it cannot be checked ({type(error).__name__}: {str(error)[:100]})"


def _time_problem(place, at, last):
    if not isinstance(at, str) or not _MOMENT.fullmatch(at):
        return f"{place}: {at!r} is no point in time"
    if last is not None and at < last:
        return f"{place}: its time ({at}) is before that of the one before it ({last})"
    return None


class ChainCheck:
    """Checks entries that come chain by chain, in order; remembers one entry."""

    def __init__(self):
        self._key = None
        self._sequence, self._hash, self._version, self._at = 0, GENESIS, 0, None

    def problem(self, entry):
        """What is wrong with the next entry, or ``None``.

        :param dict entry: the fields of its version, and ``hash``; of an entry of another company that is not shown, ``type``
            is ``elsewhere``, and there is nothing but its place in the chain
        :rtype: str | None
        """
        place = entry_place(entry)
        key = entry.get("model"), entry.get("record")
        if key != self._key:
            self._key = key
            self._sequence, self._hash, self._version, self._at = 0, GENESIS, 0, None
        problem = _checked(place, self._problem, place, entry)
        sequence = entry.get("sequence")
        self._sequence = sequence if type(sequence) is int else self._sequence + 1
        self._hash = entry.get("hash")
        return problem

    def _problem(self, place, entry):
        if entry["sequence"] != self._sequence + 1:
            return f"{place}: entry {self._sequence + 1} is missing before it"
        if entry["previous"] != self._hash:
            return f"{place}: it does not follow the entry before it"
        if entry.get("type") == "elsewhere":
            return None
        try:
            right = entry_digest(entry) == entry["hash"]
        except UnknownFormat as error:
            return f"{place}: {error}"
        if not right:
            return f"{place}: its content was changed"
        version, at = entry["version"], entry["at"]
        problem = _time_problem(place, at, self._at)
        if not problem and version < self._version:
            problem = f"{place}: it is of an older version than the entry before it"
        self._version, self._at = version, at
        return problem


def bare(value):
    """What is stable of a governed value: references by id, since their names change without a write."""
    if isinstance(value, dict):
        return value.get("id")
    return [bare(item) for item in value] if isinstance(value, list) else value


class RouteCheck:
    """Follows one document from state to state, and its decisions."""

    def __init__(self):
        self._state, self._route = None, None
        # Of each step of any route: how many have approved it.
        self._yes, self._required = {}, {}
        # Decision → what the trail says of it; older entries do not name their decisions.
        self._decisions, self._older = {}, False

    def problem(self, entry, after):
        """What is wrong with the next entry, or ``None``."""
        event, source, target = entry["event"], entry["from"], entry["to"]
        before, self._state = self._state or "draft", target if target is not None else self._state
        if source is not None and source != before:
            return f"it begins as {source}, and was {before}"
        if target == "posted" and source not in ("approved", "posted"):
            return f"it was posted from {source}, without having been approved"
        named = entry["version"] >= ROUTES_SINCE
        if event == "submitted":
            self._route = {step["id"]: step for step in after[ROUTE]} if named else None
            self._older = self._older or not named
            for step_id, step in (self._route or {}).items():
                self._yes[step_id], self._required[step_id] = 0, step["required"]
        if event in ("approved", "rejected"):
            self._older = self._older or not named
            for decision in after[DECIDED] if named else ():
                self._decisions[decision["id"]] = {
                    **{name: entry[name] for name in ("user", "reason", "content_hash", "login", "origin")},
                    **{name: decision[name] for name in ("step", "on_behalf_of")},
                    "decision": event,
                }
                if self._route is not None and decision["step"] not in self._route:
                    return "it names a decision on a step that its route does not have"
                if event == "approved" and self._route is not None:
                    self._yes[decision["step"]] += 1
        if target == "approved" and source != "approved":
            return self._not_approved(source)
        return None

    def _not_approved(self, source):
        if source != "submitted":
            return f"it was approved from {source}, without having been submitted"
        for step in (self._route or {}).values():
            # What an earlier submission answered, or that step itself.
            answer = step["id"] if step["carried"] is None else step["carried"]
            if answer not in self._yes and self._older and answer != step["id"]:
                continue
            count, required = self._yes.get(answer, 0), self._required.get(answer, step["required"])
            if count < required:
                return f"it was approved with {count} of {required} decisions of {step['name']!r}"
        return None

    def differs(self, decisions):
        """How decisions, as they are now, differ from what the trail says; or ``None``."""
        found = {decision["id"]: decision for decision in decisions}
        if missing := sorted(self._decisions.keys() - found.keys()):
            return f"decision {missing[0]} is missing"
        for decision_id, decision in found.items():
            said = self._decisions.get(decision_id)
            if said is None:
                if self._older:
                    continue
                return f"decision {decision_id} is not in the trail"
            for name, value in said.items():
                if decision[name] != value:
                    return f"decision {decision_id} changed ({name} is {decision[name]}, by the trail {value})"
        return None


class DocumentCheck:
    """Compares documents with their chains; remembers the ends of the chains whose documents have not come yet."""

    def __init__(self):
        self._open = {}

    def __len__(self):
        return len(self._open)

    def keys(self):
        return self._open.keys()

    def take(self, entry):
        """Remember what an entry says of its document.

        :return: what is wrong with it, or ``None``
        """
        return _checked(entry_place(entry), self._take, entry)

    def _take(self, entry):
        key = entry["model"], entry["record"]
        end = self._open.setdefault(key, {"state": None, "content_hash": None, "values": {}, "partly": False})
        route = end.setdefault("route", RouteCheck())
        end |= {"sequence": entry["sequence"], "hash": entry["hash"], "place": entry_place(entry)}
        if entry.get("type") == "elsewhere":
            end["event"], end["partly"] = None, True
            return None
        end["event"] = entry["event"]
        if entry["to"] is not None:
            end["state"] = entry["to"]
        if entry["content_hash"] is not None:
            end["content_hash"] = entry["content_hash"]
        after = _value(entry["after"])
        if after is not None and not isinstance(after, dict):
            return f"{entry_place(entry)}: its content cannot be read"
        # Entries of version 1 were written before a new document had its parts: what was empty then may have been filled.
        early = entry["version"] == 1 and entry["event"] == "created"
        for name, value in (after or {}).items():
            if name in (ROUTE, DECIDED, ATTACHMENT):
                continue
            if value is None and early:
                end["values"].pop(name, None)
            else:
                end["values"][name] = bare(value)
        # Of a chain that is not shown whole, states are missing.
        problem = None if end["partly"] else route.problem(entry, after)
        return f"{end['place']}: {problem}" if problem else None

    def problem(self, document):
        """What is wrong with a document, or ``None``.

        :param dict document: ``model``, ``record``, ``sequence`` and ``hash`` (its head), ``state`` (``None`` where it has none),
            ``content_hash``, ``values`` (name → bare value of each governed field), and ``decisions`` (``None`` where they are
            not known)
        """
        place = f"{document.get('model')} {document.get('record')}"
        return _checked(place, self._problem, place, document)

    def _problem(self, place, document):
        end = self._open.pop((document["model"], document["record"]), None)
        if end is None:
            sequence = document["sequence"]
            return f"entry {sequence} of {place}: it is missing" if sequence else f"{place}: it is not in the trail"
        if document["sequence"] != end["sequence"]:
            return f"entry {document['sequence']} of {place}: it is missing, or not the last one"
        place = f"{place}, against {end['place']}"
        if end["event"] == "deleted":
            return f"{place}: it is there, although the trail says that it was deleted"
        if document["hash"] != end["hash"]:
            return f"{place}: that is not the entry which it remembers as its last one"
        if end["partly"]:
            return None
        state = document["state"]
        if state is not None and state != (end["state"] or "draft"):
            return f"{place}: it is {state}, and {end['state'] or 'draft'} by the trail"
        values = document["values"]
        if document.get("error"):
            return f"{place}: its content cannot be read ({document['error']})"
        changed = [
            name for name in sorted(values) if name in end["values"] and not _agrees(end["values"][name], values[name])
        ]
        if changed:
            said, found = (str(content[changed[0]])[:100] for content in (end["values"], values))
            return (
                f"{place}: {', '.join(changed)} changed without an entry ({changed[0]} is {found}, by the trail {said})"
            )
        if document["content_hash"] is not None and document["content_hash"] != end["content_hash"]:
            return f"{place}: it remembers another content than was submitted"
        decisions = document.get("decisions")
        problem = end["route"].differs(decisions) if decisions is not None else None
        return f"{place}: {problem}" if problem else None

    def missing(self, models=None):
        """Close the chains whose documents did not come.

        :param models: names of the models whose documents are shown; ``None`` for all
        :return: iterable of problems
        """
        ends, self._open = self._open, {}
        for (model, _record), end in ends.items():
            if end["event"] != "deleted" and (models is None or model in models):
                yield f"{end['place']}: the document is gone, and its trail does not end in a deletion"


def _agrees(said, found):
    """Whether a value is what the trail says. Of what has translations, those that the trail has count; older entries have one
    language.
    """
    if isinstance(found, dict):
        if isinstance(said, dict):
            return all(found.get(language) == text for language, text in said.items())
        return said in found.values() or (said is None and not any(found.values()))
    return said == found


class SealCheck:
    """Checks seals that come in order, company by company."""

    def __init__(self):
        self._last = None

    def problem(self, seal, entries):
        """What is wrong with the next seal, or ``None``.

        :param dict seal: ``SEAL_FIELDS`` and ``hash``
        :param entries: iterable of hash and time of the entries it covers, in order; no time where that is not known
        """
        place = seal_place(seal)
        # Of no company is a company of its own.
        last = self._last if self._last is not None and seal.get("company") == self._last.get("company") else None
        self._last = seal
        return _checked(place, self._problem, place, seal, last, entries)

    def _problem(self, place, seal, last, entries):
        number, previous, before = (last["number"], last["hash"], last["at"]) if last else (0, GENESIS, None)
        if seal["number"] != number + 1:
            return f"{place}: seal {number + 1} is missing before it"
        if seal["previous"] != previous:
            return f"{place}: it does not follow the seal before it"
        if digest(seal, SEAL_FIELDS) != seal["hash"]:
            return f"{place}: its content was changed"
        if problem := _time_problem(place, seal["at"], before):
            return problem
        tree, latest = Merkle(), ""
        for entry_hash, at in entries:
            tree.add(entry_hash)
            latest = max(latest, at or "")
        if tree.count != seal["count"]:
            return f"{place}: it covers {seal['count']} entries, of which {tree.count} are there"
        if tree.root() != seal["root"]:
            return f"{place}: the entries that it covers are not those that were sealed"
        if latest > seal["at"]:
            return f"{place}: its time ({seal['at']}) is before that of an entry that it covers ({latest})"
        return None


# ----------------------------------------------------------------------
# Exports
# ----------------------------------------------------------------------


class Export:
    """Writes an export, and ends it with what shows whether it is complete."""

    def __init__(self, write, **about):
        """
        :param write: takes bytes
        :param about: what else the first line says
        """
        self._write, self._hash, self._tally = write, hashlib.sha256(), Tally()
        self.put({"type": "trail", "version": VERSION, **about})

    def put(self, item):
        # Lone surrogates, which nobody can encode, become the escapes that JSON has for them.
        line = json.dumps(item, ensure_ascii=False, separators=(",", ":"), default=_value)
        line = line.encode("utf-8", "backslashreplace") + b"\n"
        self._hash.update(line)
        self._tally.take(item)
        self._write(line)

    def end(self):
        self.put({"type": "end", **self._tally.counts(), "hash": self._hash.hexdigest()})


class Tally:
    """Counts of an export, and the heads of its chains and seals."""

    def __init__(self):
        self._counts = dict.fromkeys(("entry", "elsewhere", "document", "seal"), 0)
        self._key = self._last = None
        self._chains, self._heads, self._seals = 0, hashlib.sha256(), {}

    def take(self, item):
        kind = item["type"]
        if kind in self._counts:
            self._counts[kind] += 1
        if kind in ("entry", "elsewhere"):
            key = item["model"], item["record"]
            if key != self._key:
                self._close()
                self._key, self._chains = key, self._chains + 1
            self._last = item["hash"]
        elif kind == "seal":
            self._seals[str(item["company"])] = [item["number"], item["hash"]]

    def _close(self):
        if self._last is not None:
            self._heads.update(str(self._last).encode("utf-8", "backslashreplace"))

    def counts(self):
        self._close()
        self._last = None
        return {
            **self._counts,
            "chains": self._chains,
            "heads": {"chains": self._heads.hexdigest(), "seals": self._seals},
        }


class Anchor:
    """What an earlier export, or seals that were kept elsewhere, say should be there."""

    def __init__(self, lines):
        self.entries, self.seals, self.problems = {}, {}, []
        for number, line in enumerate(lines, 1):
            try:
                kind, key, item_hash = anchored(line)
            except (ValueError, KeyError, TypeError) as error:
                self.problems.append(f"the anchor, line {number}: it cannot be read ({error})")
                continue
            if kind == "entry":
                self.entries[key] = item_hash
            elif kind == "seal":
                self.seals[key] = item_hash
        if not self.entries and not self.seals:
            self.problems.append("the anchor has neither entries nor seals")

    def take(self, item):
        """What is there now.

        :return: what is wrong with it, or ``None``
        """
        if item["type"] == "seal":
            known, place = self.seals.pop((item["company"], item["number"]), None), seal_place(item)
        else:
            known, place = self.entries.pop((item["model"], item["record"], item["sequence"]), None), entry_place(item)
        return f"{place}: the anchor has another one in its place" if known not in (None, item["hash"]) else None

    def missing(self):
        """:return: iterable of problems: what the anchor has, and did not come"""
        for model, record, sequence in self.entries:
            yield missing_entry(model, record, sequence)
        for company, number in self.seals:
            yield missing_seal(company, number)


def missing_entry(model, record, sequence):
    return f"entry {sequence} of {model} {record}: the anchor has it, and it is missing"


def missing_seal(company, number):
    return f"seal {number} of company {company}: the anchor has it, and it is missing"


def anchored(line):
    """What a line of an anchor says.

    :return: its type; what names an entry or a seal; its hash
    """
    item = _item(line)
    kind = item["type"]
    if kind == "seal":
        if digest(item, SEAL_FIELDS) != item["hash"]:
            raise ValueError("the content of this seal was changed")
        key = item["company"], item["number"]
        if any(type(part) is not int for part in key if part is not None):
            raise ValueError("its company or number is no number")
        return kind, key, item["hash"]
    if kind in ("entry", "elsewhere"):
        key = item["model"], item["record"], item["sequence"]
        if not (isinstance(key[0], str) and _MODEL.fullmatch(key[0]) and all(type(part) is int for part in key[1:])):
            raise ValueError("it names no place in a chain")
        return "entry", key, item["hash"]
    return kind, None, None


def _item(line):
    """The object on a line.

    :param line: text or bytes
    :raises ValueError: a sentence that says why there is none
    """
    if isinstance(line, bytes):
        if len(line) > MAX_LINE:
            raise ValueError("it is too long")
        try:
            line = line.decode()
        except UnicodeDecodeError:
            raise ValueError("its bytes are no text in UTF-8") from None
    item = parsed(line)
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        raise ValueError("it is no object with a type")
    return item


class Verdict(NamedTuple):
    """``problems``: sentences that name the place. ``incomplete``: why nothing is proven, or ``None``. ``unsealed``: how many
    entries no seal covers, whose removal would not show. ``outside_requests``: sentences about decisions that a job or other
    code took in somebody's name.
    """

    entries: int
    seals: int
    problems: list
    incomplete: str | None
    unsealed: int
    outside_requests: list


def verify_lines(lines, anchor=None):
    """Verify an export.

    :param lines: iterable of JSON lines, text or bytes
    :param Anchor anchor: what should be there
    :rtype: Verdict
    """
    return _Verification(anchor).run(lines)


class _Verification:
    def __init__(self, anchor):
        self.anchor, self.problems = anchor, list(anchor.problems) if anchor else []
        self.entries = self.seals = 0
        self.chain, self.documents, self.sealing, self.tally = ChainCheck(), DocumentCheck(), SealCheck(), Tally()
        # Of the entries that no seal has covered yet: hash → time.
        self.open = {}
        self.keys, self.key = set(), None
        self.models, self.outside = (), []

    def run(self, lines):
        running, ended = hashlib.sha256(), False
        number = 0
        for number, line in enumerate(lines, 1):
            raw = (line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line).rstrip(b"\r\n")
            try:
                item = _item(raw)
                if number == 1:
                    self._begin(item)
                elif ended:
                    raise ValueError("it comes after the end")
                elif item["type"] == "end":
                    ended = True
                    self._end(item, running.hexdigest())
                else:
                    self._take(item)
            except Exception as error:
                what = f"{error} is missing" if isinstance(error, KeyError) else error
                self.problems.append(f"line {number}: it cannot be read ({what})")
                if number == 1:
                    return self._verdict("this is not an export of the audit trail")
            running.update(raw + b"\n")
        self.problems += self.documents.missing(self.models)
        if self.anchor:
            self.problems += self.anchor.missing()
        if not number:
            return self._verdict("the file is empty")
        if not ended:
            return self._verdict("the file has no end; what came after its last line is not known")
        if self.entries and not self.seals:
            return self._verdict("there is no seal in it; the end of each trail is not proven")
        return self._verdict(None)

    def _verdict(self, incomplete):
        return Verdict(self.entries, self.seals, self.problems, incomplete, len(self.open), self.outside)

    def _begin(self, item):
        if item["type"] != "trail" or item["version"] not in ENTRY_FIELDS_OF_VERSION:
            raise ValueError(f"it is not the beginning of an audit trail of version 1 to {VERSION}")
        self.models = frozenset(item.get("models", ()))

    def _say(self, problem):
        if problem:
            self.problems.append(problem)

    def _take(self, item):
        kind = item["type"]
        if kind in ("entry", "elsewhere"):
            self._take_entry(item)
        elif kind == "document":
            self._say(self.documents.problem(item))
        elif kind == "seal":
            self.seals += 1
            self._say(
                self.sealing.problem(item, [(entry_hash, self.open.get(entry_hash)) for entry_hash in item["entries"]])
            )
            missing = sum(self.open.pop(entry_hash, None) is None for entry_hash in item["entries"])
            if missing:
                self.problems.append(f"{seal_place(item)}: {missing} of its entries are missing, or sealed before")
        else:
            raise ValueError(f"its type {kind!r} is not known")
        if self.anchor and kind != "document":
            self._say(self.anchor.take(item))
        self.tally.take(item)

    def _take_entry(self, item):
        self.entries += item["type"] == "entry"
        key = item["model"], item["record"]
        if key != self.key and key in self.keys:
            self.problems.append(f"{entry_place(item)}: its chain has ended before")
        self.key = key
        self.keys.add(key)
        self._say(self.chain.problem(item))
        self._say(self.documents.take(item))
        if item["type"] == "entry":
            self.open[item["hash"]] = item["at"]
            # Entries of version 1 do not know where they came from.
            if item["event"] in DECISIONS and item.get("origin", REQUEST) != REQUEST:
                self.outside.append(
                    f"{entry_place(item)}: {item['event']} in the name of user {item['user']} ({item['origin']})"
                )

    def _end(self, item, running):
        for name, count in self.tally.counts().items():
            if item[name] != count:
                self.problems.append(f"the end: {name} does not fit what is there")
        if item["hash"] != running:
            self.problems.append("the end: its hash does not fit; something before it was changed")


# ----------------------------------------------------------------------
# The program
# ----------------------------------------------------------------------


def _lines(path):
    with open(path, "rb") as file:
        while line := file.readline(MAX_LINE + 2):
            yield line


def main(arguments):
    # A program of its own, without Odoo's logger. pylint: disable=print-used
    if len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != "--anchor"):
        print("usage: revenue_audit_chain.py TRAIL.jsonl [--anchor EARLIER.jsonl]", file=sys.stderr)
        return 2
    started = datetime.now()
    try:
        anchor = Anchor(_lines(arguments[2])) if len(arguments) == 3 else None
        verdict = verify_lines(_lines(arguments[0]), anchor)
    except OSError as error:
        print(f"{error.filename}: it cannot be read ({error.strerror})", file=sys.stderr)
        return 2
    for problem in verdict.problems[:20]:
        print(f"BROKEN  {problem}".encode(errors="backslashreplace").decode())
    for said in verdict.outside_requests[:20]:
        print(f"BY CODE  {said}".encode(errors="backslashreplace").decode())
    if verdict.incomplete:
        print(f"INCOMPLETE  {verdict.incomplete}")
    took = (datetime.now() - started).total_seconds()
    result = (
        f"{len(verdict.problems)} problems" if verdict.problems else "incomplete" if verdict.incomplete else "intact"
    )
    if verdict.unsealed:
        result += f", {verdict.unsealed} entries are not sealed"
    print(f"{verdict.entries} entries, {verdict.seals} seals: {result} ({took:.1f} s)")
    return 2 if verdict.incomplete else 1 if verdict.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
