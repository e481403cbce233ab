"""The secrets in mailed links: one that confirms an address, and one that stops all mail to it.

The rules are:
- a link to confirm holds 32 random bytes; only their hash is kept, and it is made when the mail leaves;
- a link to stop is the same in every mail to an address, so that the oldest still works: it is made from the address with a key of
  its own, which lies outside the database, and only its hash is kept;
- both look alike, and a wrong one is told like one that was used.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from django.conf import settings

from civium.server.tokens.keys import make_secret

KEY_FILE = "supporters.key"  # made when it is first needed; whoever loses it breaks the links of mails that were sent
_SIZE = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_STOP = b"civium stop v1\0"


def new_token() -> bytes:
    """Give a token that nobody can guess."""
    return secrets.token_bytes(_SIZE)


def stop_token(slug: str, folded: str) -> bytes:
    """Give the token that stops mail about an initiative to an address."""
    key = make_secret(settings.CONFIG.keys_folder / KEY_FILE)
    return hmac.new(key, _STOP + slug.encode() + b"\0" + folded.encode(), sha256).digest()


def token_hash(token: bytes) -> bytes:
    """Give what is kept of a token."""
    return sha256(b"civium token v1\0" + token).digest()


def write_token(token: bytes) -> str:
    """Give a token as it stands in a link."""
    return urlsafe_b64encode(token).decode("ascii").rstrip("=")


def read_token(text: str) -> bytes | None:
    """Give the token in a link, None where there is none."""
    if not TOKEN.fullmatch(text):
        return None
    token = urlsafe_b64decode(text + "=")
    return token if write_token(token) == text else None
