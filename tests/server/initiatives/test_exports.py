"""Exports: whole, in order, read back as an authority would; refused by rule; nothing half-written that looks whole."""

from __future__ import annotations

import dataclasses
import os
import resource
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from civium.authority.completeness import Known, check_export
from civium.authority.opening import open_envelope
from civium.errors import Refused, Untrusted
from civium.formats import checkpoint, envelope, export, leaf, manifest, merkle, receipt
from civium.formats.export import PACKAGE, WORKING_COPY, ExportReader, LeafRow, StatementRow
from civium.server.initiatives import destruction, lifecycle, manifests
from civium.server.initiatives import exports as exporting
from civium.server.initiatives.exports import Wanted, make_export
from civium.server.initiatives.models import Collection, Export, Initiative, JournalEntry
from civium.server.initiatives.premises import Premises
from civium.server.publishing import log_keys
from civium.server.publishing.signed_heads import SignedHeads
from civium.server.publishing.signing import HeadSigner

from . import place
from .place import NOW, ONE, TODAY, TWO

pytestmark = pytest.mark.usefixtures("civium_db")
COPY = Wanted("ES", "online", WORKING_COPY)
WHOLE = Wanted("ES", "online", PACKAGE)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


@pytest.fixture
def live(tmp_path: Path, premises: Premises) -> Initiative:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    place.go_live(initiative, premises)
    return initiative


@pytest.fixture
def collection(live: Initiative) -> Collection:
    return manifests.live_collection(live)


def _make(initiative: Initiative, premises: Premises, wanted: Wanted, into: Path) -> tuple[Export, Path]:
    return make_export(initiative, premises, wanted, into, ONE, now=NOW, progress=lambda done, total: None)


def _read(path: Path) -> tuple[export.ExportHead, list[export.Row]]:
    with path.open("rb") as stream:
        reader = ExportReader(stream)
        rows = list(reader.rows())
        return reader.head, rows


def test_what_is_read_back_is_what_the_store_has(
    live: Initiative, collection: Collection, premises: Premises, into: Path
) -> None:
    raws = place.receive(premises, collection, "ES", 300)
    place.receive(premises, collection, "MT", 5)
    made, path = _make(live, premises, WHOLE, into)
    head, rows = _read(path)
    assert path.name == "DEMO-1-ES-online.civium"
    assert [row.envelope for row in rows if isinstance(row, StatementRow)] == raws
    assert {row.received_on for row in rows if isinstance(row, StatementRow)} == {TODAY}
    assert (made.rows, made.statements, made.size_bytes) == (300, 300, path.stat().st_size)
    assert bytes(made.sha256) == sha256(path.read_bytes()).digest()
    assert (head.kind, head.deployment, head.registration, head.made_on) == (PACKAGE, "demonstration", "DEMO-1", TODAY)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_head_proves_that_nothing_is_missing(
    live: Initiative, collection: Collection, premises: Premises, into: Path
) -> None:
    place.receive(premises, collection, "ES", 20)
    place.add_proven_key(live, "LU")
    manifests.renew_manifest(live, premises, ONE, now=NOW)
    head, rows = _read(_make(live, premises, WHOLE, into)[1])
    promised = manifest.check_chain(head.manifests)
    signed = checkpoint.check(head.checkpoint, promised[-1].origin("ES", "online"), promised[-1].log_key)
    root = merkle.tree_root([merkle.leaf_hash(export.leaf_of(row)) for row in rows])
    assert (signed.size, signed.root) == (20, root)
    assert len(promised) == 2
    assert {language: sha256(text).digest() for language, text in head.texts.items()} == promised[-1].texts


def test_an_authority_finds_it_whole_and_opens_it(
    live: Initiative, collection: Collection, premises: Premises, into: Path
) -> None:
    """With a key that was changed while collection ran, a statement its signatory erased, and a public checkpoint of before."""
    plaintexts = [bytes([number]) * envelope.PADDED_SIZES[0] for number in range(4)]
    place.receive_sealed(premises, collection, "ES", plaintexts[0])
    log = place.log_of(premises, collection, "ES")
    before = [head for head in premises.store.heads(collection.identifier) if head.log == log]
    published = premises.signer.sign(before)[log.number]
    place.add_proven_key(live, "ES", 1)
    manifests.renew_manifest(live, premises, ONE, now=NOW)
    for plaintext in plaintexts[1:]:
        place.receive_sealed(premises, collection, "ES", plaintext, number=1)
    premises.store.destroy_body(log, 2, reason="erased-by-signatory", evidence=bytes(16))
    _, path = _make(live, premises, WHOLE, into)
    found = check_export(path, known=Known(checkpoint=published), told=lambda done, total: None)
    assert (found.head.size, found.reasons["erased-by-signatory"], len(found.manifests)) == (4, 1, 2)
    keys = {place.private_key("ES", number).public.key_id: place.private_key("ES", number) for number in (0, 1)}
    assert found.used_keys == set(keys)
    _, rows = _read(path)
    parsed = [envelope.parse(row.envelope) for row in rows if isinstance(row, StatementRow)]
    opened = [open_envelope(sealed, keys[sealed.header.key_id].private) for sealed in parsed]
    assert opened == [plaintexts[0], plaintexts[1], plaintexts[3]]


def test_an_empty_log_is_exported_too(live: Initiative, premises: Premises, into: Path) -> None:
    _, rows = _read(_make(live, premises, WHOLE, into)[1])
    assert rows == []


def test_a_destroyed_statement_leaves_its_leaf_record(
    live: Initiative, collection: Collection, premises: Premises, into: Path
) -> None:
    raws = place.receive(premises, collection, "ES", 3)
    place_of = place.log_of(premises, collection, "ES")
    premises.store.destroy_body(place_of, 1, reason="erased-by-signatory", evidence=bytes(16))
    made, path = _make(live, premises, WHOLE, into)
    _, rows = _read(path)
    assert isinstance(rows[1], LeafRow)
    assert (rows[1].reason, rows[1].evidence) == ("erased-by-signatory", bytes(16))
    assert leaf.parse(rows[1].leaf).envelope_hash == sha256(raws[1]).digest()
    assert (made.rows, made.statements) == (3, 2)


def test_a_working_copy_keeps_the_leaf_records_of_what_it_leaves_out(
    live: Initiative, collection: Collection, premises: Premises, into: Path
) -> None:
    for offset in range(4):
        place.receive(premises, collection, "ES", 2, on=TODAY - timedelta(days=3 - offset))
    wanted = dataclasses.replace(COPY, from_day=TODAY - timedelta(days=2), to_day=TODAY - timedelta(days=1))
    made, path = _make(live, premises, wanted, into)
    head, rows = _read(path)
    assert path.name == "DEMO-1-ES-online-working-copy.civium"
    assert (head.kind, made.rows, made.statements) == (WORKING_COPY, 8, 4)
    assert [row.reason if isinstance(row, LeafRow) else "" for row in rows] == [
        *["outside-selection"] * 2,
        *[""] * 4,
        *["outside-selection"] * 2,
    ]


def test_a_second_package_has_the_same_bytes(
    live: Initiative, collection: Collection, premises: Premises, into: Path, tmp_path: Path
) -> None:
    place.receive(premises, collection, "ES", 10)
    first, path = _make(live, premises, WHOLE, into)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    later = NOW + timedelta(days=20)
    second, again = make_export(live, premises, WHOLE, elsewhere, TWO, now=later, progress=lambda done, total: None)
    assert path.read_bytes() == again.read_bytes()
    assert bytes(first.sha256) == bytes(second.sha256)
    make_export(live, premises, WHOLE, into, TWO, now=later, progress=lambda done, total: None)  # the same file may lie there
    assert sorted(entry.name for entry in into.iterdir()) == [path.name]


def test_another_file_of_the_name_is_left_as_it_is(
    live: Initiative, collection: Collection, premises: Premises, into: Path
) -> None:
    for wanted, name in ((WHOLE, "DEMO-1-ES-online.civium"), (COPY, "DEMO-1-ES-online-working-copy.civium")):
        (into / name).write_bytes(b"mine")
        with pytest.raises(Refused, match="file-exists"):
            _make(live, premises, wanted, into)
        assert (into / name).read_bytes() == b"mine"
    assert len(list(into.iterdir())) == 2
    assert not Export.objects.exists()


def test_an_export_is_of_this_initiatives_logs(live: Initiative, premises: Premises, into: Path) -> None:
    for jurisdiction, channel in (("XX", "online"), ("ES", "paper"), ("", "online")):
        with pytest.raises(Refused, match="unknown-jurisdiction"):
            _make(live, premises, Wanted(jurisdiction, channel, PACKAGE), into)
    with pytest.raises(Refused, match="package-is-whole"):
        _make(live, premises, dataclasses.replace(WHOLE, to_day=TODAY), into)
    assert list(into.iterdir()) == []


def test_before_go_live_there_is_nothing_to_export(tmp_path: Path, premises: Premises, into: Path) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    with pytest.raises(Refused, match="not-live"):
        _make(initiative, premises, COPY, into)


def test_outside_a_demonstration_a_package_waits_for_end_and_thresholds(tmp_path: Path, premises: Premises, into: Path) -> None:
    place.make_installation("central")
    central = place.add_initiative(tmp_path / "folder", **place.CENTRAL)
    place.go_live(central, premises)
    overridden = dataclasses.replace(WHOLE, override_reason="The court asked for it.")
    after = NOW.replace(year=2027)

    def make(wanted: Wanted, by: object, now: object) -> Path:
        return make_export(central, premises, wanted, into, by, now=now, progress=lambda done, total: None)[1]  # type: ignore[arg-type]

    assert make(COPY, ONE, NOW).name == "ECI-2026-000007-ES-online-working-copy.civium"
    for wanted in (WHOLE, overridden):
        with pytest.raises(Refused, match="package-before-end"):
            make(wanted, TWO, NOW)
    with pytest.raises(Refused, match="package-below-threshold") as caught:
        make(WHOLE, TWO, after)
    assert caught.value.facts == {"received": 0, "over": 0, "needed": 7}
    for reason in ("  ", "x" * 501):
        with pytest.raises(Refused, match="package-below-threshold"):
            make(dataclasses.replace(WHOLE, override_reason=reason), TWO, after)
    with pytest.raises(Refused, match="second-person-missing"):
        make(overridden, ONE, after)
    make(overridden, TWO, after)
    assert JournalEntry.objects.filter(act="export-made").last().facts["override_reason"] == "The court asked for it."  # type: ignore[union-attr]


@pytest.fixture
def small_files() -> Iterator[None]:
    """Let this process write no file beyond 128 KiB, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 17, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_leaves_nothing(
    live: Initiative, collection: Collection, premises: Premises, into: Path, request: pytest.FixtureRequest
) -> None:
    place.receive(premises, collection, "ES", 2000)
    request.getfixturevalue("small_files")
    with pytest.raises(Refused, match="file-not-written"):
        _make(live, premises, WHOLE, into)
    assert list(into.iterdir()) == []
    assert not Export.objects.exists()


def test_a_folder_that_cannot_be_written_is_told(live: Initiative, premises: Premises, into: Path) -> None:
    with pytest.raises(Refused, match="file-not-written"):
        _make(live, premises, WHOLE, into / "missing")


def test_an_interrupted_export_leaves_nothing(live: Initiative, collection: Collection, premises: Premises, into: Path) -> None:
    place.receive(premises, collection, "ES", 1500)

    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_export(live, premises, WHOLE, into, ONE, now=NOW, progress=stop)
    assert list(into.iterdir()) == []


def test_a_disk_that_gives_back_other_bytes_is_noticed(
    live: Initiative, collection: Collection, premises: Premises, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.receive(premises, collection, "ES", 3)

    def spoiled(stream: object, head: export.ExportHead, rows: Iterator[export.Row], sign: Callable[[bytes], str]) -> bytes:
        digest = really(stream, head, rows, sign)  # type: ignore[arg-type]
        stream.flush()  # type: ignore[attr-defined]
        path = Path(f"/proc/self/fd/{stream.fileno()}").readlink()  # type: ignore[attr-defined]
        with path.open("r+b") as again:
            again.seek(-3000, os.SEEK_END)
            byte = again.read(1)
            again.seek(-1, os.SEEK_CUR)
            again.write(bytes((byte[0] ^ 1,)))
        return digest

    really = export.write
    monkeypatch.setattr(exporting.export, "write", spoiled)
    with pytest.raises(Untrusted, match=r"export-(altered|not-read-back)"):
        _make(live, premises, WHOLE, into)
    assert list(into.iterdir()) == []


def test_a_log_key_that_is_not_the_manifests_is_noticed(
    live: Initiative, collection: Collection, premises: Premises, into: Path
) -> None:
    place.receive(premises, collection, "ES", 2)
    other = dataclasses.replace(premises, keys_folder=into.parent / "other-keys")
    log_keys.make_log_key(other.keys_folder, collection.identifier)
    other = dataclasses.replace(other, signer=HeadSigner(other.keys_folder, SignedHeads(into.parent / "other-heads")))
    with pytest.raises(Untrusted, match="export-not-signed"):
        _make(live, other, WHOLE, into)
    assert list(into.iterdir()) == []


def test_progress_counts_to_the_end(live: Initiative, collection: Collection, premises: Premises, into: Path) -> None:
    place.receive(premises, collection, "ES", 2500)
    seen: list[tuple[int, int]] = []
    make_export(live, premises, WHOLE, into, ONE, now=NOW, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 2500), (1000, 2500), (2000, 2500), (2500, 2500)]


def test_after_the_end_a_demonstration_is_exported_as_before(
    live: Initiative, collection: Collection, premises: Premises, into: Path
) -> None:
    place.receive(premises, collection, "ES", 2)
    lifecycle.end_now(live, premises, ONE, now=NOW)
    destruction.destroy_statement(live, premises, _identifier(premises, collection, 0), "made-for-a-test", ONE, now=NOW)
    _, rows = _read(_make(live, premises, WHOLE, into)[1])
    assert [type(row) for row in rows] == [LeafRow, StatementRow]


def _identifier(premises: Premises, collection: Collection, index: int) -> str:
    (record,) = premises.store.read_leaves(place.log_of(premises, collection, "ES"), index, index + 1)
    return str(receipt.identifier(leaf.parse(record).envelope_hash))
