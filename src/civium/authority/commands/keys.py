"""civium-authority keys: make a key pair, show its fingerprint, try it, answer a key test, state it; in shares and tokens, too."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from datetime import datetime
from pathlib import Path

from civium.authority.commands import keys_shares, keys_token
from civium.authority.commands.asking import add_key_options, add_passphrase_option, new_passphrase, small_file, unlocked_key
from civium.authority.commands.key_files import (
    add_making_options,
    check_free,
    is_private,
    kept_lines,
    key_lines,
    key_names,
    new_seed_key,
)
from civium.authority.kept_key import KeptKey, ResidentFile, SharedKey, WrappedKey, custody_of, parse_kept_key
from civium.authority.key_statement import KeyStatement, encode_statement, statement_pdf
from civium.authority.keys import NONCE_SIZE, SALT_SIZE, check_passphrase, encode_private_key
from civium.authority.opening import open_key_test
from civium.authority.placing import write_together
from civium.errors import Refused
from civium.formats import authority_key
from civium.formats.envelope import DEFAULT_SUITE, SUITES
from civium.law.periods import brussels_date
from civium.law.procedure import jurisdiction_of, load_procedure

_ABOUT = """\
The key that statements of support are sealed to. It is made once, before collection; whoever loses it can open nothing.

  a file under a passphrase            civium-authority keys make --jurisdiction ES --to es
  in shares, any 3 of 5 open it        civium-authority keys shares make --jurisdiction ES --to es
  in two tokens (PKCS#11)              civium-authority keys token make --jurisdiction ES --to es --form wrapped \\
                                           --token ONE --backup-token TWO

Each writes es.civium-private-key, which every command takes as --key and which asks for what its custody needs,
and es.civium-public-key for the organisers. Then, whatever the custody:

  civium-authority keys show es.civium-public-key              the fingerprint's words, to be read out by telephone
  civium-authority keys prove test.json --key es.civium-private-key
                                                               answer the key test of the organisers' console
  civium-authority keys test --key es.civium-private-key       once a year: does it still open?
  civium-authority keys statement --key es.civium-private-key --to statement-es
                                                               what you sign about the key"""


def add_commands(parser: ArgumentParser) -> None:
    """Add the subcommands of `keys`."""
    parser.description, parser.formatter_class = _ABOUT, RawDescriptionHelpFormatter
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    make = acts.add_parser("make", help="make a key pair under a passphrase", description=_MAKE)
    add_making_options(make)
    make.add_argument(
        "--suite", choices=sorted(SUITES), default=DEFAULT_SUITE, help="%(default)s unless your key store needs the other"
    )
    add_passphrase_option(make)
    make.set_defaults(run=_make)
    show = acts.add_parser("show", help="show the fingerprint of a key, private or public", description=_SHOW)
    show.add_argument("file", type=Path)
    show.set_defaults(run=_show)
    prove = acts.add_parser("prove", help="answer the organisers' key test", description=_PROVE)
    prove.add_argument("file", type=Path, metavar="TEST")
    add_key_options(prove)
    prove.set_defaults(run=_prove)
    test = acts.add_parser("test", aliases=["check"], help="seal and open a trial; does the public key agree?", description=_TEST)
    add_key_options(test)
    test.add_argument("--public", type=Path, metavar="FILE", help="the public key file that the organisers were given")
    test.set_defaults(run=_test)
    statement = acts.add_parser("statement", help="write the key statement, to be signed", description=_STATEMENT)
    statement.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private key file; it is not opened")
    statement.add_argument("--to", type=Path, required=True, metavar="NAME", help="NAME.pdf and NAME.json are written")
    statement.add_argument("--authority", default="", metavar="NAME", help="the authority's name, where it is not known here")
    statement.add_argument("--procedure", default="eci", help="eci (the European citizens' initiative) unless told otherwise")
    statement.set_defaults(run=_statement)
    keys_shares.add_commands(acts.add_parser("shares", help="a key in shares: the ceremony, and combining them"))
    keys_token.add_commands(acts.add_parser("token", help="a key in two tokens (PKCS#11, HSM)"))


_MAKE = (
    "Make a key pair. The private key stays here, under a passphrase; keep a copy of the file and of the passphrase in two places:"
    " without them nobody on earth can open the statements. The public key goes to the organisers."
)
_SHOW = "Show whose key it is and its fingerprint in words. Read the words to the organisers over the telephone: they must see the same."
_PROVE = (
    "Open a key test and print the six words in it. Return the words to the organisers: they show that you hold the private key."
)
_TEST = (
    "Open the private key, seal a trial to its public half and open it. Do this when the key was made, once a year, before collection ends,"
    " and for each copy, set of shares or second token: a backup that was never tried is none."
)
_STATEMENT = (
    "Write what the authority signs about its key: whose it is, the fingerprint in words, how it is kept, the day. Sign the PDF and send it"
    " with the JSON file to the organisers; put the same words on your own site."
)


def _make(options: Namespace, _now: datetime) -> list[str]:
    private, public = key_names(options.to)
    check_free(options, private, public)
    secret = new_passphrase(options)
    check_passphrase(secret)
    key = new_seed_key(options, options.suite)
    sealed = encode_private_key(key, secret, salt=os.urandom(SALT_SIZE), nonce=os.urandom(NONCE_SIZE))
    write_together(((private, sealed, 0o600), (public, authority_key.encode(key.public), 0o644)))
    return [
        *key_lines(key.public),
        f"private key: {private.name} (keep it)",
        f"public key: {public.name} (give it to the organisers)",
    ]


def _show(options: Namespace, _now: datetime) -> list[str]:
    raw = small_file(options.file)
    if is_private(raw):
        kept = parse_kept_key(raw)
        return [*key_lines(kept.public), *kept_lines(kept)]
    return key_lines(authority_key.parse(raw))


def _prove(options: Namespace, _now: datetime) -> list[str]:
    test = authority_key.parse_key_test(small_file(options.file))
    return [authority_key.proquints(open_key_test(unlocked_key(options.key, options), test))]


def _test(options: Namespace, _now: datetime) -> list[str]:
    key = unlocked_key(options.key, options)
    if options.public and authority_key.parse(small_file(options.public)) != key.public:
        raise Refused("key-foreign")
    secret = os.urandom(authority_key.TEST_SIZE)
    opened = open_key_test(key, authority_key.make_key_test(key.public, secret))
    assert opened == secret, "what a key seals it opens"
    return [*key_lines(key.public), _AGREE[custody_of(parse_kept_key(small_file(options.key)))]]


_AGREE = {
    "passphrase": "private key, passphrase and public key agree",
    "shares": "shares and public key agree",
    "token-wrapped": "private key file, token and public key agree",
    "token-resident": "private key file, token and public key agree",
}


def _statement(options: Namespace, now: datetime) -> list[str]:
    kept = parse_kept_key(small_file(options.key))
    place = jurisdiction_of(load_procedure(options.procedure), kept.public.jurisdiction)
    authority = options.authority or place.authority.name_native or place.authority.name_en
    if not authority:
        raise Refused("authority-unnamed")
    statement = KeyStatement(kept.public, authority, custody_of(kept), _keeping(kept), brussels_date(now))
    pdf, told = (options.to.with_name(options.to.name + ending) for ending in (".pdf", ".json"))
    write_together(((told, encode_statement(statement), 0o644), (pdf, statement_pdf(statement), 0o644)))
    return [*key_lines(kept.public), f"statement {pdf.name}: sign and stamp it", f"file {told.name}: send both to the organisers"]


def _keeping(kept: KeptKey) -> tuple[tuple[str, int], ...]:
    if isinstance(kept, SharedKey):
        return ("shares", kept.count), ("threshold", kept.threshold)
    if isinstance(kept, WrappedKey):
        return (("tokens", len(kept.wrappings)),)
    return (("tokens", len(kept.tokens)),) if isinstance(kept, ResidentFile) else ()
