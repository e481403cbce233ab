"""Django's way to the same pages, for processes that have no intake to keep them: thin, and nothing per visitor."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseNotModified, HttpResponseRedirect

from civium.server.intake.replies import SECURITY
from civium.server.site import loading, pages

if TYPE_CHECKING:
    from django.http import HttpRequest


@cache
def _site() -> pages.Site:
    """The pages without numbers: a process that only renders has no store to ask."""
    return loading.installed_site(lambda _: None)


def choose(request: HttpRequest) -> HttpResponse:
    """Send `/` to the front page in the language the browser asks for."""
    return _redirect(f"/{_language_of(request)}/", vary="Accept-Language")


def choose_for_initiative(request: HttpRequest, slug: str) -> HttpResponse:
    """Send `/i/<slug>` to the initiative in the language the browser asks for."""
    return _redirect(f"/{_language_of(request)}/i/{slug}", vary="Accept-Language")


def page(request: HttpRequest, **_parts: str) -> HttpResponse:
    """The page at this address, or the page that says there is none."""
    found = _site().render(request.path)
    if found is None:
        return not_found(request)
    tag = f'"{sha256(found.body).hexdigest()[:32]}"'
    if tag in (given.strip() for given in request.headers.get("If-None-Match", "").split(",")):
        return _own(_secured(HttpResponseNotModified(), tag), found)
    return _own(_secured(HttpResponse(found.body, content_type=found.media_type), tag), found)


def tidy(_request: HttpRequest, path: str) -> HttpResponse:
    """Send an address that has a slash too many, or a language's that has one too few, to the page that was meant."""
    return _redirect(f"/{path}" if "/" in path else f"/{path}/")


def not_found(request: HttpRequest, exception: Exception | None = None, **_given: object) -> HttpResponse:
    """The page for an address that leads nowhere, in the language it begins with."""
    del exception  # Django gives it; what was asked for is not repeated to anybody.
    return _problem(request, 404, is_demonstration=_site().is_demonstration())


def failed(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours."""
    return _problem(request, 500, is_demonstration=False)


def _problem(request: HttpRequest, status: int, *, is_demonstration: bool) -> HttpResponse:
    found = pages.problem(status, pages.language_of_path(request.path), is_demonstration=is_demonstration)
    response = _secured(HttpResponse(found.body, content_type=found.media_type, status=status))
    response["Cache-Control"] = "no-store"
    return response


def _language_of(request: HttpRequest) -> str:
    return pages.choose_language(request.headers.get("Accept-Language", ""))


def _redirect(path: str, *, vary: str | None = None) -> HttpResponse:
    response = _secured(HttpResponseRedirect(path))
    if vary:
        response["Vary"] = vary
    response.status_code = 303
    return response


def _own(response: HttpResponse, found: pages.Page) -> HttpResponse:
    for name, value in found.headers:
        response[name.decode()] = value.decode()
    return response


def _secured(response: HttpResponse, tag: str | None = None) -> HttpResponse:
    for name, value in SECURITY:
        response[name.decode()] = value.decode()
    if tag:
        response["ETag"] = tag
        response["Cache-Control"] = "public, max-age=0, s-maxage=5"
    return response
