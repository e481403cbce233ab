"""A petition, a region with provinces, and a procedure that an operator wrote, from set-up to what they hand over: made from data alone.

Nothing is stood in for: keys are proven, statements sealed as browsers do, received and appended, exported, opened and judged by the
authority's own code, certified, submitted; paper is counted beside.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from civium.authority import certificate, working_file
from civium.authority.completeness import check_export
from civium.authority.opened import KIND as OPENED
from civium.authority.opened import open_into
from civium.authority.policy import Policy, from_table, judge_of
from civium.authority.settling import settle, tally_of
from civium.authority.verification import KIND as VERDICTS
from civium.authority.verification import read_verdicts, verify
from civium.errors import Refused
from civium.formats import envelope, manifest
from civium.formats.export import PACKAGE
from civium.law.checks import faults, hints
from civium.law.folder import take_in_folder
from civium.law.procedure import form_of, jurisdiction_of, load_procedure
from civium.law.shelf import documents_of
from civium.rehearsal.sealing import Target, seal_signing
from civium.rehearsal.signing import Signing
from civium.server.initiatives import certifying, counts, exports, handing_over, live, milestones, standing
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.states import State
from civium.server.intake.receive import candidate_of, prepare
from civium.server.office import letters, paper
from civium.server.office.duties import duties_of
from tests.law.test_checking import write

from . import place
from .place import NOW, TODAY, TWO

pytestmark = pytest.mark.usefixtures("civium_db")
PERSON = {"full_first_names": "Ana", "family_names": "Ejemplo", "date_of_birth": "1990-05-17"}
CARD = {"full_first_names": "Bea", "family_names": "Muestra", "id_number": "12345678903", "id_type": "resident_card"}


@dataclass(frozen=True)
class Case:
    """One procedure, and what is particular of it."""

    procedure: str
    told: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, str]]
    language: str
    # jurisdiction -> values of a form that is accepted there
    values: Mapping[str, Mapping[str, str]]
    letter: str


_VALLORSA = Case(
    "petition",
    {"registration_number": "VAL-2026-014"},
    {"en": place.ENGLISH, "ca": {"title": "Trens de nit", "objectives": "Demanem trens de nit."}},
    "ca",
    {
        "VAL-N": {**PERSON, "residence_street": "Carrer Major", "residence_number": "4", "residence_postal_code": "71200",
                  "residence_municipality": "montverd"},
        "VAL-C": {**CARD, "residence_municipality": "castellpla"},
    },
    "hand-over",
)  # fmt: skip
_BRANALBA = Case(
    "region",
    {"registration_number": "BRA-IP-2026/07"},
    {"en": place.ENGLISH, "gl": {"title": "Trens de noite", "objectives": "Pedimos trens de noite."}},
    "gl",
    {
        "BRA-ILLA": {**PERSON, "residence_postal_code": "31200", "residence_municipality": "area-branca",
                     "residence_status": "foreign-resident"},
        "BRA-MONTE": {**CARD, "residence_municipality": "val-escuro"},
    },
    "hand-over",
)  # fmt: skip
CASES = {"petition": _VALLORSA, "region": _BRANALBA, "an operator's own": dataclasses.replace(_BRANALBA, procedure="ilha")}


def _operators_own(folder: Path) -> None:
    """Write a folder as an operator does, with another goal and a name of its own, and take it in."""
    documents = copy.deepcopy(dict(documents_of("region")))
    documents["procedure"] |= {"name": "ilha", "title": {"en": "Initiative of the island", "gl": "Iniciativa da illa"}}
    documents["procedure"]["goal"]["total"] = 2_000
    assert take_in_folder(write(documents, folder)) == "ilha"


def _set_up(case: Case, folder: Path) -> Initiative:
    organisers = [{"role": "representative", "name": "Uxía Outeiro", "email": "uxia@estradas.example"}]
    told = {
        "slug": "night-trains",
        "procedure": case.procedure,
        "deployment": "procedure",
        "original_language": "en",
        "registered_on": "2026-11-01",
        "collection_start_on": "2026-11-20",
        "collection_end_on": "2026-12-20",
        "organisers": organisers,
        **case.told,
    }
    return place.add_initiative(folder, case.texts, **told)


def _signing(case: Case, jurisdiction: str, values: Mapping[str, str], number: int) -> Signing:
    named = {**values, "family_names": f"{values['family_names']} {'ABCDEFGH'[number]}"}
    return Signing(named, jurisdiction, case.language, TODAY, (), "plain", number, counts=True, same_identity=False)


def _collect(case: Case, initiative: Initiative, premises: Premises, *, each: int) -> None:
    """Seal as browsers do, to the keys and the manifest that the pages name, and receive."""
    collection = initiative.live_collection()
    assert collection is not None
    current = collection.current_manifest()
    promised = manifest.parse(bytes(current.manifest))
    keys = {code: place.private_key(code).public for code in case.values}
    target = Target(collection.identifier, bytes(current.sha256), promised.rules_version, keys)
    known = prepare(premises.store.collections())
    for code, values in case.values.items():
        entries = []
        for number in range(each):
            # A card is one person: the number tells them apart, so that only one of these counts.
            raw = seal_signing(target, _signing(case, code, values, number))
            candidate = candidate_of(known, envelope.parse(raw), TODAY)
            assert candidate.refusal is None
            entries.append(candidate)
        premises.store.append(entries)


def _opened(path: Path, code: str, folder: Path) -> tuple[Any, Any]:
    """Open, verify and settle, as the authority's tool does."""
    key = place.private_key(code)
    complete = check_export(path, told=lambda *_: None)
    at = folder / f"{code}-opened"
    open_into(complete, at, keys=(key,), policy=Policy(code), processes=1, told=lambda *_: None)
    kept = working_file.load(at, key, kind=OPENED)
    verify(kept, folder / f"{code}-verdicts", processes=1, told=lambda *_: None)
    verdicts = working_file.load(folder / f"{code}-verdicts", key, kind=VERDICTS)
    rows = list(settle(read_verdicts(verdicts), {}))
    return kept, tally_of(iter(rows), judge_of(from_table(verdicts.facts["policy"])).strikes)


@pytest.mark.parametrize("name", CASES)
def test_from_set_up_to_what_is_handed_over(name: str, tmp_path: Path, premises: Premises) -> None:
    case = CASES[name]
    if case.procedure == "ilha":
        _operators_own(tmp_path / "own")
    procedure = load_procedure(case.procedure)
    place.make_installation("procedure")
    initiative = _set_up(case, tmp_path / "folder")
    for code, values in case.values.items():
        form = form_of(procedure, code, TODAY)
        assert faults(procedure, form, values, TODAY) == ()
        assert hints(procedure, form, values, TODAY) == ()
        place.add_proven_key(initiative, code)
    live.open_collection(initiative, premises, live.GoLive(TWO, accepts_closed_online=True), now=NOW)
    assert standing.state_of(initiative, today=TODAY) is State.LIVE
    _collect(case, initiative, premises, each=3)
    paper.enter_tally(initiative, next(iter(case.values)), TODAY, 700, TWO, now=NOW)
    assert counts.counts(initiative, premises).received == 3 * len(case.values)

    later = NOW + timedelta(days=40)
    valid: dict[str, int] = {}
    for code in case.values:
        wanted = exports.Wanted(code, "online", PACKAGE, override_reason="asked for all the same")
        _made, path = exports.make_export(initiative, premises, wanted, tmp_path, TWO, now=later, progress=lambda *_: None)
        opened, tally = _opened(path, code, tmp_path)
        assert tally.entries == 3
        # Names differ: three people by name, birth and postal code; one card is one person, and goes to the officer.
        valid[code] = tally.accepted if not tally.undecided else 1
        _check_certificate(case, code, opened.facts, tally)
        handing_over.hand_over(initiative, premises, code, "online", TWO, now=later)
        certified = certifying.Certified(code, valid[code], 0, later.date(), f"{code}/1")
        certifying.record_certificate(initiative, certified, TWO, now=later)
    assert valid == dict(zip(case.values, (3, 1), strict=True))
    _check_office(case, initiative, valid, today=later.date())
    with pytest.raises(Refused, match="too-few-certified"):
        milestones.submit(initiative, TWO, on=later.date(), reference="", now=later)


def _check_certificate(case: Case, code: str, facts: dict[str, Any], tally: Any) -> None:
    """The certificate has the procedure's own words, not those of Annex VI."""
    if tally.undecided:
        return
    procedure = load_procedure(case.procedure)
    draft = certificate.Draft(
        facts=facts,
        tally=tally,
        journal_hash="",
        verdicts_hash="0" * 64,
        jurisdiction=jurisdiction_of(procedure, code),
        authority="Office",
        paper=certificate.Paper(),
        made_on=TODAY,
    )
    reader = PdfReader(BytesIO(certificate.certificate_pdf(draft)))
    said = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "CERTIFICATE OF THE NUMBER OF VALID SIGNATURES" in said
    assert f"Office certifies that 3 signatures from {procedure.jurisdictions[code].name_en}" in said
    assert "2019/788" not in said.partition("How the number was found")[0]


def _check_office(case: Case, initiative: Initiative, valid: Mapping[str, int], *, today: date) -> None:
    """Letters, duties and names are the procedure's own."""
    procedure = load_procedure(case.procedure)
    made = letters.compose(initiative, case.letter, case.language, letters.Numbers(), {}, today=today)
    filled = [line for item in made.items for line in item.lines]
    assert str(sum(valid.values())) in filled
    assert made.sender[1] == procedure.role_name("representative", case.language)
    found = {duty.id: duty for duty in duties_of(initiative, today=today)}
    assert found["submit-to-authorities"].due_on >= date(2027, 1, 20)
    assert not {duty.article for duty in found.values()} & {"Art. 8(1)", "Art. 9(7)"}
    assert procedure.phase_name("submitted", case.language) not in (None, "submitted")
    assert paper.paper_totals(initiative) == {next(iter(case.values)): 700}


@pytest.mark.parametrize(
    "organisers",
    [
        [],
        [{"role": "substitute", "name": "A"}],
        [{"role": "representative", "name": "A"}, {"role": "representative", "name": "B"}],
        [{"role": "representative", "name": "A"}, {"role": "other", "name": "B"}],
        [{"role": "representative", "name": " "}],
    ],
)
def test_a_regions_organisers_are_those_that_its_data_asks(organisers: list[dict[str, str]], tmp_path: Path) -> None:
    place.make_installation("procedure")
    told = {**_BRANALBA.told, "procedure": "region", "deployment": "procedure", "collection_end_on": "2026-12-20"}
    with pytest.raises(Refused, match="organisers-malformed"):
        place.add_initiative(tmp_path / "folder", _BRANALBA.texts, organisers=organisers, **told)
