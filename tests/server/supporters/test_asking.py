"""Asking, confirming and stopping: what is kept, for how long, and that nothing tells who is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, models

from civium.errors import Refused
from civium.server.config import Config
from civium.server.initiatives.models import Initiative
from civium.server.supporters import asking, sending
from civium.server.supporters import models as kept
from civium.server.supporters.models import ConfirmationToken, MailsOfToday, Subscription, Unconfirmed, WaitingMail
from civium.server.supporters.tokens import stop_token, token_hash
from tests.server.initiatives.place import NOW, TODAY

from .asked import ADDRESS, WORDS, asked, links_of, token_of
from .mailbox import Mailbox

CLOCK = lambda: NOW  # noqa: E731


def _confirmed(initiative: Initiative, config: Config, mailbox: Mailbox, **wish: bool) -> None:
    asking.ask(initiative, asked(**wish), now=NOW)
    sending.send_waiting(config, clock=CLOCK)
    asking.confirm(initiative, token_of(links_of(mailbox.mails[-1])["confirm"]), now=NOW)


def test_an_address_counts_after_its_owner_confirmed(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    asking.ask(initiative, asked(other=True), now=NOW)
    assert (Unconfirmed.objects.count(), Subscription.objects.count(), ConfirmationToken.objects.count()) == (1, 0, 0)
    assert sending.send_waiting(config, clock=CLOCK).taken == 1
    token = token_of(links_of(mailbox.mails[0])["confirm"])
    asking.confirm(initiative, token, now=NOW)
    found = Subscription.objects.get()
    assert (found.address, found.folded, found.language) == (ADDRESS, ADDRESS.lower(), "en")
    assert (found.wants_news, found.wants_other_news, found.asked_on, found.confirmed_on) == (True, True, TODAY, TODAY)
    assert found.text.text == WORDS
    assert (Unconfirmed.objects.count(), ConfirmationToken.objects.count()) == (0, 0)
    with pytest.raises(Refused, match=r"^link-over$"):
        asking.confirm(initiative, token, now=NOW)


def test_a_link_is_over_after_seven_days(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    asking.ask(initiative, asked(), now=NOW)
    sending.send_waiting(config, clock=CLOCK)
    token = token_of(links_of(mailbox.mails[0])["confirm"])
    with pytest.raises(Refused, match=r"^link-over$"):
        asking.confirm(initiative, token, now=NOW + timedelta(days=8))
    asking.confirm(initiative, token, now=NOW + timedelta(days=7))


def test_a_link_is_of_one_initiative_and_only_tokens_that_were_sent_confirm(
    initiative: Initiative, config: Config, mailbox: Mailbox
) -> None:
    asking.ask(initiative, asked(), now=NOW)
    sending.send_waiting(config, clock=CLOCK)
    other = Initiative.objects.get(pk=initiative.pk)
    other.pk, other.slug = None, "day-trains"
    other.save()
    token = token_of(links_of(mailbox.mails[0])["confirm"])
    for where, wrong in ((other, token), (initiative, bytes(32)), (initiative, b""), (initiative, token_hash(token))):
        with pytest.raises(Refused, match=r"^link-over$"):
            asking.confirm(where, wrong, now=NOW)
    assert Subscription.objects.count() == 0


def test_asked_again_the_newest_wish_counts_and_what_was_confirmed_stays_until_then(
    initiative: Initiative, config: Config, mailbox: Mailbox
) -> None:
    _confirmed(initiative, config, mailbox)
    asking.ask(initiative, asked(news=False, other=True), now=NOW)
    assert Subscription.objects.get().wants_news, "nobody else changes what an owner agreed to"
    sending.send_waiting(config, clock=CLOCK)
    question = next(mail for mail in reversed(mailbox.mails) if "confirm" in links_of(mail))
    asking.confirm(initiative, token_of(links_of(question)["confirm"]), now=NOW)
    found = Subscription.objects.get()
    assert (found.wants_news, found.wants_other_news) == (False, True)


def test_three_mails_a_day_go_to_one_address_whoever_asks(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    for address in (ADDRESS, ADDRESS.lower(), ADDRESS.upper(), ADDRESS, "other@example.org"):
        asking.ask(initiative, asked(address.replace("EXAMPLE.ORG", "example.org")), now=NOW)
        sending.send_waiting(config, clock=CLOCK)
    assert [to[0].lower() for _, to in mailbox.envelopes].count(ADDRESS.lower()) == 3
    assert len(mailbox.mails) == 4
    asking.ask(initiative, asked(), now=NOW + timedelta(days=1))
    assert sending.send_waiting(config, clock=lambda: NOW + timedelta(days=1)).taken == 1


def test_without_a_purpose_nothing_is_asked(initiative: Initiative) -> None:
    with pytest.raises(Refused, match=r"^nothing-chosen$"):
        asking.ask(initiative, asked(news=False), now=NOW)
    assert (Unconfirmed.objects.count(), MailsOfToday.objects.count(), WaitingMail.objects.count()) == (0, 0, 0)


def test_the_link_that_stops_works_in_every_mail_and_destroys(initiative: Initiative, config: Config, mailbox: Mailbox) -> None:
    _confirmed(initiative, config, mailbox)
    asking.ask(initiative, asked(), now=NOW)
    sending.send_waiting(config, clock=CLOCK)
    assert len(mailbox.mails) == 3, "a question, a welcome, a question"
    assert len({links_of(mail)["stop"] for mail in mailbox.mails}) == 1
    assert asking.stop(initiative, token_of(links_of(mailbox.mails[0])["stop"])) == 2
    assert (Subscription.objects.count(), Unconfirmed.objects.count(), WaitingMail.objects.count()) == (0, 0, 0)
    assert asking.stop(initiative, token_of(links_of(mailbox.mails[0])["stop"])) == 0


def test_what_is_destroyed_is_overwritten(initiative: Initiative, config: Config) -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL overwrites in its own time
    asking.ask(initiative, asked("very.rare.name@example.org"), now=NOW)
    asking.stop(initiative, stop_token(initiative.slug, "very.rare.name@example.org"))
    with connection.cursor() as cursor:
        cursor.execute("pragma wal_checkpoint(truncate)")
    assert b"very.rare.name" not in config.civium_path.read_bytes()


def test_nothing_kept_leads_to_a_statement_or_to_a_time() -> None:
    """Only days are dates; only a try that failed leaves a time, and it is the next try's; no row names an entry, a log or a network."""
    times = set()
    for kind in (kept.Subscription, kept.Unconfirmed, kept.Feedback, kept.ConsentText, kept.MailsOfToday, kept.WaitingMail):
        for field in kind._meta.get_fields():
            if isinstance(field, models.DateTimeField):
                times.add(f"{kind.__name__}.{field.name}")
            if isinstance(field, models.ForeignKey):
                assert field.related_model in (Initiative, kept.ConsentText, kept.Unconfirmed, kept.Subscription)
            assert not any(word in field.name for word in ("identifier", "envelope", "index", "network", "agent", "jurisdiction"))
    assert times == {"WaitingMail.not_before"}


def test_keys_tell_no_order(initiative: Initiative) -> None:
    for number in range(12):
        asking.ask(initiative, asked(f"reader{number:02}@example.org"), now=NOW)
    by_key = list(Unconfirmed.objects.order_by("pk").values_list("address", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("select id from supporters_unconfirmed")
        keys = [row[0] for row in cursor.fetchall()]
    assert by_key != sorted(by_key), "one in 479 million"
    assert min(keys) > 2**40, "no counter"
    assert WaitingMail.objects.filter(not_before__isnull=False).count() == 0


def test_a_person_shows_nowhere() -> None:
    wish = asked()
    assert ADDRESS not in repr(wish)
    made = Subscription(address=ADDRESS, folded=ADDRESS.lower())
    assert ADDRESS not in f"{made!r} {made}"
