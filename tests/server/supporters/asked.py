"""Somebody who leaves an address, as the acts see it, and the link in the mail that comes."""

from __future__ import annotations

import re
from email.message import EmailMessage
from hashlib import sha256

from civium.server.supporters.asking import Asked
from civium.server.supporters.tokens import read_token

ADDRESS = "Eimear@example.org"
WORDS = "I agree to this."


def asked(address: str = ADDRESS, language: str = "en", *, news: bool = True, other: bool = False) -> Asked:
    """Give a wish."""
    return Asked(address, language, news, other, WORDS, sha256(WORDS.encode()).digest())


def text_of(mail: EmailMessage) -> str:
    """Give the plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def links_of(mail: EmailMessage) -> dict[str, str]:
    """Give the paths that a mail leads to, by what they do."""
    return {
        found[2]: found[1]
        for found in re.finditer(r"https://collect\.example(/\w\w/i/[a-z-]+/(confirm|stop)/\S{43})", text_of(mail))
    }


def token_of(path: str) -> bytes:
    """Give the token in a path."""
    token = read_token(path.rpartition("/")[2])
    assert token is not None
    return token
