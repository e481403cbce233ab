"""Public pages as bytes: rendered once per path and version, compressed once, answered from memory.

The rules are:
- pages hold nothing per visitor: one set of bytes and one strong ETag for everyone (two, with the compressed form);
- a page is made anew when the site's version changes, and at most once a minute for its numbers; meanwhile the one before is served;
- rendering happens in one thread of its own: a page never makes an envelope wait.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, TypeVar

from civium.server.intake.prepared import VARY, Prepared, prepare_body
from civium.server.intake.replies import IMMUTABLE, SECURITY, SECURITY_OF_DRAWINGS, SHORTLY, Header

if TYPE_CHECKING:
    from civium.server.site.shown import Initiative

_FRESH_SECONDS = 60.0
_MOST_PAGES = 4096  # initiatives x languages x pages of a large installation; the oldest are made anew
_Result = TypeVar("_Result")


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

    @property
    def headers(self) -> tuple[Header, ...]:
        """Headers of its own, in place of the usual ones of the same name."""
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

    def hosted(self) -> Sequence[Initiative]:
        """Give all public initiatives as values."""
        ...


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
        self._hosted: Sequence[Initiative] = ()

    @property
    def hosted(self) -> Sequence[Initiative]:
        """All public initiatives, as of the last change that was seen: the same object until there is another."""
        return self._hosted

    async def refresh(self, store_version: int) -> None:
        """Look whether the site or a collection has changed; called about once a second."""
        version = (store_version, await self._in_thread(self._site.version))
        if version != self._version:
            assets = await self._in_thread(self._site.assets)
            # Files of an earlier version stay: pages that are open may still ask for them.
            new = {path: asset for path, asset in assets.items() if path not in self._assets}
            self._assets |= await self._in_thread(lambda: {path: _prepared_asset(asset) for path, asset in new.items()})
            self._hosted = tuple(await self._in_thread(self._site.hosted))
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
        headers = ((b"content-type", page.media_type.encode()), (b"content-language", page.language.encode()), SHORTLY, VARY)
        own = {name for name, _ in page.headers}
        security = (*(header for header in SECURITY if header[0] not in own), *page.headers)
        return prepare_body(page.body, headers, version, self._monotonic(), security=security)

    async def _in_thread(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._renderer, work)


def _prepared_asset(asset: Asset) -> Prepared:
    headers = ((b"content-type", asset.media_type.encode()), IMMUTABLE, VARY)
    # A drawing is a document of its own when somebody opens its address: there, nothing in it may run or load.
    return prepare_body(
        asset.content, headers, security=SECURITY_OF_DRAWINGS if asset.media_type == "image/svg+xml" else SECURITY
    )
