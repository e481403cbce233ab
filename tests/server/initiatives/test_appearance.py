"""How pages look: what organisers may set, what is refused and why, and that it reaches the page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from PIL import Image

from civium.errors import Refused
from civium.server.initiatives import appearance, setup, uploads
from civium.server.initiatives.folder import read_folder
from civium.server.initiatives.models import Initiative, Installation, JournalEntry
from civium.server.initiatives.premises import Premises
from civium.server.site import loading, shown

from . import place
from .place import NOW, ONE, TODAY, TWO

pytestmark = pytest.mark.usefixtures("civium_db")
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script><path d="M0 0h9v9z"/></svg>'


def _picture(width: int, kind: str = "WEBP") -> bytes:
    stream = BytesIO()
    Image.new("RGB", (width, width // 6), "#51307a").save(stream, kind)
    return stream.getvalue()


WHOLE = {
    "comment": "for the campaign team",
    "theme_colour": "#C2410C",
    "maker": "Slow Rails",
    "logo": {"file": "logo.svg", "alternative": {"en": "A moon over rails", "el": "Φεγγάρι πάνω από ράγες"}},
    "cover": ["wide.webp", "narrow.webp"],
    "layout": "column",
    "blocks": ["questions", "video", "organisers"],
    "video": {"url": "https://films.example/a?b=1", "titles": {"en": "Two minutes on a night train"}},
}


def _written(folder: Path, told: object) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in {
        "logo.svg": LOGO,
        "wide.webp": _picture(1600),
        "narrow.webp": _picture(640),
        "tiny.png": _picture(100, "PNG"),
    }.items():
        (folder / name).write_bytes(content)
    (folder / "paper.pdf").write_bytes(b"%PDF-1.7 synthetic")
    (folder / "big.png").write_bytes(bytes(appearance.LARGEST_COVER + 1))
    path = folder / "appearance.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    return path


def _initiative(tmp_path: Path, deployment: str = "demonstration") -> Initiative:
    place.make_installation("central" if deployment == "central" else "demonstration")
    return place.add_initiative(tmp_path / "folder", **(place.CENTRAL if deployment == "central" else {}))


def _set(initiative: Initiative, folder: Path, told: object, by: Any = ONE) -> tuple[str, ...]:
    return appearance.set_appearance(initiative, appearance.read_appearance(_written(folder, told), initiative), by, now=NOW)


def test_everything_is_stored_and_reaches_the_page(tmp_path: Path, premises: Premises) -> None:
    initiative = _initiative(tmp_path)
    version = Installation.objects.get().version
    changed = _set(initiative, tmp_path / "look", WHOLE)
    assert set(changed) >= {"theme_colour", "logo", "cover", "layout", "blocks", "video"}
    assert Installation.objects.get().version > version
    assert JournalEntry.objects.latest("number").act == "appearance-changed"
    kept = uploads.contents(initiative, uploads.names_in(initiative.appearance))
    assert b"script" not in kept[initiative.appearance["logo"]]
    assert len(kept) == 3, "a logo and two covers"
    assert len(json.dumps(initiative.appearance)) < 1_000, "the row holds names, not bytes"
    place.go_live(initiative, premises)
    site = loading.installed_site(lambda _: shown.Counts(3, {"ES": 3}), lambda: datetime(2026, 11, 21, 12, tzinfo=UTC))
    page = site.render(f"/en/i/{initiative.slug}")
    assert page is not None
    tree = html.document_fromstring(page.body.decode())
    assert tree.xpath("//a[@class='maker']/img/@alt") == ["A moon over rails"]
    cover = tree.xpath("//div[@class='cover']/img")[0]
    assert cover.get("loading") == "lazy"
    assert [part.split()[1] for part in cover.get("srcset").split(", ")] == ["640w", "1600w"]
    files = site.assets()
    assert {part.split()[0] for part in cover.get("srcset").split(", ")} | {cover.get("src")} <= set(files)
    assert tree.xpath("//div[contains(@class,'initiative') and contains(@class,'column')]")
    titles = tree.xpath("//section[@id='asks']//h2/text()")
    assert titles == ["What it asks for", "Questions people ask", "Film", "Who organises it"]
    assert tree.xpath("//a[@href='https://films.example/a?b=1']/text()") == ["Two minutes on a night train"]


def test_what_is_left_out_of_a_drawing_is_counted(tmp_path: Path) -> None:
    initiative = _initiative(tmp_path)
    assert appearance.read_appearance(_written(tmp_path / "look", WHOLE), initiative).left_out == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ("[]", "appearance-malformed"),
        ("{", "appearance-malformed"),
        ({"color": "#fff"}, "appearance-key-unknown"),
        ({"theme_colour": "purple"}, "appearance-malformed"),
        ({"theme_colour": 7}, "appearance-malformed"),
        ({"maker": "x" * 61}, "appearance-malformed"),
        ({"maker": "two\nlines"}, "appearance-malformed"),
        ({"logo": "logo.svg"}, "appearance-malformed"),
        ({"logo": {"file": "../look/logo.svg"}}, "appearance-malformed"),
        ({"logo": {"file": "none.svg"}}, "file-missing"),
        ({"logo": {"file": "wide.webp", "alternative": {"el": "Φεγγάρι"}}}, "appearance-malformed"),
        ({"cover": []}, "appearance-malformed"),
        ({"cover": ["narrow.webp"] * 4}, "appearance-malformed"),
        ({"cover": ["tiny.png"]}, "picture-size"),
        ({"cover": ["big.png"]}, "file-too-large"),
        ({"cover": ["paper.pdf"]}, "drawing-malformed"),
        ({"layout": "sideways"}, "appearance-malformed"),
        ({"blocks": ["questions"]}, "appearance-block-missing"),
        ({"blocks": ["organisers", "organisers"]}, "appearance-malformed"),
        ({"blocks": ["organisers", "weather"]}, "appearance-malformed"),
        ({"video": {"url": "http://films.example", "titles": {"en": "a"}}}, "appearance-malformed"),
        ({"video": {"url": "javascript:alert(1)", "titles": {"en": "a"}}}, "appearance-malformed"),
        ({"video": {"url": "https://a:b@films.example", "titles": {"en": "a"}}}, "appearance-malformed"),
        ({"video": {"url": "https://films.example", "titles": {}}}, "appearance-malformed"),
        ({"certificate": {}}, "certificate-not-possible"),
    ],
)
def test_what_a_page_could_not_show_is_refused(tmp_path: Path, changed: object, code: str) -> None:
    initiative = _initiative(tmp_path)
    with pytest.raises(Refused, match=code):
        _set(initiative, tmp_path / "look", changed)


CERTIFICATE = {"authority": "CTIE", "country": "LU", "issued_on": "2026-03-01", "file": "paper.pdf"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"file": "logo.svg"}, "certificate-malformed"),
        ({"issued_on": "in March"}, "appearance-malformed"),
        ({"country": "Luxembourg"}, "appearance-malformed"),
        ({"seal": 1}, "appearance-malformed"),
    ],
)
def test_a_certificate_names_who_gave_it_and_when(tmp_path: Path, changed: dict[str, object], code: str) -> None:
    initiative = _initiative(tmp_path, "central")
    with pytest.raises(Refused, match=code):
        _set(initiative, tmp_path / "look", {"certificate": CERTIFICATE | changed})
    _set(initiative, tmp_path / "look", {"certificate": CERTIFICATE})
    shown_now = loading._appearance(initiative, initiative.appearance)["certificate"]
    assert (shown_now.authority, shown_now.content) == ("CTIE", b"%PDF-1.7 synthetic")


def test_once_live_two_persons_change_the_look(tmp_path: Path, premises: Premises) -> None:
    initiative = _initiative(tmp_path, "central")
    place.go_live(initiative, premises)
    with pytest.raises(Refused, match="second-person-missing"):
        _set(initiative, tmp_path / "look", {"layout": "column"})
    assert _set(initiative, tmp_path / "look", {"layout": "column"}, TWO) == ("layout",)
    assert _set(initiative, tmp_path / "look", {"layout": "column"}, TWO) == ()


def test_an_update_from_the_folder_leaves_the_look(tmp_path: Path) -> None:
    initiative = _initiative(tmp_path)
    _set(initiative, tmp_path / "look", WHOLE)
    folder = place.write_folder(tmp_path / "folder", contact_email="new@night-trains.example")
    setup.update_initiative(initiative, read_folder(folder, today=TODAY), ONE, now=NOW)
    assert initiative.appearance["layout"] == "column"
    assert initiative.appearance["logo"]
