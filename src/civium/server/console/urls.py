"""The addresses of the console: every area's screens behind the gate, and the few doors that are open to whoever comes."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.urls import path

from civium.server.console.accounts.doors import DOORS
from civium.server.console.gate import door, guarded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from civium.server.console.screens import Screen

app_name = "console"
# Title in the navigation -> the areas whose screens stand there, in this order.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Now", ("home", "dashboard", "proposals", "duties")),
    ("The initiative", ("setup", "preview", "lifecycle")),
    ("Statements", ("exports", "destroying", "desk", "paper")),
    ("People outside", ("post", "feedback", "partners")),
    ("Who did what", ("journal", "accounts")),
)
AREAS = tuple(name for _, names in GROUPS for name in names)


@cache
def screens_of(area: str) -> tuple[Screen, ...]:
    """Give the screens of one area; none where it is not there."""
    module = f"civium.server.console.{area}"
    if find_spec(module) is None or find_spec(f"{module}.screens") is None:
        return ()
    screens: tuple[Screen, ...] = import_module(f"{module}.screens").SCREENS
    return screens


def area_screens(areas: Iterable[str]) -> tuple[Screen, ...]:
    """Give the screens of areas, in order."""
    return tuple(screen for area in areas for screen in screens_of(area))


@cache
def all_screens() -> tuple[Screen, ...]:
    """Give all screens. Two of one name, or of one address, would hide each other."""
    screens = area_screens(AREAS)
    assert len({screen.name for screen in screens}) == len(screens), "two screens have one name"
    assert len({screen.path for screen in screens}) == len(screens), "two screens have one address"
    return screens


@cache
def _by_name() -> dict[str, Screen]:
    return {screen.name: screen for screen in all_screens()}


def screen_of(name: str) -> Screen:
    """Give the screen of a name."""
    return _by_name()[name]


urlpatterns = [
    *(path(screen.path, guarded(screen), name=screen.name) for screen in all_screens()),
    *(path(one.path, door(one.view, *one.methods), name=one.name) for one in DOORS if not one.is_known_to_allauth),
]
# allauth leads to these by names of its own, which have no space of ours before them.
outer_patterns = [
    path(f"console/{one.path}", door(one.view, *one.methods), name=one.name) for one in DOORS if one.is_known_to_allauth
]
