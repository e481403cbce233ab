"""How allauth fits in here: nobody signs up, nothing leads elsewhere, addresses of the network are the proxies' to tell, secrets are sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from civium.server.console import frame
from civium.server.console.sealing import seal, unsealed
from civium.server.intake.limits import Limits

if TYPE_CHECKING:
    from django.http import HttpRequest

    from civium.server.console.models import Account

_FACTORS = b"civium console factors v1"
_FROM_HERE = "this machine"


def attempts_key(address: str) -> str:
    """Give the name under which an address's failures are counted."""
    return f"console:{address.strip().lower()}"


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """What allauth asks of accounts."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Nobody: accounts are made by invitations."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Say whether one may be led there: to paths of the console only."""
        return bool(url) and frame.own_path(url) == url

    def is_reauthentication_required(self, **_kwargs: Any) -> bool:
        """The gate asks for a fresh factor (Screen.fresh)."""
        return False

    def get_login_stages(self) -> list[str]:
        """The second factor, and nothing else."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Pages say what was done in our words."""

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """Letters are ours (accounts/letters.py)."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Tell the journal of a refused log-on to an account that there is."""
        from civium.server.console.accounts import hearing

        hearing.password_was_wrong(request, str(credentials.get("email", "")))

    def _get_login_attempts_cache_key(self, _request: HttpRequest | None, **credentials: Any) -> str:
        """Count the failures of an address wherever they come from; `civium console unlock` knows the same name."""
        return attempts_key(str(credentials.get("email", "")))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Give a name for the network that a request came from, as the intake's limits see it."""
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").encode("latin-1", "replace")
        scope = {"client": (request.META.get("REMOTE_ADDR", ""), 0), "headers": [(b"x-forwarded-for", forwarded)]}
        network = Limits(1, settings.CONFIG.proxies).network_of(scope)
        return _FROM_HERE if network is None else str(network)


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth asks of second factors."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the installation's host, whatever a request says it is."""
        return {"id": settings.CONFIG.host.partition(":")[0], "name": "Civium"}

    def get_public_key_credential_user_entity(self, user: Account) -> dict[str, Any]:
        """What an authenticator shows its owner."""
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.name, "name": user.email}

    def encrypt(self, text: str) -> str:
        """Seal a secret: the database, and backups of it, hold nothing that gives codes."""
        return seal(text, _FACTORS)

    def decrypt(self, encrypted_text: str) -> str:
        """Give the secret back."""
        return unsealed(encrypted_text, _FACTORS)
