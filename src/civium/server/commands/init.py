"""`civium init`: what this installation is for, its folder, its keys, its databases."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path

from civium.errors import Refused
from civium.server.commands.frame import (
    Subcommands,
    add_command,
    add_persons,
    begin_unchecked,
    config_of,
    now,
    persons_of,
    say,
    tell,
)

PURPOSES = {
    "demonstration": "try it out: every page and paper is marked, nothing counts, it is destroyed after 14 days",
    "procedure": "another procedure than a European citizens' initiative: a petition, a regional or national initiative",
    "central": "a central system run for the Commission (Art. 10); names its operator and legal basis on every page",
    "companion": "beside the Commission's central system: campaign and dashboard; no statements are collected here",
    "individual": "an own ECI system: lawful only for initiatives registered by 31.12.2022, all of which have ended (Art. 11(7))",
}


def add(group: Subcommands) -> None:
    """Add the command."""
    parser = add_command(
        group,
        "init",
        run,
        "make an installation: first of all, what it is for",
        """
civium init --data ./civium-data                              asks what the installation is for
civium init --data ./civium-data --purpose demonstration
civium init --purpose procedure --operator "Town of Lindau" --operator-email office@lindau.example""",
    )
    parser.add_argument("--purpose", choices=sorted(PURPOSES), help="what the installation is for; asked if not given")
    parser.add_argument("--operator", default="", metavar="NAME", help="who runs it (shown on the pages)")
    parser.add_argument("--operator-email", default="", metavar="ADDRESS", help="where to write to the operator")
    parser.add_argument(
        "--legal-basis", default="", metavar="TEXT", help="on which basis a central system is run (shown on the pages)"
    )
    parser.add_argument("--stored-in", default="", metavar="STATE", help="in which State the statements lie (shown on the pages)")
    add_persons(parser)


def run(arguments: argparse.Namespace) -> int:
    """Make the folder, the secret key, the notices key and both databases; say what it is for. May be run again until it succeeded."""
    purpose = arguments.purpose or _ask()
    config = config_of(arguments)
    config.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_secret(config.secret_key_path)
    begin_unchecked(arguments)

    from civium.server.initiatives.setup import Operator, set_purpose
    from civium.server.publishing.log_keys import make_notices_key
    from civium.server.schemas import migrate

    operator = Operator(arguments.operator, arguments.operator_email, arguments.legal_basis, arguments.stored_in)
    by = persons_of(arguments)
    make_notices_key(config.keys_folder)
    migrate(config)
    set_purpose(purpose, operator, by, now=now())
    tell(f"{purpose}: {PURPOSES[purpose]}")
    say(f"purpose: {purpose}")
    say(f"folder: {config.folder}")
    tell("next: set CIVIUM_DATA to this folder, and CIVIUM_URL to the public address, then `civium initiative add FOLDER`")
    return 0


def make_secret(path: Path) -> None:
    """Make Django's secret key, readable by its owner only; one that exists is kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _ask() -> str:
    """Ask what the installation is for. Raises Refused `purpose-missing` where nobody can answer."""
    if not sys.stdin.isatty():
        raise Refused("purpose-missing")
    names = list(PURPOSES)
    tell("what is this installation for?")
    for number, name in enumerate(names, 1):
        tell(f"  {number}  {name}: {PURPOSES[name]}")
    while True:
        tell("number or name:")
        answer = sys.stdin.readline()
        if not answer:
            raise Refused("purpose-missing")
        chosen = answer.strip().lower()
        if chosen in names:
            return chosen
        if chosen.isdecimal() and 1 <= int(chosen) <= len(names):
            return names[int(chosen) - 1]
        tell(f"please answer with a number from 1 to {len(names)}, or a name")
