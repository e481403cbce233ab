"""Letters that came back: what a mail server refused for good, and the reports that arrive in the sender's mailbox (RFC 3464).

The rules are:
- a report counts only if it brings back the headers of a mail of ours with the link that stops it: nobody else can make one,
  and no address is looked for;
- an address whose owner confirmed it goes when two different messages came back for good; one that nobody confirmed, at once;
- a full mailbox, a policy (5.7) or a delay takes nobody out;
- what a report says stays here: numbers leave, never its words.
"""

from __future__ import annotations

import mailbox
import re
from email import message_from_bytes, policy
from email.errors import MessageError
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from civium.errors import Refused
from civium.server.supporters.asking import overwrite_what_goes
from civium.server.supporters.message_mails import MESSAGE_ID
from civium.server.supporters.models import Message, Subscription, Unconfirmed
from civium.server.supporters.tokens import read_token, token_hash

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message as Mail

_LARGEST = 1_048_576  # of one report; servers send headers, or a whole letter, which has 20,000 characters at most
_GOES_AFTER = 2
_BY_ITSELF = 0  # in place of a message's number: a mail that this site wrote by itself
# RFC 3463: the mailbox or its host is not there (5.1), or takes nothing any more (5.2.0, 5.2.1); not: full, too large, not allowed.
_FOR_GOOD = re.compile(r"5\.(?:1\.\d{1,3}|2\.[01])\b")
_STOP_LINK = re.compile(r"/[a-z]{2}/i/(?P<slug>[a-z0-9-]{1,64})/stop/(?P<token>[A-Za-z0-9_-]{43})")


class Outcome(Enum):
    """What became of one report."""

    NOT_OURS = "not-ours"
    PASSING = "passing"
    COUNTED = "counted"
    DESTROYED = "destroyed"


def note_return(subscription: Subscription, message: int) -> bool:
    """Count a message that came back for good; destroy the address with the second. True where it was destroyed.

    Within a transaction that overwrites what goes.
    """
    if subscription.returned_message == message:
        return False
    if subscription.returned + 1 >= _GOES_AFTER:
        subscription.delete()
        return True
    Subscription.objects.filter(pk=subscription.pk).update(returned=F("returned") + 1, returned_message=message)
    return False


def take_report(raw: bytes) -> Outcome:
    """Read one mail of the sender's mailbox, and act on it if it proves that a mail of ours came back for good."""
    try:
        report = message_from_bytes(raw, policy=policy.compat32)
        original = _original(report)
        statuses = list(_statuses(report))
    except (MessageError, ValueError, LookupError, RecursionError):  # the parser goes as deep as a mail is nested
        return Outcome.NOT_OURS
    link = _STOP_LINK.search(str(original.get("List-Unsubscribe", ""))) if original is not None else None
    token = read_token(link["token"]) if link else None
    if original is None or link is None or token is None or not statuses:
        return Outcome.NOT_OURS
    if not any(_FOR_GOOD.match(status) for status in statuses):
        return Outcome.PASSING
    named = MESSAGE_ID.search(str(original.get("Message-ID", "")))
    return _act(link["slug"], token, int(named["message"]) if named else _BY_ITSELF)


def reports_in(path: Path) -> Iterator[bytes]:
    """Give the mails of a file: a mailbox (mbox), a folder (Maildir, or files), or one mail. Raises Refused `file-missing`."""
    try:
        if path.is_dir():
            for file in sorted(one for one in path.rglob("*") if one.is_file()):
                yield from _one(file)
            return
        with path.open("rb") as stream:
            is_mbox = stream.read(5) == b"From "
        if not is_mbox:
            yield from _one(path)
            return
    except OSError:
        raise Refused("file-missing") from None
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            with box.get_file(key) as stream:
                raw = stream.read(_LARGEST + 1)
            if len(raw) <= _LARGEST:
                yield raw
    finally:
        box.close()


def _one(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        raw = stream.read(_LARGEST + 1)
    if len(raw) <= _LARGEST:
        yield raw


def _act(slug: str, token: bytes, message: int) -> Outcome:
    with transaction.atomic():
        overwrite_what_goes()
        of_token = {"initiative__slug": slug, "stop_hash": token_hash(token)}
        unconfirmed, _ = Unconfirmed.objects.filter(**of_token).delete()
        subscription = Subscription.objects.select_for_update().filter(**of_token).first()
        if subscription is None:
            return Outcome.DESTROYED if unconfirmed else Outcome.COUNTED
        if message != _BY_ITSELF and subscription.returned_message != message:
            Message.objects.filter(pk=message, initiative=subscription.initiative_id).update(returned=F("returned") + 1)
        return Outcome.DESTROYED if note_return(subscription, message) else Outcome.COUNTED


def _statuses(report: Mail) -> Iterator[str]:
    """Give the statuses of those whom a mail could not reach (RFC 3464, 2.3)."""
    if report.get_content_type() != "multipart/report" or not report.is_multipart():
        return
    for part in report.get_payload():
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for block in part.get_payload():
            if str(block.get("Action", "")).strip().lower() == "failed":
                yield str(block.get("Status", "")).strip()


def _original(report: Mail) -> Mail | None:
    """Give the mail that came back, or its headers (RFC 6522, 3)."""
    if not report.is_multipart():
        return None
    for part in report.get_payload():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            found: Mail = part.get_payload(0)
            return found
        if kind == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            return message_from_bytes(content, policy=policy.compat32) if isinstance(content, bytes) else None
    return None
