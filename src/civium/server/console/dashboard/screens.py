"""The screens of the dashboard."""

from __future__ import annotations

from civium.server.console.dashboard import bursts, views
from civium.server.console.permissions import Permission
from civium.server.console.screens import Screen

_OF = "initiatives/<slug:slug>/dashboard/"
SCREENS = (
    Screen("dashboard", _OF, views.dashboard, Permission.SEE_DASHBOARD, place="Dashboard"),
    Screen("dashboard-method", f"{_OF}how/", views.method, Permission.SEE_DASHBOARD),
    Screen("dashboard-burst", f"{_OF}bursts/<int:number>/", bursts.one, Permission.PROPOSE, ("GET", "POST")),
    Screen("dashboard-file", f"{_OF}<slug:chart>.<slug:kind>", views.file, Permission.SEE_DASHBOARD),
)
