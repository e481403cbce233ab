"""What is opened is what was sealed, with the right key, and what was checked; nothing else opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from civium.authority import opening
from civium.authority.completeness import CompleteExport, check_export
from civium.authority.opening import check_keys, open_envelope, open_export, open_key_test
from civium.authority.rows import OpenedRow, decode_rows
from civium.errors import Refused, Untrusted
from civium.formats import envelope
from civium.formats import statement as statements
from civium.formats.authority_key import KeyTest, make_key_test
from civium.formats.envelope import P256_SUITE, SUITES
from tests.authority.build import DAY, Log, authority_key, dni, spanish, statement

SECRET = b"twelve bytes"


def _complete(path: Path) -> CompleteExport:
    return check_export(path, told=lambda _done, _total: None)


def _rows(complete: CompleteExport, *keys: object, first: int = 0, processes: int = 1) -> list[OpenedRow]:
    chunks = open_export(complete, keys, first=first, processes=processes)  # type: ignore[arg-type]
    return [row for _, chunk in chunks for row in decode_rows(chunk)]


@pytest.mark.parametrize("suite", SUITES)
def test_every_statement_comes_out_as_it_was_sealed(suite: str, tmp_path: Path) -> None:
    log = Log(authority_key(suite=suite))
    made = [statement(spanish(dni(serial))) for serial in range(3)]
    for one in made:
        log.add(one)
    log.destroy(1, "erased-by-signatory", b"e" * 16)
    rows = _rows(_complete(log.write(tmp_path / "x.civium")), log.key)
    assert [row.reason for row in rows] == ["", "erased-by-signatory", ""]
    assert statements.parse(rows[0].plaintext or b"") == made[0]
    assert statements.parse(rows[2].plaintext or b"") == made[2]
    assert rows[1].plaintext is None
    assert rows[0].received_on == DAY


def test_a_flipped_bit_anywhere_in_the_sealed_part_stops_that_statement_alone(tmp_path: Path) -> None:
    log = Log(authority_key())
    good = log.seal(statements.pad(statements.encode(statement(spanish()))))
    size = len(envelope.parse(good).header_bytes)
    for place in (size, size + 1119, size + 1120, len(good) - 1):
        bad = bytearray(good)
        bad[place] ^= 1
        log.add_envelope(bytes(bad))
    log.add_envelope(good)
    rows = _rows(_complete(log.write(tmp_path / "x.civium")), log.key)
    assert [row.plaintext is None for row in rows] == [True, True, True, True, False]


def test_an_envelope_sealed_with_other_info_does_not_open() -> None:
    log = Log(authority_key())
    raw = log.seal(bytes(2048))
    moved = raw.replace(log.header().erasure_commitment, bytes(32))
    assert open_envelope(envelope.parse(moved), log.key.private) is None
    assert open_envelope(envelope.parse(raw), log.key.private) == bytes(2048)


@pytest.mark.parametrize("suite", SUITES)
def test_what_strangers_put_into_an_envelope_stops_nobody(suite: str) -> None:
    key = authority_key(suite=suite)
    log = Log(key)
    for named in SUITES.values():
        start = envelope.encode_header(log.header(suite=named))
        size = named.enc_size
        for enc in (bytes(size), b"\xff" * size, b"\x04" + bytes(size - 1), b"\x07" * (size - 32) + bytes(32)):
            assert open_envelope(envelope.parse(start + enc + bytes(2064)), key.private) is None
        test = KeyTest(key.public.key_id, named, bytes(size + 28))
        with pytest.raises(Refused, match=r"key-(foreign|test-unopenable)"):
            open_key_test(key, test)


def test_two_keys_of_one_authority_open_one_log(tmp_path: Path) -> None:
    old = authority_key(suite=P256_SUITE, seed=b"o" * 32)
    log = Log(authority_key(), further_keys=(old,))
    log.add(statement(spanish(dni(1))))
    log.add(statement(spanish(dni(2))), key=old)
    complete = _complete(log.write(tmp_path / "x.civium"))
    with pytest.raises(Refused, match=r"key-missing \(missing=1\)"):
        check_keys(complete, (log.key,))
    assert all(row.plaintext for row in _rows(complete, log.key, old))


def test_another_key_and_another_states_key_are_refused(tmp_path: Path) -> None:
    log = Log(authority_key())
    log.add(statement(spanish()))
    complete = _complete(log.write(tmp_path / "x.civium"))
    for stranger in (authority_key(seed=b"t" * 32), authority_key("PT")):
        with pytest.raises(Refused, match="key-foreign"):
            next(open_export(complete, (stranger,), first=0, processes=1))


def test_a_file_changed_between_checking_and_opening_is_noticed(tmp_path: Path) -> None:
    log = Log(authority_key())
    log.add(statement(spanish(dni(1))))
    complete = _complete(log.write(tmp_path / "x.civium"))
    other = Log(log.key)
    other.add(statement(spanish(dni(2))))
    other.write(tmp_path / "x.civium")
    with pytest.raises(Untrusted, match="export-altered"):
        _rows(complete, log.key)


def test_processes_give_the_same_rows_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "ROWS_A_CHUNK", 2)
    log = Log(authority_key())
    for serial in range(17):
        log.add(statement(spanish(dni(serial))))
    complete = _complete(log.write(tmp_path / "x.civium"))
    alone, shared = _rows(complete, log.key), _rows(complete, log.key, processes=2)
    assert alone == shared
    assert len(alone) == 17
    assert _rows(complete, log.key, first=16) == alone[16:]


@pytest.mark.parametrize("suite", SUITES)
def test_a_key_test_is_answered_by_the_right_key_alone(suite: str) -> None:
    key = authority_key(suite=suite)
    test = make_key_test(key.public, SECRET)
    assert open_key_test(key, test) == SECRET
    with pytest.raises(Refused, match="key-foreign"):
        open_key_test(authority_key(suite=suite, seed=b"t" * 32), test)
    bad = type(test)(test.key_id, test.suite, test.sealed[:-1] + bytes((test.sealed[-1] ^ 1,)))
    with pytest.raises(Refused, match="key-test-unopenable"):
        open_key_test(key, bad)
