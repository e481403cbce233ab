"""What the subcommands share: files named after the export, the passphrase, the key, numbers of processes."""

from __future__ import annotations

import getpass
import shlex
import sys
import unicodedata
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from civium.authority import organisers_key
from civium.authority.commands.listening import listener
from civium.authority.crew import core_count
from civium.authority.kept_key import parse_kept_key
from civium.authority.keys import AuthorityKey
from civium.authority.placing import unfinished
from civium.authority.working_file import read_facts
from civium.errors import Misconfigured, Refused
from civium.formats.export import ExportReader

EXPORT, OPENED, VERDICTS, DECISIONS = ".civium", ".civium-opened", ".civium-verdicts", ".civium-decisions"
LARGEST_FILE = 1 << 24


def beside(path: Path, ending: str) -> Path:
    """Give the file of another ending beside one that is named after the same export."""
    stem = path.with_suffix("") if path.suffix in (EXPORT, OPENED, VERDICTS, DECISIONS) else path
    return stem.with_name(stem.name + ending)


def small_file(path: Path) -> bytes:
    """Give the bytes of a small file; more than a text can have is not read."""
    with path.open("rb") as stream:
        return stream.read(LARGEST_FILE)


def check_is_there(path: Path, missing: Refused) -> None:
    """Raise `missing`, which says what act comes first, where a working file is not there; otherwise what `working_file.read_facts` raises."""
    if not path.exists() and not unfinished(path).exists():
        raise missing
    read_facts(path)


def add_key_options(parser: ArgumentParser, *, several: bool = False) -> None:
    """Add --key and --passphrase-file."""
    told = "the authority's private key file" + ("; again for each further key" if several else "")
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", action="append" if several else "store", help=told)
    add_passphrase_option(parser)
    add_token_options(parser)
    parser.add_argument("--with-token", metavar="LABEL", help="use this one of the tokens that hold the key")


def add_passphrase_option(parser: ArgumentParser) -> None:
    """Add --passphrase-file."""
    told = "a file whose first line is the passphrase; without it the terminal is asked"
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help=told)


def add_token_options(parser: ArgumentParser) -> None:
    """Add --module and --pin-file."""
    parser.add_argument("--module", type=Path, metavar="FILE", help="for a key in a token: the PKCS#11 module that came with it")
    parser.add_argument("--pin-file", type=Path, metavar="FILE", help="a file whose first line is the token's PIN")


def add_processes_option(parser: ArgumentParser) -> None:
    """Add --processes."""
    parser.add_argument(
        "--processes", type=positive, default=core_count(), metavar="N", help="how many processes share the work (%(default)s)"
    )


def positive(text: str) -> int:
    """Give a number of at least 1; argparse says what was wrong otherwise."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def passphrase(options: Namespace, *, prompt: str = "passphrase: ") -> str:
    """Give the passphrase from the file named, or from the terminal. Raises Misconfigured `passphrase-missing` where there is neither."""
    if options.passphrase_file:
        return first_line(options.passphrase_file)
    if not sys.stdin.isatty():
        raise Misconfigured("passphrase-missing")
    return getpass.getpass(prompt, stream=sys.stderr)


def first_line(path: Path) -> str:
    """Give the first line of a small file. Raises Refused `secret-encoding` for what nobody could type: another encoding, control characters."""
    try:
        # Notepad begins UTF-8 with a mark. Taken for part of a passphrase, only this very file would open the key.
        text = small_file(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("secret-encoding") from None
    line = text.partition("\n")[0].removesuffix("\r")
    if any(unicodedata.category(character) == "Cc" and character != "\t" for character in line):
        raise Refused("secret-encoding")
    return line


def new_passphrase(options: Namespace) -> str:
    """Give a new passphrase, asked twice if the terminal is asked. Raises Refused `passphrase-differs`."""
    first = passphrase(options, prompt="new passphrase: ")
    if not options.passphrase_file and passphrase(options, prompt="once more: ") != first:
        raise Refused("passphrase-differs")
    return first


def unlocked_key(path: Path | AuthorityKey, options: Namespace) -> AuthorityKey:
    """Give the key pair of a private key file, whatever it is kept in; of an organisers' key that of the State whose export it is about.

    The window, which has opened it already, gives the key itself in the file's place.

    Raises what `unlocking.unlock_kept` raises, Refused `organisers-key-elsewhere` where no export says which State, `organisers-key-not-of`.
    """
    from civium.authority.commands.unlocking import unlock_kept, unlock_of_state  # which ask with what stands here

    if isinstance(path, AuthorityKey):
        return path
    raw = small_file(path)
    if organisers_key.is_organisers(raw):
        return unlock_of_state(raw, _jurisdiction_asked(options), options, path.name)
    return unlock_kept(parse_kept_key(raw), options, path.name)


def _jurisdiction_asked(options: Namespace) -> str:
    """Give the State of the export that a command is about, from what was made of it or from itself."""
    named: Path | None = getattr(options, "file", None) or next(iter(getattr(options, "files", ())), None)
    if named is None or options.command == "keys":
        raise Refused("organisers-key-elsewhere")
    return str(about_file(named, OPENED, VERDICTS)["jurisdiction"])


def about_file(path: Path, *endings: str) -> dict[str, Any]:
    """Give what the first file made of an export, in the order of `endings`, or otherwise the export says of itself; no key is needed.

    Raises what `read_facts` and reading an export's head raise, and OSError where none of them is there.
    """
    for made in (beside(path, ending) for ending in endings):
        if made.exists():
            return read_facts(made)
    with path.open("rb") as stream:
        head = ExportReader(stream).head
    return {name: getattr(head, name) for name in ("registration", "jurisdiction", "channel", "procedure", "deployment")}


def tell(*lines: str) -> None:
    """Say something that is not the result: on stderr, or to whoever listens instead."""
    other = listener()
    for line in lines:
        if other:
            other.heard(line)
        else:
            sys.stderr.write(f"{line}\n")


def tell_next(command: str, options: Namespace) -> None:
    """Keep what comes next, to be said after the results."""
    key = options.key[0] if isinstance(options.key, list) else options.key
    words = ["civium-authority", command, str(options.file), "--key", str(key)]
    for name in ("passphrase_file", "module", "pin_file", "with_token"):
        if getattr(options, name):
            words += [f"--{name.replace('_', '-')}", str(getattr(options, name))]
    options.comes_next = shlex.join(words)
