"""What a screen of the console is: its address, its view, who may open it. Every area lists its own; urls.py gathers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponseBase

from civium.server.console.permissions import Permission, Role

if TYPE_CHECKING:
    from civium.server.console.models import Account
    from civium.server.initiatives.models import Initiative

View = Callable[..., HttpResponseBase]
SMALL_BODY = 65_536
LARGEST_BODY = 12 * 1_048_576  # what is larger is no logo, cover, certificate or register file
INITIATIVE = "<slug:slug>"


class ConsoleRequest(HttpRequest):
    """A request that passed the gate: who asks, about which initiative, in which role, when."""

    account: Account
    initiative: Initiative | None
    role: Role | None
    now: datetime
    screen: Screen
    may: Callable[[Permission], bool]


@dataclass(frozen=True)
class Screen:
    """One screen: the gate checks everything it says before its view runs.

    `path` is a route of Django below /console/. One that holds `<slug:slug>` belongs to that initiative: only its members pass, with
    the permission of the role they hold there; any other is asked with the role that one holds on the installation. The view is given
    the route's captures that it names; `slug` may be left out, as `request.initiative` is there.
    """

    name: str
    path: str
    view: View
    permission: Permission
    methods: tuple[str, ...] = ("GET",)
    place: str = ""  # title in the navigation; "" where it is not listed
    fresh: bool = False  # asks for the second factor again if it was given more than 15 minutes ago
    largest_body: int = SMALL_BODY

    def __post_init__(self) -> None:
        assert self.largest_body <= LARGEST_BODY, "a body is held in memory"
        assert set(self.methods) <= {"GET", "POST"}, "pages are read, forms are posted"

    @property
    def is_of_an_initiative(self) -> bool:
        """Whether it belongs to one initiative."""
        return INITIATIVE in self.path
