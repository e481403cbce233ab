"""One's own account: what one logs on with, where one is logged on, and what one did last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from civium.errors import Refused
from civium.server.console import drafts, frame, words
from civium.server.console.accounts import hearing, invitations, recovery
from civium.server.console.accounts.entering import weak
from civium.server.console.models import ConsoleSession, Recovery
from civium.server.console.sessions import kept_key
from civium.server.initiatives.models import JournalEntry
from civium.server.site.languages import own_name

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest

_PAGE = "console/accounts/account.html"
_PASSWORD = "console/accounts/password.html"  # noqa: S105  a template
_SHOWN = 12
_OWN_ACTS = (
    "logged-on",
    "log-on-refused",
    "factor-added",
    "factor-removed",
    "recovery-codes-made",
    "recovery-code-used",
    "password-changed",
)


def account(request: ConsoleRequest) -> HttpResponseBase:
    """Show factors, sessions, the last log-ons, and a way back that others began."""
    current = kept_key(request.session.session_key or "")
    sessions = request.account.sessions.filter(expire_date__gt=timezone.now()).order_by("-seen_at")
    recent = JournalEntry.objects.filter(act__in=_OWN_ACTS, facts__account=request.account.pk).order_by("-number")[:_SHOWN]
    return frame.page(
        request,
        _PAGE,
        {
            "factors": Authenticator.objects.filter(user=request.account).exclude(type="recovery_codes").order_by("created_at"),
            "codes_left": codes_left(request),
            "sessions": [(session, session.session_key == current) for session in sessions],
            "recent": recent,
            "languages": [(code, own_name(code)) for code in words.offered()],
            "begun": Recovery.objects.filter(account=request.account, expires_at__gt=request.now).first(),
        },
    )


def codes_left(request: ConsoleRequest) -> int:
    """Give how many recovery codes were not used yet."""
    found = Authenticator.objects.filter(user=request.account, type="recovery_codes").first()
    return len(found.wrap().get_unused_codes()) if found else 0


def choose_language(request: ConsoleRequest) -> HttpResponseBase:
    """Have the console speak another of the languages that it is translated into, from the next page on."""
    chosen = request.POST.get("language", "")
    if chosen in words.offered():
        request.account.language = chosen
        request.account.save(update_fields=["language"])
        frame.say(request, frame.words_of(request)("The console speaks your language now."))
    return frame.back(request, "account")


def end_session(request: ConsoleRequest, key: str) -> HttpResponseBase:
    """End one of one's own sessions; of others there are none here."""
    session = get_object_or_404(ConsoleSession, account=request.account, session_key=key)
    if session.session_key == kept_key(request.session.session_key or ""):
        return log_off(request)
    session.delete()
    frame.say(request, frame.words_of(request)("That session is ended."))
    return frame.back(request, "account")


def log_off(request: ConsoleRequest) -> HttpResponseBase:
    """End this session."""
    logout(request)
    return frame.see(frame.ROOT)


def stay(request: ConsoleRequest) -> HttpResponseBase:
    """Answer to the warning that one is about to be logged off; asking is enough."""
    request.session["seen_at"] = request.now.timestamp()
    if request.headers.get("Accept", "").startswith("application/json"):
        return HttpResponse(status=204)
    return frame.see(frame.own_path(request.POST.get("next")))


def change_password(request: ConsoleRequest) -> HttpResponseBase:
    """Choose another password; all other sessions end."""
    if request.method != "POST":
        return frame.page(request, _PASSWORD, {})
    password = request.POST.get("password", "")
    if not request.account.check_password(request.POST.get("password_now", "")):
        said = frame.words_of(request)("This is not your password")
        return frame.mend(request, {"password_now": said}, _PASSWORD, {})
    try:
        invitations.check_password(password, request.account)
    except Refused:
        return frame.mend(request, {"password": weak(request)}, _PASSWORD, {})
    request.account.set_password(password)
    request.account.save(update_fields=["password"])
    update_session_auth_hash(request, request.account)
    request.account.sessions.exclude(session_key=kept_key(request.session.session_key or "")).delete()
    hearing.note(request, "password-changed", request.account)
    frame.say(request, frame.words_of(request)("Your password is changed. You are logged off everywhere else."))
    return frame.back(request, "account")


def stop_way_back(request: ConsoleRequest) -> HttpResponseBase:
    """Stop a way back that others began for one, though one has lost nothing."""
    begun = get_object_or_404(Recovery, account=request.account)
    recovery.stop(begun, request.account, now=request.now)
    frame.say(request, frame.words_of(request)("It is stopped. Nothing of your account was changed."))
    return frame.back(request, "account")


def draft(request: ConsoleRequest) -> HttpResponseBase:
    """Show what was typed before one was logged off, to be sent again or thrown away."""
    kept = drafts.kept(request)
    if kept is None:
        return frame.back(request, "home")
    if request.method == "POST":
        drafts.throw_away(request)
        return frame.back(request, "home")
    return frame.page(request, "console/accounts/draft.html", {"kept": kept})
