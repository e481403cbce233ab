"""civium-authority organisers-key: one secret for all States without a key of their own: made, shown, tried; all key tests answered at once."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path

from civium.authority import organisers_key as own
from civium.authority.commands import keys_token, organisers_desk
from civium.authority.commands.asking import (
    add_key_options,
    add_passphrase_option,
    add_token_options,
    new_passphrase,
    small_file,
    tell,
)
from civium.authority.commands.key_files import kept_lines
from civium.authority.commands.keys_shares import add_numbers, hold_ceremony, protocol_of, write_sheet
from civium.authority.commands.organisers_desk import PRIVATE, PUBLIC, states_of
from civium.authority.commands.unlocking import ceremony_terminal, opened_organisers
from civium.authority.kept_key import SharedKey, WrappedKey, encode_kept_key
from civium.authority.keys import NONCE_SIZE, SALT_SIZE, SEED_SIZE, SeedKey, check_passphrase, encode_private_key
from civium.authority.opening import open_key_test
from civium.authority.placing import write_bytes, write_together
from civium.errors import Refused
from civium.formats import authority_key, organisers_key
from civium.formats.authority_key import PublicKey
from civium.formats.envelope import DEFAULT_SUITE, SUITES
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure

_ABOUT = """\
For organisers who hold the keys of States whose authorities made none. One secret; from it follows a key for each State.
Whoever has the secret can read the statements of all these States: keep it as an authority would. Works offline.

  civium-authority organisers-key make --to ours               once, before collection: a file under a passphrase
  civium-authority organisers-key make --to ours --in-shares   or in shares on paper, any 3 of 5 open it
  civium-authority organisers-key show ours.civium-organisers-public-keys
                                                               one fingerprint to be read aloud, and each State's
  civium-authority organisers-key prove tests.civium-key-tests --key ours.civium-organisers-private-key --to answers
                                                               answer the console's tests of all keys in one go
  civium-authority organisers-key test --key ours.civium-organisers-private-key
                                                               once a year, and with each copy: does it still open?

After the collection, State by State:

  civium-authority organisers-key hand-over key ES --key ours.civium-organisers-private-key --to es
                                                               the key of Spain alone, for its authority
  civium-authority organisers-key hand-over open night-trains-ES-online.civium --key ours.civium-organisers-private-key
                                                               or open Spain's package here, as its authority would

All other commands (verify, report, write ...) take the organisers' file as --key as well, and use the key of the State
whose export it is."""
_MAKE = (
    "Make a new secret and the public keys of all States that follow from it. The public file goes into the organisers' console; the"
    " private one stays here, offline. Without it nobody on earth can open the statements of these States: keep two copies, or shares."
)
_SHOW = "Show which States' keys these are, and the one fingerprint of all. Read its words aloud to whoever gives the file to the console."
_PROVE = "Open the tests of all keys that the console made, and write the answers as one file for it. Everything is answered or nothing."
_TEST = "Open the secret, make every State's key again, seal a trial to each and open it. Do this with each copy, and before collection ends."
_CHECK = "One holder types a share: is each word right, and does the share belong to this key? Nothing is opened."
_COMBINE = (
    "Have holders type their shares, and write the secret as a file under a passphrase, for the weeks in which statements are handed over."
    " Destroy it afterwards; the shares stay what they were."
)


def add_organisers(parser: ArgumentParser) -> None:
    """Add the subcommands of `organisers-key`."""
    parser.description, parser.formatter_class = _ABOUT, RawDescriptionHelpFormatter
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    _add_make(acts.add_parser("make", help="make the secret and the public keys of all States", description=_MAKE))
    show = acts.add_parser("show", help="show the fingerprint of all keys, private or public file", description=_SHOW)
    show.add_argument("file", type=Path)
    show.set_defaults(run=_show)
    prove = acts.add_parser("prove", help="answer the console's tests of all keys in one go", description=_PROVE)
    prove.add_argument("file", type=Path, metavar="TESTS")
    add_key_options(prove)
    prove.add_argument("--to", type=Path, required=True, metavar="NAME", help=f"NAME{_ANSWERS} is written")
    prove.set_defaults(run=_prove)
    test = acts.add_parser("test", help="seal and open a trial with every State's key", description=_TEST)
    add_key_options(test)
    test.add_argument("--public", type=Path, metavar="FILE", help="the public file that the console was given")
    test.set_defaults(run=_test)
    check = acts.add_parser("check", help="one holder of a share: is my paper right?", description=_CHECK)
    check.add_argument("--key", type=Path, required=True, metavar="FILE", help=f"the {PRIVATE} file of the ceremony")
    check.set_defaults(run=_check)
    combine = acts.add_parser("combine", help="write a secret in shares as a file under a passphrase", description=_COMBINE)
    combine.add_argument("--key", type=Path, required=True, metavar="FILE", help=f"the {PRIVATE} file of the ceremony")
    combine.add_argument("--to", type=Path, required=True, metavar="NAME", help=f"NAME{PRIVATE} is written")
    add_passphrase_option(combine)
    combine.set_defaults(run=_combine)
    organisers_desk.add_desk(acts.add_parser("hand-over", help="the desk: give a State its key, or open its package"))


_ANSWERS = ".civium-key-answers"


def _add_make(make: ArgumentParser) -> None:
    make.add_argument("--to", type=Path, required=True, metavar="NAME", help=f"NAME{PRIVATE} and NAME{PUBLIC} are written")
    make.add_argument("--procedure", default="eci", help="eci (the European citizens' initiative) unless told otherwise")
    make.add_argument("--suite", choices=sorted(SUITES), default=DEFAULT_SUITE, help="%(default)s unless told otherwise")
    make.add_argument("--in-shares", action="store_true", help="hold a ceremony: shares on paper instead of a passphrase")
    add_numbers(make)
    make.add_argument("--token", metavar="LABEL", help="seal the secret in this PKCS#11 token instead, and in --backup-token")
    make.add_argument("--backup-token", metavar="LABEL", help="the second token; with one reader you are asked to change them")
    make.add_argument("--backup-pin-file", type=Path, metavar="FILE", help="the second token's PIN, where it differs")
    add_passphrase_option(make)
    add_token_options(make)
    make.set_defaults(run=_make)


def _make(options: Namespace, now: datetime) -> list[str]:
    codes = sorted(load_procedure(options.procedure).jurisdictions)
    private, public = (options.to.with_name(options.to.name + ending) for ending in (PRIVATE, PUBLIC))
    if any(path.exists() for path in (private, public, protocol_of(options.to))):
        raise Refused("file-exists")
    root = own.make_root(os.urandom(SEED_SIZE), options.suite)
    keys = own.public_keys(root, codes)

    def keep(kept: bytes) -> None:
        write_together(((private, own.encode_file(keys, kept), 0o600), (public, organisers_key.encode(keys), 0o644)))

    lines = [f"private key: {private.name} (keep it)", f"public keys: {public.name} (give it to the console)"]
    if options.token:
        _put_into_tokens(options, root, lambda kept: keep(encode_kept_key(kept)))
    elif options.in_shares:
        terminal = ceremony_terminal()
        told = bundle_lines(keys)
        shared = hold_ceremony(terminal, root, threshold=options.threshold, count=options.shares, told=told)
        keep(encode_kept_key(shared))
        sheet = write_sheet(options.to, shared, brussels_date(now), fingerprint=organisers_key.fingerprint(keys))
        lines.append(f"protocol: {sheet.name} (print it; everybody signs)")
    else:
        keep(_under_passphrase(options, root))
    return [*bundle_lines(keys), *lines]


def _under_passphrase(options: Namespace, root: SeedKey) -> bytes:
    secret = new_passphrase(options)
    check_passphrase(secret)
    return encode_private_key(root, secret, salt=os.urandom(SALT_SIZE), nonce=os.urandom(NONCE_SIZE))


def _put_into_tokens(options: Namespace, root: SeedKey, keep: Callable[[WrappedKey], None]) -> None:
    if not options.backup_token:
        raise Refused("token-backup")
    if options.backup_token == options.token:
        raise Refused("token-same")
    first = keys_token.found_token(options, options.token)
    from civium.authority import token_custody

    with ExitStack() as sessions:
        token_custody.wrap(root, keys_token.places_of(options, first, sessions), keep)


def bundle_lines(keys: dict[str, PublicKey]) -> list[str]:
    """Give what is shown of all keys at once."""
    suite = next(iter(keys.values())).suite.name
    return [
        f"organisers' key of: {states_of(sorted(keys))}",
        f"suite: {suite}",
        f"fingerprint of all: {organisers_key.fingerprint_words(keys)}",
    ]


def _show(options: Namespace, _now: datetime) -> list[str]:
    raw = small_file(options.file)
    if not own.is_organisers(raw):
        keys = organisers_key.parse(raw)
        return [
            *bundle_lines(keys),
            *(f"{code}: {authority_key.fingerprint_words(key.key_id)}" for code, key in sorted(keys.items())),
        ]
    file = own.parse_file(raw)
    return [
        f"organisers' key of: {states_of(file.jurisdictions)}",
        f"suite: {file.suite}",
        f"fingerprint of all: {authority_key.fingerprint_words(file.fingerprint)}",
        *kept_lines(file.kept),
    ]


def _prove(options: Namespace, _now: datetime) -> list[str]:
    target = options.to.with_name(options.to.name + _ANSWERS)
    if target.exists():
        raise Refused("file-exists")
    tests = organisers_key.parse_tests(small_file(options.file))
    file, root = opened_organisers(small_file(options.key), options, options.key.name)
    answers = own.answers_of(partial(own.derived_key, root), file.jurisdictions, tests)
    write_bytes(target, organisers_key.encode_answers(answers), mode=0o644)
    return [f"answered: {states_of(sorted(answers))}", f"answers: {target.name} (give it to the console)"]


def _test(options: Namespace, _now: datetime) -> list[str]:
    file, root = opened_organisers(small_file(options.key), options, options.key.name)
    keys = own.public_keys(root, file.jurisdictions)
    if options.public and organisers_key.parse(small_file(options.public)) != keys:
        raise Refused("organisers-key-foreign")
    _try_all(root, file.jurisdictions)
    return [*bundle_lines(keys), f"all {len(keys)} keys open what is sealed to them"]


def _try_all(root: SeedKey, codes: Sequence[str]) -> None:
    secret = os.urandom(authority_key.TEST_SIZE)
    for code in codes:
        key = own.derived_key(root, code)
        opened = open_key_test(key, authority_key.make_key_test(key.public, secret))
        assert opened == secret, "what a key seals it opens"


def _check(options: Namespace, _now: datetime) -> list[str]:
    kept = _in_shares(own.parse_file(small_file(options.key)))
    terminal = ceremony_terminal()
    from civium.authority.ceremony import one_share

    share = one_share(terminal, kept)
    return [f"share {share.number} of {kept.count}: every word is right, and it belongs to this key"]


def _in_shares(file: own.OrganisersFile) -> SharedKey:
    if not isinstance(file.kept, SharedKey):
        raise Refused("key-not-shared")
    return file.kept


def _combine(options: Namespace, _now: datetime) -> list[str]:
    target = options.to.with_name(options.to.name + PRIVATE)
    if target.exists():
        raise Refused("file-exists")
    file = own.parse_file(small_file(options.key))
    _in_shares(file)
    passphrase_file, options.passphrase_file = options.passphrase_file, None
    _file, root = opened_organisers(small_file(options.key), options, options.key.name)
    options.passphrase_file = passphrase_file
    keys = own.public_keys(root, file.jurisdictions)
    write_bytes(target, own.encode_file(keys, _under_passphrase(options, root)))
    tell("destroy this file when all is handed over; the shares open the key again at any time")
    return [*bundle_lines(keys), f"private key: {target.name} (opens with the passphrase alone)"]
