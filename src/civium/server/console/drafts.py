"""What somebody had typed when they were away too long: kept in their session, for them alone, until they are back and send it again.

The rules are:
- kept are the fields of a form that came from this site, never a file, a password or a code;
- it is shown to the same account only, on one screen, and goes when it is sent or thrown away, or with the session.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from civium.server.console.models import Account
    from civium.server.console.screens import ConsoleRequest

LARGEST = 65_536
_KEY = "draft"
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105  a field's name
_NEVER = ("password", "code", "credential", "token")


@dataclass(frozen=True, repr=False)
class Draft:
    """A form that was not taken: where it was sent, by whom, its fields."""

    path: str
    account: int
    fields: tuple[tuple[str, str], ...]


def taken(request: ConsoleRequest, account: Account) -> Draft | None:
    """Give the form of this request, None where there is none to keep."""
    if request.method != "POST" or int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return None
    fields = tuple(
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if isinstance(value, str) and name != _TOKEN and not any(word in name for word in _NEVER)
    )
    return Draft(request.path, account.pk, fields) if fields else None


def keep(request: ConsoleRequest, draft: Draft) -> None:
    """Put it into the session."""
    request.session[_KEY] = {"path": draft.path, "account": draft.account, "fields": [list(field) for field in draft.fields]}


def kept(request: ConsoleRequest) -> Draft | None:
    """Give what is kept for whoever is logged on."""
    found = request.session.get(_KEY)
    if not found or not request.user.is_authenticated or found["account"] != request.user.pk:
        return None
    return Draft(found["path"], found["account"], tuple((name, value) for name, value in found["fields"]))


def throw_away(request: ConsoleRequest) -> None:
    """Forget it."""
    request.session.pop(_KEY, None)


def sent(request: ConsoleRequest) -> None:
    """Forget it when its form arrives again."""
    if request.method == "POST" and request.session.get(_KEY, {}).get("path") == request.path:
        throw_away(request)
