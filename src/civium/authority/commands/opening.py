"""civium-authority open, verify, policy: the rules shown and confirmed, completeness, opening, verdicts."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from civium.authority import policy as policies
from civium.authority import working_file
from civium.authority.commands.asking import (
    OPENED,
    VERDICTS,
    add_key_options,
    add_processes_option,
    beside,
    check_is_there,
    small_file,
    tell,
    tell_next,
    unlocked_key,
)
from civium.authority.commands.listening import listener
from civium.authority.commands.unlocking import tell_rates
from civium.authority.completeness import CompleteExport, Known, check_export
from civium.authority.grounds import CERTAIN_CODES, GROUNDS, INDICATION_CODES
from civium.authority.joining import join_opened
from civium.authority.opened import KIND as OPENED_KIND
from civium.authority.opened import open_into
from civium.authority.plausibility_places import THRESHOLDS
from civium.authority.policy import Policy
from civium.authority.progress import Bar
from civium.authority.settling import settle, tally_of
from civium.authority.verification import KIND as VERDICTS_KIND
from civium.authority.verification import read_verdicts, rules_of, verify
from civium.errors import Refused
from civium.formats.export import WORKING_COPY, ExportReader

# Fewer rows than this are opened sooner by one process than others can be started.
FEW_ROWS = 2048


def add_open(parser: ArgumentParser) -> None:
    """Add the options of `open`."""
    parser.add_argument("file", type=Path, metavar="EXPORT", help="the export, as the organisers handed it over")
    add_key_options(parser, several=True)
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="the State's policy; without it the neutral one (see 'policy show')"
    )
    parser.add_argument("--confirm-rules", action="store_true", help="confirm the rules without being asked")
    parser.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="a checkpoint of the public log, from elsewhere than the organisers"
    )
    parser.add_argument("--log-key", default="", metavar="KEY", help="the log's verifier key, from elsewhere than the organisers")
    parser.add_argument(
        "--to", type=Path, metavar="FILE", help=f"another name than the export's for what is written (ending {OPENED})"
    )
    add_processes_option(parser)
    parser.set_defaults(run=run_open)


def add_join(parser: ArgumentParser) -> None:
    """Add the options of `join`."""
    parser.add_argument(
        "files", type=Path, metavar="EXPORT", nargs="+", help="the exports' names: all generations of the log, opened"
    )
    add_key_options(parser)
    parser.add_argument("--to", type=Path, metavar="FILE", required=True, help=f"the name of what is written (ending {OPENED})")
    parser.set_defaults(run=_join)


def add_verify(parser: ArgumentParser) -> None:
    """Add the options of `verify`."""
    parser.add_argument("file", type=Path, metavar="EXPORT", help="the export's name, or the file that open wrote")
    add_key_options(parser)
    parser.add_argument("--to", type=Path, metavar="FILE", help=f"another name for what is written (ending {VERDICTS})")
    add_processes_option(parser)
    parser.set_defaults(run=_verify)


def add_policy(parser: ArgumentParser) -> None:
    """Add the subcommands of `policy`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    show = acts.add_parser("show", help="print the neutral policy of a State as JSON, to be changed and given to open")
    show.add_argument("--jurisdiction", required=True, metavar="CODE")
    show.set_defaults(run=_policy_show)
    check = acts.add_parser("check", help="check a policy file and print its table")
    check.add_argument("file", type=Path)
    check.set_defaults(run=_policy_check)


def run_open(options: Namespace, _now: datetime) -> list[str]:
    """Show the rules, check that an export is the whole log, open it into the working file; give the numbers."""
    target = beside(options.to or options.file, OPENED)
    if target.exists():
        raise Refused("file-exists")
    with options.file.open("rb") as stream:
        head = ExportReader(stream).head
    policy = policies.parse(small_file(options.policy)) if options.policy else Policy(head.jurisdiction, source="neutral")
    if policy.jurisdiction != head.jurisdiction:
        raise Refused("policy-foreign")
    tell(*policy_lines(policy))
    confirm_rules(options)
    keys = tuple(unlocked_key(path, options) for path in options.key)
    complete = _checked(options)
    tell_rates(keys, head.size)
    processes = 1 if head.size < FEW_ROWS else options.processes
    with bar("opened") as shown:
        told = saying_first(shown.show, "going on after {:,} that were opened before")
        open_into(complete, target, keys=keys, policy=policy, processes=processes, told=told)
    if head.kind == WORKING_COPY:
        tell("this is a working copy: it can be verified, never certified")
    options.file = options.to or options.file
    tell_next("verify", options)
    generations = int(working_file.read_facts(target)["generations"])
    if generations > 1:
        tell(f"this log was closed and has successors: open all {generations} exports, then 'join' them before 'verify'")
    gone = complete.reasons.total()
    return [f"entries {head.size}", f"not in the file {gone}", f"opened {head.size - gone}", f"written {target.name}"]


@contextmanager
def bar(verb: str) -> Iterator[Bar]:
    """Give a bar, and leave it in order however the act ends."""
    other = listener()
    bar = other.bar(verb) if other else Bar(verb, stream=sys.stderr, clock=time.monotonic)
    try:
        yield bar
    except BaseException:
        bar.stop()
        raise
    bar.finish()


def saying_first(show: Callable[[int, int], None], words: str) -> Callable[[int, int], None]:
    """Give `show`, which before its first report says how much had been done before, if any was."""
    is_first = True

    def told(done: int, total: int) -> None:
        nonlocal is_first
        if is_first and done:
            tell(words.format(done))
        is_first = False
        show(done, total)

    return told


def _checked(options: Namespace) -> CompleteExport:
    """Perform steps 0 to 8 of the completeness programme with a bar, and say that they passed."""
    known = Known(small_file(options.checkpoint).decode("utf-8", "replace") if options.checkpoint else "", options.log_key)
    with bar("checked") as shown:
        complete = check_export(options.file, known=known, told=shown.show)
    tell(f"the export is the whole log: {complete.head.size:,} entries, and the root its checkpoint signs")
    # The signature holds for an older file too; this hash tells which one is meant.
    tell(f"SHA-256 of the file, to be compared with what the organisers tell you by another way: {complete.file_hash.hex()}")
    tell(*(f"not in the file, {reason}: {count:,}" for reason, count in sorted(complete.reasons.items())))
    if not options.checkpoint and not options.log_key:
        tell("(by the checkpoint inside the file; --checkpoint or --log-key compare it with what you know from elsewhere)")
    return complete


def confirm_rules(options: Namespace) -> None:
    """Have the rules confirmed. Raises Refused `policy-not-confirmed`."""
    if options.confirm_rules:
        return
    if not sys.stdin.isatty():
        raise Refused("policy-not-confirmed")
    sys.stderr.write("verify by these rules? type yes: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() != "yes":
        raise Refused("policy-not-confirmed")


def _join(options: Namespace, _now: datetime) -> list[str]:
    sources, target = [beside(path, OPENED) for path in options.files], beside(options.to, OPENED)
    if target.exists():
        raise Refused("file-exists")
    for source in sources:
        check_is_there(source, Refused("not-opened"))
    key = unlocked_key(options.key, options)
    opened = [working_file.load(source, key, kind=OPENED_KIND) for source in sources]
    with bar("joined") as shown:
        rows = join_opened(opened, target, told=shown.show)
    options.file = options.to
    tell_next("verify", options)
    return [f"joined {len(opened)}", f"entries {rows}", f"written {target.name}"]


def _verify(options: Namespace, _now: datetime) -> list[str]:
    source, target = beside(options.file, OPENED), beside(options.to or options.file, VERDICTS)
    if target.exists():
        raise Refused("file-exists")
    check_is_there(source, Refused("not-opened"))
    key = unlocked_key(options.key, options)
    opened = working_file.load(source, key, kind=OPENED_KIND)
    total = int(opened.facts["export"]["size"])
    with bar("judged") as shown:
        verify(opened, target, processes=1 if total < FEW_ROWS else options.processes, told=shown.show)
    options.file = options.to or options.file
    tell_next("report", options)
    tally = tally_of(
        settle(read_verdicts(working_file.load(target, key, kind=VERDICTS_KIND)), {}), rules_of(opened.facts).judge.strikes
    )
    told = (
        ("accepted", tally.accepted),
        ("struck", tally.struck),
        ("  of them repeats", tally.repeats),
        ("for decision", tally.undecided),
    )
    return [f"judged {total}", *(f"{name} {number}" for name, number in told), f"written {target.name}"]


def _policy_show(options: Namespace, _now: datetime) -> list[str]:
    return [policies.encode(Policy(options.jurisdiction, source="neutral")).decode().rstrip("\n")]


def _policy_check(options: Namespace, _now: datetime) -> list[str]:
    return policy_lines(policies.parse(small_file(options.file)))


def policy_lines(policy: Policy) -> list[str]:
    """Give the policy as a table that a person can read before confirming it."""
    lines = [
        f"rules for {policy.jurisdiction}{f' ({policy.source})' if policy.source else ''}",
        "certain grounds strike in every State:",
    ]
    lines += [f"  {'strike':<8}{code:<28}{GROUNDS[code].sentence}" for code in CERTAIN_CODES]
    lines.append("indications do what the State's policy says:")
    return lines + [
        f"  {policy.action(code):<8}{code:<28}{GROUNDS[code].sentence}{_from(policy, code)}" for code in INDICATION_CODES
    ]


def _from(policy: Policy, code: str) -> str:
    return f" (from {policy.threshold(code)} on)" if code in THRESHOLDS else ""
