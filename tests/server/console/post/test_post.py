"""Writing to those who agreed, through the screens: text, preview, a trial to oneself, two persons, stop; and what proves consent."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from lxml import html

from civium.server.console.post import acts
from civium.server.initiatives import proposals
from civium.server.initiatives.models import Initiative, JournalEntry
from civium.server.supporters.message_sending import send_messages
from civium.server.supporters.models import Message
from tests.server.console.conftest import Browser, BrowserOf, Clock, Installation
from tests.server.initiatives.place import NOW
from tests.server.supporters.asked import WORDS, links_of, text_of
from tests.server.supporters.mailbox import Mailbox
from tests.server.supporters.written import SUBJECT, TEXT, Ticking, subscribe, write

DRAFT = {"purpose": "news", "pace": "600"}


def _of(initiative: Initiative, path: str = "") -> str:
    return f"/console/initiatives/{initiative.slug}/post/{path}"


def _said(answer: Any) -> str:
    main = html.document_fromstring(answer.content.decode()).xpath("//main")[0]
    return " ".join(" ".join(main.itertext()).split())


def _drafted(browser: Browser, initiative: Initiative) -> Message:
    answer = browser.post(_of(initiative, "new/"), DRAFT)
    assert answer.status_code == 303
    assert answer["Location"] == _of(initiative, "1/text/?language=en")
    saved = browser.post(_of(initiative, "1/text/"), {"language": "en", "subject": SUBJECT, "text": TEXT})
    assert (saved.status_code, saved["Location"]) == (303, _of(initiative, "1/"))
    return Message.objects.get()


def test_the_empty_place_teaches(installation: Installation, browser_of: BrowserOf) -> None:
    answer = browser_of("representative", installation.demonstration).get(_of(installation.demonstration))
    assert answer.status_code == 200
    said = _said(answer)
    assert "No message yet" in said
    assert "No mail server is set" in said
    assert "Nobody has left an address yet" in said


def test_a_message_is_written_looked_at_tried_and_sent(live: Initiative, browser_of: BrowserOf, mailbox: Mailbox) -> None:
    browser = browser_of("member", live)
    subscribe(live, "eleni@example.org", "el")
    subscribe(live, "reader@example.org", "en")
    _drafted(browser, live)
    page = _said(browser.get(_of(live, "1/")))
    assert "Ελληνικά 1 English not their own" in page, "it says who gets which text"
    greek = browser.get(_of(live, "1/preview/?reader=el"))
    assert (greek.status_code, "Διαγράψτε" in _said(greek) or "/el/i/night-trains/stop/" in _said(greek)) == (200, True)
    assert "There is no text in Ελληνικά" in _said(greek)
    tried = browser.post(_of(live, "1/test/"), {"language": "en"})
    assert tried.status_code == 303
    assert [recipients for _, recipients in mailbox.envelopes] == [[browser.account.email]], "to oneself and nobody else"
    assert mailbox.mails[0]["Subject"] == f"[?] {SUBJECT}"
    assert TEXT in text_of(mailbox.mails[0]).replace("\r\n", "\n")
    assert Message.objects.get().state == "draft"
    sha256 = html.document_fromstring(browser.get(_of(live, "1/send/")).content).xpath("//input[@name='sha256']/@value")[0]
    sent = browser.post(_of(live, "1/send/"), {"sha256": sha256})
    assert (sent.status_code, sent["Location"]) == (303, _of(live, "1/"))
    assert "In a demonstration one person is enough" in _said(browser.get(sent["Location"]))
    assert JournalEntry.objects.get(act="message-sent").persons == ["Ines Quintão (member)"]
    send_messages(settings.CONFIG, clock=Ticking())
    assert len(mailbox.mails) == 3
    page = _said(browser.get(_of(live, "1/")))
    assert "2 of 2 are settled" in page
    assert "example.org" not in page, "no screen shows an address"


def test_where_it_counts_two_decide(installation: Installation, mailbox: Mailbox, browser_of: BrowserOf) -> None:
    petition = installation.petition
    one, other = browser_of("representative", petition), browser_of("substitute", petition)
    subscribe(petition, "reader@example.org")
    message = _drafted(one, petition)
    sha256 = html.document_fromstring(one.get(_of(petition, "1/send/")).content).xpath("//input[@name='sha256']/@value")[0]
    assert one.post(_of(petition, "1/send/"), {"sha256": sha256}).status_code == 303
    assert Message.objects.get().state == "draft", "nothing leaves before the second person agrees"
    (proposal,) = proposals.open_proposals(petition, now=NOW)
    said = acts.MESSAGE_SENT.sentence(proposal.facts)
    assert said.startswith(f"Send message 1, “{SUBJECT}”, to one person who agreed to news of this initiative.")
    assert "Waits for a second person." in _said(other.get(_of(petition, "1/")))
    twice = one.post(_of(petition, "1/send/"), {"sha256": sha256})
    assert twice.status_code == 422
    assert one.post(f"/console/initiatives/quiet-skies/proposals/{proposal.pk}/agree/").status_code == 422, (
        "not the same person twice"
    )
    assert other.post(f"/console/initiatives/quiet-skies/proposals/{proposal.pk}/agree/").status_code == 303
    message.refresh_from_db()
    assert message.state == "sending"
    assert JournalEntry.objects.get(act="message-sent").persons == [
        "Annelore Vantieghem (representative)",
        "Tomaž Breznikar (substitute)",
    ]


def test_a_message_that_was_changed_is_not_proposed_as_it_was(live: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", live)
    subscribe(live, "reader@example.org")
    _drafted(browser, live)
    sha256 = html.document_fromstring(browser.get(_of(live, "1/send/")).content).xpath("//input[@name='sha256']/@value")[0]
    browser.post(_of(live, "1/text/"), {"language": "en", "subject": "Other", "text": TEXT})
    answer = browser.post(_of(live, "1/send/"), {"sha256": sha256})
    assert answer.status_code == 422
    assert "The message was changed after it was agreed to" in _said(answer)
    assert Message.objects.get().state == "draft"


def test_a_subject_with_a_header_in_it_is_refused_and_what_was_typed_kept(live: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("representative", live)
    _drafted(browser, live)
    for subject in ("News\r\nBcc: all@example.org", "News\nX: y", ""):
        answer = browser.post(_of(live, "1/text/"), {"language": "en", "subject": subject, "text": "Kept <words>"})
        assert answer.status_code == 422
        assert "The subject is empty" in _said(answer)
        assert html.document_fromstring(answer.content.decode()).xpath("//textarea")[0].text.strip() == "Kept <words>"
    assert Message.objects.get().texts.get().subject == SUBJECT


def test_it_can_be_stopped_and_go_on(live: Initiative, browser_of: BrowserOf, mailbox: Mailbox) -> None:
    browser = browser_of("member", live)
    for number in range(3):
        subscribe(live, f"reader{number}@example.org")
    message = write(live, a_minute=30)
    sha256 = html.document_fromstring(browser.get(_of(live, "1/send/")).content).xpath("//input[@name='sha256']/@value")[0]
    browser.post(_of(live, "1/send/"), {"sha256": sha256})
    send_messages(settings.CONFIG, clock=lambda: NOW)
    assert "About a minute left" in _said(browser.get(_of(live, "1/")))
    assert browser.post(_of(live, "1/stop/")).status_code == 303
    assert browser.post(_of(live, "1/stop/")).status_code == 422
    assert send_messages(settings.CONFIG, clock=lambda: NOW + timedelta(hours=1)).taken == 0
    assert "Go on where it stopped" in _said(browser.get(_of(live, "1/")))
    browser.post(_of(live, "1/send/"), {"sha256": sha256})
    send_messages(settings.CONFIG, clock=lambda: NOW + timedelta(hours=2))
    message.refresh_from_db()
    assert (message.state, message.taken, len(mailbox.mails)) == ("finished", 3, 3)


def test_a_draft_can_be_destroyed_and_one_that_left_cannot(live: Initiative, browser_of: BrowserOf) -> None:
    browser = browser_of("member", live)
    subscribe(live, "reader@example.org")
    write(live)
    assert browser.post(_of(live, "1/destroy/")).status_code == 303
    assert not Message.objects.exists()
    begun = write(live)
    Message.objects.update(state="finished")
    assert browser.post(_of(live, f"{begun.number}/destroy/")).status_code == 422
    assert browser.post(_of(live, f"{begun.number}/text/"), {"language": "en", "subject": "a", "text": "b"}).status_code == 422


@pytest.mark.parametrize("path", ["1/", "1/preview/", "1/text/", "1/send/", "1/settings/"])
def test_another_initiatives_message_is_not_there(
    live: Initiative, installation: Installation, browser_of: BrowserOf, path: str
) -> None:
    write(live)
    petition = installation.petition
    assert browser_of("representative", petition).get(_of(petition, path)).status_code == 404


def test_without_a_mail_server_nothing_leaves(installation: Installation, browser_of: BrowserOf) -> None:
    initiative = installation.demonstration
    browser = browser_of("member", initiative)
    subscribe(initiative, "reader@example.org")
    write(initiative)
    for path, values in (("1/test/", {"language": "en"}), ("1/send/", {"sha256": "0" * 64})):
        answer = browser.post(_of(initiative, path), values)
        assert (answer.status_code, "No mail server is set" in _said(answer)) == (422, True)


def test_a_trial_that_is_not_taken_is_said(live: Initiative, browser_of: BrowserOf, mailbox: Mailbox) -> None:
    write(live)
    mailbox.recipient_answer = "550 5.1.1 nobody"
    answer = browser_of("member", live).post(_of(live, "1/test/"), {"language": "en"})
    assert answer.status_code == 422
    assert "does not take the mail" in _said(answer)


def test_the_proof_of_consent_is_shown_and_given_out_by_an_act(live: Initiative, browser_of: BrowserOf) -> None:
    subscribe(live, "=cmd@example.org", "el")
    subscribe(live, "b@example.org", other=True)
    browser = browser_of("representative", live)
    page = _said(browser.get(_of(live)))
    assert WORDS in page
    assert "example.org" not in page
    answer = browser.post(_of(live, "consents/"), {"purpose": "news", "language": ""})
    assert answer["Content-Disposition"] == 'attachment; filename="consents-night-trains-news.csv"'
    assert answer["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert sorted(row["address"] for row in rows) == ["'=cmd@example.org", "b@example.org"]
    assert {row["agreed_on"] for row in rows} == {"2026-11-21"}
    words = list(csv.DictReader(io.StringIO(browser.get(_of(live, "consent-words.csv")).content.decode())))
    assert [(row["words_sha256"], row["words"]) for row in words] == [(rows[0]["words_sha256"], WORDS)]
    entry = JournalEntry.objects.get(act="supporters-exported")
    assert (entry.facts, entry.persons) == ({"purpose": "news", "addresses": 2}, ["Annelore Vantieghem (representative)"])
    assert browser.post(_of(live, "consents/"), {"purpose": "all", "language": ""}).status_code == 422


def test_the_list_is_for_few_and_asks_for_the_second_factor_again(live: Initiative, browser_of: BrowserOf, clock: Clock) -> None:
    subscribe(live, "a@example.org")
    assert browser_of("member", live).post(_of(live, "consents/"), {"purpose": "news"}).status_code == 403
    assert browser_of("auditor", live).get(_of(live)).status_code == 403
    browser = browser_of("representative", live)
    for _ in range(2):
        clock.now += timedelta(minutes=10)
        browser.get(_of(live))
    answer = browser.post(_of(live, "consents/"), {"purpose": "news"})
    assert answer.status_code == 303, "the second factor was given 20 minutes ago"
    assert not JournalEntry.objects.filter(act="supporters-exported").exists()


def test_a_large_list_comes_whole(live: Initiative, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch) -> None:
    from civium.server.console import downloads

    monkeypatch.setattr(downloads, "_PIECE", 64)
    for number in range(5):
        subscribe(live, f"reader{number}@example.org")
    answer = browser_of("representative", live).post(_of(live, "consents/"), {"purpose": "news", "language": "en"})
    content = b"".join(answer.streaming_content)
    assert int(answer["Content-Length"]) == len(content)
    assert content.count(b"\r\n") == 6


def test_one_click_still_needs_no_log_on(live: Initiative, browser_of: BrowserOf, mailbox: Mailbox, stranger: Browser) -> None:
    subscribe(live, "reader@example.org")
    browser = browser_of("member", live)
    write(live)
    sha256 = html.document_fromstring(browser.get(_of(live, "1/send/")).content).xpath("//input[@name='sha256']/@value")[0]
    browser.post(_of(live, "1/send/"), {"sha256": sha256})
    send_messages(settings.CONFIG, clock=Ticking())
    link = links_of(mailbox.mails[0])["stop"]
    assert stranger.post(link, {"List-Unsubscribe": "One-Click"}, headers={}).status_code == 200
    assert "Nobody has left an address yet" in _said(browser.get(_of(live)))
