"""The OpenAPI document is right: every path that exists is in it, every path in it exists and answers as it says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from civium.server.open_data import openapi
from tests.server import live
from tests.server.intake import asking
from tests.server.intake.asking import Answer, ask, on_loop, running
from tests.server.intake.test_open_data import HEX, Site
from tests.server.site import made

DOCUMENT = msgspec.json.decode(openapi.document("0.1.0"))
VALUES = {
    "collection": HEX,
    "slug": "night-trains",
    "language": "en",
    "country": "gr",
    "id": "1",
    "medium": "twitter",
    "jurisdiction": "ES",
    "channel": "online",
    "generation": "1",
}
TILES = [{"level": "0", "number": "000.p/3"}, {"level": "entries", "number": "000.p/3"}]
GETS = sorted(path for path, acts in DOCUMENT["paths"].items() if "get" in acts)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[a-z]+\\\}", "[^/]+", re.escape(template)))


def _filled(template: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z]+)\}", lambda name: values[name[1]], template)


def _schema(media: dict[str, Any]) -> dict[str, Any]:
    return {**media["schema"], "components": DOCUMENT["components"]}


def _check(template: str, answer: Answer, method: str = "get") -> None:
    """Check an answer against what the document says of its path."""
    told = DOCUMENT["paths"][template][method]["responses"]
    assert str(answer.status) in told, (template, answer.status)
    content = told[str(answer.status)].get("content", {})
    media_type = (answer.headers or {}).get(b"content-type", b"").decode()
    if not content:
        assert not answer.body
    elif "image/*" not in content:
        assert media_type in content, (template, media_type)
        if media_type == "application/json":
            jsonschema_rs.validate(_schema(content[media_type]), msgspec.json.decode(answer.body))


def test_it_is_an_openapi_document() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    for path, acts in DOCUMENT["paths"].items():
        named = set(re.findall(r"\{([a-z]+)\}", path))
        for act in acts.values():
            assert {parameter["name"] for parameter in act.get("parameters", ())} == named, path
            assert act["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
            for told in act["responses"].values():
                for media in told.get("content", {}).values():
                    if media:
                        jsonschema_rs.validator_for(_schema(media))


def test_every_path_in_it_answers_as_it_says_and_no_other_is_open(tmp_path: Path) -> None:
    going = asking.made(tmp_path)
    manifest = sha256(going.manifest_raw).hexdigest()
    logo = (made.initiative(collection=Site().hosted()[0].collection, logo=b"<svg/>"),)

    class WithLogo(Site):
        def hosted(self) -> Any:
            return logo

    async def story() -> None:
        async with running(tmp_path, site=WithLogo()) as intake:
            for _ in range(3):
                assert (await asking.post(intake, live.unsealed(going))).status == 200
            await intake._move()
            while (await ask(intake, "GET", "/i/night-trains/public/api/report/evolutionMap")).status == 503:
                await asyncio.sleep(0.01)
            for template in GETS:
                for tile in TILES if "{level}" in template else [{}]:
                    values = VALUES | {"manifest": manifest} | tile
                    if "notices" in template:
                        values["number"] = "000.p/1"
                    answer = await ask(intake, "GET", _filled(template, values))
                    # Of what was closed there is nothing to tell while all goes on.
                    is_closed = template.endswith("/successor") or "/notices/{generation}" in template
                    assert answer.status == (404 if is_closed else 200), template
                    _check(template, answer)
            for path in intake._open_data.paths:
                assert any(_pattern(template).fullmatch(path) for template in GETS), path

    on_loop(story())


@pytest.mark.parametrize("path", ["/api/statements", "/api/tokens", "/api/erasures"])
def test_what_is_posted_wrongly_is_refused_as_it_says(tmp_path: Path, path: str) -> None:
    asking.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path) as intake:
            for body, headers in ((b"", ()), (b"x", asking.POSTING), (bytes(9000), asking.POSTING)):
                _check(path, await ask(intake, "POST", path, [body], headers), "post")

    on_loop(story())


@pytest.mark.parametrize("path", [path for path in GETS if "{" in path])
def test_what_is_not_there_is_told_as_it_says(tmp_path: Path, path: str) -> None:
    asking.made(tmp_path)

    async def story() -> None:
        async with running(tmp_path, site=Site()) as intake:
            values = VALUES | {"collection": "0" * 32, "manifest": "0" * 64, "level": "0", "number": "999", "slug": "other"}
            answer = await ask(intake, "GET", _filled(path, values))
            assert answer.status == 404
            _check(path, answer)

    on_loop(story())
