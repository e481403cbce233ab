"""The screens on which two persons decide."""

from __future__ import annotations

from civium.server.console.permissions import Permission
from civium.server.console.proposals import views
from civium.server.console.screens import Screen

_AT = "initiatives/<slug:slug>/proposals/"

SCREENS: tuple[Screen, ...] = (
    Screen("proposals", _AT, views.waiting, Permission.SEE_SET_UP, place="Waits for a second person"),
    Screen("proposal", f"{_AT}<int:number>/", views.proposal, Permission.SEE_SET_UP),
    Screen("proposal-file", f"{_AT}<int:number>/files/<str:digest>/", views.file, Permission.SEE_SET_UP),
    Screen("proposal-agree", f"{_AT}<int:number>/agree/", views.agree, Permission.APPROVE, ("POST",), fresh=True),
    Screen("proposal-withdraw", f"{_AT}<int:number>/withdraw/", views.withdraw, Permission.PROPOSE, ("POST",)),
)
