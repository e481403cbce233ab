"""The screens of paper."""

from __future__ import annotations

from civium.server.console.paper import views
from civium.server.console.permissions import Permission
from civium.server.console.screens import Screen

_HERE = "initiatives/<slug:slug>/paper/"
_SEE, _ENTER = Permission.SEE_PAPER, Permission.ENTER_PAPER

SCREENS: tuple[Screen, ...] = (
    Screen("paper", _HERE, views.paper, _SEE, place="Paper"),
    Screen("paper-enter", f"{_HERE}enter/", views.enter, _ENTER, ("GET", "POST")),
    Screen("paper-correct", f"{_HERE}correct/<str:jurisdiction>/<str:week>/", views.correct, _ENTER, ("GET", "POST")),
    Screen("paper-trail", f"{_HERE}trail/", views.trail, _SEE),
    Screen("paper-forms", f"{_HERE}forms/", views.forms, _SEE),
    Screen("paper-place", f"{_HERE}forms/place/", views.place, Permission.CHANGE_SET_UP, ("POST",)),
    Screen("paper-form", f"{_HERE}forms/<str:jurisdiction>/<str:language>.pdf", views.form, _SEE),
    Screen("paper-file", f"{_HERE}tallies.csv", views.table_file, _SEE),
)
