"""The commands, as the window gives them: the same options, the same bodies, the same refusals; only who asks is another."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from civium.authority import organisers_key
from civium.authority.commands.asking import small_file
from civium.authority.custody import SealedKey, unlock
from civium.authority.kept_key import KeptKey, parse_kept_key
from civium.authority.keys import AuthorityKey, SeedKey
from civium.errors import Refused

Add = Callable[[ArgumentParser], None]
# Stands where the command line has the key's file, until the key itself takes its place.
_KEY = ("--key", "-")


def options_of(add: Add, *words: str, key: AuthorityKey | list[AuthorityKey], **changes: object) -> Namespace:
    """Give a command's options: what is not named stands as on the command line. What people typed goes into `changes`, never into `words`."""
    parser = ArgumentParser()
    add(parser)
    options = parser.parse_args([*words, *_KEY], Namespace(comes_next="", command="window"))
    for name, value in {"key": key, **changes}.items():
        assert hasattr(options, name), name
        setattr(options, name, value)
    return options


def run(options: Namespace, now: datetime) -> list[str]:
    """Perform a command and give its lines. Raises what it raises."""
    lines: list[str] = options.run(options, now)
    return lines


def unlocked(path: Path, passphrase: str, jurisdiction: str) -> AuthorityKey:
    """Give the key of a private key file under a passphrase; of an organisers' file that of this State.

    Raises Refused `window-custody` for shares and tokens, which the terminal opens, and what `custody.unlock` raises.
    """
    raw = small_file(path)
    if not organisers_key.is_organisers(raw):
        return _unlocked(parse_kept_key(raw), passphrase)
    file = organisers_key.parse_file(raw)
    organisers_key.check_jurisdiction(file, jurisdiction)
    root = _unlocked(file.kept, passphrase)
    organisers_key.check_root(file, root)
    return organisers_key.derived_key(root, jurisdiction)


def _unlocked(kept: KeptKey, passphrase: str) -> SeedKey:
    if not isinstance(kept, SealedKey):
        raise Refused("window-custody")
    return unlock(kept, passphrase)


def is_of(raw: bytes, jurisdiction: str) -> bool:
    """Tell whether a private key file is one of this State, or of organisers who hold its key."""
    try:
        if organisers_key.is_organisers(raw):
            return jurisdiction in organisers_key.parse_file(raw).jurisdictions
        return parse_kept_key(raw).public.jurisdiction == jurisdiction
    except Refused:
        return False
