"""Makes files as the Commission's software wrote them, by hand: nothing of the reader or of our writer is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from civium.authority import working_file
from civium.authority.keys import AuthorityKey
from civium.authority.opened import KIND
from civium.authority.policy import Policy
from civium.authority.reading.checking import Asked, Checked, check_delivery
from civium.authority.reading.delivery import delivered
from civium.authority.reading.working import read_into
from civium.authority.rows import OpenedRow, decode_rows
from civium.formats.statement import Statement
from civium.formats.statement import parse as parse_statement
from tests.authority.build import authority_key

HEAD_5 = (
    "<initiativeData><registrationNumber>ECI(2022)000000</registrationNumber>"
    "<startOfTheCollectionPeriod>2022-01-01</startOfTheCollectionPeriod><endOfTheCollectionPeriod>2022-12-31</endOfTheCollectionPeriod>"
    "<urlOnCommissionRegister>https://example.org/register</urlOnCommissionRegister><title>Night &amp; trains</title>"
    "<objectives>Beds.</objectives><registeredContactPersons>A. Beispiel a@example.org</registeredContactPersons>"
    "<url>https://example.org</url></initiativeData>"
)
HEAD_3 = (
    "<initiativeData><registrationNumber>ECI(2012)000009</registrationNumber><registrationDate>2012-05-10</registrationDate>"
    "<urlOnCommissionRegister>https://example.org/register</urlOnCommissionRegister><title>Trenes</title><subjectMatter>Camas</subjectMatter>"
    "<mainObjectives>Ventanas</mainObjectives><organizerList>A. Beispiel</organizerList>"
    "<contactPersonsList>A. Beispiel a@example.org</contactPersonsList><url>https://example.org</url></initiativeData>"
)


def identifier(number: int) -> str:
    """Give a UUID of version 4, which no statement of ours has."""
    return f"7f1d77f8-4573-4396-a7bd-{number:012d}"


def group(name: str, values: Mapping[str, str]) -> str:
    """Give one group; values in CDATA."""
    properties = "".join(
        f"<property><key>oct.property.{key}</key><value><![CDATA[{value}]]></value></property>" for key, value in values.items()
    )
    return f"<group><name>oct.group.{name}</name><properties>{properties}</properties></group>"


def signature(
    number: int = 1, *, day: str = "2022-07-15", groups: str | None = None, name: str | None = None, revision: str = "1"
) -> str:
    """Give one signature of a Latvian, or of whoever `groups` says."""
    if groups is None:
        groups = group("id", {"personal.id": f"3210{number:07d}"}) + group(
            "general", {"full.first.names": f"Jānis {number}", "family.names": "Lāce"}
        )
    dated = f"<submissionDate>{day}</submissionDate>" if day else ""
    revised = f"<annexRevision>{revision}</annexRevision>" if revision else ""
    return (
        f"<signature>{dated}<signatureIdentifier>{escape(name if name is not None else identifier(number))}</signatureIdentifier>"
        f"{revised}<signatoryInfo><groups>{groups}</groups></signatoryInfo></signature>"
    )


def form(signatures: Iterable[str], *, country: str = "lv", language: str = "", head: str = HEAD_5, start: str = "") -> str:
    """Give a whole file."""
    told = f"<forLanguage>{language}</forLanguage>" if language else ""
    return f"{start}<supportForm><forCountry>{country}</forCountry>{told}{head}<signatures>{''.join(signatures)}</signatures></supportForm>"


def plant(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def hear_nothing(_done: int, _total: int) -> None:
    """Hear how far it is."""


def check(*paths: Path, asked: Asked | None = None, remarked: Callable[[int, dict[str, int]], None] | None = None) -> Checked:
    """Check a delivery for Latvia."""
    with delivered(paths) as delivery:
        return check_delivery(
            delivery, asked or Asked("LV"), told=hear_nothing, remarked=remarked or (lambda _file, _found: None)
        )


def read_rows(folder: Path, paths: Sequence[Path], asked: Asked, *, key: AuthorityKey | None = None) -> list[OpenedRow]:
    """Read a delivery into a working file, and give the rows that stand in it."""
    key = key or authority_key(asked.jurisdiction)
    target = folder / "read.civium-opened"
    with delivered(paths) as delivery:
        checked = check_delivery(delivery, asked, told=hear_nothing, remarked=lambda _file, _found: None)
        read_into(checked, target, key=key, policy=Policy(asked.jurisdiction), told=hear_nothing)
    return [row for _, chunk in working_file.load(target, key, kind=KIND).chunks() for row in decode_rows(chunk)]


def statement_of(row: OpenedRow) -> Statement:
    """Give the statement of a row that can be read."""
    assert row.plaintext is not None
    return parse_statement(row.plaintext)
