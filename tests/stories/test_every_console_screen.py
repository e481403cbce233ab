"""Every screen of the console, in real Chromium, in an initiative that has something of everything and in an empty one; and each area used."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.server.register.files import export
from tests.server.supporters.mailbox import Mailbox, taking_mail
from tests.stories import addresses
from tests.stories.lifelike import COLLECTING, EMPTY, OPERATOR, PASSWORD, PEOPLE, PETITION
from tests.stories.looking import Visitor
from tests.stories.organisers import Place, installed, run, today, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HERE = f"initiatives/{COLLECTING}/"
THERE = f"initiatives/{PETITION}/"


@dataclass
class House:
    """What is served, where things are in it, who is logged on, and the mail that left."""

    place: Place
    places: dict[str, Any]
    identifier: str
    links: Mapping[str, str]
    mailbox: Mailbox


@contextmanager
def furnished(folder: Path) -> Iterator[House]:
    """Give an installation full of lifelike matter, served, with a mail server beside it."""
    told: dict[str, Any] = {}

    def fill(place: Place) -> None:
        told.update(json.loads(run("python", "-m", "tests.stories.lifelike", str(place.folder / "server"), CIVIUM_URL=place.url)))

    with taking_mail() as mailbox:
        mail = {
            "CIVIUM_MAIL_SERVER": f"127.0.0.1:{mailbox.port}",
            "CIVIUM_MAIL_SECURITY": "none",
            "CIVIUM_MAIL_FROM": "news@rails.example",
        }
        with installed(folder, "procedure", fill=fill, settings=mail) as place:
            yield House(place, told["places"], told["identifier"], told["links"], mailbox)


def test_every_screen_has_an_address_or_a_reason() -> None:
    """A new screen stands in the table of addresses, among the files, or with the reason why it has no page."""
    addresses.check_table()


def test_every_screen_is_sound_and_every_area_is_used(browser: Browser, tmp_path: Path) -> None:
    """In two widths and two schemes of colours: of one initiative with something of everything, of an empty one, of one that is over."""
    with furnished(tmp_path / "house") as house:
        people = _arrive(house, browser)
        one = people["representative"]
        _let_a_message_leave(house, one, people["substitute"])
        _answer_a_data_subject(one, house)
        _count_paper(one, tmp_path)
        _add_and_retire_a_partner(one, tmp_path)
        _read_feedback(one, tmp_path)
        _do_duties(one, tmp_path)
        _look_identifiers_up(one, house)
        _compare_with_the_register(one, tmp_path)
        people["auditor"] = _come_and_go(house, people, browser)
        _open_all(house, people)
        _ask_for_a_package_below_the_thresholds(one, people["substitute"])
        _see_that_it_left(house, one)
        people["stranger"] = _stand_before_the_doors(house, browser)
        faults = [fault for visitor in people.values() for fault in visitor.found]
        assert not faults, "\n".join(faults)
        seen = {name for visitor in people.values() for name in addresses.names_of(visitor.paths)}
        assert addresses.unseen(seen) == set()
        for visitor in people.values():
            visitor.leaves()


def _arrive(house: House, browser: Browser) -> dict[str, Visitor]:
    """The operator accepts an invitation; representative and substitute log on; one of them is invited once more, and has an account."""
    made = {role: Visitor(browser, house.place) for role in ("operator", *PEOPLE)}
    made["operator"].accepts(house.place.console(f"invitation/{house.links['operator']}/"), "Dorota Kmiecik")
    for role, (_, address) in PEOPLE.items():
        made[role].logs_on(address, PASSWORD)
    one = made["representative"]
    one.page.goto(house.place.console(f"invitation/{house.links['representative']}/"))
    one.is_at("You are invited")
    one.presses("Accept")
    one.is_at("Your initiatives")
    return made


def _open_all(house: House, people: dict[str, Visitor]) -> None:
    """Open every screen that has an address, and take every file."""
    one, operator = people["representative"], people["operator"]
    house.places["person"] = _number_in_link(one, f"{HERE}people/", r"people/(\d+)/$")
    house.places["operator"] = _number_in_link(operator, "installation/people/", r"installation/people/(\d+)/$")
    for address in addresses.every(house.places):
        visitor = one if address.is_of_an_initiative else operator
        if address.screen in addresses.FILES:
            assert visitor.takes(address.path).startswith(addresses.FILES[address.screen]), address
        else:
            visitor.opens(address.path)
    for address in addresses.further():
        one.opens(address.path, again=True)


def _let_a_message_leave(house: House, one: Visitor, second: Visitor) -> None:
    """Write, look, try it on oneself, propose; another agrees, and it arrives."""
    one.goes(f"{THERE}post/", "E-mail")
    one.follows("Write a message")
    one.is_at("A new message")
    one.presses("Go on to the text")
    one.is_at("Text in English")
    one.types(subject="Ninety of us", text="Ninety people have signed.\n\nThank you.")
    one.presses("Save this text")
    one.is_at("Message 1")
    one.follows(re.compile("^Preview"))
    one.is_at("As a reader of English gets it")
    one.page.go_back()
    one.presses("Send it to myself")
    one.is_told("The mail server took a copy")
    assert _mails_to(house, PEOPLE["representative"][1], "[?] Ninety of us") == 1
    one.follows("Change")
    one.is_at("Message 1: whom, and how fast")
    one.presses("Save")
    one.follows("Let it leave …")
    one.is_at("Let message 1 leave?")
    one.presses("Propose to send it")
    one.is_told("Waits for a second person.")
    second.goes(f"{THERE}proposals/", "Waits for a second person")
    second.follows("Send a message to those who agreed")
    second.is_at("Send a message to those who agreed")
    second.presses("Agree: do it now")
    second.is_told("Done")


def _ask_for_a_package_below_the_thresholds(one: Visitor, second: Visitor) -> None:
    """End the petition, by two persons; ask for a package that is too small, and say why."""
    one.goes(f"{THERE}lifecycle/act/end-now/", "End at once")
    one.presses(re.compile("^Propose: "))
    one.is_told("What would be done")
    title = one.page.locator("main h1").inner_text()
    second.goes(f"{THERE}proposals/", "Waits for a second person")
    second.follows(title)
    second.presses("Agree: do it now")
    second.is_told(f"Done: {title}.")
    one.goes(f"{THERE}exports/anyway/?state=VAL-N", "A package below the thresholds")
    one.look()
    one.types(reason="The office of the Assembly asked for a rehearsal.")
    one.page.locator("main form button[type=submit]").click()
    one.is_told("What would be done")


def _see_that_it_left(house: House, one: Visitor) -> None:
    """The mail server took a copy for each who agreed."""
    one.goes(f"{THERE}post/1/", "Message 1")
    until(one.page, lambda: one.page.locator("main .tag.ok", has_text="Sent").count() == 1)
    one.look()
    assert sum(_mails_to(house, f"reader-{at}.en@{PETITION}.example", "Ninety of us") for at in range(3)) == 3


def _mails_to(house: House, address: str, subject: str) -> int:
    """Count what the mail server took for an address under this subject."""
    return sum(
        address in to and mail["Subject"] == subject
        for mail, (_, to) in zip(house.mailbox.mails, house.mailbox.envelopes, strict=True)
    )


def _come_and_go(house: House, people: dict[str, Visitor], browser: Browser) -> Visitor:
    """Invite, withdraw, refuse a lesser role, begin and stop a way back, change a role, remove somebody."""
    operator, one = people["operator"], people["representative"]
    link = one.invites(f"{HERE}people/", "maeve@rails.example", "auditor")
    one.page.goto(one.place.console(f"{HERE}people/"))
    one.page.locator("li", has_text="clerk@rails.example").get_by_role("button", name="Withdraw").click()
    one.is_told("The invitation is withdrawn")
    auditor = Visitor(browser, house.place)
    auditor.accepts(link, "Maeve Tarrant")
    auditor.goes(f"{HERE}exports/", "Your role does not allow this")
    one.page.goto(one.place.console(f"{HERE}people/"))
    one.page.locator("tr", has_text="Maeve Tarrant").get_by_role("button", name="Cannot log on: I vouch").click()
    one.is_told("Everybody of this initiative and the operator are told.")
    one.look()
    operator.goes("installation/", "Installation")
    operator.presses("I spoke with them and agree")
    operator.is_at("Installation")
    operator.look()
    auditor.goes("account/", "Your account")
    auditor.presses("Stop it: I have lost nothing")
    auditor.is_at("Your account")
    one.page.goto(one.place.console(f"{HERE}people/"))
    one.page.locator("tr", has_text="Maeve Tarrant").get_by_role("link", name="Change").click()
    one.is_at("Maeve Tarrant")
    one.page.check("input[name=role][value=observer]")
    one.presses("Change the role")
    one.is_told("The role is changed")
    one.page.locator("tr", has_text="Maeve Tarrant").get_by_role("link", name="Change").click()
    one.presses("Remove this person")
    one.is_told("This person has no role here any more.")
    return auditor


def _stand_before_the_doors(house: House, browser: Browser) -> Visitor:
    """What is open to whoever comes; and the way back of an operator who has lost everything."""
    stranger = Visitor(browser, house.place)
    for path in ("log-on/", "log-on/lost/", "log-on/closed/", "log-on/?because=idle", "log-on/?because=ended"):
        stranger.opens(path)
    stranger.page.goto(house.place.console("log-on/"))
    stranger.types(login=PEOPLE["representative"][1], password=PASSWORD)
    stranger.presses("Log on")
    stranger.is_at("Show that it is you")
    stranger.page.goto(house.place.civium("console", "unlock", OPERATOR, "--lost").split()[-1])
    stranger.is_at("Back into your account")
    stranger.types(password="five warm caps on a wall")
    stranger.presses("Use this password from now on")
    stranger.is_at("Choose your second factor")
    return stranger


def _answer_a_data_subject(one: Visitor, house: House) -> None:
    """Enter a letter with its identifier, see what is known, make the file for the key's holder, answer."""
    one.goes(f"{HERE}desk/", "Data subjects")
    one.page.select_option("#f-kind", "access")
    one.types(identifier=house.identifier, reference="2026/031")
    one.page.select_option("#f-state", "DE")
    one.presses("Enter it")
    one.is_at(re.compile("^Request 5: What is there of me"))
    one.is_told("It is here. What is in it nobody here can read")
    with one.page.expect_download() as got:
        one.presses("Make the file for the holder of the key")
    assert got.value.suggested_filename == "request-5-DE.civium-request"
    one.page.check("input[name=outcome][value=told]")
    one.presses("It is answered")
    one.is_at("Data subjects")
    one.is_told("Answered, and kept in the register.")


def _count_paper(one: Visitor, folder: Path) -> None:
    one.goes(f"{HERE}paper/", "Paper")
    one.follows("Enter a week")
    one.is_at("Enter a week")
    one.page.fill("#f-n-BE", "1 204")
    one.page.fill("#f-n-AT", "many")
    one.presses("Keep these numbers")
    one.is_told("Austria: type a whole number")
    one.look()
    one.page.fill("#f-n-AT", "87")
    one.presses("Keep these numbers")
    one.is_told("Entered for 2 places, 1,291 in all.")
    one.page.get_by_role("link", name=re.compile("^Correct Belgium")).click()
    one.is_at("Correct a number")
    one.types(number="1200", reason="A sheet was counted twice.")
    one.presses("Correct it")
    one.is_told("Belgium, 1,200 instead of 1,204")
    one.follows("Forms to print")
    one.is_at("Forms to print")
    assert one.downloads(re.compile("^Belgium"), folder).read_bytes().startswith(b"%PDF-")


def _add_and_retire_a_partner(one: Visitor, folder: Path) -> None:
    one.goes(f"{HERE}partners/", "Partners")
    one.follows("Add a partner")
    one.is_at("Add a partner")
    one.types(name="Market stand in Graz", code="graz-market")
    one.presses("Add this partner")
    one.is_at("Market stand in Graz")
    expect(one.page.locator(".link-shown code")).to_contain_text("#source=graz-market")
    assert one.downloads("Save the code as PNG, for screens", folder).read_bytes().startswith(b"\x89PNG")
    one.presses("Retire this code")
    one.is_told("Retired. Its links still lead to the initiative")


def _read_feedback(one: Visitor, folder: Path) -> None:
    one.goes(f"{HERE}feedback/", "Feedback")
    one.page.select_option("#f-grade", "bad")
    one.presses("Show these comments")
    one.is_told("Formularz nie przyjął")
    one.look()
    assert "Formularz" in one.downloads("Save all answers and comments as CSV", folder).read_text(encoding="utf-8")


def _do_duties(one: Visitor, folder: Path) -> None:
    """Take the calendar, write a letter, take its PDF, note that it was sent; mark a duty; enter a gift."""
    one.goes(f"{HERE}duties/", "Duties and letters")
    assert one.downloads("Calendar file (.ics)", folder).read_bytes().startswith(b"BEGIN:VCALENDAR")
    one.page.get_by_role("link", name=re.compile("^Mark as done")).first.click()
    title = one.page.locator("main h1").inner_text()
    one.is_at(title)
    one.types(note="Answer 123")
    one.presses("Mark as done")
    one.is_told(f"Marked as done: {title}.")
    one.follows("Funding")
    one.is_at("Funding")
    one.types(sponsor="Ljubljana Railway Friends", amount="1,250.50")
    one.presses("Enter it")
    one.is_told("EUR 1,250.50")
    one.goes(f"{HERE}duties/letters/", "Letters")
    one.page.get_by_role("link", name=re.compile("^Write")).first.click()
    one.is_at(re.compile("."))
    for place in one.page.locator("main form.card [required]:visible").all():
        kind = place.get_attribute("type")
        if kind == "date":
            place.fill(today().isoformat())
        elif kind != "radio":
            place.fill("As agreed on the telephone.")
    for group in one.page.locator("main fieldset").all():
        group.locator("input[type=radio]").first.check()
    one.presses("Write it")
    one.is_told("Written and kept.")
    assert one.downloads("PDF", folder).read_bytes().startswith(b"%PDF-")
    one.types(how="by e-mail")
    one.presses("Note it")
    one.is_told("Sent on")
    one.look()


def _look_identifiers_up(one: Visitor, house: House) -> None:
    one.goes(f"{HERE}destroying/", "Destroying")
    one.types(identifiers=f"{house.identifier}\nnothing like it\n5d0c8f9e-7a51-8c0b-9d2e-1f6a3b7c4d55")
    one.presses("Look them up")
    one.is_told("Unknown here")
    one.look()


def _compare_with_the_register(one: Visitor, folder: Path) -> None:
    """The comparison of the empty initiative with a file of the register, for its looks alone."""
    one.goes(f"initiatives/{EMPTY}/set-up/register/", "Compare with the register")
    file = folder / "register.xml"
    file.write_bytes(export())
    one.page.set_input_files("#f-file", str(file))
    one.presses("Read and compare")
    one.is_at("What differs")


def _number_in_link(one: Visitor, path: str, pattern: str) -> str:
    """Give the number in the first link of a page that is of this form."""
    one.page.goto(one.place.console(path))
    for link in one.page.locator("main a").all():
        hit = re.search(pattern, link.get_attribute("href") or "")
        if hit:
            return hit[1]
    raise AssertionError(pattern)
