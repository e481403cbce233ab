"""The addresses of the pages after signing (docs/spec/http.md). What is read there comes from the public pages; what is sent, here."""

from __future__ import annotations

from django.urls import re_path

from civium.server.supporters import views

_INITIATIVE = r"^(?P<code>[a-z]{2})/i/(?P<slug>[a-z0-9-]{1,64})"
_TOKEN = r"(?P<token>[A-Za-z0-9_-]{43})"  # noqa: S105  a pattern, no secret

urlpatterns = [
    re_path(rf"{_INITIATIVE}/news$", views.news),
    re_path(rf"{_INITIATIVE}/feedback$", views.feedback_given),
    re_path(rf"{_INITIATIVE}/confirm/{_TOKEN}$", views.confirm),
    re_path(rf"{_INITIATIVE}/stop/{_TOKEN}$", views.stop),
]
