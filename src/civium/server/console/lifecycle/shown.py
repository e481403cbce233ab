"""What the screens of the lifecycle show, as values: the steps, acts with their reasons, States with their certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.server.console import frame
from civium.server.console.lifecycle.forms import FORMS
from civium.server.console.permissions import Permission, roles_with
from civium.server.console.procedure_words import rule_of
from civium.server.console.proposals.asking import here
from civium.server.console.sentences import as_message, sentence
from civium.server.initiatives import certifying, standing
from civium.server.initiatives.acts_table import ROWS
from civium.server.initiatives.handing_over import PAPER_CHANNELS
from civium.server.initiatives.live import GoLive, check_ready
from civium.server.initiatives.milestones import SUBMISSION
from civium.server.initiatives.refusals import REFUSALS
from civium.server.initiatives.retention_dates import RetentionDates, retention_dates
from civium.server.initiatives.state_names import meaning_of
from civium.server.initiatives.states import Meaning, Refusal, Row, State
from civium.server.office.duties import duties_of
from civium.server.site.languages import language, reading_order, state_name

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest, Screen
    from civium.server.initiatives.models import Initiative
    from civium.server.site.words import Words

_WAY = (
    (State.SET_UP,),
    (State.WAITING, State.LIVE, State.PAUSED),
    (State.ENDED,),
    (State.HANDED_OVER,),
    (State.IN_VERIFICATION,),
    (State.CERTIFIED,),
    (State.SUBMITTED,),
    (State.ANSWERED,),
    (State.DESTROYED,),
)
# Acts that have screens of their own; those that are not there are shown without a link.
_SCREENS = {
    "change-set-up": "set-up",
    "change-details": "setup-details",
    "add-language": "setup-texts",
    "change-keys": "setup-keys",
    "change-certificate": "setup-certificate",
    "correct-register": "setup-register",
    "change-appearance": "setup-appearance",
    "make-working-copy": "exports",
    "make-package": "exports",
    "destroy-statement": "destroying",
    "pause": "pause",
    "destroy-statements": "destruction",
}
_DUTIES = ("submit-to-authorities", *SUBMISSION, "communication", "destroy-statements")


@dataclass(frozen=True)
class Step:
    """A step of the way: what it is, whether it is done, now or to come, and its day where there is one."""

    meaning: Meaning
    state: str
    on: date | None


@dataclass(frozen=True)
class Standing:
    """Where an initiative stands."""

    state: State
    meaning: Meaning
    steps: tuple[Step, ...]
    dates: RetentionDates
    duties: tuple[tuple[str, date, str], ...]


@dataclass(frozen=True)
class Possible:
    """An act that the state allows: with a link for whoever may, otherwise with the roles that may."""

    row: Row
    href: str
    roles: tuple[str, ...]
    asks_two: bool
    is_allowed: bool
    rule: str


def screen_of(name: str) -> Screen:
    """Give a screen by its name; the addresses are gathered from all areas, this one among them. Raises KeyError."""
    from civium.server.console import urls

    return urls.screen_of(name)


def today(request: ConsoleRequest) -> date:
    """Give the day in Brussels."""
    return brussels_date(request.now)


def standing_of(initiative: Initiative, *, today: date, tongue: str = "en") -> Standing:
    """Give where an initiative stands, and the way before and behind it."""
    state = standing.state_of(initiative, today=today)
    # With the day of destruction as proceedings leave it, and none while a hold is in force.
    duties = tuple((duty.id, duty.due_on, duty.article) for duty in duties_of(initiative, today=today) if duty.id in _DUTIES)
    steps = tuple(_steps(initiative, state, tongue))
    return Standing(state, meaning_of(initiative, state, tongue), steps, retention_dates(initiative), duties)


def _steps(initiative: Initiative, state: State, tongue: str) -> list[Step]:
    way = list(_WAY)
    if state in (State.WITHDRAWN, State.INSUFFICIENT) or (state is State.DESTROYED and not _was_submitted(initiative)):
        # What did not happen is not shown as a step that was taken.
        way = (
            [*_WAY[: _reached(initiative)], (state,)]
            if state is not State.DESTROYED
            else [*_WAY[: _reached(initiative)], *_ended_by(initiative), (state,)]
        )
    at = next(place for place, states in enumerate(way) if state in states)
    days = _days(initiative)
    return [
        Step(
            meaning_of(initiative, state if place == at else states[0] if len(states) == 1 else State.LIVE, tongue),
            "done" if place < at or state is State.DESTROYED else "now" if place == at else "todo",
            days.get(states[0]),
        )
        for place, states in enumerate(way)
    ]


def _was_submitted(initiative: Initiative) -> bool:
    return standing.event_on(initiative, standing.Kind.SUBMITTED) is not None


def _ended_by(initiative: Initiative) -> list[tuple[State, ...]]:
    if standing.event_on(initiative, standing.Kind.WITHDRAWN) is not None:
        return [(State.WITHDRAWN,)]
    return [(State.INSUFFICIENT,)] if standing.event_on(initiative, standing.Kind.INSUFFICIENT) is not None else []


def _reached(initiative: Initiative) -> int:
    """Give how many steps of the way were taken before it ended otherwise."""
    if initiative.certificates.exists():
        return 5
    if initiative.hand_overs.exists():
        return 4
    return 2 if initiative.live_collection() is not None or not standing.collects(initiative) else 1


def _days(initiative: Initiative) -> dict[State, date]:
    kinds = dict(initiative.events.values_list("kind", "happened_on"))
    collection = initiative.live_collection()
    found: dict[State, date | None] = {
        State.SET_UP: collection.opened_on if collection else None,
        State.WAITING: initiative.opens_on if collection else None,
        State.ENDED: standing.last_day(initiative) if collection else None,
        State.HANDED_OVER: initiative.hand_overs.order_by("handed_over_on").values_list("handed_over_on", flat=True).first(),
        State.CERTIFIED: certifying.tally(initiative).last_certified_on,
        State.SUBMITTED: kinds.get("submitted"),
        State.ANSWERED: kinds.get("answered"),
        State.INSUFFICIENT: kinds.get("insufficient"),
        State.WITHDRAWN: kinds.get("withdrawn"),
        State.DESTROYED: collection.destroyed_on if collection else None,
    }
    return {state: day for state, day in found.items() if day is not None}


def possible(request: ConsoleRequest) -> list[Possible]:
    """Give the acts that the state allows, those that this person may do first."""
    initiative, day = here(request), today(request)
    state = standing.state_of(initiative, today=day)
    acts = [row for row in ROWS.values() if standing.refusal_code(initiative, row, state) is None]
    found = [
        Possible(
            row,
            _href(request, row),
            tuple(role.value for role in roles_with(Permission(row.permission))),
            standing.needs_two(initiative, row.act),
            request.may(Permission(row.permission)),
            rule_of(initiative, row.act, row.rule),
        )
        for row in acts
    ]
    return sorted(found, key=lambda one: not one.href)


def impossible(request: ConsoleRequest) -> list[tuple[Row, Refusal]]:
    """Give the acts that the state refuses, each with its refusal."""
    initiative = here(request)
    state = standing.state_of(initiative, today=today(request))
    found = []
    for row in ROWS.values():
        code = standing.refusal_code(initiative, row, state)
        if code is not None:
            found.append((row, said(REFUSALS[code], frame.words_of(request))))
    return found


def refusal_of(initiative: Initiative, act: str, _: Words, *, today: date) -> Refusal | None:
    """Give why the state refuses an act, None where it does not."""
    code = standing.refusal_code(initiative, ROWS[act], standing.state_of(initiative, today=today))
    return None if code is None else said(REFUSALS[code], _)


def readiness(request: ConsoleRequest) -> str:
    """Say the first thing that stands between set-up and going live, or nothing: closed States are accepted for the question."""
    initiative = here(request)
    from civium.server.initiatives.texts import unofferable_languages

    persons = frame.persons(request)
    seconded = type(persons)((*persons.names, "another person"))
    decision = GoLive(seconded, accepts_closed_online=True, leaves_out=frozenset(unofferable_languages(initiative)))
    try:
        with frame.premises(request) as premises:
            check_ready(initiative, premises, decision, today=today(request))
    except Refused as error:
        return sentence(error, frame.words_of(request))
    return ""


def certificates_of(initiative: Initiative, _: Words, *, today: date) -> dict[str, Any]:
    """Give what each State has, confirmed and certified, with the tally."""
    added = certifying.tally(initiative)
    tongue, places = language(_.code), load_procedure(initiative.procedure).jurisdictions
    given: dict[str, list[Any]] = {}
    for one in initiative.hand_overs.all():
        given.setdefault(one.jurisdiction, []).append(one)
    certified = {one.jurisdiction: one for one in initiative.certificates.all()}
    scans: dict[str, list[Any]] = {}
    for scan in initiative.certificate_scans.defer("content"):
        scans.setdefault(scan.jurisdiction, []).append(scan)
    rows = [
        _place(state_name(tongue, places[code]), handed, certified.get(code), scans.get(code, []))
        for code, handed in given.items()
    ]
    duty = next((one for one in standing_of(initiative, today=today).duties if one[0] in SUBMISSION), None)
    return {
        "rows": sorted(rows, key=lambda row: reading_order(_.code, row["name"])),
        "added": added,
        "submit_by": duty,
        "has_scans": bool(scans),
        "scans_until": retention_dates(initiative),
    }


def _place(name: str, handed: list[Any], certificate: Any, scans: list[Any]) -> dict[str, Any]:
    received = [one.received_on for one in handed]
    return {
        "name": name,
        "online": sum(one.statements for one in handed if one.channel not in PAPER_CHANNELS),
        "paper": sum(one.statements for one in handed if one.channel in PAPER_CHANNELS),
        "given_on": max(one.handed_over_on for one in handed),
        "received_on": max(received) if all(received) else None,
        "certificate": certificate,
        "scans": scans,
    }


def said(refusal: Refusal, _: Words) -> Refusal:
    """Give a refusal as whole sentences, in the words of whoever asks."""
    told = {"what": _("title, objectives, number, start")}
    return Refusal(refusal.code, _(as_message(refusal.sentence)) % told, _(as_message(refusal.way_out)) % told)


def _href(request: ConsoleRequest, row: Row) -> str:
    """Give the address of an act's screen for whoever may open it."""
    if not request.may(Permission(row.permission)):
        return ""
    name = _SCREENS.get(row.act)
    if name is None:
        return frame.path_of(request, "act", act=row.act) if row.act in FORMS else ""
    try:
        screen = screen_of(name)
    except KeyError:
        return ""
    return frame.path_of(request, name) if request.may(screen.permission) else ""
