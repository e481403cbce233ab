"""Below a preview's link: pages, files, keys, statements; and nothing for whoever has no link, or an old one."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from civium.formats import envelope, erasure, manifest, posting, receipt
from civium.server.asgi import FORMS
from civium.server.initiatives.folder import read_folder
from civium.server.initiatives.setup import update_initiative
from civium.server.preview import acts, pages, place
from civium.server.site import campaign_page, loading
from civium.server.site import pages as site_pages
from civium.server.supporters import pages as supporters_pages
from tests.server.initiatives import place as tests_place
from tests.server.preview.conftest import NOW, TODAY, Tried

PAGE = "/en/i/night-trains"
OCTETS = "application/octet-stream"
ACCEPTED = {"host": "collect.example"}


@pytest.fixture
def phone() -> Client:
    """Give a browser that nobody is logged on with."""
    return Client(headers=ACCEPTED)


def post(phone: Client, address: str, raw: bytes) -> HttpResponse:
    return phone.post(address, raw, content_type=OCTETS)


def comparable(answer: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    return answer.status_code, answer.content, {name: value for name, value in answer.items() if name.lower() != "date"}


def test_the_link_leads_to_the_page_in_the_language_asked_for(tried: Tried, phone: Client) -> None:
    led = phone.get(f"{tried.address}/", headers={**ACCEPTED, "accept-language": "el,en;q=0.5"})
    assert (led.status_code, led["Location"]) == (303, f"{tried.address}/el/i/night-trains")
    assert phone.get(tried.address)["Location"] == f"{tried.address}{PAGE}"


@pytest.mark.parametrize(
    "page", ["", "/progress", "/protection", "/privacy", "/questions", "/authorities", "/conformity", "/take-back"]
)
def test_a_page_says_that_nothing_counts_and_stays_here(tried: Tried, phone: Client, page: str) -> None:
    answer = phone.get(f"{tried.address}{PAGE}{page}")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Nothing entered here counts. Please use invented data only." in text
    assert '<meta name="robots" content="noindex, nofollow">' in text
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "form-action 'none'" in answer["Content-Security-Policy"]
    assert not answer.cookies
    # Whatever is of this initiative lies below the link: links, what the form asks, where it sends.
    assert not re.findall(r'["\'](?:/[a-z]{2}/i/|/api/)', text)
    assert "/feedback" not in text
    assert "/news" not in text
    assert f'"{tried.address}/el/i/night-trains{page}"' in text


def test_what_its_pages_load_is_there_and_kept_by_nobody(tried: Tried, phone: Client) -> None:
    text = phone.get(f"{tried.address}{PAGE}").content.decode()
    own = re.findall(rf'"({re.escape(tried.address)}/assets/[^"]+)"', text)
    assert any("/rules-eci." in path for path in own)
    for path in own:
        answer = phone.get(path)
        assert (answer.status_code, answer["Cache-Control"], answer["X-Robots-Tag"]) == (200, "no-store", "noindex, nofollow")
    attributes = dict(re.findall(r'data-([a-z-]+)="([^"]*)"', text))
    signed = phone.get(attributes["manifest-url"])
    assert sha256(signed.content).hexdigest() == attributes["manifest"]
    promised = manifest.parse(signed.content)
    rules = phone.get(attributes["rules"])
    assert sha256(rules.content).digest() == promised.rules_sha256
    note = phone.get(f"{attributes['manifest-url']}/signature").content.decode()
    assert manifest.check_signature(signed.content, note, promised.log_key) == promised
    told = phone.get(attributes["keys"]).json()
    assert set(told["keys"]) == set(promised.keys)
    assert phone.get(attributes["challenge"]).json()["maxnumber"] == 0
    assert phone.get(f"{tried.address}/api/collections/{'0' * 32}/keys").status_code == 404
    assert phone.get(f"{tried.address}/assets/no-such.css").status_code == 404


def test_of_every_page_somebody_decided_whether_a_preview_has_it() -> None:
    """A new page is either among a preview's, or leads to something that a preview does not have."""
    elsewhere = {*campaign_page.NAMES, supporters_pages.NEWS, supporters_pages.NEWS_SENT}
    elsewhere |= {supporters_pages.FEEDBACK, supporters_pages.FEEDBACK_SENT}
    of_an_initiative = {name or "" for name in site_pages.endings()[1]}
    assert of_an_initiative - elsewhere <= pages.PAGES


def test_what_leads_elsewhere_is_not_among_its_pages(tried: Tried, phone: Client) -> None:
    for page in ("/campaign", "/news", "/feedback", "/poster.svg", "/nothing"):
        assert phone.get(f"{tried.address}{PAGE}{page}").status_code == 404, page
    assert phone.get(f"{tried.address}/en/i/another").status_code == 404
    assert phone.get(f"{tried.address}/en/").status_code == 404


def test_a_statement_gets_a_receipt_whose_proof_holds(tried: Tried, phone: Client) -> None:
    raw = tried.posting("MT")
    answer = post(phone, f"{tried.address}/api/statements", raw)
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "no-store"
    told = receipt.parse(answer.content.decode())
    with place.opened(tried.place, {}) as premises:
        promised = manifest.parse(premises.store.manifests(tried.preview.identifier)[0].raw)
    sent = envelope.envelope_hash(posting.parse(raw).envelope)
    signed = receipt.check(told, envelope_hash=sent, origin=promised.logs["MT/online"], log_key=promised.log_key, today=TODAY)
    assert (signed.size, told.index) == (1, 0)
    assert post(phone, f"{tried.address}/api/statements", raw).content == answer.content
    counted = phone.get(f"{tried.address}/api/collections/{tried.preview.identifier.hex()}/counts").json()
    assert (counted["received"], counted["jurisdictions"]["MT"]) == (1, 1)


def test_a_statement_is_taken_back_with_its_code(tried: Tried, phone: Client) -> None:
    raw, code = tried.posting("MT", code=bytes(range(16))), bytes(range(16))
    post(phone, f"{tried.address}/api/statements", raw)
    identifier = receipt.identifier(envelope.envelope_hash(posting.parse(raw).envelope))
    wrong = erasure.encode(erasure.Erasure(tried.preview.identifier, identifier, bytes(16)))
    assert post(phone, f"{tried.address}/api/erasures", wrong).status_code == 404
    right = erasure.encode(erasure.Erasure(tried.preview.identifier, identifier, code))
    assert post(phone, f"{tried.address}/api/erasures", right).json() == {"destroyed": True}
    counted = phone.get(f"{tried.address}/api/collections/{tried.preview.identifier.hex()}/counts").json()
    assert counted["received"] == 0


def test_malformed_bodies_are_refused_as_by_the_intake(tried: Tried, phone: Client) -> None:
    for address, raw, code in (
        ("statements", b"", "posting-malformed"),
        ("statements", bytes(9000), "posting-size"),
        ("erasures", b"{}", "erasure-malformed"),
        ("nothing", b"", "unknown-path"),
    ):
        told = post(phone, f"{tried.address}/api/{address}", raw)
        assert json.loads(told.content)["code"] == code
    assert post(phone, f"{tried.address}/api/sources", b"whatever").status_code == 204


def test_whoever_has_no_link_or_an_old_one_learns_nothing(tried: Tried, phone: Client) -> None:
    """The same bytes and headers as for any address that there is not, by either method."""
    old = tried.address
    acts.renew_link(tried.preview, tests_place.ONE, now=NOW)
    unknown = comparable(phone.get("/nothing/of-this-name"))
    never = f"/preview/{'A' * 32}"

    def check_unknown(address: str) -> None:
        for path in ("", "/", PAGE, f"{PAGE}/privacy", "/api/collections/x/keys", "/assets/x.css"):
            assert comparable(phone.get(f"{address}{path}")) == unknown, path
        posted = post(phone, f"{address}/api/statements", tried.posting("MT"))
        assert (posted.status_code, posted["Allow"], json.loads(posted.content)["code"]) == (
            405,
            "GET, HEAD",
            "method-not-allowed",
        )

    check_unknown(never)
    check_unknown(old)
    alive = tried.address
    assert phone.get(f"{alive}{PAGE}").status_code == 200
    tried.clock.now = NOW + timedelta(days=14)
    check_unknown(alive)
    tried.clock.now = NOW
    acts.close_link(tried.preview, tests_place.ONE, now=NOW)
    check_unknown(alive)
    assert phone.get("/preview/short/").status_code == 404
    assert unknown[0] == 404


def test_a_dropped_one_is_unknown_at_once(tried: Tried, phone: Client) -> None:
    address, raw = tried.address, tried.posting()
    acts.drop(tried.preview, tried.config.folder, tests_place.ONE, because=acts.BY_HAND, now=NOW)
    assert phone.get(f"{address}{PAGE}").status_code == 404
    assert post(phone, f"{address}/api/statements", raw).status_code == 405


def test_one_whose_files_are_gone_is_unknown(tried: Tried, phone: Client) -> None:
    place.remove(tried.config.folder, tried.preview.identifier)
    assert phone.get(f"{tried.address}{PAGE}").status_code == 404
    assert phone.get(f"{tried.address}/api/collections/x/keys").status_code == 404


def test_pages_follow_the_set_up(tried: Tried, phone: Client, tmp_path: Any) -> None:
    before = tried.preview.identifier
    post(phone, f"{tried.address}/api/statements", tried.posting())
    folder = tests_place.write_folder(
        tmp_path / "folder",
        {"en": {"title": "Sleepers for every capital", "objectives": "We ask for sleepers."}},
        **tests_place.CENTRAL,
    )
    update_initiative(tried.initiative, read_folder(folder, today=TODAY), tests_place.ONE, now=NOW)
    text = phone.get(f"{tried.address}{PAGE}").content.decode()
    assert "Sleepers for every capital" in text
    assert tried.preview.identifier != before
    assert before.hex() not in text
    assert post(phone, f"{tried.address}/api/statements", tried.posting()).status_code == 200


def test_no_public_page_list_or_number_holds_it(tried: Tried, phone: Client) -> None:
    post(phone, f"{tried.address}/api/statements", tried.posting())
    assert loading.hosted(TODAY) == ()
    assert loading.find("night-trains", TODAY) is None
    name = tried.preview.identifier.hex()
    for path in ("/en/", "/en/receipt", "/en/open-data", "/en/questions", "/en/legal-notice"):
        text = phone.get(path).content.decode()
        assert name not in text, path
        assert "night-trains" not in text, path
    assert phone.get("/en/i/night-trains").status_code == 404


def test_the_front_door_lets_these_posts_through_and_no_others() -> None:
    link = "A" * 32
    allowed = [f"/preview/{link}/api/{name}" for name in ("statements", "erasures", "sources")]
    others = [f"/preview/{link}/", f"/preview/{link}/api/tokens", f"/preview/{link}{PAGE}", "/preview/short/api/statements"]
    assert all(any(form.fullmatch(path) for form in FORMS) for path in allowed)
    assert not any(form.fullmatch(path) for form in FORMS for path in others)
