"""What is posted to the pages after signing: thin, nothing per visitor, no cookie.

Requests from other sites are refused by what browsers say of a request's origin (Fetch, Sec-Fetch-Site): there is no session that a
forged request could ride on, and so no token against forgery (docs/spec/supporters.md).
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.law.procedure import load_procedure
from civium.server.initiatives.models import Initiative as KeptInitiative
from civium.server.intake.replies import SECURITY
from civium.server.site import frame, loading
from civium.server.site import views as site_views
from civium.server.site.pages import MEDIA_TYPE
from civium.server.site.words import Words, words
from civium.server.supporters import asking, feedback, pages
from civium.server.supporters.addresses import parse_address
from civium.server.supporters.consent import consent
from civium.server.supporters.limits import FormLimits
from civium.server.supporters.pages import Given
from civium.server.supporters.tokens import read_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    from civium.server.site.shown import Initiative

_LONGEST_TYPED = 400  # of an address, also of one that is none: it is given back


@cache
def _limits() -> FormLimits:
    return FormLimits(settings.CONFIG)


def news(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """The form for news, and what it sends."""
    if request.method != "POST":
        return site_views.page(request)
    return _taken(request, code, slug, pages.NEWS, _news)


def feedback_given(request: HttpRequest, code: str, slug: str) -> HttpResponseBase:
    """The form for feedback, and what it sends."""
    if request.method != "POST":
        return site_views.page(request)
    return _taken(request, code, slug, pages.FEEDBACK, _feedback)


def confirm(request: HttpRequest, code: str, slug: str, token: str) -> HttpResponseBase:
    """The page of a mailed link, which looks nothing up; its button confirms."""
    found = _initiative(code, slug)
    if found is None:
        return site_views.not_found(request)
    _, initiative = found
    if request.method in ("GET", "HEAD"):
        return _secured(pages.confirm(_, initiative))
    if request.method != "POST":
        return HttpResponseNotAllowed(("GET", "HEAD", "POST"))
    if _is_from_elsewhere(request):
        return _secured(pages.from_elsewhere(_, initiative, pages.NEWS), 403)
    try:
        # What is no token is one that nobody has.
        asking.confirm(_kept(slug), read_token(token) or b"", now=_now())
    except Refused:
        return _secured(pages.link_over(_, initiative), 410)
    return _secured(pages.confirmed(_, initiative))


def stop(request: HttpRequest, code: str, slug: str, token: str) -> HttpResponseBase:
    """The page that stops letters; also the address to which mail programs post one click (RFC 8058), from anywhere."""
    found = _initiative(code, slug)
    if found is None:
        return site_views.not_found(request)
    _, initiative = found
    if request.method in ("GET", "HEAD"):
        return _secured(pages.stop(_, initiative))
    if request.method != "POST":
        return HttpResponseNotAllowed(("GET", "HEAD", "POST"))
    read = read_token(token)
    if read is not None:
        asking.stop(_kept(slug), read)
    return _secured(pages.stopped(_, initiative))


def _taken(
    request: HttpRequest,
    code: str,
    slug: str,
    page: str,
    take: Callable[[HttpRequest, Words, Initiative], HttpResponseBase],
) -> HttpResponseBase:
    """Take a form from this site, within the limits, where there is such a page."""
    found = _initiative(code, slug)
    if found is None:
        return site_views.not_found(request)
    _, initiative = found
    if _is_from_elsewhere(request):
        return _secured(pages.from_elsewhere(_, initiative, page), 403)
    try:
        _limits().check(request)
    except Refused:
        answer = _secured(pages.too_many(_, initiative, page), 429)
        answer["Retry-After"] = "60"
        return answer
    return take(request, _, initiative)


def _news(request: HttpRequest, _: Words, initiative: Initiative) -> HttpResponseBase:
    if not initiative.offers_news:
        return site_views.not_found(request)
    values = {name: request.POST.get(name, "")[:_LONGEST_TYPED] for name in ("address", "news", "other", "consent")}
    shown, errors = consent(_, initiative), {}
    address = ""
    try:
        address = parse_address(values["address"])
    except Refused:
        errors["address"] = _("Enter an e-mail address, such as name@example.org")
    if not (values["news"] or values["other"]):
        errors["purposes"] = _("Tick at least one box: without one nobody may write to you")
    if values["consent"] != shown.sha256.hex():
        errors["consent"] = _("The words below have changed since you opened the page. Please read them and send the form again.")
    if errors:
        body = pages.news(_, initiative, Given(values, errors))
        assert body is not None, "news are offered"
        return _secured(body, 422)
    wish = asking.Asked(address, _.code, bool(values["news"]), bool(values["other"]), text=shown.text, text_sha256=shown.sha256)
    asking.ask(_kept(initiative.slug), wish, now=_now())
    return _to(_, initiative, pages.NEWS_SENT)


def _feedback(request: HttpRequest, _: Words, initiative: Initiative) -> HttpResponseBase:
    if initiative.collection is None:
        return site_views.not_found(request)
    values = {"grade": request.POST.get("grade", "")[:8], "comment": request.POST.get("comment", "")[: 4 * pages.LONGEST_COMMENT]}
    try:
        feedback.give_feedback(_kept(initiative.slug), values["grade"], values["comment"], _.code, now=_now())
    except Refused as refused:
        if refused.code == "grade-missing":
            errors = {"grade": _("Choose one of these")}
        else:
            errors = {"comment": _("Write this shorter: at most %(count)s characters", count=pages.LONGEST_COMMENT)}
        body = pages.feedback(_, initiative, Given(values, errors))
        assert body is not None, "feedback is taken"
        return _secured(body, 422)
    return _to(_, initiative, pages.FEEDBACK_SENT)


def _initiative(code: str, slug: str) -> tuple[Words, Initiative] | None:
    initiative = loading.find(slug, brussels_date(_now()))
    if initiative is None or code not in frame.page_languages(load_procedure(initiative.procedure)):
        return None
    return words(code), initiative


def _kept(slug: str) -> KeptInitiative:
    return KeptInitiative.objects.get(slug=slug)


def _is_from_elsewhere(request: HttpRequest) -> bool:
    """Say whether a browser says that another site sent this. Who says nothing is no browser, and carries nobody's session."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    # `null` is what browsers send of a page that gives no referrer, as ours.
    return request.headers.get("Origin", "null") not in ("null", settings.CONFIG.url)


def _to(_: Words, initiative: Initiative, page: str) -> HttpResponse:
    answer = HttpResponseRedirect(frame.initiative_path(_.code, initiative.slug, page))
    answer.status_code = 303
    return _with_headers(answer)


def _secured(body: bytes, status: int = 200) -> HttpResponse:
    return _with_headers(HttpResponse(body, content_type=MEDIA_TYPE, status=status))


def _with_headers(answer: HttpResponse) -> HttpResponse:
    for name, value in (*SECURITY, *pages.HEADERS):
        answer[name.decode()] = value.decode()
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _now() -> datetime:
    return datetime.now(UTC)
