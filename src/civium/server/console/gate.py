"""The gate: what is checked before any view of the console runs, and what every answer carries.

The rules are:
- in this order: log-on and idleness, second factor, membership of the initiative, the role's permission, method, size, forgery,
  freshness of the second factor; whoever is no member learns nothing, not even that there is such an initiative;
- sessions, and protection against forged requests, exist below /console/ alone: no other page reads or sets a cookie;
- a form that arrives after the owner was away too long is kept for them, and for nobody else, until they are back (drafts.py).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import UpdateError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.functional import SimpleLazyObject

from civium.errors import CiviumError, Refused
from civium.server.console import drafts, frame
from civium.server.console.permissions import Permission, may
from civium.server.console.sessions import SessionStore, device_of
from civium.server.initiatives.models import Initiative
from civium.server.intake.replies import SECURITY

if TYPE_CHECKING:
    from civium.server.console.models import Account, Membership
    from civium.server.console.screens import ConsoleRequest, Screen, View

IDLE_SECONDS = 15 * 60
FRESH_SECONDS = 15 * 60
_MARK_SECONDS = 20  # how exactly it is known when somebody was last seen
# What a page asks for by itself, such as new figures, does not show that anybody is there.
BY_ITSELF = "X-Civium-By-Itself"
# All that is reached between the password and the first second factor.
ENROLMENT = frozenset({"factors", "add-app", "add-passkey", "log-off"})
_POLICY = "content-security-policy"
HEADERS: Mapping[str, str] = {
    **{
        name.decode(): value.decode().replace("form-action 'none'", "form-action 'self'")
        if name.decode() == _POLICY
        else value.decode()
        for name, value in SECURITY
    },
    "x-frame-options": "DENY",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}


def clock() -> datetime:
    """Give the time; each request reads it once."""
    return datetime.now(UTC)


class _Forgery(CsrfViewMiddleware):
    """Django's protection; pages that give no referrer send `Origin: null`, and the browser says beside it whence it comes."""

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.META["HTTP_ORIGIN"] == "null":
            return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        return bool(super()._origin_verified(request))  # type: ignore[misc]  # Django's own, and not among its stubs

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        del reason  # for a log that we do not keep
        return frame.problem(cast("ConsoleRequest", request), 403, "forgery")


def guarded(screen: Screen) -> View:
    """Give the view behind its gate."""
    names = inspect.signature(screen.view).parameters
    takes_all = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in names.values())

    def answer(request: ConsoleRequest, **captures: Any) -> HttpResponseBase:
        def act() -> HttpResponseBase:
            refusal = _refusal(request, screen, captures.get("slug"))
            if refusal is not None:
                return refusal
            drafts.sent(request)
            given = {name: value for name, value in captures.items() if takes_all or name in names}
            if "\0" in request.path:
                # PostgreSQL takes it in no text, and nothing is called so.
                raise Http404
            return screen.view(request, **given)

        return _within(request, act)

    answer.screen = screen  # type: ignore[attr-defined]
    return answer


def door(view: View, *methods: str) -> View:
    """Give a view that is open to whoever comes: log-on, and links that were handed out. Forged requests are refused all the same."""

    def answer(request: ConsoleRequest, **captures: Any) -> HttpResponseBase:
        def act() -> HttpResponseBase:
            _prepare(request)
            _end_what_is_over(request)
            return (
                _wrong_method(request, methods)
                or _too_large(request, drafts.LARGEST)
                or _forged(request)
                or view(request, **captures)
            )

        return _within(request, act)

    answer.methods = methods  # type: ignore[attr-defined]
    return answer


def _within(request: ConsoleRequest, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Open the session, answer, save the session, and give the answer its headers."""
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    request.user = cast("Account", SimpleLazyObject(lambda: get_user(request)))  # or nobody, once it is asked
    request.now = clock()
    protection = _Forgery(lambda _: HttpResponse())
    protection.process_request(request)
    try:
        response = act()
    except Http404:
        response = frame.problem(request, 404, "not-found")
    except CiviumError as error:
        response = frame.failed(request, error)
    protection.process_response(request, response)
    try:
        _save(request, response)
    except UpdateError:
        # It was ended from another device while this was answered: what was answered is not shown.
        response = frame.to_log_on(request, ended=True)
        response.delete_cookie(settings.SESSION_COOKIE_NAME, path=settings.SESSION_COOKIE_PATH, samesite="Strict")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _save(request: ConsoleRequest, response: HttpResponseBase) -> None:
    session = request.session
    if session.is_empty():
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.delete_cookie(settings.SESSION_COOKIE_NAME, path=settings.SESSION_COOKIE_PATH, samesite="Strict")
        return
    if session.modified:
        session.save()
        response.set_cookie(
            settings.SESSION_COOKIE_NAME,
            session.session_key or "",
            path=settings.SESSION_COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )


def _prepare(request: ConsoleRequest) -> None:
    request.account = request.user  # type: ignore[assignment]
    request.initiative, request.role = None, None
    request.may = lambda permission: may(request.role, permission)


def _refusal(request: ConsoleRequest, screen: Screen, slug: str | None) -> HttpResponseBase | None:
    """Give the answer to whoever may not pass, None to whoever may."""
    request.screen = screen
    _prepare(request)
    return (
        _logged_off(request)
        or _without_factor(request, screen)
        or _without_role(request, screen, slug)
        or _wrong_method(request, screen.methods)
        or _too_large(request, screen.largest_body)
        or _forged(request)
        or _stale(request, screen)
    )


def _logged_off(request: ConsoleRequest) -> HttpResponseBase | None:
    session, now = request.session, request.now.timestamp()
    if not request.user.is_authenticated:
        return frame.to_log_on(request)
    seen = session.get("seen_at", 0)
    if _is_over(request):
        draft = drafts.taken(request, request.account) if seen and _forged(request) is None else None
        session.flush()
        if draft is not None:
            drafts.keep(request, draft)
        return frame.to_log_on(request, idle=True)
    if now - seen >= _MARK_SECONDS and not request.headers.get(BY_ITSELF):
        session["seen_at"] = now
    if "device" not in session:
        session["device"] = device_of(request.headers.get("User-Agent", ""))
    return None


def _is_over(request: ConsoleRequest) -> bool:
    """Say whether a session's owner was away too long, or has been there too long."""
    session, now = request.session, request.now.timestamp()
    # What its row says of its end moves with every request; when it began does not.
    seen_at, started_at = float(session.get("seen_at", 0)), float(session.get("started_at", 0))
    return now - seen_at > IDLE_SECONDS or now - started_at > float(settings.SESSION_COOKIE_AGE)


def _end_what_is_over(request: ConsoleRequest) -> None:
    """End a session at a door, too: an invitation is not taken up by whoever finds the browser of somebody who left."""
    if request.user.is_authenticated and _is_over(request):
        request.session.flush()
        request.user = cast("Account", SimpleLazyObject(lambda: get_user(request)))  # or nobody, once it is asked
        _prepare(request)


def _without_factor(request: ConsoleRequest, screen: Screen) -> HttpResponseBase | None:
    if request.session.get("second_factor_at"):
        return None
    if Authenticator.objects.filter(user=request.account).exclude(type="recovery_codes").exists():
        # Chosen in another session, since this one began with a password alone: it is no way around the factor.
        request.session.flush()
        return frame.to_log_on(request)
    return None if screen.name in ENROLMENT else frame.back(request, "factors")


def _without_role(request: ConsoleRequest, screen: Screen, slug: str | None) -> HttpResponseBase | None:
    membership = _membership(request.account, slug)
    if slug is not None:
        if membership is None:
            return frame.problem(request, 404, "not-found")
        request.initiative = membership.initiative
    request.role = membership.held if membership else None
    if request.may(screen.permission):
        return None
    return frame.not_allowed(request, screen.permission)


def _membership(account: Account, slug: str | None) -> Membership | None:
    held = account.memberships.select_related("initiative")
    return held.filter(initiative__isnull=True).first() if slug is None else held.filter(initiative__slug=slug).first()


def _wrong_method(request: ConsoleRequest, methods: tuple[str, ...]) -> HttpResponseBase | None:
    if request.method in methods or (request.method == "HEAD" and "GET" in methods):
        return None
    response = frame.problem(request, 405, "wrong-method")
    response["Allow"] = ", ".join(methods)
    return response


def _forged(request: ConsoleRequest) -> HttpResponseBase | None:
    return _Forgery(lambda _: HttpResponse()).process_view(request, _no_view, (), {})


def _no_view() -> HttpResponseBase:
    """Stands for the view: none of ours is exempt."""
    return HttpResponse()


def _too_large(request: ConsoleRequest, largest: int) -> HttpResponseBase | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) <= largest:
        return None
    return frame.problem(request, 413, "too-large")


def _stale(request: ConsoleRequest, screen: Screen) -> HttpResponseBase | None:
    if not screen.fresh or not request.session.get("second_factor_at"):  # without one: enrolment, and nothing else comes so far
        return None
    if request.now.timestamp() - request.session["second_factor_at"] <= FRESH_SECONDS:
        return None
    draft = drafts.taken(request, request.account)
    if draft is not None:
        drafts.keep(request, draft)
    return frame.to_confirmation(request)


def check_permission(request: ConsoleRequest, permission: Permission) -> None:
    """Raise Refused `not-allowed` unless the role allows what a screen offers beside its own permission."""
    if not request.may(permission):
        raise Refused("not-allowed")


def initiatives_of(account: Account) -> list[Initiative]:
    """Give the initiatives that somebody is a member of; no others are ever listed to them."""
    held = account.memberships.filter(initiative__isnull=False).select_related("initiative").order_by("initiative__slug")
    return [membership.initiative for membership in held if membership.initiative is not None]
