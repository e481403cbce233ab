"""What screens show of a message: its state in words, its texts, who gets which, how long it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from civium.errors import Misconfigured
from civium.law.periods import brussels_date
from civium.server.initiatives.proposals import open_proposals
from civium.server.site import languages, loading
from civium.server.site.words import words as site_words
from civium.server.supporters import message_mails, messages
from civium.server.supporters.mails import Place
from civium.server.supporters.tokens import write_token

if TYPE_CHECKING:
    from datetime import datetime

    from civium.server.console.screens import ConsoleRequest
    from civium.server.initiatives.models import Initiative, Proposal
    from civium.server.site.words import Words
    from civium.server.supporters.models import Message, MessageText

_NOBODYS_TOKEN = write_token(bytes(32))


def initiative_of(request: ConsoleRequest) -> Initiative:
    """Give the initiative of a screen that has one."""
    assert request.initiative is not None, "a screen of an initiative"
    return request.initiative


def place() -> Place:
    """Give where mails come from and lead to. Raises Misconfigured `mail-missing`."""
    if settings.CONFIG.mail is None:
        raise Misconfigured("mail-missing")
    return Place(settings.CONFIG.url, settings.CONFIG.mail.sender)


def state_words(_: Words) -> dict[str, str]:
    """Give a message's state in words."""
    return {"draft": _("Draft"), "sending": _("Being sent"), "stopped": _("Stopped"), "finished": _("Sent")}


def purpose_words(_: Words) -> dict[str, str]:
    """Give a message's purpose in words."""
    return {"news": _("News of this initiative"), "other": _("Other news of the organisers")}


def pace_choices(_: Words, readers: int) -> list[tuple[int, str]]:
    """Give the paces, each with the time that all readers take at it."""
    return [
        (pace, _("%(pace)s a minute: %(time)s in all", pace=f"{pace:,}", time=duration(_, -(-60 * readers // pace))))
        for pace in messages.PACES
    ]


def duration(_: Words, seconds: int) -> str:
    """Give a time in words: about as exactly as it can be known."""
    if seconds < 90:
        return _("about a minute")
    if seconds < 90 * 60:
        return _("about %(count)s minutes", count=round(seconds / 60))
    if seconds < 48 * 3600:
        return _("about %(count)s hours", count=round(seconds / 3600))
    return _("about %(count)s days", count=round(seconds / 86_400))


def proposal_of(message: Message, now: datetime) -> Proposal | None:
    """Give the proposal that waits for a second person to let this message leave."""
    found = open_proposals(message.initiative, now=now)
    return next((one for one in found if one.act == "message-sent" and one.facts.get("message") == message.number), None)


def body(message: Message, text: MessageText, reader: str, now: datetime) -> str | None:
    """Give all that a reader of a language sees under the subject; None while the initiative is not public."""
    initiative = loading.find(message.initiative.slug, brussels_date(now))
    if initiative is None:
        return None
    return message_mails.body(site_words(reader), initiative, text.text, _NOBODYS_TOKEN, place())


def context_of(request: ConsoleRequest, message: Message) -> dict[str, Any]:
    """Give what the screen of one message shows."""
    from civium.server.console import frame
    from civium.server.console.permissions import Permission

    _ = frame.words_of(request)
    texts = messages.texts_of(message)
    readers = messages.readers(message) if message.state != "finished" else ()
    told = messages.progress(message)
    return {
        "message": message,
        "state": state_words(_)[message.state],
        "purpose": purpose_words(_)[message.purpose],
        "texts": [(text, languages.own_name(code)) for code, text in texts.items()],
        "original": messages.original_language(message),
        "has_original": messages.original_language(message) in texts,
        "missing": [(code, languages.own_name(code)) for code in messages.languages_of(message.initiative) if code not in texts],
        "readers": [(languages.own_name(one.language), one.number, languages.own_name(one.text_language)) for one in readers],
        "reader_count": sum(one.number for one in readers),
        "progress": told,
        "time_left": duration(_, told.seconds_left) if told.seconds_left is not None else "",
        "time_in_all": duration(_, -(-60 * sum(one.number for one in readers) // message.a_minute)),
        "proposal": proposal_of(message, request.now),
        "may_propose": request.may(Permission.PROPOSE),
        "needs_two": message.initiative.deployment != "demonstration",
        "can_mail": settings.CONFIG.mail is not None,
        "own_name": languages.own_name,
    }
