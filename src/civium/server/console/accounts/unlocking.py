"""The act that lets somebody try again at once after too many failures: for the operator, on the server's machine."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.db import transaction

from civium.server.console.accounts.adapters import attempts_key
from civium.server.console.models import Account
from civium.server.initiatives import journal
from civium.server.initiatives.persons import Persons

_APP, _ACTION = "allauth.account", "login_failed"


def unlock(account: Account, by: Persons, *, now: datetime) -> None:
    """Forget the failures of an account, with its password and with its second factor; those of networks stay."""
    request = SimpleNamespace(user=None)
    for key in (attempts_key(account.email), f"mfa-auth-user-{account.pk}"):
        for rate in ratelimit.get_rates(app=_APP, action=_ACTION):
            if rate.per == "key":
                cache.delete(ratelimit.get_cache_key(request, app=_APP, action=_ACTION, rate=rate, key=key))
    with transaction.atomic():
        journal.record("log-on-unlocked", None, by, {"account": account.pk}, now=now)
