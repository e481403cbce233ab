"""An export to measure with: a demonstration's log of one State, whole and signed, with every envelope really sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.authority.crew import in_order
from civium.authority.keys import AuthorityKey, make_key
from civium.formats import checkpoint, envelope, export, leaf, manifest, merkle

HOST, COLLECTION = "bench.example", bytes(16)
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
REGISTRATION = "BENCH"
Clear = tuple[date, bytes]


def bench_key(state: str) -> AuthorityKey:
    """Give the authority's key of every bench."""
    return make_key(state, bytes(32))


def write_export(
    path: Path, state: str, batches: Iterable[Sequence[Clear]], *, opens_on: date, closes_on: date, processes: int
) -> None:
    """Seal batches of (day, padded statement) and write the export of their log; a batch is taken only when it is needed."""
    signed = _signed_manifest(state, opens_on, closes_on)
    sealing, builder = path.with_suffix(".envelopes"), merkle.RootBuilder()
    with sealing.open("wb") as stream:
        for batch in in_order(_seal_batch, batches, processes=processes, begin=_begin, told=(state, signed[0])):
            for row in batch:
                stream.write(export.encode_row(row))
                builder.add(merkle.leaf_hash(export.leaf_of(row)))
    origin = _origin(state)
    head = export.ExportHead(
        kind=export.PACKAGE,
        deployment="demonstration",
        procedure="eci",
        registration=REGISTRATION,
        collection=COLLECTION,
        jurisdiction=state,
        channel="online",
        origin=origin,
        checkpoint=checkpoint.sign(checkpoint.Checkpoint(origin, builder.size, merkle.root(builder.frontier())), LOG_KEY),
        size=builder.size,
        made_on=closes_on + timedelta(days=1),
        manifests=(signed,),
    )
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as stream:
        export.write(stream, head, _read_back(sealing), lambda digest: export.sign(head, digest, LOG_KEY))
    sealing.unlink()
    unfinished.rename(path)


def _read_back(sealing: Path) -> Iterator[export.Row]:
    with sealing.open("rb") as stream:
        while start := stream.read(7):
            yield export.StatementRow(
                leaf.date_of(int.from_bytes(start[1:5], "big")), stream.read(int.from_bytes(start[5:], "big"))
            )


class _Desk:
    """What one process seals with."""

    header: envelope.Header
    public_key: bytes


def _begin(state: str, manifest_bytes: bytes) -> None:
    public = bench_key(state).public
    _Desk.public_key = public.public_key
    _Desk.header = envelope.Header(
        suite=public.suite,
        key_id=public.key_id,
        collection=COLLECTION,
        jurisdiction=state,
        channel="online",
        manifest_hash=manifest.manifest_hash(manifest_bytes),
        erasure_commitment=bytes(32),
    )


def _seal_batch(batch: Sequence[Clear]) -> list[export.StatementRow]:
    return [export.StatementRow(day, envelope.seal(_Desk.header, clear, _Desk.public_key)) for day, clear in batch]


def _origin(state: str) -> str:
    return checkpoint.log_origin(HOST, COLLECTION, state, "online")


def _signed_manifest(state: str, opens_on: date, closes_on: date) -> tuple[bytes, str]:
    public = bench_key(state).public
    entry = manifest.KeyEntry(public.key_id, public.suite.name, sha256(public.public_key).digest())
    raw = manifest.encode(
        manifest.Manifest(
            collection=COLLECTION,
            sequence=1,
            previous=b"",
            deployment="demonstration",
            procedure="eci",
            registration=REGISTRATION,
            registered_on=date(2026, 2, 2),
            opens_on=opens_on,
            closes_on=closes_on,
            rules_version="2026-11-21",
            rules_sha256=bytes(32),
            log_key=LOG_KEY.public_key().public_bytes_raw(),
            keys={state: (entry,)},
            logs={f"{state}/online": _origin(state)},
        )
    )
    return raw, manifest.sign(raw, HOST, LOG_KEY)
