"""Every vector in vectors/ holds in Python: what is accepted, and which failure each refused one expects."""

from __future__ import annotations

import base64
import json
import unicodedata
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from civium.errors import CiviumError, Refused, Untrusted
from civium.formats import checkpoint, envelope, erasure, identity_key, leaf, manifest, merkle, note, posting, receipt, statement
from tests.vectors import make

FOLDER = Path(__file__).resolve().parents[2] / "vectors"


def _cases(file: str, kind: str) -> list[Any]:
    cases = json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))[kind]
    assert cases
    return [
        pytest.param(case, id=case.get("name", str(place)) if isinstance(case, dict) else str(place))
        for place, case in enumerate(cases)
    ]


@pytest.mark.parametrize("case", _cases("statement", "accepted"))
def test_a_statement_has_one_encoding(case: dict[str, Any]) -> None:
    raw = bytes.fromhex(case["encoded"])
    plaintext = statement.pad(raw)
    assert sha256(plaintext).hexdigest() == case["plaintext_sha256"]
    parsed = statement.parse(plaintext)
    assert make.statement_value(parsed) == case["statement"]
    assert statement.encode(parsed) == raw


@pytest.mark.parametrize("case", _cases("statement", "refused"))
def test_another_spelling_of_a_statement_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        statement.parse(base64.b64decode(case["plaintext"]))
    assert refused.value.code == case["refused"]


def test_numbers_names_and_identity_keys_fold_as_written() -> None:
    value = json.loads((FOLDER / "identity-key.json").read_text(encoding="utf-8"))
    assert [identity_key.fold_number(case["typed"]) for case in value["numbers"]] == [case["folded"] for case in value["numbers"]]
    assert [identity_key.fold_name(case["typed"]) for case in value["names"]] == [case["folded"] for case in value["names"]]
    keys = [identity_key.identity_key(case["jurisdiction"], case["fields"]).hex() for case in value["keys"]]
    assert keys == [case["key"] for case in value["keys"]]


def test_the_vectors_of_names_and_numbers_hold_characters_of_unicode_14_alone() -> None:
    """Exact where Python's own tables are those (3.11), and nearly so later."""
    text = (FOLDER / "identity-key.json").read_text(encoding="utf-8")
    assert [character for character in text if unicodedata.category(character) == "Cn"] == []


@pytest.mark.parametrize("case", _cases("envelope", "accepted"))
def test_an_envelope_opens_with_its_key_and_its_header(case: dict[str, Any]) -> None:
    raw = base64.b64decode(case["envelope"])
    parsed = envelope.parse(raw)
    header = parsed.header
    assert (header.suite.name, header.jurisdiction, header.channel) == (case["suite"], case["jurisdiction"], case["channel"])
    assert header.key_id.hex() == case["key_id"] == envelope.key_id(header.suite, base64.b64decode(case["public_key"])).hex()
    assert (header.collection.hex(), header.manifest_hash.hex()) == (case["collection"], case["manifest_hash"])
    assert parsed.header_bytes.hex() == case["header"] == envelope.encode_header(header).hex()
    assert envelope.envelope_hash(raw).hex() == case["envelope_hash"]
    assert str(receipt.identifier(envelope.envelope_hash(raw))) == case["identifier"]


@pytest.mark.parametrize("case", _cases("envelope", "refused"))
def test_a_spoilt_envelope_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        envelope.parse(base64.b64decode(case["envelope"]))
    assert refused.value.code == case["refused"]


@pytest.mark.parametrize("case", _cases("posting", "accepted"))
def test_a_posting_has_one_encoding(case: dict[str, Any]) -> None:
    parsed = posting.parse(base64.b64decode(case["posting"]))
    assert (base64.b64encode(parsed.envelope).decode(), parsed.token.hex(), parsed.work.hex()) == (
        case["envelope"],
        case["token"],
        case["work"],
    )
    assert base64.b64encode(posting.encode(parsed)).decode() == case["posting"]


@pytest.mark.parametrize("case", _cases("posting", "refused"))
def test_a_spoilt_posting_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        posting.parse(base64.b64decode(case["posting"]))
    assert refused.value.code == case["refused"]


def test_trees_have_the_roots_and_proofs_of_the_vectors() -> None:
    value = json.loads((FOLDER / "merkle.json").read_text(encoding="utf-8"))
    hashes = [merkle.leaf_hash(bytes.fromhex(record)) for record in value["records"]]
    roots = [bytes.fromhex(root) for root in value["roots"]]
    assert [merkle.tree_root(hashes[:size]) for size in range(12)] == roots
    for case in value["inclusion"]:
        proof = [bytes.fromhex(part) for part in case["proof"]]
        merkle.check_inclusion(hashes[case["index"]], case["index"], case["size"], proof, roots[case["size"]])
    for case in value["consistency"]:
        proof = [bytes.fromhex(part) for part in case["proof"]]
        merkle.check_consistency(case["first"], roots[case["first"]], case["second"], roots[case["second"]], proof)


def _check_receipt(case: dict[str, Any]) -> None:
    receipt.check(
        receipt.parse(case["receipt"]),
        envelope_hash=bytes.fromhex(case["envelope_hash"]),
        erasure_commitment=bytes.fromhex(case["erasure_commitment"]),
        origin=case["origin"],
        log_key=base64.b64decode(case["log_key"]),
        today=date.fromisoformat(case["today"]),
    )


@pytest.mark.parametrize("case", _cases("receipt", "accepted"))
def test_a_receipt_checks(case: dict[str, Any]) -> None:
    _check_receipt(case)
    record = leaf.parse(receipt.parse(case["receipt"]).leaf)
    assert str(receipt.identifier(record.envelope_hash)) == case["identifier"]


@pytest.mark.parametrize("case", _cases("receipt", "refused"))
def test_each_broken_receipt_fails_its_own_check(case: dict[str, Any]) -> None:
    with pytest.raises(CiviumError) as failure:
        _check_receipt(case)
    assert failure.value.code == case["refused"]
    assert failure.value.facts.get("step") == case.get("step")


def test_erasure_codes_are_read_back_and_a_slip_is_noticed() -> None:
    value = json.loads((FOLDER / "receipt.json").read_text(encoding="utf-8"))
    for case in value["erasure_codes"]:
        code = bytes.fromhex(case["code"])
        assert receipt.erasure_code_text(code) == case["text"]
        assert receipt.parse_erasure_code(case["text"].lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code
        assert receipt.erasure_commitment(bytes.fromhex(case["collection"]), code).hex() == case["commitment"]
        assert receipt.parse_erasure_code(case["text"].replace("-", "\u00a0\r\n\u2009")) == code
    for text in value["erasure_codes_mistyped"]:
        with pytest.raises(Refused, match="erasure-code-mistyped"):
            receipt.parse_erasure_code(text)


def test_the_chain_of_manifests_checks() -> None:
    chain = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))["chain"]
    manifests = manifest.check_chain([(case["manifest"].encode(), case["signature"]) for case in chain])
    assert [item.sequence for item in manifests] == [1, 2]
    for case, parsed in zip(chain, manifests, strict=True):
        assert manifest.manifest_hash(case["manifest"].encode()).hex() == case["sha256"]
        assert manifest.encode(parsed).decode() == case["manifest"]
    with pytest.raises(Untrusted, match="manifest-chain"):
        manifest.check_chain([(case["manifest"].encode(), case["signature"]) for case in reversed(chain)])
    with pytest.raises(Untrusted, match="manifest-signature"):
        manifest.check_chain([(chain[0]["manifest"].encode(), chain[1]["signature"])])
    with pytest.raises(Untrusted, match="manifest-chain"):
        manifest.check_chain([])


@pytest.mark.parametrize("case", _cases("manifest", "refused"))
def test_another_spelling_of_a_manifest_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        manifest.parse(case["manifest"].encode())
    assert refused.value.code == case["refused"]


@pytest.mark.parametrize("case", _cases("checkpoint", "accepted"))
def test_a_checkpoint_checks(case: dict[str, Any]) -> None:
    checked = checkpoint.check(case["note"], case["origin"], base64.b64decode(case["public_key"]))
    assert (checked.size, checked.root.hex()) == (case["size"], case["root"])


@pytest.mark.parametrize("case", _cases("checkpoint", "refused"))
def test_another_spelling_of_a_checkpoint_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="malformed"):
        checkpoint.parse(case["note"])


def test_a_note_is_measured_in_bytes() -> None:
    longest = json.loads((FOLDER / "checkpoint.json").read_text(encoding="utf-8"))["longest"]
    text = longest["before"] + longest["repeated"] * longest["times"] + longest["after"]
    assert len(text) < len(text.encode()) == note.LONGEST_NOTE
    checkpoint.parse(text)
    with pytest.raises(Refused, match="note-malformed"):
        checkpoint.parse(text.replace(longest["repeated"], longest["repeated"] + "x", 1))


@pytest.mark.parametrize("case", _cases("checkpoint", "untrusted"))
def test_a_checkpoint_of_another_is_untrusted(case: dict[str, Any]) -> None:
    with pytest.raises(Untrusted) as failure:
        checkpoint.check(case["note"], case["origin"], base64.b64decode(case["public_key"]))
    assert failure.value.code == case["code"]


def test_a_verifier_key_is_read_back() -> None:
    text = json.loads((FOLDER / "checkpoint.json").read_text(encoding="utf-8"))["verifier_key"]
    name, public = note.parse_verifier_key(text)
    assert note.verifier_key(name, public) == text
    for spoilt in (text[:-1], text.replace("civium", "cívium"), "x", text + "A", text.replace("+", " ", 1)):
        with pytest.raises(Refused, match="verifier-key-malformed"):
            note.parse_verifier_key(spoilt)


def test_the_vectors_that_stand_are_what_the_code_makes() -> None:
    assert make.main() == 0


@pytest.mark.parametrize("case", _cases("erasure", "accepted"))
def test_an_erasure_has_one_encoding_and_opens_the_commitment(case: dict[str, Any]) -> None:
    raw = base64.b64decode(case["erasure"])
    parsed = erasure.parse(raw)
    assert (parsed.collection.hex(), str(parsed.identifier), parsed.code.hex()) == (
        case["collection"],
        case["identifier"],
        case["code"],
    )
    assert erasure.encode(parsed) == raw
    assert receipt.parse_erasure_code(case["code_text"]) == parsed.code
    assert receipt.erasure_commitment(parsed.collection, parsed.code).hex() == case["commitment"]
    assert case["code"] not in repr(parsed)


@pytest.mark.parametrize("case", _cases("erasure", "refused"))
def test_what_is_no_erasure_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        erasure.parse(base64.b64decode(case["erasure"]))
    assert refused.value.code == case["refused"]
