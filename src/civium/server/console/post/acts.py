"""The act that two persons agree to: a message leaves. What the second one is shown, and what is then done."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from civium.server.initiatives.proposals import Act, Facts
from civium.server.site.languages import own_name
from civium.server.supporters import messages

if TYPE_CHECKING:
    from civium.server.initiatives.models import Initiative
    from civium.server.initiatives.persons import Persons
    from civium.server.initiatives.premises import Premises
    from civium.server.supporters.models import Message

_PURPOSES = {"news": "news of this initiative", "other": "other news of the organisers"}


def facts_of(message: Message, addresses: int) -> dict[str, Any]:
    """Give what the second person is shown and what the message is held to."""
    texts = messages.texts_of(message)
    return {
        "message": message.number,
        "subject": texts[messages.original_language(message)].subject,
        "purpose": message.purpose,
        "languages": sorted(texts),
        "addresses": addresses,
        "a_minute": message.a_minute,
        "sha256": messages.fingerprint(message),
    }


def _people(number: int) -> str:
    return "one person" if number == 1 else f"about {number:,} people"


def _sentence(facts: Facts) -> str:
    written_in = ", ".join(own_name(code) for code in facts["languages"])
    return (
        f"Send message {facts['message']}, “{facts['subject']}”, to {_people(facts['addresses'])} who agreed to "
        f"{_PURPOSES[facts['purpose']]}. It is written in: {written_in}. At most {facts['a_minute']:,} leave in a minute. "
        f"Read it before you agree: E-mail, message {facts['message']}. If a word is changed after it was proposed, it does not leave. "
        "What has left cannot be taken back."
    )


def _apply(initiative: Initiative, premises: Premises, by: Persons, facts: Facts, now: datetime) -> None:
    del premises  # nothing of a collection is touched
    messages.begin(messages.find_message(initiative, int(facts["message"])), str(facts["sha256"]), by, now=now)


MESSAGE_SENT = Act(name="message-sent", sentence=_sentence, apply=_apply, title="Send a message to those who agreed")
