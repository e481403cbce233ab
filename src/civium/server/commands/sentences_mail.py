"""What each error code of mail says to a person at the command line (sentences.py has the rules)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MAIL: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "address-malformed": ("this is no e-mail address that mail can be sent to", "name@example.org"),
        "mail-in-clear": (
            "mail would leave this machine unencrypted",
            "CIVIUM_MAIL_SECURITY starttls or tls; none is for a server on this machine",
        ),
        "mail-missing": ("no mail server is set", "docs/operators/mail.md"),
        "mail-not-taken": (
            "the mail server cannot be reached, or does not take the mail: {reply}",
            "civium mail test ADDRESS tries again; docs/operators/mail.md",
        ),
        "mail-password-unreadable": (
            "the file with the mail server's password cannot be read",
            "is CIVIUM_MAIL_PASSWORD_FILE the right file?",
        ),
        "mail-password-open-to-others": (
            "others can read the mail server's password",
            "chmod 600, or 640 with a group of its own",
        ),
        "mail-authorities-unreadable": (
            "the certificates of the mail server's authority cannot be read",
            "is CIVIUM_MAIL_CA_FILE the right file?",
        ),
    }
)
