"""Links that open something: 32 random bytes in the address, their hash in the table."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256

_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Give a token for an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Give what is kept of it; of what is no token, a hash that nobody has."""
    if not _FORM.fullmatch(token):
        return bytes(32)
    return sha256(b"civium console link\0" + token.encode("ascii")).digest()
