"""civium-authority organisers-key hand-over: the desk at which organisers give a State its key, or open its package as its authority would."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from civium.authority.commands import opening
from civium.authority.commands.asking import add_key_options, new_passphrase, small_file, tell
from civium.authority.commands.key_files import PRIVATE as STATE_PRIVATE
from civium.authority.commands.key_files import PUBLIC as STATE_PUBLIC
from civium.authority.commands.key_files import key_lines, key_names
from civium.authority.commands.unlocking import unlock_of_state
from civium.authority.keys import NONCE_SIZE, SALT_SIZE, check_passphrase, encode_private_key
from civium.authority.placing import write_together
from civium.errors import Refused
from civium.formats import authority_key
from civium.formats.export import PACKAGE, ExportReader

PRIVATE, PUBLIC = ".civium-organisers-private-key", ".civium-organisers-public-keys"
_ABOUT = """\
After the collection, for each State whose key follows from the organisers': one of two ways.

  civium-authority organisers-key hand-over key ES --key ours.civium-organisers-private-key --to es
      writes the private key of Spain alone, under a passphrase of its own. Give it to the authority with the sealed
      package, and the passphrase by another way. It opens no other State.

  civium-authority organisers-key hand-over open night-trains-ES-online.civium --key ours.civium-organisers-private-key
      opens that package here. What is opened stays encrypted on the disk until 'write' gives it in clear, as the
      Commission's XML or as a table, for the authority."""


def add_desk(parser: ArgumentParser) -> None:
    """Add the two ways of the desk."""
    parser.description, parser.formatter_class = _ABOUT, RawDescriptionHelpFormatter
    ways = parser.add_subparsers(dest="way", required=True, metavar="WAY")
    key = ways.add_parser("key", help="write one State's private key, for its authority")
    key.add_argument("jurisdiction", metavar="STATE", help="the Union's two letters of the State (EL for Greece)")
    add_key_options(key)
    key.add_argument(
        "--to", type=Path, required=True, metavar="NAME", help=f"NAME{STATE_PRIVATE} and NAME{STATE_PUBLIC} are written"
    )
    told = "a file whose first line is the passphrase of the State's file; without it the terminal is asked"
    key.add_argument("--new-passphrase-file", type=Path, metavar="FILE", help=told)
    key.set_defaults(run=_give_key)
    opened = ways.add_parser("open", help="open one State's package here, as its authority would")
    opening.add_open(opened)
    opened.set_defaults(run=_open)


def states_of(codes: Sequence[str]) -> str:
    """Give how many States, and which."""
    return f"{len(codes)} ({' '.join(codes)})"


def _give_key(options: Namespace, _now: datetime) -> list[str]:
    private, public = key_names(options.to)
    if private.exists() or public.exists():
        raise Refused("file-exists")
    key = unlock_of_state(small_file(options.key), options.jurisdiction, options, options.key.name)
    tell(f"now a passphrase for the key of {options.jurisdiction}; its authority gets it by another way than the file")
    secret = new_passphrase(Namespace(passphrase_file=options.new_passphrase_file))
    check_passphrase(secret)
    raw = encode_private_key(key, secret, salt=os.urandom(SALT_SIZE), nonce=os.urandom(NONCE_SIZE))
    write_together(((private, raw, 0o600), (public, authority_key.encode(key.public), 0o644)))
    return [
        *key_lines(key.public),
        f"private key: {private.name} (for the authority of {options.jurisdiction}; it opens what was sealed to this State alone)",
        f"public key: {public.name} (for comparing the fingerprint)",
        "the organisers can still open these statements, too, until they destroy their own key",
    ]


def _open(options: Namespace, now: datetime) -> list[str]:
    with options.file.open("rb") as stream:
        head = ExportReader(stream).head
    if head.kind != PACKAGE:
        raise Refused("desk-needs-package")
    tell(
        f"opening the package of {head.jurisdiction} ({head.channel}) with the organisers' key; no other State's is touched",
        "from here on you hold personal data; the group's representative, or its legal entity, answers for it (Art. 19(1) of Regulation (EU) 2019/788)",
    )
    lines = opening.run_open(options, now)
    return [
        *lines,
        f"for the authority of {head.jurisdiction}: verify, then 'civium-authority write' gives the statements in clear",
    ]
