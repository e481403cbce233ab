"""The screens of duties, letters and funding."""

from __future__ import annotations

from civium.server.console.duties import funding, letters, views
from civium.server.console.permissions import Permission
from civium.server.console.screens import Screen

_HERE = "initiatives/<slug:slug>/duties/"
_SEE, _WRITE = Permission.SEE_DUTIES, Permission.WRITE_LETTERS

SCREENS: tuple[Screen, ...] = (
    Screen("duties", _HERE, views.duties, _SEE, place="Duties and letters"),
    Screen("duties-calendar", f"{_HERE}duties.ics", views.calendar, _SEE),
    Screen("duty-mark", f"{_HERE}mark/<str:duty>/<str:due_on>/", views.mark, _WRITE, ("GET", "POST")),
    Screen("duty-unmark", f"{_HERE}unmark/<str:duty>/<str:due_on>/", views.unmark, _WRITE, ("POST",)),
    Screen("letters", f"{_HERE}letters/", letters.overview, _SEE),
    Screen("letter-write", f"{_HERE}letters/write/<str:letter>/", letters.write, _WRITE, ("GET", "POST")),
    Screen("letter", f"{_HERE}letters/<int:number>/", letters.one, _WRITE, ("GET", "POST")),
    Screen("letter-pdf", f"{_HERE}letters/<int:number>/letter.pdf", letters.as_pdf, _WRITE),
    Screen("letter-text", f"{_HERE}letters/<int:number>/letter.txt", letters.as_plain, _WRITE),
    Screen("funding", f"{_HERE}funding/", funding.ledger, _WRITE, ("GET", "POST")),
    Screen("funding-strike", f"{_HERE}funding/<int:entry>/strike/", funding.strike, _WRITE, ("GET", "POST")),
)
