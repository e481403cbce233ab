"""The page of the authorities: who checks the statements of each State, what that State asks for, and from which age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from civium.law.deployments import deployment as deployment_of
from civium.law.procedure import load_procedure
from civium.server.site import questions, rendering
from civium.server.site.initiative_page import shared_context
from civium.server.site.languages import language, reading_order, state_name

if TYPE_CHECKING:
    from civium.law.rules import AcceptedNumber, Jurisdiction
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

PAGE = "authorities"
# Where the Commission publishes the addresses of all authorities: named in the privacy statement itself (Annex III of Reg. 2019/788).
ADDRESSES = "https://ec.europa.eu/citizens-initiative/public/data-protection"


@dataclass(frozen=True)
class Named:
    """A name and, where it is not the page's, its language."""

    name: str
    language: str | None


@dataclass(frozen=True)
class Reached:
    """Where letters to an authority go: the lines of its address after its name, in their language."""

    lines: tuple[str, ...]
    language: str | None
    email: str | None
    website: str | None


@dataclass(frozen=True)
class Row:
    """One State: its age, what it asks for, who checks, and where to write to."""

    state: str
    age: int
    numbers: tuple[Named, ...]
    authority: Named | None
    reached: Reached | None


def render(_: Words, initiative: Initiative) -> bytes:
    """The page in the language of the words."""
    procedure = load_procedure(initiative.procedure)
    rows = [_row(_, place) for place in procedure.jurisdictions.values()]
    deployment = deployment_of(procedure, initiative.deployment)
    context = shared_context(_, initiative, PAGE)
    context |= {
        "rows": tuple(sorted(rows, key=lambda row: reading_order(_.code, row.state))),
        "ages": questions.ages(_, procedure),
        "is_demonstration": deployment.banner,
        "as_of": procedure.as_of,
        "addresses": ADDRESSES if procedure.name == "eci" else None,
    }
    return rendering.render("authorities.html", _, context)


def _row(_: Words, place: Jurisdiction) -> Row:
    form = place.forms[-1]
    accepted = {number.id: number for number in place.numbers}
    numbers = tuple(_number(_, accepted[name]) for name in form.numbers)
    state = state_name(language(_.code), place)
    return Row(state, place.ages[-1].years, numbers, _authority(_, place), _reached(_, place))


def _number(_: Words, number: AcceptedNumber) -> Named:
    """The name in the reader's language if the State has it, else in the State's own: as it stands on the document."""
    if _.code in number.labels:
        return Named(number.labels[_.code], None)
    if not number.labels:
        return Named(number.label_en, "en" if _.code != "en" else None)
    names = list(number.labels.items())
    return Named(" / ".join(name for _code, name in names), names[0][0] if len(names) == 1 else None)


def _authority(_: Words, place: Jurisdiction) -> Named | None:
    told = place.authority
    if told.name_native:
        return Named(told.name_native, _own_language(_, place))
    return Named(told.name_en, "en" if _.code != "en" else None) if told.name_en else None


def _reached(_: Words, place: Jurisdiction) -> Reached | None:
    """The address, less the line that only repeats the name above it."""
    told = place.authority.contact
    if told is None:
        return None
    lines = told.postal_address
    if lines and (place.authority.name_native or "").startswith(lines[0]):
        lines = lines[1:]
    return Reached(lines, _own_language(_, place), told.email, told.website)


def _own_language(_: Words, place: Jurisdiction) -> str | None:
    """The State's language where it has one and the page is in another."""
    own = place.languages[0] if len(place.languages) == 1 else None
    return own if own != _.code else None
