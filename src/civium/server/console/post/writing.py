"""Writing: a new message, its texts, a trial to oneself, letting it leave, stopping it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from civium.errors import Refused
from civium.law.periods import brussels_date
from civium.server.console import frame
from civium.server.console.post import acts, shown
from civium.server.console.post.views import found
from civium.server.console.proposals import asking
from civium.server.site import languages, loading
from civium.server.site.words import words as site_words
from civium.server.supporters import message_mails, messages, proofs, smtp
from civium.server.supporters.addresses import fold, parse_address
from civium.server.supporters.models import LONGEST_SUBJECT, LONGEST_TEXT
from civium.server.supporters.tokens import stop_token, write_token

if TYPE_CHECKING:
    from django.http import HttpResponse

    from civium.server.console.screens import ConsoleRequest
    from civium.server.supporters.models import Message

_MESSAGE = "console/post/message.html"
_SETTINGS = "console/post/settings.html"
_TEXT = "console/post/text.html"
_SEND = "console/post/send.html"


def new(request: ConsoleRequest) -> HttpResponse:
    """Choose whom a new message goes to, and how fast it leaves."""
    initiative = shown.initiative_of(request)
    context = _choices(request, None)
    if request.method != "POST":
        return frame.page(request, _SETTINGS, context)
    try:
        made = messages.new_message(initiative, request.POST.get("purpose", ""), _pace(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, _SETTINGS, context)
    return _to_text(request, made, initiative.original_language)


def settings_of(request: ConsoleRequest, number: int) -> HttpResponse:
    """Choose again whom a draft goes to, and how fast."""
    message = found(request, number)
    if request.method != "POST":
        return frame.page(request, _SETTINGS, _choices(request, message))
    try:
        messages.change_settings(message, request.POST.get("purpose", ""), _pace(request))
    except Refused as error:
        return frame.refused(request, error, _SETTINGS, _choices(request, message))
    return frame.back(request, "post-message", number=number)


def text(request: ConsoleRequest, number: int) -> HttpResponse:
    """Write a draft in one language."""
    message = found(request, number)
    asked = request.POST if request.method == "POST" else request.GET
    language = asked.get("language", "")
    language = language if language in messages.languages_of(message.initiative) else messages.original_language(message)
    kept = messages.texts_of(message).get(language)
    context = {
        "message": message,
        "code": language,
        "name": languages.own_name(language),
        "is_original": language == messages.original_language(message),
        "subject": kept.subject if kept else "",
        "text": kept.text if kept else "",
        "is_there": kept is not None,
        "longest_subject": LONGEST_SUBJECT,
        "longest_text": LONGEST_TEXT,
    }
    if request.method != "POST":
        return frame.page(request, _TEXT, context)
    try:
        if "remove" in request.POST:
            messages.remove_text(message, language)
        else:
            messages.change_text(message, language, request.POST.get("subject", ""), request.POST.get("text", ""))
    except Refused as error:
        return frame.refused(request, error, _TEXT, context)
    return frame.back(request, "post-message", number=number)


def destroy(request: ConsoleRequest, number: int) -> HttpResponse:
    """Destroy a draft."""
    message = found(request, number)
    try:
        messages.destroy_draft(message)
    except Refused as error:
        return frame.refused(request, error, _MESSAGE, shown.context_of(request, message))
    _ = frame.words_of(request)
    frame.say(request, _("The draft is destroyed."))
    return frame.back(request, "post")


def test(request: ConsoleRequest, number: int) -> HttpResponse:
    """Send one copy to the address of whoever asks, and to no other."""
    message = found(request, number)
    try:
        _send_trial(request, message, request.POST.get("language", ""))
    except Refused as error:
        return frame.refused(request, error, _MESSAGE, shown.context_of(request, message))
    _ = frame.words_of(request)
    frame.say(request, _("The mail server took a copy for your own address. Look at it before you let the others leave."))
    return frame.back(request, "post-message", number=number)


def send(request: ConsoleRequest, number: int) -> HttpResponse:
    """Propose that a message leaves; a demonstration's leaves at once."""
    message = found(request, number)
    context = shown.context_of(request, message)
    try:
        addresses = _check_can_leave(message)
        if request.method == "POST":
            _propose(request, message, addresses)
            return frame.back(request, "post-message", number=number)
    except Refused as error:
        return frame.refused(request, error, _MESSAGE, context)
    return frame.page(request, _SEND, {**context, "sha256": messages.fingerprint(message)})


def stop(request: ConsoleRequest, number: int) -> HttpResponse:
    """Let no further copy leave."""
    message = found(request, number)
    try:
        messages.stop(message, frame.persons(request), now=request.now)
    except Refused as error:
        return frame.refused(request, error, _MESSAGE, shown.context_of(request, message))
    _ = frame.words_of(request)
    frame.say(request, _("Stopped. What the mail server took before is on its way; nothing else leaves."))
    return frame.back(request, "post-message", number=number)


def _check_can_leave(message: Message) -> int:
    """Give how many would get it. Raises Refused `mail-missing`, and what `check_ready` raises."""
    if settings.CONFIG.mail is None:
        raise Refused("mail-missing")
    return messages.check_ready(message)


def _propose(request: ConsoleRequest, message: Message, addresses: int) -> None:
    # What was read is what is proposed: somebody may have changed it since the page was shown.
    if request.POST.get("sha256", "") != messages.fingerprint(message):
        raise Refused("message-changed")
    outcome = asking.ask(request, acts.MESSAGE_SENT.name, acts.facts_of(message, addresses))
    _ = frame.words_of(request)
    if outcome is None:
        frame.say(request, _("It leaves now. In a demonstration one person is enough."))
    else:
        frame.say(request, _("Proposed. It leaves when a second person of your initiative has agreed."))


def _send_trial(request: ConsoleRequest, message: Message, language: str) -> None:
    """Hand one copy over now. Raises Refused `mail-missing`, `mail-not-taken`, `message-text-missing`, `not-live`."""
    config = settings.CONFIG
    written = messages.texts_of(message).get(language)
    if written is None:
        raise Refused("message-text-missing")
    if config.mail is None:
        raise Refused("mail-missing")
    initiative = loading.find(message.initiative.slug, brussels_date(request.now))
    if initiative is None:
        raise Refused("not-live")
    address = parse_address(request.account.email)
    stop_link = write_token(stop_token(initiative.slug, fold(address)))
    said = site_words(written.language)
    mail = message_mails.write_trial(said, initiative, written, address, stop_link, shown.place(), now=request.now)
    with smtp.connected(config.mail, config.host.partition(":")[0]) as connection:
        verdict = smtp.deliver(connection, config.mail, mail, address)
    if verdict is not smtp.Verdict.TAKEN:
        raise Refused("mail-not-taken", reply=verdict.value)


def _choices(request: ConsoleRequest, message: Message | None) -> dict[str, object]:
    _ = frame.words_of(request)
    agreed = proofs.agreements(shown.initiative_of(request))
    counts = {"news": agreed.news, "other": agreed.other_news}
    return {
        "message": message,
        "purposes": [(code, word, counts[code]) for code, word in shown.purpose_words(_).items()],
        "paces": shown.pace_choices(_, agreed.number),
        "purpose": message.purpose if message else "news",
        "pace": message.a_minute if message else messages.PACES[1],
    }


def _pace(request: ConsoleRequest) -> int:
    typed = request.POST.get("pace", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


def _to_text(request: ConsoleRequest, message: Message, language: str) -> HttpResponse:
    answer = frame.back(request, "post-text", number=message.number)
    answer["Location"] += f"?language={language}"
    return answer
