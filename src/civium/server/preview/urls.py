"""The addresses of previews (docs/spec/preview.md)."""

from __future__ import annotations

from django.urls import re_path

from civium.server.preview import views

_LINK = r"preview/(?P<link>[A-Za-z0-9_-]{32})"

urlpatterns = [re_path(rf"^{_LINK}(?P<path>/.*)?$", views.preview)]
