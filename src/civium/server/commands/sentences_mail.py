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
        "message-changed": ("the message was changed after it was agreed to", "read it again, and propose it again"),
        "message-language": ("this is none of the 24 languages", "choose a language of the list"),
        "message-nobody": (
            "nobody would get this message",
            "it goes to those who confirmed their address and agreed to its purpose",
        ),
        "message-not-a-draft": ("this message is no draft any more, and stays as it is", "write a new one"),
        "message-not-sending": ("this message is not being sent", "nothing needs to be stopped"),
        "message-pace": ("this is no pace of the list", "choose how many leave in a minute"),
        "message-purpose": ("a message is news of this initiative, or other news", "choose which of both its readers agreed to"),
        "message-subject": (
            "the subject is empty, longer than {longest} characters, or more than one line",
            "write one plain line",
        ),
        "message-text": (
            "the text is empty, or longer than {longest} characters",
            "write it shorter; a link can lead to the rest",
        ),
        "message-text-missing": (
            "the message is not there in the initiative's original language",
            "write it: whoever reads a language without a text gets the original",
        ),
        "message-unknown": ("this initiative has no message of this number", "look at the list of messages"),
        "messages-many": ("an initiative can have {most} messages", "send what is written"),
    }
)
