"""The screens of e-mail to those who agreed."""

from __future__ import annotations

from civium.server.console.permissions import Permission
from civium.server.console.post import views, writing
from civium.server.console.screens import Screen

_OF = "initiatives/<slug:slug>/post/"
_ONE = f"{_OF}<int:number>/"
_WRITE = Permission.WRITE_TO_SUPPORTERS
_POST, _FORM = ("POST",), ("GET", "POST")
# 20,000 characters of a text, each at most twelve bytes in a form.
_LARGEST_TEXT = 262_144
SCREENS = (
    Screen("post", _OF, views.post, _WRITE, place="E-mail"),
    Screen("post-consents", f"{_OF}consents/", views.consents, Permission.EXPORT_SUPPORTERS, methods=_POST, fresh=True),
    Screen("post-words", f"{_OF}consent-words.csv", views.words, Permission.EXPORT_SUPPORTERS),
    Screen("post-new", f"{_OF}new/", writing.new, _WRITE, methods=_FORM),
    Screen("post-message", _ONE, views.message, _WRITE),
    Screen("post-text", f"{_ONE}text/", writing.text, _WRITE, methods=_FORM, largest_body=_LARGEST_TEXT),
    Screen("post-preview", f"{_ONE}preview/", views.preview, _WRITE),
    Screen("post-settings", f"{_ONE}settings/", writing.settings_of, _WRITE, methods=_FORM),
    Screen("post-destroy", f"{_ONE}destroy/", writing.destroy, _WRITE, methods=_POST),
    Screen("post-test", f"{_ONE}test/", writing.test, _WRITE, methods=_POST),
    Screen("post-send", f"{_ONE}send/", writing.send, Permission.PROPOSE, methods=_FORM, fresh=True),
    Screen("post-stop", f"{_ONE}stop/", writing.stop, _WRITE, methods=_POST),
)
