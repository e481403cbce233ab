"""What selftest checks of the formats: every case in vectors/, which bind this program, the signatory's browser and anybody who reads the specification.

Each function takes one file's cases and gives how many hold. Raises Differs with the file and the number of the first case that does not.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from civium.authority.commands import selftest_rules
from civium.authority.commands.selftest_steps import Differs, expect, expect_each, expect_refusal, expect_refusals
from civium.authority.keys import PrivateKey, make_key
from civium.authority.opening import open_envelope
from civium.authority.organisers_key import derived_key, make_root, public_keys
from civium.errors import CiviumError
from civium.formats import (
    challenge,
    checkpoint,
    cosignature,
    duplicate_token,
    envelope,
    erasure,
    identity_key,
    leaf,
    manifest,
    merkle,
    note,
    notice,
    organisers_key,
    posting,
    receipt,
    statement,
)

Cases = dict[str, Any]


def check_vectors(folder: Path) -> tuple[int, int]:
    """Give how many files there are and how many of their cases hold. Raises Differs where one does not, or a file is missing."""
    held = 0
    for name, check in CHECKS.items():
        path = folder / f"{name}.json"
        expect(path.is_file(), f"vectors/{name}.json is not there")
        cases = json.loads(path.read_bytes())
        try:
            held += check(cases)
        except (CiviumError, ValueError, LookupError) as fault:
            raise Differs(f"vectors/{name}.json: {fault}") from None
    return len(CHECKS), held


def _statements(cases: Cases) -> int:
    def holds(case: Any) -> bool:
        plaintext = statement.pad(bytes.fromhex(case["encoded"]))
        parsed, told = statement.parse(plaintext), case["statement"]
        return (
            sha256(plaintext).hexdigest() == case["plaintext_sha256"]
            and statement.encode(parsed).hex() == case["encoded"]
            and dict(parsed.fields) == told["fields"]
            and (parsed.language, parsed.rules, parsed.declaration) == (told["language"], told["rules"], told["declaration"])
        )

    return expect_each(cases["accepted"], holds) + expect_refusals(
        cases["refused"], lambda case: statement.parse(b64decode(case["plaintext"]))
    )


def _envelopes(cases: Cases) -> int:
    """Each is opened with its seed, too: the whole of HPKE, and the key's derivation."""

    def holds(case: Any) -> bool:
        raw = b64decode(case["envelope"])
        parsed = envelope.parse(raw)
        private, public = _key_of(case)
        opened = open_envelope(parsed, private)
        return (
            public == b64decode(case["public_key"])
            and envelope.key_id(parsed.header.suite, public).hex() == case["key_id"] == parsed.header.key_id.hex()
            and parsed.header_bytes.hex() == case["header"] == envelope.encode_header(parsed.header).hex()
            and str(receipt.identifier(envelope.envelope_hash(raw))) == case["identifier"]
            and opened is not None
            and sha256(opened).hexdigest() == case["plaintext_sha256"]
        )

    return expect_each(cases["accepted"], holds) + expect_refusals(
        cases["refused"], lambda case: envelope.parse(b64decode(case["envelope"]))
    )


def _key_of(case: Any) -> tuple[PrivateKey, bytes]:
    """Give the private key of a case and its public half: of the P-256 suite the vectors name the scalar itself."""
    if case["suite"] == envelope.P256_SUITE:
        private = ec.derive_private_key(int(case["seed"], 16), ec.SECP256R1())
        return private, private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key = make_key("XX", bytes.fromhex(case["seed"]), suite=case["suite"])
    return key.private, key.public.public_key


def _postings(cases: Cases) -> int:
    def holds(case: Any) -> bool:
        parsed = posting.parse(b64decode(case["posting"]))
        told = (b64encode(parsed.envelope).decode(), parsed.token.hex(), parsed.work.hex())
        return told == (case["envelope"], case["token"], case["work"]) and posting.encode(parsed) == b64decode(case["posting"])

    return expect_each(cases["accepted"], holds) + expect_refusals(
        cases["refused"], lambda case: posting.parse(b64decode(case["posting"]))
    )


def _identity_keys(cases: Cases) -> int:
    return (
        expect_each(cases["numbers"], lambda case: identity_key.fold_number(case["typed"]) == case["folded"])
        + expect_each(cases["names"], lambda case: identity_key.fold_name(case["typed"]) == case["folded"])
        + expect_each(
            cases["keys"], lambda case: identity_key.identity_key(case["jurisdiction"], case["fields"]).hex() == case["key"]
        )
    )


def _trees(cases: Cases) -> int:
    hashes = [merkle.leaf_hash(bytes.fromhex(record)) for record in cases["records"]]
    roots = [bytes.fromhex(root) for root in cases["roots"]]
    held = expect_each(enumerate(roots), lambda told: merkle.tree_root(hashes[: told[0]]) == told[1])
    for case in cases["inclusion"]:
        proof = [bytes.fromhex(part) for part in case["proof"]]
        merkle.check_inclusion(hashes[case["index"]], case["index"], case["size"], proof, roots[case["size"]])
    for case in cases["consistency"]:
        proof = [bytes.fromhex(part) for part in case["proof"]]
        merkle.check_consistency(case["first"], roots[case["first"]], case["second"], roots[case["second"]], proof)
    return held + len(cases["inclusion"]) + len(cases["consistency"])


def _foreign_log(cases: Cases) -> int:
    """A log that another program wrote: its roots, its proofs, its checkpoint."""
    records = (
        b"\x01" + (20000 + at % 7).to_bytes(4, "big") + sha256(b"outside %d" % at).digest() + bytes(32) for at in range(700)
    )
    hashes = [merkle.leaf_hash(record) for record in records]

    def subtree(level: int, index: int) -> bytes:
        return merkle.tree_root(hashes[index << level : (index + 1) << level])

    def includes(case: Any) -> bool:
        proof = merkle.inclusion_proof(subtree, case["index"], case["size"])
        return [part.hex() for part in proof] == list(case["proof"])

    def continues(case: Any) -> bool:
        proof = merkle.consistency_proof(subtree, case["first"], case["second"])
        return [part.hex() for part in proof] == list(case["proof"])

    held = expect_each(cases["roots"].items(), lambda told: merkle.tree_root(hashes[: int(told[0])]).hex() == told[1])
    held += expect_each(cases["inclusion"], includes) + expect_each(cases["consistency"], continues)
    checked = checkpoint.check(cases["checkpoint"], cases["origin"], b64decode(cases["public_key"]))
    expect((checked.size, checked.root) == (700, merkle.tree_root(hashes)), "the checkpoint")
    return held + 1


def _receipts(cases: Cases) -> int:
    def check(case: Any) -> bool:
        receipt.check(
            receipt.parse(case["receipt"]),
            envelope_hash=bytes.fromhex(case["envelope_hash"]),
            erasure_commitment=bytes.fromhex(case["erasure_commitment"]),
            origin=case["origin"],
            log_key=b64decode(case["log_key"]),
            today=date.fromisoformat(case["today"]),
        )
        record = leaf.parse(receipt.parse(case["receipt"]).leaf)
        return bool(str(receipt.identifier(record.envelope_hash)) == case.get("identifier", ""))

    def reads(case: Any) -> bool:
        code = bytes.fromhex(case["code"])
        commitment = receipt.erasure_commitment(bytes.fromhex(case["collection"]), code).hex()
        return receipt.parse_erasure_code(case["text"]) == code and commitment == case["commitment"]

    mistyped = cases["erasure_codes_mistyped"]
    return (
        expect_each(cases["accepted"], check)
        + expect_refusals(cases["refused"], check)
        + expect_each(cases["erasure_codes"], reads)
        + expect_refusals(mistyped, receipt.parse_erasure_code, "erasure-code-mistyped")
    )


def _manifests(cases: Cases) -> int:
    chain = cases["chain"]
    checked = manifest.check_chain([(case["manifest"].encode(), case["signature"]) for case in chain])
    held = expect_each(
        zip(chain, checked, strict=True),
        lambda told: (
            manifest.manifest_hash(told[0]["manifest"].encode()).hex() == told[0]["sha256"]
            and manifest.encode(told[1]).decode() == told[0]["manifest"]
        ),
    )
    return held + expect_refusals(cases["refused"], lambda case: manifest.parse(case["manifest"].encode()))


def _checkpoints(cases: Cases) -> int:
    def check(case: Any) -> checkpoint.Checkpoint:
        return checkpoint.check(case["note"], case["origin"], b64decode(case["public_key"]))

    def holds(case: Any) -> bool:
        checked = check(case)
        return (checked.size, checked.root.hex()) == (case["size"], case["root"])

    name, public = note.parse_verifier_key(cases["verifier_key"])
    expect(note.verifier_key(name, public) == cases["verifier_key"], "the log's key")
    refused = expect_each(cases["refused"], lambda case: _is_malformed(case["note"]))
    return 1 + expect_each(cases["accepted"], holds) + refused + expect_refusals(cases["untrusted"], check)


def _is_malformed(text: str) -> bool:
    for code in ("note-malformed", "checkpoint-malformed"):
        try:
            expect_refusal(lambda: checkpoint.parse(text), code, "")
        except Differs:
            continue
        return True
    return False


def _cosignatures(cases: Cases) -> int:
    def seconds(case: Any) -> int:
        return cosignature.check(note.parse(case["note"]), cosignature.parse_verifier_key(case["verifier_key"]))

    def lists(case: Any) -> bool:
        found = cosignature.parse_witness_list(case["text"])
        return ([witness.url for witness in found.witnesses], found.quorum) == (case["urls"], case["quorum"])

    return (
        expect_each(cases["accepted"], lambda case: seconds(case) == case["seconds"])
        + expect_refusals(cases["untrusted"], seconds)
        + expect_each(cases["lists"], lists)
        + expect_refusals(
            cases["refused_lists"], lambda case: cosignature.parse_witness_list(case["text"]), "witnesses-malformed"
        )
    )


def _notices(cases: Cases) -> int:
    def holds(raw: str) -> bool:
        parsed = notice.parse(raw.encode())
        return parsed is not None and notice.encode(parsed) == raw.encode()

    return expect_each(cases["accepted"].values(), holds) + expect_refusals(
        cases["refused"], lambda case: notice.parse(case["entry"].encode()), "notice-malformed"
    )


def _erasures(cases: Cases) -> int:
    def holds(case: Any) -> bool:
        raw = b64decode(case["erasure"])
        parsed = erasure.parse(raw)
        return erasure.encode(parsed) == raw and parsed.code.hex() == case["code"]

    return expect_each(cases["accepted"], holds) + expect_refusals(
        cases["refused"], lambda case: erasure.parse(b64decode(case["erasure"]))
    )


def _organisers_keys(cases: Cases) -> int:
    root = make_root(bytes.fromhex(cases["seed"]), envelope.DEFAULT_SUITE)
    keys = public_keys(root, [case["jurisdiction"] for case in cases["derived"]])
    held = expect_each(
        cases["derived"], lambda case: derived_key(root, case["jurisdiction"]).public.key_id.hex() == case["key_id"]
    )
    expect(organisers_key.fingerprint(keys).hex() == cases["fingerprint"], "the fingerprint")
    expect(sha256(organisers_key.encode(keys)).hexdigest() == cases["public_file_sha256"], "the public file")

    def is_read_back(case: Any) -> bool:
        raw: bytes = case["file"].encode()
        return organisers_key.encode(organisers_key.parse(raw)) == raw

    return (
        held
        + 2
        + expect_each(cases["accepted"], is_read_back)
        + expect_refusals(cases["refused"], lambda case: organisers_key.parse(case["file"].encode()))
    )


def _challenges(cases: Cases) -> int:
    key, collection = bytes.fromhex(cases["key"]), bytes.fromhex(cases["collection"])

    def holds(case: Any) -> bool:
        solution = challenge.check(key, collection, bytes.fromhex(case["work"]), now=cases["now"])
        return bool(solution.number == case["number"])

    def check(case: Any) -> object:
        told = bytes.fromhex(case.get("collection", cases["collection"]))
        return challenge.check(key, told, bytes.fromhex(case["work"]), now=case["now"])

    return expect_each(cases["challenges"], holds) + expect_refusals(cases["refused"], check)


def _tokens(cases: Cases) -> int:
    """What is ours of them; the oblivious function itself (RFC 9497) is computed by the token service alone."""
    collection, store_key = bytes.fromhex(cases["collection"]), bytes.fromhex(cases["store_key"])

    def holds(case: Any) -> bool:
        identity = identity_key.identity_key(case["jurisdiction"], case["fields"])
        asked = duplicate_token.token_input(collection, case["jurisdiction"], identity)
        mark = duplicate_token.mark(store_key, collection, case["origin"], bytes.fromhex(case["token"]))
        return (asked.hex(), mark.hex()) == (case["input"], case["mark"])

    def is_read_back(case: Any) -> bool:
        raw = bytes.fromhex(case["request"])
        return duplicate_token.encode_request(duplicate_token.parse_request(raw)) == raw

    refused = cases["requests_refused"]
    return (
        expect_each(cases["tokens"], holds)
        + expect_each(cases["requests"], is_read_back)
        + expect_refusals(
            refused, lambda case: duplicate_token.parse_request(bytes.fromhex(case["request"])), "token-request-malformed"
        )
    )


CHECKS: dict[str, Callable[[Cases], int]] = {
    "statement": _statements,
    "envelope": _envelopes,
    "posting": _postings,
    "identity-key": _identity_keys,
    "merkle": _trees,
    "outside/tlog": _foreign_log,
    "receipt": _receipts,
    "manifest": _manifests,
    "checkpoint": _checkpoints,
    "cosignature": _cosignatures,
    "notice": _notices,
    "erasure": _erasures,
    "organisers-key": _organisers_keys,
    "challenge": _challenges,
    "duplicate-token": _tokens,
    "sampling": selftest_rules.check_samples,
    "ages": selftest_rules.check_ages,
    "numbers": selftest_rules.check_numbers,
    "periods": selftest_rules.check_periods,
}
