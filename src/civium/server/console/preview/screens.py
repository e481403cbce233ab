"""The screens of the private preview."""

from __future__ import annotations

from civium.server.console.permissions import Permission
from civium.server.console.preview import views
from civium.server.console.screens import Screen

_OF = "initiatives/<slug:slug>/set-up/private-preview/"
_CHANGE, _POST = Permission.CHANGE_SET_UP, ("POST",)
SCREENS = (
    Screen("preview", _OF, views.preview, Permission.SEE_SET_UP),
    Screen("preview-open", f"{_OF}open/", views.open_it, _CHANGE, methods=_POST),
    Screen("preview-renew", f"{_OF}renew/", views.renew, _CHANGE, methods=_POST),
    Screen("preview-close", f"{_OF}close/", views.close, _CHANGE, methods=_POST),
    Screen("preview-drop", f"{_OF}drop/", views.drop, _CHANGE, methods=_POST),
    Screen("preview-keys", f"{_OF}keys/", views.take_keys, Permission.PROVE_KEYS, methods=_POST),
    Screen("preview-export", f"{_OF}export/", views.export, Permission.MAKE_WORKING_COPY, methods=_POST),
)
