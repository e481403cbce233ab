"""The addresses of the public pages (docs/spec/http.md)."""

from __future__ import annotations

from django.urls import path, re_path

from civium.server.site import views

# How the end of a page's address looks; pages.py knows which there are.
_NAME = r"[a-z-]+(?:\.[a-z]+)?"

urlpatterns = [
    path("", views.choose),
    path("i/<slug:slug>", views.choose_for_initiative),
    re_path(rf"^[a-z]{{2}}/(?:i/[a-z0-9-]+(?:/{_NAME})?|{_NAME})?$", views.page),
    re_path(r"^(?P<path>[a-z]{2})$", views.tidy),
    re_path(rf"^(?P<path>[a-z]{{2}}/(?:i/[a-z0-9-]+(?:/{_NAME})?|{_NAME}))/$", views.tidy),
]
