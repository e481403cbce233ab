"""Messages over real SMTP: each address once, whatever breaks; the reader's language; the pace; stop, and what comes back."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from civium.errors import Refused
from civium.server.config import Config
from civium.server.initiatives.models import Initiative, JournalEntry
from civium.server.mail_server import MailServer
from civium.server.supporters import asking, message_sending, messages, retention, smtp
from civium.server.supporters.message_sending import Copies, send_messages
from civium.server.supporters.models import Message, MessageCopy, Subscription
from tests.server.conftest import database_settings
from tests.server.initiatives.place import NOW, ONE

from .asked import asked, links_of, text_of, token_of
from .conftest import SENDER
from .mailbox import Mailbox
from .written import SUBJECT, TEXT, Ticking, begin, subscribe, write


def _addresses(mailbox: Mailbox) -> list[str]:
    return sorted(recipients[0] for _, recipients in mailbox.envelopes)


def test_a_copy_is_in_its_readers_language_with_a_way_to_stop(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    subscribe(initiative, "Eleni@example.org", "el")
    subscribe(initiative, "marie@example.org", "fr")
    begin(write(initiative, {"en": (SUBJECT, TEXT), "el": ("Μας άκουσαν", "Αγαπητοί όλοι")}))
    assert send_messages(config, clock=Ticking()) == Copies(taken=2)
    by_address = {mail["To"]: mail for mail in mailbox.mails}
    greek, french = by_address["Eleni@example.org"], by_address["marie@example.org"]
    assert (greek["Subject"], greek["Content-Language"]) == ("Μας άκουσαν", "el")
    assert "Αγαπητοί όλοι" in text_of(greek)
    assert (french["Subject"], french["Content-Language"]) == (SUBJECT, "en"), "no French text: the original"
    said = text_of(french)
    assert said.startswith("Démonstration."), "what this site says is in the reader's language"
    assert TEXT in said.replace("\r\n", "\n"), "a line with one full stop is no end of the mail"
    for mail, language in ((greek, "el"), (french, "fr")):
        assert "Annelore Vantieghem" in mail["From"]
        assert mail["From"].addresses[0].addr_spec == SENDER
        stop = links_of(mail)["stop"]
        assert stop.startswith(f"/{language}/i/night-trains/stop/")
        assert mail["List-Unsubscribe"] == f"<https://collect.example{stop}>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert not mail.is_multipart(), "plain text: nothing is loaded"
        assert "example.org" not in mail["Message-ID"]
    message = Message.objects.get()
    assert (message.state, message.taken, bytes(message.salt), MessageCopy.objects.count()) == ("finished", 2, b"", 0)
    entry = JournalEntry.objects.get(act="message-finished")
    assert entry.facts == {"message": 1, "taken": 2, "refused": 0, "given_up": 0, "unsure": 0, "gone": 0}


def test_one_click_stops_and_opening_the_link_does_not(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    subscribe(initiative, "reader@example.org")
    begin(write(initiative))
    send_messages(config, clock=Ticking())
    link = str(mailbox.mails[0]["List-Unsubscribe"]).strip("<>").removeprefix("https://collect.example")
    program = Client(headers={"host": "collect.example"})
    for ask in (program.get, program.head):
        assert ask(link).status_code == 200
    assert Subscription.objects.count() == 1, "reading changes nothing"
    answer = program.post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, Subscription.objects.count()) == (200, 0)


def test_the_pace_is_kept(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    for number in range(5):
        subscribe(initiative, f"reader{number}@example.org")
    begin(write(initiative, a_minute=30))
    assert send_messages(config, clock=lambda: NOW) == Copies(taken=1)
    told = messages.progress(Message.objects.get())
    assert (told.addressed, told.done, told.to_go, told.seconds_left) == (5, 1, 4, 8)
    assert send_messages(config, clock=lambda: NOW + timedelta(seconds=1)) == Copies()
    assert send_messages(config, clock=lambda: NOW + timedelta(seconds=2)) == Copies(taken=1)
    assert send_messages(config, clock=lambda: NOW + timedelta(hours=5)) == Copies(taken=3), "a minute may be caught up with"
    assert len(set(_addresses(mailbox))) == 5


def test_a_pause_is_caught_up_with_for_a_minute_only(
    initiative: Initiative, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        subscribe(initiative, f"reader{number}@example.org")
    begin(write(initiative, a_minute=30))
    monkeypatch.setattr(message_sending, "_BACKLOG", timedelta(seconds=2))
    assert send_messages(config, clock=lambda: NOW + timedelta(hours=5)) == Copies(taken=2)


def test_each_address_once_when_the_reply_is_lost(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    """The server may have it: unsure, and not sent again."""
    subscribe(initiative, "reader@example.org")
    begin(write(initiative))
    mailbox.loses_replies = True
    assert send_messages(config, clock=Ticking()) == Copies(unsure=1)
    mailbox.loses_replies = False
    send_messages(config, clock=Ticking(NOW + timedelta(days=1)))
    assert len(mailbox.mails) == 1
    assert Message.objects.get().unsure == 1


def test_what_was_surely_not_taken_is_tried_again(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    subscribe(initiative, "reader@example.org")
    begin(write(initiative))
    down = dataclasses.replace(config, mail=MailServer("127.0.0.1", 9, "none", SENDER))
    with pytest.raises(Refused, match=r"mail-not-taken .reply=unreachable."):
        send_messages(down, clock=Ticking())
    assert not MessageCopy.objects.exists(), "nobody was tried"
    mailbox.recipient_answer = "450 4.2.1 later"
    assert send_messages(config, clock=Ticking()) == Copies(later=1)
    assert messages.progress(Message.objects.get()).waiting == 1
    mailbox.recipient_answer = "250 OK"
    mailbox.data_answer = "554 5.7.0 looks like spam"
    assert send_messages(config, clock=Ticking(NOW + timedelta(minutes=2))) == Copies(later=1)
    assert send_messages(config, clock=Ticking(NOW + timedelta(minutes=3))) == Copies(), "now two minutes must pass"
    mailbox.data_answer = "250 OK"
    assert send_messages(config, clock=Ticking(NOW + timedelta(minutes=5))) == Copies(taken=1)
    assert len(mailbox.mails) == 1


def test_a_server_that_ends_the_connection_was_not_given_the_copy(
    initiative: Initiative, config: Config, mailbox: Mailbox
) -> None:
    """421 before the first byte of the mail (RFC 5321, 3.8): it goes back, and out once."""
    subscribe(initiative, "reader@example.org")
    begin(write(initiative))
    mailbox.recipient_answer = "421 4.3.2 going down"
    with pytest.raises(Refused, match=r"mail-not-taken .reply=421."):
        send_messages(config, clock=Ticking())
    mailbox.recipient_answer = "250 OK"
    assert send_messages(config, clock=Ticking(NOW + timedelta(minutes=2))) == Copies(taken=1)
    assert len(mailbox.mails) == 1


def test_a_server_that_takes_some_mails_a_connection_gets_all_over_several(
    initiative: Initiative, config: Config, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        subscribe(initiative, f"reader{number}@example.org")
    begin(write(initiative))
    real, taken = smtp.hand_over, []

    def ends_after_two(connection: Any, *rest: Any) -> Any:
        if len(taken) == 2:
            mailbox.recipient_answer = "421 4.7.0 too many mails on this connection"
        taken.append(real(connection, *rest))
        return taken[-1]

    monkeypatch.setattr(smtp, "hand_over", ends_after_two)
    assert send_messages(config, clock=Ticking()) == Copies(taken=2), "no error: the next connection goes on"
    mailbox.recipient_answer = "250 OK"
    monkeypatch.setattr(smtp, "hand_over", real)
    assert send_messages(config, clock=Ticking(NOW + timedelta(minutes=3))) == Copies(taken=3)
    assert len(set(_addresses(mailbox))) == 5


def test_nothing_leaves_while_the_pages_that_stop_it_are_not_there(
    initiative: Initiative, config: Config, mailbox: Mailbox
) -> None:
    subscribe(initiative, "reader@example.org")
    begin(write(initiative))
    state = initiative.collections.get().state
    initiative.collections.update(state="opening")
    assert send_messages(config, clock=Ticking()) == Copies()
    assert (mailbox.mails, MessageCopy.objects.count()) == ([], 0)
    initiative.collections.update(state=state)
    assert send_messages(config, clock=Ticking()) == Copies(taken=1)


def test_nobody_is_tried_for_ever(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    subscribe(initiative, "reader@example.org")
    begin(write(initiative))
    mailbox.recipient_answer = "450 4.2.1 later"
    send_messages(config, clock=Ticking())
    MessageCopy.objects.update(tries=49)
    send_messages(config, clock=Ticking(NOW + timedelta(hours=2)))
    message = Message.objects.get()
    assert (message.state, message.given_up) == ("finished", 1)
    assert Subscription.objects.count() == 1


def test_a_mailbox_that_is_not_there_goes_with_the_second_message(
    initiative: Initiative, config: Config, mailbox: Mailbox
) -> None:
    subscribe(initiative, "reader@example.org")
    mailbox.recipient_answer = "550 5.1.1 no such mailbox"
    begin(write(initiative))
    assert send_messages(config, clock=Ticking()) == Copies(refused=1)
    assert Subscription.objects.get().returned == 1
    begin(write(initiative))
    assert send_messages(config, clock=Ticking()) == Copies(refused=1)
    assert Subscription.objects.count() == 0
    assert [message.refused for message in Message.objects.all()] == [1, 1]


def test_many_refusals_stop_the_message(
    initiative: Initiative, config: Config, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_sending, "_JUDGED_FROM", 4)
    for number in range(8):
        subscribe(initiative, f"reader{number}@example.org")
    begin(write(initiative))
    mailbox.recipient_answer = "550 5.1.1 no such mailbox"
    assert send_messages(config, clock=Ticking()) == Copies(refused=4)
    message = Message.objects.get()
    assert (message.state, message.stopped_because) == ("stopped", "many-refused")
    assert JournalEntry.objects.get(act="message-stopped").facts == {"message": 1, "taken": 0, "because": "many-refused"}


def test_a_message_that_was_stopped_goes_on_where_it_was(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    for number in range(4):
        subscribe(initiative, f"reader{number}@example.org")
    begin(write(initiative, a_minute=30))
    send_messages(config, clock=lambda: NOW)
    messages.stop(Message.objects.get(), ONE, now=NOW)
    assert send_messages(config, clock=lambda: NOW + timedelta(hours=1)) == Copies()
    assert messages.progress(Message.objects.get()).seconds_left is None
    begin(Message.objects.get())
    assert send_messages(config, clock=lambda: NOW + timedelta(hours=2)) == Copies(taken=3)
    assert len(set(_addresses(mailbox))) == 4
    assert Message.objects.get().addressed == 4


def test_a_message_that_stays_stopped_is_closed_after_a_week(initiative: Initiative, config: Config) -> None:
    Initiative.objects.update(deployment="central")
    subscribe(initiative, "a@example.org")
    subscribe(initiative, "b@example.org")
    message = write(initiative, a_minute=30)
    begun = messages.begin(message, messages.fingerprint(message), ONE, now=NOW)
    send_messages(config, clock=lambda: NOW)
    messages.stop(begun, ONE, now=NOW)
    retention.destroy_what_is_over(now=NOW + timedelta(days=7))
    assert MessageCopy.objects.count() == 1, "until then it keeps who had it"
    retention.destroy_what_is_over(now=NOW + timedelta(days=8))
    assert (Message.objects.get().state, MessageCopy.objects.count()) == ("finished", 0)


def test_who_stops_letters_and_asks_again_meanwhile_gets_it_once(
    initiative: Initiative, config: Config, mailbox: Mailbox
) -> None:
    first = subscribe(initiative, "Reader@example.org")
    subscribe(initiative, "b@example.org")
    message = begin(write(initiative, a_minute=30))
    Message.objects.update(after_key=first.pk - 1)
    send_messages(config, clock=lambda: NOW)
    assert _addresses(mailbox) == ["Reader@example.org"]
    asking.stop(initiative, token_of(links_of(mailbox.mails[0])["stop"]))
    again = subscribe(initiative, "reader@example.org")
    Subscription.objects.filter(pk=again.pk).update(id=first.pk + 1)  # after the place where the walk stands
    send_messages(config, clock=lambda: NOW + timedelta(minutes=5))
    assert "reader@example.org" not in _addresses(mailbox)
    message.refresh_from_db()
    assert Message.objects.get().state == "finished"


def test_who_stops_while_a_copy_waits_gets_none(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    subscribe(initiative, "reader@example.org")
    begin(write(initiative))
    mailbox.recipient_answer = "450 4.2.1 later"
    send_messages(config, clock=Ticking())
    Subscription.objects.all().delete()
    mailbox.recipient_answer = "250 OK"
    assert send_messages(config, clock=Ticking(NOW + timedelta(minutes=5))) == Copies()
    assert (Message.objects.get().gone, Message.objects.get().state, mailbox.mails) == (1, "finished", [])


def test_a_copy_that_was_in_hand_when_the_process_died_is_unsure(
    initiative: Initiative, config: Config, mailbox: Mailbox
) -> None:
    subscribe(initiative, "reader@example.org")
    message = begin(write(initiative))
    assert message_sending._claim(message.pk, NOW) is not None  # and the process dies here
    assert send_messages(config, clock=lambda: NOW + timedelta(minutes=9)) == Copies()
    assert Message.objects.get().state == "sending", "another process may still have it"
    send_messages(config, clock=lambda: NOW + timedelta(minutes=11))
    assert (Message.objects.get().unsure, Message.objects.get().state, mailbox.mails) == (1, "finished", [])


KILLED = """
import os, sys, time
import django
django.setup()
from civium.server.supporters import smtp
from civium.server.supporters.message_sending import send_messages
from django.conf import settings
real = smtp.hand_over
count = 0
def slow(connection, server, mail, recipient):
    global count
    verdict = real(connection, server, mail, recipient)
    count += 1
    if count == 3:
        print("three", flush=True)
        time.sleep(60)
    return verdict
smtp.hand_over = slow
send_messages(settings.CONFIG)
"""


@pytest.mark.slow
def test_a_kill_and_a_restart_send_each_address_once(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    """Killed after the server took the third copy and before that was written down."""
    for number in range(8):
        subscribe(initiative, f"reader{number}@example.org")
    begin(write(initiative, a_minute=3_000))
    Message.objects.update(next_at=NOW - timedelta(days=300))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "COV_"))}
    given = {"CIVIUM_DATA": str(config.folder), "CIVIUM_URL": config.url} | database_settings(config.folder)
    given |= {"CIVIUM_MAIL_SERVER": f"127.0.0.1:{mailbox.port}", "CIVIUM_MAIL_SECURITY": "none", "CIVIUM_MAIL_FROM": SENDER}
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED)], env=kept | given, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "three\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert len(mailbox.mails) == 3
    assert MessageCopy.objects.filter(state=MessageCopy.State.IN_HAND).count() == 1
    later = Ticking(NOW + timedelta(days=900))
    while Message.objects.get().state == "sending":
        send_messages(config, clock=later)
    assert _addresses(mailbox) == [f"reader{number}@example.org" for number in range(8)], "each once"
    message = Message.objects.get()
    assert (message.taken, message.unsure, message.state) == (7, 1, "finished")


def test_personal_data_stays_out_of_the_journal_and_of_what_is_shown(initiative: Initiative, config: Config) -> None:
    subscribe(initiative, "eimear.walsh@example.org")
    message = begin(write(initiative))
    copy = message_sending._claim(message.pk, NOW)
    shown = f"{copy!r} {copy} {message!r} {message} {Subscription.objects.get()!r}"
    send_messages(config, clock=Ticking(NOW + timedelta(minutes=20)))
    written = str(list(JournalEntry.objects.values_list("facts", "persons")))
    assert "eimear" not in (shown + written).lower()


def test_asking_and_confirming_lead_to_a_message(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    """The whole way: left on the page, confirmed by mail, written to."""
    from civium.server.supporters import sending

    asking.ask(initiative, asked(), now=NOW)
    sending.send_waiting(config, clock=lambda: NOW)
    asking.confirm(initiative, token_of(links_of(mailbox.mails[0])["confirm"]), now=NOW)
    begin(write(initiative))
    send_messages(config, clock=Ticking())
    assert mailbox.mails[-1]["Subject"] == SUBJECT
    assert Path(config.keys_folder / "supporters.key").exists()
