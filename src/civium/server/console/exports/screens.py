"""The screens of exports."""

from __future__ import annotations

from civium.server.console.exports import downloads, routes, views
from civium.server.console.permissions import Permission
from civium.server.console.screens import Screen

_HERE = "initiatives/<slug:slug>/exports/"
_MAY = Permission.MAKE_WORKING_COPY

SCREENS: tuple[Screen, ...] = (
    Screen("exports", _HERE, views.exports, _MAY, ("GET", "POST"), place="Export"),
    Screen("export-anyway", f"{_HERE}anyway/", views.anyway, Permission.MAKE_PACKAGE, ("GET", "POST")),
    Screen("export-ways", f"{_HERE}ways/", routes.ways, Permission.MAKE_PACKAGE, ("GET", "POST")),
    Screen("export", f"{_HERE}<int:number>/", views.export, _MAY),
    Screen("export-stop", f"{_HERE}<int:number>/stop/", views.stop, _MAY, ("POST",)),
    Screen("export-file", f"{_HERE}<int:number>/<int:place>/", downloads.file, _MAY),
)
