"""The console from an operator's first invitation to the proof of destruction: by its screens, at a real server, in real Chromium."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.server.register.files import export, language
from tests.stories.organisers import (
    PASSPHRASE,
    Person,
    Place,
    installed,
    let_a_day_pass,
    sign,
    today,
    until,
    write_small_petition,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLUG = "night-trains"
HERE = f"initiatives/{SLUG}/"
PUBLIC = f"/en/i/{SLUG}"
CODES = ("VAL-C", "VAL-N", "VAL-S")
NORTHERN = {
    "full_first_names": "Aurelia",
    "family_names": "Montoro Vidal",
    "residence_street": "Carrer Major",
    "residence_number": "4",
    "residence_postal_code": "71200",
    "residence_municipality": "montverd",
    "date_of_birth": "1990-05-17",
}
CITIZENS = (
    ("VAL-N", NORTHERN),
    ("VAL-N", NORTHERN | {"full_first_names": "Tirso", "family_names": "Albareda", "date_of_birth": "1971-11-03"}),
    (
        "VAL-C",
        {
            "full_first_names": "Bea",
            "family_names": "Muestra",
            "residence_municipality": "castellpla",
            "id_type": "resident_card",
            "id_number": "12345678903",
        },
    ),
)


def test_organisers_run_a_petition_from_the_first_invitation_to_the_proof_of_destruction(
    browser: Browser, tmp_path: Path
) -> None:
    own = write_small_petition(tmp_path / "procedures")
    with installed(tmp_path, "procedure", (own,)) as place:
        operator, representative, substitute = (Person(browser, place) for _ in range(3))
        operator.accepts(
            place.civium("console", "invite", "office@valley.example", "--role", "operator").strip(), "Dorota Kmiecik"
        )
        _add_the_initiative(operator)
        link = operator.invites("installation/people/", "ana@valley.example", "representative", SLUG)
        representative.accepts(link, "Annelore Vantieghem", passkey=True)
        representative.logs_on_again_with_the_passkey()
        _set_up(representative, place, tmp_path)
        substitute.accepts(representative.invites(f"{HERE}people/", "tomaz@valley.example", "substitute"), "Tomaž Breznikar")
        _go_live(representative, substitute)
        _collect(representative, browser, place)
        _pause_and_go_on(representative, substitute, browser, place)
        _propose_and_agree(representative, substitute, "end-now", "End at once")
        files = _make_packages(representative, tmp_path)
        valid = {code: _certified(place, code, file, tmp_path) for code, file in files.items()}
        assert valid == {"VAL-C": 1, "VAL-N": 2}
        _report(representative, substitute, valid, tmp_path)
        _destroy(representative, substitute, tmp_path)
        place.civium("journal", "--check")
        for person in (operator, representative, substitute):
            person.leaves()


def _add_the_initiative(operator: Person) -> None:
    """The operator chooses the procedure and types the least."""
    operator.goes("installation/", "Installation")
    operator.follows("Add an initiative")
    operator.is_at("New initiative")
    operator.page.goto(operator.place.console("new-initiative/valley/"))
    operator.is_at("Petition of the valley")
    operator.page.locator("input[name=kind][value=procedure]").check()
    operator.types(
        short_name=SLUG,
        registration_number="VAL-2026-014",
        title="Night trains",
        objectives="We ask for night trains.",
        representative_name="Annelore Vantieghem",
        contact_email="all@night-trains.example",
    )
    operator.presses("Add the initiative")
    operator.is_at("Installation")
    operator.is_told(f"Added: {SLUG}")


def _set_up(representative: Person, place: Place, folder: Path) -> None:
    """Purpose, register file with its comparison, appearance, words, keys, preview."""
    representative.goes(f"{HERE}set-up/", "Set-up")
    representative.goes(f"{HERE}set-up/purpose/", "Purpose")
    _compare(representative, folder)
    _choose_looks(representative)
    _prove_keys(representative, place, folder)
    representative.goes(f"{HERE}set-up/preview/en/", "Night trains for every capital")
    assert representative.page.goto(f"{place.url}{PUBLIC}").status == 404  # type: ignore[union-attr]


def _compare(representative: Person, folder: Path) -> None:
    """A file that cannot be right gets a sentence that says where; one that is right is compared, and then taken over."""
    file, day = folder / "register.xml", today().isoformat()
    told = {"number": "VAL-2026-014", "registered_on": day, "exported_at": f"{day}T00:00:00Z"}
    original = language("en", "Night trains for every capital", "We ask for night trains.", original=True)
    representative.goes(f"{HERE}set-up/register/", "Compare with the register")
    file.write_bytes(export(languages=f"{original}\n{language('xx', 'T', 'T')}", **told))
    representative.page.set_input_files("#f-file", str(file))
    representative.presses("Read and compare")
    representative.is_told("Line 11 of the file.")
    representative.look()
    file.write_bytes(export(languages=original, **told))
    representative.page.set_input_files("#f-file", str(file))
    representative.presses("Read and compare")
    representative.is_at("What differs")
    expect(representative.page.locator("section[aria-labelledby=g-en] mark.diff").last).to_contain_text("for every capital")
    expect(representative.page.locator("section[aria-labelledby=g-all]")).to_contain_text("Tomaž Breznikar")
    representative.presses("Take over what the file says")
    representative.is_told("Done.")
    representative.is_at("Set-up")
    representative.goes(f"{HERE}set-up/texts/", "Texts")
    expect(representative.page.locator("tbody tr")).to_contain_text("Night trains for every capital")
    _write_catalan(representative)


def _write_catalan(representative: Person) -> None:
    """A language of the procedure that the register does not have is written by hand."""
    representative.page.select_option("#f-language", label="Català")
    representative.presses("Write its text")
    representative.is_at("Add Català")
    representative.types(title="Trens de nit per a cada capital", objectives="Demanem trens de nit.")
    representative.presses("Take over this text")
    representative.is_told("Done.")
    representative.is_at("Texts")
    expect(representative.page.locator("tbody tr")).to_have_count(2)


def _choose_looks(representative: Person) -> None:
    representative.goes(f"{HERE}set-up/appearance/", "Appearance")
    representative.types(theme_colour="#7a1f4b", maker="Night trains")
    representative.presses("Try it")
    representative.is_told("This look is tried, not taken over")
    representative.look()
    representative.presses("Take over")
    representative.is_told("Done.")
    representative.page.goto(representative.place.console(f"{HERE}set-up/sharing/en/"))
    representative.types(share_text="Sleep, and wake up there.")
    representative.presses("Take over the words")
    representative.is_told("Done.")
    representative.is_at("English")


def _prove_keys(representative: Person, place: Place, folder: Path) -> None:
    """Each authority makes its key, and reads six words out of a test that only it can open."""
    passphrase = folder / "passphrase"
    passphrase.write_text(PASSPHRASE + "\n", encoding="utf-8")
    passphrase.chmod(0o600)
    for code in CODES:
        made = ("--procedure", "valley", "--to", str(folder / code), "--passphrase-file", str(passphrase))
        place.authority("keys", "make", "--jurisdiction", code, *made)
    representative.goes(f"{HERE}set-up/keys/", "Keys of the authorities")
    representative.page.set_input_files("#f-files", [str(folder / f"{code}.civium-public-key") for code in CODES])
    representative.presses("Add the keys, unproven")
    representative.is_told("0 of 3")
    representative.is_told("key received")
    representative.look()
    for left in range(len(CODES), 0, -1):
        with representative.page.expect_download() as got:
            representative.presses("Make its test")
        test = folder / got.value.suggested_filename
        got.value.save_as(test)
        code = test.name[:5].upper()
        words = place.authority("keys", "prove", str(test), "--key", _key(folder, code), "--passphrase-file", str(passphrase))
        representative.page.reload()
        box = representative.page.locator("input[name^=words-]")
        expect(box).to_have_count(1)
        box.fill(words.strip())
        representative.presses("Check the words")
        representative.is_told(f"{len(CODES) - left + 1} of 3")


def _key(folder: Path, code: str) -> str:
    return str(folder / f"{code}.civium-private-key")


def _go_live(representative: Person, substitute: Person) -> None:
    """One proposes, and may not agree to it; the other agrees."""
    representative.goes(f"{HERE}lifecycle/", "Being prepared")
    representative.goes(f"{HERE}lifecycle/act/go-live/", "Go live")
    representative.types(work="2000")
    representative.presses("Propose: Go live")
    representative.is_at("Go live")
    representative.is_told("You proposed this yourself")
    expect(representative.page.get_by_role("button", name="Agree: do it now")).to_have_count(0)
    _agree(substitute, "Go live")
    substitute.goes(f"{HERE}lifecycle/", "Open for signatures")


def _propose_and_agree(proposer: Person, second: Person, act: str, title: str, **fields: str) -> None:
    """One proposes an act with what it asks, the other reads it and agrees."""
    proposer.goes(f"{HERE}lifecycle/act/{act}/", title)
    for name, value in fields.items():
        place = proposer.page.locator(f"#f-{name}")
        if place.evaluate("one => one.localName") == "select":
            place.select_option(value)
        else:
            place.fill(value)
    proposer.presses(re.compile("^Propose: "))
    proposer.is_told("What would be done")
    proposed = proposer.page.locator("main h1").inner_text()
    proposer.is_at(proposed)
    _agree(second, proposed)


def _agree(second: Person, title: str) -> None:
    second.goes(f"{HERE}proposals/", "Waits for a second person")
    second.look()
    second.follows(title)
    second.is_at(title)
    second.presses("Agree: do it now")
    second.is_told(f"Done: {title}.")


def _collect(representative: Person, browser: Browser, place: Place) -> None:
    """Three citizens sign on the public page, and the dashboard moves."""
    representative.goes(f"{HERE}dashboard/", "Dashboard")
    received = representative.page.locator("dl.kpis .figure").first
    expect(received).to_have_text("0")
    for code, values in CITIZENS:
        context = browser.new_context(viewport={"width": 360, "height": 780})
        citizen = context.new_page()
        sign(citizen, f"{place.url}{PUBLIC}", code, values)
        assert context.cookies() == []
        context.close()
    until(representative.page, lambda: received.inner_text() == "3")
    representative.look()


def _pause_and_go_on(representative: Person, substitute: Person, browser: Browser, place: Place) -> None:
    representative.goes(f"{HERE}lifecycle/pause/", "Pause at once")
    representative.presses("Pause now")
    representative.is_at("Paused")
    public = browser.new_page()
    public.goto(f"{place.url}{PUBLIC}")
    until(public, lambda: public.locator("#field-nationality").count() == 0)
    expect(public.locator("main")).to_contain_text(re.compile("paused", re.IGNORECASE))
    _propose_and_agree(representative, substitute, "resume", "Go on after a pause")
    until(public, lambda: public.locator("#field-nationality").count() == 1)
    public.close()


def _make_packages(representative: Person, folder: Path) -> dict[str, Path]:
    """A job makes all packages; they are downloaded."""
    representative.goes(f"{HERE}lifecycle/", "Closed")
    representative.goes(f"{HERE}exports/", "Export")
    representative.page.locator("input[name=kind][value=submission-package]").check()
    representative.presses("Count first")
    representative.is_told("3 entries")
    representative.is_told("Statute of petitions")
    representative.look()
    representative.presses("Start export")
    page = representative.page
    until(page, lambda: page.get_by_role("link", name=re.compile("^Files")).count() == 1)
    representative.look()
    files = {}
    for code, name in (("VAL-C", "Central Vallorsa"), ("VAL-N", "Northern Vallorsa")):
        files[code] = representative.downloads(f"Package {name}", folder)
    representative.follows(re.compile("^Files"))
    representative.is_at(re.compile("^Submission package"))
    return files


def _certified(place: Place, code: str, file: Path, folder: Path) -> int:
    """The authority opens, verifies, decides what waits, certifies; give the number that it certifies."""
    key = ("--key", _key(folder, code), "--passphrase-file", str(folder / "passphrase"))
    place.authority("open", str(file), "--confirm-rules", *key)
    place.authority("verify", str(file), *key)
    waiting = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", place.authority("show", str(file), *key))
    if waiting:
        named = [word for one in dict.fromkeys(waiting) for word in ("--identifier", one)]
        place.authority("decide", str(file), "--by", "officer", "--accept", "--reason", "found in the register", *named, *key)
    draft = folder / f"certificate-{code}"
    place.authority("certify", str(file), "--to", str(draft), *key)
    assert draft.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    return int(json.loads(draft.with_suffix(".json").read_text(encoding="utf-8"))["valid"]["online"])


def _report(representative: Person, substitute: Person, valid: dict[str, int], folder: Path) -> None:
    """What was handed over is typed in; one certificate is read from its authority's file, the other typed in; it suffices, and is submitted."""
    day = today().isoformat()
    for code in valid:
        given = {"jurisdiction": code, "channel": "online", "on": day, "way": "in-person"}
        _propose_and_agree(representative, substitute, "hand-over", "Record that an authority was given its statements", **given)
    representative.goes(f"{HERE}lifecycle/", "Handed over")
    _read_a_certificate(representative, substitute, folder / "certificate-VAL-N")
    for code, count in valid.items():
        if code == "VAL-N":
            continue
        told = {"jurisdiction": code, "online_valid": str(count), "paper_valid": "0", "on": day, "reference": f"{code}/1"}
        _propose_and_agree(representative, substitute, "record-certificate", "Type in an authority's certificate", **told)
    representative.goes(f"{HERE}lifecycle/certificates/", "Certificates")
    representative.is_told("3 of 3")
    _propose_and_agree(
        representative, substitute, "submit", "Record the submission to the Assembly of Vallorsa", on=day, reference="ASS-1"
    )
    representative.goes(f"{HERE}lifecycle/", "Before the Assembly")


def _read_a_certificate(representative: Person, substitute: Person, certificate: Path) -> None:
    """The file of the authority's tool fills in the form; the signed paper is kept beside it; the other person compares and agrees."""
    page = representative.page
    representative.goes(f"{HERE}lifecycle/certificates/scan/", "Keep a signed certificate")
    page.locator("#f-jurisdiction").select_option("VAL-N")
    page.locator("#f-file").set_input_files(certificate.with_suffix(".pdf"))
    representative.look()
    representative.presses("Keep it")
    representative.is_told("Kept, byte for byte.")
    representative.goes(f"{HERE}lifecycle/certificates/read/", "Read a certificate's file")
    representative.look()
    page.locator("#f-file").set_input_files(certificate.with_suffix(".json"))
    representative.presses("Read it")
    representative.is_told("Read, and it fits.")
    assert page.locator("#f-online_valid").input_value() == "2"
    page.locator("#f-reference").fill("VAL-N/1")
    representative.look()
    representative.presses(re.compile("^Propose: "))
    representative.is_told("The numbers were read from the authority's file")
    _agree(substitute, page.locator("main h1").inner_text())


def _destroy(representative: Person, substitute: Person, folder: Path) -> None:
    """Two persons order it on the day that this procedure sets; the job does it, and gives its proof."""
    representative.goes(f"{HERE}lifecycle/destruction/", "Destruction of statements")
    representative.presses("Propose to destroy all statements")
    representative.is_at("Destroy all statements")
    _agree(substitute, "Destroy all statements")
    page = representative.page
    page.goto(representative.place.console(f"{HERE}lifecycle/destruction/"))
    representative.is_told("Until then anybody may stop it.")
    let_a_day_pass(representative.place)
    until(page, lambda: page.get_by_role("link", name="Keep the proof as a text").count() == 1)
    representative.look()
    proof = representative.downloads("Keep the proof as a text", folder)
    assert "VAL-N" in proof.read_text(encoding="utf-8")
    representative.goes(f"{HERE}lifecycle/", "Data destroyed")
    representative.goes(f"{HERE}journal/", "Journal")
    representative.presses("Check the chain")
    representative.is_told(re.compile("whole", re.IGNORECASE))
    representative.look()
