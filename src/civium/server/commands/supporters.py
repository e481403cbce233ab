"""`civium supporters`: count, export, feedback, destroy: what the organisers have of those who left an address or an opinion."""

from __future__ import annotations

import argparse
import csv
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from civium.errors import Refused
from civium.server.commands.frame import (
    Subcommands,
    add_command,
    add_group,
    add_persons,
    begin,
    now,
    persons_of,
    say,
    table,
    tell,
)

if TYPE_CHECKING:
    from civium.server.supporters.models import Subscription

_EVENTS = ("submitted_on", "withdrawn_on", "action_announced_on")


def add(group: Subcommands) -> None:
    """Add the commands."""
    commands = add_group(group, "supporters", "addresses of those who asked for news, and feedback")
    parser = add_command(
        commands,
        "count",
        run_count,
        "how many left an address, for what, in which language, and until when addresses may be kept",
        "civium supporters count night-trains\ncivium supporters count night-trains --submitted-on 2027-09-01",
    )
    parser.add_argument("slug", help="the name of the initiative")
    for event in _EVENTS:
        parser.add_argument(f"--{event.replace('_', '-')}", type=date.fromisoformat, metavar="DAY", default=None)
    parser = add_command(
        commands,
        "export",
        run_export,
        "write the confirmed addresses into a file (CSV), with what each agreed to",
        "civium supporters export night-trains news.csv --purpose news --by Anna",
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("file", type=Path, help="a file that is not there yet; nobody else may read it")
    parser.add_argument("--purpose", choices=("news", "other"), required=True, help="news of this initiative, or other news")
    parser.add_argument("--language", default=None, help="those of one language only")
    add_persons(parser)
    parser = add_command(
        commands,
        "feedback",
        run_feedback,
        "how it was to sign: the grades, and the comments as a file (CSV)",
        "civium supporters feedback night-trains\ncivium supporters feedback night-trains --into comments.csv",
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("--into", type=Path, default=None, metavar="FILE", help="write the comments into a new file")
    parser = add_command(
        commands,
        "destroy",
        run_destroy,
        "destroy all addresses and all feedback of an initiative, for ever; two persons",
        "civium supporters destroy night-trains --by Anna --and-by Bo",
    )
    parser.add_argument("slug", help="the name of the initiative")
    add_persons(parser)


def run_count(arguments: argparse.Namespace) -> int:
    """Say how much there is."""
    begin(arguments)
    from civium.server.initiatives.setup import find_initiative
    from civium.server.initiatives.standing import events
    from civium.server.supporters import retention
    from civium.server.supporters.models import Subscription

    initiative = find_initiative(arguments.slug)
    kept = retention.kept(initiative)
    confirmed = Subscription.objects.filter(initiative=initiative)
    say(f"confirmed: {kept.subscriptions}")
    say(f"for news of this initiative: {confirmed.filter(wants_news=True).count()}")
    say(f"for other news: {confirmed.filter(wants_other_news=True).count()}")
    say(f"waiting for confirmation: {kept.unconfirmed}")
    say(f"feedback: {kept.feedback}")
    told = {event: getattr(arguments, event) for event in _EVENTS if getattr(arguments, event) is not None}
    say(f"to be destroyed by: {retention.due_on(initiative, {**events(initiative), **told})}")
    by_language = Counter(confirmed.values_list("language", flat=True))
    if by_language:
        table([("language", "confirmed"), *((code, str(count)) for code, count in sorted(by_language.items()))])
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write the addresses for one purpose."""
    begin(arguments)
    from django.db import transaction

    from civium.server.initiatives import journal
    from civium.server.initiatives.setup import find_initiative
    from civium.server.supporters.models import Subscription

    initiative, by = find_initiative(arguments.slug), persons_of(arguments)
    purpose = "wants_news" if arguments.purpose == "news" else "wants_other_news"
    found = Subscription.objects.filter(initiative=initiative, **{purpose: True}).select_related("text").order_by("pk")
    if arguments.language is not None:
        found = found.filter(language=arguments.language)
    count = _write(arguments.file, ("address", "language", "agreed_on", "confirmed_on", "words"), map(_row, found.iterator(500)))
    with transaction.atomic():
        facts = {"purpose": arguments.purpose, "addresses": count}
        journal.record("supporters-exported", initiative, by, facts, now=now())
    say(f"addresses: {count}")
    tell("whoever stops letters after this is still in the file: make a new one before you write")
    return 0


def run_feedback(arguments: argparse.Namespace) -> int:
    """Say how often each grade was given, and write the comments."""
    begin(arguments)
    from civium.server.initiatives.setup import find_initiative
    from civium.server.supporters import feedback

    initiative = find_initiative(arguments.slug)
    for grade, count in feedback.grades(initiative).items():
        say(f"{grade}: {count}")
    if arguments.into is not None:
        names = {number: name for name, number in feedback.GRADES.items()}
        rows = ((str(one.given_on), names[one.grade], one.language, one.comment) for one in feedback.comments(initiative))
        say(f"written: {_write(arguments.into, ('day', 'grade', 'language', 'comment'), rows)}")
    return 0


def run_destroy(arguments: argparse.Namespace) -> int:
    """Destroy all of it."""
    begin(arguments)
    from civium.server.initiatives.setup import find_initiative
    from civium.server.supporters.retention import destroy_supporters

    destroyed = destroy_supporters(find_initiative(arguments.slug), persons_of(arguments), now=now())
    say(f"destroyed: {destroyed.subscriptions} confirmed, {destroyed.unconfirmed} waiting, {destroyed.feedback} feedback")
    tell("files that were exported, and backups made before, still hold them until you destroy them")
    return 0


def _row(subscription: Subscription) -> tuple[str, ...]:
    return (
        subscription.address,
        subscription.language,
        str(subscription.asked_on),
        str(subscription.confirmed_on),
        subscription.text.text,
    )


def _write(path: Path, heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> int:
    """Write rows into a new file that nobody else may read, and give their number. Raises Refused `file-exists`, `file-not-written`."""
    from civium.server.supporters.spreadsheets import cell

    count = 0
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(heads)
            for row in rows:
                # A spreadsheet must not take what a stranger wrote for a formula.
                writer.writerow([cell(text) for text in row])
                count += 1
    except FileExistsError:
        raise Refused("file-exists") from None
    except OSError:
        path.unlink(missing_ok=True)
        raise Refused("file-not-written") from None
    return count
