"""How each custody of a key is opened at a terminal: a passphrase, shares typed by their holders, a token and its PIN."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from civium.authority import organisers_key
from civium.authority.commands.asking import first_line, passphrase, tell
from civium.authority.custody import SealedKey, unlock
from civium.authority.kept_key import KeptKey, ResidentFile, SharedKey, WrappedKey
from civium.authority.keys import AuthorityKey, ResidentKey, SeedKey
from civium.authority.resident import rate_of
from civium.authority.sentences import sentence_of
from civium.errors import Misconfigured, Refused

if TYPE_CHECKING:
    from civium.authority.ceremony import Terminal
    from civium.authority.token_custody import UnlockedToken
    from civium.authority.tokens import FoundToken

# Most tokens lock after three: a person who is wrong twice should look the PIN up before the third.
MOST_TRIES = 2


@contextmanager
def installed(extra: str) -> Iterator[None]:
    """Import what an installation may lack. Raises Misconfigured `software-missing`."""
    try:
        yield
    except ImportError:
        raise Misconfigured("software-missing", extra=extra) from None


def unlock_kept(kept: KeptKey, options: Namespace, name: str) -> AuthorityKey:
    """Give the key pair that a private key file of any custody stands for. Raises what its custody raises."""
    if isinstance(kept, SealedKey):
        return unlock(kept, passphrase(options, prompt=f"passphrase of {name}: "))
    if isinstance(kept, SharedKey):
        return _gathered(kept)
    return _from_token(kept, options)


def unlock_seed(kept: KeptKey, options: Namespace, name: str) -> SeedKey:
    """Give the key pair with its seed. Raises Refused `key-never-leaves` for a key that lies in a token, and what `unlock_kept` raises."""
    if isinstance(kept, ResidentFile):
        raise Refused("key-never-leaves")
    key = unlock_kept(kept, options, name)
    assert isinstance(key, SeedKey)
    return key


def opened_organisers(raw: bytes, options: Namespace, name: str) -> tuple[organisers_key.OrganisersFile, SeedKey]:
    """Give an organisers' private file and its secret, from whatever custody. Raises what that raises, and Refused `organisers-key-foreign`."""
    file = organisers_key.parse_file(raw)
    root = unlock_seed(file.kept, options, name)
    organisers_key.check_root(file, root)
    return file, root


def unlock_of_state(raw: bytes, jurisdiction: str, options: Namespace, name: str) -> SeedKey:
    """Give one State's key pair of an organisers' private file. Raises Refused `organisers-key-not-of` before anything is asked."""
    organisers_key.check_jurisdiction(organisers_key.parse_file(raw), jurisdiction)
    return organisers_key.derived_key(opened_organisers(raw, options, name)[1], jurisdiction)


def ceremony_terminal() -> Terminal:
    """Give the terminal for a ceremony. Raises Misconfigured `ceremony-no-terminal`, `software-missing`."""
    with installed("ceremony"):
        from civium.authority.ceremony import Terminal
    if not sys.stdin.isatty():
        raise Misconfigured("ceremony-no-terminal")
    return Terminal(sys.stdin, sys.stderr)


def unlocked_token(found: FoundToken, options: Namespace, *, writes: bool = False) -> tuple[UnlockedToken, str]:
    """Log in to a token with the PIN of the file named, or asked without echo; give it with its PIN.

    Raises Misconfigured `pin-missing`, Refused `pin-wrong`, `pin-last-try`, `pin-locked` and what `tokens.log_in` raises.
    """
    from civium.authority import token_custody, tokens

    if options.pin_file:
        if tokens.is_last_try(found):
            raise Refused("pin-last-try", tries=0)  # a script must not lock a token
        pin = _given(first_line(options.pin_file))
        return token_custody.UnlockedToken(found, tokens.log_in(found, pin, writes=writes)), pin
    if not sys.stdin.isatty():
        raise Misconfigured("pin-missing")
    for tries in count(1):
        if tokens.is_last_try(found):
            tell(f"the token {found.name.label} has one try left: a wrong PIN locks it now")
        pin = _given(getpass.getpass(f"PIN of {found.name.label}: ", stream=sys.stderr))
        try:
            return token_custody.UnlockedToken(found, tokens.log_in(found, pin, tries=tries, writes=writes)), pin
        except Refused as refused:
            if refused.code != "pin-wrong" or tries == MOST_TRIES:
                raise
            tell(*sentence_of(refused))
    raise AssertionError  # pragma: no cover - a count has no end


def _given(pin: str) -> str:
    """Give a PIN that is not empty: an empty one would be a try like any other, and a wrong one. Raises Misconfigured `pin-missing`."""
    if not pin:
        raise Misconfigured("pin-missing")
    return pin


def tell_rates(keys: Sequence[AuthorityKey], total: int) -> None:
    """Say how fast the tokens are that keys lie in: measured, for one process."""
    for key in keys:
        if isinstance(key.private, ResidentKey):
            rate = rate_of(key.public, key.private)
            seconds = total / rate
            about = f"{seconds / 60:,.0f} minutes" if seconds >= 120 else f"{seconds:,.0f} seconds"
            tell(
                f"the token opens {rate:,.0f} envelopes a second for one process: {total:,} take about {about}, less if it serves several"
            )


def _gathered(kept: SharedKey) -> SeedKey:
    terminal = ceremony_terminal()
    from civium.authority.ceremony import gather

    return gather(terminal, kept)


def _from_token(kept: WrappedKey | ResidentFile, options: Namespace) -> AuthorityKey:
    with installed("hsm"):
        from civium.authority import token_custody, tokens
    names = tuple(one.token for one in kept.wrappings) if isinstance(kept, WrappedKey) else kept.tokens
    chosen = getattr(options, "with_token", None)
    found = tokens.find_any(tokens.load_modules(options.module), [name for name in names if chosen in (None, name.label)])
    place, pin = unlocked_token(found, options)
    try:
        if isinstance(kept, WrappedKey):
            return token_custody.unwrap(kept, found, place.session)
    finally:
        tokens.log_out(place.session)
    # A session of its own: it is asked until the work is done, and again in every other process.
    exchange = token_custody.TokenExchange(options.module, (found.name,), pin, kept.public.key_id)
    return token_custody.take_up(kept, exchange)
