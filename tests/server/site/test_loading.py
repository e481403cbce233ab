"""From a real installation's database to its pages: what is public, and what a pause, an end or a change shows at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from lxml import html

from civium.law.browser_rules import encode_rules
from civium.law.procedure import load_procedure
from civium.server.config import Config
from civium.server.initiatives import lifecycle
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.site import loading, shown
from civium.server.store import connecting
from tests.server.initiatives import place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from civium.server.site.pages import Site

ADDRESS = "/en/i/night-trains"


@pytest.fixture
def premises(civium_db: Path) -> Iterator[Premises]:
    config = Config.from_environment({"CIVIUM_DATA": str(civium_db.parent), "CIVIUM_URL": "https://collect.example"})
    connecting.prepare(config.statements_path)
    with open_premises(config, place.BUNDLE) as opened:
        yield opened


def _site(now: datetime = place.NOW, received: int = 12) -> Site:
    return loading.installed_site(lambda _: shown.Counts(received, {"ES": received}), lambda: now)


def _tree(site: Site, address: str = ADDRESS) -> html.HtmlElement:
    page = site.render(address)
    assert page is not None
    return html.document_fromstring(page.body.decode())


def test_an_initiative_in_set_up_has_no_page(premises: Premises, tmp_path: Path) -> None:
    place.make_installation()
    place.add_initiative(tmp_path / "folder")
    assert _site().render(ADDRESS) is None
    front = _tree(_site(), "/en/")
    assert "Nothing is being collected here yet" in front.text_content()
    assert front.xpath("//div[@class='strip']"), "a demonstration says so before anything is in it"


def test_a_live_initiative_shows_what_its_manifest_promises(premises: Premises, tmp_path: Path) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder", theme_colour="#51307a")
    collection = place.go_live(initiative, premises)
    tree = _tree(_site())
    form = tree.get_element_by_id("form")
    current = collection.current_manifest()
    assert form.get("data-collection") == collection.hex
    assert form.get("data-manifest") == bytes(current.sha256).hex()
    assert sorted(form.get("data-form-languages").split()) == ["el", "en"]
    assets = _site().assets()
    assert assets[form.get("data-rules")].content == bytes(current.rules) == encode_rules(load_procedure("eci"))
    assert "12 of 1,000,000" in " ".join(tree.text_content().split())
    protection = _tree(_site(), f"{ADDRESS}/protection")
    assert protection.text_content().count("No key yet: closed online") == 25
    checkpoints = [address for address in protection.xpath("//a/@href") if address.startswith("/log/")]
    assert checkpoints == [f"/log/{collection.hex}/MT/online/1/checkpoint", f"/log/{collection.hex}/ES/online/1/checkpoint"]


def test_a_language_without_text_is_shown_in_the_original(premises: Premises, tmp_path: Path) -> None:
    place.make_installation()
    place.go_live(place.add_initiative(tmp_path / "folder"), premises)
    assert _tree(_site(), "/el/i/night-trains").get_element_by_id("title").get("lang") is None
    fallback = _tree(_site(), "/mt/i/night-trains")
    assert fallback.get_element_by_id("title").get("lang") == "en"
    assert fallback.xpath("//*[@id='form']") == []


def test_a_pause_and_an_end_are_seen(premises: Premises, tmp_path: Path) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    place.go_live(initiative, premises)
    before = _site().version()
    lifecycle.pause(initiative, premises, place.TWO, now=place.NOW)
    assert "Nothing can be sent just now." in _tree(_site()).text_content()
    assert _site().version() != before


def test_the_days_of_the_period_decide_between_waiting_collecting_and_ended(premises: Premises, tmp_path: Path) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    place.go_live(initiative, premises)
    last_second = datetime(2027, 4, 13, 21, 59, 59, tzinfo=UTC)
    assert _tree(_site(last_second)).xpath("//*[@id='form']")
    after = _tree(_site(last_second + timedelta(seconds=1)))
    assert after.xpath("//*[@id='form']") == []
    assert "The collection has ended" in after.text_content()
    early = _tree(_site(datetime(2026, 4, 13, 12, tzinfo=UTC)))
    assert "The collection begins on 14 April 2026." in early.text_content()
    assert _site(last_second).version() != _site(last_second + timedelta(seconds=1)).version()


def test_a_campaign_page_is_public_without_a_collection(premises: Premises, tmp_path: Path) -> None:
    place.make_installation("companion")
    told = {**place.CENTRAL, "deployment": "companion", "central_url": "https://central.example/form"}
    place.add_initiative(tmp_path / "folder", **told)
    tree = _tree(_site())
    assert tree.xpath("//section[@id='support']//a[contains(@class,'button')]/@href") == ["https://central.example/form"]
    assert tree.xpath("//*[@id='form']") == []


def test_the_operator_is_named_with_where_the_data_lies(premises: Premises, tmp_path: Path) -> None:
    place.make_installation()
    place.go_live(place.add_initiative(tmp_path / "folder"), premises)
    seen = _tree(_site(), f"{ADDRESS}/protection").text_content()
    assert "Secretariat-General" in seen
    assert "Luxembourg" in seen


def test_counts_of_logs_are_added_by_jurisdiction() -> None:
    counts = loading.counts_of([("ES", 3), ("MT", 1), ("ES", 4)])
    assert counts == shown.Counts(8, {"ES": 7, "MT": 1})
    assert loading.counts_of([("ES", 3)], 5).received == 5
