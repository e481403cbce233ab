"""What a step of the selftest is, and how it says that something is not what it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import civium
from civium.errors import CiviumError


class Differs(ValueError):
    """Something that this installation computes is not what is known about it; the text is ours, never from outside."""


@dataclass(frozen=True)
class Found:
    """What a step found: a few words, and whether someone should look at them although nothing is wrong."""

    told: str
    is_notice: bool = False


@dataclass(frozen=True)
class Place:
    """Where the steps work, what they are given, and when it is."""

    sample: Path
    folder: Path
    now: datetime


@dataclass(frozen=True)
class Step:
    """One step: what it is called and what it does."""

    name: str
    act: Callable[[Place], Found]


def expect(is_so: bool, what: str) -> None:
    """Raise Differs where something is not so."""
    if not is_so:
        raise Differs(what)


def expect_refusal(act: Callable[[], object], code: str, what: str) -> None:
    """Raise Differs where an act is not refused, or for another reason."""
    try:
        act()
    except CiviumError as refusal:
        expect(refusal.code == code, what)
        return
    raise Differs(what)


def expect_each(cases: Iterable[Any], holds: Callable[[Any], bool]) -> int:
    """Give the number of cases; raise Differs at the first that does not hold, and where there is none."""
    number = 0
    for number, case in enumerate(cases, start=1):
        expect(holds(case), f"case {number}")
    expect(number > 0, "no case")
    return number


def expect_refusals(cases: Iterable[Any], act: Callable[[Any], object], code: str | None = None) -> int:
    """Give the number of cases; raise Differs at the first that is not refused as it says, and where there is none."""
    number = 0
    for number, case in enumerate(cases, start=1):
        expected = code or case.get("refused") or case["code"]
        expect_refusal(lambda one=case: act(one), expected, f"case {number} of what must be refused")  # type: ignore[misc]
    expect(number > 0, "no case that must be refused")
    return number


def kept(name: str) -> Path | None:
    """Give a file or folder that the wheel holds beside the program, or in a working tree stands at its root; None where neither is."""
    inside = Path(str(files(civium).joinpath(name)))
    around = inside.parents[2] / name
    return next((path for path in (inside, around) if path.exists()), None)
