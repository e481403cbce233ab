"""What the codes of accounts and roles say, at the command line and on screens."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CONSOLE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "account-exists": ("this address has an account already", "log on with it, and open the invitation again"),
        "already-member": ("this address belongs to somebody who is in already", "change their role instead"),
        "has-managers": ("this initiative has people who manage it: they invite, not the operator", "ask them"),
        "last-manager": (
            "nobody else could manage the people of this initiative then",
            "make somebody else representative, substitute or mandated person first",
        ),
        "last-operator": ("this is the last operator, and one must stay", "invite another operator first"),
        "link-of-another": ("this invitation was sent to another address", "log off, then open the link again"),
        "link-over": ("this link was used, withdrawn, or is too old", "ask whoever sent it for another"),
        "not-allowed": ("the role does not allow this", "ask whoever manages the people of the initiative"),
        "operators-only": ("this way back is for operators; others are vouched for in the console", "docs/operators/console.md"),
        "own-way-back": ("nobody vouches for themselves", "two others of the initiative do"),
        "password-weak": ("this password is short, usual, or one's own name", "at least 12 characters"),
        "role-new": (
            "you have your role here since less than a day, and statements are being received",
            "others can see first that you are here; 24 hours after you got your role you can",
        ),
        "role-taken": (
            "{most} at most hold the role {role} here, or are invited to it",
            "remove or change them first, or withdraw the invitation",
        ),
        "role-unknown": ("there is no such role here", "docs/console.md lists the roles"),
        "vouched-already": (
            "you vouched for this person already, or enough others did",
            "another person must; the operator is a third",
        ),
        "way-back-waits": ("the 24 hours are not over, or not all three agreed yet", "come back then"),
        "account-unknown": ("no account has this address", "civium console people lists them"),
    }
)
