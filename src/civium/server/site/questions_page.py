"""The page with all questions people ask: of one initiative, and of the installation where all of it is of one kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from civium.law.procedure import load_procedure
from civium.server.site import frame, questions, rendering
from civium.server.site.initiative_page import asset_addresses, shared_context, shown_text
from civium.server.site.languages import language

if TYPE_CHECKING:
    from civium.server.site.initiative_page import ShownText
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

PAGE = "questions"


@dataclass(frozen=True)
class Listed:
    """An initiative with the address of its own questions."""

    href: str
    text: ShownText


def render(_: Words, initiative: Initiative) -> bytes:
    """All questions, answered for this initiative."""
    context = shared_context(_, initiative, PAGE)
    context |= _asked(_, initiative) | {"listed": ()}
    return rendering.render("questions.html", _, context)


def of_installation(_: Words, hosted: tuple[Initiative, ...], *, is_demonstration: bool) -> bytes:
    """All questions, where every initiative here has the same answers; else the way to each initiative's own."""
    context = frame.installation_frame(_, language(_.code), PAGE, is_demonstration=is_demonstration)
    context |= {"assets": asset_addresses(), "chapters": (), "links": {}, "listed": ()}
    spoken = [one for one in hosted if _.code in frame.page_languages(load_procedure(one.procedure))]
    if len({_kind(one) for one in spoken}) == 1:
        context |= _asked(_, spoken[0])
    else:
        context["listed"] = tuple(
            Listed(frame.initiative_path(_.code, one.slug, PAGE), shown_text(one, _.code)) for one in spoken
        )
    return rendering.render("questions.html", _, context)


def _asked(_: Words, initiative: Initiative) -> dict[str, object]:
    """The chapters, and where their links lead: a page of the initiative, or of the installation where it begins with a slash."""
    found = questions.chapters(_, initiative)
    pages = {question.page for chapter in found for question in chapter.questions if question.page}
    hrefs = {
        page: f"/{_.code}{page}" if page.startswith("/") else frame.initiative_path(_.code, initiative.slug, page)
        for page in pages
    }
    return {"chapters": found, "hrefs": hrefs, "contact": initiative.contact_email}


def _kind(initiative: Initiative) -> tuple[object, ...]:
    """What the answers depend on."""
    return (
        initiative.procedure,
        initiative.deployment,
        initiative.keys_held_by_organisers,
        initiative.organisers_hold,
        initiative.operator,
    )
