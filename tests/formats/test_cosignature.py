"""Cosignatures hold or do not, a foreign witness's too; lists of witnesses have their form; a submission is as C2SP wants it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from civium.errors import Refused, Untrusted
from civium.formats import cosignature, note

VECTORS = json.loads((Path(__file__).resolve().parents[2] / "vectors" / "cosignature.json").read_text(encoding="utf-8"))


def _named(kind: str) -> list[Any]:
    assert VECTORS[kind]
    return [pytest.param(case, id=case.get("name", str(place))) for place, case in enumerate(VECTORS[kind])]


@pytest.mark.parametrize("case", _named("accepted"))
def test_a_cosignature_holds(case: dict[str, Any]) -> None:
    witness = cosignature.parse_verifier_key(case["verifier_key"])
    assert cosignature.verifier_key(witness) == case["verifier_key"]
    assert cosignature.check(note.parse(case["note"]), witness) == case["seconds"]


@pytest.mark.parametrize("case", _named("untrusted"))
def test_what_is_no_cosignature_is_untrusted(case: dict[str, Any]) -> None:
    with pytest.raises(Untrusted) as caught:
        cosignature.check(note.parse(case["note"]), cosignature.parse_verifier_key(case["verifier_key"]))
    assert caught.value.code == case["code"]


def test_a_cosignature_is_of_one_checkpoint_alone() -> None:
    case = VECTORS["accepted"][1]
    other = case["note"].replace("\n11\n", "\n12\n")
    with pytest.raises(Untrusted, match="cosignature-wrong"):
        cosignature.check(note.parse(other), cosignature.parse_verifier_key(case["verifier_key"]))


@pytest.mark.parametrize("case", _named("lists"))
def test_a_list_of_witnesses_is_read(case: dict[str, Any]) -> None:
    found = cosignature.parse_witness_list(case["text"])
    assert ([witness.url for witness in found.witnesses], found.quorum) == (case["urls"], case["quorum"])


@pytest.mark.parametrize("case", _named("refused_lists"))
def test_what_is_no_list_of_witnesses_is_refused_with_its_line(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        cosignature.parse_witness_list(case["text"])
    assert (caught.value.code, caught.value.facts) == ("witnesses-malformed", {"line": case["line"]})


def test_more_witnesses_than_a_note_has_lines_are_refused() -> None:
    key = VECTORS["accepted"][1]["verifier_key"]
    made = [
        cosignature.verifier_key(cosignature.Witness(f"witness.example/{number}", cosignature.parse_verifier_key(key).public_key))
        for number in range(16)
    ]
    assert len(cosignature.parse_witness_list("\n".join(made[:15])).witnesses) == 15
    for text in ("\n".join(made), "#" * 65537, "\ud800"):
        with pytest.raises(Refused, match="witnesses-malformed"):
            cosignature.parse_witness_list(text)


@pytest.mark.parametrize("text", ["", "x", "w+00000000+AAAA", "w w+00000000+AAAA", "w+zz+!"])
def test_what_is_no_key_of_a_witness_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="verifier-key-malformed"):
        cosignature.parse_verifier_key(text)


def test_a_submission_is_as_tlog_witness_has_it() -> None:
    told = VECTORS["submission"]
    proof = [base64.b64decode(hashed) for hashed in told["proof"]]
    body = cosignature.encode_submission(told["old_size"], proof, told["checkpoint"])
    assert body.decode() == told["body"]
    head, _, checkpoint = body.decode().partition("\n\n")
    assert head.split("\n") == ["old 7", *told["proof"]]
    assert checkpoint == told["checkpoint"]
    assert cosignature.encode_submission(0, (), "x\n\n").startswith(b"old 0\n\nx\n")


def test_a_reply_of_lines_or_of_a_size_is_read() -> None:
    line = VECTORS["accepted"][0]["note"].split("\n")[-2]
    assert [note.encode_line(found) for found in cosignature.parse_lines(f"{line}\n{line}\n")] == [line, line]
    for text in ("", line, f"{line}\n\n", f"{line}\n" * 17, "- x\n"):
        with pytest.raises(Refused, match="note-malformed"):
            cosignature.parse_lines(text)
    assert cosignature.parse_size(b"120\n") == 120
    for raw in (b"", b"120", b"0120\n", b"-1\n", b"\xff\n", b"1\n1\n"):
        with pytest.raises(Refused, match="witness-reply"):
            cosignature.parse_size(raw)
