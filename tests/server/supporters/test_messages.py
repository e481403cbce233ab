"""Writing to those who agreed: what a message may be, who decides, who gets it."""

from __future__ import annotations

import pytest

from civium.errors import Refused
from civium.server.initiatives.models import Initiative, JournalEntry
from civium.server.supporters import messages
from civium.server.supporters.messages import Readers
from civium.server.supporters.models import Message
from tests.server.initiatives.place import NOW, ONE, TWO

from .written import SUBJECT, TEXT, begin, subscribe, write

GREEK = ("Μας άκουσαν", "Αγαπητοί όλοι,\n\nη ακρόαση είναι στις 3 Μαΐου.")


@pytest.mark.parametrize(
    "subject",
    [
        "News\r\nBcc: all@example.org",
        "News\nX-Spam: no",
        "News\x00",
        "News\u2028Bcc: all@example.org",
        "News\x1b[2J",
        "\u202eswen",
        "",
        "x" * 151,
    ],
)
def test_a_subject_is_one_line_that_can_be_read(initiative: Initiative, subject: str) -> None:
    message = messages.new_message(initiative, "news", 600, now=NOW)
    with pytest.raises(Refused, match=r"message-subject .longest=150."):
        messages.change_text(message, "en", subject, TEXT)
    assert not message.texts.exists()


def test_a_text_is_kept_without_what_no_eye_sees(initiative: Initiative) -> None:
    message = messages.new_message(initiative, "news", 600, now=NOW)
    messages.change_text(message, "en", f"  {SUBJECT} ", "Dear\x00 all,\r\n\r\nbye\x1b.\r\n")
    text = messages.texts_of(message)["en"]
    assert (text.subject, text.text) == (SUBJECT, "Dear all,\n\nbye.")
    for wrong in ("", " \n", "x" * 20_001):
        with pytest.raises(Refused, match="message-text"):
            messages.change_text(message, "en", SUBJECT, wrong)
    messages.remove_text(message, "en")
    assert messages.texts_of(message) == {}


@pytest.mark.parametrize(
    ("purpose", "a_minute", "code"),
    [("spam", 600, "message-purpose"), ("news", 601, "message-pace"), ("news", 0, "message-pace")],
)
def test_a_message_has_a_purpose_and_a_pace(initiative: Initiative, purpose: str, a_minute: int, code: str) -> None:
    with pytest.raises(Refused, match=code):
        messages.new_message(initiative, purpose, a_minute, now=NOW)
    message = write(initiative)
    with pytest.raises(Refused, match=code):
        messages.change_settings(message, purpose, a_minute)
    with pytest.raises(Refused, match="message-language"):
        messages.change_text(message, "xx", SUBJECT, TEXT)


def test_messages_are_numbered_and_found_by_initiative(initiative: Initiative) -> None:
    assert [write(initiative).number, write(initiative).number] == [1, 2]
    assert messages.find_message(initiative, 2).number == 2
    with pytest.raises(Refused, match="message-unknown"):
        messages.find_message(initiative, 3)


def test_who_reads_a_language_without_a_text_gets_the_original(initiative: Initiative) -> None:
    for number, language in enumerate(("el", "el", "el", "fr", "en")):
        subscribe(initiative, f"reader{number}@example.org", language)
    subscribe(initiative, "other@example.org", "fr", news=False, other=True)
    message = write(initiative, {"en": (SUBJECT, TEXT), "el": GREEK})
    assert messages.readers(message) == (Readers("el", 3, "el"), Readers("en", 1, "en"), Readers("fr", 1, "en"))
    messages.change_settings(message, "other", 30)
    message.refresh_from_db()
    assert messages.readers(message) == (Readers("fr", 1, "en"),)


def test_what_is_not_ready_does_not_leave(initiative: Initiative) -> None:
    message = write(initiative, {"el": GREEK})
    with pytest.raises(Refused, match="message-text-missing"):
        begin(message)
    messages.change_text(message, "en", SUBJECT, TEXT)
    with pytest.raises(Refused, match="message-nobody"):
        begin(message)
    assert not JournalEntry.objects.filter(act="message-sent").exists()


def test_what_was_agreed_to_is_what_leaves(initiative: Initiative) -> None:
    subscribe(initiative, "reader@example.org")
    message = write(initiative)
    agreed = messages.fingerprint(message)
    messages.change_text(message, "en", SUBJECT, TEXT + " Bring money.")
    with pytest.raises(Refused, match="message-changed"):
        messages.begin(message, agreed, ONE, now=NOW)
    messages.change_text(message, "en", SUBJECT, TEXT)
    messages.change_settings(message, "news", 3_000)
    message.refresh_from_db()
    with pytest.raises(Refused, match="message-changed"):
        messages.begin(message, agreed, ONE, now=NOW)


def test_two_decide_where_it_counts(initiative: Initiative) -> None:
    Initiative.objects.update(deployment="central")
    initiative.refresh_from_db()
    subscribe(initiative, "reader@example.org")
    message = write(initiative)
    with pytest.raises(Refused, match="second-person-missing"):
        messages.begin(message, messages.fingerprint(message), ONE, now=NOW)
    begun = messages.begin(message, messages.fingerprint(message), TWO, now=NOW)
    assert begun.state == Message.State.SENDING
    entry = JournalEntry.objects.get(act="message-sent")
    assert entry.persons == ["Anna", "Bo"]
    assert entry.facts == {"message": 1, "purpose": "news", "addresses": 1, "sha256": messages.fingerprint(message)}


def test_what_leaves_is_changed_no_more(initiative: Initiative) -> None:
    subscribe(initiative, "reader@example.org")
    message = begin(write(initiative))
    for act in (
        lambda: messages.change_text(message, "en", "Other", "words"),
        lambda: messages.remove_text(message, "en"),
        lambda: messages.change_settings(message, "other", 30),
        lambda: messages.destroy_draft(message),
        lambda: begin(message),
    ):
        with pytest.raises(Refused, match="message-not-a-draft"):
            act()
    draft = write(initiative)
    messages.destroy_draft(draft)
    assert list(initiative.messages.values_list("number", flat=True)) == [1]
    with pytest.raises(Refused, match="message-not-sending"):
        messages.stop(write(initiative), ONE, now=NOW)
