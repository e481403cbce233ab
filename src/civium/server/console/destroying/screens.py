"""The screens of destroying."""

from __future__ import annotations

from civium.server.console.destroying import views
from civium.server.console.permissions import Permission
from civium.server.console.screens import Screen

_HERE = "initiatives/<slug:slug>/destroying/"
_MAY = Permission.DESTROY_STATEMENTS
# Two hundred identifiers, pasted with whatever stood around them.
_PASTED = 65_536

SCREENS: tuple[Screen, ...] = (
    Screen("destroying", _HERE, views.destroying, _MAY, ("GET", "POST"), place="Destroying", largest_body=_PASTED),
    Screen("destroying-propose", f"{_HERE}propose/", views.propose, _MAY, ("POST",), fresh=True, largest_body=_PASTED),
    Screen("destroying-one", f"{_HERE}<int:number>/", views.one, Permission.APPROVE),
    Screen("destroying-stop", f"{_HERE}<int:number>/stop/", views.stop, Permission.APPROVE, ("POST",)),
)
