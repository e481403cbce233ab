"""The accessibility statement, after the model of Commission Implementing Decision (EU) 2018/1523: computed from the last audit.

The rules are:
- nothing is claimed that `audited.json` does not show: `python -m audit --keep` writes it from a whole audit (docs/accessibility.md);
- before the first whole audit the pages are called not compliant yet, and no test is spoken of;
- while no people have tested the pages, they are never called fully compliant, whatever programs found;
- whom to write to follows from the initiatives hosted here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from civium.server.site import frame, rendering
from civium.server.site.initiative_page import asset_addresses
from civium.server.site.languages import language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from civium.server.site.languages import Language
    from civium.server.site.shown import Initiative
    from civium.server.site.words import Words

AUDITED = Path(__file__).with_name("audited.json")


@dataclass(frozen=True)
class Audited:
    """What the last whole audit found: `faults` counts places by criterion of WCAG 2.2; `views` are pages and screens, each in one language."""

    on: date
    views: int
    faulty_views: int
    languages: int
    by_keyboard: int
    axe: str
    chromium: str
    faults: Mapping[str, int]
    tested_by_people_on: date | None = None

    @property
    def status(self) -> str:
        """How far the pages comply, in the three steps of the model: "fully", "partially", "not"."""
        if not self.views or 2 * self.faulty_views > self.views:
            return "not"
        return "fully" if self.tested_by_people_on and not self.faults else "partially"


def parse(raw: bytes) -> Audited:
    """The evidence of an audit, as `python -m audit --keep` writes it."""
    told = json.loads(raw)
    by_people = told.pop("tested_by_people_on")
    told["on"] = date.fromisoformat(told["on"])
    return Audited(**told, tested_by_people_on=date.fromisoformat(by_people) if by_people else None)


@cache
def audited() -> Audited:
    """The evidence this version was published with."""
    return parse(AUDITED.read_bytes())


def render(_: Words, hosted: tuple[Initiative, ...], *, is_demonstration: bool, evidence: Audited | None = None) -> bytes:
    """What the pages are, what they are not yet, how we know, whom to write to."""
    tongue, found = language(_.code), evidence or audited()
    context = frame.installation_frame(_, tongue, "accessibility", is_demonstration=is_demonstration)
    contacts = sorted({address for initiative in hosted if (address := initiative.operator_email or initiative.contact_email)})
    operators = sorted({initiative.operator for initiative in hosted if initiative.operator})
    context |= {
        "assets": asset_addresses(),
        "contacts": contacts,
        "operators": [_("Run by %(operator)s.", operator=operator) for operator in operators],
        "status": _status(_, found),
        "faults": [_fault(_, tongue, criterion, count) for criterion, count in sorted(found.faults.items())],
        "is_tested": bool(found.views),
        "prepared": _prepared(_, tongue, found) if found.views else [],
        "tested_by_people": bool(found.tested_by_people_on),
    }
    return rendering.render("accessibility.html", _, context)


def _status(_: Words, found: Audited) -> str:
    return {
        "fully": _(
            "These pages comply fully with the Web Content Accessibility Guidelines (WCAG) 2.2, level AA, "
            "and with the European standard EN 301 549."
        ),
        "partially": _(
            "These pages comply partially with the Web Content Accessibility Guidelines (WCAG) 2.2, level AA, "
            "and with the European standard EN 301 549. What is missing is listed below."
        ),
        "not": _(
            "These pages do not comply yet with the Web Content Accessibility Guidelines (WCAG) 2.2, level AA, "
            "and with the European standard EN 301 549. What is missing is listed below."
        ),
    }[found.status]


def _fault(_: Words, tongue: Language, criterion: str, count: int) -> str:
    return _.ngettext(
        "WCAG %(criterion)s: one fault found",
        "WCAG %(criterion)s: %(count)s faults found",
        count,
        criterion=criterion,
        count=tongue.number(count),
    )


def _prepared(_: Words, tongue: Language, found: Audited) -> list[str]:
    said = [
        _("It rests on our own tests. The last whole test was on %(date)s.", date=tongue.date(found.on)),
        _(
            "A program looked at %(views)s pages and screens in %(languages)s languages: small and large, in light, dark and high contrast, "
            "with much zoom and with wide spacing, and at the focus of every control. It used Chromium %(chromium)s and axe-core %(axe)s.",
            views=tongue.number(found.views),
            languages=tongue.number(found.languages),
            chromium=found.chromium,
            axe=found.axe,
        ),
        _.ngettext(
            "In one language it also signed with the keyboard alone, from the top of the page to the thanks.",
            "In %(count)s languages it also signed with the keyboard alone, from the top of the page to the thanks.",
            found.by_keyboard,
            count=tongue.number(found.by_keyboard),
        ),
    ]
    if found.tested_by_people_on:
        said.append(_("People with disabilities tested these pages on %(date)s.", date=tongue.date(found.tested_by_people_on)))
    return said
