"""Seals what the console's tables hold of secrets and of what people typed: the key is not in the database, nor in a backup of it alone."""

from __future__ import annotations

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE_SIZE = 12


def seal(text: str, purpose: bytes) -> str:
    """Seal a text for a purpose: what is sealed for one is opened for no other."""
    nonce = secrets.token_bytes(_NONCE_SIZE)
    return base64.b64encode(nonce + AESGCM(_key(purpose)).encrypt(nonce, text.encode(), None)).decode()


def unsealed(text: str, purpose: bytes) -> str:
    """Give a text back. Raises ValueError for what was not sealed here, for this purpose."""
    raw = base64.b64decode(text)
    try:
        return AESGCM(_key(purpose)).decrypt(raw[:_NONCE_SIZE], raw[_NONCE_SIZE:], None).decode()
    except InvalidTag:
        raise ValueError from None


def _key(purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, purpose).derive(settings.SECRET_KEY.encode())
