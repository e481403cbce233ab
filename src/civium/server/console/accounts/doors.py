"""The pages that are open to whoever comes: log-on, second factor, invitations, the way back after a loss.

The rules are:
- no answer tells whether an address has an account, or which of address and password was wrong;
- an address that failed five times is closed for a quarter of an hour, a network after twenty in a minute; passkeys are not closed;
- what is after the log-on is a path of ours, or the first page.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.account.forms import LoginForm
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm
from allauth.mfa.webauthn.internal import auth as passkeys
from allauth.mfa.webauthn.internal import flows
from django.http import HttpResponseBase, JsonResponse
from django.urls import reverse

from civium.server.console import frame
from civium.server.console.accounts import entering

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form

    from civium.server.console.screens import ConsoleRequest, View

_PAGE = "console/accounts/log_on.html"
_SECOND = "console/accounts/second_factor.html"
# What fido2 and allauth answer to JSON that is no answer of a passkey; their documentation names no closed set.
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, NotImplementedError, struct.error)
TOO_MANY = frozenset({"too_many_login_attempts", "rate_limited"})


@dataclass(frozen=True)
class Door:
    """An address that needs no log-on; some carry the name by which allauth leads to them."""

    path: str
    name: str
    view: View
    methods: tuple[str, ...] = ("GET", "POST")
    is_known_to_allauth: bool = False


def is_given(form: Form) -> bool:
    """Say whether a form holds what it asks for; what is no answer of a passkey at all is none, whatever its readers stumble over."""
    try:
        return bool(form.is_valid())
    except _BROKEN:
        return False


def code_of(form: Form) -> str:
    """Give the first error's code: allauth's sentences are not ours, its codes are a closed set."""
    for errors in form.errors.as_data().values():
        for error in errors:
            return str(error.code or "invalid")
    return "invalid"


def log_on(request: ConsoleRequest) -> HttpResponseBase:
    """Address and password; whoever is in already is led on."""
    wanted = frame.own_path(request.POST.get("next") or request.GET.get("next"))
    if request.user.is_authenticated:
        return frame.see(wanted)
    because = request.GET.get("because", "")
    context = {"next": wanted, "because": because if because in ("idle", "ended", "closed", "changed") else "", "wrong": ""}
    if request.method != "POST":
        return frame.page(request, _PAGE, context)
    if not ratelimit.consume(request, app="allauth.account", action="login"):
        return _told(request, context, "too-many", 429)
    form = LoginForm(request.POST, request=request)
    if not form.is_valid():
        is_closed = code_of(form) in TOO_MANY
        return _told(request, context, "too-many" if is_closed else "wrong", 429 if is_closed else 422)
    return _answered(lambda: form.login(request, redirect_url=_after(request, wanted)))


def _answered(act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Give what a step of allauth's answers, by returning it or by raising it."""
    try:
        return act()
    except ImmediateHttpResponse as told:
        response: HttpResponseBase = told.response
        return response


def _after(request: ConsoleRequest, wanted: str) -> str:
    """Where one goes after the log-on: to what was kept, where something was."""
    return reverse("console:draft") if request.session.get("draft") else wanted


def _told(request: ConsoleRequest, context: dict[str, str], wrong: str, status: int) -> HttpResponseBase:
    return frame.page(request, _PAGE, {**context, "wrong": wrong}, status=status)


def second_factor(request: ConsoleRequest) -> HttpResponseBase:
    """The second factor after the password: a passkey, a code of the app, or one of the recovery codes."""
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None:
        return frame.see(reverse("account_login"))
    account, wrong, status = stage.login.user, "", 200
    if request.method == "POST":
        kind = AuthenticateForm if "code" in request.POST else AuthenticateWebAuthnForm
        form = kind(data=request.POST, user=account)
        if is_given(form):
            form.save()
            return _answered(stage.exit)
        wrong, status = ("too-many", 429) if code_of(form) in TOO_MANY else ("wrong", 422)
    return frame.page(
        request, _SECOND, factors_to_give(account) | {"wrong": wrong, "next": "", "action": request.path}, status=status
    )


def factors_to_give(account: object) -> dict[str, object]:
    """Give what a page needs on which a factor is given: which there are, and what a passkey is asked."""
    kinds = set(Authenticator.objects.filter(user=account).values_list("type", flat=True))
    options = passkeys.begin_authentication(account) if "webauthn" in kinds else None
    return {"kinds": kinds, "passkey": {"get": options} if options else None}


def passkey_options(request: ConsoleRequest) -> HttpResponseBase:
    """What any passkey of this place is asked, for a log-on without address and password."""
    if not ratelimit.consume(request, app="allauth.mfa", action="webauthn_login"):
        return JsonResponse({}, status=429)
    return JsonResponse(passkeys.begin_authentication(user=None))


def passkey(request: ConsoleRequest) -> HttpResponseBase:
    """Log on with a passkey alone: it is two factors, what one has and what unlocks it."""
    wanted = frame.own_path(request.POST.get("next"))
    context = {"next": wanted, "because": "", "wrong": ""}
    if not ratelimit.consume(request, app="allauth.mfa", action="webauthn_login"):
        return _told(request, context, "too-many", 429)
    form = LoginWebAuthnForm(data=request.POST)
    if not _must_be_unlocked() or not is_given(form):
        return _told(request, context, "passkey", 422)
    found = form.cleaned_data["credential"]
    login = Login(user=found.user, redirect_url=_after(request, wanted))
    return _answered(lambda: flows.perform_passwordless_login(request, found, login))


def _must_be_unlocked() -> bool:
    """Say whether the passkey is held to being unlocked: a challenge of the second step, where a password came first, asks for a touch only."""
    return (passkeys.get_state() or {}).get("user_verification") == "required"


def closed(request: ConsoleRequest) -> HttpResponseBase:
    """What is said to whoever's account was closed."""
    request.session.flush()
    return frame.see(reverse("account_login") + "?because=closed")


def lost(request: ConsoleRequest) -> HttpResponseBase:
    """What to do when password or factors are lost, stated plainly."""
    return frame.page(request, "console/accounts/lost.html", {})


_TOKEN = "<str:token>"  # noqa: S105  a route
DOORS: tuple[Door, ...] = (
    Door("log-on/", "account_login", log_on, is_known_to_allauth=True),
    Door("log-on/second-factor/", "mfa_authenticate", second_factor, is_known_to_allauth=True),
    Door("log-on/closed/", "account_inactive", closed, ("GET",), is_known_to_allauth=True),
    Door("log-on/passkey/", "log-on-passkey", passkey, ("POST",)),
    Door("log-on/passkey/options/", "log-on-passkey-options", passkey_options, ("POST",)),
    Door("log-on/lost/", "lost", lost, ("GET",)),
    Door(f"invitation/{_TOKEN}/", "invitation", entering.invitation),
    Door(f"way-back/{_TOKEN}/", "way-back", entering.way_back),
)
