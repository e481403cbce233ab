"""What making a key asks and writes, whatever keeps it: names of the files, the State, lines to show."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from civium.authority.kept_key import KeptKey, ResidentFile, SharedKey, WrappedKey, custody_of
from civium.authority.keys import PRIVATE_KEY_NAME, SEED_SIZE, SeedKey, make_key
from civium.errors import Refused
from civium.formats.authority_key import PublicKey, fingerprint_words
from civium.law.procedure import jurisdiction_of, load_procedure

PRIVATE, PUBLIC = ".civium-private-key", ".civium-public-key"


def add_making_options(parser: ArgumentParser, *, is_state_asked: bool = True) -> None:
    """Add --jurisdiction, --to and --procedure."""
    parser.add_argument(
        "--jurisdiction",
        required=is_state_asked,
        metavar="CODE",
        help="the Union's two letters of your State (EL for Greece)",
    )
    parser.add_argument("--to", type=Path, required=True, metavar="NAME", help=f"NAME{PRIVATE} and NAME{PUBLIC} are written")
    parser.add_argument("--procedure", default="eci", help="eci (the European citizens' initiative) unless told otherwise")


def is_private(raw: bytes) -> bool:
    """Tell whether a key file is a private one, by what it calls itself."""
    return f'"civium":"{PRIVATE_KEY_NAME}"'.encode() in raw


def key_names(name: Path) -> tuple[Path, Path]:
    """Give the files that a key's two halves are written to."""
    return name.with_name(name.name + PRIVATE), name.with_name(name.name + PUBLIC)


def check_free(options: Namespace, *paths: Path) -> None:
    """Raise Refused `jurisdiction-unknown`, `procedure-unknown` for a State that is none, `file-exists` where a file is there already."""
    jurisdiction_of(load_procedure(options.procedure), options.jurisdiction)
    if any(path.exists() for path in paths):
        raise Refused("file-exists")


def new_seed_key(options: Namespace, suite: str) -> SeedKey:
    """Give a new key of the State that the options name."""
    return make_key(options.jurisdiction, os.urandom(SEED_SIZE), suite=suite)


def key_lines(key: PublicKey) -> list[str]:
    """Give what is shown of a key: nothing of it is secret."""
    return [
        f"jurisdiction: {key.jurisdiction}",
        f"suite: {key.suite.name}",
        f"key id: {key.key_id.hex()}",
        f"fingerprint: {fingerprint_words(key.key_id)}",
    ]


def kept_lines(kept: KeptKey) -> list[str]:
    """Give how a key is kept, as its private key file says."""
    lines = [f"custody: {custody_of(kept)}"]
    if isinstance(kept, SharedKey):
        lines.append(f"shares: {kept.count}, of which any {kept.threshold} open it (set {kept.identifier})")
    if isinstance(kept, WrappedKey):
        lines += [f"token: {one.token}, {one.method}" for one in kept.wrappings]
    if isinstance(kept, ResidentFile):
        lines += [f"token: {token}" for token in kept.tokens]
    return lines
