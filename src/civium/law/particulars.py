"""What one procedure arranges in its own way: groups of jurisdictions, roles, phases, papers, emblem and switches, from its documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from civium.law.rules import Emblem, FundingRule, Group, Phase, Role, Switches

Document = Mapping[str, Any]

# Closed sets: the code knows these, the data says which of them a procedure has and what they are called in it.
ROLES: Final = ("representative", "substitute", "member", "other")
PHASES: Final = (
    "set-up",
    "waiting",
    "collecting",
    "paused",
    "ended",
    "handed-over",
    "in-verification",
    "certified",
    "submitted",
    "answered",
    "insufficient",
    "withdrawn",
    "destroyed",
)
# What official papers there are; each is told by the first part of its wording's keys (`annex_vi` has `annex_vi.title` ...).
PAPERS: Final = ("certificate", "hand-over", "submission")
# What the tables of letters are headed with; in English unless the data has other words.
WORDS: Final = ("online", "paper", "together", "needed", "total")
# What its places are called, whom an initiative is submitted to, and who is told of start and end (terms.py).
TERMS: Final = ("place", "places", "recipient", "office")
SWITCHES: Final = ("paper", "country_of_residence")


def groups_from(territory: Document) -> dict[str, Group]:
    """Give the groups of jurisdictions by code, in their order."""
    return {
        told["code"]: Group(told["code"], dict(told["names"]), tuple(told["members"]), told["needed"], told.get("total", 0))
        for told in territory.get("groups", ())
    }


def roles_from(told: Document) -> tuple[Role, ...]:
    """Give the roles among organisers; one representative where the data says nothing."""
    listed = told.get("roles", ({"role": "representative", "least": 1, "most": 1, "names": {}},))
    return tuple(Role(role["role"], role["least"], role["most"], dict(role["names"])) for role in listed)


def phases_from(told: Document) -> tuple[Phase, ...]:
    """Give the phases that the procedure knows; all, without names of their own, where the data says nothing."""
    listed = told.get("phases", tuple({"phase": phase, "names": {}} for phase in PHASES))
    return tuple(Phase(phase["phase"], dict(phase["names"])) for phase in listed)


def documents_from(told: Document) -> dict[str, str]:
    """Give the first part of the wording's keys of each official paper."""
    return dict(told.get("documents", {}))


def emblem_from(told: Document) -> Emblem | None:
    """Give the emblem, or None where there is none."""
    emblem = told.get("emblem")
    return None if emblem is None else Emblem(emblem["file"], dict(emblem["alternative"]))


def switches_from(told: Document) -> Switches:
    """Give the switches; those the data leaves out stand as they are in `Switches`."""
    return Switches(**told.get("switches", {}))


def funding_from(told: Document) -> FundingRule | None:
    """Give from which amount on sponsors are named, or None where the procedure does not ask it."""
    funding = told.get("funding")
    return None if funding is None else FundingRule(funding["above"], funding["currency"])
