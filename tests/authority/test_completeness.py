"""An export is opened only if it is one log, whole: each of the steps 0 to 8 finds its own fault, and the first one speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.authority import completeness
from civium.authority.completeness import Known, check_export
from civium.errors import CiviumError, Refused, Untrusted
from civium.formats import canonical, checkpoint, envelope, export, leaf, manifest, merkle, note
from tests.authority.build import COLLECTION, DAY, HOST, LOG_KEY, Log, authority_key, dni, spanish, statement

STRANGER = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
Change = Callable[[Log], None]


def _log(count: int = 5) -> Log:
    log = Log(authority_key())
    for serial in range(count):
        log.add(statement(spanish(dni(serial))))
    return log


def _silent(_done: int, _total: int) -> None:
    """Nobody listens."""


def _code(path: Path, known: Known | None = None) -> str:
    with pytest.raises(CiviumError) as caught:
        check_export(path, known=known, told=_silent)
    expected = Refused if caught.value.code in ("export-malformed", "export-version") else Untrusted
    assert type(caught.value) is expected
    return caught.value.code


def test_a_whole_log_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completeness, "ROWS_A_REPORT", 2)
    log = _log()
    log.destroy(0, "erased-by-signatory", b"e" * 16)
    log.destroy(3, "destroyed-by-organisers")
    path = log.write(tmp_path / "x.civium")
    heard: list[tuple[int, int]] = []
    complete = check_export(path, told=lambda done, total: heard.append((done, total)))
    assert complete.head.size == len(complete.offsets) == 5
    assert complete.reasons == {"erased-by-signatory": 1, "destroyed-by-organisers": 1}
    assert complete.used_keys == complete.known_keys == {log.key.public.key_id}
    assert complete.leaf_hashes == b"".join(merkle.leaf_hash(record) for record in log.leaves())
    assert complete.manifest.closes_on == date(2026, 9, 1)
    assert heard == [(0, 5), (2, 5), (4, 5), (5, 5)]


def test_an_empty_log_is_complete(tmp_path: Path) -> None:
    assert check_export(_log(0).write(tmp_path / "x.civium"), told=_silent).head.size == 0


def test_step_0_another_file_and_another_version(tmp_path: Path) -> None:
    path = tmp_path / "x.civium"
    path.write_bytes(b"hello")
    assert _code(path) == "export-malformed"
    path.write_bytes(b"CIVX\x02")
    assert _code(path) == "export-version"


def test_step_1_a_cut_file_a_flipped_bit_and_something_behind(tmp_path: Path) -> None:
    path = _log().write(tmp_path / "x.civium")
    raw = path.read_bytes()
    path.write_bytes(raw[:-1])
    assert _code(path) == "export-cut"
    path.write_bytes(raw[:-900] + bytes((raw[-900] ^ 1,)) + raw[-899:])
    assert _code(path) == "export-altered"
    path.write_bytes(raw + b"x")
    assert _code(path) == "export-altered"


def test_step_1_a_leaf_record_that_is_none(tmp_path: Path) -> None:
    log = _log(1)
    log.destroy(0, "destroyed-by-law")
    row = log.rows[0]
    assert isinstance(row, export.LeafRow)
    path = log.write(tmp_path / "x.civium", [export.LeafRow(b"\x02" + row.leaf[1:], row.reason)])
    assert _code(path) == "export-altered"


def _second(log: Log, **changes: object) -> tuple[bytes, str]:
    return log.sign(log.manifest(sequence=2, previous=manifest.manifest_hash(log.manifests[0][0]), **changes))


def test_a_second_manifest_continues_the_first(tmp_path: Path) -> None:
    log = _log(1)
    log.manifests.append(_second(log, closes_on=date(2026, 8, 1)))
    log.add(statement(spanish(dni(9))))
    complete = check_export(log.write(tmp_path / "x.civium"), told=_silent)
    assert complete.manifest.closes_on == date(2026, 8, 1)


def test_step_2_manifests_and_texts(tmp_path: Path) -> None:
    path = tmp_path / "x.civium"
    log = _log(1)
    raw, signature = log.manifests[0]
    forged = note.sign(note.parse(signature).text, manifest.key_name(HOST, COLLECTION), STRANGER)
    assert _code(log.write(path, manifests=((raw, forged),))) == "manifest-signature"
    gap = log.sign(log.manifest(sequence=3, previous=manifest.manifest_hash(raw)))
    assert _code(log.write(path, manifests=((raw, signature), gap))) == "manifest-chain"
    assert _code(log.write(path, manifests=((b"{}", signature),))) == "manifest-chain"
    assert _code(log.write(path, texts={"en": canonical.encode({"title": "Other"})})) == "export-texts"
    assert _code(log.write(path, texts={})) == "export-texts"


@pytest.mark.parametrize("reason", ["destroyed-by-organisers", "destroyed-by-law"])
def test_step_2_an_envelope_taken_out_on_its_way_is_noticed(reason: str, tmp_path: Path) -> None:
    log = _log(3)
    honest = log.write(tmp_path / "x.civium")
    with honest.open("rb") as stream:
        reader = export.ExportReader(stream)
        rows = list(reader.rows())
    rows[1] = export.LeafRow(export.leaf_of(rows[1]), reason)
    signed = _signed(honest)
    assert _code(log.write(tmp_path / "y.civium", rows, sign=lambda _digest: signed)) == "export-not-signed"
    by_another = log.write(tmp_path / "z.civium", rows, sign=lambda digest: export.sign(reader.head, digest, STRANGER))
    assert _code(by_another) == "export-not-signed"
    broken = log.write(
        tmp_path / "b.civium", rows, sign=lambda digest: _grafted(export.sign(reader.head, digest, LOG_KEY), signed)
    )
    assert _code(broken) == "note-signature"


@pytest.mark.parametrize("change", [{"kind": export.PACKAGE}, {"made_on": date(2026, 9, 3)}], ids=str)
def test_step_2_a_working_copy_cannot_be_relabelled(change: dict[str, object], tmp_path: Path) -> None:
    log = _log(1)
    log.kind = export.WORKING_COPY
    signed = _signed(log.write(tmp_path / "x.civium"))
    assert _code(log.write(tmp_path / "y.civium", sign=lambda _digest: signed, **change)) == "export-not-signed"


def _signed(path: Path) -> str:
    raw = path.read_bytes()
    return raw[raw.rindex(b"civium export v1\n") :].decode()


def _grafted(onto: str, taken: str) -> str:
    """Give a note with another one's signature."""
    return onto.rpartition(" ")[0] + " " + taken.rpartition(" ")[2]


@pytest.mark.parametrize(
    "change",
    [
        {"collection": bytes(16)},
        {"deployment": "central"},
        {"procedure": "petition"},
        {"registration": "OTHER"},
        {"jurisdiction": "PT"},
        {"channel": "paper"},
        {"origin": "other.example/log"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_step_3_a_head_that_contradicts_the_manifest(change: dict[str, object], tmp_path: Path) -> None:
    assert _code(_log(1).write(tmp_path / "x.civium", **change)) == "export-foreign"


def test_step_4_the_checkpoint_and_what_is_known_from_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "x.civium"
    log = _log()
    root = checkpoint.parse(log.checkpoint())[0]
    assert _code(log.write(path, checkpoint=checkpoint.sign(root, STRANGER))) == "note-not-signed"
    assert _code(log.write(path, checkpoint="hello")) == "note-signature"
    assert (
        _code(log.write(path, checkpoint=checkpoint.sign(replace(root, origin="other.example"), LOG_KEY))) == "checkpoint-foreign"
    )
    log.write(path)
    ours = note.verifier_key(log.origin, LOG_KEY.public_key().public_bytes_raw())
    theirs = note.verifier_key(log.origin, STRANGER.public_key().public_bytes_raw())
    check_export(path, known=Known(log_key=ours), told=_silent)
    assert _code(path, Known(log_key=theirs)) == "checkpoint-foreign"


def test_step_4_a_public_checkpoint_of_any_size_must_be_of_this_log(tmp_path: Path) -> None:
    log = _log()
    path = log.write(tmp_path / "x.civium")
    for size in (0, 1, 3, 5):
        check_export(path, known=Known(checkpoint=log.checkpoint(size)), told=_silent)
    for size in (2, 5):
        forged = checkpoint.sign(checkpoint.Checkpoint(log.origin, size, bytes(32)), LOG_KEY)
        assert _code(path, Known(checkpoint=forged)) == "checkpoint-foreign"
    of_a_stranger = checkpoint.sign(checkpoint.parse(log.checkpoint())[0], STRANGER)
    assert _code(path, Known(checkpoint=of_a_stranger)) == "checkpoint-foreign", "the right log's name, another's signature"
    larger = _log(6)
    assert _code(path, Known(checkpoint=larger.checkpoint())) == "checkpoint-foreign"


def _of_another_suite(log: Log) -> bytes:
    suite = envelope.SUITES[envelope.P256_SUITE]
    return envelope.encode_header(log.header(suite=suite)) + bytes(suite.enc_size + 2048 + 16)


def test_step_5_envelopes_of_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "x.civium"
    stranger = authority_key(seed=b"t" * 32)
    plaintext = bytes(2048)
    for name, made in {
        "collection": lambda log: log.seal(plaintext, collection=bytes(16)),
        "jurisdiction": lambda log: log.seal(plaintext, jurisdiction="PT"),
        "channel": lambda log: log.seal(plaintext, channel="paper"),
        "manifest": lambda log: log.seal(plaintext, manifest_hash=bytes(32)),
        "key": lambda log: log.seal(plaintext, stranger),
        "a suite that is not the key's": _of_another_suite,
        "no envelope": lambda _log: b"x" * 3000,
    }.items():
        log = _log(2)
        log.add_envelope(made(log))
        assert _code(log.write(path)) == "export-foreign-envelope", name


def test_step_6_an_entry_twice(tmp_path: Path) -> None:
    log = _log()
    log.rows.append(log.rows[0])
    assert _code(log.write(tmp_path / "x.civium")) == "export-repeated-entry"
    again = _log()
    again.rows.append(again.rows[0])
    again.destroy(5, "destroyed-by-law")
    assert _code(again.write(tmp_path / "y.civium")) == "export-repeated-entry"


def test_step_7_an_export_missing_one_entry_is_untrusted(tmp_path: Path) -> None:
    path = tmp_path / "x.civium"
    log = _log()
    signed = log.checkpoint()
    assert _code(log.write(path, log.rows[:-1], checkpoint=signed)) == "export-incomplete"
    assert _code(log.write(path, [*log.rows[1:], log.rows[0]], checkpoint=signed)) == "export-incomplete"
    moved = export.StatementRow(date(2026, 5, 5), log.rows[0].envelope)  # type: ignore[union-attr]
    assert _code(log.write(path, [moved, *log.rows[1:]], checkpoint=signed)) == "export-incomplete"
    longer = _log(0)
    longer.rows = log.rows[:-1]
    assert (
        _code(longer.write(path, checkpoint=checkpoint.sign(checkpoint.Checkpoint(log.origin, 5, bytes(32)), LOG_KEY)))
        == "export-incomplete"
    )


def test_step_8_an_erasure_without_its_code(tmp_path: Path) -> None:
    log = _log()
    log.destroy(2, "erased-by-signatory", b"f" * 16)
    assert _code(log.write(tmp_path / "x.civium")) == "export-evidence"


def test_the_day_of_an_entry_is_bound_by_the_root(tmp_path: Path) -> None:
    log = _log(1)
    record = leaf.parse(log.leaves()[0])
    assert record.received_on == DAY
