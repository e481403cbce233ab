"""`python -m audit`: opens every public page and screen in every language and says what is wrong with it.

  python -m audit                                    everything: some minutes on two cores
  python -m audit --languages el,mt --pages front,receipt
  python -m audit --keep                             everything, and keeps the evidence of the accessibility statement
  python -m audit --again --keep                     after a whole audit: what failed in it or is new since, joined with the rest

A name of a page is the end of its address (`front`, `receipt`, `privacy`), an initiative (`night-trains`, `waiting`, `paused`, `ended`, `plain`), or both
(`paused/privacy`); `screens` are those that no address leads to. The table goes to stdout, everything to .look/audit.json. Exit code 1: something is wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from audit import demonstration, report
from audit.working import audit, end_when_told, failed, units
from civium.server.site import accessibility_page, languages

if TYPE_CHECKING:
    from audit.report import Found

OUT = Path(".look")


def main() -> int:
    """Audit, show, write."""
    parser = argparse.ArgumentParser(
        prog="python -m audit", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--languages", default="", metavar="CODES", help="only these, parted by commas")
    parser.add_argument("--pages", default="", metavar="NAMES", help="only these, parted by commas")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, metavar="N", help="how many browsers (default: one a core)"
    )
    parser.add_argument(
        "--keep", action="store_true", help="write the evidence of the accessibility statement; of a whole audit only"
    )
    parser.add_argument(
        "--again", action="store_true", help="only what failed in the whole audit that .look/audit.json keeps, or is new"
    )
    arguments = parser.parse_args()
    codes = tuple(code for code in arguments.languages.split(",") if code) or languages.CODES
    wanted = frozenset(name for name in arguments.pages.split(",") if name)
    if unknown := set(codes) - set(languages.CODES):
        parser.error(f"no such language: {', '.join(sorted(unknown))}")
    if (arguments.keep or arguments.again) and (wanted or set(codes) != set(languages.CODES)):
        parser.error("--keep and --again need every page in every language")
    end_when_told()
    began_at = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="civium-audit-") as name:
        _tell("making a demonstration with five initiatives ...")
        with demonstration.serving(Path(name)) as here:
            work = list(units(here, codes, wanted))
            before = _before(parser) if arguments.again else None
            work = failed(work, before) if before else work
            found = audit(here, work, processes=arguments.processes, tell=_tell)
            found = report.joined(before, found, work) if before else found
    today = datetime.now(UTC).date()
    _write(found, today, time.monotonic() - began_at, keep=arguments.keep)
    return 1 if found.failures else 0


def _before(parser: argparse.ArgumentParser) -> Found:
    try:
        return report.read_whole((OUT / "audit.json").read_bytes())
    except (OSError, ValueError, KeyError, TypeError):
        parser.error(f"{OUT / 'audit.json'} keeps no audit: run a whole one first")


def _write(found: Found, today: date, seconds: float, *, keep: bool) -> None:
    lines = list(report.table(found))
    print("\n".join(lines))
    OUT.mkdir(exist_ok=True)
    (OUT / "audit.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (OUT / "audit.json").write_text(report.whole(found, on=today, seconds=seconds), encoding="utf-8")
    if keep:
        kept = report.evidence(found, on=today, before=accessibility_page.audited())
        accessibility_page.AUDITED.write_text(kept, encoding="utf-8")
        print(f"kept: {accessibility_page.AUDITED}")
    print(f"{seconds / 60:.1f} minutes; everything is in {OUT / 'audit.json'}")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
