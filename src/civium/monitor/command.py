"""The command line of whoever watches a site: civium-monitor. Results go to stdout, everything else to stderr.

The rules are:
- it asks for what is public, and keeps what it saw in a folder of its own;
- exit codes as in `civium.errors`: 0 everything matches, 1 the site could not be asked, 2 a mistake here, 3 something does not match; 130 after Ctrl-C.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from civium.errors import CiviumError, Misconfigured, Refused, Untrusted
from civium.monitor.asking import Site
from civium.monitor.bar import Bar
from civium.monitor.comparing import View, compare, view_of_folder, view_of_site
from civium.monitor.findings import Finding, shown
from civium.monitor.keeping import Keeping
from civium.monitor.report import as_json, as_lines, as_time, as_value, finding_lines, finding_value
from civium.monitor.rounds import Report, watch_once
from civium.monitor.sentences import sentence_of
from civium.monitor.witnessed import read_witness_list

NAME = "civium-monitor"
INTERRUPTED = 130
_MOST_ALARMS = 1000
_ABOUT = """\
Watch a site that collects statements with Civium: anyone may, nothing secret is needed.

  civium-monitor watch https://collect.example
                                     one round: its logs only ever grew, its counts are what they prove,
                                     its pages are what was promised. What was seen is kept in a folder;
                                     the next round begins there
  civium-monitor watch https://collect.example --every 30
                                     a round every 30 minutes, until Ctrl-C
  civium-monitor watch https://collect.example --witnesses witnesses.txt
                                     the witnesses you rely on must have cosigned
  civium-monitor compare https://collect.example --through http://127.0.0.1:9080
                                     is the same shown to somebody elsewhere? Here through a proxy (Tor's
                                     HTTPTunnelPort, for example)
  civium-monitor compare https://collect.example ./friends-folder
                                     ... and to another monitor, whose folder (or monitor.db) you were sent
  civium-monitor status              the last round, and every alarm so far

Exit code 3 says that something does not match: one sentence each, and what was received is kept as
evidence. Do not throw the folder away then; show it to others who watch. What a monitor proves, and what
it cannot: docs/operators/monitor.md."""


def main(arguments: Sequence[str] | None = None, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> int:
    """Run one command and give its exit code."""
    options = make_parser().parse_args(arguments)
    try:
        code: int = options.run(options, clock)
    except CiviumError as error:
        return _tell(error)
    except sqlite3.OperationalError:
        # A full disk, most likely: what was kept before is whole.
        return _tell(Misconfigured("state-unwritable"))
    except sqlite3.DatabaseError:
        return _tell(Misconfigured("state-foreign"))
    except KeyboardInterrupt:
        sys.stderr.write(f"\n{NAME}: stopped; the same command goes on from here\n")
        return INTERRUPTED
    return code


def make_parser() -> ArgumentParser:
    """Give the parser of the whole command line."""
    parser = ArgumentParser(NAME, description=_ABOUT, formatter_class=RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    watch = commands.add_parser("watch", help="go a round, or one again and again")
    watch.add_argument("url", metavar="ADDRESS", help="the site, such as https://collect.example")
    _add_state(watch)
    watch.add_argument("--every", type=_minutes, metavar="MINUTES", help="go on until Ctrl-C, with a round every so many minutes")
    watch.add_argument(
        "--key", default="", metavar="WORDS", help="the eight words of the notices log's key, as its operator told you"
    )
    watch.add_argument(
        "--witnesses", type=Path, metavar="FILE", help="whom to rely on: a verifier key a line; 'quorum N' for how many"
    )
    watch.add_argument(
        "--compare", default="", metavar="OTHER", help="compare with another address or another monitor's folder, too"
    )
    watch.add_argument(
        "--through", default="", metavar="PROXY", help="ask through this HTTP proxy, such as http://127.0.0.1:9080"
    )
    watch.add_argument("--json", action="store_true", help="the report as JSON, one object a round")
    watch.set_defaults(run=_watch)
    status = commands.add_parser("status", help="the last round, and the alarms so far")
    status.add_argument("url", nargs="?", default="", metavar="ADDRESS", help="the site (or name its folder: --state)")
    _add_state(status)
    status.add_argument("--json", action="store_true", help="as JSON")
    status.set_defaults(run=_status)
    both = commands.add_parser("compare", help="is the same shown in two places? Keeps nothing")
    both.add_argument("one", metavar="ADDRESS", help="the site, from here")
    both.add_argument(
        "two", nargs="?", default="", metavar="OTHER", help="another address, or another monitor's folder (default: the same)"
    )
    both.add_argument("--through", default="", metavar="PROXY", help="ask the other place through this HTTP proxy")
    both.add_argument("--json", action="store_true", help="as JSON")
    both.set_defaults(run=_compare)
    return parser


def _add_state(parser: ArgumentParser) -> None:
    parser.add_argument("--state", type=Path, metavar="FOLDER", help="what was seen is kept here (default: ./monitor-HOST)")


def _minutes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise ValueError
    return int(text)


def _watch(options: Namespace, clock: Callable[[], datetime]) -> int:
    worst = 0
    while True:
        try:
            worst = max(worst, _go_round(options, clock()))
        except Refused as error:
            # With --every the next round goes on where this one was stopped.
            if options.every is None:
                raise
            worst = max(worst, _tell(error))
        if options.every is None:
            return worst
        time.sleep(60 * options.every)


def _go_round(options: Namespace, now: datetime) -> int:
    relied = read_witness_list(options.witnesses)
    site = Site(options.url, proxy=options.through)
    bar = Bar(sys.stderr, time.monotonic)
    keeping = Keeping(options.state or _folder_of(site))
    try:
        if keeping.told("url") not in (None, site.url):
            raise Misconfigured("state-of-another")
        try:
            report = watch_once(site, keeping, now=now, relied=relied, words=options.key, progress=bar.show)
            bar.clear()
            report = replace(report, findings=(*report.findings, *_other_place(site, options.compare)))
        except Refused as error:
            bar.clear()
            return _broken_off(options, keeping, now, error)
        told = _keep(keeping, report, now)
    finally:
        bar.clear()
        keeping.close()
        site.close()
    _say(as_json(told) if options.json else "\n".join(as_lines(told)))
    return Untrusted.exit_code if report.is_wrong else 0


def _broken_off(options: Namespace, keeping: Keeping, now: datetime, error: Refused) -> int:
    """Tell what a round had found before the site, or the other place, could not be asked any more. Raises the error if that is nothing."""
    found = keeping.heard()
    if not found:
        raise error
    values = _keep_findings(keeping, found, now)
    with keeping.transaction():
        keeping.forget_heard()
    told = {"civium": "monitor broken off v1", "at": as_time(now), "findings": values}
    _say(as_json(told) if options.json else "\n".join(finding_lines(values)))
    _tell(error)
    return Untrusted.exit_code if any(one.is_wrong for one in found) else error.exit_code


def _other_place(site: Site, other: str) -> list[Finding]:
    if not other:
        return []
    found: list[Finding] = []
    with ExitStack() as held:
        compare(view_of_site(site, "here"), _view(other, "", "there", held), found.append)
    return found


def _keep(keeping: Keeping, report: Report, now: datetime) -> dict[str, Any]:
    """Keep evidence, alarms and the report, and give the report as values."""
    values = _keep_findings(keeping, report.findings, now)
    told = as_value(report, [str(one["evidence"]) for one in values])
    with keeping.transaction():
        keeping.tell("last", told)
        keeping.forget_heard()
    return told


def _keep_findings(keeping: Keeping, found: Sequence[Finding], now: datetime) -> list[dict[str, Any]]:
    """Keep evidence and alarms, and give the findings as values."""
    values = [finding_value(one, str(keeping.keep_evidence(one, now) or "")) for one in found]
    alarms = (keeping.told("alarms") or []) + [{"at": as_time(now), **one} for one in values if one["is_wrong"]]
    if len(alarms) > _MOST_ALARMS:
        # The first ones stay: whoever is watched could make new ones until the old are gone.
        alarms = alarms[: _MOST_ALARMS // 2] + alarms[-_MOST_ALARMS // 2 :]
    keeping.tell("alarms", alarms)
    return values


def _status(options: Namespace, _clock: Callable[[], datetime]) -> int:
    folder = options.state or (_folder_of(Site(options.url)) if options.url else _only_folder())
    if not (folder / "monitor.db").exists():
        raise Misconfigured("no-state")
    keeping = Keeping(folder)
    try:
        last, alarms = keeping.told("last"), keeping.told("alarms") or []
    finally:
        keeping.close()
    if last is None:
        raise Misconfigured("no-state")
    if options.json:
        _say(as_json({"last": last, "alarms": alarms}))
    else:
        lines = as_lines(last)
        if alarms:
            lines += ["", f"alarms so far: {len(alarms)}", *(f"  {one['at']}  {one['sentence']}" for one in alarms)]
        _say("\n".join(lines))
    return Untrusted.exit_code if alarms else 0


def _compare(options: Namespace, _clock: Callable[[], datetime]) -> int:
    found: list[Finding] = []
    with ExitStack() as held:
        one = _view(options.one, "", "one", held)
        agreed = compare(one, _view(options.two or options.one, options.through, "two", held), found.append)
    if options.json:
        _say(
            as_json({"civium": "monitor comparison v1", "agreed": agreed, "findings": [finding_value(one, "") for one in found]})
        )
    else:
        lines = [f"wrong: {one.sentence}" for one in found]
        _say("\n".join([*lines, f"{agreed} logs are the same in both places" + (f", {len(found)} are not" if found else "")]))
    for finding in found:
        for name, raw in finding.evidence.items():
            sys.stderr.write(f"--- {finding.about}: {name}\n")
            sys.stderr.writelines(f"{shown(line)}\n" for line in raw.decode(errors="replace").split("\n"))
    return Untrusted.exit_code if found else 0


def _view(place: str, proxy: str, name: str, held: ExitStack) -> View:
    if place.startswith(("http://", "https://")):
        site = Site(place, proxy=proxy)
        held.callback(site.close)
        return view_of_site(site, name)
    return view_of_folder(Path(place))


def _folder_of(site: Site) -> Path:
    return Path(f"monitor-{site.host.replace(':', '-').replace('[', '').replace(']', '')}")


def _only_folder() -> Path:
    """Give the one folder of a monitor that lies here. Raises Misconfigured `no-state` if there is none, or several."""
    found = [path.parent for path in Path().glob("monitor-*/monitor.db")]
    if len(found) != 1:
        raise Misconfigured("no-state")
    return found[0]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _tell(error: CiviumError) -> int:
    sentence, hint = sentence_of(error)
    sys.stderr.write(f"{NAME}: error: {sentence}\nhint: {hint}\n")
    return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
