"""The first screens: one's own initiatives, and for operators the installation."""

from __future__ import annotations

from civium.server.console.home import views
from civium.server.console.permissions import Permission
from civium.server.console.screens import Screen

SCREENS: tuple[Screen, ...] = (
    Screen("home", "", views.home, Permission.SEE_OWN_ACCOUNT, place="Home"),
    Screen("installation", "installation/", views.installation, Permission.RUN_INSTALLATION, place="Installation"),
    Screen("initiative", "initiatives/<slug:slug>/", views.initiative, Permission.SEE_OWN_ACCOUNT),
)
