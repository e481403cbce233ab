"""What a page says when an initiative is not open, and the short word for its state everywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from civium.law.rules import Deployment
    from civium.server.site.languages import Language
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words


@dataclass(frozen=True)
class Link:
    """A link and what it is called; `code` and `own_name` where it leads to another language."""

    href: str
    name: str = ""
    code: str = ""
    own_name: str = ""
    current: bool = False


@dataclass(frozen=True)
class Closed:
    """Why nothing can be sent now, and what to do next."""

    title: str
    sentence: str
    next: str
    warn: bool = False
    link: Link | None = None
    languages: tuple[Link, ...] = ()


def state_word(_: Words, language: Language, initiative: Initiative) -> str:
    """The state in a few words, for a list of initiatives."""
    return {
        "waiting": _("Opens on %(date)s", date=language.date(initiative.opens_on)),
        "collecting": _("Open until %(date)s", date=language.date(initiative.closes_on)),
        "paused": _("Paused"),
        "ended": _("Ended on %(date)s", date=language.date(initiative.closes_on)),
        "withdrawn": _("Withdrawn"),
        "destroyed": _("Closed, statements destroyed"),
    }[initiative.state]


def closed(_: Words, language: Language, initiative: Initiative, deployment: Deployment) -> Closed | None:
    """The sentences for a state in which nothing can be sent; None while the collection runs."""
    if not deployment.collects:
        return _elsewhere(_, initiative)
    if initiative.state == "collecting":
        return None
    if initiative.state == "ended" and deployment.banner:
        return _ended_demonstration(_, language, initiative)
    return _SENTENCES[initiative.state](_, language, initiative)


def not_offered(_: Words, others: tuple[Link, ...], *, has_text: bool) -> Closed:
    """The sentences for a language in which one may read but not sign: its privacy statement, or the initiative's text, is missing."""
    title, choose = _("Not open for signing in this language"), _("Please choose another language to sign:")
    if not has_text:
        return Closed(
            title,
            _("Nobody should sign what they cannot read, and there is no text in this language yet."),
            choose,
            warn=True,
            languages=others,
        )
    return Closed(
        title,
        _(
            "The law prescribes the wording of the privacy statement. It is not available here in this language, "
            "so you can read the initiative in it but not sign."
        ),
        choose,
        warn=True,
        languages=others,
    )


def _elsewhere(_: Words, initiative: Initiative) -> Closed:
    href = initiative.central_url or initiative.register_url
    return Closed(
        _("Support this initiative"),
        _(
            "Statements of support for this initiative are collected by the European Commission’s central system. This page asks for nothing."
        ),
        _("There you can sign with your document or with the electronic identity of your State."),
        link=Link(href, _("Go to the European Commission’s form")) if href else None,
    )


def _waiting(_: Words, language: Language, initiative: Initiative) -> Closed:
    return Closed(
        _("Not open yet"),
        _("The collection begins on %(date)s.", date=language.date(initiative.opens_on)),
        _("Come back then, with your identity document at hand. It takes about a minute."),
    )


def _paused(_: Words, language: Language, initiative: Initiative) -> Closed:
    return Closed(
        _("Paused for the moment"),
        _("Nothing can be sent just now. What was received before is kept."),
        _("Please come back soon. The collection is planned to run until %(date)s.", date=language.date(initiative.closes_on)),
        warn=True,
    )


def _ended(_: Words, language: Language, initiative: Initiative) -> Closed:
    return Closed(
        _("The collection has ended"),
        _("It ended on %(date)s. Thank you to everyone who took part.", date=language.date(initiative.closes_on)),
        _("Next, the authorities check the statements and confirm how many count. You need to do nothing."),
    )


def _ended_demonstration(_: Words, language: Language, initiative: Initiative) -> Closed:
    return Closed(
        _("The collection has ended"),
        _("It ended on %(date)s. Thank you to everyone who took part.", date=language.date(initiative.closes_on)),
        _("This was a demonstration: nothing goes to any authority, and everything that was sent is destroyed."),
    )


def _withdrawn(_: Words, _language: Language, _initiative: Initiative) -> Closed:
    return Closed(
        _("Withdrawn"),
        _("The organisers have withdrawn this initiative."),
        _("Nothing more can be sent. The statements received here will be destroyed."),
    )


def _destroyed(_: Words, _language: Language, _initiative: Initiative) -> Closed:
    return Closed(
        _("Closed"),
        _("The collection is over, and all statements stored here have been destroyed."),
        _("The public log keeps the number of statements, but nothing about the people."),
    )


_SENTENCES = {"waiting": _waiting, "paused": _paused, "ended": _ended, "withdrawn": _withdrawn, "destroyed": _destroyed}


@dataclass(frozen=True)
class Problem:
    """A page instead of the one asked for: what happened, what to do, where to go."""

    title: str
    sentence: str
    next: str
    href: str
    button: str


def problem(_: Words, status: int, front: str) -> Problem:
    """The sentences for 404, 500 and 503."""
    to_front = _("See all initiatives here")
    if status == 404:
        return Problem(
            _("There is no page at this address"),
            _("Perhaps the link was cut short, or the page has moved."),
            _("Look for the initiative in the list, or ask whoever sent you the link."),
            front,
            to_front,
        )
    if status == 503:
        return Problem(
            _("Too busy just now"),
            _("Very many people are here at the same moment."),
            _("Please try again in a minute. If you were sending a statement, leave that page open: it tries again by itself."),
            front,
            _("Try again"),
        )
    return Problem(
        _("Something went wrong here"),
        _("It is our fault, not yours, and those who run this site will look into it."),
        _("Please try again in a few minutes. If you have a receipt, your statement is safe."),
        front,
        to_front,
    )
