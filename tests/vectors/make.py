"""Writes vectors/*.json from the Python side, once: `make vectors`. A vector that stands is never changed by running this again.

Everything is made from hashes of labels, so that nothing here is secret and nothing is drawn; sealed bytes (HPKE is random) are kept from the file that stands.
"""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256, shake_256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from civium.formats import checkpoint as checkpoints
from civium.formats import envelope, erasure, identity_key, leaf, manifest, merkle, note, posting, receipt, statement
from tests.vectors import cosignatures as cosignature_vectors
from tests.vectors import organisers as organisers_vectors
from tests.vectors import tokens as token_vectors

FOLDER = Path(__file__).resolve().parents[2] / "vectors"
DAY = date(2026, 11, 21)
PLAIN = statement.Statement(
    language="mt",
    rules="2026-11-21",
    declaration=True,
    privacy_read=True,
    identity_key_version=0,
    token=b"",
    fields={"full_first_names": "Ġorġa Ħlas", "family_names": "D'Amato-Żerafa", "id_number": "0000001M", "id_type": "id_card"},
    confirmations=frozenset({("id_number", "number-checksum")}),
)


def drawn(label: str, size: int) -> bytes:
    """Give bytes that look random and are not."""
    return shake_256(b"civium vectors " + label.encode()).digest(size)


def b64(raw: bytes) -> str:
    """Give base64."""
    return base64.b64encode(raw).decode()


def statement_value(value: statement.Statement) -> dict[str, Any]:
    """Give a statement as the vectors spell it."""
    return {
        "language": value.language,
        "rules": value.rules,
        "declaration": value.declaration,
        "privacy_read": value.privacy_read,
        "identity_key_version": value.identity_key_version,
        "token": value.token.hex(),
        "fields": dict(value.fields),
        "confirmations": sorted(map(list, value.confirmations)),
    }


def statements() -> dict[str, Any]:
    """Give statements with their plaintexts, and plaintexts that are refused."""
    long = "Ω" * 512
    part_a = {
        "full_first_names": "Ὀδυσσεύς", "family_names": "Ó Dónaill", "residence_street": "Ул. „Роза“ 5", "residence_number": "—",
        "residence_postal_code": "00-950", "residence_city": "Łódź", "residence_country": "PL", "date_of_birth": "2008-02-29",
    }  # fmt: skip
    good = {
        "part B, Maltese, a hint confirmed": PLAIN,
        "part A, Greek and Cyrillic and Turkish dotted": replace(PLAIN, language="el", fields=part_a, confirmations=frozenset()),
        "nothing given, nothing ticked": replace(
            PLAIN, declaration=False, privacy_read=False, fields={}, confirmations=frozenset()
        ),
        "one letter": replace(PLAIN, fields={"family_names": "İ", "full_first_names": "ı"}, confirmations=frozenset()),
        "with a token": replace(PLAIN, identity_key_version=1, token=drawn("token", 64)),
        "needs 4096": replace(PLAIN, fields={"family_names": long, "full_first_names": long, "residence_street": long}),
    }
    items = []
    for name, value in good.items():
        encoded = statement.encode(value)
        items.append(
            {
                "name": name,
                "statement": statement_value(value),
                "encoded": encoded.hex(),
                "plaintext_sha256": sha256(statement.pad(encoded)).hexdigest(),
            }
        )
    encoded = statement.encode(PLAIN)
    padded = statement.pad(encoded)
    swapped = encoded.replace(b"\x0cfamily_names", b"\x0czamily_names")
    bad = {
        "empty": b"",
        "2,047 bytes": padded[:-1],
        "2,049 bytes": padded + b"\0",
        "4,096 where 2,048 would do": padded.ljust(4096, b"\0"),
        "padding not zero": padded[:-1] + b"\1",
        "length beyond the padding": b"\xff\xff" + padded[2:],
        "version 2": statement.pad(b"\2" + encoded[1:]),
        "trailing byte": statement.pad(encoded + b"\0"),
        "cut": statement.pad(encoded[:-1]),
        "fields not in order": statement.pad(swapped),
        "third tick": statement.pad(encoded.replace(b"2026-11-21\x03", b"2026-11-21\x04")),
        "not UTF-8": statement.pad(encoded.replace("Ġ".encode(), b"\xff\xfe")),
        "not NFC": statement.pad(encoded.replace("Ġor".encode(), b"A\xcc\x80o")),
        "white space at the end": statement.pad(encoded.replace(b"Amato-", b"Amato-").replace(b"erafa", b"eraf ")),
        "zero-width space at the end": statement.pad(
            encoded.replace(b"\x0fD'", b"\x12D'").replace(b"erafa", b"erafa\xe2\x80\x8b")
        ),
        "control character": statement.pad(encoded.replace(b"Amato", b"Am\x07to")),
        "token without version": statement.pad(encoded.replace(b"2026-11-21\x03\x00\x00", b"2026-11-21\x03\x00\x01")),
    }
    refused = [{"name": name, "plaintext": b64(raw), "refused": "statement-malformed"} for name, raw in bad.items()]
    return {"accepted": items, "refused": refused}


def identity_keys() -> dict[str, Any]:
    """Give folded numbers and names, and identity keys."""
    numbers = [
        "00000001-R",
        " 85.07.30-033.28 ",
        "ΑΒ 123456",
        "ав123",
        "ＡＢ１２３",
        "O0o0",
        "RO 123/45",
        "ß12",
        "Ab\u200912",
        "0012345M",
        "0-0",
        "A0012",
    ]
    names = [
        "Ó Dónaill", "O'Donaill", "O’DONAILL", "Müller-Lüdenscheidt", "MÜLLER LÜDENSCHEIDT", "Weiß", "WEISS", "Σίσυφος", "ΣΊΣΥΦΟΣ", "İpek", "ıpek", "Łukasz", "Ħlas", "Đorđe",
        "Þór", "Ærø", "Ñandú", "Ștefan", "Ştefan", "Јован", "Георгиев-Христов", "ΐ", "ﬁ", "J. R. (Bob)", "Nguyễn", "Ǆ", "Ω", "Å", "x\u00a0y\u3000z", "ŋŊ", "ẞ", "Jo\u00adhan\u200bna", "\u200eΝία\u2060", "\u061cAna\ufeff",
    ]  # fmt: skip
    a = {
        "full_first_names": "Ana María",
        "family_names": "Ní Dhuibhir",
        "date_of_birth": "1990-01-31",
        "residence_postal_code": "d02 af30",
        "residence_city": "x",
    }
    keys = [
        ("ES", {"id_type": "dni", "id_number": "00000001 r", "family_names": "x"}),
        ("IE", a),
        ("FR", {}),
        ("EL", {**a, "full_first_names": "Σίσυφος"}),
    ]
    return {
        "numbers": [{"typed": value, "folded": identity_key.fold_number(value)} for value in numbers],
        "names": [{"typed": value, "folded": identity_key.fold_name(value)} for value in names],
        "keys": [
            {"jurisdiction": code, "fields": fields, "key": identity_key.identity_key(code, fields).hex()}
            for code, fields in keys
        ],
    }


def key_pairs() -> dict[str, tuple[Any, bytes, bytes]]:
    """Give (private key, public key bytes, seed) by suite; how a seed expands is in docs/spec/authority-key.md."""
    seed = drawn("authority seed", 32)
    expanded = shake_256(seed).digest(96)
    kem, dh = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
    hybrid = kem.public_key().public_bytes_raw() + dh.public_key().public_bytes_raw()
    scalar = int.from_bytes(drawn("p256 scalar", 32), "big") % (2**255)
    p256 = ec.derive_private_key(scalar, ec.SECP256R1())
    point = p256.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {envelope.DEFAULT_SUITE: ((kem, dh), hybrid, seed), envelope.P256_SUITE: (p256, point, scalar.to_bytes(32, "big"))}


def envelopes(standing: dict[str, Any]) -> dict[str, Any]:
    """Give envelopes that open, with the means to open them, and envelopes that are refused."""
    kept = {item["name"]: item for item in standing.get("accepted", [])}
    accepted = []
    plaintext = statement.pad(statement.encode(PLAIN))
    for suite_name, (_, public, seed) in key_pairs().items():
        suite = envelope.SUITES[suite_name]
        for jurisdiction, channel in (("MT", "online"), ("ES-CT", "paper")):
            name = f"{suite_name} {jurisdiction} {channel}"
            header = envelope.Header(
                suite, envelope.key_id(suite, public), drawn("collection", 16), jurisdiction, channel, drawn("manifest", 32),
                receipt.erasure_commitment(drawn("collection", 16), drawn("erasure code", 16)),
            )  # fmt: skip
            raw = base64.b64decode(kept[name]["envelope"]) if name in kept else envelope.seal(header, plaintext, public)
            accepted.append({
                "name": name, "suite": suite_name, "seed": seed.hex(), "public_key": b64(public), "key_id": header.key_id.hex(), "collection": header.collection.hex(),
                "jurisdiction": jurisdiction, "channel": channel, "manifest_hash": header.manifest_hash.hex(), "erasure_commitment": header.erasure_commitment.hex(),
                "header": envelope.encode_header(header).hex(), "plaintext_sha256": sha256(plaintext).hexdigest(), "envelope": b64(raw),
                "envelope_hash": envelope.envelope_hash(raw).hex(), "identifier": str(receipt.identifier(envelope.envelope_hash(raw))),
            })  # fmt: skip
    raw = base64.b64decode(accepted[0]["envelope"])
    channel_at = 44 + len(accepted[0]["jurisdiction"])
    bad = {
        "empty": (b"", "envelope-size"),
        "too long": (raw + bytes(envelope.MAXIMUM_SIZE), "envelope-size"),
        "one byte short": (raw[:-1], "envelope-malformed"),
        "one byte more": (raw + b"\0", "envelope-malformed"),
        "other magic": (b"X" + raw[1:], "envelope-version"),
        "version 2": (raw[:4] + b"\2" + raw[5:], "envelope-version"),
        "unknown suite": (raw[:5] + b"\0\x20" + raw[7:], "envelope-suite"),
        "suite of another length": (raw[:5] + envelope.SUITES[envelope.P256_SUITE].ids + raw[11:], "envelope-malformed"),
        "lower-case jurisdiction": (raw[:44] + b"m" + raw[45:], "envelope-malformed"),
        "empty jurisdiction": (raw[:43] + b"\0" + raw[44:], "envelope-malformed"),
        "channel 0": (raw[:channel_at] + b"\0" + raw[channel_at + 1 :], "envelope-malformed"),
        "channel 5": (raw[:channel_at] + b"\5" + raw[channel_at + 1 :], "envelope-malformed"),
    }
    return {
        "accepted": accepted,
        "refused": [{"name": name, "envelope": b64(value), "refused": code} for name, (value, code) in bad.items()],
    }


def postings(sealed: dict[str, Any]) -> dict[str, Any]:
    """Give postings and what is refused."""
    raw = base64.b64decode(sealed["accepted"][0]["envelope"])
    good = {"envelope alone": posting.Posting(raw), "with token and work": posting.Posting(raw, drawn("token", 64), b"work")}
    whole = posting.encode(good["envelope alone"])
    bad = {
        "empty": b"",
        "version 2": b"\2" + whole[1:],
        "cut": whole[:-1],
        "trailing": whole + b"\0",
        "token of 63": posting.encode(posting.Posting(raw, bytes(63))),
    }
    return {
        "accepted": [
            {
                "name": name,
                "envelope": b64(value.envelope),
                "token": value.token.hex(),
                "work": value.work.hex(),
                "posting": b64(posting.encode(value)),
            }
            for name, value in good.items()
        ],
        "refused": [{"name": name, "posting": b64(value), "refused": "posting-malformed"} for name, value in bad.items()],
    }


def erasures() -> dict[str, Any]:
    """Give an erasure with the commitment it opens, and what is refused."""
    collection, code = drawn("collection", 16), drawn("erasure code", 16)
    identifier = receipt.identifier(drawn("entry 3", 32))
    whole = erasure.encode(erasure.Erasure(collection, identifier, code))
    bad = {
        "empty": b"",
        "version 2": b"\2" + whole[1:],
        "cut": whole[:-1],
        "trailing": whole + b"\0",
        "identifier of version 4": whole[:23] + bytes((whole[23] & 0x0F | 0x40,)) + whole[24:],
        "identifier of another variant": whole[:25] + bytes((whole[25] & 0x3F | 0xC0,)) + whole[26:],
    }
    good = {
        "name": "one entry",
        "collection": collection.hex(),
        "identifier": str(identifier),
        "code": code.hex(),
        "code_text": receipt.erasure_code_text(code),
        "commitment": receipt.erasure_commitment(collection, code).hex(),
        "erasure": b64(whole),
    }
    return {
        "accepted": [good],
        "refused": [{"name": name, "erasure": b64(value), "refused": "erasure-malformed"} for name, value in bad.items()],
    }


def log(size: int) -> tuple[list[bytes], Ed25519PrivateKey]:
    """Give leaf records and a log key."""
    records = [leaf.encode(leaf.LeafRecord(DAY, drawn(f"entry {at}", 32), drawn(f"erase {at}", 32))) for at in range(size)]
    return records, Ed25519PrivateKey.from_private_bytes(drawn("log key", 32))


def receipts() -> dict[str, Any]:
    """Give receipts that check, and one for each check that fails."""
    records, key = log(11)
    origin = checkpoints.log_origin("civium.example", drawn("collection", 16), "MT", "online")
    public = key.public_key().public_bytes_raw()
    hashes = [merkle.leaf_hash(record) for record in records]
    appended = merkle.append(merkle.Frontier(), hashes)
    signed = checkpoints.sign(checkpoints.Checkpoint(origin, 11, merkle.root(appended.frontier)), key)
    expected = {"origin": origin, "log_key": b64(public), "today": "2026-11-22"}

    def item(name: str, at: int, text: str, **more: Any) -> dict[str, Any]:
        record = leaf.parse(records[at])
        return {
            "name": name,
            "receipt": text,
            "envelope_hash": record.envelope_hash.hex(),
            "erasure_commitment": record.erasure_commitment.hex(),
            **expected,
            **more,
        }

    whole = [receipt.Receipt(records[at], at, appended.proofs[at], signed) for at in range(11)]
    text = receipt.encode(whole[3])
    other = Ed25519PrivateKey.from_private_bytes(drawn("other log key", 32)).public_key().public_bytes_raw()
    signature_at = text.rindex(" ") + 12
    flipped = text[:signature_at] + ("A" if text[signature_at] != "A" else "B") + text[signature_at + 1 :]
    accepted = [
        item(
            f"entry {at} of 11",
            at,
            receipt.encode(value),
            identifier=str(receipt.identifier(leaf.parse(records[at]).envelope_hash)),
        )
        for at, value in enumerate(whole)
    ]
    # A page that was made before or after a log was closed: its successor, or the closed one, is the same log.
    accepted.append({**accepted[3], "name": "of another generation", "origin": origin[:-1] + "12"})
    refused = [
        item("empty", 3, "", refused="receipt-malformed"),
        item("no checkpoint", 3, text.split("\n\n", maxsplit=1)[0], refused="receipt-malformed"),
        item("leading zero in the index", 3, text.replace("index 3", "index 03"), refused="receipt-malformed"),
        item("index beyond 2^53 - 1", 3, text.replace("index 3", f"index {2**53}"), refused="receipt-malformed"),
        item("the largest index", 3, text.replace("index 3", f"index {2**53 - 1}"), refused="receipt-mismatch", step=4),
        item("another entry's", 3, receipt.encode(whole[4]), refused="receipt-mismatch", step=1),
        item("another commitment", 3, text, refused="receipt-mismatch", step=2) | {"erasure_commitment": bytes(32).hex()},
        item("two days off", 3, text, refused="receipt-mismatch", step=3) | {"today": "2026-11-23"},
        item("another index", 3, text.replace("index 3", "index 4"), refused="receipt-mismatch", step=4),
        item(
            "proof too short", 3, receipt.encode(replace(whole[3], proof=whole[3].proof[:-1])), refused="receipt-mismatch", step=4
        ),
        item("another log", 3, text, refused="receipt-mismatch", step=5) | {"origin": origin.replace("/MT/", "/ES/")},
        item("another generation of another log", 3, text, refused="receipt-mismatch", step=5)
        | {"origin": origin.replace("/MT/online/1", "/MT/paper/2")},
        item("no generation", 3, text, refused="receipt-mismatch", step=5) | {"origin": origin[:-1] + "01"},
        item("another key", 3, text, refused="note-not-signed") | {"log_key": b64(other)},
        item("signature flipped", 3, flipped, refused="note-signature"),
    ]
    codes = [bytes(16), b"\xff" * 16, drawn("erasure code", 16)]
    return {
        "accepted": accepted,
        "refused": refused,
        "erasure_codes": [
            {
                "code": code.hex(),
                "text": receipt.erasure_code_text(code),
                "collection": drawn("collection", 16).hex(),
                "commitment": receipt.erasure_commitment(drawn("collection", 16), code).hex(),
            }
            for code in codes
        ],
        "erasure_codes_mistyped": [
            receipt.erasure_code_text(codes[2])[:-1],
            receipt.erasure_code_text(codes[2])[:-1] + "U",
            receipt.erasure_code_text(codes[2]).replace(
                receipt.erasure_code_text(codes[2])[0], "2" if receipt.erasure_code_text(codes[2])[0] != "2" else "3", 1
            ),
        ],
    }


def trees() -> dict[str, Any]:
    """Give roots and proofs of small trees over leaf records."""
    records, _ = log(11)
    hashes = [merkle.leaf_hash(record) for record in records]

    def read(level: int, index: int) -> bytes:
        return merkle.tree_root(hashes[index << level : (index + 1) << level])

    return {
        "records": [record.hex() for record in records],
        "leaf_hashes": [value.hex() for value in hashes],
        "roots": [merkle.tree_root(hashes[:size]).hex() for size in range(12)],
        "inclusion": [
            {"index": index, "size": size, "proof": [value.hex() for value in merkle.inclusion_proof(read, index, size)]}
            for size in range(1, 12)
            for index in range(size)
        ],
        "consistency": [
            {"first": first, "second": second, "proof": [value.hex() for value in merkle.consistency_proof(read, first, second)]}
            for second in range(1, 12)
            for first in range(second + 1)
        ],
    }


def manifests() -> dict[str, Any]:
    """Give a chain of two signed manifests."""
    _, key = log(0)
    collection = drawn("collection", 16)
    public = key_pairs()[envelope.DEFAULT_SUITE][1]
    entry = manifest.KeyEntry(
        envelope.key_id(envelope.SUITES[envelope.DEFAULT_SUITE], public), envelope.DEFAULT_SUITE, sha256(public).digest()
    )
    first = manifest.Manifest(
        collection=collection, sequence=1, previous=b"", deployment="demonstration", procedure="eci", registration="DEMO-VECTORS", registered_on=date(2026, 3, 2),
        opens_on=date(2026, 4, 14), closes_on=date(2027, 4, 13), rules_version="2026-11-21", rules_sha256=drawn("rules", 32), log_key=key.public_key().public_bytes_raw(),
        texts={"en": drawn("text en", 32), "mt": drawn("text mt", 32)}, wording={"en": drawn("wording en", 32), "mt": drawn("wording mt", 32)}, bundle={"form.js": drawn("form.js", 32)},
        keys={"MT": (entry,)}, logs={"MT/online": checkpoints.log_origin("civium.example", collection, "MT", "online")},
    )  # fmt: skip
    raw = manifest.encode(first)
    second = replace(first, sequence=2, previous=manifest.manifest_hash(raw), closes_on=date(2027, 4, 12))
    chain = [(item, manifest.sign(item, "civium.example", key)) for item in (raw, manifest.encode(second))]
    values = [
        {
            "manifest": item.decode(),
            "sha256": manifest.manifest_hash(item).hex(),
            "signature": signature,
            "log_key": b64(first.log_key),
        }
        for item, signature in chain
    ]
    return {
        "chain": values,
        "refused": [
            {"name": name, "manifest": text, "refused": "manifest-malformed"}
            for name, text in _bad_manifests(raw.decode()).items()
        ],
    }


def _bad_manifests(text: str) -> dict[str, str]:
    origin = json.loads(text)["logs"]["MT/online"]
    return {
        "empty": "",
        "white space": text.replace(",", ", ", 1),
        "unknown member": text.replace('{"bundle"', '{"a":1,"bundle"'),
        "member missing": text.replace('"token_key":""', '"x":""').replace(',"x":""', ""),
        "short date": text.replace("2026-03-02", "20260302"),
        "upper-case hex": text.replace(drawn("rules", 32).hex(), drawn("rules", 32).hex().upper()),
        "sequence 0": text.replace('"sequence":1', '"sequence":0'),
        "another name": text.replace("manifest v1", "manifest v2"),
        "version of the rules with a sign that no statement carries": text.replace(
            '"version":"2026-11-21"', '"version":"2026/11/21"'
        ),
        "version of the rules longer than a statement carries": text.replace('"version":"2026-11-21"', f'"version":"{"2" * 33}"'),
        "language longer than a statement carries": text.replace('"mt":', '"mt-aaaaaaaa-bbbbb":'),
        "unknown suite": text.replace('"suite":"647a-0001-0002"', '"suite":"0020-0001-0002"'),
        "suite in capitals": text.replace('"suite":"647a-0001-0002"', '"suite":"647A-0001-0002"'),
        "keys that are no list": text.replace('"keys":{', '"keys":{"AT":{},'),
        "30 February": text.replace('"opens_on":"2026-04-14"', '"opens_on":"2026-02-30"'),
        "29 February of a common year": text.replace('"closes_on":"2027-04-13"', '"closes_on":"2027-02-29"'),
        "31 April": text.replace('"registered_on":"2026-03-02"', '"registered_on":"2026-04-31"'),
        "month 13": text.replace('"opens_on":"2026-04-14"', '"opens_on":"2026-13-01"'),
        "year 0": text.replace('"opens_on":"2026-04-14"', '"opens_on":"0000-04-14"'),
        "space in an origin": text.replace('"MT/online":"', '"MT/online":" '),
        "plus in an origin": text.replace('"MT/online":"', '"MT/online":"+'),
        "control in an origin": text.replace('"MT/online":"', '"MT/online":"\x7f'),
        "origin beyond ASCII": text.replace('"MT/online":"', '"MT/online":"\u00e9'),
        "invisible sign in an origin": text.replace('"MT/online":"', '"MT/online":"\u00ad'),
        "origin of 301 characters": text.replace(origin, origin + "x" * (301 - len(origin))),
    }


def notes() -> dict[str, Any]:
    """Give signed notes and checkpoints with their keys."""
    records, key = log(11)
    public = key.public_key().public_bytes_raw()
    root = merkle.tree_root([merkle.leaf_hash(record) for record in records])
    signed = checkpoints.sign(checkpoints.Checkpoint("civium.example/notices", 11, root), key)
    witnessed = signed + note.sign("x\n", "witness.example", key).split("\n\n", maxsplit=1)[1]
    bad = {
        "no signature": signed.split("\u2014", maxsplit=1)[0],
        "no final line feed": signed[:-1],
        "hyphen for dash": signed.replace("\u2014", "-"),
        "size with sign": signed.replace("\n11\n", "\n+11\n"),
        "size with zero": signed.replace("\n11\n", "\n011\n"),
        "two lines": signed.replace("\n11\n", "\n"),
        "control in a key name": signed.replace("\u2014 civium", "\u2014 \u0085civium"),
        "zero-width space in a key name": signed.replace("\u2014 civium", "\u2014 \u200bcivium"),
    }
    text, _, line = signed.partition("\n\n")
    times, rest = divmod(note.LONGEST_NOTE - len(signed.encode()) - 1, 3)
    longest = {"before": f"{text}\n{'x' * rest}", "repeated": "\u20ac", "times": times, "after": f"\n\n{line}"}
    return {
        "verifier_key": note.verifier_key("civium.example/notices", public),
        "accepted": [
            {"note": text, "origin": "civium.example/notices", "size": 11, "root": root.hex(), "public_key": b64(public)}
            for text in (signed, witnessed)
        ],
        "refused": [{"name": name, "note": text} for name, text in bad.items()],
        "longest": longest,
        "untrusted": [
            {
                "name": "another size under the signature",
                "note": signed.replace("\n11\n", "\n12\n"),
                "code": "note-signature",
                "public_key": b64(public),
                "origin": "civium.example/notices",
            },
            {
                "name": "another origin asked",
                "note": signed,
                "code": "checkpoint-foreign",
                "public_key": b64(public),
                "origin": "civium.example/other",
            },
        ],
    }


def main() -> int:
    """Write all vectors; tell on stderr of a file whose contents would change."""
    standing_path = FOLDER / "envelope.json"
    standing = json.loads(standing_path.read_text(encoding="utf-8")) if standing_path.exists() else {}
    sealed = envelopes(standing)
    made = {
        "statement": statements(), "identity-key": identity_keys(), "envelope": sealed, "posting": postings(sealed), "merkle": trees(),
        "receipt": receipts(), "manifest": manifests(), "checkpoint": notes(), "erasure": erasures(),
        "duplicate-token": token_vectors.tokens(), "challenge": token_vectors.challenges(),
        "cosignature": cosignature_vectors.cosignatures(*log(11)),
        "organisers-key": organisers_vectors.organisers_keys(drawn("organisers seed", 32)),
    }  # fmt: skip
    changed = 0
    for name, value in made.items():
        path = FOLDER / f"{name}.json"
        text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
        if path.exists() and path.read_text(encoding="utf-8") != text:
            sys.stderr.write(f"{path.name} would change: version 1 bytes are frozen; nothing written\n")
            changed = 1
        elif not path.exists():
            path.write_text(text, encoding="utf-8")
    return changed


if __name__ == "__main__":
    sys.exit(main())
