"""Paper forms: the procedure's model (Annex III), filled in beforehand for one jurisdiction and language, on one sheet with two sides.

The rules are:
- texts are official and exact; one that a language lacks stands in the reference language, marked as such, and the sheet says where each was read;
- a language without declaration or privacy statement has no form (LAW-27, LAW-22): it is refused, never filled up;
- columns are those of the jurisdiction's part, in the model's order; only what the form asks is asked (Art. 9(3));
- the sheet fits one sheet of paper: letters and rows get smaller until it does, never below what can be read and written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from civium.errors import Refused
from civium.law.deployments import deployment
from civium.law.paper_form import SIGNATURE, Column, Item, PaperForm, paper_form
from civium.law.procedure import form_of, load_procedure
from civium.law.rules import Form
from civium.law.shelf import picture_of
from civium.law.wording import gaps, keys, wording
from civium.server.initiatives.models import Initiative, InitiativeText
from civium.server.office.paper import check_paper, place_of
from civium.server.office.sheets import pages_of, typeset
from civium.server.site.languages import Language, state_name
from civium.server.site.languages import language as tongue_of

TEMPLATE: Final = "form.typ"
# Sizes of letters in points, from roomy to tight: below 7.5 nobody reads a statement of privacy. Rows for signatories on each side: at least, at most.
_SIZES: Final = (9.5, 9.0, 8.5, 8.0, 7.5)
_FRONT_ROWS: Final = (3, 12)
_ROWS_BEHIND: Final = (4, 14)
_ONE_SHEET: Final = 2
_MAY_BE_EMPTY: Final = ("website", "legal_entity")
_MOST_KEPT: Final = 64


@dataclass(frozen=True)
class Offered:
    """One language of an initiative's paper forms: whether there is a form, and which official texts it lacks."""

    language: str
    is_possible: bool
    missing: tuple[str, ...]


def offered_forms(initiative: Initiative) -> tuple[Offered, ...]:
    """Give the languages that the initiative has a text in, with what its forms lack there. Raises Refused `paper-not-possible`."""
    check_paper(initiative)
    procedure = load_procedure(initiative.procedure)
    used = {key for part in procedure.parts for key in paper_form(procedure.name, part).wordings()}
    found = []
    for language in initiative.texts_in_force():
        if language in procedure.languages:
            missing = tuple(key for key in gaps(language, procedure.name) if key in used)
            found.append(Offered(language, not _needed(procedure.name) & set(missing), missing))
    return tuple(found)


def not_possible(initiative: Initiative, language: str, *, on: date) -> dict[str, Refused]:
    """Give why there is no form in a language, for each jurisdiction where there is none. Raises Refused `paper-not-possible`."""
    check_paper(initiative)
    reasons: dict[str, Refused] = {}
    told: dict[str, str] = {}
    for code in load_procedure(initiative.procedure).jurisdictions:
        try:
            told[code] = _frozen(form_told(initiative, code, language, on=on))
        except Refused as error:
            reasons[code] = error
    longest_first = sorted(told, key=lambda code: len(told[code]), reverse=True)
    # They differ by a few words: mostly all fit, or none does, and two are set to know it.
    if longest_first and not _fits_at_all(told[longest_first[-1]]):
        return reasons | {code: Refused("paper-form-too-long") for code in longest_first}
    for code in longest_first:
        if _fits_at_all(told[code]):
            break
        reasons[code] = Refused("paper-form-too-long")
    return reasons


def form_told(initiative: Initiative, jurisdiction: str, language: str, *, on: date) -> dict[str, Any]:
    """Give everything the form says, as plain JSON.

    Raises Refused `paper-not-possible`, `jurisdiction-unknown`, `paper-language`, `official-text-missing`, `paper-item-empty`.
    """
    check_paper(initiative)
    procedure = load_procedure(initiative.procedure)
    text = initiative.text(language)
    if text is None or language not in procedure.languages:
        raise Refused("paper-language")
    asked = form_of(procedure, jurisdiction, max(on, initiative.opens_on))
    model = paper_form(procedure.name, asked.part)
    for key in (model.declaration, model.privacy):
        wording(language, key, procedure.name)
    texts = _Texts(procedure.name, language, procedure.reference_language)
    told = _Told(initiative, text, jurisdiction, tongue_of(language), texts)
    place, emblem = place_of(initiative), procedure.emblem
    return {
        "language": language,
        "demonstration": deployment(procedure, initiative.deployment).banner,
        "title": texts.of(model.title),
        "title_note": texts.of(model.title_note) if model.title_note else None,
        "mandatory": texts.of(model.mandatory),
        "organisers": texts.of(model.organisers),
        "items": _items(model, told),
        "signatories": texts.of(model.signatories),
        "declaration": texts.of(model.declaration),
        "columns": [_column(column, asked, texts) for column in model.columns],
        "notices": [texts.of(notice.wording) for notice in asked.notices],
        "privacy_heading": texts.of(model.privacy_heading),
        "privacy": texts.of(model.privacy),
        "send_to": place.send_to,
        "code_place": model.code_place,
        "code": place.upload_code,
        "sources": texts.sources(),
        "emblem_svg": picture_of(procedure.name, emblem.file).decode("utf-8") if emblem else "",
        "emblem_alternative": emblem.alternative.get(language, "") if emblem else "",
        "registration": initiative.registration,
    }


def form_pdf(initiative: Initiative, jurisdiction: str, language: str, *, on: date) -> bytes:
    """Give the form as a tagged PDF of two pages. Raises what `form_told` raises, and Refused `paper-form-too-long`."""
    told = form_told(initiative, jurisdiction, language, on=on)
    size, front, behind = _fit(_frozen(told))
    return typeset(TEMPLATE, {**told, "size": size, "rows": [front, behind]})


@lru_cache(maxsize=_MOST_KEPT)
def _fits_at_all(told: str) -> bool:
    """Say whether a form fits one sheet with the smallest letters and the least rows."""
    return pages_of(TEMPLATE, {**_thawed(told), "size": _SIZES[-1], "rows": [_FRONT_ROWS[0], _ROWS_BEHIND[0]]}) <= _ONE_SHEET


@lru_cache(maxsize=_MOST_KEPT)
def _fit(told: str) -> tuple[float, int, int]:
    """Give the largest letters with which the least rows fit one sheet, and the most rows that fit it then."""

    def fits(size: float, front: int, behind: int) -> bool:
        return pages_of(TEMPLATE, {**_thawed(told), "size": size, "rows": [front, behind]}) <= _ONE_SHEET

    size = next((size for size in _SIZES if fits(size, _FRONT_ROWS[0], _ROWS_BEHIND[0])), None)
    if size is None:
        raise Refused("paper-form-too-long")
    front = _most(*_FRONT_ROWS, lambda rows: fits(size, rows, _ROWS_BEHIND[0]))
    return size, front, _most(*_ROWS_BEHIND, lambda rows: fits(size, front, rows))


def _most(least: int, most: int, fits: Callable[[int], bool]) -> int:
    """Give the largest number that fits, of which the least is known to."""
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(middle) else (least, middle - 1)
    return least


def _frozen(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _thawed(told: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told)
    return found


def _needed(procedure: str) -> set[str]:
    """Give the texts without which a language has no form."""
    parts = load_procedure(procedure).parts
    return {key for part in parts for model in (paper_form(procedure, part),) for key in (model.declaration, model.privacy)}


class _Texts:
    """Official texts in a language, or else in the reference language; remembers where each was read."""

    def __init__(self, procedure: str, language: str, reference: str) -> None:
        self._procedure, self._language, self._reference = procedure, language, reference
        self._missing = frozenset(gaps(language, procedure))
        self._known = frozenset(keys(procedure))
        self._sources: dict[str, str] = {}

    def of(self, key: str) -> dict[str, str]:
        """Give a text with the language it is in."""
        language = self._reference if key in self._missing else self._language
        found = wording(language, key, self._procedure)
        is_compared = found.status in ("official_journal", "own")
        read = found.source if is_compared else "a copy, not compared with the Official Journal"
        self._sources.setdefault(f"{found.legal_basis} ({language}): {read}", key)
        return {"text": found.text, "language": language}

    def label(self, key: str) -> str:
        """Give a label in the form's own language, or nothing."""
        return "" if key in self._missing or key not in self._known else wording(self._language, key, self._procedure).text

    def number(self, labels: Mapping[str, str], english: str) -> str:
        """Give what a number is called: in the form's language if it has a name there, else as on the document itself."""
        return labels.get(self._language) or " / ".join(dict.fromkeys(labels.values())) or english

    @property
    def lacks(self) -> Callable[[str], bool]:
        """Say of a key whether the form's language lacks it."""
        return self._missing.__contains__

    def sources(self) -> list[str]:
        """Give where the texts on the form were read."""
        return list(self._sources)


@dataclass(frozen=True)
class _Told:
    """What fills the items: the initiative in one language."""

    initiative: Initiative
    text: InitiativeText
    jurisdiction: str
    tongue: Language
    texts: _Texts

    def fact(self, name: str) -> str:
        """Give what fills an item."""
        one = self.initiative
        if name == "jurisdiction":
            return state_name(self.tongue, load_procedure(one.procedure).jurisdictions[self.jurisdiction])
        if name == "period":
            return f"{self.tongue.date(one.opens_on)} – {self.tongue.date(one.closes_on)}"
        if name in ("title", "objectives"):
            return str(getattr(self.text, name))
        if name == "contacts":
            people = [person for person in one.organisers if person["role"] in ("representative", "substitute")]
            return "; ".join(f"{person['name']}, {person.get('email') or one.contact_email}" for person in people)
        if name == "legal_entity":
            entity = one.legal_entity
            return f"{entity['name']}, {self.tongue.country(entity['seat'])}" if entity else ""
        return str(getattr(one, name))


def _items(model: PaperForm, told: _Told) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    number = 0
    for item in model.items:
        value = told.fact(item.fact)
        if not value and item.fact not in _MAY_BE_EMPTY:
            raise Refused("paper-item-empty", what=item.fact)
        if item.fact == "legal_entity":
            if value:
                found.append(_item(item, told, value, ""))
            continue
        number += 1
        found.append(_item(item, told, value, f"{number}."))
    return found


def _item(item: Item, told: _Told, value: str, number: str) -> dict[str, Any]:
    return {
        "number": number,
        "label": told.texts.of(item.wording),
        "value": value,
        "notes": [told.texts.of(note) for note in item.notes],
        "is_long": item.fact == "objectives",
    }


def _column(column: Column, asked: Form, texts: _Texts) -> dict[str, Any]:
    """Give a column; below an official heading in another language its fields' names in the form's own, and the numbers accepted."""
    beneath = ""
    if texts.lacks(column.wording):
        beneath = ", ".join(label for field in column.fields if (label := texts.label(f"field_{field}")))
    if "id_type" in column.fields:
        accepted = [texts.number(number.labels, number.label_en) for number in asked.numbers]
        beneath = "; ".join(part for part in (beneath, ", ".join(accepted)) if part)
    return {
        "heading": texts.of(column.wording),
        "beneath": beneath,
        "width": column.width,
        "is_signature": SIGNATURE in column.fields,
    }
