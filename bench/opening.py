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
from datetime import date
from pathlib import Path

from bench.sealed import bench_key, write_export
from civium.authority.completeness import check_export
from civium.authority.crew import core_count
from civium.authority.keys import AuthorityKey
from civium.authority.opened import open_into
from civium.authority.opening import open_envelope
from civium.authority.policy import Policy
from civium.formats import canonical, envelope, export
from civium.formats import statement as statements

MILLION = 1_000_000
FOLDER = Path(".demo") / "bench"
DAY = date(2026, 5, 4)
_BATCH = 2000
_FIRST = ("Aina", "Berto", "Cira", "Dimas", "Elba", "Fermín", "Gala", "Hugo", "Iria", "Jacobo", "Koldo", "Lía")
_FAMILY = ("Robledo Vía", "Alcaraz Peña", "Bermejo Ruán", "Cifuentes Olmo", "Dávila Rey", "Escudero Sanz", "Fraile Gil")


def measure() -> dict[str, float]:
    """Give the numbers of this bench."""
    key = bench_key("ES")
    rows = int(os.environ.get("CIVIUM_BENCH_OPENING_ROWS", MILLION))
    path = _export(rows)
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


def _export(rows: int) -> Path:
    """Give an export of so many distinct envelopes, made once."""
    path = FOLDER / f"opening-{rows}.civium"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    sys.stderr.write(f"sealing {rows:,} statements before the clock starts\n")
    batches = (
        [(DAY, _plaintext(serial)) for serial in range(start, min(start + _BATCH, rows))] for start in range(0, rows, _BATCH)
    )
    write_export(path, "ES", batches, opens_on=date(2026, 3, 2), closes_on=date(2026, 9, 1), processes=core_count())
    return path


def _plaintext(serial: int) -> bytes:
    fields = {
        "full_first_names": _FIRST[serial % len(_FIRST)],
        "family_names": _FAMILY[serial % len(_FAMILY)],
        "id_number": f"{serial:08d}" + "TRWAGMYFPDXBNJZSQVHLCKE"[serial % 23],
        "id_type": "dni",
    }
    made = statements.Statement("es", "2026-11-21", True, True, 0, b"", fields, frozenset())
    return statements.pad(statements.encode(made))


if __name__ == "__main__":
    sys.stdout.write(canonical.encode({name: f"{number:g}" for name, number in measure().items()}).decode() + "\n")
