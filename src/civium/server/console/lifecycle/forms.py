"""The forms of acts: which fields each asks, and how what was typed becomes facts (initiatives/facts.py).

The rules are:
- a form asks what its act's facts hold, and nothing else is taken from a request;
- a date that is none and a number that is none are said beside their field; whether they are right is for the act.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from civium.law.procedure import load_procedure
from civium.server.initiatives import handing_over, holds
from civium.server.initiatives.standing import collects
from civium.server.initiatives.tokens import USUAL_WORK
from civium.server.site.languages import language, reading_order, state_name

if TYPE_CHECKING:
    from django.http import QueryDict

    from civium.server.initiatives.models import Initiative
    from civium.server.site.words import Words

Kind = Literal[
    "day", "number", "line", "lines", "tick", "languages", "jurisdiction", "given-jurisdiction", "channel", "way", "hash"
]
_NUMBER = re.compile(r"[0-9]{1,10}")
_HASHES = re.compile(r"[0-9a-f]{64}(?: [0-9a-f]{64}){0,15}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_LONGEST_LINE = 200


@dataclass(frozen=True)
class Field:
    """One field: its name among the facts, its kind and its words."""

    name: str
    kind: Kind
    label: str
    hint: str = ""
    is_required: bool = True
    longest: int = _LONGEST_LINE
    usual: str = ""


@dataclass(frozen=True)
class Form:
    """The form of one act: a warning where there is something to lose, its fields, the words of its button."""

    fields: tuple[Field, ...]
    warning: str = ""
    button: str = "Do it"
    is_dangerous: bool = False


_ON = Field("on", "day", "Day on which it happened")
_REFERENCE = Field("reference", "line", "The Commission's reference", is_required=False)

FORMS: Final[Mapping[str, Form]] = {
    "go-live": Form(
        (
            Field("closed_online", "tick", "States without a proven key stay closed online, and the page says so"),
            Field(
                "leave_out",
                "languages",
                "Languages in which nobody can sign",
                "Codes with spaces between, such as hr: where an official text is missing. The initiative is still shown in them.",
                is_required=False,
            ),
            Field("without_tokens", "tick", "Ask for no duplicate tokens: repeats are then found by the authorities alone"),
            Field("work", "number", "Numbers a device tries at most before it may send", usual=str(USUAL_WORK)),
        ),
        "From then on title, objectives, number and start are fixed for ever, and two persons decide every change. A private preview ends "
        "at that moment: its link, its keys and all that was signed in it are gone.",
        "Go live",
    ),
    "pause": Form(
        (), "Nothing is received until two persons go on. The period does not get longer.", "Pause now", is_dangerous=True
    ),
    "resume": Form((), button="Go on"),
    "end-early": Form(
        (
            Field("last_day", "day", "New last day", "Statements are received until the end of this day, in Brussels."),
            Field(
                "told_on", "day", "Day on which the Commission was told", "At least ten working days before.", is_required=False
            ),
        ),
        "An earlier last day cannot be taken back.",
        "Set the last day",
        is_dangerous=True,
    ),
    "end-now": Form((), "What has ended is not begun again.", "End at once", is_dangerous=True),
    "renew-manifest": Form((), button="Publish a new manifest"),
    "set-work": Form(
        (
            Field(
                "work",
                "number",
                "Numbers a device tries at most",
                "More slows down a flood, and an old telephone.",
                usual=str(USUAL_WORK),
            ),
        ),
        button="Set it now",
    ),
    "hand-over": Form(
        (
            Field("jurisdiction", "jurisdiction", "State"),
            Field("channel", "channel", "What it was given"),
            Field(
                "statements",
                "number",
                "How many statements",
                "For paper sheets, and what the central system sends. Of a log the number is known.",
                is_required=False,
            ),
            Field("on", "day", "Day on which it was given"),
            Field("way", "way", "How"),
        ),
        "This is told in public and cannot be taken back: from then on erasure codes are refused here, and only the authority destroys what "
        "it has.",
        "Record the hand-over",
    ),
    "record-receipt": Form(
        (Field("jurisdiction", "given-jurisdiction", "State"), Field("on", "day", "Day of the confirmation")), button="Record it"
    ),
    "record-certificate": Form(
        (
            Field("jurisdiction", "given-jurisdiction", "State"),
            Field("online_valid", "number", "Valid statements collected online", "0 where it certifies paper alone."),
            Field("paper_valid", "number", "Valid statements on paper", "0 where it certifies online alone."),
            Field("on", "day", "Day of the certificate"),
            Field("reference", "line", "The authority's reference"),
            # Not typed: which packages the authority's file was about, where the numbers were read from one.
            Field("packages", "hash", "Packages", is_required=False),
        ),
        button="Keep the certificate",
    ),
    "submit": Form((_ON, _REFERENCE), "One month later at the latest all statements are destroyed.", "Record the submission"),
    "record-publication": Form((_ON,), button="Record it"),
    "record-answer": Form(
        (
            _ON,
            _REFERENCE,
            Field("action_announced", "tick", "The Commission announces action (addresses may be kept for three years)"),
        ),
        button="Record the answer",
    ),
    "record-insufficient": Form(
        (Field("on", "day", "Day on which it was clear"),),
        "Nothing can be submitted to the Commission afterwards.",
        "Record it",
        is_dangerous=True,
    ),
    "withdraw": Form(
        (Field("on", "day", "Day of the withdrawal"),),
        "A withdrawal cannot be taken back. What is being collected ends at once, and one month later at the latest all statements are "
        "destroyed. Tell the Commission, too.",
        "Withdraw the initiative",
        is_dangerous=True,
    ),
    "place-hold": Form(
        (
            Field("proceedings", "line", "Proceedings", "Court or authority, and the number.", longest=holds.LONGEST_PROCEEDINGS),
            Field("reason", "lines", "Why statements are needed in them", longest=holds.LONGEST_REASON),
            Field("ends_by", "line", "Who decides that they are over", longest=holds.LONGEST_DECIDER),
        ),
        "As long as the hold is in force nothing is destroyed, even if the law's date comes.",
        "Place the hold",
    ),
    "lift-hold": Form(
        (Field("ended_on", "day", "Day of the final decision"),),
        "One month later at the latest everything is destroyed.",
        "Lift the hold",
    ),
    "destroy-statements": Form(
        (),
        "Everything below is destroyed for ever, a day after the second person agreed; until then anybody may stop it.",
        "Destroy all statements",
        is_dangerous=True,
    ),
}


def options(field: Field, initiative: Initiative, _: Words) -> list[tuple[str, str]]:
    """Give what can be chosen in a field."""
    match field.kind:
        case "jurisdiction" | "given-jurisdiction":
            places = load_procedure(initiative.procedure).jurisdictions
            given = set(initiative.hand_overs.values_list("jurisdiction", flat=True))
            shown = [code for code in places if field.kind == "jurisdiction" or code in given]
            tongue = language(_.code)
            named = ((code, state_name(tongue, places[code])) for code in shown)
            return sorted(named, key=lambda one: reading_order(_.code, one[1]))
        case "channel":
            online = ("online", _("Its log of statements collected online"))
            elsewhere = (handing_over.CENTRAL, _("Its statements from the Commission's central system"))
            return [online if collects(initiative) else elsewhere, (handing_over.SHEETS, _("Paper sheets"))]
        case "way":
            return [
                ("file-exchange-service", _("File exchange service")),
                ("registered-post", _("Registered post")),
                ("carrier", _("Trusted carrier")),
                ("in-person", _("In person")),
            ]
    return []


def read(form: Form, posted: QueryDict, _: Words) -> tuple[dict[str, Any], dict[str, str]]:
    """Give the facts that a form holds, and what is wrong with its fields, by name."""
    facts: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in form.fields:
        typed = posted.get(field.name, "").strip()
        if field.kind == "tick":
            facts[field.name] = bool(typed)
        elif field.kind == "languages":
            codes = typed.replace(",", " ").split()
            facts[field.name] = codes
            if not all(_LANGUAGE.fullmatch(code) for code in codes):
                errors[field.name] = _("%(label)s: write codes of languages, such as hr", label=_(field.label))
        elif not typed:
            if field.is_required:
                errors[field.name] = _("%(label)s is needed", label=_(field.label))
        else:
            value = _value(field, typed)
            if value is None:
                errors[field.name] = _malformed(field, _)
            else:
                facts[field.name] = value
    return facts, errors


def _value(field: Field, typed: str) -> str | int | None:
    match field.kind:
        case "day":
            return typed if _is_day(typed) else None
        case "number":
            return int(typed) if _NUMBER.fullmatch(typed) else None
        case "hash":
            return typed if _HASHES.fullmatch(typed) else None
    return typed if len(typed) <= field.longest else None


def _is_day(typed: str) -> bool:
    try:
        return date.fromisoformat(typed).isoformat() == typed
    except ValueError:
        return False


def _malformed(field: Field, _: Words) -> str:
    if field.kind == "day":
        return _("%(label)s: write it as 2027-01-31", label=_(field.label))
    if field.kind == "number":
        return _("%(label)s: write a whole number", label=_(field.label))
    return _("%(label)s: at most %(most)s characters", label=_(field.label), most=field.longest)
