"""The files pages load: a script that is missing or was changed after its build stops the server."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from civium.errors import Misconfigured
from civium.server.site import assets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCRIPT = b"export {};"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder as build.mjs leaves it."""
    digest = sha256(SCRIPT).hexdigest()
    (tmp_path / f"form.{digest[:12]}.js").write_bytes(SCRIPT)
    (tmp_path / "assets.json").write_text(
        json.dumps({"form.js": {"file": f"form.{digest[:12]}.js", "sha256": digest, "bytes": len(SCRIPT)}})
    )
    monkeypatch.setattr(assets, "BUNDLE", tmp_path)
    assets.bundle.cache_clear()
    yield tmp_path
    assets.bundle.cache_clear()


def test_the_bundle_is_served_as_built_and_its_hashes_are_what_a_manifest_promises(built: Path) -> None:
    script = assets.bundle()["form.js"]
    assert script.path == f"/assets/form.{sha256(SCRIPT).hexdigest()[:12]}.js"
    assert script.content == SCRIPT
    assert assets.bundle_hashes() == {"form.js": sha256(SCRIPT).digest()}


def test_a_bundle_that_was_not_built_is_the_operators_to_mend(built: Path) -> None:
    (built / "assets.json").unlink()
    with pytest.raises(Misconfigured) as raised:
        assets.bundle()
    assert raised.value.code == "bundle-missing"


def test_a_script_that_was_changed_after_its_build_is_not_served(built: Path) -> None:
    next(built.glob("form.*.js")).write_bytes(b"export {}; // more")
    with pytest.raises(Misconfigured) as raised:
        assets.bundle()
    assert raised.value.code == "bundle-differs"


@pytest.mark.parametrize(
    ("content", "ending"),
    [(b"\x89PNG\r\n", "png"), (b"\xff\xd8\xff\xe0", "jpg"), (b"RIFF....WEBP", "webp"), (b"<svg/>", "svg")],
)
def test_a_picture_says_by_its_first_bytes_what_it_is(content: bytes, ending: str) -> None:
    assert assets.picture("logo", content).path.endswith(f".{ending}")
