"""What all commands have in common: how they are described, how they begin, how they speak.

The rules are:
- results go to stdout, everything else to stderr; lower case, no full stop;
- an error is `civium: error: ...`, then `hint: ...` where something can be done; the exit code is the error's kind (errors.py).
"""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from civium.server.config import Config

if TYPE_CHECKING:
    from civium.errors import CiviumError
    from civium.server.initiatives.persons import Persons
    from civium.server.initiatives.premises import Premises

SETTINGS_MODULE = "civium.server.settings"
WRONG_USE = 2
Run = Callable[[argparse.Namespace], int]
Subcommands = Any  # argparse gives no public name to what add_subparsers returns


class Parser(argparse.ArgumentParser):
    """A parser that speaks as all commands do and shows examples as they were written."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        settings.setdefault("allow_abbrev", False)
        super().__init__(**settings)

    def error(self, message: str) -> NoReturn:
        """Say what was wrong with the command line, and end."""
        tell(f"civium: error: {message}")
        tell(f"hint: {self.prog} --help")
        raise SystemExit(WRONG_USE)


def add_command(group: Subcommands, name: str, run: Run, about: str, examples: str) -> argparse.ArgumentParser:
    """Add a subcommand with its one-line description, its examples, and --data."""
    parser: argparse.ArgumentParser = group.add_parser(
        name, help=about, description=about, epilog=f"examples:\n{_indented(examples)}"
    )
    parser.add_argument(
        "--data", metavar="FOLDER", default=argparse.SUPPRESS, help="the installation's folder (default: $CIVIUM_DATA)"
    )
    parser.set_defaults(run=run)
    return parser


def add_group(group: Subcommands, name: str, about: str) -> Subcommands:
    """Add a subcommand that has subcommands of its own."""
    parser = group.add_parser(name, help=about, description=about)
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)


def add_persons(parser: argparse.ArgumentParser) -> None:
    """Let a command be told who does it; two are needed for what is live."""
    parser.add_argument("--by", metavar="NAME", default=None, help="who does this, for the journal (default: your login name)")
    parser.add_argument("--and-by", metavar="NAME", default=None, help="the second person, where two must decide")


def persons_of(arguments: argparse.Namespace) -> Persons:
    """Give the persons that a command was told of."""
    from civium.server.initiatives.persons import persons

    return persons(arguments.by or getpass.getuser(), arguments.and_by)


def config_of(arguments: argparse.Namespace) -> Config:
    """Read the settings; --data goes before CIVIUM_DATA. Raises Misconfigured."""
    folder = getattr(arguments, "data", None)
    if folder is not None:
        os.environ["CIVIUM_DATA"] = folder
    return Config.from_environment(os.environ)


def begin(arguments: argparse.Namespace) -> Config:
    """Read the settings and make Django ready. Raises Misconfigured where the folder is none, or its schema another."""
    config = begin_unchecked(arguments)
    from civium.server.schemas import check_schemas

    check_schemas(config)
    return config


def begin_unchecked(arguments: argparse.Namespace) -> Config:
    """Read the settings and make Django ready, whatever schema it will find."""
    config = config_of(arguments)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    import django

    django.setup()
    return config


@contextmanager
def premises_of(config: Config, *, with_bundle: bool = False) -> Iterator[Premises]:
    """Open the store for an act; with the hashes of the browser's scripts where a manifest may be made."""
    from civium.server.initiatives.premises import open_premises
    from civium.server.site import assets

    with open_premises(config, assets.bundle_hashes() if with_bundle else {}) as premises:
        yield premises


def now() -> datetime:
    """Give the time, read once by each command and passed on."""
    return datetime.now(UTC)


def say(line: str = "") -> None:
    """Give a line of the result."""
    print(line, flush=True)


def tell(line: str) -> None:
    """Tell the person something that is not the result."""
    print(line, file=sys.stderr, flush=True)


# A key's eight signs may all be digits, and are no number.
_NUMBER = re.compile(r"\d{1,3}(,\d{3})+|\d{1,7}(\.\d+)?", re.ASCII)


def table(rows: list[tuple[str, ...]]) -> None:
    """Give rows in columns; the first column to the left, numbers to the right."""
    if not rows:
        return
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    numeric = [all(_NUMBER.fullmatch(row[at]) for row in rows[1:]) for at in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(row, widths, numeric, strict=True)
        ]
        say("  ".join(cells).rstrip())


class Progress:
    """Tells how far something long is, in entries: one line that is written over on a terminal, now and then a line elsewhere."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._told = self._started

    def show(self, done: int, total: int) -> None:
        """Tell, at most twice a second on a terminal, every ten seconds elsewhere, and never for what took no time."""
        is_terminal = sys.stderr.isatty()
        moment = time.monotonic()
        if moment - self._told < (0.5 if is_terminal else 10):
            return
        self._told = moment
        rate = done / (moment - self._started)
        left = (total - done) / rate if rate else 0
        line = f"{done:,} of {total:,} entries, about {left:.0f} s left"
        if is_terminal:
            print(f"\r{line}   ", end="" if done < total else "\n", file=sys.stderr, flush=True)
        else:
            tell(line)


def existing_file(path: str, largest: int) -> bytes:
    """Read a file the person named. Raises Refused `file-missing`, `file-too-large`."""
    from civium.errors import Refused

    try:
        with Path(path).open("rb") as stream:
            raw = stream.read(largest + 1)
    except OSError:
        raise Refused("file-missing") from None
    if len(raw) > largest:
        raise Refused("file-too-large", largest=largest)
    return raw


def report_error(error: CiviumError) -> int:
    """Tell what happened and what to do about it, and give the exit code."""
    from civium.server.commands.sentences import hint_for, sentence_for

    tell(f"civium: error: {sentence_for(error)}")
    hint = hint_for(error)
    if hint:
        tell(f"hint: {hint}")
    return error.exit_code


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines())
