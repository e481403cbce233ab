"""Hands mail over to the operator's mail server: connects, secures, logs on, and tells what became of each mail.

The rules are:
- what was set to be secured is secured or not sent: a server that offers no TLS gets nothing;
- a certificate must be the server's, by the system's authorities or the operator's own;
- what a server answers stays here: a verdict leaves, or a number, never its words.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from civium.errors import Misconfigured, Refused

if TYPE_CHECKING:
    from email.message import EmailMessage

    from civium.server.mail_server import MailServer

_SECONDS = 20.0
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
_TAKEN = (250, 251)
_CLOSING = 421  # RFC 5321, 3.8: the server ends the connection; nothing was taken
# RFC 5321, 4.2.3: the mailbox is not there, is not local, or its name cannot be.
_NO_SUCH_MAILBOX = (550, 551, 553)
_POLICY = b"5.7."  # RFC 3463: not the mailbox but what may be done; that is ours or the operator's to mend


def wait_after(tries: int) -> timedelta:
    """Give how long a mail waits that was not taken, after so many tries before: a minute at first, twice as long each time, an hour at most."""
    return min(_FIRST_WAIT * 2 ** min(tries, 10), _LONGEST_WAIT)


class Verdict(Enum):
    """What became of a mail."""

    TAKEN = "taken"
    LATER = "later"
    NEVER = "never"
    UNSURE = "unsure"


@contextmanager
def connected(server: MailServer, own_name: str) -> Iterator[smtplib.SMTP]:
    """Give a connection, secured and logged on. Raises Refused `mail-not-taken`, Misconfigured `mail-password-*`, `mail-authorities-unreadable`."""
    password = server.password() if server.user else ""
    try:
        context = ssl.create_default_context(cafile=server.authorities_path) if server.security != "none" else None
    except OSError:
        raise Misconfigured("mail-authorities-unreadable") from None
    try:
        connection = _open(server, own_name, context)
    except (OSError, smtplib.SMTPException) as error:
        raise Refused("mail-not-taken", reply=_reply_of(error)) from None
    try:
        _log_on(connection, server, password, context)
        yield connection
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()
        connection.close()


def deliver(connection: smtplib.SMTP, server: MailServer, mail: EmailMessage, recipient: str) -> Verdict:
    """Hand over one mail and give what became of it. Raises Refused `mail-not-taken` if the connection is of no more use."""
    try:
        connection.send_message(mail, from_addr=server.sender, to_addrs=[recipient])
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        return _verdict_of(code, words)
    except smtplib.SMTPServerDisconnected as error:
        raise Refused("mail-not-taken", reply=_reply_of(error)) from None
    except (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError):
        return Verdict.LATER
    except (OSError, smtplib.SMTPException) as error:
        raise Refused("mail-not-taken", reply=_reply_of(error)) from None
    return Verdict.TAKEN


def hand_over(connection: smtplib.SMTP, server: MailServer, mail: EmailMessage, recipient: str) -> Verdict:
    """Hand over one mail that must not come twice: UNSURE where the connection broke after its last byte may have left.

    Raises Refused `mail-not-taken` if the connection broke before: nothing was sent.
    """
    raw = mail.as_bytes()
    try:
        connection.ehlo_or_helo_if_needed()
        for code, words in _commands(connection, server, recipient):
            if code == _CLOSING:
                raise Refused("mail-not-taken", reply=code)
            if code not in _TAKEN:
                connection.rset()
                return _verdict_of(code, words)
    except (OSError, smtplib.SMTPException) as error:
        raise Refused("mail-not-taken", reply=_reply_of(error)) from None
    try:
        code, _ = connection.data(raw)
    except smtplib.SMTPDataError:
        return Verdict.LATER
    except (OSError, smtplib.SMTPException):
        connection.close()
        return Verdict.UNSURE
    return Verdict.TAKEN if code in _TAKEN else Verdict.LATER


def _commands(connection: smtplib.SMTP, server: MailServer, recipient: str) -> Iterator[tuple[int, bytes]]:
    code, words = connection.mail(server.sender)
    # Of the sender only the operator can mend something: never a word about the mailbox.
    yield (code if code in (*_TAKEN, _CLOSING) else 450), words
    yield connection.rcpt(recipient)


def _verdict_of(code: int, words: bytes) -> Verdict:
    return Verdict.NEVER if code in _NO_SUCH_MAILBOX and not words.strip().startswith(_POLICY) else Verdict.LATER


def _open(server: MailServer, own_name: str, context: ssl.SSLContext | None) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, local_hostname=own_name, timeout=_SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, local_hostname=own_name, timeout=_SECONDS)


def _log_on(connection: smtplib.SMTP, server: MailServer, password: str, context: ssl.SSLContext | None) -> None:
    try:
        if server.security == "starttls":
            connection.starttls(context=context)
        if server.user:
            connection.login(server.user, password)
    except (OSError, smtplib.SMTPException) as error:
        raise Refused("mail-not-taken", reply=_reply_of(error)) from None


def _reply_of(error: Exception) -> int | str:
    """Give what can be told of an error: the server's number, or its kind."""
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "not-offered"
    if isinstance(error, ssl.SSLError):
        return "not-secured"
    return "timed-out" if isinstance(error, TimeoutError) else "unreachable"
