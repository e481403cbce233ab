"""The tables that letters and official forms hold: numbers by place, sponsors, certificates, contact persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from civium.law.procedure import load_procedure
from civium.law.progress import thresholds
from civium.law.rules import Procedure
from civium.server.initiatives.models import Initiative
from civium.server.office.funding import sponsors
from civium.server.site.languages import language as tongue_of
from civium.server.site.languages import state_name

_EUR = "EUR"
_ENGLISH = {"online": "Online", "paper": "On paper", "together": "Together", "needed": "Needed", "total": "Total"}


@dataclass(frozen=True)
class Table:
    """Rows below a head; `numeric` says which columns are numbers, to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]

    def told(self) -> dict[str, Any]:
        """Give the table as plain JSON."""
        return {"head": list(self.head), "rows": [list(row) for row in self.rows], "numeric": list(self.numeric)}


def as_text(told: Mapping[str, Any]) -> str:
    """Give a table as plain text, in columns."""
    rows = [told["head"], *told["rows"]]
    widths = [max(len(row[at]) for row in rows) for at in range(len(told["head"]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, told["numeric"], strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def title_of(initiative: Initiative, language: str) -> str:
    """Give the initiative's title in a language, or as it was written."""
    text = initiative.text(language) or initiative.text(initiative.original_language)
    return text.title if text is not None else initiative.registration


def counts(initiative: Initiative, language: str, online: Mapping[str, int], paper: Mapping[str, int]) -> Table:
    """Give statements by place, online and on paper, with the total; every place stands there, those without any too (Art. 9(7))."""
    procedure, tongue = load_procedure(initiative.procedure), tongue_of(language)
    limits = thresholds(procedure, initiative.registered_on)
    words = _words(procedure, language)
    rows = []
    for code, place in procedure.jurisdictions.items():
        both = (online.get(code, 0), paper.get(code, 0))
        figures = (*both, sum(both), limits[code])
        rows.append((state_name(tongue, place), *(tongue.number(figure) for figure in figures)))
    total = (sum(online.values()), sum(paper.values()))
    rows.append((words["total"], *(tongue.number(figure) for figure in (*total, sum(total))), ""))
    head = ("", words["online"], words["paper"], words["together"], words["needed"])
    return Table(head, tuple(rows), (False, True, True, True, True))


def funding(initiative: Initiative, language: str, *, only_named: bool) -> Table:
    """Give the sponsors: those who must be named, or all."""
    rule = load_procedure(initiative.procedure).funding
    tongue, currency = tongue_of(language), rule.currency if rule else _EUR
    found = [sponsor for sponsor in sponsors(initiative) if sponsor.is_named or not only_named]
    rows = [
        (
            sponsor.name,
            _money(sponsor.cents, currency) if sponsor.cents else "–",
            "; ".join(note for note in sponsor.helped if note),
        )
        for sponsor in found
    ]
    total = sum(sponsor.cents for sponsor in found)
    rows.append(("Total", _money(total, currency), "")) if rows else rows.append(("None", tongue.number(0), ""))
    return Table(("Sponsor", "Amount", "Support that is not money"), tuple(rows), (False, True, False))


def certified(initiative: Initiative, language: str) -> Table:
    """Give what each authority certified, in the territory's order (Annex VII: protocol order)."""
    procedure, tongue = load_procedure(initiative.procedure), tongue_of(language)
    kept = {certificate.jurisdiction: certificate for certificate in initiative.certificates.all()}
    words = _words(procedure, language)
    rows = [
        (state_name(tongue, place), *(tongue.number(figure) for figure in _figures(kept[code])))
        for code, place in procedure.jurisdictions.items()
        if code in kept
    ]
    rows.append((words["total"], *(tongue.number(sum(_figures(one)[at] for one in kept.values())) for at in range(3))))
    return Table(("", words["online"], words["paper"], words["together"]), tuple(rows), (False, True, True, True))


def contacts(initiative: Initiative, language: str) -> Table:
    """Give the contact persons with their electronic addresses, or the legal entity and its representative (Art. 5(7))."""
    procedure = load_procedure(initiative.procedure)
    names = {"representative": "Representative", "substitute": "Substitute"}
    rows = [
        (
            procedure.role_name(person["role"], language) or names[person["role"]],
            person["name"],
            person.get("email") or initiative.contact_email,
        )
        for person in initiative.organisers
        if person["role"] in names
    ]
    if initiative.legal_entity:
        seat = initiative.legal_entity["seat"]
        rows.insert(0, ("Legal entity", f"{initiative.legal_entity['name']} ({seat})", initiative.contact_email))
    return Table(("Role", "Name", "E-mail"), tuple(rows), (False, False, False))


def valid_total(initiative: Initiative) -> int:
    """Give how many statements the authorities certified in all."""
    return sum(certificate.valid for certificate in initiative.certificates.all())


def enclosed_certificates(initiative: Initiative, language: str) -> tuple[str, ...]:
    """Give one line for each certificate that is enclosed, in the territory's order."""
    procedure, tongue = load_procedure(initiative.procedure), tongue_of(language)
    kept = {certificate.jurisdiction: certificate for certificate in initiative.certificates.all()}
    return tuple(
        f"{state_name(tongue, place)}: {tongue.date(kept[code].certified_on)}, {kept[code].reference}"
        for code, place in procedure.jurisdictions.items()
        if code in kept
    )


def _figures(certificate: Any) -> tuple[int, int, int]:
    return certificate.online_valid, certificate.paper_valid, certificate.valid


def _money(cents: int, currency: str) -> str:
    return f"{currency} {cents // 100:,}.{cents % 100:02d}"


def _words(procedure: Procedure, language: str) -> dict[str, str]:
    """Give the words at the head of a table: the procedure's own in the language, or else English."""
    return _ENGLISH | dict(procedure.words.get(language, {}))
