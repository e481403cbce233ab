"""`civium keys`: an authority's public key is added, tested, proven, listed, retired."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from civium.errors import Refused
from civium.server.commands.frame import (
    Subcommands,
    add_command,
    add_group,
    add_persons,
    begin,
    existing_file,
    now,
    persons_of,
    premises_of,
    say,
    table,
    tell,
)

if TYPE_CHECKING:
    from datetime import datetime

    from civium.server.initiatives.models import Initiative
    from civium.server.initiatives.persons import Persons

_LONGEST_ANSWERS = 65536


def add(group: Subcommands) -> None:
    """Add the commands."""
    commands = add_group(group, "keys", "the authorities' public keys")
    parser = add_command(
        commands,
        "add",
        run_add,
        "add authorities' public key files",
        """
civium keys add night-trains lu.civium-public-key
civium keys add night-trains ./keys/*.civium-public-key
civium keys add night-trains ours.civium-organisers-public-keys     the organisers' one, for States without a key""",
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("files", type=Path, nargs="+", metavar="file")
    parser.add_argument(
        "--custody", default="", metavar="TEXT", help="how the authority keeps the private half, in its own words"
    )
    add_persons(parser)
    _add_proofs(commands)
    parser = add_command(
        commands, "list", run_list, "list the keys with their fingerprints in words", "civium keys list night-trains"
    )
    parser.add_argument("slug", help="the name of the initiative")
    parser = add_command(
        commands,
        "retire",
        run_retire,
        "stop sealing to a key; what was sealed to it can still be opened",
        "civium keys retire night-trains LU --key-id 3fa9 --by Anna --and-by Bo",
    )
    _add_key(parser)
    add_persons(parser)


def _add_proofs(commands: Subcommands) -> None:
    parser = add_command(
        commands,
        "test",
        run_test,
        "make a key test for the authority: six words sealed to its key",
        """
civium keys test night-trains LU --out lu.civium-key-test
civium keys test night-trains --all --into ./key-tests     one file for each key not yet proven
civium keys test night-trains --organisers --out all.civium-key-tests     one file for the organisers' own""",
    )
    _add_key(parser, optional=True)
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write the test; send this file to the authority")
    parser.add_argument("--all", action="store_true", help="a test for each key that is not proven")
    parser.add_argument("--organisers", action="store_true", help="tests for all of the organisers' keys, as one file (--out)")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="where the tests of --all are written")
    add_persons(parser)
    parser = add_command(
        commands,
        "prove",
        run_prove,
        "accept the six words that the authority read out of the test",
        """
civium keys prove night-trains LU lusab-babad-gutih-tugad-mudof-sakat
civium keys prove night-trains --answers answers.txt       lines such as: LU lusab-babad-gutih-tugad-mudof-sakat
civium keys prove night-trains --organisers answers.civium-key-answers""",
    )
    _add_key(parser, optional=True)
    parser.add_argument("words", nargs="?", help="the six words, joined by hyphens or in quotation marks")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="a file with a State's code and its words on each line")
    parser.add_argument("--organisers", type=Path, metavar="FILE", help="answers for the organisers' keys, all or none")
    add_persons(parser)


def run_add(arguments: argparse.Namespace) -> int:
    """Add keys, unproven."""
    begin(arguments)
    from civium.formats.authority_key import fingerprint_words
    from civium.formats.organisers_key import LARGEST_FILE, is_bundle
    from civium.server.initiatives.keys import add_key
    from civium.server.initiatives.setup import find_initiative

    initiative, by, time = find_initiative(arguments.slug), persons_of(arguments), now()
    for raw in [existing_file(file, LARGEST_FILE) for file in arguments.files]:
        if is_bundle(raw):
            _add_bundle(initiative, raw, by, time, arguments.custody)
            continue
        key = add_key(initiative, raw, by, now=time, custody_note=arguments.custody)
        say(f"jurisdiction: {key.jurisdiction}")
        say(f"key: {bytes(key.key_id).hex()}")
        say(f"fingerprint: {fingerprint_words(bytes(key.key_id))}")
    tell("next: compare the fingerprint with the authority by telephone, then `civium keys test`")
    return 0


def run_test(arguments: argparse.Namespace) -> int:
    """Write key tests."""
    begin(arguments)
    from civium.server.initiatives.keys import find_key, make_test, unproven_keys
    from civium.server.initiatives.setup import find_initiative

    initiative, by, time = find_initiative(arguments.slug), persons_of(arguments), now()
    if arguments.organisers:
        return _test_organisers(arguments, initiative, by, time)
    if arguments.all != bool(arguments.into) or arguments.all == bool(arguments.jurisdiction and arguments.out):
        raise Refused("key-test-which")
    if arguments.all:
        wanted = {
            arguments.into / f"{key.jurisdiction.lower()}-{bytes(key.key_id).hex()[:8]}.civium-key-test": key
            for key in unproven_keys(initiative)
        }
        arguments.into.mkdir(parents=True, exist_ok=True)
    else:
        wanted = {arguments.out: find_key(initiative, arguments.jurisdiction, arguments.key_id)}
    if any(path.exists() for path in wanted):
        raise Refused("file-exists")
    for path, key in wanted.items():
        _write_new(path, make_test(key, by, now=time))
        say(f"test: {path}")
    tell("next: send each file to its authority, which answers with six words; then `civium keys prove`")
    return 0


def run_prove(arguments: argparse.Namespace) -> int:
    """Accept the words; once live, publish the keys in a new manifest."""
    config = begin(arguments)
    from civium.server.initiatives.keys import find_key, prove_key
    from civium.server.initiatives.manifests import renew_manifest
    from civium.server.initiatives.setup import find_initiative

    initiative, by, time = find_initiative(arguments.slug), persons_of(arguments), now()
    if arguments.organisers:
        _prove_organisers(arguments, initiative, by, time)
    for jurisdiction, words in () if arguments.organisers else _answers(arguments):
        key = prove_key(find_key(initiative, jurisdiction, arguments.key_id), words, by, now=time)
        say(f"proven: {key.jurisdiction} {bytes(key.key_id).hex()}")
    if initiative.live_collection() is not None:
        with premises_of(config, with_bundle=True) as premises:
            say(f"manifest: {renew_manifest(initiative, premises, by, now=time).sequence}")
    return 0


def _answers(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    """Give (State, words) from the command line or from the file of answers."""
    if bool(arguments.answers) == bool(arguments.jurisdiction and arguments.words):
        raise Refused("key-test-which")
    if not arguments.answers:
        return [(arguments.jurisdiction, arguments.words)]
    lines = existing_file(arguments.answers, _LONGEST_ANSWERS).decode("utf-8", "replace").splitlines()
    parted = [line.split(maxsplit=1) for line in lines if line.strip()]
    if not all(len(parts) == 2 for parts in parted):
        raise Refused("words-mistyped")
    return [(state, words) for state, words in parted]


def run_list(arguments: argparse.Namespace) -> int:
    """List keys."""
    begin(arguments)
    from civium.formats.authority_key import fingerprint_words
    from civium.server.initiatives.setup import find_initiative

    rows: list[tuple[str, ...]] = [("jurisdiction", "key", "held by", "state", "fingerprint")]
    for key in find_initiative(arguments.slug).keys.order_by("jurisdiction", "-pk"):
        state = "retired" if key.retired_on else f"proven {key.proven_on}" if key.proven_on else "not proven"
        rows.append((key.jurisdiction, bytes(key.key_id).hex()[:8], key.holder, state, fingerprint_words(bytes(key.key_id))))
    table(rows)
    return 0


def run_retire(arguments: argparse.Namespace) -> int:
    """Retire a key; once live, publish that in a new manifest."""
    config = begin(arguments)
    from civium.server.initiatives.keys import find_key, retire_key
    from civium.server.initiatives.manifests import renew_manifest
    from civium.server.initiatives.setup import find_initiative

    initiative, by, time = find_initiative(arguments.slug), persons_of(arguments), now()
    key = retire_key(find_key(initiative, arguments.jurisdiction, arguments.key_id), by, now=time)
    say(f"retired: {key.jurisdiction} {bytes(key.key_id).hex()}")
    if initiative.live_collection() is not None:
        with premises_of(config, with_bundle=True) as premises:
            say(f"manifest: {renew_manifest(initiative, premises, by, now=time).sequence}")
    return 0


def _add_bundle(initiative: Initiative, raw: bytes, by: Persons, time: datetime, custody: str) -> None:
    from civium.formats import organisers_key
    from civium.server.initiatives.organisers_keys import add_bundle

    given = add_bundle(initiative, raw, by, now=time, custody_note=custody)
    say(f"added: {len(given.added)} of the organisers' keys ({' '.join(given.added)})")
    if given.kept:
        say(f"left as they are: {len(given.kept)} ({' '.join(given.kept)})")
    say(f"fingerprint of all: {organisers_key.fingerprint_words(organisers_key.parse(raw))}")


def _test_organisers(arguments: argparse.Namespace, initiative: Initiative, by: Persons, time: datetime) -> int:
    from civium.server.initiatives.organisers_keys import make_tests

    if arguments.out is None or arguments.all or arguments.into or arguments.jurisdiction:
        raise Refused("key-test-which")
    if arguments.out.exists():
        raise Refused("file-exists")
    _write_new(arguments.out, make_tests(initiative, by, now=time))
    say(f"tests: {arguments.out}")
    tell("next: civium-authority organisers-key prove, where the secret is kept; then `civium keys prove --organisers`")
    return 0


def _prove_organisers(arguments: argparse.Namespace, initiative: Initiative, by: Persons, time: datetime) -> None:
    from civium.formats.organisers_key import LARGEST_FILE
    from civium.server.initiatives.organisers_keys import prove_all

    if arguments.answers or arguments.jurisdiction:
        raise Refused("key-test-which")
    proven = prove_all(initiative, existing_file(arguments.organisers, LARGEST_FILE), by, now=time)
    say(f"proven: {len(proven)} of the organisers' keys ({' '.join(proven)})")


def _add_key(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    parser.add_argument("slug", help="the name of the initiative")
    parser.add_argument("jurisdiction", nargs="?" if optional else None, help="the State's code, such as LU (Greece is EL)")
    parser.add_argument("--key-id", default="", metavar="HEX", help="the beginning of the key's id, where the State has several")


def _write_new(path: Path, content: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644), "wb") as stream:
            stream.write(content)
    except FileExistsError:
        raise Refused("file-exists") from None
    except OSError:
        raise Refused("file-not-written") from None
