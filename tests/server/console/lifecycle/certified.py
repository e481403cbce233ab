"""From sealed statements to the authority's certificate: collected, packed and handed over here, opened, verified and drafted by its tool."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from civium.authority import certificate, working_file
from civium.authority.completeness import check_export
from civium.authority.opened import KIND as OPENED
from civium.authority.opened import open_into
from civium.authority.policy import Policy, from_table, judge_of
from civium.authority.settling import settle, tally_of
from civium.authority.verification import KIND as VERDICTS
from civium.authority.verification import read_verdicts, verify
from civium.formats import envelope, manifest
from civium.formats.export import PACKAGE
from civium.law.procedure import jurisdiction_of, load_procedure
from civium.rehearsal.sealing import Target, seal_signing
from civium.rehearsal.signing import Signing
from civium.server.initiatives import exports, handing_over, live
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import open_premises
from civium.server.intake.receive import candidate_of, prepare
from tests.server.console.conftest import Installation
from tests.server.initiatives import place

AFTER = place.NOW + timedelta(days=140)
CODES = ("VAL-N", "VAL-C")
_CARD = {
    "full_first_names": "Bea",
    "residence_municipality": "castellpla",
    "id_number": "12345678903",
    "id_type": "resident_card",
}
_PERSON = {
    "full_first_names": "Ana",
    "date_of_birth": "1990-05-17",
    "residence_street": "Carrer Major",
    "residence_number": "4",
    "residence_postal_code": "71200",
    "residence_municipality": "montverd",
}


@dataclass(frozen=True)
class Certified:
    """What an authority sends back: the file of its tool, and the draft that it signs."""

    file: dict[str, Any]
    paper: bytes

    def bytes(self, **changed: Any) -> bytes:
        """Give the file as its tool writes it, or with members changed."""
        return json.dumps({**self.file, **changed}, ensure_ascii=False, indent=1).encode() + b"\n"


def collected(installation: Installation) -> Initiative:
    """Open the petition; three sign in one place, two in another, each sealed as browsers do."""
    initiative = installation.petition
    for code in CODES:
        place.add_proven_key(initiative, code)
    with open_premises(installation.config, place.BUNDLE) as premises:
        collection = live.open_collection(initiative, premises, live.GoLive(place.TWO, accepts_closed_online=True), now=place.NOW)
        current = collection.current_manifest()
        version = manifest.parse(bytes(current.manifest)).rules_version
        keys = {code: place.private_key(code).public for code in CODES}
        target = Target(collection.identifier, bytes(current.sha256), version, keys)
        known = prepare(premises.store.collections())
        for code, names in (("VAL-N", "ABC"), ("VAL-C", "DE")):
            sealed = [seal_signing(target, _signing(code, name, number)) for number, name in enumerate(names)]
            premises.store.append([candidate_of(known, envelope.parse(raw), place.TODAY) for raw in sealed])
        premises.signer.sign(premises.store.heads(collection.identifier))
    return Initiative.objects.get(pk=initiative.pk)


def hand_over(installation: Installation, initiative: Initiative, *codes: str) -> dict[str, Path]:
    """Make packages and hand them over; give the files."""
    made = {}
    with open_premises(installation.config, place.BUNDLE) as premises:
        for code in codes:
            wanted = exports.Wanted(code, "online", PACKAGE, override_reason="asked for all the same")
            _, made[code] = exports.make_export(
                initiative, premises, wanted, installation.folder, place.TWO, now=AFTER, progress=lambda *_: None
            )
            handing_over.hand_over(initiative, premises, code, "online", place.TWO, now=AFTER)
    return made


def certify(package: Path, code: str, folder: Path, *, now: datetime = AFTER) -> Certified:
    """Open, verify and draft the certificate, with the functions that `civium-authority` calls."""
    key = place.private_key(code)
    folder.mkdir()
    open_into(check_export(package, told=_quiet), folder / "opened", keys=(key,), policy=Policy(code), processes=1, told=_quiet)
    verify(working_file.load(folder / "opened", key, kind=OPENED), folder / "verdicts", processes=1, told=_quiet)
    verdicts = working_file.load(folder / "verdicts", key, kind=VERDICTS)
    rows = list(settle(read_verdicts(verdicts), {}))
    tally = tally_of(iter(rows), judge_of(from_table(verdicts.facts["policy"])).strikes)
    draft = certificate.Draft(
        facts=verdicts.facts,
        tally=tally,
        journal_hash="",
        verdicts_hash=verdicts.head_hash(),
        jurisdiction=jurisdiction_of(load_procedure("petition"), code),
        authority="Oficina de Peticions",
        paper=certificate.Paper(),
        made_on=_day(now),
    )
    return Certified(certificate.certificate_of(draft), certificate.certificate_pdf(draft))


def _signing(code: str, name: str, number: int) -> Signing:
    values = {**(_PERSON if code == "VAL-N" else _CARD), "family_names": f"Exemple {name}"}
    return Signing(values, code, "ca", place.TODAY, (), "plain", number, counts=True, same_identity=False)


def _day(now: datetime) -> date:
    return now.date()


def _quiet(*_: object) -> None:
    """Nobody watches."""
