"""civium-authority keys: make a key pair, show its fingerprint, answer a key test, check that key and passphrase agree."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from civium.authority.commands.asking import add_key_options, add_passphrase_option, new_passphrase, small_file, unlocked_key
from civium.authority.custody import parse_private_key
from civium.authority.keys import (
    NONCE_SIZE,
    PRIVATE_KEY_NAME,
    SALT_SIZE,
    SEED_SIZE,
    check_passphrase,
    encode_private_key,
    make_key,
)
from civium.authority.opening import open_key_test
from civium.authority.placing import write_together
from civium.errors import Refused
from civium.formats import authority_key
from civium.formats.envelope import DEFAULT_SUITE, SUITES
from civium.law.procedure import jurisdiction_of, load_procedure

PRIVATE, PUBLIC = ".civium-private-key", ".civium-public-key"


def add_commands(parser: ArgumentParser) -> None:
    """Add the subcommands of `keys`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    make = acts.add_parser("make", help="make a key pair", description=_MAKE)
    make.add_argument(
        "--jurisdiction", required=True, metavar="CODE", help="the Union's two letters of your State (EL for Greece)"
    )
    make.add_argument("--to", type=Path, required=True, metavar="NAME", help=f"NAME{PRIVATE} and NAME{PUBLIC} are written")
    make.add_argument(
        "--suite", choices=sorted(SUITES), default=DEFAULT_SUITE, help="%(default)s unless your key store needs the other"
    )
    make.add_argument("--procedure", default="eci", help="eci (the European citizens' initiative) unless told otherwise")
    add_passphrase_option(make)
    make.set_defaults(run=_make)
    show = acts.add_parser("show", help="show the fingerprint of a key, private or public", description=_SHOW)
    show.add_argument("file", type=Path)
    show.set_defaults(run=_show)
    prove = acts.add_parser("prove", help="answer the organisers' key test", description=_PROVE)
    prove.add_argument("file", type=Path, metavar="TEST")
    add_key_options(prove)
    prove.set_defaults(run=_prove)
    check = acts.add_parser("check", help="check that private key, passphrase and public key agree", description=_CHECK)
    add_key_options(check)
    check.add_argument("--public", type=Path, metavar="FILE", help="the public key file that the organisers were given")
    check.set_defaults(run=_check)


_MAKE = (
    "Make a key pair. The private key stays here, under a passphrase; keep a copy of the file and of the passphrase in two places:"
    " without them nobody on earth can open the statements. The public key goes to the organisers."
)
_SHOW = "Show whose key it is and its fingerprint in words. Read the words to the organisers over the telephone: they must see the same."
_PROVE = (
    "Open a key test and print the six words in it. Return the words to the organisers: they show that you hold the private key."
)
_CHECK = "Open the private key and seal and open a trial with it. Do this once a year, and before collection ends."


def _make(options: Namespace, _now: datetime) -> list[str]:
    jurisdiction_of(load_procedure(options.procedure), options.jurisdiction)
    private, public = (options.to.with_name(options.to.name + ending) for ending in (PRIVATE, PUBLIC))
    if private.exists() or public.exists():
        raise Refused("file-exists")
    secret = new_passphrase(options)
    check_passphrase(secret)
    key = make_key(options.jurisdiction, os.urandom(SEED_SIZE), suite=options.suite)
    sealed = encode_private_key(key, secret, salt=os.urandom(SALT_SIZE), nonce=os.urandom(NONCE_SIZE))
    write_together(((private, sealed, 0o600), (public, authority_key.encode(key.public), 0o644)))
    return [
        *_lines(key.public),
        f"private key: {private.name} (keep it)",
        f"public key: {public.name} (give it to the organisers)",
    ]


def _show(options: Namespace, _now: datetime) -> list[str]:
    raw = small_file(options.file)
    if f'"civium":"{PRIVATE_KEY_NAME}"'.encode() in raw:
        return _lines(parse_private_key(raw).public)
    return _lines(authority_key.parse(raw))


def _prove(options: Namespace, _now: datetime) -> list[str]:
    test = authority_key.parse_key_test(small_file(options.file))
    return [authority_key.proquints(open_key_test(unlocked_key(options.key, options), test))]


def _check(options: Namespace, _now: datetime) -> list[str]:
    key = unlocked_key(options.key, options)
    if options.public and authority_key.parse(small_file(options.public)) != key.public:
        raise Refused("key-foreign")
    secret = os.urandom(authority_key.TEST_SIZE)
    opened = open_key_test(key, authority_key.make_key_test(key.public, secret))
    assert opened == secret, "what a key seals it opens"
    return [*_lines(key.public), "private key, passphrase and public key agree"]


def _lines(key: authority_key.PublicKey) -> list[str]:
    words = authority_key.fingerprint_words(key.key_id)
    return [
        f"jurisdiction: {key.jurisdiction}",
        f"suite: {key.suite.name}",
        f"key id: {key.key_id.hex()}",
        f"fingerprint: {words}",
    ]
