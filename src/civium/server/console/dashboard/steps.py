"""What to do next, in words, each with a way there where the console has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.lists import format_list

from civium.server.dashboard.next_steps import Step, next_steps

if TYPE_CHECKING:
    from civium.server.console.dashboard.shown import Sight
    from civium.server.site.words import Words


@dataclass(frozen=True)
class StepSaid:
    """A step: what to do, why, and the screen where it is done (nothing: somewhere outside)."""

    title: str
    sentence: str
    screen: str = ""
    place: str = ""  # where on that screen


def said(_: Words, sight: Sight) -> list[StepSaid]:
    """Give the steps of an overview in words."""
    return [_said(_, sight, step) for step in next_steps(sight.seen)]


def _said(_: Words, sight: Sight, step: Step) -> StepSaid:
    number = sight.tongue.number(step.number)
    first = sight.place_name(step.jurisdictions[0]) if step.jurisdictions else ""
    others = format_list([sight.place_name(code) for code in step.jurisdictions[1:]], locale=sight.tongue.locale)
    if step.kind == "push-states":
        after = " " + _("Next are %(names)s.", names=others) if others else ""
        return StepSaid(_("Push %(state)s over the line", state=first), _("%(count)s short.", count=number) + after)
    if step.kind == "make-safe":
        after = " " + _("Then %(names)s.", names=others) if others else ""
        sentence = _("%(count)s more, and it stays over its threshold when verification takes the usual share.", count=number)
        return StepSaid(_("Keep collecting in %(state)s", state=first), sentence + after)
    if step.kind == "raise-pace":
        return StepSaid(
            _("Look for %(count)s statements a day", count=number),
            _("So many are needed from now on to reach the goal by the last day."),
        )
    if step.kind == "look-at-bursts":
        title = _.ngettext("Look at one burst", "Look at %(count)s bursts", step.number, count=number)
        return StepSaid(
            title,
            _("Say what it was, under “Worth a look” below: then it is published as a range of the log."),
            "dashboard",
            "#look-h",
        )
    if step.kind == "count-paper":
        assert step.day is not None, "a week to count has a day"
        day = sight.tongue.date(step.day)
        return StepSaid(
            _("Count the sheets of the week from %(day)s", day=day), _("Paper was counted before, and not for it."), "paper"
        )
    if step.kind == "add-languages":
        title = _.ngettext("Add one language", "Add %(count)s languages", step.number, count=number)
        return StepSaid(title, _("People support what they can read. Texts in the register can be taken over."), "setup")
    if step.kind == "add-partners":
        return StepSaid(
            _("Give partners links of their own"), _("Then you see which newsletter or town brings people."), "partners"
        )
    if step.kind == "get-ready":
        title = _.ngettext("One day to the start", "%(count)s days to the start", step.number, count=number)
        return StepSaid(title, _("Look at every language of the page, try the form, tell those who will help."), "setup")
    if step.kind == "resume":
        return StepSaid(_("The collection is paused"), _("Nothing is received until two of you go on with it."), "lifecycle")
    assert step.kind == "hand-over", step.kind
    return StepSaid(
        _("Hand the statements over"),
        _("Each State’s authority gets its own package, within three months of the end."),
        "exports",
    )
