"""The screens of feedback."""

from __future__ import annotations

from civium.server.console.feedback import views
from civium.server.console.permissions import Permission
from civium.server.console.screens import Screen

_OF = "initiatives/<slug:slug>/feedback/"
SCREENS = (
    Screen("feedback", _OF, views.feedback, Permission.SEE_FEEDBACK, place="Feedback"),
    Screen("feedback-csv", f"{_OF}feedback.csv", views.as_csv, Permission.SEE_FEEDBACK),
)
