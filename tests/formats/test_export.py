"""An export is read back as it was written, and a file that was cut or changed says so."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from civium.errors import CiviumError, Refused, Untrusted
from civium.formats import canonical, envelope, export, leaf, note
from tests.vectors import make

DAY = date(2026, 11, 21)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


def _head(size: int) -> export.ExportHead:
    return export.ExportHead(
        kind=export.WORKING_COPY,
        deployment="demonstration",
        procedure="eci",
        registration="DEMO-VECTORS",
        collection=make.drawn("collection", 16),
        jurisdiction="MT",
        channel="online",
        origin="civium.example/x/MT/online/1",
        checkpoint="",
        size=size,
        made_on=DAY,
        manifests=((b"{}", ""),),
        texts={"mt": b"{}"},
    )


def _rows() -> list[export.Row]:
    records, _ = make.log(5)
    return [
        export.LeafRow(records[0], "outside-selection"),
        export.LeafRow(records[1], "erased-by-signatory", bytes(16)),
        export.LeafRow(records[2], "destroyed-by-law"),
        export.StatementRow(DAY, b"an envelope is not looked into here"),
        export.LeafRow(records[4], "destroyed-by-organisers"),
    ]


def _sign(digest: bytes) -> str:
    return export.sign(_head(5), digest, KEY)


def _file() -> bytes:
    stream = io.BytesIO()
    hashed = export.write(stream, _head(5), _rows(), _sign)
    assert hashed == sha256(stream.getvalue()).digest()
    return stream.getvalue()


def _read(raw: bytes) -> tuple[export.ExportHead, list[export.Row]]:
    reader = export.ExportReader(io.BytesIO(raw))
    rows = list(reader.rows())
    assert reader.file_hash() == sha256(raw).digest()
    return reader.head, rows


def test_an_export_is_read_back() -> None:
    assert _read(_file()) == (_head(5), _rows())


def test_a_file_cut_anywhere_is_noticed() -> None:
    raw = _file()
    for size in range(len(raw)):
        with pytest.raises(CiviumError, match=r"export-(cut|malformed|version)"):
            _read(raw[:size])


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    raw = bytearray(_file())
    raw[place % len(raw)] ^= change
    with pytest.raises(CiviumError, match=r"export-(cut|altered|malformed|version|not-signed)|note-signature"):
        _checked(bytes(raw))


def _checked(raw: bytes, key: Ed25519PrivateKey = KEY) -> None:
    reader = export.ExportReader(io.BytesIO(raw))
    assert list(reader.rows())
    reader.check_signature(key.public_key().public_bytes_raw())


def _with_note(signed: bytes) -> bytes:
    raw = _file()
    start = raw.index(b"civium export v1\n") - 2
    return raw[:start] + len(signed).to_bytes(2, "big") + signed


def _digest() -> bytes:
    raw = _file()
    return raw[raw.index(b"civium export v1\n") - 34 :][:32]


def test_a_file_is_signed_by_its_log() -> None:
    _checked(_file())
    signed = _sign(_digest())
    assert _with_note(signed.encode()) == _file()
    text = f"civium export v1\n{_head(5).origin}\n5\n{base64.b64encode(_digest()).decode()}\n"
    assert note.parse(signed).text == text


def test_a_file_that_its_log_did_not_sign_is_untrusted() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    other = replace(_head(5), origin="civium.example/x/MT/online/2")
    line = _sign(_digest()).splitlines()[-1]
    for signed in (
        "",
        "civium export v1\n",
        export.sign(_head(5), _digest(), stranger),
        export.sign(_head(5), bytes(32), KEY),
        export.sign(_head(4), _digest(), KEY),
        export.sign(other, _digest(), KEY),
        note.sign(note.parse(_sign(_digest())).text, other.origin, KEY),
        f"{_sign(_digest())}{line}\n",
    ):
        with pytest.raises(Untrusted, match="export-not-signed"):
            _checked(_with_note(signed.encode()))
    with pytest.raises(Untrusted, match="export-not-signed"):
        _checked(_with_note(b"\xff"))


def test_a_signature_that_does_not_hold_is_untrusted() -> None:
    start, _, encoded = _sign(_digest()).rstrip("\n").rpartition(" ")
    raw = bytearray(base64.b64decode(encoded))
    raw[-1] ^= 1
    with pytest.raises(Untrusted, match="note-signature"):
        _checked(_with_note(f"{start} {base64.b64encode(raw).decode()}\n".encode()))


def test_something_after_the_end_is_noticed() -> None:
    with pytest.raises(Untrusted, match="export-altered"):
        _read(_file() + b"\0")


def test_another_version_is_refused() -> None:
    raw = _file()
    with pytest.raises(Refused, match="export-version"):
        _read(raw[:4] + b"\2" + raw[5:])


def test_a_head_that_is_too_large_is_refused_before_it_is_read() -> None:
    raw = _file()
    with pytest.raises(Refused, match="export-malformed"):
        _read(raw[:5] + b"\xff\xff\xff\xff" + raw[9:])


@pytest.mark.parametrize(
    "change",
    [
        {"size": True},
        {"size": -1},
        {"checkpoint": 5},
        {"channel": ["online"]},
        {"origin": {}},
        {"registration": 1},
        {"collection": "ab"},
        {"manifests": [{"manifest": "{}", "signature": 5}]},
        {"manifests": 5},
        {"texts": []},
        {"more": "x"},
    ],
    ids=str,
)
def test_a_head_of_other_types_is_malformed(change: dict[str, Any]) -> None:
    stream = io.BytesIO()
    export.write(stream, _head(1), _rows()[:1], _sign)
    raw = stream.getvalue()
    size = int.from_bytes(raw[5:9], "big")
    head = canonical.encode({**json.loads(raw[9 : 9 + size]), **change})
    with pytest.raises(Refused, match="export-malformed"):
        _read(raw[:5] + len(head).to_bytes(4, "big") + head + raw[9 + size :])


def test_a_date_beyond_the_calendar_is_noticed() -> None:
    raw = _file()
    at = raw.index(b"\x01" + leaf.days_of(DAY).to_bytes(4, "big") + b"\x00\x23")
    with pytest.raises(Untrusted, match="export-altered"):
        _read(raw[: at + 1] + b"\xff\xff\xff\xff" + raw[at + 5 :])


def test_an_unknown_kind_of_row_or_reason_is_noticed() -> None:
    raw = _file()
    first_row = raw.index(b"\x02" + make.log(1)[0][0])
    with pytest.raises(Untrusted, match="export-altered"):
        _read(raw[:first_row] + b"\x03" + raw[first_row + 1 :])
    reason = first_row + 1 + leaf.SIZE
    with pytest.raises(Untrusted, match="export-altered"):
        _read(raw[:reason] + b"\x09" + raw[reason + 1 :])


def test_a_long_export_is_written_in_portions() -> None:
    rows = [export.StatementRow(DAY, bytes(60000))] * 40
    stream = io.BytesIO()
    export.write(stream, _head(40), rows, _sign)
    assert _read(stream.getvalue()) == (_head(40), rows)


def test_the_leaf_record_of_a_row_is_that_of_its_envelope() -> None:
    rows = _rows()
    assert export.leaf_of(rows[0]) == rows[0].leaf
    raw = base64.b64decode(json.loads((make.FOLDER / "envelope.json").read_text(encoding="utf-8"))["accepted"][0]["envelope"])
    record = leaf.parse(export.leaf_of(export.StatementRow(DAY, raw)))
    assert (record.received_on, record.envelope_hash) == (DAY, sha256(raw).digest())
    assert record.erasure_commitment == envelope.parse(raw).header.erasure_commitment
    with pytest.raises(Refused, match="envelope-size"):
        export.leaf_of(rows[3])
