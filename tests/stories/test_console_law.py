"""An initiative under the Regulation in the console: register file, 27 keys proven, and the law's refusal to go live, read by two persons."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from civium.authority import keys as authority_keys
from civium.authority.opening import open_key_test
from civium.formats import authority_key
from civium.law.procedure import load_procedure
from tests.server.register.files import export
from tests.stories.organisers import Person, installed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HERE = "initiatives/night-trains/"
STATES = tuple(load_procedure("eci").jurisdictions)


def test_an_own_system_for_an_initiative_of_today_proves_27_keys_and_may_not_go_live(browser: Browser, tmp_path: Path) -> None:
    with installed(tmp_path, "individual") as place:
        operator, representative, substitute = (Person(browser, place) for _ in range(3))
        operator.accepts(
            place.civium("console", "invite", "office@rails.example", "--role", "operator").strip(), "Dorota Kmiecik"
        )
        _add_the_initiative(operator)
        link = operator.invites("installation/people/", "ana@rails.example", "representative", "night-trains")
        representative.accepts(link, "Annelore Vantieghem")
        substitute.accepts(representative.invites(f"{HERE}people/", "tomaz@rails.example", "substitute"), "Tomaž Breznikar")
        _follow_the_register(representative, tmp_path)
        _prove_all_keys(representative, tmp_path)
        _be_refused(representative, substitute)
        for person in (operator, representative, substitute):
            person.leaves()


def _add_the_initiative(operator: Person) -> None:
    operator.goes("new-initiative/", "New initiative")
    operator.goes("new-initiative/eci/", "European citizens' initiative")
    operator.page.locator("input[name=kind][value=individual]").check()
    operator.types(
        short_name="night-trains",
        registration_number="ECI(2026)000007",
        registered_on="2026-03-02",
        opens_on="2026-04-14",
        title="Night trains",
        objectives="We ask for night trains.",
        representative_name="Annelore Vantieghem",
        substitute_name="Tomaž Breznikar",
        contact_email="all@night-trains.example",
    )
    for role, country in (("representative", "BE"), ("substitute", "SI")):
        operator.page.select_option(f"#f-{role}_country", country)
    operator.presses("Add the initiative")
    operator.is_at("Installation")


def _follow_the_register(representative: Person, folder: Path) -> None:
    """What differs from the register is seen field by field, and what the file does not say is asked."""
    file = folder / "register.xml"
    file.write_bytes(export())
    representative.goes(f"{HERE}set-up/register/", "Compare with the register")
    representative.page.set_input_files("#f-file", str(file))
    representative.presses("Read and compare")
    representative.is_at("What differs")
    expect(representative.page.locator("section[aria-labelledby=g-el]")).to_contain_text("only in the file")
    representative.presses("Take over what the file says")
    representative.is_told("Choose where Inés Carballeda lives.")
    representative.look()
    representative.page.locator("select[name^=country-]").select_option("PT")
    representative.presses("Take over what the file says")
    representative.is_told("Done.")
    representative.is_at("Set-up")


def _prove_all_keys(representative: Person, folder: Path) -> None:
    """Each State's key is given, tested, and proven by six words that its holder alone can read."""
    held = {code: authority_keys.make_key(code, secrets.token_bytes(authority_keys.SEED_SIZE)) for code in STATES}
    for code, key in held.items():
        (folder / f"{code}.civium-public-key").write_bytes(authority_key.encode(key.public))
    representative.goes(f"{HERE}set-up/keys/", "Keys of the authorities")
    representative.page.set_input_files("#f-files", [str(folder / f"{code}.civium-public-key") for code in STATES])
    representative.presses("Add the keys, unproven")
    tests = representative.page.get_by_role("button", name="Make its test")
    expect(tests).to_have_count(len(STATES), timeout=60_000)
    representative.look()
    answers = []
    for number in range(len(STATES)):
        with representative.page.expect_download() as got:
            tests.nth(number).click()
        code = got.value.suggested_filename.partition("-")[0].upper()
        test = authority_key.parse_key_test(Path(got.value.path()).read_bytes())
        answers.append(f"{code} {authority_key.proquints(open_key_test(held[code], test))}")
    assert {answer[:2] for answer in answers} == set(STATES)
    wrong = [*answers[:-1], f"{answers[-1][:3]}lusab-babad-gutih-tugad-mudof-sakat"]
    for given, told in ((wrong, "26 of 27 were accepted"), (answers[-1:], "27 of 27")):
        several = representative.page.get_by_text("Check the words of several")
        if several.count():
            several.click()
            representative.types(answers="\n".join(given))
            representative.presses("Check all")
        else:
            representative.page.reload()
            representative.page.locator("input[name^=words-]").fill(given[0][3:])
            representative.presses("Check the words")
        representative.is_told(told)
        representative.look()


def _be_refused(representative: Person, substitute: Person) -> None:
    """The screen says beforehand what the law says; two persons who want it all the same are refused, and nothing is live."""
    representative.goes(f"{HERE}lifecycle/act/go-live/", "Go live")
    representative.is_told(re.compile("Not ready yet.*LAW-58", re.DOTALL))
    representative.types(leave_out="hr")
    representative.presses("Propose: Go live")
    representative.is_told("What would be done")
    substitute.goes(f"{HERE}proposals/", "Waits for a second person")
    substitute.follows("Go live")
    substitute.is_at("Go live")
    substitute.presses("Agree: do it now")
    substitute.is_told(re.compile("LAW-58.*registered until", re.IGNORECASE))
    substitute.look()
    representative.goes(f"{HERE}lifecycle/", "Set-up")
    assert representative.page.goto(f"{representative.place.url}/en/i/night-trains").status == 404  # type: ignore[union-attr]
