"""E-mail addresses as people type them: taken apart, put into one form, or refused. Whether one exists only a mail tells.

The rules are:
- at most what RFC 5321 lets travel: 64 characters before the sign, 254 in all; no quoted or commented forms, no address literals;
- before the sign ASCII, as most servers still take no other; after it any domain, written as the mail system does (IDNA);
- nothing that could be an option, a formula or a line of its own gets through.
"""

from __future__ import annotations

import unicodedata
from hashlib import sha256

from civium.errors import Refused
from civium.server.mail_server import ADDRESS
from civium.server.supporters.models import LONGEST_ADDRESS

_LONGEST_LABEL = 63


def parse_address(typed: str) -> str:
    """Give an address in the form in which it is kept. Raises Refused `address-malformed`."""
    text = unicodedata.normalize("NFC", typed).strip()
    local, sign, domain = text.rpartition("@")
    if not sign or len(text) > LONGEST_ADDRESS:
        raise Refused("address-malformed")
    address = f"{local}@{_ascii_domain(domain)}"
    found = ADDRESS.fullmatch(address)
    if found is None or len(address) > LONGEST_ADDRESS or ".." in found["local"]:
        raise Refused("address-malformed")
    return address


def fold(address: str) -> str:
    """Give what two ways of writing one address have in common."""
    return address.lower()


def address_hash(address: str) -> bytes:
    """Give what stands for an address where only its being the same counts."""
    return sha256(b"civium address v1\0" + fold(address).encode()).digest()


def _ascii_domain(domain: str) -> str:
    """Give a domain as the mail system writes it. Raises Refused `address-malformed`."""
    try:
        written = domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        raise Refused("address-malformed") from None
    if any(len(label) > _LONGEST_LABEL for label in written.split(".")):
        raise Refused("address-malformed")
    return written
