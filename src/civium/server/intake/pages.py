"""Public pages as bytes: rendered once per path and version, compressed once, answered from memory.

The rules are:
- pages hold nothing per visitor: one set of bytes and one strong ETag for everyone (two, with the compressed form);
- a page is made anew when the site's version changes, and at most once a minute for its numbers; meanwhile the one before is served;
- rendering happens in one thread of its own: a page never makes an envelope wait.
"""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol, TypeVar

from civium.server.intake.replies import IMMUTABLE, SECURITY, SHORTLY, Header, Reply, Scope, header_of

_FRESH_SECONDS = 60.0
_MOST_PAGES = 4096  # initiatives x languages x pages of a large installation; the oldest are made anew
_LEAST_COMPRESSED = 512
_Result = TypeVar("_Result")
_VARY: Header = (b"vary", b"accept-encoding")


class Page(Protocol):
    """A rendered page."""

    @property
    def body(self) -> bytes:
        """Its bytes."""
        ...

    @property
    def media_type(self) -> str:
        """Its content type."""
        ...

    @property
    def language(self) -> str:
        """Its language (BCP 47)."""
        ...


class Asset(Protocol):
    """A file whose path names its content."""

    @property
    def content(self) -> bytes:
        """Its bytes."""
        ...

    @property
    def media_type(self) -> str:
        """Its content type."""
        ...


class Site(Protocol):
    """Where pages come from. All methods block."""

    def version(self) -> object:
        """Something that differs when any page may have changed, apart from its numbers."""
        ...

    def render(self, path: str) -> Page | None:
        """Give the page at a path, or None if it is not a public page."""
        ...

    def assets(self) -> Mapping[str, Asset]:
        """Give all files by path."""
        ...


@dataclass(frozen=True)
class Prepared:
    """A page or file with all its answers, ready to be sent."""

    plain: Reply
    compressed: Reply
    etags: tuple[bytes, bytes]
    version: object
    made_at: float


class Pages:
    """Keeps what was rendered. All methods are called on the event loop."""

    def __init__(self, site: Site, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._site = site
        self._monotonic = monotonic
        self._renderer = ThreadPoolExecutor(1, thread_name_prefix="civium-render")
        self._kept: dict[str, Prepared] = {}
        self._rendering: dict[str, asyncio.Task[Prepared | None]] = {}
        self._assets: dict[str, Prepared] = {}
        self._version: object = None

    async def refresh(self, store_version: int) -> None:
        """Look whether the site or a collection has changed; called about once a second."""
        version = (store_version, await self._in_thread(self._site.version))
        if version != self._version:
            assets = await self._in_thread(self._site.assets)
            # Files of an earlier version stay: pages that are open may still ask for them.
            new = {path: asset for path, asset in assets.items() if path not in self._assets}
            self._assets |= await self._in_thread(lambda: {path: _prepared_asset(asset) for path, asset in new.items()})
            self._version = version

    def close(self) -> None:
        """Let the renderer end."""
        self._renderer.shutdown(wait=False, cancel_futures=True)

    def asset(self, path: str) -> Prepared | None:
        """Give a file, or None."""
        return self._assets.get(path)

    async def page(self, path: str) -> Prepared | None:
        """Give a page, or None if there is no public page at this path."""
        kept = self._kept.get(path)
        if kept is not None and kept.version == self._version:
            if self._monotonic() - kept.made_at >= _FRESH_SECONDS:
                self._begin(path)
            return kept
        return await asyncio.shield(self._begin(path))

    def _begin(self, path: str) -> asyncio.Task[Prepared | None]:
        """Render a path once, however many ask."""
        task = self._rendering.get(path)
        if task is None:
            task = self._rendering[path] = asyncio.create_task(self._render(path))
            task.add_done_callback(lambda _: self._rendering.pop(path, None))
        return task

    async def _render(self, path: str) -> Prepared | None:
        version = self._version
        prepared = await self._in_thread(lambda: self._prepare(path, version))
        if prepared is None:
            self._kept.pop(path, None)
            return None
        while len(self._kept) >= _MOST_PAGES and path not in self._kept:
            del self._kept[next(iter(self._kept))]
        self._kept[path] = prepared
        return prepared

    def _prepare(self, path: str, version: object) -> Prepared | None:
        page = self._site.render(path)
        if page is None:
            return None
        headers = ((b"content-type", page.media_type.encode()), (b"content-language", page.language.encode()), SHORTLY, _VARY)
        return _prepared(page.body, headers, version, self._monotonic())

    async def _in_thread(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._renderer, work)


def answer(prepared: Prepared, scope: Scope) -> Reply:
    """Give the form of a page that a request asks for: compressed, plain, or that it has it already."""
    is_compressed = _takes_gzip(header_of(scope, b"accept-encoding"))
    whole = prepared.compressed if is_compressed else prepared.plain
    asked = header_of(scope, b"if-none-match")
    etag = prepared.etags[1 if is_compressed else 0]
    if asked and (asked == b"*" or etag in (part.strip().removeprefix(b"W/") for part in asked.split(b","))):
        return Reply(304, tuple(header for header in whole.headers if header[0] not in (b"content-type", b"content-encoding")))
    return whole


def _takes_gzip(accepted: bytes) -> bool:
    """Say whether a request takes gzip: named, and not with a quality of nothing (RFC 9110, 12.5.3)."""
    for part in accepted.lower().split(b","):
        name, _, quality = part.partition(b";")
        if name.strip() == b"gzip":
            return quality.replace(b" ", b"").rstrip(b"0.") != b"q="
    return False


def _prepared_asset(asset: Asset) -> Prepared:
    return _prepared(asset.content, ((b"content-type", asset.media_type.encode()), IMMUTABLE, _VARY), None, 0.0)


def _prepared(body: bytes, headers: tuple[Header, ...], version: object, made_at: float) -> Prepared:
    name = sha256(body).hexdigest()[:32].encode()
    etags = (b'"' + name + b'"', b'"' + name + b'-gz"')
    plain = Reply(200, ((b"etag", etags[0]), *headers, *SECURITY), body)
    small = gzip.compress(body, 9, mtime=0) if len(body) >= _LEAST_COMPRESSED else body
    if len(small) >= len(body):
        return Prepared(plain, plain, (etags[0], etags[0]), version, made_at)
    compressed = Reply(200, ((b"etag", etags[1]), (b"content-encoding", b"gzip"), *headers, *SECURITY), small)
    return Prepared(plain, compressed, etags, version, made_at)
