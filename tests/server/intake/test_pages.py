"""Pages from memory: rendered once, the same for everyone, made anew when something changed, never in the way of others."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from civium.server.intake.pages import Pages
from civium.server.intake.prepared import Prepared, answer
from civium.server.intake.replies import Reply
from civium.server.site.shown import Initiative
from tests.server.intake.asking import ask, made, on_loop, running


@dataclass(frozen=True)
class Page:
    body: bytes
    media_type: str = "text/html; charset=utf-8"
    language: str = "mt"
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True)
class Asset:
    content: bytes
    media_type: str = "text/css"


class Site:
    """Two pages and a file; counts how often it is asked."""

    def __init__(self) -> None:
        self.number = 1
        self.rendered: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def version(self) -> object:
        return self.number

    def render(self, path: str) -> Page | None:
        self.gate.wait(10)
        self.rendered.append(path)
        return Page(b"<p>" + str(len(self.rendered)).encode() + b"x" * 2000) if path in ("/mt/", "/en/") else None

    def assets(self) -> Mapping[str, Asset]:
        return {f"/assets/site.{self.number:012d}.css": Asset(b"p{color:red}" * 100)}

    def hosted(self) -> tuple[Initiative, ...]:
        return ()


class Seconds:
    """A monotonic clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _asked(prepared: Prepared | None, *headers: tuple[bytes, bytes]) -> Reply:
    assert prepared is not None
    return answer(prepared, {"headers": list(headers)})


def test_a_page_is_rendered_once_for_all(tmp_path: Path) -> None:
    async def story() -> None:
        site, seconds = Site(), Seconds()
        pages = Pages(site, monotonic=seconds)
        await pages.refresh(1)
        found = await asyncio.gather(*(pages.page("/mt/") for _ in range(50)))
        assert len(site.rendered) == 1
        assert len({id(page) for page in found}) == 1
        whole = _asked(found[0])
        assert dict(whole.headers)[b"content-language"] == b"mt"
        assert dict(whole.headers)[b"cache-control"] == b"public, max-age=0, s-maxage=5"
        assert not {b"set-cookie", b"date"} & dict(whole.headers).keys()
        pages.close()

    on_loop(story())


def test_compressed_and_plain_have_their_own_etags_and_304(tmp_path: Path) -> None:
    async def story() -> None:
        pages = Pages(Site())
        await pages.refresh(1)
        page = await pages.page("/mt/")
        plain, small = _asked(page), _asked(page, (b"accept-encoding", b"br, gzip"))
        assert gzip.decompress(small.body) == plain.body
        for refused in (b"gzip;q=0", b"br, gzip; q=0.000", b"x-gzip-like", b"*;q=0"):
            assert _asked(page, (b"accept-encoding", refused)).body == plain.body
        for taken in (b"GZIP", b"gzip;q=0.5", b"gzip;q=1.0, br;q=0"):
            assert _asked(page, (b"accept-encoding", taken)).body == small.body
        etags = [dict(reply.headers)[b"etag"] for reply in (plain, small)]
        assert etags[0] != etags[1]
        for asked in (etags[0], b"*", b'"other", ' + etags[0], b"W/" + etags[0]):
            unchanged = _asked(page, (b"if-none-match", asked))
            assert (unchanged.status, unchanged.body) == (304, b"")
            assert dict(unchanged.headers)[b"etag"] == etags[0]
        assert _asked(page, (b"if-none-match", etags[1])).status == 200
        assert _asked(page, (b"if-none-match", etags[1]), (b"accept-encoding", b"gzip")).status == 304
        pages.close()

    on_loop(story())


def test_a_page_is_made_anew_when_site_or_store_changed(tmp_path: Path) -> None:
    async def story() -> None:
        site = Site()
        pages = Pages(site)
        await pages.refresh(1)
        bodies = [_asked(await pages.page("/mt/")).body]
        await pages.refresh(1)
        bodies.append(_asked(await pages.page("/mt/")).body)
        site.number = 2
        await pages.refresh(1)
        bodies.append(_asked(await pages.page("/mt/")).body)
        await pages.refresh(2)
        bodies.append(_asked(await pages.page("/mt/")).body)
        assert [body[:4] for body in bodies] == [b"<p>1", b"<p>1", b"<p>2", b"<p>3"]
        assert pages.asset("/assets/site.000000000001.css") is not None, "open pages may ask for an earlier file"
        assert pages.asset("/assets/site.000000000002.css") is not None
        pages.close()

    on_loop(story())


def test_numbers_are_made_anew_after_a_minute_while_the_page_before_is_served(tmp_path: Path) -> None:
    async def story() -> None:
        site, seconds = Site(), Seconds()
        pages = Pages(site, monotonic=seconds)
        await pages.refresh(1)
        await pages.page("/mt/")
        seconds.now = 59.0
        assert _asked(await pages.page("/mt/")).body[:4] == b"<p>1"
        assert site.rendered == ["/mt/"]
        seconds.now = 60.0
        site.gate.clear()
        assert _asked(await pages.page("/mt/")).body[:4] == b"<p>1"
        site.gate.set()
        while pages._rendering:
            await asyncio.sleep(0.001)
        assert _asked(await pages.page("/mt/")).body[:4] == b"<p>2"
        pages.close()

    on_loop(story())


def test_what_is_no_page_is_left_to_others_and_not_kept(tmp_path: Path) -> None:
    async def story() -> None:
        pages = Pages(Site())
        await pages.refresh(1)
        for number in range(20):
            assert await pages.page(f"/nothing/{number}") is None
        assert pages._kept == {}
        pages.close()

    on_loop(story())


def test_the_intake_serves_pages_and_files_and_answers_head_without_a_body(tmp_path: Path) -> None:
    made(tmp_path)

    async def story() -> None:
        async with running(tmp_path, site=Site()) as intake:
            page = await ask(intake, "GET", "/en/")
            assert (page.status, page.body[:4]) == (200, b"<p>1")
            assert (await ask(intake, "GET", "/nothing/")).was_taken is False
            file = await ask(intake, "GET", "/assets/site.000000000001.css", headers=[(b"accept-encoding", b"gzip")])
            assert (file.headers or {})[b"cache-control"] == b"public, max-age=31536000, immutable"
            assert (await ask(intake, "GET", "/assets/site.000000000009.css")).was_taken is False
            head = await ask(intake, "HEAD", "/en/")
            assert (head.status, head.body) == (200, b"")
            assert int((head.headers or {})[b"content-length"]) == len(page.body)

    on_loop(story())


def test_a_page_being_made_makes_no_envelope_wait(tmp_path: Path) -> None:
    made(tmp_path)

    async def story() -> None:
        site = Site()
        async with running(tmp_path, site=site) as intake:
            site.gate.clear()
            page = asyncio.create_task(ask(intake, "GET", "/en/"))
            assert (await ask(intake, "GET", "/health/ready")).status == 200
            assert (await ask(intake, "POST", "/api/statements")).status == 415
            assert not page.done()
            site.gate.set()
            assert (await page).status == 200

    on_loop(story())
