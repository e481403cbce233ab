"""The two links that let somebody in: an invitation, and the way back after a loss. Opening one does nothing; its button does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.http import HttpResponseBase

from civium.errors import Refused
from civium.server.console import frame
from civium.server.console.accounts import invitations, recovery
from civium.server.console.models import Account

if TYPE_CHECKING:
    from civium.server.console.screens import ConsoleRequest

_INVITED = "console/accounts/invitation.html"
_BACK = "console/accounts/way_back.html"


def invitation(request: ConsoleRequest, token: str) -> HttpResponseBase:
    """Take up a role: with a new account, or with the one that the address has."""
    try:
        found = invitations.find(token, now=request.now)
    except Refused:
        return frame.problem(request, 410, "link-over")
    has_account = Account.objects.filter(email=found.email).exists()
    context = {
        "invited": found,
        "title": frame.title_of(found.initiative) if found.initiative else "",
        "has_account": has_account,
        "is_logged_on": request.user.is_authenticated,
        "own_path": request.path,
    }
    if request.method != "POST":
        return frame.page(request, _INVITED, context)
    try:
        if has_account:
            return _joined(request, token, context)
        return _made(request, token)
    except Refused as error:
        if error.code == "password-weak":
            return frame.mend(request, {"password": weak(request)}, _INVITED, context)
        if error.code == "person-malformed":
            return frame.mend(
                request,
                {"name": frame.words_of(request)("Write your name, without brackets, in at most 60 letters")},
                _INVITED,
                context,
            )
        return frame.refused(request, error, _INVITED, context)


def weak(request: ConsoleRequest) -> str:
    """Say what a password must be."""
    return frame.words_of(request)("Choose another: at least 12 characters, not one that many people use, and not your own name")


def _joined(request: ConsoleRequest, token: str, context: dict[str, object]) -> HttpResponseBase:
    if not request.user.is_authenticated or not request.session.get("second_factor_at"):
        return frame.to_log_on(request, back_to=request.path)
    taken = invitations.accept_with(token, request.account, now=request.now)
    del context
    return frame.see(frame.path_of(request, "home")) if taken is not None else frame.see(frame.ROOT)


def _made(request: ConsoleRequest, token: str) -> HttpResponseBase:
    account = invitations.accept_anew(token, request.POST.get("name", ""), request.POST.get("password", ""), now=request.now)
    return _entered(request, account)


def _entered(request: ConsoleRequest, account: Account) -> HttpResponseBase:
    """Log on whoever just chose a password, in a session of their own; the gate leads to the second factor."""
    request.session.flush()
    get_adapter(request).login(request, account)
    return frame.see(frame.path_of(request, "factors"))


def way_back(request: ConsoleRequest, token: str) -> HttpResponseBase:
    """Choose a new password after others vouched for one; old factors and sessions end."""
    try:
        found = recovery.find(token, now=request.now)
    except Refused:
        return frame.problem(request, 410, "link-over")
    if request.method != "POST":
        return frame.page(request, _BACK, {"name": found.account.name})
    try:
        account = recovery.go_back(token, request.POST.get("password", ""), now=request.now)
    except Refused as error:
        if error.code != "password-weak":
            return frame.refused(request, error, _BACK, {"name": found.account.name})
        return frame.mend(request, {"password": weak(request)}, _BACK, {"name": found.account.name})
    return _entered(request, account)
