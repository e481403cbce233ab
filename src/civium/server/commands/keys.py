"""`civium keys`: an authority's public key is added, tested, proven, listed, retired."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

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


def add(group: Subcommands) -> None:
    """Add the commands."""
    commands = add_group(group, "keys", "the authorities' public keys")
    parser = add_command(
        commands, "add", run_add, "add an authority's public key file", "civium keys add night-trains lu.civium-public-key"
    )
    parser.add_argument("slug")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--custody", default="", metavar="TEXT", help="how the authority keeps the private half, in its own words"
    )
    add_persons(parser)
    parser = add_command(
        commands,
        "test",
        run_test,
        "make a key test for the authority: six words sealed to its key",
        "civium keys test night-trains LU --out lu.civium-key-test",
    )
    _add_key(parser)
    parser.add_argument(
        "--out", required=True, type=Path, metavar="FILE", help="where to write the test; send this file to the authority"
    )
    add_persons(parser)
    parser = add_command(
        commands,
        "prove",
        run_prove,
        "accept the six words that the authority read out of the test",
        "civium keys prove night-trains LU lusab-babad-gutih-tugad-mudof-sakat",
    )
    _add_key(parser)
    parser.add_argument("words", help="the six words, joined by hyphens or in quotation marks")
    add_persons(parser)
    parser = add_command(
        commands, "list", run_list, "list the keys with their fingerprints in words", "civium keys list night-trains"
    )
    parser.add_argument("slug")
    parser = add_command(
        commands,
        "retire",
        run_retire,
        "stop sealing to a key; what was sealed to it can still be opened",
        "civium keys retire night-trains LU --key-id 3fa9 --by Anna --and-by Bo",
    )
    _add_key(parser)
    add_persons(parser)


def run_add(arguments: argparse.Namespace) -> int:
    """Add a key, unproven."""
    begin(arguments)
    from civium.formats.authority_key import LARGEST_FILE, fingerprint_words
    from civium.server.initiatives.keys import add_key
    from civium.server.initiatives.setup import find_initiative

    initiative = find_initiative(arguments.slug)
    raw = existing_file(arguments.file, LARGEST_FILE)
    key = add_key(initiative, raw, persons_of(arguments), now=now(), custody_note=arguments.custody)
    say(f"jurisdiction: {key.jurisdiction}")
    say(f"key: {bytes(key.key_id).hex()}")
    say(f"fingerprint: {fingerprint_words(bytes(key.key_id))}")
    tell("next: compare the fingerprint with the authority by telephone, then `civium keys test`")
    return 0


def run_test(arguments: argparse.Namespace) -> int:
    """Write a key test."""
    begin(arguments)
    from civium.server.initiatives.keys import find_key, make_test
    from civium.server.initiatives.setup import find_initiative

    key = find_key(find_initiative(arguments.slug), arguments.jurisdiction, arguments.key_id)
    if arguments.out.exists():
        raise Refused("file-exists")
    _write_new(arguments.out, make_test(key, persons_of(arguments), now=now()))
    say(f"test: {arguments.out}")
    tell("next: send the file to the authority, which answers with six words; then `civium keys prove`")
    return 0


def run_prove(arguments: argparse.Namespace) -> int:
    """Accept the words; once live, publish the key in a new manifest."""
    config = begin(arguments)
    from civium.server.initiatives.keys import find_key, prove_key
    from civium.server.initiatives.manifests import renew_manifest
    from civium.server.initiatives.setup import find_initiative

    initiative, by, time = find_initiative(arguments.slug), persons_of(arguments), now()
    key = prove_key(find_key(initiative, arguments.jurisdiction, arguments.key_id), arguments.words, by, now=time)
    say(f"proven: {key.jurisdiction} {bytes(key.key_id).hex()}")
    if initiative.live_collection() is not None:
        with premises_of(config, with_bundle=True) as premises:
            say(f"manifest: {renew_manifest(initiative, premises, by, now=time).sequence}")
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """List keys."""
    begin(arguments)
    from civium.formats.authority_key import fingerprint_words
    from civium.server.initiatives.setup import find_initiative

    rows: list[tuple[str, ...]] = [("jurisdiction", "key", "state", "fingerprint")]
    for key in find_initiative(arguments.slug).keys.order_by("jurisdiction", "-pk"):
        state = "retired" if key.retired_on else f"proven {key.proven_on}" if key.proven_on else "not proven"
        rows.append((key.jurisdiction, bytes(key.key_id).hex()[:8], state, fingerprint_words(bytes(key.key_id))))
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


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slug")
    parser.add_argument("jurisdiction", help="the State's code, such as LU (Greece is EL)")
    parser.add_argument("--key-id", default="", metavar="HEX", help="the beginning of the key's id, where the State has several")


def _write_new(path: Path, content: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644), "wb") as stream:
            stream.write(content)
    except FileExistsError:
        raise Refused("file-exists") from None
    except OSError:
        raise Refused("file-not-written") from None
