"""The console on PostgreSQL: what two do at the same moment, what the database is stricter in, every screen opened once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection, connections, transaction
from lxml import html

from civium.errors import Refused
from civium.server.console.accounts import invitations, membership, recovery
from civium.server.console.models import Account, Invitation, Membership, Recovery
from civium.server.console.permissions import Role
from civium.server.console.screens import Screen
from civium.server.console.urls import all_screens
from civium.server.desk import register
from civium.server.desk.models import DataRequest
from civium.server.initiatives import journal, proposals, setup
from civium.server.initiatives.acts import ACTS
from civium.server.initiatives.models import Initiative, Proposal
from civium.server.initiatives.persons import persons
from civium.server.initiatives.premises import open_premises
from civium.server.jobs import queue
from tests.server.console.conftest import Browser, BrowserOf, Clock, Installation, make_account
from tests.server.console.lifecycle.going import go_live
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, ONE

_CAPTURE = re.compile(r"<(?:(\w+):)?(\w+)>")
_SOMETHING = {"int": "1", "slug": "nothing-of-this-name", "str": "nothing", "path": "nothing"}
# No column is long enough for it; signs and numbers that no column takes are test_odd_input.py's, run here, too.
_LONG = "x" * 6_000
_KINDS_TYPED = {"text", "email", "url", "search", "tel", "number", "date", "textarea"}


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do several acts at the same moment, each with a connection of its own, and give what came of each: a value, or what was raised."""
    barrier, found = threading.Barrier(len(acts)), [None] * len(acts)

    def do(number: int, act: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            found[number] = act()  # type: ignore[call-overload]
        except Refused as refusal:
            found[number] = refusal  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def codes(found: list[object]) -> list[str]:
    """Give the codes of what was refused."""
    return sorted(one.code for one in found if isinstance(one, Refused))


def test_what_two_do_to_people_at_once_keeps_the_rules(installation: Installation) -> None:
    petition = installation.petition
    # Two representatives are invited at once: there is room for one.
    found = at_once(
        *(
            lambda n=n: invitations.invite(f"r{n}@organisers.example", Role.REPRESENTATIVE, petition, ONE, now=NOW)
            for n in range(3)
        )  # type: ignore[misc]
    )
    assert codes(found) == ["role-taken", "role-taken"]
    invited = next(one for one in found if isinstance(one, invitations.Invited))
    # One link is opened twice at once: it is good for one.
    account = make_account("Anna Ribeiro", invited.invitation.email)
    assert codes(at_once(*[lambda: invitations.accept_with(invited.token, account, now=NOW)] * 3)) == ["link-over", "link-over"]
    assert Membership.objects.filter(initiative=petition, role="representative").count() == 1
    # Two who manage people remove each other at once: one stays.
    other = make_account("Bo Lindqvist", "bo@organisers.example")
    with transaction.atomic():
        membership.give_role(other, petition, Role.SUBSTITUTE, ONE, now=NOW)
    held = list(Membership.objects.filter(initiative=petition))
    assert codes(at_once(*(lambda one=one: membership.remove(one, ONE, now=NOW) for one in held))) == ["last-manager"]  # type: ignore[misc]
    assert len(membership.managers_of(petition)) == 1
    assert Invitation.objects.count() == 0
    journal.check_journal()


def test_those_who_vouch_at_once_are_all_heard_and_what_was_stopped_stays_so(installation: Installation) -> None:
    petition = installation.petition
    lost, operator = make_account("Ines Quintão", "i@organisers.example"), make_account("Dorota Kmiecik", "d@organisers.example")
    others = [make_account(f"Person {letter}", f"{letter}@organisers.example") for letter in "ab"]
    with transaction.atomic():
        for account, role in zip(others, (Role.REPRESENTATIVE, Role.SUBSTITUTE), strict=True):
            membership.give_role(account, petition, role, ONE, now=NOW)
        membership.give_role(lost, petition, Role.MEMBER, ONE, now=NOW)
    begun = recovery.vouch(lost, petition, others[0], now=NOW)
    # Both have read the row as it is now, before the other wrote.
    stale = Recovery.objects.get(pk=begun.pk)
    at_once(
        lambda: recovery.vouch(lost, petition, others[1], now=NOW),
        lambda: recovery.agree_as_operator(stale, operator, now=NOW),
    )
    kept = Recovery.objects.get()
    assert None not in (kept.asked_by_id, kept.seconded_by_id, kept.operator_id, kept.ready_at)
    recovery.stop(Recovery.objects.get(), lost, now=NOW)
    with pytest.raises(Refused, match="link-over"):
        recovery.make_link(kept, others[0], now=NOW + recovery.WAIT)
    assert not Recovery.objects.exists(), "what was stopped does not come back"


def test_proposals_made_and_agreed_to_at_once_are_one(installation: Installation) -> None:
    initiative = go_live(installation, installation.petition)
    act, facts = ACTS["place-hold"], {"proceedings": "C-1/26", "reason": "An action is pending.", "ends_by": "its judgment"}
    anna, bo, cleo = (proposals.Person(str(number), name) for number, name in enumerate(("Anna", "Bo", "Cleo")))
    found = at_once(*[lambda: proposals.propose(initiative, act, facts, anna, now=NOW)] * 3)
    assert codes(found) == ["proposal-open", "proposal-open"]

    def agree(person: proposals.Person) -> None:
        with open_premises(installation.config, place.BUNDLE) as premises:
            proposals.approve(Proposal.objects.get(), act, premises, person, now=NOW)

    refused = codes(at_once(lambda: agree(bo), lambda: agree(cleo)))
    kept = Proposal.objects.get()
    assert len(refused) == 1
    assert (kept.state, initiative.holds.count()) == ("done", 1), refused


def test_acts_on_one_initiative_at_once_wait_for_each_other_and_not_for_ever(installation: Installation) -> None:
    """Some write the initiative first and the journal then, others the other way round: the journal's turn comes last for all."""
    petition = installation.petition

    def told_first(number: int) -> Callable[[], None]:
        def act() -> None:
            for _ in range(5):
                with transaction.atomic():
                    journal.record("texts-changed", petition, persons("Anna"), {"changed": []}, now=NOW)
                    setup.pages_changed(Initiative.objects.get(pk=petition.pk))

        return act

    def told_last(number: int) -> Callable[[], None]:
        def act() -> None:
            for turn in range(5):
                with transaction.atomic():
                    Initiative.objects.filter(pk=petition.pk).update(goal=number * 10 + turn + 1)
                    journal.record("texts-changed", petition, persons("Bo"), {"changed": []}, now=NOW)

        return act

    before = journal.check_journal()
    at_once(told_first(1), told_last(2), told_first(3), told_last(4))
    assert journal.check_journal() == before + 20


def test_requests_at_once_have_numbers_of_their_own_and_a_job_one_holder(installation: Installation) -> None:
    petition = installation.petition
    received = register.Received("access", place.TODAY)
    at_once(*[lambda: register.receive(petition, received, ONE, now=NOW)] * 4)
    assert list(DataRequest.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    queue.ask("export", petition, {"kind": "working-copy", "jurisdictions": []}, ONE, now=NOW)
    taken = [job for job in at_once(*[lambda: queue.claim(now=NOW)] * 4) if job is not None]
    assert len(taken) == 1


def _address(screen: Screen, slug: str) -> str:
    return "/console/" + _CAPTURE.sub(lambda found: slug if found[2] == "slug" else _SOMETHING[found[1] or "str"], screen.path)


@pytest.fixture
def browsers(installation: Installation, browser_of: BrowserOf) -> dict[bool, Browser]:
    """Give the representative of a petition that collects, with something on every page, and the operator."""
    petition = go_live(installation, installation.petition)
    register.receive(petition, register.Received("access", place.TODAY), ONE, now=NOW)
    queue.ask("export", petition, {"kind": "working-copy", "jurisdictions": []}, ONE, now=NOW)
    return {True: browser_of("representative", petition), False: browser_of("operator", None)}


def test_every_screen_opens_for_whoever_may_see_it(browsers: dict[bool, Browser], clock: Clock) -> None:
    opened = 0
    for slug in ("quiet-skies", "demonstration"):
        if slug == "demonstration":
            demonstration = Initiative.objects.exclude(slug="quiet-skies").get()
            Membership.objects.create(
                account=browsers[True].account, initiative=demonstration, role="representative", since=place.TODAY
            )
            slug = demonstration.slug
        for screen in all_screens():
            if "GET" in screen.methods:
                answer = browsers[screen.is_of_an_initiative].get(_address(screen, slug))
                assert answer.status_code in (200, 303, 403, 404, 422), (screen.name, answer.status_code)
                opened += answer.status_code == 200
    assert opened > 40


def test_what_is_typed_too_long_is_answered_and_no_fault(browsers: dict[bool, Browser]) -> None:
    """PostgreSQL refuses texts that SQLite keeps: every field of every form that one types into is far too long."""
    sent = 0
    for screen in all_screens():
        if "GET" not in screen.methods:
            continue
        browser = browsers[screen.is_of_an_initiative]
        answer = browser.get(_address(screen, "quiet-skies"))
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        for form in html.document_fromstring(answer.content).forms:
            where = form.get("action") or _address(screen, "quiet-skies")
            if form.method == "POST" and where.startswith("/console/") and not _ends_the_session(where):
                sent += _send(browser, unquote(where), form)
    assert sent > 10


def _ends_the_session(where: str) -> bool:
    return any(part in where for part in ("log-off", "sessions", "password", "factors", "confirm"))


def _send(browser: Browser, where: str, form: Any) -> bool:
    """Send a form with long texts, and say whether it has a place for one."""
    typed = {field.name for field in form.inputs if field.name and field.get("type", field.tag) in _KINDS_TYPED}
    told = {field.name: _LONG if field.name in typed else (field.value or "") for field in form.inputs if field.name}
    if typed:
        assert browser.post(where, told).status_code < 500, (where, sorted(typed))
    return bool(typed)


@pytest.mark.parametrize("typed", ["nothing%00", "x" * 3_000])
def test_an_address_that_names_nothing_is_no_fault(browsers: dict[bool, Browser], typed: str) -> None:
    for screen in all_screens():
        words = [name for kind, name in _CAPTURE.findall(screen.path) if kind != "int"]
        if words and "GET" in screen.methods:
            for slug in {typed, "quiet-skies"}:
                path = _CAPTURE.sub(
                    lambda found: slug if found[2] == "slug" else "1" if found[1] == "int" else typed,  # noqa: B023
                    screen.path,
                )
                assert browsers[screen.is_of_an_initiative].get(f"/console/{path}").status_code < 500, screen.name


def test_nobody_is_found_by_an_address_with_a_nul(installation: Installation, stranger: Browser) -> None:
    for address in ("a\x00@organisers.example", "x" * 3_000):
        answer = stranger.post("/console/log-on/", {"login": address, "password": "correct-horse-battery\x00"})
        assert answer.status_code < 500
    assert Account.objects.count() == 0
