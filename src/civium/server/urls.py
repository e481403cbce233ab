"""Paths that Django answers: the public pages, where no process of the intake serves them from its cache."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.urls import include, path

from civium.server.console.urls import outer_patterns

if TYPE_CHECKING:
    from django.urls import URLPattern, URLResolver

# Before the pages: what is read at these addresses is theirs, what is sent is not.
urlpatterns: list[URLPattern | URLResolver] = [path("", include("civium.server.supporters.urls"))]
urlpatterns += [path("console/", include("civium.server.console.urls")), *outer_patterns]
urlpatterns.append(path("", include("civium.server.preview.urls")))
if find_spec("civium.server.site.urls") is not None:
    urlpatterns.append(path("", include("civium.server.site.urls")))

# Pages of their own for what is not there and for what went wrong, in the reader's language.
handler404 = "civium.server.site.views.not_found"
handler500 = "civium.server.site.views.failed"
