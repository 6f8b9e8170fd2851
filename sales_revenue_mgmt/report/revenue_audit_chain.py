#!/usr/bin/env python3
"""The audit trail's format and its verification. Standard library only: this file is also the offline verifier.

    python3 revenue_audit_chain.py trail.jsonl

An export is a file of JSON lines: one ``{"type": "trail", "version": 2, ...}``, then every entry, chain by chain in order, then
every seal in order with the hashes of the entries that it covers. What is checked:

- the hash of each entry is that of its content, and each entry names the hash of the one before it in the same document's
  chain, which counts 1, 2, 3, ... without a gap;
- each seal names the hash of the seal before it, and its Merkle root (RFC 6962) is that of the entries that it covers;
- no entry is covered that is not there.

Canonical JSON: keys sorted, no spaces, UTF-8 without escapes; there are no floats in it (numbers with decimals are strings).
"""

import hashlib
import json
import sys
from datetime import datetime

# Of the entries that are written now. Older ones stay as they are, and verify by the fields of their own version.
VERSION = 2
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
# Who has signed in to the request (a user's id), where it came from (request, no request, job: NAME), and the id of the
# database's transaction as text of decimal digits.
ENTRY_FIELDS = (*_FIELDS_1, "login", "origin", "transaction")
ENTRY_FIELDS_OF_VERSION = {1: _FIELDS_1, 2: ENTRY_FIELDS}
SEAL_FIELDS = ("version", "company", "number", "at", "count", "root", "previous")


def canonical(value):
    """The one way to write a value down.

    :rtype: str
    :raises TypeError: a float, or anything that JSON does not have
    """
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _refuse_floats(value):
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float; write it as a string of decimals")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_floats(item)


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


def entry_digest(entry):
    """The hash of an entry, over the fields that its version has.

    :raises ValueError: a version that is not known, or a field with a value that its version does not have
    """
    version = entry["version"]
    if type(version) is not int or version not in ENTRY_FIELDS_OF_VERSION:
        raise ValueError(f"version {version!r} of the format is not known")
    names = ENTRY_FIELDS_OF_VERSION[version]
    if extra := [name for name in ENTRY_FIELDS if name not in names and entry.get(name) is not None]:
        raise ValueError(f"version {version} of the format has no {extra[0]}")
    return digest(entry, names)


class Merkle:
    """A Merkle tree as in RFC 6962 that is fed leaf by leaf and remembers log₂(n) hashes."""

    def __init__(self):
        self.count = 0
        self._stack = []  # (height, hash), falling heights

    def add(self, entry_hash):
        node = hashlib.sha256(b"\x00" + bytes.fromhex(entry_hash)).digest()
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


class ChainCheck:
    """Checks entries that come chain by chain, in order; remembers one entry."""

    def __init__(self):
        self._key = self._last = None

    def problem(self, entry):
        """What is wrong with the next entry, or ``None``.

        :param dict entry: the fields of its version, and ``hash``
        :rtype: str | None
        """
        key = entry["model"], entry["record"]
        place = f"entry {entry['sequence']} of {key[0]} {key[1]} ({entry['name']})"
        sequence, previous = (self._last["sequence"], self._last["hash"]) if key == self._key else (0, GENESIS)
        self._key, self._last = key, entry
        if entry["sequence"] != sequence + 1:
            return f"{place}: entry {sequence + 1} is missing before it"
        if entry["previous"] != previous:
            return f"{place}: it does not follow the entry before it"
        try:
            right = entry_digest(entry) == entry["hash"]
        except ValueError as error:
            return f"{place}: {error}"
        if not right:
            return f"{place}: its content was changed"
        return None


class SealCheck:
    """Checks seals that come in order, company by company."""

    def __init__(self):
        self._last = None

    def problem(self, seal, hashes):
        """What is wrong with the next seal, or ``None``.

        :param dict seal: ``SEAL_FIELDS`` and ``hash``
        :param hashes: iterable of the hashes of the entries it covers, in order
        """
        place = f"seal {seal['number']} of company {seal['company']}"
        # Of no company is a company of its own.
        same = self._last is not None and seal["company"] == self._last["company"]
        number, previous = (self._last["number"], self._last["hash"]) if same else (0, GENESIS)
        self._last = seal
        if seal["number"] != number + 1:
            return f"{place}: seal {number + 1} is missing before it"
        if seal["previous"] != previous:
            return f"{place}: it does not follow the seal before it"
        if digest(seal, SEAL_FIELDS) != seal["hash"]:
            return f"{place}: its content was changed"
        tree = Merkle()
        for entry_hash in hashes:
            tree.add(entry_hash)
        if tree.count != seal["count"]:
            return f"{place}: it covers {seal['count']} entries, of which {tree.count} are there"
        if tree.root() != seal["root"]:
            return f"{place}: the entries that it covers are not those that were sealed"
        return None


def verify_lines(lines):
    """Verify an export.

    :param lines: iterable of JSON lines
    :return: number of entries, number of seals, problems (sentences that name the place)
    :rtype: tuple[int, int, list[str]]
    """
    entries = seals = 0
    problems, present = [], set()
    chain, sealing = ChainCheck(), SealCheck()
    for number, line in enumerate(lines, 1):
        try:
            item = json.loads(line)
            kind = item["type"]
            if number == 1 and (kind != "trail" or item["version"] not in (1, VERSION)):
                return 0, 0, [f"line 1: this is not an audit trail of version 1 to {VERSION}"]
            if kind == "entry":
                entries += 1
                problem = chain.problem(item)
                present.add(item["hash"])
            elif kind == "seal":
                seals += 1
                problem = sealing.problem(item, item["entries"])
                missing = sum(entry_hash not in present for entry_hash in item["entries"])
                if not problem and missing:
                    problem = (
                        f"seal {item['number']} of company {item['company']}: {missing} of its entries are missing"
                    )
            else:
                problem = None if number == 1 else f"line {number}: unknown type {kind!r}"
        except (ValueError, KeyError, TypeError) as error:
            problem = f"line {number}: cannot be read ({error})"
        if problem:
            problems.append(problem)
    return entries, seals, problems


def main(arguments):
    # A program of its own, without Odoo's logger. pylint: disable=print-used
    if len(arguments) != 1:
        print("usage: revenue_audit_chain.py TRAIL.jsonl", file=sys.stderr)
        return 2
    started = datetime.now()
    with open(arguments[0], encoding="utf-8") as file:
        entries, seals, problems = verify_lines(file)
    for problem in problems[:20]:
        print(f"BROKEN  {problem}")
    took = (datetime.now() - started).total_seconds()
    verdict = f"{len(problems)} problems" if problems else "intact"
    print(f"{entries} entries, {seals} seals: {verdict} ({took:.1f} s)")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
