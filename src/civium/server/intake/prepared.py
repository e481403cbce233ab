"""Answers made beforehand: the same bytes and strong ETags for everyone, plain and compressed, so that a request only compares."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from hashlib import sha256

from civium.server.intake.replies import SECURITY, Header, Reply, Scope

VARY: Header = (b"vary", b"accept-encoding")
_LEAST_COMPRESSED = 512
_LONGEST_ACCEPTED = 256  # browsers send some 30; a list of thousands is not worth reading
_ABOUT_THE_BODY = (b"content-type", b"content-encoding")


@dataclass(frozen=True)
class Prepared:
    """A body with all its answers, ready to be sent."""

    plain: Reply
    compressed: Reply
    etags: tuple[bytes, bytes]
    unchanged: tuple[Reply, Reply]  # 304 (RFC 9110, 15.4.5): the headers of either form, without those about a body
    version: object
    made_at: float


def prepare_body(
    body: bytes,
    headers: tuple[Header, ...],
    version: object = None,
    made_at: float = 0.0,
    *,
    security: tuple[Header, ...] = SECURITY,
) -> Prepared:
    """Give all answers of a body. The headers hold its type and how long it may be kept, and `vary` where the forms differ."""
    name = sha256(body).hexdigest()[:32].encode()
    etags = (b'"' + name + b'"', b'"' + name + b'-gz"')
    plain = Reply(200, ((b"etag", etags[0]), *headers, *security), body)
    small = gzip.compress(body, 9, mtime=0) if len(body) >= _LEAST_COMPRESSED else body
    if len(small) >= len(body):
        return Prepared(plain, plain, (etags[0], etags[0]), (_unchanged(plain),) * 2, version, made_at)
    compressed = Reply(200, ((b"etag", etags[1]), (b"content-encoding", b"gzip"), *headers, *security), small)
    return Prepared(plain, compressed, etags, (_unchanged(plain), _unchanged(compressed)), version, made_at)


def answer(prepared: Prepared, scope: Scope) -> Reply:
    """Give the form that a request asks for: compressed, plain, or that it has it already."""
    accepted = asked = b""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            accepted = value
        elif name == b"if-none-match":
            asked = asked + b"," + value if asked else value
    form = 1 if accepted and _takes_gzip(accepted) else 0
    # The quotes are part of an entity tag and occur within none (RFC 9110, 8.8.3): finding it anywhere in the list is enough.
    if asked and (prepared.etags[form] in asked or asked == b"*"):
        return prepared.unchanged[form]
    return prepared.compressed if form else prepared.plain


def _takes_gzip(accepted: bytes) -> bool:
    """Say whether a request takes gzip: named, and not with a quality of nothing (RFC 9110, 12.5.3)."""
    for part in accepted[:_LONGEST_ACCEPTED].lower().split(b","):
        name, _, quality = part.partition(b";")
        if name.strip() == b"gzip":
            return quality.replace(b" ", b"").rstrip(b"0.") != b"q="
    return False


def _unchanged(whole: Reply) -> Reply:
    return Reply(304, tuple(header for header in whole.headers if header[0] not in _ABOUT_THE_BODY))
