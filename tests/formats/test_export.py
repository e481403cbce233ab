"""An export is read back as it was written, and a file that was cut or changed says so."""

from __future__ import annotations

import base64
import io
import json
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.errors import CiviumError, Refused, Untrusted
from civium.formats import canonical, envelope, export, leaf
from tests.vectors import make

DAY = date(2026, 11, 21)


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


def _file() -> bytes:
    stream = io.BytesIO()
    hashed = export.write(stream, _head(5), _rows())
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
    with pytest.raises(CiviumError, match=r"export-(cut|altered|malformed|version)"):
        _read(bytes(raw))


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
    export.write(stream, _head(1), _rows()[:1])
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
    export.write(stream, _head(40), rows)
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
