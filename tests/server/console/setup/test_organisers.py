"""The organisers' key in the console: one file given, all tests taken at once, all answers given at once; the page says who holds what."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from civium.authority import organisers_key as own
from civium.formats import authority_key, organisers_key
from civium.formats.envelope import DEFAULT_SUITE
from civium.law.procedure import load_procedure
from civium.server.console.proposals.acts import ACTS
from civium.server.initiatives import keys, live, proposals
from civium.server.initiatives.models import AuthorityKey
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.initiatives.proposals import Person
from tests.server.console.conftest import Browser, BrowserOf, Installation
from tests.server.folders import private_key
from tests.server.initiatives import place

OF = "/console/initiatives/night-trains/set-up/keys/"
ROOT = own.make_root(b"o" * 32, DEFAULT_SUITE)
CODES = sorted(load_procedure("eci").jurisdictions)
KEYS = own.public_keys(ROOT, CODES)


def _upload(raw: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("file", raw)


def _give(browser: Browser, raw: bytes, of: str = OF) -> Any:
    return browser.post(f"{of}organisers/", {"bundle": _upload(raw), "organisers-custody": "shares, 3 of 5"})


def _answers(tests: bytes, root: own.SeedKey = ROOT) -> dict[str, organisers_key.Answer]:
    parsed = organisers_key.parse_tests(tests)
    return own.answers_of(partial(own.derived_key, root), tuple(parsed), parsed)


def _send(browser: Browser, answers: dict[str, organisers_key.Answer], of: str = OF) -> Any:
    return browser.post(f"{of}organisers/answers/", {"answers-file": _upload(organisers_key.encode_answers(answers))})


def test_given_once_tested_once_proven_once(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("security-officer", installation.demonstration)
    keys.add_key(installation.demonstration, authority_key.encode(private_key("LU").public), place.ONE, now=place.NOW)
    given = _give(browser, organisers_key.encode(KEYS))
    assert given.status_code == 303, given.content.decode()
    page = browser.get(OF).content.decode()
    assert organisers_key.fingerprint_words(KEYS).replace("-", " ") in page
    assert "26 keys received" in page
    assert page.count("Prove the key of") == 1, "the authority's alone has a card of its own"
    tests = browser.post(f"{OF}organisers/tests/")
    assert tests["Content-Disposition"] == 'attachment; filename="night-trains.civium-key-tests"'
    assert set(organisers_key.parse_tests(tests.content)) == set(CODES) - {"LU"}
    assert _send(browser, _answers(tests.content)).status_code == 303
    page = browser.get(OF).content.decode()
    assert "26 of 27" in page
    assert page.count("held by the organisers") == 26
    assert page.count("held by the authority") == 1
    overview = browser.get("/console/initiatives/night-trains/set-up/").content.decode()
    assert "The organisers hold the keys of some States" in overview
    again = browser.post(f"{OF}organisers/tests/")
    assert again.status_code == 422
    assert "waits for its proof" in again.content.decode()


def test_what_is_wrong_is_said_and_nothing_taken(installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", installation.demonstration)
    twice = organisers_key.encode(
        {"AT": KEYS["AT"], "BE": authority_key.public_key_of("BE", KEYS["AT"].suite, KEYS["AT"].public_key)}
    )
    for raw, said in (
        (b"", "Choose the file that ends in"),
        (b"{}", "not a file of organisers"),
        (b"x" * 600_000, "not a file of organisers"),
        (organisers_key.encode(KEYS).replace(b'"key_id":"', b'"key_id":"0', 1), "id is not that of the key"),
        (twice, "one and the same key for AT and for BE"),
    ):
        told = browser.post(f"{OF}organisers/", {"bundle": _upload(raw)} if raw else {})
        assert told.status_code == 422
        assert said in told.content.decode()
    assert not AuthorityKey.objects.exists()
    _give(browser, organisers_key.encode(KEYS))
    answers = _answers(browser.post(f"{OF}organisers/tests/").content)
    mixed = {**answers, "AT": organisers_key.Answer(answers["AT"].key_id, answers["BE"].words)}
    foreign = {
        "AT": organisers_key.Answer(
            own.derived_key(own.make_root(bytes(32), DEFAULT_SUITE), "AT").public.key_id, answers["AT"].words
        )
    }
    for wrong, said in ((mixed, "The words for AT are not those"), (foreign, "The answer for AT is of another key")):
        told = _send(browser, wrong)
        assert told.status_code == 422
        assert said in told.content.decode()
    assert browser.post(f"{OF}organisers/answers/", {"answers-file": _upload(b"words")}).status_code == 422
    assert browser.post(f"{OF}organisers/answers/", {}).status_code == 422
    assert not AuthorityKey.objects.exclude(proven_on=None).exists()


@pytest.fixture
def premises(installation: Installation) -> Iterator[Premises]:
    with open_premises(installation.config, place.BUNDLE) as opened:
        yield opened


def test_once_live_two_persons_give_and_prove_them(installation: Installation, browser_of: BrowserOf, premises: Premises) -> None:
    petition, of = installation.petition, "/console/initiatives/quiet-skies/set-up/keys/"
    codes = sorted(load_procedure(petition.procedure).jurisdictions)
    place.add_proven_key(petition, codes[0])
    live.open_collection(petition, premises, live.GoLive(place.TWO, accepts_closed_online=True), now=place.NOW)
    browser = browser_of("representative", petition)
    bundle = own.public_keys(ROOT, codes)

    def agree(said: str) -> None:
        (waiting,) = proposals.open_proposals(petition, now=place.NOW)
        act = ACTS[waiting.act]
        assert said in act.sentence(waiting.facts)
        proposals.approve(waiting, act, premises, Person("another", "Tomaž Breznikar (substitute)"), now=place.NOW)

    assert _give(browser, organisers_key.encode(bundle), of).status_code == 303
    assert petition.keys.count() == 1
    agree(f"(fingerprint {organisers_key.fingerprint_words(bundle)})")
    assert petition.keys.count() == len(codes)
    tests = browser.post(f"{of}organisers/tests/")
    assert _send(browser, _answers(tests.content), of).status_code == 303
    agree("Accept the proofs of the organisers' keys of: ")
    assert petition.collections.get().manifests.filter(is_published=True).count() == 2
