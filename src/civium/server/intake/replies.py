"""What the hot path says: constant headers, refusals as JSON, the status that belongs to each code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

import msgspec

from civium.errors import CiviumError, Refused

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

_CONTENT_SECURITY_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; "
    b"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
SECURITY: tuple[Header, ...] = (
    (b"content-security-policy", _CONTENT_SECURITY_POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
# For figures and facts that no browser renders: what a page may load or ask for does not arise, and each header costs a counter's rate.
SECURITY_OF_DATA: tuple[Header, ...] = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
)
# For drawings, which a browser opens as documents: in a sandbox, with nothing but their own styles.
SECURITY_OF_DRAWINGS: tuple[Header, ...] = (
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
NOT_STORED: Header = (b"cache-control", b"no-store")
IMMUTABLE: Header = (b"cache-control", b"public, max-age=31536000, immutable")
SHORTLY: Header = (b"cache-control", b"public, max-age=0, s-maxage=5")
TEXT: Header = (b"content-type", b"text/plain; charset=utf-8")
JSON: Header = (b"content-type", b"application/json")
POSTS: Header = (b"allow", b"POST")
READS: Header = (b"allow", b"GET, HEAD")
BYTES: Header = (b"content-type", b"application/octet-stream")
_RECEIPT_HEADERS: tuple[Header, ...] = (TEXT, NOT_STORED, *SECURITY)
_REFUSAL_HEADERS: tuple[Header, ...] = (JSON, NOT_STORED, *SECURITY)
_RETRY_SECONDS = b"2"

# 400 malformed, 403 not now, 404 unknown, 409 never, 413 too large, 415 wrong content type, 503 full or stopping (docs/spec/http.md).
_STATUS = {
    "collection-not-started": 403,
    "collection-paused": 403,
    "collection-ended": 403,
    "unknown-collection": 404,
    "unknown-key": 404,
    "unknown-manifest": 404,
    "unknown-jurisdiction": 404,
    "unknown-channel": 404,
    "unknown-path": 404,
    "tile-path": 404,
    "not-published": 404,
    "erasure-unknown": 404,
    "method-not-allowed": 405,
    "body-slow": 408,
    "manifest-expired": 409,
    "erasure-handed-over": 409,
    "posting-size": 413,
    "form-size": 413,
    "content-type": 415,
    "content-encoding": 415,
    "erasure-too-often": 429,
    "barrier-closed": 403,
    "challenge-missing": 403,
    "challenge-forged": 403,
    "challenge-expired": 403,
    "challenge-spent": 403,
    "token-unasked": 404,
    "too-many": 429,
    "tokens-unavailable": 503,
    "not-counted-yet": 503,
    "queue-full": 503,
    "stopping": 503,
    "store-unavailable": 503,
}


@dataclass(frozen=True)
class Reply:
    """A whole answer."""

    status: int
    headers: tuple[Header, ...]
    body: bytes = b""


def reply(body: bytes, *headers: Header, status: int = 200) -> Reply:
    """Give an answer with the constant headers and these."""
    return Reply(status, (*headers, *SECURITY), body)


def receipt(body: bytes) -> Reply:
    """Give the answer to a posting that was appended."""
    return Reply(200, _RECEIPT_HEADERS, body)


def refusal(error: CiviumError) -> Reply:
    """Give the answer to what was refused: code and facts, nothing that came from outside."""
    status = _STATUS.get(error.code, 400)
    headers = (
        _REFUSAL_HEADERS if status != 503 and error.code != "too-many" else (*_REFUSAL_HEADERS, (b"retry-after", _RETRY_SECONDS))
    )
    return Reply(status, headers, msgspec.json.encode({"code": error.code, "facts": error.facts}))


def wrong_method(allowed: Header) -> Reply:
    """Give the answer to a method that a path does not have, with those it has (RFC 9110, 15.5.6)."""
    refused = refusal(Refused("method-not-allowed"))
    return Reply(refused.status, (allowed, *refused.headers), refused.body)


async def send_reply(send: Send, answer: Reply, *, without_body: bool = False) -> None:
    """Send an answer; of a HEAD request, its headers."""
    length = (b"content-length", str(len(answer.body)).encode())
    headers = answer.headers if answer.status in (204, 304) else (length, *answer.headers)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if without_body else answer.body})


def header_of(scope: Scope, name: bytes) -> bytes:
    """Give a request header, empty if it is not there."""
    headers: Iterable[Header] = scope["headers"]
    for header, value in headers:
        if header == name:
            return value
    return b""
