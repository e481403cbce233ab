"""The addresses of the public pages (docs/spec/http.md)."""

from __future__ import annotations

from django.urls import path, re_path

from civium.server.site import views

urlpatterns = [
    path("", views.choose),
    path("i/<slug:slug>", views.choose_for_initiative),
    re_path(r"^[a-z]{2}/(?:i/[a-z0-9-]+(?:/[a-z]+)?|accessibility)?$", views.page),
    re_path(r"^(?P<path>[a-z]{2})$", views.tidy),
    re_path(r"^(?P<path>[a-z]{2}/(?:i/[a-z0-9-]+(?:/[a-z]+)?|accessibility))/$", views.tidy),
]
