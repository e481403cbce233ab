"""Questions people ask when they stop, with answers computed from the deployment and from the law of each State.

The rules are:
- an answer is plain, short and true for this deployment; what varies by State is read from the procedure's data;
- where nothing is collected, nothing is said of sealing, sending or taking back;
- no answer asks anybody to write a personal number, or anything personal, to anyone but an authority.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from civium.law.deployments import deployment as deployment_of
from civium.law.procedure import load_procedure
from civium.server.site import trust
from civium.server.site.languages import language, reading_order, state_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from civium.law.rules import Deployment, Jurisdiction, Procedure
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words


@dataclass(frozen=True)
class Question:
    """One question with its answer; `page` is the initiative's page that helps further, by the end of its address."""

    name: str
    question: str
    answer: str
    page: str | None = None
    link: str = ""


@dataclass(frozen=True)
class Chapter:
    """Questions of one moment: before signing, while filling in the form, afterwards."""

    title: str
    questions: tuple[Question, ...]


# What people ask most while they read an initiative: shown on its own page. The others stand on the page of all questions.
_FIRST = ("why-number", "abroad", "two-nationalities", "no-document", "who-reads", "take-back")


def chapters(_: Words, initiative: Initiative) -> tuple[Chapter, ...]:
    """All questions with the answers that hold for this initiative, in the order in which they arise."""
    procedure = load_procedure(initiative.procedure)
    deployment = deployment_of(procedure, initiative.deployment)
    found = [Chapter(_("Who can sign"), tuple(_who_can(_, procedure, deployment)))]
    if deployment.collects:
        found.append(Chapter(_("While you fill in the form"), tuple(_filling_in(_, procedure, deployment))))
        found.append(Chapter(_("Who reads it, and where it goes"), tuple(_where_it_goes(_, deployment, initiative))))
        found.append(Chapter(_("After you have signed"), tuple(_afterwards(_, trust.keys_held_by(deployment, initiative)))))
    else:
        found.append(Chapter(_("Who reads it, and where it goes"), tuple(_elsewhere(_, deployment, initiative))))
    return tuple(found)


def first_questions(_: Words, initiative: Initiative) -> tuple[Question, ...]:
    """The few questions that the initiative's own page answers; none where nothing is collected."""
    procedure = load_procedure(initiative.procedure)
    if not deployment_of(procedure, initiative.deployment).collects:
        return ()
    asked = {question.name: question for chapter in chapters(_, initiative) for question in chapter.questions}
    return tuple(asked[name] for name in _FIRST if name in asked)


def ages(_: Words, procedure: Procedure) -> str:
    """From which age one can sign, State by State, as the law has it; the commonest age is said last and for all others."""
    places = procedure.jurisdictions.values()
    by_age = Counter(place.ages[-1].years for place in places)
    if len(by_age) == 1:
        return _("The minimum age is %(age)s years.", age=next(iter(by_age)))
    commonest = by_age.most_common(1)[0][0]
    said = [
        _("%(age)s years: %(states)s.", age=years, states=_names(_, [place for place in places if place.ages[-1].years == years]))
        for years in sorted(by_age)
        if years != commonest
    ]
    said.append(_("%(age)s years: all other States.", age=commonest))
    by_year = [place for place in places if place.ages[-1].rule == "calendar_year"]
    if by_year:
        said.append(_("In %(states)s the whole year counts in which you reach that age.", states=_names(_, by_year)))
    return " ".join(said)


def _names(_: Words, places: list[Jurisdiction]) -> str:
    return ", ".join(
        sorted((state_name(language(_.code), place) for place in places), key=lambda name: reading_order(_.code, name))
    )


def _who_can(_: Words, procedure: Procedure, deployment: Deployment) -> Iterator[Question]:
    if procedure.belongs_by == "nationality":
        yield Question(
            "abroad",
            _("I live in another country. Can I sign?"),
            _("Yes. Your nationality counts, not where you live. Choose the State whose citizen you are."),
        )
        yield Question(
            "two-nationalities",
            _("I have two nationalities"),
            _("Choose one of them. You can support an initiative only once."),
        )
        yield Question(
            "not-a-citizen",
            _("I am not a citizen of a State of the Union"),
            _("Then the law does not let you sign, even if you live here. You can still tell others about the initiative."),
        )
    age = ages(_, procedure)
    if deployment.collects:
        age += " " + _("Where the form asks for your date of birth, it tells you from which day you can sign.")
    yield Question("too-young", _("I am not old enough yet"), age)
    yield Question(
        "child",
        _("May my child sign?"),
        _(
            "Yes, once the child has reached the minimum age, and in person. Nobody can sign for somebody else, not even a parent."
        ),
    )
    germany = procedure.jurisdictions.get("DE")
    if procedure.belongs_by == "nationality" and germany and any(period.notices for period in germany.forms):
        yield Question(
            "german-abroad",
            _("I am German and live outside Germany"),
            _(
                "If you live outside Germany: your support counts only if you have registered your current permanent residence with the German "
                "diplomatic representation responsible for you."
            ),
        )


def _filling_in(_: Words, procedure: Procedure, deployment: Deployment) -> Iterator[Question]:
    paper = " " + _("You can also sign on paper: ask the organisers.") if trust.may_use_paper(deployment) else ""
    if procedure.belongs_by == "nationality":
        yield Question(
            "why-number",
            _("Why do you need my document number or my address?"),
            _(
                "Each State asks for what it needs to check that a citizen of its own signed, and only once. "
                "Some ask for a number, others for address and date of birth."
            ),
            "authorities",
            _("What your State asks for"),
        )
    later = _("Come back at any time before the collection ends. Nothing that you typed is kept in the meantime.")
    yield Question("no-document", _("I have no document at hand"), later + paper)
    street = _("No street: write the name of the house, the place or the village.")
    number = _("No number: write the name of the house, or a hyphen.")
    yield Question("no-street", _("My address has no street or no number"), f"{street} {number}")
    yield Question("one-name", _("I have one name only"), _("Write your name in both fields."))
    yield Question(
        "doubted",
        _("The form says that my number looks unusual"),
        _(
            "Compare it with your document. If the document says exactly this, tick the box below the field and go on: "
            "the form only asks, and the authority decides."
        ),
    )
    yield Question(
        "error",
        _("I got an error"),
        _(
            "The form says beside each field what to do, and keeps what you typed. If it does not know whether your statement arrived, "
            "leave the page open: it tries again with the same statement, which counts once."
        ),
    )
    device = _("You need none. Any computer or tablet with a browser of the last four years will do.")
    yield Question("no-smartphone", _("I have no smartphone"), device + paper)
    yield Question(
        "this-device",
        _("Is it safe on this phone?"),
        _(
            "As safe as the phone is: a program on it that watches what you type can watch this too. The page itself keeps nothing in the "
            "browser. If others use the phone as well, clear everything at the end and close the page."
        ),
    )


def _where_it_goes(_: Words, deployment: Deployment, initiative: Initiative) -> Iterator[Question]:
    holder = trust.keys_held_by(deployment, initiative)
    number = {
        "both": " ".join((_("Into a sealed envelope."), trust.of_both(_, initiative) if holder == "both" else "")),
        "demonstration": _(
            "Into a sealed envelope that the people who run this demonstration can open. So invent one: nothing entered here counts."
        ),
        "organisers": _(
            "Into a sealed envelope. The organisers open it after the collection and give your statement to the authority, which checks it."
        ),
        "authority": _("Into a sealed envelope that only the authority can open. It checks your statement and then destroys it."),
    }[holder]
    yield Question("where-number", _("Where does my number go?"), number)
    yield Question(
        "who-reads",
        _("Who can read what I type?"),
        trust.summary(_, deployment, initiative),
        "protection",
        _("How your data is protected"),
    )
    yield Question("when-destroyed", _("When is it destroyed?"), trust.steps(_, deployment, initiative)[-1].sentence)
    yield _who_runs(_, initiative)


def _elsewhere(_: Words, deployment: Deployment, initiative: Initiative) -> Iterator[Question]:
    yield Question(
        "where-to-sign",
        _("Where can I sign?"),
        _(
            "Statements of support for this initiative are collected by the European Commission’s central system. This page asks for nothing."
        ),
    )
    yield Question(
        "who-reads",
        _("Who can read what I type?"),
        trust.summary(_, deployment, initiative),
        "protection",
        _("How your data is protected"),
    )
    yield _who_runs(_, initiative)


def _who_runs(_: Words, initiative: Initiative) -> Question:
    if initiative.operator:
        said = _("%(operator)s. The initiative itself belongs to its organisers.", operator=initiative.operator)
    else:
        said = _("Whoever runs this server has not given a name. The initiative itself belongs to its organisers.")
    return Question("who-runs", _("Who runs this site?"), said, "/legal-notice", _("Legal notice"))


def _afterwards(_: Words, holder: str) -> Iterator[Question]:
    yield Question(
        "take-back",
        _("Can I take it back?"),
        _(
            "Yes, yourself, until it is handed to the authority. You need the identifier and the erasure code that you get after signing. "
            "The page for it is linked at the foot of this one."
        ),
        "take-back",
        _("Take back your support"),
    )
    yield Question(
        "signed-already",
        _("I am not sure whether I signed already"),
        _("The declaration asks each person to sign only once. If your statement is sent twice by mistake, it counts once."),
    )
    yield Question(
        "lost-answer",
        _("The page closed before it thanked me"),
        _(
            "Then your statement may have arrived or not, and nobody here can look it up, as it bears no name. "
            "If you sign once more and both arrived, it counts once."
        ),
    )
    yield Question(
        "lost-code",
        _("I have lost my erasure code"),
        _("Without the code, write to the organisers and give the identifier."),
    )
    yield Question(
        "no-news",
        _("Will I hear from anybody?"),
        _(
            "Not because of your statement: it is sealed, and nobody uses what is in it to write to you. This page tells how it goes on."
        )
        if holder in ("organisers", "both")
        else _(
            "Not because of your statement: it is sealed, and nobody here can read an address in it. This page tells how it goes on."
        ),
    )
