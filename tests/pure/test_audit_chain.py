"""The audit trail's format, its verifier, and what a forger could try."""

import hashlib
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def chain():
    from importlib import util
    from pathlib import Path

    path = Path(__file__).parents[2] / "sales_revenue_mgmt/report/revenue_audit_chain.py"
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
            entry["hash"] = previous = chain.entry_digest(entry)
            entries.append({"type": "entry", **entry})
    seals, previous = [], chain.GENESIS
    half = len(entries) // 2
    for number, covered in enumerate((entries[:half], entries[half:]), 1):
        tree = chain.Merkle()
        for entry in covered:
            tree.add(entry["hash"])
        seal = {"version": 1, "company": company, "number": number, "at": "2030-01-01T00:00:00Z", "count": tree.count}
        seal |= {"root": tree.root(), "previous": previous}
        seal["hash"] = previous = chain.digest(seal, chain.SEAL_FIELDS)
        seals.append({"type": "seal", **seal, "entries": [entry["hash"] for entry in covered]})
    return [{"type": "trail", "version": version}, *entries, *seals]


def verify(chain, items):
    return chain.verify_lines(json.dumps(item) for item in items)


@pytest.mark.parametrize("company", [1, None])
@pytest.mark.parametrize("version", [1, 2])
def test_an_untouched_trail_is_intact(chain, company, version):
    assert verify(chain, trail(chain, company=company, version=version)) == (9, 2, [])


@pytest.mark.parametrize("version", [True, 1.0, "2", 3, None, []])
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
    assert problems == ["seal 1 of company 1: 3 of its entries are missing"]


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
    good.write_text("\n".join(map(json.dumps, items)))
    items[5]["after"] = None
    bad.write_text("\n".join(map(json.dumps, items)))

    def run(*paths):
        # -I and -S: no site packages at all.
        return subprocess.run(
            [sys.executable, "-I", "-S", chain.__file__, *paths], capture_output=True, text=True, check=False
        )

    assert run(good).returncode == 0 and "intact" in run(good).stdout
    assert run(bad).returncode == 1 and "BROKEN  entry 2 of x 2" in run(bad).stdout
    assert run().returncode == 2
    (tmp_path / "other").write_text("{}")
    assert run(tmp_path / "other").returncode == 1
