"""civium-authority keys token: see what tokens there are, and put a key into two of them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from civium.authority.commands.asking import add_passphrase_option, add_token_options, small_file, tell
from civium.authority.commands.key_files import add_making_options, check_free, kept_lines, key_lines, key_names, new_seed_key
from civium.authority.commands.keys_shares import add_numbers, hold_ceremony, protocol_of, write_sheet
from civium.authority.commands.unlocking import ceremony_terminal, installed, unlock_seed, unlocked_token
from civium.authority.kept_key import ResidentFile, WrappedKey, encode_kept_key, parse_kept_key
from civium.authority.keys import SeedKey
from civium.authority.placing import write_bytes, write_together
from civium.errors import Refused
from civium.formats import authority_key
from civium.formats.envelope import DEFAULT_SUITE, P256_SUITE, SUITES
from civium.law.periods import brussels_date

if TYPE_CHECKING:
    from civium.authority.token_custody import UnlockedToken
    from civium.authority.tokens import FoundToken

_ABOUT = """\
A key in tokens that speak PKCS#11: smart cards, USB tokens, network HSMs. Three forms, one kind of public key file:

  wrapped   a file that only the token opens; then the computer opens envelopes at full speed. Almost every token can.
  x25519    one half of the key never leaves the token; the other lies in the file. Needs a token with X25519.
  p256      the whole key never leaves the token. Not safe against a quantum computer of the future; for older HSMs.

  civium-authority keys token list                                 which tokens are there, and what each can do
  civium-authority keys token make --jurisdiction ES --to es --form wrapped --token ONE --backup-token TWO

A key in one token alone is refused: name a second one, or have its shares written down (--backup-shares), or put a key
into the token that you keep in a file or in shares as well (--key FILE).
--module names the PKCS#11 module that came with the token; without it the usual places are searched."""
_MAKE = (
    "Put a key into tokens: a new one, or one that exists (--key). What is put into a token is tried at once. The PIN is asked without echo;"
    " the token counts wrong tries and locks itself, mostly after three."
)


def add_commands(parser: ArgumentParser) -> None:
    """Add the subcommands of `keys token`."""
    parser.description, parser.formatter_class = _ABOUT, RawDescriptionHelpFormatter
    acts = parser.add_subparsers(dest="token_act", required=True, metavar="ACT")
    shown = acts.add_parser("list", help="which tokens are plugged in, and what each can do")
    shown.add_argument("--module", type=Path, metavar="FILE", help="the PKCS#11 module that came with the token")
    shown.set_defaults(run=_list)
    make = acts.add_parser("make", help="put a key into two tokens", description=_MAKE)
    add_making_options(make, is_state_asked=False)
    make.add_argument("--form", choices=("wrapped", "x25519", "p256"), required=True, help="see 'keys token --help'")
    make.add_argument(
        "--suite", choices=sorted(SUITES), default=DEFAULT_SUITE, help="for --form wrapped; %(default)s unless told otherwise"
    )
    make.add_argument("--token", required=True, metavar="LABEL", help="the token, by the label that 'list' shows")
    make.add_argument("--backup-token", metavar="LABEL", help="the second token; with one reader you are asked to change them")
    make.add_argument("--backup-shares", action="store_true", help="hold a ceremony: the key in shares, too, as its backup")
    add_numbers(make)
    make.add_argument("--key", type=Path, metavar="FILE", help="put this key into the tokens instead of a new one")
    make.add_argument("--backup-pin-file", type=Path, metavar="FILE", help="the second token's PIN, where it differs")
    add_passphrase_option(make)
    add_token_options(make)
    make.set_defaults(run=_make)


def _list(options: Namespace, _now: datetime) -> list[str]:
    with installed("hsm"):
        from civium.authority import tokens
    found = tokens.find_tokens(tokens.load_modules(options.module))
    if not found:
        raise Refused("token-missing")
    lines = []
    for token in found:
        forms = ", ".join(tokens.forms_of(token)) or "none"
        lines += [f"token: {token.name}", f"  PIN: {tokens.pin_state(token)}", f"  forms: {forms}"]
    return lines


def _make(options: Namespace, now: datetime) -> list[str]:
    if not (options.backup_token or options.backup_shares or options.key):
        raise Refused("token-backup")
    if options.backup_token == options.token:
        raise Refused("token-same")
    kept_before = parse_kept_key(small_file(options.key)) if options.key else None
    suite = {"x25519": DEFAULT_SUITE, "p256": P256_SUITE, "wrapped": options.suite}[options.form]
    if kept_before:
        options.jurisdiction = kept_before.public.jurisdiction
        if options.form != "wrapped" and kept_before.public.suite.name != suite:
            raise Refused("key-other-suite")
    private, public = key_names(options.to)
    backup = options.to.with_name(options.to.name + "-shares")
    check_free(options, private, public, *([protocol_of(options.to), key_names(backup)[0]] if options.backup_shares else []))
    first = found_token(options, options.token)
    key = unlock_seed(kept_before, options, options.key.name) if kept_before else new_seed_key(options, suite)
    shared = None
    if options.backup_shares:
        # Before anything is put into a token: a ceremony that is stopped leaves nothing behind.
        shared = hold_ceremony(ceremony_terminal(), key, threshold=options.threshold, count=options.shares)
    lines = _put(options, key, first, private, public)
    if shared:
        write_bytes(key_names(backup)[0], encode_kept_key(shared))
        lines.append(f"shares: {key_names(backup)[0].name} (says which shares there are; for keys shares combine)")
        lines.append(f"protocol: {write_sheet(options.to, shared, brussels_date(now)).name} (print it; everybody signs)")
    return lines


def _put(options: Namespace, key: SeedKey, first: FoundToken, private: Path, public: Path) -> list[str]:
    from civium.authority import token_custody

    def keep(kept: WrappedKey | ResidentFile) -> None:
        write_together(((private, encode_kept_key(kept), 0o600), (public, authority_key.encode(key.public), 0o644)))

    kept: WrappedKey | ResidentFile
    # Sessions end here and no sooner: where the second token or the disk fails, the first is logged in to still, and gives back what it got.
    with ExitStack() as sessions:
        places = places_of(options, first, sessions)
        kept = token_custody.wrap(key, places, keep) if options.form == "wrapped" else token_custody.put_in(key, places, keep)
    return [
        *key_lines(key.public),
        *kept_lines(kept),
        f"private key: {private.name} (keep copies of it; it opens nothing without a token and its PIN)",
        f"public key: {public.name} (give it to the organisers)",
    ]


def places_of(options: Namespace, first: FoundToken, sessions: ExitStack) -> Iterator[UnlockedToken]:
    """Give the tokens one after the other: with one reader they are changed between."""
    yield _logged_in(first, options, sessions)
    if options.backup_token:
        options.pin_file = options.backup_pin_file or options.pin_file
        yield _logged_in(_plugged_in(options), options, sessions)


def _logged_in(found: FoundToken, options: Namespace, sessions: ExitStack) -> UnlockedToken:
    from civium.authority import tokens

    place, _pin = unlocked_token(found, options, writes=True)
    sessions.callback(tokens.log_out, place.session)
    return place


def _plugged_in(options: Namespace) -> FoundToken:
    while True:
        try:
            return found_token(options, options.backup_token)
        except Refused as refused:
            if refused.code != "token-missing" or not sys.stdin.isatty():
                raise
        tell(
            f"plug in the token {options.backup_token} (take the other out if there is one reader), then press Enter; Ctrl-C stops"
        )
        if not sys.stdin.readline():
            raise Refused("token-missing")


def found_token(options: Namespace, label: str) -> FoundToken:
    with installed("hsm"):
        from civium.authority import tokens
    return tokens.find_one(tokens.load_modules(options.module), label)
