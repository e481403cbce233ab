"""The steps of set-up: which are done, which is to be done now, and what is said of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from civium.law.deployments import deployment
from civium.law.procedure import load_procedure
from civium.server.initiatives.keys import keys_in_use
from civium.server.register.taking_over import last_taken_over

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "purpose": "Purpose",
        "text": "Text and people",
        "appearance": "Appearance",
        "sharing": "Words for sharing",
        "keys": "Keys of the authorities",
        "certificate": "Certificate",
    }
)
Standing = Literal["done", "now", "todo", "not-needed"]


@dataclass(frozen=True)
class Step:
    """One step. `count` and `of` are told where it is done bit by bit."""

    name: str
    title: str
    screen: str
    standing: Standing
    count: int = 0
    of: int = 0


def steps_of(initiative: Initiative) -> tuple[Step, ...]:
    """Give the steps in their order; the first that is not done is the one to do now."""
    texts, procedure = initiative.texts_in_force(), load_procedure(initiative.procedure)
    chosen = deployment(procedure, initiative.deployment)
    worded = sum(bool(text.share_text) for text in texts.values())
    proven = sum(code in procedure.jurisdictions for code in keys_in_use(initiative))
    compared = last_taken_over(initiative) is not None or not asks_register(initiative)
    listed = [
        ("purpose", TITLES["purpose"], "setup-purpose", True, 0, 0),
        ("text", TITLES["text"], "setup-register", compared, len(texts), len(procedure.languages)),
        ("appearance", TITLES["appearance"], "setup-appearance", bool(initiative.appearance.get("theme_colour")), 0, 0),
        ("sharing", TITLES["sharing"], "setup-sharing", worded == len(texts), worded, len(texts)),
    ]
    if chosen.collects:
        listed.append(
            (
                "keys",
                TITLES["keys"],
                "setup-keys",
                proven == len(procedure.jurisdictions),
                proven,
                len(procedure.jurisdictions),
            )
        )
    found, is_open = [], False
    for name, title, screen, done, count, of in listed:
        standing: Standing = "done" if done else "todo" if is_open else "now"
        is_open = is_open or not done
        found.append(Step(name, title, screen, standing, count, of))
    has_paper = bool(initiative.appearance.get("certificate"))
    needed: Standing = "todo" if is_open else "now"
    certificate: Standing = "done" if has_paper else needed if chosen.certificate_required else "not-needed"
    return (*found, Step("certificate", TITLES["certificate"], "setup-certificate", certificate))


def asks_register(initiative: Initiative) -> bool:
    """Say whether what is loaded must be compared with the register (LAW-26): only the Commission's gives files that can be read here."""
    return initiative.procedure == "eci" and initiative.deployment != "demonstration"


def done_of(steps: tuple[Step, ...]) -> tuple[int, int]:
    """Give how many steps are done, and how many there are to do at all."""
    needed = [step for step in steps if step.standing != "not-needed"]
    return sum(step.standing == "done" for step in needed), len(needed)
