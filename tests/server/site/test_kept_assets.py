"""Files of earlier versions: given for seven days after the last day on which a page loaded them, across restarts."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from civium.server.site import assets
from civium.server.site.kept_assets import with_earlier

if TYPE_CHECKING:
    from pathlib import Path

UPGRADE = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _version(number: int) -> dict[str, assets.Asset]:
    return assets.by_path([assets.named("form", b"export {}; // %d" % number, "js"), assets.named("civium", b"p{}", "css")])


def test_an_earlier_script_is_given_for_seven_days_after_the_upgrade_and_then_removed(tmp_path: Path) -> None:
    folder = tmp_path / "assets-kept"
    first, second = _version(1), _version(2)
    (old,) = first.keys() - second.keys()
    # The first version runs for a month, and is asked once a day; then another one starts.
    for day in range(30, -1, -1):
        assert with_earlier(folder, first, now=UPGRADE - timedelta(days=day)) == first
    for hours in (0, 1, 24, 7 * 24):
        assert with_earlier(folder, second, now=UPGRADE + timedelta(hours=hours)) == first | second
    assert with_earlier(folder, second, now=UPGRADE + timedelta(days=8)) == second
    assert not (folder / old.removeprefix("/assets/")).exists()


def test_a_file_that_was_changed_or_is_none_of_ours_is_not_given(tmp_path: Path) -> None:
    folder, content = tmp_path / "assets-kept", b"export {};"
    with_earlier(folder, {}, now=UPGRADE)
    for name in (f"form.{sha256(content).hexdigest()[:12]}.html", "form.js", "form.000000000000.js", ".0011223344556677"):
        (folder / name).write_bytes(content)
    assert with_earlier(folder, {}, now=datetime.now(UTC)) == {}
    assert with_earlier(folder, {}, now=datetime.now(UTC) + timedelta(days=8)) == {}
    assert list(folder.iterdir()) == [], "what was interrupted is removed as well"


def test_a_folder_that_cannot_be_written_costs_the_earlier_files_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "assets-kept").write_bytes(b"")
    with caplog.at_level(logging.ERROR):
        assert with_earlier(tmp_path / "assets-kept", _version(1), now=UPGRADE) == _version(1)
    assert caplog.messages == ["assets-not-kept FileExistsError"]
