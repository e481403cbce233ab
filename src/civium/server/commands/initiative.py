"""`civium initiative`: add, update, list, show, open, renew, pause, resume, end; what follows collection is in lifecycle.py."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from civium.server.commands import appearance, lifecycle, partners
from civium.server.commands.frame import (
    Subcommands,
    add_command,
    add_group,
    add_persons,
    begin,
    now,
    persons_of,
    premises_of,
    say,
    table,
    tell,
)

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative
    from civium.server.initiatives.persons import Persons
    from civium.server.initiatives.premises import Premises


def add(group: Subcommands) -> None:
    """Add the commands."""
    commands = add_group(group, "initiative", "set up an initiative, go live, pause, end")
    parser = add_command(
        commands,
        "add",
        run_add,
        "add an initiative from its folder (docs/initiative-folder.md)",
        "civium initiative add ./night-trains",
    )
    parser.add_argument("folder", type=Path)
    add_persons(parser)
    parser = add_command(
        commands,
        "update",
        run_update,
        "take over what changed in the folder; once live, what may change is published as a new manifest",
        "civium initiative update ./night-trains\ncivium initiative update ./night-trains --by Anna --and-by Bo",
    )
    parser.add_argument("folder", type=Path)
    add_persons(parser)
    add_command(
        commands, "list", run_list, "list the initiatives with their phase and what they received", "civium initiative list"
    )
    parser = add_command(commands, "show", run_show, "show one initiative", "civium initiative show night-trains")
    parser.add_argument("slug", help="the name of the initiative")
    _add_open(commands)
    _add_changes(commands)
    _add_work(commands)
    lifecycle.add_to(commands)
    appearance.add_to(commands)
    partners.add(commands)


def _add_open(commands: Subcommands) -> None:
    parser = add_command(
        commands,
        "open",
        run_open,
        "go live: make the collection, its logs and its manifest",
        """
civium initiative open night-trains
civium initiative open night-trains --by Anna --and-by Bo --closed-online
civium initiative open night-trains --by Anna --and-by Bo --leave-out hr""",
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("--closed-online", action="store_true", help="accept that States without a proven key are closed online")
    parser.add_argument(
        "--leave-out", metavar="LANGUAGE", action="append", default=[], help="accept that nobody can sign in this language"
    )
    parser.add_argument("--check", action="store_true", help="only say whether it could go live")
    parser.add_argument(
        "--without-tokens", action="store_true", help="ask for no duplicate tokens: repeats are then found by the authority alone"
    )
    parser.add_argument(
        "--work", type=int, default=None, metavar="N", help="numbers a device tries at most before it may send (default: 200,000)"
    )
    add_persons(parser)


def _add_changes(commands: Subcommands) -> None:
    plain = (
        (
            "renew",
            run_renew,
            "publish what changed (keys, scripts, rules) as a new manifest",
            "civium initiative renew night-trains",
        ),
        ("pause", run_pause, "receive nothing for now; one person may do it", "civium initiative pause night-trains"),
        ("resume", run_resume, "receive again", "civium initiative resume night-trains --by Anna --and-by Bo"),
    )
    for name, run, about, example in plain:
        parser = add_command(commands, name, run, about, example)
        parser.add_argument("slug", help="the name of the initiative")
        add_persons(parser)
    parser = add_command(
        commands,
        "end",
        run_end,
        "end earlier than planned: on a day, or at once",
        """
civium initiative end night-trains --on 2027-01-31 --told-on 2027-01-12 --by Anna --and-by Bo
civium initiative end night-trains --at-once""",
    )
    parser.add_argument("slug", help="the name of the initiative")
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--on", type=date.fromisoformat, metavar="DAY", help="the last day on which statements are received")
    when.add_argument("--at-once", action="store_true", help="receive nothing from now on, for ever")
    parser.add_argument("--told-on", type=date.fromisoformat, metavar="DAY", help="when the Commission was told (Art. 8(1))")
    add_persons(parser)


def _add_work(commands: Subcommands) -> None:
    parser = add_command(
        commands,
        "work",
        run_work,
        "ask for more or less proof of work from now on; one person may do it",
        "civium initiative work night-trains 400000",
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("work", type=int, help="numbers a device tries at most before it may send")
    add_persons(parser)


def run_add(arguments: argparse.Namespace) -> int:
    """Add an initiative in set-up."""
    begin(arguments)
    from civium.law.periods import brussels_date
    from civium.server.initiatives.folder import read_folder
    from civium.server.initiatives.setup import add_initiative

    time = now()
    initiative = add_initiative(read_folder(arguments.folder, today=brussels_date(time)), persons_of(arguments), now=time)
    say(f"added: {initiative.slug}")
    say(f"languages: {len(initiative.texts_in_force())}")
    tell(f"next: `civium keys add {initiative.slug} FILE` for each authority, then `civium initiative open {initiative.slug}`")
    return 0


def run_update(arguments: argparse.Namespace) -> int:
    """Take over what changed; publish it if the initiative is live."""
    config = begin(arguments)
    from civium.law.periods import brussels_date
    from civium.server.initiatives.folder import read_folder
    from civium.server.initiatives.setup import find_initiative, update_initiative

    time, by = now(), persons_of(arguments)
    folder = read_folder(arguments.folder, today=brussels_date(time))
    initiative = find_initiative(folder.slug)
    changed = update_initiative(initiative, folder, by, now=time)
    for name in changed:
        say(f"changed: {name}")
    if not changed:
        say("changed: nothing")
    elif initiative.live_collection() is not None:
        with premises_of(config, with_bundle=True) as premises:
            _renew(initiative, premises, by, time)
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """List the initiatives."""
    config = begin(arguments)
    from civium.law.periods import brussels_date
    from civium.server.initiatives.counts import counts
    from civium.server.initiatives.lifecycle import phase_of
    from civium.server.initiatives.models import Initiative

    today = brussels_date(now())
    rows: list[tuple[str, ...]] = [("initiative", "phase", "received", "goal", "opens", "closes")]
    with premises_of(config) as premises:
        for initiative in Initiative.objects.all():
            is_live = initiative.live_collection() is not None
            received = f"{counts(initiative, premises).received:,}" if is_live else "0"
            phase = phase_of(initiative, today=today)
            days = (initiative.opens_on.isoformat(), initiative.closes_on.isoformat())
            rows.append((initiative.slug, phase, received, f"{initiative.goal:,}", *days))
    table(rows)
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Show what is set up and what is missing."""
    begin(arguments)
    from civium.formats.manifest import parse as parse_manifest
    from civium.law.periods import brussels_date
    from civium.server.initiatives.keys import keys_in_use, unproven_keys
    from civium.server.initiatives.lifecycle import phase_of
    from civium.server.initiatives.live import missing_jurisdictions
    from civium.server.initiatives.setup import find_initiative
    from civium.server.initiatives.texts import offered_languages, unofferable_languages

    initiative = find_initiative(arguments.slug)
    original = initiative.text(initiative.original_language)
    say(f"initiative: {initiative.slug}")
    say(f"title: {original.title if original else '(none)'}")
    say(f"deployment: {initiative.deployment}")
    say(f"procedure: {initiative.procedure}")
    say(f"registration: {initiative.registration} of {initiative.registered_on}")
    say(f"phase: {phase_of(initiative, today=brussels_date(now()))}")
    say(f"period: {initiative.opens_on} to {initiative.closes_on}")
    say(f"languages: {' '.join(offered_languages(initiative)) or 'none'}")
    say(f"languages not offered for signing: {' '.join(unofferable_languages(initiative)) or 'none'}")
    say(f"keys proven: {' '.join(keys_in_use(initiative)) or 'none'}")
    say(f"keys not proven: {' '.join(key.jurisdiction for key in unproven_keys(initiative)) or 'none'}")
    say(f"without a key: {' '.join(missing_jurisdictions(initiative)) or 'none'}")
    collection = initiative.live_collection()
    if collection is not None:
        manifest = collection.current_manifest()
        say(f"collection: {collection.hex}")
        say(f"manifest: {manifest.sequence} {bytes(manifest.sha256).hex()}")
        say(f"token key: {parse_manifest(bytes(manifest.manifest)).token_key.hex() or 'none'}")
    return 0


def run_open(arguments: argparse.Namespace) -> int:
    """Go live."""
    config = begin(arguments)
    from civium.law.periods import brussels_date
    from civium.server.initiatives.live import GoLive, check_ready, open_collection
    from civium.server.initiatives.setup import find_initiative
    from civium.server.initiatives.tokens import USUAL_WORK

    initiative, time = find_initiative(arguments.slug), now()
    decision = GoLive(
        persons_of(arguments),
        arguments.closed_online,
        frozenset(arguments.leave_out),
        asks_tokens=not arguments.without_tokens,
        work=USUAL_WORK if arguments.work is None else arguments.work,
    )
    with premises_of(config, with_bundle=True) as premises:
        if arguments.check:
            check_ready(initiative, premises, decision, today=brussels_date(time))
            say("ready: yes")
            return 0
        collection = open_collection(initiative, premises, decision, now=time)
    say(f"collection: {collection.hex}")
    say(f"manifest: {bytes(collection.current_manifest().sha256).hex()}")
    say(f"receives: {initiative.opens_on} to {initiative.closes_on}")
    return 0


def run_renew(arguments: argparse.Namespace) -> int:
    """Publish what changed since the last manifest."""
    config = begin(arguments)
    from civium.server.initiatives.setup import find_initiative

    with premises_of(config, with_bundle=True) as premises:
        _renew(find_initiative(arguments.slug), premises, persons_of(arguments), now())
    return 0


def run_pause(arguments: argparse.Namespace) -> int:
    """Receive nothing for now."""
    config = begin(arguments)
    from civium.server.initiatives.lifecycle import pause
    from civium.server.initiatives.setup import find_initiative

    with premises_of(config) as premises:
        pause(find_initiative(arguments.slug), premises, persons_of(arguments), now=now())
    say(f"paused: {arguments.slug}")
    return 0


def run_resume(arguments: argparse.Namespace) -> int:
    """Receive again."""
    config = begin(arguments)
    from civium.server.initiatives.lifecycle import resume
    from civium.server.initiatives.setup import find_initiative

    with premises_of(config) as premises:
        resume(find_initiative(arguments.slug), premises, persons_of(arguments), now=now())
    say(f"resumed: {arguments.slug}")
    return 0


def run_work(arguments: argparse.Namespace) -> int:
    """Ask for more or less proof of work."""
    config = begin(arguments)
    from civium.server.initiatives.setup import find_initiative
    from civium.server.initiatives.tokens import set_work

    with premises_of(config) as premises:
        set_work(find_initiative(arguments.slug), premises, arguments.work, persons_of(arguments), now=now())
    say(f"work: {arguments.work}")
    return 0


def run_end(arguments: argparse.Namespace) -> int:
    """End earlier than planned."""
    config = begin(arguments)
    from civium.server.initiatives.lifecycle import end_early, end_now
    from civium.server.initiatives.setup import find_initiative

    initiative, by, time = find_initiative(arguments.slug), persons_of(arguments), now()
    with premises_of(config, with_bundle=True) as premises:
        if arguments.at_once:
            end_now(initiative, premises, by, now=time)
            say(f"ended: {initiative.slug}")
        else:
            end_early(initiative, premises, by, last_day=arguments.on, told_on=arguments.told_on, now=time)
            say(f"last day: {initiative.closes_on}")
    return 0


def _renew(initiative: Initiative, premises: Premises, by: Persons, time: datetime) -> None:
    from civium.server.initiatives.manifests import live_collection, renew_manifest

    before = live_collection(initiative).current_manifest().sequence
    version = renew_manifest(initiative, premises, by, now=time)
    state = "unchanged" if version.sequence == before else "published"
    say(f"manifest {version.sequence}: {state}, {bytes(version.sha256).hex()}")
