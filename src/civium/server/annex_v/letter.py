"""The form of Annex V as a letter to an authority: a PDF with the official wording, what fills it in, and the sheet on which the numbers add up.

The rules are:
- title and items are the Official Journal's, exactly; a language in which no source gave them has no letter, and the English one says so;
- dates, the organisers' addresses and the signature are the contact person's to write: a machine declares nothing; where the authority's
  address is in the law's data it is printed, otherwise there is room for it;
- values go to the typesetter as JSON, never as text that it would read as its own commands;
- the same numbers on the same day give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from civium.errors import Refused
from civium.law.deployments import deployment
from civium.law.procedure import jurisdiction_of, load_procedure
from civium.law.rules import Jurisdiction
from civium.law.wording import OfficialText, wording, wordings
from civium.server.annex_v.models import Route
from civium.server.annex_v.numbers import Counted, Row
from civium.server.annex_v.routes import routes
from civium.server.dashboard.burst_ranges import decided_ranges
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.organisers_keys import held_by_organisers
from civium.server.site.languages import Language, locale_of, state_name
from civium.server.site.languages import language as language_of
from civium.server.typesetting import typeset

ENGLISH = "en"
_ITEMS = 10
_CHANNELS = {"online": "online", "paper": "on paper", "assisted": "online, with help", "eid": "online, with eID"}
_ROUTES = {
    Route.Way.SEALED: "as the sealed file itself: the authority checks and opens it with its own key (civium-authority)",
    Route.Way.XML_SERVICE: "as XML by the Commission's file exchange service",
    Route.Way.XML_MEDIUM: "as XML on an encrypted medium, by registered post or courier",
}
# Whether the organisers hold the key of this State -> what is said of the file.
_SEALED = {
    False: "The file is sealed: the organisers cannot read it, and only the authority's key opens it.",
    True: "The file is sealed to a key that the organisers hold; they hand over with it this State's key, or the statements as they opened them.",
}
_BURSTS = {
    "broadcast": "explained: a broadcast, an article or a post",
    "mailing": "explained: a newsletter or a message",
    "event": "explained: an event or a stand",
    "server-fault": "explained: people came all at once after an outage",
    "unexplained": "confirmed: nothing is known that explains it",
    "automated": "confirmed: it looks like a machine; please look",
}


@dataclass(frozen=True)
class OfficialForm:
    """The wording of Annex V in one language: title and ten items, with where they were read."""

    language: str
    title: OfficialText
    items: tuple[OfficialText, ...]


@dataclass(frozen=True)
class Attached:
    """One file that goes with the letter."""

    name: str
    sha256: str
    entries: int
    size_bytes: int


@dataclass(frozen=True)
class Letter:
    """Everything the letter says, by its place on the page; `told` is what the template sets."""

    jurisdiction: str
    channel: str
    language: str
    told: dict[str, Any]

    @property
    def name(self) -> str:
        """The file's name."""
        return f"annex-v-{self.jurisdiction}-{self.channel}-{self.language}.pdf"


def official_form(procedure: str, language: str) -> OfficialForm | None:
    """Give the form's wording in a language, or None where a part of it is missing: half of a form is none."""
    try:
        title = wording(language, "annex_v.title", procedure)
    except Refused:
        return None
    items = wordings(language, "annex_v.items", procedure)
    return OfficialForm(language, title, items) if len(items) == _ITEMS else None


def languages_of_form(procedure: str) -> tuple[str, ...]:
    """Give the languages in which the form's wording is kept; none for a procedure that has no such form."""
    return tuple(code for code in load_procedure(procedure).languages if official_form(procedure, code))


def languages_for(procedure: str, jurisdiction: str) -> tuple[str, ...]:
    """Give the languages of a jurisdiction's letters: English, and its own where their official wording is kept."""
    own = jurisdiction_of(load_procedure(procedure), jurisdiction).languages
    kept = languages_of_form(procedure)
    return tuple(code for code in dict.fromkeys((ENGLISH, *own)) if code in kept)


def compose(
    initiative: Initiative,
    counted: Counted,
    jurisdiction: str,
    channel: str,
    attached: Sequence[Attached],
    language: str,
    *,
    on: date,
) -> Letter:
    """Fill the form in. Raises Refused `official-text-missing`, `unknown-jurisdiction`."""
    form = official_form(initiative.procedure, language)
    if form is None:
        raise Refused("official-text-missing")
    return fill(initiative, counted, jurisdiction, channel, attached, form, on=on)


def fill(
    initiative: Initiative,
    counted: Counted,
    jurisdiction: str,
    channel: str,
    attached: Sequence[Attached],
    form: OfficialForm,
    *,
    on: date,
) -> Letter:
    """Fill a form in, whatever language its wording is in."""
    procedure = load_procedure(initiative.procedure)
    place = jurisdiction_of(procedure, jurisdiction)
    row = counted.row(jurisdiction, channel)
    tongue = language_of(form.language)
    name = state_name(tongue, place)
    text = initiative.text(form.language) or initiative.text(initiative.original_language)
    values: list[dict[str, Any]] = [
        {"contacts": _contacts(initiative)},
        {"text": text.title if text else "", "language": text.language if text else form.language},
        {"text": initiative.registration},
        {"text": tongue.date(initiative.registered_on)},
        {"text": f"{name}: {tongue.number(row.signatories)}"},
        {"text": tongue.number(counted.collected)},
        {"text": tongue.number(counted.over)},
        {"files": [_attached(one, tongue) for one in attached]},
        {},
        {"signature": True},
    ]
    told = {
        "language": form.language,
        "title": form.title.text,
        "items": [{"official": item.text, **value} for item, value in zip(form.items, values, strict=True)],
        "source": f"Wording: {form.title.legal_basis} of Regulation (EU) 2019/788 ({form.title.source}).",
        "missing": _missing(place, initiative.procedure),
        "demonstration": deployment(procedure, initiative.deployment).banner,
        "authority": place.authority.name_native or place.authority.name_en or "",
        "address": _address(place),
        "jurisdiction": place.name_en,
        "registration": initiative.registration,
        "made_on": on.isoformat(),
        "numbers": _sheet(place, channel, row, counted),
        "why": _why(row, counted, channel),
        "bursts": _bursts(initiative, jurisdiction, channel),
        "route": _route(initiative, jurisdiction),
        "sealed": _SEALED[jurisdiction in held_by_organisers(initiative)],
    }
    return Letter(jurisdiction, channel, form.language, told)


def pdf(letter: Letter) -> bytes:
    """Give the letter as a tagged PDF (PDF/UA-1)."""
    return typeset("civium.server.annex_v", "letter.typ", json.dumps(letter.told, ensure_ascii=False, sort_keys=True))


def write(folder: Path, letter: Letter) -> dict[str, Any]:
    """Write the letter into a folder, and give name, size and hash. Raises Refused `file-not-written`."""
    made = pdf(letter)
    try:
        (folder / letter.name).write_bytes(made)
    except OSError:
        (folder / letter.name).unlink(missing_ok=True)
        raise Refused("file-not-written") from None
    return {"name": letter.name, "size": len(made), "sha256": sha256(made).hexdigest()}


def _contacts(initiative: Initiative) -> list[dict[str, str]]:
    """Item 1: representative and substitute, or the legal entity and its representative; their postal address is not kept here."""
    roles = {"representative": "representative", "substitute": "substitute"}
    people = [
        {"name": person["name"], "role": roles[person["role"]], "email": person.get("email") or ""}
        for person in initiative.organisers
        if person.get("role") in roles
    ]
    entity = initiative.legal_entity
    if entity:
        people = [{"name": entity["name"], "role": "legal entity", "email": initiative.contact_email}, *people[:1]]
    return people


def _attached(one: Attached, tongue: Language) -> list[str]:
    return [one.name, tongue.number(one.entries), tongue.number(one.size_bytes), one.sha256]


def _sheet(place: Jurisdiction, channel: str, row: Row, counted: Counted) -> list[list[Any]]:
    """The rows that add up: first this submission's, then the whole initiative's."""
    entries = sum(one.entries for one in counted.rows.values())
    destroyed = sum(one.destroyed for one in counted.rows.values())
    repeats = sum(one.repeats for one in counted.rows.values())
    paper = sum(counted.paper.values())
    assert row.entries - row.destroyed - row.repeats == row.signatories
    assert entries - destroyed + paper == counted.collected
    whole = [
        ["Entries in all logs", entries],
        ["less: destroyed", -destroyed],
        *([["and: on paper, as the organisers counted", paper]] if paper else []),
        ["Statements collected in all (item 6)", counted.collected],
        *([["of them repeats", repeats]] if counted.are_repeats_known else []),
    ]
    return [
        [
            f"This submission: {place.name_en}, collected {_CHANNELS.get(channel, channel)}",
            _shown(
                [
                    ["Entries in the file", row.entries],
                    ["less: destroyed, their leaf records stay", -row.destroyed],
                    *([["less: repeats, marked by the duplicate token", -row.repeats]] if counted.are_repeats_known else []),
                    ["Signatories (item 5)", row.signatories],
                ]
            ),
        ],
        ["All States together", _shown(whole)],
    ]


def _shown(rows: list[list[Any]]) -> list[list[str]]:
    return [[name, f"{number:,}".replace("-", "−")] for name, number in rows]


def _address(place: Jurisdiction) -> list[str]:
    """Where the authority is written to, as far as the law's data know: postal lines with the State, then the e-mail address."""
    contact = place.authority.contact
    if contact is None:
        return []
    lines = list(contact.postal_address)
    # The first line often is the name that stands above.
    if lines and (place.authority.name_native or "").startswith(lines[0]):
        lines = lines[1:]
    return [*lines, *([place.name_en] if lines else []), *([contact.email] if contact.email else [])]


def _bursts(initiative: Initiative, jurisdiction: str, channel: str) -> list[list[str]]:
    """The ranges of this file that came in far faster than usual, with what the organisers said of each."""
    ranges = (one for one in decided_ranges(initiative) if one.jurisdiction == jurisdiction)
    return [
        [one.origin.partition("/")[2], f"{one.first_index:,} to {one.last_index:,}", one.day.isoformat(), _BURSTS[one.reason]]
        for one in ranges
        if f"/{channel}/" in one.origin
    ]


def _why(row: Row, counted: Counted, channel: str) -> str:
    """One sentence on why the file holds more entries than the letter has signatories."""
    other = " Statements on paper go to the authority apart (Article 12(2))." if channel != "paper" else ""
    if not counted.are_repeats_known:
        other = f" Repeats were not counted: this collection asked for no duplicate tokens.{other}"
    elif row.entries == row.signatories:
        return f"Every entry in the file is the statement of one signatory.{other}"
    if row.entries == row.signatories:
        return f"Every entry in the file is one statement.{other}"
    marked = ", and because repeats are marked by a machine and left for the authority to judge: none was removed"
    reached = " with repeats taken off"
    return (
        f"The file holds {row.entries:,} entries and not {row.signatories:,}, because a log keeps a place for whatever was destroyed"
        f"{marked if counted.are_repeats_known else ''}. {counted.over:,} States reach their number"
        f"{reached if counted.are_repeats_known else ''}; {counted.needed:,} are needed.{other}"
    )


def _missing(place: Jurisdiction, procedure: str) -> str:
    lacking = [code for code in place.languages if official_form(procedure, code) is None]
    if not lacking:
        return ""
    names = ", ".join(str(locale_of(ENGLISH).languages.get(code, code)) for code in lacking)
    return f"The official wording of this form is kept here in English alone, not in {names}; nothing was translated."


def _route(initiative: Initiative, jurisdiction: str) -> str:
    found = routes(initiative).get(jurisdiction)
    if found is None:
        return "How this authority takes the statements was not noted yet."
    if found.way == Route.Way.SEALED and jurisdiction in held_by_organisers(initiative):
        return f"The statements are sent as the sealed file itself, with this State's key (civium-authority), as agreed on {found.noted_on.isoformat()}."
    return f"The statements are sent {_ROUTES[Route.Way(found.way)]}, as agreed on {found.noted_on.isoformat()}."
