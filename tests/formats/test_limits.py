"""Limits and slips of the small formats: what is too long, too deep, too wide or of another form is refused with its own code."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civium.errors import Misconfigured, Refused, Untrusted
from civium.formats import binary, canonical, checkpoint, envelope, leaf, manifest, note, posting, receipt, statement, tiles
from tests.vectors import make


def test_canonical_json_has_one_spelling() -> None:
    value = {"b": [1, True, 'ż\u2028"'], "a": {"z": -3}}
    assert canonical.parse(canonical.encode(value), limit=100) == value
    for raw in (
        b"",
        b"nul",
        b"null",
        b"1.0",
        b"01",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b' "a"',
        b'"\\u0061"',
        b"\xff",
        b"9007199254740992",
        b"NaN",
        b"[" * 5000 + b"]" * 5000,
    ):
        with pytest.raises(Refused, match="json-malformed"):
            canonical.parse(raw, limit=20000)
    with pytest.raises(Refused, match="json-too-large"):
        canonical.parse(b'"abc"', limit=4)


def test_canonical_json_needs_no_assertions() -> None:
    script = """
from civium.errors import Refused
from civium.formats import canonical
for raw in (b"null", b"1.5", b"[null]", b"9007199254740993", b'{"a":null}', b"[" * 40 + b"]" * 40):
    try:
        print(canonical.parse(raw, limit=100))
    except Refused as refused:
        print(refused.code)
"""
    told = subprocess.run([sys.executable, "-O", "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["json-malformed"] * 6
    for value in (None, 1.5, 2**53, {1: "a"}, b"a"):
        with pytest.raises(ValueError, match="string"):
            canonical.encode(value)


def test_a_reader_stops_at_the_end() -> None:
    reader = binary.Reader(b"\x00\x00\x00\x05rest", "leaf-malformed")
    assert (reader.u32(), reader.rest()) == (5, b"rest")
    with pytest.raises(Refused, match="leaf-malformed"):
        reader.u8()


def test_errors_carry_facts_from_closed_sets_only() -> None:
    assert str(Refused("envelope-size", largest=5373)) == "envelope-size (largest=5373)"
    assert (Refused("a").exit_code, Misconfigured("a").exit_code, Untrusted("a").exit_code) == (1, 2, 3)
    with pytest.raises(AssertionError):
        Refused("leaf-malformed", name="Ana Maria")
    with pytest.raises(AssertionError):
        Refused("Not A Code")


def test_a_statement_out_of_bounds_is_refused() -> None:
    for spoilt in (
        replace(make.PLAIN, fields={"family_names": "a" * 1025}),
        replace(make.PLAIN, fields={"family_names": ""}),
        replace(make.PLAIN, fields={"Family": "a"}),
        replace(make.PLAIN, fields={"family_names": "\ud800"}),
        replace(make.PLAIN, fields={f"f{at}": "a" for at in range(256)}),
        replace(make.PLAIN, language="MT"),
        replace(make.PLAIN, token=bytes(64)),
    ):
        with pytest.raises(Refused, match="statement-malformed"):
            statement.encode(spoilt)
    with pytest.raises(Refused, match="statement-too-long"):
        statement.encode(replace(make.PLAIN, fields={f"f{at}": "a" * 1024 for at in range(4)}))
    with pytest.raises(Refused, match="statement-too-long"):
        statement.pad(bytes(4095))


def test_fields_and_confirmations_stand_in_order_and_once() -> None:
    encoded = statement.encode(make.PLAIN)
    confirmation = binary.bytes8(b"id_number") + binary.bytes8(b"number-checksum")
    assert encoded.endswith(b"\x01" + confirmation)
    twice = encoded.removesuffix(b"\x01" + confirmation) + b"\x02" + confirmation * 2
    with pytest.raises(Refused, match="statement-malformed"):
        statement.parse(statement.pad(twice))


_VALUES = st.text(min_size=1, max_size=60).map(str.strip).filter(statement.is_value)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True), _VALUES, max_size=8), st.booleans(), st.booleans())
def test_any_statement_is_read_back(fields: dict[str, str], declaration: bool, privacy_read: bool) -> None:
    value = replace(make.PLAIN, fields=fields, declaration=declaration, privacy_read=privacy_read)
    assert statement.parse(statement.pad(statement.encode(value))) == value


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=6000))
def test_random_bytes_are_refused_never_worse(raw: bytes) -> None:
    for parse in (statement.parse, envelope.parse, posting.parse, leaf.parse, manifest.parse):
        with pytest.raises(Refused):
            parse(raw)
    for parse_text in (note.parse, receipt.parse, checkpoint.parse, receipt.parse_erasure_code, tiles.parse_tile_path):
        with pytest.raises(Refused):
            parse_text(raw.decode("latin-1"))


def test_a_header_changed_in_any_bit_is_refused_or_another() -> None:
    public = make.key_pairs()[envelope.DEFAULT_SUITE][1]
    suite = envelope.SUITES[envelope.DEFAULT_SUITE]
    header = envelope.Header(suite, envelope.key_id(suite, public), bytes(16), "MT", "online", bytes(32), bytes(32))
    raw = envelope.seal(header, statement.pad(statement.encode(make.PLAIN)), public)
    size = len(envelope.encode_header(header))
    for bit in range(size * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            parsed = envelope.parse(bytes(flipped))
        except Refused:
            continue
        assert parsed.header != header


def test_a_key_of_the_wrong_size_is_no_key() -> None:
    with pytest.raises(Refused, match="key-malformed"):
        envelope.load_public_key(envelope.SUITES[envelope.DEFAULT_SUITE], bytes(5))


def test_a_posting_too_large_is_refused_by_its_size() -> None:
    with pytest.raises(Refused, match="posting-size"):
        posting.parse(bytes(posting.MAXIMUM_SIZE + 1))


def test_leaf_records_know_the_calendar() -> None:
    record = leaf.LeafRecord(date(2026, 11, 21), bytes(32), bytes(32))
    raw = leaf.encode(record)
    assert (leaf.parse(raw), len(raw)) == (record, leaf.SIZE)
    with pytest.raises(Refused, match="leaf-malformed"):
        leaf.parse(b"\x01\xff\xff\xff\xff" + raw[5:])
    with pytest.raises(Refused, match="leaf-malformed"):
        leaf.parse(b"\x02" + raw[1:])


def test_tile_paths_have_one_spelling() -> None:
    for path in ("tile/0/000", "tile/entries/x001/067.p/255", "tile/5/999"):
        assert tiles.tile_path(tiles.parse_tile_path(path)) == path
    for path in (
        "tile/00/000",
        "tile/0/x000/001",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/6/000",
        "tile/0/1",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/x001/x000/x000/x000/x000/x000/000",
        "tile/0/" + "x123/" * 1500 + "001",
    ):
        with pytest.raises(Refused, match="tile-path"):
            tiles.parse_tile_path(path)
    with pytest.raises(Refused, match="tile-malformed"):
        tiles.parse_entries(b"\x00\x05abc")
    assert tiles.parse_entries(b"") == []


def test_a_note_holds_sixteen_signatures_and_no_more() -> None:
    _, key = make.log(0)
    signed = note.sign("text\n", "log.example", key)
    line = signed.split("\n\n")[1]
    assert len(note.parse(signed + line * 15).signatures) == 16
    for spoilt in (
        signed + line * 16,
        signed.replace("log.example", "log+example"),
        signed.replace("text", "te\x07xt"),
        signed + "\u2014 a AAAA\n",
        signed + "\u2014 a !\n",
        signed.replace("text", "te\ud800xt"),
    ):
        with pytest.raises(Refused, match="note-malformed"):
            note.parse(spoilt)


def test_a_checkpoint_needs_three_lines_and_a_root() -> None:
    _, key = make.log(0)
    for text in ("origin\n5\n", "origin\nfive\nAAAA\n", "origin\n5\nAAAA\n", "origin\n5\n!\n", "origin\n-5\n" + "A" * 43 + "=\n"):
        with pytest.raises(Refused, match="checkpoint-malformed"):
            checkpoint.parse(note.sign(text, "log.example", key))


def test_a_receipt_with_a_broken_part_is_malformed() -> None:
    good = make.receipts()["accepted"][5]["receipt"]
    lines = good.split("\n")
    for spoilt in (
        good.replace("extra ", "extra !"),
        good.replace(lines[1], "extra AAAA"),
        good.replace(lines[3], "AAAA"),
        good.replace("extra ", "Extra "),
        good.replace(lines[3], "\n".join([lines[3]] * 60)),
        good.replace(lines[3], "\ud800"),
    ):
        with pytest.raises(Refused, match="receipt-malformed"):
            receipt.parse(spoilt)


def test_manifests_of_another_collection_or_log_do_not_chain() -> None:
    chain = make.manifests()["chain"]
    _, key = make.log(0)
    first = manifest.parse(chain[0]["manifest"].encode())
    assert first.origin("MT", "online") == first.logs["MT/online"]
    with pytest.raises(Refused, match="unknown-jurisdiction"):
        first.origin("ES", "online")
    raw = chain[0]["manifest"].encode()
    changes: list[dict[str, Any]] = [
        {"registration": "OTHER"},
        {"collection": bytes(16)},
        {"opens_on": first.opens_on - timedelta(days=1)},
        {"registered_on": first.registered_on - timedelta(days=1)},
        {"closes_on": first.closes_on + timedelta(days=1)},
    ]
    for change in changes:
        second = manifest.encode(replace(first, sequence=2, previous=manifest.manifest_hash(raw), **change))
        with pytest.raises(Untrusted, match="manifest-chain"):
            manifest.check_chain([(raw, chain[0]["signature"]), (second, manifest.sign(second, "civium.example", key))])
    other = make.Ed25519PrivateKey.from_private_bytes(make.drawn("other log key", 32))
    with pytest.raises(Untrusted, match="manifest-signature"):
        manifest.check_signature(raw, manifest.sign(raw, "civium.example", other), first.log_key)
    with pytest.raises(Untrusted, match="manifest-signature"):
        manifest.check_signature(raw, note.sign("x\n", f"civium.example/{first.collection.hex()}", key), first.log_key)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"suite":"647a-0001-0002"', '"suite":"0020-0001-0002"'),
        ('"deployment":"demonstration"', '"deployment":"other"'),
        ('"token_key":""', '"token_key":"AAAA"'),
        ('"token_key":""', '"token_key":"!"'),
        ('"sequence":1', '"sequence":true'),
        ('"MT/online":"', '"MT/post":"'),
        ('"MT/online":"', '"mt/online":"'),
        ('"MT/online":"', '"MT/online":" '),
        ('"version":"2026-11-21"', '"version":"2026-11-21","x":"y"'),
        ('"key_id":', '"a":"b","key_id":'),
        ('"keys":{', '"keys":{"AT":[1],'),
    ],
)
def test_a_manifest_with_a_broken_member_is_malformed(old: str, new: str) -> None:
    text = make.manifests()["chain"][0]["manifest"]
    assert old in text
    with pytest.raises(Refused, match="manifest-malformed"):
        manifest.parse(text.replace(old, new, 1).encode())
