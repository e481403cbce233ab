"""civium-authority keys shares: the ceremony that makes a key into shares, one holder's check, and combining them again."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from civium.authority.commands.asking import add_passphrase_option, add_token_options, new_passphrase, small_file, tell
from civium.authority.commands.key_files import (
    PRIVATE,
    PUBLIC,
    add_making_options,
    check_free,
    is_private,
    key_lines,
    key_names,
    new_seed_key,
)
from civium.authority.commands.unlocking import ceremony_terminal, unlock_seed
from civium.authority.kept_key import SharedKey, encode_kept_key, parse_kept_key
from civium.authority.key_statement import CeremonySheet, ceremony_pdf
from civium.authority.keys import NONCE_SIZE, SALT_SIZE, SeedKey, check_passphrase, encode_private_key
from civium.authority.opening import open_key_test
from civium.authority.placing import write_bytes, write_together
from civium.errors import Refused
from civium.formats import authority_key
from civium.formats.envelope import DEFAULT_SUITE, SUITES
from civium.law.periods import brussels_date

if TYPE_CHECKING:
    from civium.authority.ceremony import Terminal

_ABOUT = """\
A key in shares on paper (SLIP-39): any 3 of 5 holders open it together, no two of them can, and two papers may burn.

  civium-authority keys shares make --jurisdiction ES --to es      the ceremony; about five minutes for each holder
  civium-authority keys shares check --key es.civium-private-key   one holder: is my paper right? (once a year)
  civium-authority keys test --key es.civium-private-key           three holders: does the key still open?
  civium-authority keys shares combine --key es.civium-private-key --to es-open
                                                                   three holders: a file under a passphrase, for the weeks
                                                                   in which statements are verified; destroy it afterwards

Any command takes es.civium-private-key as --key and asks for three shares each time."""
_MAKE = (
    "Make a new key, or take one that exists (--key), and make it into shares: a ceremony, guided step by step. Nothing of a share is written"
    " to the disk. Afterwards NAME-protocol.pdf is there to be printed and signed by all who were in the room."
)
_CHECK = "One holder types a share: is each word right, and does the share belong to this key? Nothing is opened."
_COMBINE = (
    "Have holders type their shares, and write the key as a file under a passphrase. It opens by itself from then on: keep it offline, and"
    " destroy it when the certificate is signed. The shares stay what they were."
)


def add_commands(parser: ArgumentParser) -> None:
    """Add the subcommands of `keys shares`."""
    parser.description, parser.formatter_class = _ABOUT, RawDescriptionHelpFormatter
    acts = parser.add_subparsers(dest="shares_act", required=True, metavar="ACT")
    make = acts.add_parser("make", help="the ceremony: make a key into shares", description=_MAKE)
    add_making_options(make, is_state_asked=False)
    add_numbers(make)
    make.add_argument(
        "--suite", choices=sorted(SUITES), default=DEFAULT_SUITE, help="%(default)s unless your key store needs the other"
    )
    make.add_argument("--key", type=Path, metavar="FILE", help="make shares of this key instead of a new one")
    add_passphrase_option(make)
    add_token_options(make)
    make.set_defaults(run=_make)
    check = acts.add_parser("check", help="one holder: is my paper right?", description=_CHECK)
    check.add_argument("--key", type=Path, required=True, metavar="FILE", help=f"the {PRIVATE} file of the ceremony")
    check.set_defaults(run=_check)
    combine = acts.add_parser("combine", help="write the key as a file under a passphrase", description=_COMBINE)
    combine.add_argument(
        "--key",
        type=Path,
        required=True,
        metavar="FILE",
        help=f"the {PRIVATE} file of the ceremony; if it is lost, the {PUBLIC} file",
    )
    combine.add_argument("--to", type=Path, required=True, metavar="NAME", help=f"NAME{PRIVATE} is written")
    add_passphrase_option(combine)
    combine.set_defaults(run=_combine)


def add_numbers(parser: ArgumentParser) -> None:
    """Add --threshold and --shares."""
    parser.add_argument("--threshold", type=int, default=3, metavar="N", help="how many shares open the key (%(default)s)")
    parser.add_argument("--shares", type=int, default=5, metavar="N", help="how many shares there are (%(default)s)")


def hold_ceremony(terminal: Terminal, key: SeedKey, *, threshold: int, count: int, told: Sequence[str] = ()) -> SharedKey:
    """Hand out a key's shares, try what was typed back, and give what the file says of them; `told` is shown of the key in place of its lines.

    Raises Refused `shares-number`, `ceremony-stopped`.
    """
    from civium.authority import ceremony, shares

    made = shares.split(key.seed, threshold=threshold, count=count)
    ceremony.begin(terminal, jurisdiction=key.public.jurisdiction, threshold=threshold, count=count)
    terminal.say(
        "", *(told or key_lines(key.public)), "Everybody reads the fingerprint's words aloud. They are written on every envelope."
    )
    typed = ceremony.hand_out(terminal, made)
    kept = SharedKey(key.public, made[0].identifier, threshold, count)
    for some in (typed[:threshold], typed[-threshold:]):
        _try(shares.combine(key.public, some))
    terminal.say("", f"{threshold} of the shares that were typed back were combined, and what was sealed to the key opened.")
    return kept


def write_sheet(name: Path, kept: SharedKey, on: date, *, fingerprint: bytes = b"") -> Path:
    """Write the protocol sheet beside the key files; `fingerprint` where it is not the key's own. Raises Refused `file-exists`."""
    sheet = protocol_of(name)
    told = CeremonySheet(kept.public, kept.identifier, kept.threshold, kept.count, on, fingerprint)
    write_bytes(sheet, ceremony_pdf(told), mode=0o644)
    return sheet


def protocol_of(name: Path) -> Path:
    """Give the protocol sheet's file."""
    return name.with_name(name.name + "-protocol.pdf")


def _make(options: Namespace, now: datetime) -> list[str]:
    kept_before = parse_kept_key(small_file(options.key)) if options.key else None
    if kept_before:
        options.jurisdiction = kept_before.public.jurisdiction
    private, public = key_names(options.to)
    check_free(options, private, public, protocol_of(options.to))
    terminal = ceremony_terminal()
    key = unlock_seed(kept_before, options, options.key.name) if kept_before else new_seed_key(options, options.suite)
    kept = hold_ceremony(terminal, key, threshold=options.threshold, count=options.shares)
    write_together(((private, encode_kept_key(kept), 0o600), (public, authority_key.encode(key.public), 0o644)))
    sheet = write_sheet(options.to, kept, brussels_date(now))
    return [
        *key_lines(key.public),
        f"private key: {private.name} (says which shares there are; opens nothing without {kept.threshold} of them)",
        f"public key: {public.name} (give it to the organisers)",
        f"protocol: {sheet.name} (print it; everybody signs)",
    ]


def _try(key: SeedKey) -> None:
    secret = os.urandom(authority_key.TEST_SIZE)
    opened = open_key_test(key, authority_key.make_key_test(key.public, secret))
    assert opened == secret, "what a key seals it opens"


def _check(options: Namespace, _now: datetime) -> list[str]:
    kept = _shared(options.key)
    terminal = ceremony_terminal()
    from civium.authority.ceremony import one_share

    share = one_share(terminal, kept)
    return [*key_lines(kept.public), f"share {share.number} of {kept.count}: every word is right, and it belongs to this key"]


def _combine(options: Namespace, _now: datetime) -> list[str]:
    kept = _shared_or_public(options.key)
    private, _ = key_names(options.to)
    if private.exists():
        raise Refused("file-exists")
    terminal = ceremony_terminal()
    from civium.authority.ceremony import gather

    key = gather(terminal, kept)
    terminal.say("", "Now a passphrase for the file in which the key stays while statements are verified.")
    secret = new_passphrase(options)
    check_passphrase(secret)
    raw = encode_private_key(key, secret, salt=os.urandom(SALT_SIZE), nonce=os.urandom(NONCE_SIZE))
    write_bytes(private, raw)
    tell("destroy this file when the certificate is signed; the shares open the key again at any time")
    return [*key_lines(key.public), f"private key: {private.name} (opens with the passphrase alone)"]


def _shared_or_public(path: Path) -> SharedKey | authority_key.PublicKey:
    raw = small_file(path)
    return _shared(path) if is_private(raw) else authority_key.parse(raw)


def _shared(path: Path) -> SharedKey:
    kept = parse_kept_key(small_file(path))
    if not isinstance(kept, SharedKey):
        raise Refused("key-not-shared")
    return kept
