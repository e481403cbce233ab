"""The words of the console: what a screen shows stands in the template, and is shown in its reader's language."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings
from lxml import html

from civium.errors import Refused
from civium.law.letters import letters
from civium.law.procedure import load_procedure
from civium.server.console import catalogues, frame, procedure_words, words
from civium.server.console.lifecycle.forms import FORMS
from civium.server.console.models import Account
from civium.server.console.sentences import sentence
from civium.server.console.urls import all_screens
from civium.server.initiatives import handing_over, milestones
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import open_premises
from civium.server.site.catalogues import extract, faults, written
from civium.server.site.languages import CODES, OWN_NAMES, locale_of
from tests.server.console.conftest import Browser, BrowserOf, Clock, Installation
from tests.server.console.lifecycle.going import go_live
from tests.server.initiatives import place

_CAPTURE = re.compile(r"<(?:\w+:)?(\w+)>")
_MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[^\W\d_]{3,}")
_BLOCKS = "p|li|h1|h2|h3|h4|td|th|dt|dd|label|option|summary|button|legend|caption|title|a|text|div[not(*)]|span[not(*)]"
_LABELS = "//@aria-label | //@alt | //@title | //@data-label | //@placeholder"
_CODE = "//script | //style | /html//*[@lang] | //code | //*[contains(concat(' ', @class, ' '), ' code ')] | //textarea | //input"
# What is no sentence: names, kinds of files, what a browser calls itself.
_NAMES = (
    "Civium",
    "Brussels",
    "CSV",
    "PDF",
    "PNG",
    "SVG",
    "XML",
    "JSON",
    "SHA",
    "Firefox",
    "Linux",
    "Rail Forum",
    "rail-forum",
)


@pytest.fixture(scope="module")
def marked() -> bytes:
    """Give a Finnish catalogue in which every sentence is the English one, marked."""
    made = Catalog(locale="fi", domain="console", fuzzy=False)
    for message in extract(catalogues.OF_THE_CONSOLE):
        if message.id:
            forms = (message.id,) if isinstance(message.id, str) else message.id
            made.add(message.id, f"⟦{forms[0]}⟧" if len(forms) == 1 else tuple(f"⟦{form}⟧" for form in forms))
    return written(made)


@pytest.fixture
def invented(marked: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have the console read that catalogue, and none else."""
    monkeypatch.setattr(words, "LOCALE", tmp_path / "locale")
    words.path("fi").parent.mkdir(parents=True)
    words.path("fi").write_bytes(marked)
    _forget()
    yield words.path("fi")
    _forget()


def _forget() -> None:
    words.words.cache_clear()
    procedure_words.words_for.cache_clear()


@pytest.mark.slow
def test_no_screen_shows_a_sentence_that_is_not_in_the_template(
    invented: Path, installation: Installation, browser_of: BrowserOf, clock: Clock
) -> None:
    """Whatever goes through no catalogue stays as it is in the code, and stands there without a mark."""
    initiative, browser = installation.petition, browser_of("representative", installation.petition)
    operator = browser_of("operator", None)
    Account.objects.update(language="fi")
    data = _data(installation)
    found = {(name, left) for one in (browser, operator) for name, left in _said(one, initiative, data)}
    initiative = go_live(installation, initiative)
    _work(browser, initiative)
    found |= set(_said(browser, initiative, data))
    found |= set(_refused(browser, initiative, data))
    clock.now = place.NOW + timedelta(days=200)
    browser = browser_of("representative", initiative)
    Account.objects.update(language="fi")
    code = next(iter(load_procedure(initiative.procedure).jurisdictions))
    delivery = handing_over.Delivery(clock.now.date(), "carrier")
    handing_over.hand_over_elsewhere(initiative, code, "sheets", 50, place.TWO, now=clock.now, delivery=delivery)
    with open_premises(installation.config, place.BUNDLE) as premises:
        milestones.withdraw(initiative, premises, place.TWO, on=clock.now.date(), now=clock.now)
    found |= set(_said(browser, initiative, data))
    assert not found, "\n".join(f"{name}: {left}" for name, left in sorted(found))


def _work(browser: Browser, initiative: Initiative) -> None:
    """Do a little of everything, so that screens have rows to show."""
    here, code = f"/console/initiatives/{initiative.slug}/", next(iter(load_procedure(initiative.procedure).jurisdictions))
    for path, told in (
        ("partners/add/", {"code": "rail-forum", "name": "Rail Forum"}),
        ("desk/", {"kind": "access", "received_on": "2026-11-20", "state": code}),
        ("exports/", {"kind": "working-copy", "state": code}),
        ("exports/ways/", {"state": code, "way": "sealed"}),
        ("paper/enter/", {"week": "2026-11-16", f"n-{code}": "120"}),
        ("duties/funding/", {"kind": "help", "sponsor": "Rail Forum", "on": "2026-11-20", "what": "rooms"}),
        ("lifecycle/act/end-now/", {}),
        ("people/invite/", {"email": "new@organisers.example", "role": "observer"}),
    ):
        assert browser.post(here + path, told).status_code in (200, 303, 422), path
    assert initiative.proposals.exists()
    assert initiative.partners.exists()


def _said(browser: Browser, initiative: Initiative, data: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Give what stands on a screen without a mark and is none of the data, with the screen."""
    for screen, address in _addresses(initiative, "GET"):
        answer = browser.get(address)
        if answer.status_code != 303 and answer["Content-Type"].startswith("text/html"):
            yield from ((screen, left) for left in _left(answer.content, data))


def _refused(browser: Browser, initiative: Initiative, data: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Give the same of the pages that answer to a form with nothing in it."""
    for screen, address in _addresses(initiative, "POST"):
        if "/people/" in address or f"/{initiative.slug}/" not in address:
            continue  # nobody here is to lose their role, or to be logged off
        answer = browser.post(address)
        if answer.status_code == 422:
            yield from ((f"{screen}, refused", left) for left in _left(answer.content, data))


def _left(page: bytes, data: re.Pattern[str]) -> Iterator[str]:
    tree = html.document_fromstring(page.decode())
    if tree.xpath("//meta[@name='registration']") or tree.xpath("//*[@data-preview]"):
        return  # a public page, which has words of its own
    assert tree.get("lang") == "fi"
    for hidden in tree.xpath(_CODE):
        hidden.drop_tree()
    texts = [" ".join(block.itertext()) for block in tree.xpath(" | ".join(f"//{name}" for name in _BLOCKS.split("|")))]
    for text in (*texts, *(str(one) for one in tree.xpath(_LABELS))):
        left = data.sub(" ", _unmarked(" ".join(text.split())))
        if _WORD.search(left):
            yield left.strip()[:120]


def _unmarked(text: str) -> str:
    """Leave out what is marked, from the inside out: what is filled into a sentence may be a sentence."""
    while _MARKED.search(text):
        text = _MARKED.sub(" ", text)
    return text


def _addresses(initiative: Initiative, method: str) -> Iterator[tuple[str, str]]:
    """Give the address of every screen with such a method; what it captures is the first of its kind."""
    procedure = load_procedure(initiative.procedure)
    first = {
        "slug": initiative.slug,
        "act": "",
        "language": "en",
        "jurisdiction": next(iter(procedure.jurisdictions)),
        "week": "2026-11-16",
        "code": "rail-forum",
        "letter": letters(initiative.procedure)[0].id,
    }
    for screen in all_screens():
        if method in screen.methods and screen.name not in ("setup-preview", "post-preview"):
            for act in FORMS if screen.name == "act" else ("",):
                address = _CAPTURE.sub(lambda found, act=act: (first | {"act": act}).get(found[1], "1"), screen.path)
                yield f"{screen.name} {act}".strip(), f"/console/{address}"


def _data(installation: Installation) -> re.Pattern[str]:
    """Give what is nobody's to translate: the procedures' own texts, what was typed, names, and what CLDR writes in Finnish."""
    fi = locale_of("fi")
    typed = [installation.demonstration, installation.petition]
    texts: set[str] = {*_NAMES, *OWN_NAMES.values(), "Català", settings.CONFIG.url}
    texts |= set(_strings([load_procedure(name) for name in ("eci", "petition", "region")]))
    texts |= {text.rpartition(": ")[2].capitalize() for one in letters("petition") for text in one.subjects.values()}
    texts |= set(_strings(letters("petition")))
    texts |= set(fi.territories.values()) | set(_strings(fi.months)) | set(_strings(fi.days))
    texts |= {
        text for one in typed for text in _strings([one.slug, one.organisers, list(one.texts.values_list("title", "objectives"))])
    }
    texts |= {text for account in Account.objects.all() for text in (account.name, account.email)} | {"Anna", "Bo"}
    known = sorted((text for text in texts if len(text) > 2), key=len, reverse=True)
    # Days and months have endings in Finnish.
    return re.compile(
        "|".join(rf"\b{re.escape(' '.join(text.split()))}(?:ta|na|n)?(?!\w)" for text in known) + r"|[0-9a-f]{16}…|https?://\S+"
    )


def _strings(value: Any) -> Iterator[str]:
    """Give every text within a value."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        yield from _strings([getattr(value, one.name) for one in dataclasses.fields(value)])
    elif isinstance(value, Mapping) or hasattr(value, "items"):
        yield from _strings([*value.values(), *value])
    elif isinstance(value, Iterable):
        for one in value:
            yield from _strings(one)


def test_the_written_template_is_the_one_that_the_sources_give() -> None:
    with catalogues.OF_THE_CONSOLE.template.open("rb") as stream:
        kept = read_po(stream)
    assert {message.id for message in kept} == {message.id for message in extract(catalogues.OF_THE_CONSOLE)}, "run `make words`"


def test_every_table_gives_sentences_and_the_template_has_no_dates() -> None:
    for name, table in catalogues.TABLES.items():
        assert any(table()), name
    assert b"-Date" not in catalogues.OF_THE_CONSOLE.template.read_bytes()


def test_a_catalogue_that_is_offered_keeps_every_place() -> None:
    """A sentence may be missing, and is English then; one that would lose a number or a name may not be shipped."""
    found = {code: faults(code, catalogues.OF_THE_CONSOLE) for code in words.offered() if code != "en"}
    assert not [fault for listed in found.values() for fault in listed if fault.startswith("places")]


def test_what_is_missing_and_what_lost_its_place_are_faults(invented: Path) -> None:
    here = dataclasses.replace(catalogues.OF_THE_CONSOLE, locale=words.LOCALE)
    assert faults("fi", here) == []
    text = invented.read_text("utf-8")
    text = text.replace('msgstr "⟦Proposed: %(act)s. A second person has to agree.⟧"', 'msgstr "⟦Proposed.⟧"')
    invented.write_text(text.replace('msgstr "⟦Log off⟧"', 'msgstr ""'), "utf-8")
    assert faults("fi", here) == ["missing: Log off", "places differ: Proposed: %(act)s. A second person has to agree."]


def test_one_chooses_among_the_languages_that_there_are(
    invented: Path, installation: Installation, browser_of: BrowserOf
) -> None:
    browser = browser_of("observer", installation.petition)
    assert words.offered() == ("en", "fi")
    page = browser.get("/console/account/").content.decode()
    assert '<option value="fi" lang="fi">Suomi</option>' in page
    assert browser.post("/console/account/language/", {"language": "fi"}).status_code == 303
    page = browser.get("/console/account/").content.decode()
    assert '<html lang="fi">' in page
    assert "⟦The console speaks your language now.⟧" in page
    assert "marraskuuta 2026, 13.00" in page
    for other in ("de", "../fi", ""):
        browser.post("/console/account/language/", {"language": other})
        assert Account.objects.get(pk=browser.account.pk).language == "fi"


def test_without_a_catalogue_there_is_no_choice_and_english_says_so(
    installation: Installation, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(words, "LOCALE", tmp_path)
    _forget()
    browser = browser_of("observer", installation.petition)
    Account.objects.update(language="mt")  # as when a catalogue went away again
    page = browser.get("/console/account/").content.decode()
    assert '<html lang="en">' in page
    assert "Language of the console" not in page
    assert set(words.offered()) <= set(CODES)
    _forget()


def test_what_is_refused_is_said_in_the_readers_language_with_its_facts(invented: Path) -> None:
    said = sentence(Refused("schema-older", waiting=3), words.words("fi"))
    assert said == "⟦The database is older than this version: 3 migrations are missing.⟧"
    assert sentence(Refused("second-person-missing"), words.words("fi")).endswith(
        "⟦Propose it here; another person of your initiative then agrees.⟧"
    )
    assert frame.SOURCE == "en"


def test_what_the_catalogue_lacks_is_said_by_the_public_pages_or_in_english(invented: Path) -> None:
    invented.write_bytes(written(Catalog(locale="fi", domain="console", fuzzy=False)))
    _forget()
    fi = words.words("fi")
    assert fi("Paused") not in ("", "Paused")
    assert fi("The console speaks your language now.") == "The console speaks your language now."
