"""The screens of the desk."""

from __future__ import annotations

from civium.server.console.desk import views
from civium.server.console.permissions import Permission
from civium.server.console.screens import Screen

_HERE = "initiatives/<slug:slug>/desk/"
_MAY = Permission.ANSWER_DESK

SCREENS: tuple[Screen, ...] = (
    Screen("desk", _HERE, views.desk, _MAY, ("GET", "POST"), place="Data subjects"),
    Screen("desk-request", f"{_HERE}<int:number>/", views.one, _MAY, ("GET", "POST")),
    Screen("desk-extend", f"{_HERE}<int:number>/extend/", views.extend, _MAY, ("POST",)),
    Screen("desk-file", f"{_HERE}<int:number>/file/", views.request_file, _MAY, ("POST",)),
    Screen("desk-destroy", f"{_HERE}<int:number>/destroy/", views.destroy, Permission.DESTROY_STATEMENTS, ("POST",), fresh=True),
)
