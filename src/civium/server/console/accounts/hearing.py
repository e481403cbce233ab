"""What allauth and Django say of log-ons and factors, as the session and the journal need it. No address is in either.

The rules are:
- a session knows when, and by whom, a second factor was given last; without it the gate lets nobody further than enrolment;
- the journal names whoever acted; a refused log-on names the account that was tried by its number, as nobody knows who tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as factors
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.db import transaction

from civium.server.console.sessions import SessionStore, device_of
from civium.server.initiatives import journal
from civium.server.initiatives.persons import Persons

if TYPE_CHECKING:
    from django.http import HttpRequest

    from civium.server.console.models import Account

_KINDS = {"totp": "authenticator-app", "webauthn": "passkey", "recovery_codes": "recovery-code"}
NOBODY = Persons(())


def listen() -> None:
    """Hear the signals, each once."""
    name = "civium console"
    user_logged_in.connect(_logged_on, dispatch_uid=name)
    factors.authenticator_used.connect(_factor_used, dispatch_uid=name)
    factors.authenticator_added.connect(_factor_added, dispatch_uid=name)
    factors.authenticator_removed.connect(_factor_removed, dispatch_uid=name)
    factors.authenticator_reset.connect(_codes_made, dispatch_uid=name)
    factors.authentication_failed.connect(_factor_refused, dispatch_uid=name)


def note(request: HttpRequest, act: str, account: Account, **facts: Any) -> None:
    """Tell the journal what an account's owner did with it."""
    with transaction.atomic():
        journal.record(act, None, Persons((account.name,)), {"account": account.pk, **facts}, now=request.now)  # type: ignore[attr-defined]


def password_was_wrong(request: HttpRequest, address: str) -> None:
    """Tell the journal of a wrong password, where there is such an account; of others nothing is kept."""
    from civium.server.console.models import Account

    found = Account.objects.filter(email=address.strip().lower()).first()
    if found is None:
        # As long as a line in the journal takes: who waits for the answer learns nothing from how long they wait.
        cache.set("console: nobody has this address", 1, 60)
        return
    _refused(request, found, "password")


def _logged_on(request: HttpRequest, user: Account, **_: Any) -> None:
    moment = request.now.timestamp()  # type: ignore[attr-defined]
    # What is over opens nothing, but holds what was typed (drafts) and when somebody was here.
    SessionStore.clear_expired()
    session = request.session
    session["seen_at"] = session["started_at"] = moment
    session["device"] = device_of(request.headers.get("User-Agent", ""))
    used = [record for record in get_authentication_records(request, user) if record.get("method") == "mfa"]
    session.pop("second_factor_at", None)
    if used:
        session["second_factor_at"] = moment
    note(request, "logged-on", user, **{"with": _KINDS.get(str(used[-1].get("type")), "password") if used else "password"})


def _factor_used(request: HttpRequest, user: Account, authenticator: Any, reauthenticated: bool, **_: Any) -> None:
    if reauthenticated and request.user == user:
        request.session["second_factor_at"] = request.now.timestamp()  # type: ignore[attr-defined]
    if authenticator.type == "recovery_codes":
        note(request, "recovery-code-used", user, left=len(authenticator.wrap().get_unused_codes()))


def _factor_added(request: HttpRequest, user: Account, authenticator: Any, **_: Any) -> None:
    if authenticator.type == "recovery_codes":
        note(request, "recovery-codes-made", user)
        return
    if request.user == user:
        request.session["second_factor_at"] = request.now.timestamp()  # type: ignore[attr-defined]
    note(request, "factor-added", user, kind=_KINDS[authenticator.type])


def _factor_removed(request: HttpRequest, user: Account, authenticator: Any, **_: Any) -> None:
    note(request, "factor-removed", user, kind=_KINDS[authenticator.type])


def _codes_made(request: HttpRequest, user: Account, **_: Any) -> None:
    note(request, "recovery-codes-made", user)


def _factor_refused(request: HttpRequest, user: Account, authenticator: Any, **_: Any) -> None:
    _refused(request, user, _KINDS[authenticator.type])


def _refused(request: HttpRequest, account: Account, factor: str) -> None:
    with transaction.atomic():
        journal.record("log-on-refused", None, NOBODY, {"account": account.pk, "factor": factor}, now=request.now)  # type: ignore[attr-defined]
