"""How fast a million statements of one State are written for its authority, and that memory does not grow with them.

The rules are:
- it is the process in which a server has the job done (server/jobs/work.py): start, write, fsync, read back, check, say so;
- peak memory is the kernel's word for that process (ru_maxrss), of a small export and of the million; the ratio shows whether it grows;
- the statements are stored beforehand by the store's own append; their ciphertexts are random bytes, which an export cannot tell.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import installation, logs
from bench.installation import SLUG, Installation
from civium.formats.export import ExportReader
from civium.server.config import Config

MILLION = 1_000_000
SMALL = 20_000
STATE = "ES"
_ASK = f"""
import django, sys
from datetime import datetime, timezone
django.setup()
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import persons
from civium.server.jobs import queue
from civium.server.jobs.exporting import Asked
from civium.server.jobs.kinds import EXPORT
now = datetime.now(timezone.utc)
initiative = Initiative.objects.get(slug={SLUG!r})
queue.ask(EXPORT, initiative, Asked("submission-package", ({STATE!r},)).facts(), persons("bench"), now=now)
job = queue.claim(now=now)
print(job.pk, job.holder)
"""
_TELL = """
import django, sys
django.setup()
from civium.server.jobs.models import Job
job = Job.objects.get(pk=int(sys.argv[1]))
assert job.state == "done", (job.state, job.failure)
"""


def measure() -> dict[str, float]:
    """Give `export_million_seconds`, `export_million_peak_mb` and `export_memory_growth` (the million's peak against the small export's)."""
    rows = int(os.environ.get("CIVIUM_BENCH_EXPORT_ROWS", MILLION))
    with tempfile.TemporaryDirectory(prefix="civium-bench-export-") as name:
        place = installation.make(Path(name) / "place", {}, host=logs.HOST)
        _fill(place, SMALL, first=0)
        _, small = _export(place, SMALL)
        _fill(place, rows - SMALL, first=SMALL)
        seconds, large = _export(place, rows)
    print(f"  export of {SMALL:,}: peak {small / 1024:,.0f} MB; of {rows:,}: peak {large / 1024:,.0f} MB", file=sys.stderr)
    return {
        "export_million_seconds": round(seconds * MILLION / rows, 1),
        "export_million_peak_mb": round(large / 1024),
        "export_memory_growth": round(large / small, 3),
        "export_million_is_extrapolated": float(rows != MILLION),
    }


def _fill(place: Installation, count: int, *, first: int) -> None:
    keys = {STATE: place.keys[STATE].key_id}
    sealed = logs.envelopes(count, keys, collection=place.collection, manifest_hash=place.manifest_hash, first=first)
    ours = {name: value for name, value in place.environment.items() if name.startswith("CIVIUM_")}
    logs.append_all(Config.from_environment(ours), place.collection, sealed)


def _export(place: Installation, rows: int) -> tuple[float, int]:
    """Give how long the job's process took and its peak memory in KiB."""
    environment = place.environment | {"DJANGO_SETTINGS_MODULE": "civium.server.settings"}
    asked = subprocess.run([sys.executable, "-c", _ASK], check=True, capture_output=True, text=True, env=environment)
    key, holder = asked.stdout.split()
    began_at = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "civium.server.jobs.work", key], stdin=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdin is not None
    process.stdin.write(f"{holder}\n")
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began_at
    process.returncode = os.waitstatus_to_exitcode(status)
    print(f"  {rows:,} rows: {seconds:.1f} s, of them {usage.ru_utime + usage.ru_stime:.1f} s of one core", file=sys.stderr)
    assert process.returncode == 0
    subprocess.run([sys.executable, "-c", _TELL, key], check=True, env=environment)
    folder = Path(place.environment["CIVIUM_DATA"]) / "exports" / key
    (path,) = folder.glob("*.civium")
    with path.open("rb") as stream:
        assert ExportReader(stream).head.size == rows
    path.unlink()
    return seconds, usage.ru_maxrss
