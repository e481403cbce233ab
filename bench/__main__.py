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

from bench import opening, pages, post

OUT = Path("bench.json")
# name: (least or most, floor); what is not here has no floor.
FLOORS: dict[str, tuple[str, float]] = {
    "sqlite.post_vs_bare": ("at least", 0.35),
    "sqlite.post_vs_single_insert": ("at least", 2.0),
    "postgres.post_vs_bare": ("at least", 0.35),
    "postgres.post_vs_single_insert": ("at least", 2.0),
    "open_million_seconds": ("at most", 120.0),
    "page_first_load_bytes": ("at most", 60_000),
}
PARTS: dict[str, Callable[[], dict[str, float]]] = {"pages": pages.measure, "post": post.run, "opening": opening.measure}


def main() -> int:
    """Measure, show, write."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)")
    wanted = parser.parse_args().parts or list(PARTS)
    if unknown := set(wanted) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    _install_wrk()
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
        kind, floor = FLOORS.get(name, ("", 0.0))
        told = f"{kind} {floor:,g}" if kind else ""
        shown = f"{number:,.0f}" if abs(number) >= 100 else f"{number:,.2f}"
        print(f"  {name:<36}{shown:>14}   {told:<20}{'' if _is_within(name, number) else 'MISSED'}".rstrip())


def _is_within(name: str, number: float) -> bool:
    kind, floor = FLOORS.get(name, ("", 0.0))
    return not kind or (number >= floor if kind == "at least" else number <= floor)


def _install_wrk() -> None:
    """The load comes from Debian's wrk; install it where we may."""
    apt = shutil.which("apt-get")
    if shutil.which("wrk") is None and apt and os.geteuid() == 0:
        subprocess.run([apt, "-qq", "install", "-y", "--no-install-recommends", "wrk"], check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
