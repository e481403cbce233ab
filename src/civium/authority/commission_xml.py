"""The Commission's XML layout of its collection software 5.0: what authorities have received so far, one file for a State.

The rules are:
- `commission-5.0.xsd` beside this file describes what is written; no schema of the Commission's own was found in public (LAW-93);
- values stand as the signatory typed them, in CDATA; dates of birth dd/MM/yyyy, all other dates ISO; country codes in small letters, Greece `gr`;
- written as a stream: a million statements need no more memory than one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import BinaryIO

from lxml import etree

from civium.authority.results import Result
from civium.authority.verification import VerdictRow
from civium.law.checks import real_date
from civium.law.procedure import form_of
from civium.law.rules import Jurisdiction, Procedure

LAYOUT = "commission-5.0"
# The default of the software's 5.0 database.
ANNEX_REVISION = "2"
_GENERAL = {"full_first_names": "full.first.names", "family_names": "family.names", "date_of_birth": "date.of.birth"}
_ADDRESS = {
    "residence_street": "street",
    "residence_number": "street.number",
    "residence_postal_code": "postal.code",
    "residence_city": "city",
    "residence_country": "country",
}
# Kinds of number that the form does not offer: the 1.x catalogue had keys for others, and a wrong key would be a false statement.
_OTHER_NUMBER = "oct.property.other.1"
# XML 1.0 has no place for these two, which are not characters.
# What XML 1.0 cannot hold. A statement has neither control characters nor halves of pairs; an initiative's texts and what is typed may.
_NOT_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\ufffd")


@dataclass(frozen=True)
class InitiativeData:
    """What the file says about the initiative; empty where it is not known."""

    registration_number: str
    opens_on: date
    closes_on: date
    register_address: str = ""
    title: str = ""
    objectives: str = ""
    contact_persons: str = ""
    website: str = ""


def write_xml(
    stream: BinaryIO, results: Iterable[Result], *, jurisdiction: Jurisdiction, procedure: Procedure, about: InitiativeData
) -> int:
    """Write the file and give the number of statements in it; what cannot be read has no place in it."""
    keys = _number_keys(procedure, jurisdiction, about.closes_on)
    written = 0
    with etree.xmlfile(stream, encoding="utf-8") as document:
        document.write_declaration()
        with document.element("supportForm"):
            document.write(_element("forCountry", jurisdiction.export_code))
            document.write(_initiative(about))
            with document.element("signatures"):
                for result in results:
                    if result.statement is not None:
                        document.write(_signature(result.settled.row, result.statement.fields, keys))
                        written += 1
    return written


def schema() -> etree.XMLSchema:
    """Give the schema of the layout."""
    return etree.XMLSchema(etree.fromstring(files("civium.authority").joinpath(f"{LAYOUT}.xsd").read_bytes()))


def _number_keys(procedure: Procedure, jurisdiction: Jurisdiction, on: date) -> Mapping[str, str]:
    numbers = form_of(procedure, jurisdiction.code, on).numbers
    return {number.id: number.ocs_property or _OTHER_NUMBER for number in numbers}


def _initiative(about: InitiativeData) -> etree._Element:
    element = etree.Element("initiativeData")
    told = {
        "registrationNumber": about.registration_number,
        "startOfTheCollectionPeriod": about.opens_on.isoformat(),
        "endOfTheCollectionPeriod": about.closes_on.isoformat(),
        "urlOnCommissionRegister": about.register_address,
        "title": about.title,
        "objectives": about.objectives,
        "registeredContactPersons": about.contact_persons,
        "url": about.website,
    }
    element.extend(_element(name, text) for name, text in told.items())
    return element


def _signature(row: VerdictRow, fields: Mapping[str, str], keys: Mapping[str, str]) -> etree._Element:
    signature = etree.Element("signature")
    signature.append(_element("submissionDate", row.received_on.isoformat()))
    signature.append(_element("signatureIdentifier", row.identifier))
    signature.append(_element("annexRevision", ANNEX_REVISION))
    groups = etree.SubElement(etree.SubElement(signature, "signatoryInfo"), "groups")
    # The software's own weights put the address first and the number last; its readers must not rely on the order.
    _group(
        groups,
        "oct.group.address",
        {f"oct.property.{key}": _address(name, fields.get(name, "")) for name, key in _ADDRESS.items()},
    )
    _group(
        groups,
        "oct.group.general",
        {f"oct.property.{key}": _general(name, fields.get(name, "")) for name, key in _GENERAL.items()},
    )
    number_key = keys.get(fields.get("id_type", ""), _OTHER_NUMBER)
    _group(groups, "oct.group.id", {number_key: fields.get("id_number", "")})
    return signature


def _address(field: str, value: str) -> str:
    return value.lower() if field == "residence_country" else value


def _general(field: str, value: str) -> str:
    born_on = real_date(value) if field == "date_of_birth" else None
    return value if born_on is None else f"{born_on:%d/%m/}{born_on.year:04}"


def _group(groups: etree._Element, name: str, values: Mapping[str, str]) -> None:
    if not any(values.values()):
        return
    group = etree.SubElement(groups, "group")
    group.append(_element("name", name))
    properties = etree.SubElement(group, "properties")
    for key, value in values.items():
        if value:
            item = etree.SubElement(properties, "property")
            item.append(_element("key", key))
            etree.SubElement(item, "value").text = _quoted(value.translate(_NOT_XML))


def _quoted(value: str) -> str | etree.CDATA:
    # A CDATA section cannot hold its own end; such a value is escaped as ordinary text, which reads the same.
    return value if "]]>" in value else etree.CDATA(value)


def _element(name: str, text: str) -> etree._Element:
    element = etree.Element(name)
    element.text = text.translate(_NOT_XML)
    return element
