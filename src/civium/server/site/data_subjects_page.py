"""The page for data subjects: what one can ask about one's own statement, of whom, within which time (GDPR, Art. 12 to 22; Art. 19 of Reg. 2019/788)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from civium.law.deployments import deployment as deployment_of
from civium.law.procedure import load_procedure
from civium.server.site import erasure_page, frame, questions, rendering, trust
from civium.server.site.initiative_page import shared_context

if TYPE_CHECKING:
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

PAGE = "rights"
# Questions whose answers belong here, too, in this order.
_ASKED = ("take-back", "lost-code", "who-reads", "when-destroyed")


def render(_: Words, initiative: Initiative) -> bytes | None:
    """The page in the language of the words; None where nothing is collected here."""
    if initiative.collection is None:
        return None
    deployment = deployment_of(load_procedure(initiative.procedure), initiative.deployment)
    asked = {question.name: question for chapter in questions.chapters(_, initiative) for question in chapter.questions}
    pairs = trust.responsible(_, deployment, initiative)
    context = shared_context(_, initiative, PAGE)
    context |= {
        "rights": next(pair.lines[0] for pair in pairs if pair.title == _("Your rights")),
        "questions": tuple(asked[name] for name in _ASKED if name in asked),
        "take_back": frame.initiative_path(_.code, initiative.slug, erasure_page.PAGE),
        "contact": initiative.contact_email,
        "responsible": tuple(pair for pair in pairs if pair.title != _("Your rights")),
    }
    return rendering.render("data_subjects.html", _, context)
