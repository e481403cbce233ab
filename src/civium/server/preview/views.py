"""What is answered below a preview's link: pages, files, what the form asks, what it sends. Thin, and nothing per visitor.

The rules are:
- an unknown link, one that was closed or has ended, and an address that is none are answered like any unknown address;
- every answer is kept by nobody, listed by nobody, and tells no other site where one came from;
- there is no session that a forged request could ride on, and so no token against forgery.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect

from civium.errors import Misconfigured, Refused
from civium.law.periods import brussels_date
from civium.server.intake.replies import READS, SECURITY, SECURITY_OF_DRAWINGS, Header, Reply, refusal, wrong_method
from civium.server.preview import acts, answers, pages, place
from civium.server.preview.answers import Asked
from civium.server.site import assets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.http import HttpRequest

    from civium.server.initiatives.models import Preview

# Of every answer, whatever the live page of that kind says.
HEADERS: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
_API = "/api/"
_COLLECTIONS = "/api/collections/"


def clock() -> datetime:
    """Give the present instant."""
    return datetime.now(UTC)


def preview(request: HttpRequest, link: str, path: str | None = None) -> HttpResponse:
    """Answer what is asked below a link."""
    now = clock()
    found = acts.find(link, today=brussels_date(now))
    if found is None:
        return _unknown(request)
    try:
        if request.method == "POST":
            return _sent(request, found, path or "/", now)
        if path is not None and path.startswith(_COLLECTIONS):
            return _asked(found, path, now)
        return _shown(request, found, f"/preview/{link}", path or "/", now)
    except Misconfigured:
        # Dropped at this moment, or on another machine.
        return _unknown(request)


def _shown(request: HttpRequest, found: Preview, prefix: str, path: str, now: datetime) -> HttpResponse:
    try:
        found = acts.follow_set_up(found, settings.CONFIG, assets.bundle_hashes(), now=now)
    except Refused:
        return _unknown(request)
    with _opened(found, now) as asked:
        made = pages.shown_of(asked, url=settings.CONFIG.url, prefix=prefix)
    if path == "/":
        first = pages.first_page(made.initiative, request.headers.get("Accept-Language", ""))
        return _marked(HttpResponseRedirect(prefix + first, status=303))
    if path in (own := pages.files(made)):
        file = own[path]
        is_drawing = file.media_type == "image/svg+xml"
        return _marked(HttpResponse(file.content, content_type=file.media_type), SECURITY_OF_DRAWINGS if is_drawing else SECURITY)
    page = pages.render(made, path)
    return _unknown(request) if page is None else _marked(HttpResponse(page.body, content_type=page.media_type))


def _asked(found: Preview, path: str, now: datetime) -> HttpResponse:
    name, _, rest = path.removeprefix(_COLLECTIONS).partition("/")
    with _opened(found, now) as asked:
        return _told(
            lambda: answers.read(asked, rest) if name == asked.collection.hex() else refusal(Refused("unknown-collection"))
        )


def _sent(request: HttpRequest, found: Preview, path: str, now: datetime) -> HttpResponse:
    if not path.startswith(_API):
        return _unknown(request)
    with _opened(found, now) as asked:
        return _told(lambda: answers.send(asked, path.removeprefix(_API), request.body))


@contextmanager
def _opened(found: Preview, now: datetime) -> Iterator[Asked]:
    here = place.place_of(settings.CONFIG, found.identifier)
    with place.opened(here, assets.bundle_hashes()) as premises:
        yield Asked(acts.as_tried(found), found.identifier, premises, brussels_date(now))


def _told(answer: Callable[[], Reply]) -> HttpResponse:
    """Give what the intake would say, refusals as it says them."""
    try:
        told = answer()
    except Refused as error:
        told = refusal(error)
    return _plain(told)


def _plain(told: Reply) -> HttpResponse:
    answer = HttpResponse(told.body, status=told.status)
    del answer["Content-Type"]
    for name, value in told.headers:
        answer[name.decode()] = value.decode()
    return _marked(answer, ())


def _marked(answer: HttpResponse, security: Iterable[Header] = SECURITY) -> HttpResponse:
    for name, value in security:
        answer[name.decode()] = value.decode()
    for title, content in HEADERS.items():
        answer[title] = content
    return answer


def _unknown(request: HttpRequest) -> HttpResponse:
    """Answer as the front door and the site answer what they do not know: nobody learns that there is, or was, a preview."""
    if request.method == "POST":
        told = wrong_method(READS)
        answer = _plain(told)
        del answer["X-Robots-Tag"]
        return answer
    raise Http404
