"""The screens of exports: counted first, made by a job, taken away twice with the same bytes, refused by rule, another's never shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from lxml import html

from civium.server.initiatives import lifecycle
from civium.server.initiatives.models import Initiative, JournalEntry, Proposal
from civium.server.jobs import files, queue
from civium.server.jobs.models import Job
from tests.server.console.conftest import BrowserOf, Clock, Installation
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW
from tests.server.jobs.working import do_next, receive

from .living import go_live, premises_of, text_of

PAGE = "/console/initiatives/night-trains/exports/"
OTHER = "/console/initiatives/quiet-skies/exports/"


@pytest.fixture
def live(installation: Installation) -> Initiative:
    with premises_of(installation.config) as premises:
        go_live(installation.demonstration, premises)
        collection = installation.demonstration.live_collection()
        assert collection is not None
        receive(premises, collection, "ES", 12)
        receive(premises, collection, "MT", 5)
    return installation.demonstration


def _choose(**told: str) -> dict[str, str]:
    return {"kind": "working-copy", "state": "ES", "from": "", "to": "", **told}


def _start(browser: Any, page: str = PAGE, **told: str) -> Any:
    return browser.post(page, _choose(**told))


def test_before_it_is_live_the_page_teaches(installation: Installation, browser_of: BrowserOf) -> None:
    answer = browser_of("representative", installation.demonstration).get(PAGE)
    assert answer.status_code == 200
    assert "Nothing to export yet" in text_of(answer.content)


def test_counts_come_before_anything_is_made(live: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("member", live)
    page = text_of(browser.get(PAGE).content)
    assert "Nothing was exported yet" in page
    assert "Start export" not in page
    counted = browser.get(PAGE, _choose())
    assert "12 entries would be in one file, about 4" in text_of(counted.content)
    every = browser.get(PAGE, _choose(state=""))
    assert "17 entries would be in 2 files" in text_of(every.content)
    ever = browser.get(PAGE, _choose(**{"from": "0001-01-01", "to": "9999-12-31"}))
    assert "12 entries would be in one file" in text_of(ever.content), "whatever the calendar holds is a day"
    none = browser.get(PAGE, _choose(**{"from": "2026-11-22"}))
    assert "0 entries would be in one file" in text_of(none.content)
    assert not Job.objects.exists()


def test_an_export_is_asked_for_made_and_taken_twice_with_the_same_bytes(
    live: Initiative, installation: Installation, browser_of: BrowserOf
) -> None:
    browser = browser_of("member", live)
    answer = _start(browser)
    assert (answer.status_code, answer["location"]) == (303, PAGE)
    waits = text_of(browser.get(PAGE).content)
    assert "Waiting: working copy, Spain" in waits
    assert "The export waits for its turn" in waits
    job = do_next(installation.config, now=NOW)
    assert job is not None
    assert job.asked_by == ["Ines Quintão (member)"]
    assert "Done" in text_of(browser.get(PAGE).content)
    one = browser.get(f"{PAGE}{job.pk}/")
    (link,) = html.document_fromstring(one.content.decode()).xpath("//table//a/@href")
    assert "NOT FOR SUBMISSION" in text_of(one.content)
    first, second = (browser.get(link) for _ in range(2))
    raw = first.getvalue()
    assert raw == second.getvalue()
    assert sha256(raw).hexdigest() == files.listed(job)[0]["sha256"]
    assert sha256(raw).hexdigest() in text_of(one.content)
    assert first["content-disposition"] == 'attachment; filename="DEMO-1-ES-online-working-copy.civium"'
    assert (first["cache-control"], first["content-length"]) == ("no-store", str(len(raw)))
    assert JournalEntry.objects.filter(act="export-taken").count() == 2


def test_a_million_is_streamed_without_being_gathered(live: Initiative, installation: Installation) -> None:
    """Asynchronously served, a file goes in pieces of its own: Django would gather a plain iterator whole."""
    from django.core.handlers.asgi import ASGIRequest

    from civium.server.console.downloads import streamed

    path = installation.folder / "large"
    path.write_bytes(bytes(3 * 256 * 1024 + 1))
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    answer = streamed(ASGIRequest(scope, None), path, "application/octet-stream")  # type: ignore[arg-type]
    assert answer.is_async

    async def gathered() -> list[int]:
        return [len(piece) async for piece in answer]

    import asyncio

    assert asyncio.run(gathered()) == [256 * 1024] * 3 + [1]


def test_packages_need_their_permission_and_a_member_cannot_take_one(
    live: Initiative, installation: Installation, browser_of: BrowserOf
) -> None:
    member, representative = browser_of("member", live), browser_of("representative", live)
    refused = _start(member, kind="submission-package")
    assert refused.status_code in (403, 422)
    assert not Job.objects.exists()
    assert _start(representative, kind="submission-package", state="").status_code == 303
    job = do_next(installation.config, now=NOW)
    assert job is not None
    page = html.document_fromstring(representative.get(PAGE).content.decode())
    links = page.xpath("//section[@aria-labelledby='sub-h']//table//a/@href")
    assert len(links) == 2
    assert member.get(links[0]).status_code in (403, 422)
    assert representative.get(links[0]).status_code == 200
    assert JournalEntry.objects.filter(act="export-taken").count() == 1


def test_letters_stand_beside_their_packages_after_the_end(
    live: Initiative, installation: Installation, browser_of: BrowserOf
) -> None:
    with premises_of(installation.config) as premises:
        lifecycle.end_now(live, premises, place.ONE, now=NOW)
    browser = browser_of("substitute", live)
    _start(browser, kind="submission-package", state="")
    assert do_next(installation.config, now=NOW) is not None
    page = html.document_fromstring(browser.get(PAGE).content.decode())
    names = [" ".join(link.text_content().split()) for link in page.xpath("//section[@aria-labelledby='sub-h']//table//a")]
    assert names == ["Package Malta", "Letter Malta", "Package Spain", "Letter Spain"]
    letter = browser.get(page.xpath("//section[@aria-labelledby='sub-h']//table//a/@href")[1])
    assert letter["content-type"] == "application/pdf"
    assert letter.getvalue().startswith(b"%PDF")


def test_what_is_wrong_is_said_and_what_was_typed_stays(live: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("member", live)
    for told in ({"from": "2026-11-03", "to": "2026-11-02"}, {"from": "yesterday"}, {"state": "XX"}):
        answer = _start(browser, **told)
        assert answer.status_code == 422
    assert not Job.objects.exists()


def test_an_export_is_stopped_by_whoever_may_make_one(live: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("member", live)
    _start(browser)
    job = Job.objects.get()
    assert browser.get(f"{PAGE}{job.pk}/stop/").status_code == 405
    assert browser.post(f"{PAGE}{job.pk}/stop/").status_code == 303
    job.refresh_from_db()
    assert (job.state, job.stopped_by) == ("stopped", "Ines Quintão (member)")
    assert "Stopped" in text_of(browser.get(PAGE).content)
    assert browser.post(f"{PAGE}{job.pk}/stop/").status_code == 422


def test_a_running_export_says_how_far_it_is_and_that_it_was_begun_again(
    live: Initiative, browser_of: BrowserOf, clock: Clock
) -> None:
    browser = browser_of("member", live)
    _start(browser)
    for _ in range(2):
        job = queue.claim(now=NOW)
        assert job is not None
        queue.beat(job.pk, job.holder, queue.Progress(6, 24), now=NOW)
        page_before = browser.get(PAGE)
        if job.begins == 1:
            queue.let_go(job.pk, job.holder)
    clock.now = NOW + timedelta(seconds=10)
    page = text_of(page_before.content)
    assert "25 %" in page
    assert "It was begun again after an interruption" in page
    assert "About 30 seconds left" in text_of(browser.get(PAGE).content)


def test_a_failed_export_says_why(live: Initiative, browser_of: BrowserOf) -> None:
    from civium.errors import Refused

    browser = browser_of("member", live)
    _start(browser)
    job = queue.claim(now=NOW)
    assert job is not None
    queue.fail(job.pk, job.holder, Refused("file-not-written"), now=NOW)
    said = text_of(browser.get(f"{PAGE}{job.pk}/").content)
    assert "The file could not be written, and nothing of it is left." in said


def test_another_initiatives_export_is_not_there(live: Initiative, installation: Installation, browser_of: BrowserOf) -> None:
    browser = browser_of("member", live)
    _start(browser)
    job = do_next(installation.config, now=NOW)
    assert job is not None
    stranger = browser_of("representative", installation.petition)
    for path in (f"{OTHER}{job.pk}/", f"{OTHER}{job.pk}/0/", f"{PAGE}{job.pk}/0/"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"{OTHER}{job.pk}/stop/").status_code == 404


def test_a_package_that_counts_waits_for_the_end_then_for_two(
    installation: Installation, browser_of: BrowserOf, clock: Clock
) -> None:
    petition = installation.petition
    with premises_of(installation.config) as premises:
        code = go_live(petition, premises)
        collection = petition.live_collection()
        assert collection is not None
        receive(premises, collection, code, 3)
    assert _start(browser_of("representative", petition), OTHER, kind="submission-package", state=code).status_code == 422
    clock.now = datetime(2027, 4, 2, 12, tzinfo=UTC)
    browser = browser_of("representative", petition)
    answer = _start(browser, OTHER, kind="submission-package", state=code)
    assert (answer.status_code, answer["location"]) == (303, f"{OTHER}anyway/?state={code}")
    assert "There are 3" in text_of(browser.get(answer["location"]).content)
    assert browser.post(f"{OTHER}anyway/", {"state": code, "reason": " "}).status_code == 422
    proposed = browser.post(f"{OTHER}anyway/", {"state": code, "reason": "The authority asked for a rehearsal."})
    assert proposed.status_code == 303
    proposal = Proposal.objects.get()
    assert proposal.facts == {
        "kind": "submission-package",
        "jurisdictions": [code],
        "reason": "The authority asked for a rehearsal.",
    }
    assert not Job.objects.exists(), "nobody has agreed"
    agree = f"/console/initiatives/quiet-skies/proposals/{proposal.pk}/agree/"
    assert browser_of("member", petition).post(agree).status_code == 403, "who makes no package agrees to none"
    _agree(installation, proposal, clock)
    job = do_next(installation.config, now=clock.now)
    assert job is not None
    assert (job.state, len(job.asked_by)) == ("done", 2)


def _agree(installation: Installation, proposal: Proposal, clock: Clock) -> None:
    from civium.server.initiatives import proposals
    from civium.server.jobs.acts import PACKAGE_BELOW_THRESHOLD

    with premises_of(installation.config) as premises:
        second = proposals.Person("another", "Tomaž Breznikar (substitute)")
        proposals.approve(proposal, PACKAGE_BELOW_THRESHOLD, premises, second, now=clock.now)


def test_the_way_to_an_authority_is_noted(live: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("mandated", live)
    page = f"{PAGE}ways/"
    assert "Nothing yet" in text_of(browser.get(page).content)
    assert browser.post(page, {"state": "ES", "way": "pigeon"}).status_code == 422
    assert browser.post(page, {"state": "ES", "way": "xml-service"}).status_code == 303
    assert "Spain XML, by the file exchange service 21 November 2026" in text_of(browser.get(page).content)
    assert browser_of("member", live).get(page).status_code == 403
