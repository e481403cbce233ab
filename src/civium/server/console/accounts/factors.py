"""Second factors: chosen, added, given again, taken away; and the recovery codes, which are shown once.

The rules are:
- the first factor is chosen right after the password, and nothing else is reached before it;
- one factor always stays; who adds or removes one gave one within the last quarter of an hour;
- the secret of an app is sealed before it is kept; what allauth says is not repeated, only the code of what it refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import ReauthenticateForm
from allauth.mfa.base.internal.flows import delete_and_cleanup
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows as codes
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal import flows as apps
from allauth.mfa.webauthn.forms import AddWebAuthnForm, ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as passkeys
from allauth.mfa.webauthn.internal import flows as keys
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from markupsafe import Markup

from civium.server.console import frame
from civium.server.console.accounts.doors import TOO_MANY, code_of, factors_to_give, is_given
from civium.server.site import qr

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest

_LONGEST_LABEL = 40


def choose(request: ConsoleRequest) -> HttpResponseBase:
    """Offer the kinds of factors, with what each is good for."""
    has_some = _of(request).exists()
    return frame.page(request, "console/accounts/factors.html", {"has_some": has_some})


def add_app(request: ConsoleRequest) -> HttpResponseBase:
    """Add an authenticator app: its secret as a QR code and in letters, then a code of it."""
    if _of(request).filter(type="totp").exists():
        frame.say(
            request, frame.words_of(request)("You have an authenticator app already. Remove it first if you have another now.")
        )
        return frame.back(request, "account")
    form = ActivateTOTPForm(request.POST if request.method == "POST" else None, user=request.account)
    wrong, status = "", 200
    if request.method == "POST":
        if is_given(form):
            apps.activate_totp(request, form)
            return _added(request)
        wrong, status = ("too-many", 429) if code_of(form) in TOO_MANY else ("wrong", 422)
    address = get_adapter().build_totp_url(request.account, form.secret)
    said = frame.words_of(request)("QR code for your authenticator app")
    secret = " ".join(form.secret[start : start + 4] for start in range(0, len(form.secret), 4))
    # Our own drawing of our own address: nothing in it came from outside but the account's address, which it encodes.
    drawn = Markup(qr.svg(address, said).decode())  # noqa: S704
    return frame.page(
        request,
        "console/accounts/add_app.html",
        {"code": drawn, "secret": secret, "app_link": address, "wrong": wrong},
        status=status,
    )


def add_passkey(request: ConsoleRequest) -> HttpResponseBase:
    """Add a passkey: made by the browser with the device, a telephone or a security key."""
    wrong, status = "", 200
    if request.method == "POST":
        posted = request.POST.copy()
        posted["passwordless"] = "on"
        posted["name"] = (" ".join(posted.get("name", "").split()) or frame.words_of(request)("Passkey"))[:_LONGEST_LABEL]
        form = AddWebAuthnForm(posted, user=request.account)
        if is_given(form):
            with transaction.atomic():
                keys.add_authenticator(request, name=form.cleaned_data["name"], credential=form.cleaned_data["credential"])
            return _added(request)
        wrong, status = "wrong", 422
    options = passkeys.begin_registration(request.account, True)
    return frame.page(
        request, "console/accounts/add_passkey.html", {"passkey": {"create": options}, "wrong": wrong}, status=status
    )


def _added(request: ConsoleRequest) -> HttpResponseBase:
    """After the first factor the recovery codes, which are shown once; after another, the account."""
    made = Authenticator.objects.filter(user=request.account, type="recovery_codes").first()
    if made is not None and not made.wrap().did_view:
        return frame.back(request, "recovery-codes")
    frame.say(request, frame.words_of(request)("It is added."))
    return frame.back(request, "account")


def recovery_codes(request: ConsoleRequest) -> HttpResponseBase:
    """Show new codes, once; make new ones, which end the old."""
    if request.method == "POST":
        codes.generate_recovery_codes(request)
        return frame.back(request, "recovery-codes")
    found, can_view = codes.view_recovery_codes(request)
    shown = found.get_unused_codes() if found is not None and can_view else []
    left = len(found.get_unused_codes()) if found is not None else 0
    return frame.page(request, "console/accounts/recovery_codes.html", {"codes": shown, "left": left})


def remove(request: ConsoleRequest, key: int) -> HttpResponseBase:
    """Remove a factor, but never the last."""
    found = get_object_or_404(_of(request), pk=key)
    if _of(request).count() == 1:
        frame.say(request, frame.words_of(request)("This is your only one. Add another first; then you can remove it."))
        return frame.back(request, "account")
    with transaction.atomic():
        delete_and_cleanup(request, found)
    frame.say(request, frame.words_of(request)("It is removed. It opens nothing here any more."))
    return frame.back(request, "account")


def confirm(request: ConsoleRequest) -> HttpResponseBase:
    """Give the second factor again, before something that cannot be undone."""
    wanted = frame.own_path(request.POST.get("next") or request.GET.get("next"))
    wrong, status = "", 200
    if request.method == "POST":
        kind = ReauthenticateForm if "code" in request.POST else ReauthenticateWebAuthnForm
        form = kind(data=request.POST, user=request.account)
        if is_given(form):
            form.save()
            return frame.see(wanted)
        wrong, status = ("too-many", 429) if code_of(form) in TOO_MANY else ("wrong", 422)
    context = factors_to_give(request.account) | {"wrong": wrong, "next": wanted, "action": request.path}
    return frame.page(request, "console/accounts/second_factor.html", context, status=status)


def _of(request: ConsoleRequest):  # type: ignore[no-untyped-def]  # allauth's models have no types
    return Authenticator.objects.filter(user=request.account).exclude(type="recovery_codes")
