"""The Commission's layout: what authorities read today, and our schema accepts."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from civium.authority.commission_xml import InitiativeData, schema, write_xml
from civium.authority.results import read_results
from civium.errors import Refused
from civium.law.procedure import load_procedure
from tests.authority.build import Log, authority_key, dni, greek, spanish, statement
from tests.authority.case import Verified, verified

ALL = ("accepted", "struck", "for-decision")
ABOUT = InitiativeData("DEMO", date(2026, 3, 2), date(2026, 9, 1), title="<&>", contact_persons="A. Beispiel a@example.org")


def _written(done: Verified, jurisdiction: str, which: tuple[str, ...] = ALL) -> tuple[int, etree._Element]:
    procedure = load_procedure()
    stream = io.BytesIO()
    results = read_results(done.opened, done.verdicts, {}, which=which)
    count = write_xml(stream, results, jurisdiction=procedure.jurisdictions[jurisdiction], procedure=procedure, about=ABOUT)
    assert b"<![CDATA[" in stream.getvalue() or not count
    root = etree.fromstring(stream.getvalue())
    schema().assertValid(root)
    return count, root


def _values(signature: etree._Element) -> dict[str, str]:
    return {item.findtext("key", ""): item.findtext("value", "") for item in signature.iter("property")}


def test_part_a_has_address_and_date_of_birth_as_the_commission_writes_them(tmp_path: Path) -> None:
    log = Log(authority_key("EL"))
    identifier = log.add(statement(greek()))
    count, root = _written(verified(log, tmp_path), "EL")
    assert count == 1
    assert root.findtext("forCountry") == "gr"
    assert root.findtext("initiativeData/title") == "<&>"
    assert root.findtext("initiativeData/startOfTheCollectionPeriod") == "2026-03-02"
    signature = root.find("signatures/signature")
    assert signature is not None
    assert signature.findtext("signatureIdentifier") == identifier
    assert signature.findtext("submissionDate") == "2026-05-04"
    assert [name.text for name in signature.iter("name")] == ["oct.group.address", "oct.group.general"]
    assert _values(signature) == {
        "oct.property.street": "Οδός Ονείρων",
        "oct.property.street.number": "7",
        "oct.property.postal.code": "15124",
        "oct.property.city": "Μαρούσι",
        "oct.property.country": "gr",
        "oct.property.full.first.names": "Φωτεινή",
        "oct.property.family.names": "Αλωνάρακη",
        "oct.property.date.of.birth": "29/02/1980",
    }


def test_part_b_has_the_number_under_the_commissions_key(tmp_path: Path) -> None:
    log = Log(authority_key())
    log.add(statement(spanish("00000090-k")))
    log.add(statement(spanish("X1") | {"id_type": "nie"}))
    _, root = _written(verified(log, tmp_path), "ES")
    plain, odd = (_values(signature) for signature in root.iter("signature"))
    assert plain["oct.property.id.card"] == "00000090-k"
    assert odd["oct.property.other.1"] == "X1"


def test_values_stand_as_they_were_typed_whatever_they_hold(tmp_path: Path) -> None:
    names = ["<b>&amp;</b>", "]]>", "Ǆ\u200bß", "\uffff", 'O\'Brien "Bob"']
    log = Log(authority_key())
    for serial, name in enumerate(names):
        log.add(statement(spanish(dni(serial), name)))
    _, root = _written(verified(log, tmp_path), "ES")
    written = [_values(signature)["oct.property.full.first.names"] for signature in root.iter("signature")]
    assert written == [name.replace("\uffff", "\ufffd") for name in names]


def test_only_the_verdicts_asked_for_and_nothing_unreadable_or_gone(tmp_path: Path) -> None:
    log = Log(authority_key())
    log.add(statement(spanish()))
    struck = log.add(statement(spanish()))
    log.add_envelope(log.seal(b"\xff" * 2048))
    broken = bytearray(log.seal(bytes(2048)))
    broken[-1] ^= 1
    log.add_envelope(bytes(broken))
    log.add(statement({"full_first_names": "X"}))
    log.add(statement(spanish(dni(9))))
    log.destroy(5, "destroyed-by-law")
    done = verified(log, tmp_path)
    assert _written(done, "ES")[0] == 3
    count, root = _written(done, "ES", ("struck",))
    assert count == 2
    assert root.findtext("signatures/signature/signatureIdentifier") == struck
    assert _written(done, "ES", ("for-decision",))[0] == 0


def test_a_date_of_birth_that_does_not_exist_is_left_as_typed(tmp_path: Path) -> None:
    log = Log(authority_key("EL"))
    log.add(statement(greek(born="1980-02-30")))
    log.add(statement(greek(born="0980-02-01")))
    _, root = _written(verified(log, tmp_path), "EL")
    dates = [_values(signature)["oct.property.date.of.birth"] for signature in root.iter("signature")]
    assert dates == ["1980-02-30", "01/02/0980"]


def test_verdicts_of_another_opening_are_refused(tmp_path: Path) -> None:
    log = Log(authority_key())
    log.add(statement(spanish()))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = verified(log, tmp_path / "a")
    log.add(statement(spanish(dni(7))))
    two = verified(log, tmp_path / "b")
    with pytest.raises(Refused, match="verdicts-foreign"):
        next(read_results(one.opened, two.verdicts, {}, which=ALL))


def test_the_schema_finds_what_is_missing() -> None:
    bad = etree.fromstring(b"<supportForm><forCountry>ES</forCountry></supportForm>")
    assert not schema().validate(bad)
