"""The screens of partners."""

from __future__ import annotations

from civium.server.console.partners import views
from civium.server.console.permissions import Permission
from civium.server.console.screens import Screen

_OF = "initiatives/<slug:slug>/partners/"
SCREENS = (
    Screen("partners", _OF, views.partners, Permission.SEE_PARTNERS, place="Partners"),
    Screen("partners-add", f"{_OF}add/", views.add, Permission.CHANGE_PARTNERS, methods=("GET", "POST")),
    Screen("partners-csv", f"{_OF}partners.csv", views.as_csv, Permission.SEE_PARTNERS),
    Screen("partner", f"{_OF}of/<slug:code>/", views.partner, Permission.SEE_PARTNERS),
    Screen("partner-code", f"{_OF}of/<slug:code>/code.<str:kind>", views.code_drawn, Permission.SEE_PARTNERS),
    Screen("partner-retire", f"{_OF}of/<slug:code>/retire/", views.retire, Permission.CHANGE_PARTNERS, methods=("POST",)),
)
