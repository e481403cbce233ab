"""How fast an authority opens: one core alone, and a real million from the file to the last encrypted row.

The rules are:
- every envelope is distinct (an export holds none twice); they are sealed before the clock starts and kept in `.demo/bench`;
- `open_million_seconds` is the whole act: completeness (steps 0 to 8), opening on all cores, the encrypted working file on the disk;
- with fewer rows than a million (CIVIUM_BENCH_OPENING_ROWS) the time is extrapolated, and `open_million_is_extrapolated` says so.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civium.authority.completeness import check_export
from civium.authority.crew import core_count
from civium.authority.keys import AuthorityKey, make_key
from civium.authority.opened import open_into
from civium.authority.opening import open_envelope
from civium.authority.policy import Policy
from civium.formats import canonical, checkpoint, envelope, export, leaf, manifest, merkle
from civium.formats import statement as statements

MILLION = 1_000_000
FOLDER = Path(".demo") / "bench"
HOST, COLLECTION, DAY = "bench.example", bytes(16), date(2026, 5, 4)
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
_BATCH = 2000
_FIRST = ("Aina", "Berto", "Cira", "Dimas", "Elba", "Fermín", "Gala", "Hugo", "Iria", "Jacobo", "Koldo", "Lía")
_FAMILY = ("Robledo Vía", "Alcaraz Peña", "Bermejo Ruán", "Cifuentes Olmo", "Dávila Rey", "Escudero Sanz", "Fraile Gil")


def measure() -> dict[str, float]:
    """Give the numbers of this bench."""
    key = make_key("ES", bytes(32))
    rows = int(os.environ.get("CIVIUM_BENCH_OPENING_ROWS", MILLION))
    path = _export(key, rows)
    target = FOLDER / f"opened-{rows}"
    for old in FOLDER.glob(f"{target.name}*"):
        old.unlink()
    began_at = time.perf_counter()
    complete = check_export(path, told=lambda _done, _total: None)
    checked_at = time.perf_counter()
    open_into(complete, target, keys=(key,), policy=Policy("ES"), processes=core_count(), told=lambda _done, _total: None)
    ended_at = time.perf_counter()
    target.unlink()
    return {
        "open_per_core_s": round(_one_core(path, key)),
        "open_million_seconds": round((ended_at - began_at) * MILLION / rows, 1),
        "open_million_check_seconds": round((checked_at - began_at) * MILLION / rows, 1),
        "open_million_is_extrapolated": float(rows != MILLION),
        "open_cores": float(core_count()),
    }


def _one_core(path: Path, key: AuthorityKey, count: int = 10_000) -> float:
    """Give how many envelopes one core opens in a second: HPKE alone, envelopes already in memory."""
    with path.open("rb") as stream:
        rows = export.ExportReader(stream).rows()
        envelopes = [
            envelope.parse(row.envelope)
            for row, _ in zip(rows, range(count), strict=False)
            if isinstance(row, export.StatementRow)
        ]
    began_at = time.perf_counter()
    opened = sum(open_envelope(sealed, key.private) is not None for sealed in envelopes)
    seconds = time.perf_counter() - began_at
    assert opened == len(envelopes)
    return opened / seconds


def _export(key: AuthorityKey, rows: int) -> Path:
    """Give an export of so many distinct envelopes, made once."""
    path = FOLDER / f"opening-{rows}.civium"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    sys.stderr.write(f"sealing {rows:,} statements before the clock starts\n")
    signed = _manifest(key)
    sealing = path.with_suffix(".envelopes")
    builder = merkle.RootBuilder()
    with sealing.open("wb") as stream, ProcessPoolExecutor(core_count()) as executor:
        work = partial(_seal, signed[0])
        for batch in executor.map(work, range(0, rows, _BATCH), [min(_BATCH, rows - start) for start in range(0, rows, _BATCH)]):
            for raw in batch:
                stream.write(export.encode_row(export.StatementRow(DAY, raw)))
                builder.add(merkle.leaf_hash(export.leaf_of(export.StatementRow(DAY, raw))))
    root = merkle.root(builder.frontier())
    origin = _origin()
    head = export.ExportHead(
        kind=export.PACKAGE,
        deployment="demonstration",
        procedure="eci",
        registration="BENCH",
        collection=COLLECTION,
        jurisdiction="ES",
        channel="online",
        origin=origin,
        checkpoint=checkpoint.sign(checkpoint.Checkpoint(origin, rows, root), LOG_KEY),
        size=rows,
        made_on=DAY,
        manifests=(signed,),
    )
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as stream:
        export.write(stream, head, _read_back(sealing), lambda digest: export.sign(head, digest, LOG_KEY))
    sealing.unlink()
    unfinished.rename(path)
    return path


def _read_back(sealing: Path) -> Iterator[export.Row]:
    with sealing.open("rb") as stream:
        while start := stream.read(7):
            yield export.StatementRow(
                leaf.date_of(int.from_bytes(start[1:5], "big")), stream.read(int.from_bytes(start[5:], "big"))
            )


def _seal(manifest_bytes: bytes, start: int, count: int) -> list[bytes]:
    """Give a batch of envelopes: distinct people, distinct numbers."""
    key = make_key("ES", bytes(32))
    header = envelope.Header(
        suite=key.public.suite,
        key_id=key.public.key_id,
        collection=COLLECTION,
        jurisdiction="ES",
        channel="online",
        manifest_hash=manifest.manifest_hash(manifest_bytes),
        erasure_commitment=bytes(32),
    )
    return [envelope.seal(header, _plaintext(serial), key.public.public_key) for serial in range(start, start + count)]


def _plaintext(serial: int) -> bytes:
    fields = {
        "full_first_names": _FIRST[serial % len(_FIRST)],
        "family_names": _FAMILY[serial % len(_FAMILY)],
        "id_number": f"{serial:08d}" + "TRWAGMYFPDXBNJZSQVHLCKE"[serial % 23],
        "id_type": "dni",
    }
    made = statements.Statement("es", "2026-11-21", True, True, 0, b"", fields, frozenset())
    return statements.pad(statements.encode(made))


def _origin() -> str:
    return checkpoint.log_origin(HOST, COLLECTION, "ES", "online")


def _manifest(key: AuthorityKey) -> tuple[bytes, str]:
    entry = manifest.KeyEntry(key.public.key_id, key.public.suite.name, sha256(key.public.public_key).digest())
    raw = manifest.encode(
        manifest.Manifest(
            collection=COLLECTION,
            sequence=1,
            previous=b"",
            deployment="demonstration",
            procedure="eci",
            registration="BENCH",
            registered_on=date(2026, 2, 2),
            opens_on=date(2026, 3, 2),
            closes_on=date(2026, 9, 1),
            rules_version="2026-11-21",
            rules_sha256=bytes(32),
            log_key=LOG_KEY.public_key().public_bytes_raw(),
            keys={"ES": (entry,)},
            logs={"ES/online": _origin()},
        )
    )
    return raw, manifest.sign(raw, HOST, LOG_KEY)


if __name__ == "__main__":
    sys.stdout.write(canonical.encode({name: f"{number:g}" for name, number in measure().items()}).decode() + "\n")
