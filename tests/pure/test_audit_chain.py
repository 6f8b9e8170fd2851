"""The audit trail's format, its verifier, and what a forger could try."""

import hashlib
import io
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def chain():
    from importlib import util
    from pathlib import Path

    path = Path(__file__).parents[2] / "sales_revenue_mgmt/models/audit/chain.py"
    spec = util.spec_from_file_location("revenue_audit_chain", path)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def trail(chain, lengths=(3, 2, 4), company=1, version=2):
    """An export with one chain per length, and two seals."""
    entries = []
    for record, length in enumerate(lengths, 1):
        previous = chain.GENESIS
        for sequence in range(1, length + 1):
            entry = dict.fromkeys(chain.ENTRY_FIELDS_OF_VERSION[version])
            entry.update(
                version=version, company=company, model="x", record=record, sequence=sequence, name=f"Näme {record}"
            )
            entry.update(event="changed", after={"amount": str(sequence)}, previous=previous)
            entry["at"] = f"2030-01-01T00:00:{sequence:02}Z"
            entry["hash"] = previous = chain.entry_digest(entry)
            entries.append({"type": "entry", **entry})
    seals, previous = [], chain.GENESIS
    half = len(entries) // 2
    for number, covered in enumerate((entries[:half], entries[half:]), 1):
        tree = chain.Merkle()
        for entry in covered:
            tree.add(entry["hash"])
        seal = {"version": 1, "company": company, "number": number, "at": "2030-01-01T01:00:00Z", "count": tree.count}
        seal |= {"root": tree.root(), "previous": previous}
        seal["hash"] = previous = chain.digest(seal, chain.SEAL_FIELDS)
        seals.append({"type": "seal", **seal, "entries": [entry["hash"] for entry in covered]})
    documents = [
        {"type": "document", "model": "x", "record": record, "sequence": length, "hash": entry["hash"], "state": None}
        | {"content_hash": None, "values": {"amount": str(length)}}
        for record, length in enumerate(lengths, 1)
        for entry in entries
        if (entry["record"], entry["sequence"]) == (record, length)
    ]
    return [{"type": "trail", "version": version, "models": ["x"]}, *entries, *seals, *documents]


def written(chain, items):
    """The bytes of an export that ends as it should, whatever is in it."""
    file = io.BytesIO()
    export = chain.Export(file.write, models=items[0]["models"])
    for item in items[1:]:
        export.put(item)
    export.end()
    return file.getvalue()


def verify(chain, items, **options):
    verdict = chain.verify_lines(io.BytesIO(written(chain, items)), **options)
    assert verdict.incomplete is None
    return verdict[:3]


def test_decisions_that_code_took_in_a_name_are_listed_and_break_nothing(chain, tmp_path, capsys):
    items = trail(chain, lengths=(1, 1, 1, 1))
    for item, event, origin in zip(
        items[1:5],
        ("approved", "approved", "posted", "changed"),
        ("request", "job: Night", "no request", "job: Night"),
        strict=True,
    ):
        item.update(event=event, origin=origin, user=7)
        del item["hash"]
        item["hash"] = chain.entry_digest(item)
    entries = {item["record"]: item["hash"] for item in items[1:5]}
    for item in items[5:]:
        if item["type"] == "document":
            item["hash"] = entries[item["record"]]
    seal = {
        "version": 1,
        "company": 1,
        "number": 1,
        "at": "2030-01-01T01:00:00Z",
        "count": 4,
        "previous": chain.GENESIS,
    }
    tree = chain.Merkle()
    for item in items[1:5]:
        tree.add(item["hash"])
    seal["root"] = tree.root()
    seal["hash"] = chain.digest(seal, chain.SEAL_FIELDS)
    seals = [{"type": "seal", **seal, "entries": [item["hash"] for item in items[1:5]]}]
    data = written(chain, [*items[:5], *seals, *(item for item in items if item["type"] == "document")])
    verdict = chain.verify_lines(io.BytesIO(data))
    assert verdict.problems == []
    assert [("approved" in said, "job: Night" in said) for said in verdict.outside_requests] == [
        (True, True),
        (False, False),
    ]
    file = tmp_path / "trail.jsonl"
    file.write_bytes(data)
    assert chain.main([str(file)]) == 0
    assert "in the name of user 7 (job: Night)" in capsys.readouterr().out


@pytest.mark.parametrize("company", [1, None])
@pytest.mark.parametrize("version", [1, 2, 3])
def test_an_untouched_trail_is_intact(chain, company, version):
    assert verify(chain, trail(chain, company=company, version=version)) == (9, 2, [])


@pytest.mark.parametrize("version", [True, "2", 4, None, []])
def test_an_unknown_version_is_named(chain, version):
    items = trail(chain)
    items[4]["version"] = version
    assert "entry 1 of x 2" in verify(chain, items)[2][0]


def test_an_old_entry_says_nothing_that_its_hash_does_not_cover(chain):
    items = trail(chain, version=1)
    items[4]["login"] = 7
    assert verify(chain, items)[2] == ["entry 1 of x 2 (Näme 2): version 1 of the format has no login"]


@pytest.mark.parametrize("index", range(1, 10))
@pytest.mark.parametrize("field", ["after", "name", "event", "sequence", "previous", "hash", "company"])
def test_any_change_of_any_entry_is_named(chain, index, field):
    items = trail(chain)
    items[index][field] = {"after": {"amount": "9"}, "sequence": 77}.get(field, "f" * 64)
    problems = verify(chain, items)[2]
    assert problems and "of x " in problems[0]


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        ([2], "entry 2 is missing"),
        ([3], "entries are missing"),  # the last of a chain: only the seal knows
        ([4, 5], "entries are missing"),  # a whole document
        ([10], "seal 1 is missing"),
    ],
)
def test_removal_is_named(chain, gone, words):
    items = [item for index, item in enumerate(trail(chain)) if index not in gone]
    problems = verify(chain, items)[2]
    assert any(words in problem for problem in problems)


def test_a_rewritten_chain_does_not_fit_its_seal(chain):
    """Somebody who knows the format recomputes all hashes of a chain after a change; the seal still tells."""
    items = trail(chain)
    previous = chain.GENESIS
    for item in items[1:4]:
        item["after"], item["previous"] = {"amount": "1000000"}, previous
        item["hash"] = previous = chain.entry_digest(item)
    problems = verify(chain, items)[2]
    assert "seal 1 of company 1: 3 of its entries are missing, or sealed before" in problems


def test_floats_are_refused_because_they_have_no_canonical_form(chain):
    with pytest.raises(TypeError, match="float"):
        chain.canonical({"a": [1, {"b": 0.1}]})
    assert chain.canonical({"b": "é", "a": 1}) == '{"a":1,"b":"é"}'


@given(st.integers(0, 70))
def test_merkle_root_equals_the_recursive_definition_of_rfc_6962(chain, size):
    leaves = [hashlib.sha256(bytes([index])).hexdigest() for index in range(size)]

    def root(part):
        if not part:
            return hashlib.sha256(b"").digest()
        if len(part) == 1:
            return hashlib.sha256(b"\0" + bytes.fromhex(part[0])).digest()
        split = 1 << (len(part) - 1).bit_length() - 1
        return hashlib.sha256(b"\1" + root(part[:split]) + root(part[split:])).digest()

    tree = chain.Merkle()
    for leaf in leaves:
        tree.add(leaf)
    assert tree.root() == root(leaves).hex()


def test_the_file_is_a_program_of_its_own(chain, tmp_path):
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    items = trail(chain)
    good.write_bytes(written(chain, items))
    items[5]["after"] = None
    bad.write_bytes(written(chain, items))

    def run(*paths):
        # -I and -S: no site packages at all.
        return subprocess.run(
            [sys.executable, "-I", "-S", chain.__file__, *paths], capture_output=True, text=True, check=False
        )

    assert run(good).returncode == 0 and "intact" in run(good).stdout
    assert run(bad).returncode == 1 and "BROKEN  entry 2 of x 2" in run(bad).stdout
    assert run().returncode == 2
    assert run(good, "--anchor", good).returncode == 0
    for name, content, words in (
        ("other", b"{}", "not an export"),
        ("empty", b"", "empty"),
        ("odd", b"\xff\xfe\x00", "no text in UTF-8"),
        ("cut", good.read_bytes()[:-700], "no end"),
        ("deep", b"[" * 100_000, "nested"),
        ("half", good.read_bytes()[: good.read_bytes().rindex(b"\n", 0, -1) + 1], "no end"),
    ):
        (tmp_path / name).write_bytes(content)
        result = run(tmp_path / name)
        assert (result.returncode, result.stderr) == (2, "") and words in result.stdout
    assert run(tmp_path / "absent").returncode == 2 and "cannot be read" in run(tmp_path / "absent").stderr


def test_what_comes_after_the_end_or_does_not_fit_it_is_named(chain):
    lines = written(chain, trail(chain)).splitlines()
    assert chain.verify_lines(lines).problems == []
    assert chain.verify_lines([*lines, lines[3]]).problems == ["line 17: it cannot be read (it comes after the end)"]
    # Whoever takes lines out and leaves the end as it was.
    for index in range(1, 15):
        problems = chain.verify_lines(lines[:index] + lines[index + 1 :]).problems
        assert "the end: its hash does not fit; something before it was changed" in problems


def test_a_file_without_seals_proves_nothing(chain):
    items = [item for item in trail(chain) if item["type"] != "seal"]
    verdict = chain.verify_lines(io.BytesIO(written(chain, items)))
    assert (verdict.problems, verdict.unsealed) == ([], 9) and "no seal" in verdict.incomplete


def rehashed(chain, items):
    """As somebody who knows the format and may write everything: all hashes fit again."""
    last, heads, hashes = {}, {}, {}
    for item in items[1:]:
        if item["type"] == "entry":
            item["previous"] = last.get(item["record"], chain.GENESIS)
            old = item["hash"]
            item["hash"] = last[item["record"]] = hashes[old] = chain.entry_digest(item)
        elif item["type"] == "seal":
            item["entries"] = [hashes[old] for old in item["entries"]]
            tree = chain.Merkle()
            for entry_hash in item["entries"]:
                tree.add(entry_hash)
            item["root"], item["previous"] = tree.root(), heads.get("seal", chain.GENESIS)
            item["hash"] = heads["seal"] = chain.digest(item, chain.SEAL_FIELDS)
        elif item["type"] == "document":
            item["hash"] = last[item["record"]]
    return items


def test_time_does_not_run_backwards(chain):
    for index, at, words in (
        (2, "2029-12-31T23:59:59Z", "entry 2 of x 1"),
        (11, "2029-12-31T23:59:59Z", "seal 2 of"),
        (10, "2030-01-01T00:00:01Z", "seal 1 of"),  # before the entries that it covers
        (2, "infinity", "entry 2 of x 1"),
    ):
        items = trail(chain)
        items[index]["at"] = at
        problems = verify(chain, rehashed(chain, items))[2]
        assert len(problems) >= 1 and problems[0].startswith(words), problems


def test_an_older_version_does_not_come_back(chain):
    items = trail(chain)
    for name in ("login", "origin", "transaction"):
        del items[2][name]
    items[2]["version"] = 1
    assert verify(chain, rehashed(chain, items))[2] == [
        "entry 2 of x 1 (Näme 1): it is of an older version than the entry before it"
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"values": {"amount": "7"}}, "amount changed without an entry"),
        ({"state": "posted"}, "it is posted, and draft by the trail"),
        ({"sequence": 2}, "entry 2 of x 1"),
        ({"hash": "0" * 64}, "remembers"),
        ({"content_hash": "0" * 64}, "another content"),
        ({"record": 9}, "entry 3 of x 9"),
        ({"values": None}, "cannot be checked"),
        (None, "the document is gone"),
    ],
)
def test_a_document_that_is_not_what_its_chain_says_is_named(chain, change, words):
    items = trail(chain)
    if change is None:
        del items[12]
    else:
        items[12] |= change
    assert any(words in problem for problem in verify(chain, items)[2])


STEP, YES = {"id": 5, "name": "Manager", "tier": 10, "required": 1, "carried": None}, {"id": 9, "step": 5, "name": "M"}
SAID = {"id": 9, "step": 5, "user": 7, "decision": "approved", "reason": None, "content_hash": None, "login": None}
SAID |= {"on_behalf_of": None, "origin": None}


def routed(chain, *moves, decisions=()):
    """A trail whose first document took these moves: event, from, to, and what the entry says of the route."""
    items = trail(chain, lengths=(len(moves), 1), version=3)
    for item, (event, source, target, said) in zip(items[1:], moves, strict=False):
        item |= {"event": event, "from": source, "to": target, "user": 7, "after": {**item["after"], **said}}
    documents = [item for item in items if item["type"] == "document"]
    documents[0] |= {"state": moves[-1][2], "decisions": list(decisions)}
    return verify(chain, rehashed(chain, items))[2]


SUBMITTED = ("submitted", "draft", "submitted", {"route": [STEP]})
APPROVED = ("approved", "submitted", "approved", {"decisions": [{**YES, "on_behalf_of": None}]})
POSTED = ("posted", "approved", "posted", {})


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ([SUBMITTED, APPROVED, POSTED], None),
        ([POSTED], "it begins as approved, and was draft"),
        ([("posted", "draft", "posted", {})], "without having been approved"),
        ([("approved", "draft", "approved", {"decisions": []})], "without having been submitted"),
        ([SUBMITTED, ("approved", "submitted", "approved", {"decisions": []})], "with 0 of 1 decisions of 'Manager'"),
        ([("submitted", "draft", "submitted", {"route": []}), APPROVED], "a step that its route does not have"),
        ([("submitted", "draft", "submitted", {})], "cannot be checked"),
        (
            [
                ("submitted", "draft", "submitted", {"route": [STEP | {"carried": 4}]}),
                ("approved", "submitted", "approved", {"decisions": []}),
            ],
            "with 0 of 1 decisions",
        ),
        (
            [
                SUBMITTED,
                APPROVED,
                ("reset", "approved", "draft", {}),
                ("submitted", "draft", "submitted", {"route": [STEP | {"id": 6, "carried": 5}]}),
                ("approved", "submitted", "approved", {"decisions": []}),
            ],
            None,
        ),
    ],
)
def test_a_route_is_followed(chain, moves, words):
    decisions = [SAID] if APPROVED in moves else []
    problems = routed(chain, *moves, decisions=decisions)
    assert [words in problem for problem in problems] == [True] * bool(words), problems


@pytest.mark.parametrize(
    ("decisions", "words"),
    [
        ([], "decision 9 is missing"),
        ([SAID, SAID | {"id": 10}], "decision 10 is not in the trail"),
        ([SAID | {"reason": "Fine."}], "reason is Fine."),
        ([{}], "cannot be checked"),
    ],
)
def test_decisions_are_those_that_the_trail_names(chain, decisions, words):
    problems = routed(chain, SUBMITTED, APPROVED, decisions=decisions)
    assert len(problems) == 1 and words in problems[0]


def test_names_of_references_change_without_an_entry(chain):
    items = trail(chain)
    items[3]["after"] = {"team": {"id": 7, "name": "Blue"}, "people": [{"id": 1, "name": "Ann"}], "name": "Old"}
    # What has translations: older entries have one language, newer ones all that there were.
    items[5]["after"] = {"name": {"id": {"en_US": "Rule"}, "name": "Rule"}}
    items[12]["values"] = {"team": 7, "people": [1], "name": {"en_US": "Old", "fr_FR": "Ancien"}}
    items[13]["values"] = {"name": {"en_US": "Rule", "fr_FR": "Règle"}}
    assert verify(chain, rehashed(chain, items))[2] == []
    items[13]["values"] = {"name": {"en_US": "Another", "fr_FR": "Rule"}}
    assert len(verify(chain, items)[2]) == 1


def test_an_anchor_says_what_is_missing(chain):
    items = trail(chain)
    earlier = written(chain, items).splitlines()
    assert verify(chain, items, anchor=chain.Anchor(earlier)) == (9, 2, [])
    # The end is cut off: the last seal, the last two entries, and the document's head with them.
    later = [item for index, item in enumerate(items) if index not in (8, 9, 11)]
    later[-1] |= {"sequence": 2, "hash": items[7]["hash"], "values": {"amount": "2"}}
    assert verify(chain, later) == (7, 1, [])
    said = verify(chain, later, anchor=chain.Anchor(earlier))[2]
    assert said == [
        "entry 3 of x 3: the anchor has it, and it is missing",
        "entry 4 of x 3: the anchor has it, and it is missing",
        "seal 2 of company 1: the anchor has it, and it is missing",
    ]
    # A seal alone is an anchor, too.
    said = verify(chain, later, anchor=chain.Anchor([json.dumps(items[11])]))[2]
    assert said == ["seal 2 of company 1: the anchor has it, and it is missing"]
    # Everything written anew, and every hash fits.
    items[1]["after"] = {"amount": "5"}
    said = verify(chain, rehashed(chain, items), anchor=chain.Anchor(earlier))[2]
    assert "entry 1 of x 1 (Näme 1): the anchor has another one in its place" in said
    assert "seal 1 of company 1: the anchor has another one in its place" in said


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_odd_bytes_are_no_traceback(chain, junk):
    lines = io.BytesIO(junk)
    verdict = chain.verify_lines(lines)
    assert verdict.incomplete and isinstance(chain.Anchor(io.BytesIO(junk)).problems[0], str)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(range(1, 15)), st.data())
def test_anything_in_any_place_is_a_finding_and_no_traceback(chain, index, data):
    items = trail(chain)
    name = data.draw(st.sampled_from(sorted(items[index].keys() - {"type"})))
    value = data.draw(JSON)
    if value == items[index][name]:
        return
    items[index][name] = value
    lines = [json.dumps(item) for item in items]
    assert chain.verify_lines(lines).problems or items[index]["type"] == "document"
