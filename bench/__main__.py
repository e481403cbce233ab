"""`make bench`: measures everything, prints a table, writes bench.json (name -> number). `python -m bench post opening` measures only these.

The rules are:
- a speed claim is a ratio between two things run in turn in the same run; absolute numbers stand beside it and belong to this machine;
- a floor that is missed is said in the table, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bench import checks, console, export, opening, pages, post, statements, verify, whole

OUT = Path("bench.json")
_ENGINES = ("sqlite", "postgres")
# name: (least or most, floor, aim); what is not here has none.
FLOORS: dict[str, tuple[str, float, float]] = {
    "postgres.whole_per_s": ("at least", 2200, 3000),
    "sqlite.whole_per_s": ("at least", 1300, 2000),
    "open_million_seconds": ("at most", 120, 120),
    "export_million_seconds": ("at most", 120, 120),
    "export_memory_growth": ("at most", 1.2, 1.1),
    "page_first_load_bytes": ("at most", 60_000, 60_000),
    "page_lcp_ms": ("at most", 1500, 1500),
    "pages_vs_constant": ("at least", 0.7, 0.85),
    "checks_near_precision": ("at least", 0.9, 0.95),
    "checks_near_recall": ("at least", 0.85, 0.92),
    "checks_nonsense_precision": ("at least", 0.95, 0.98),
    "checks_nonsense_recall": ("at least", 0.85, 0.9),
    "checks_repeat_precision": ("at least", 0.99, 0.995),
    "checks_repeat_recall": ("at least", 0.99, 0.995),
    "verify_million_seconds": ("at most", 300, 240),
    "verify_peak_mib": ("at most", 1024, 768),
    "console_p95_ratio": ("at most", 1.5, 1.2),
}
FLOORS |= {
    f"{engine}.{name}": kept
    for engine in _ENGINES
    for name, kept in {
        "post_vs_bare": ("at least", 0.35, 0.5),
        "post_vs_single_insert": ("at least", 2.0, 3.0),
        "whole_new_tls_per_s": ("at least", 800, 1000),
        "post_million_vs_empty": ("at least", 0.7, 0.9),
        "p99_ms_at_60": ("at most", 250, 250),
        "counter_per_s": ("at least", 20_000, 20_000),
    }.items()
}
PARTS: dict[str, Callable[[], dict[str, float]]] = {
    "pages": pages.measure,
    "post": post.run,
    "latency": statements.run_latency,
    "million": statements.run_million,
    "whole": whole.run,
    "opening": opening.measure,
    "checks": checks.measure,
    "verify": verify.measure,
    "console": console.measure,
    "export": export.measure,
}
# Debian's packages for the loads: wrk, a compiler with OpenSSL for bench/load.c, and the browser that pages are painted in.
_NEEDED = {
    "wrk": "/usr/bin/wrk",
    "chromium": "/usr/bin/chromium",
    "gcc": "/usr/bin/gcc",
    "libc6-dev": "/usr/include/stdio.h",
    "libssl-dev": "/usr/include/openssl/ssl.h",
}


def main() -> int:
    """Measure, show, write."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)")
    wanted = parser.parse_args().parts or list(PARTS)
    if unknown := set(wanted) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    _install_loads()
    numbers: dict[str, float] = json.loads(OUT.read_text(encoding="utf-8")) if OUT.exists() else {}
    for part in wanted:
        print(f"measuring {part} ...", file=sys.stderr, flush=True)
        measured = PARTS[part]()
        numbers |= measured
        _show(measured)
        OUT.write_text(json.dumps(dict(sorted(numbers.items())), indent=1) + "\n", encoding="utf-8")
    missed = [name for name, number in numbers.items() if not _is_within(name, number)]
    print(f"written {OUT}; " + (f"floors missed: {', '.join(missed)}" if missed else "every floor is held"))
    return 1 if missed else 0


def _show(numbers: dict[str, float]) -> None:
    for name, number in sorted(numbers.items()):
        kind, floor, aim = FLOORS.get(name, ("", 0.0, 0.0))
        told = f"{kind} {floor:,g}" + (f", aim {aim:,g}" if aim != floor else "") if kind else ""
        shown = f"{number:,.0f}" if abs(number) >= 100 else f"{number:,.2f}"
        verdict = "" if _is_within(name, number) else "MISSED"
        print(f"  {name:<36}{shown:>14}   {told:<30}{verdict}".rstrip())


def _is_within(name: str, number: float) -> bool:
    kind, floor, _ = FLOORS.get(name, ("", 0.0, 0.0))
    return not kind or (number >= floor if kind == "at least" else number <= floor)


def _install_loads() -> None:
    """The loads come from Debian's wrk and from bench/load.c; install what they need where we may."""
    apt = shutil.which("apt-get")
    missing = [package for package, path in _NEEDED.items() if not Path(path).exists()]
    if missing and apt and os.geteuid() == 0:
        command = [apt, "-qq", "install", "-y", "--no-install-recommends", *missing]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
