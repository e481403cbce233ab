"""Duplicate tokens and proof of work of a collection: how much work is asked for, repeats after the end, the end of the keys.

The rules are:
- while collection runs, no number of repeats is given to anybody: it would tell who has signed (docs/spec/duplicate-token.md);
- keys are destroyed by two persons (one in a demonstration), after the end, and the journal says so;
- until every log that holds a statement was handed over, those persons must say that nothing is left to hand over or to type in.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from civium.errors import Refused
from civium.formats.challenge import LEAST_WORK_FOR_TOKENS, MOST_WORK
from civium.law.periods import brussels_date
from civium.server.initiatives import journal
from civium.server.initiatives.lifecycle import phase_of
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons, check_two_persons
from civium.server.initiatives.premises import Premises
from civium.server.publishing.notices import handed_over
from civium.server.store.protocol import Change, Head
from civium.server.tokens.choosing import tokens_for_command
from civium.server.tokens.keys import destroy_token_keys

# On average half of it is tried: a tenth of a second on a desktop, less than a second on an old phone.
USUAL_WORK = 200_000


def check_work(work: int, *, with_tokens: bool) -> None:
    """Check how much work may be asked for. Raises Refused `work-out-of-bounds`."""
    least = LEAST_WORK_FOR_TOKENS if with_tokens else 0
    if not least <= work <= MOST_WORK:
        raise Refused("work-out-of-bounds", least=least, most=MOST_WORK)


def public_key(premises: Premises, collection: bytes) -> bytes:
    """Give the public half of a collection's token key, made if there is none. Raises Refused `tokens-unavailable`, Misconfigured `token-key-*`."""
    with tokens_for_command(premises.keys_folder, premises.tokens_socket) as tokens:
        return tokens.public_key(collection)


def set_work(initiative: Initiative, premises: Premises, work: int, by: Persons, *, now: datetime) -> None:
    """Ask for more or less proof of work from now on. One person may: a flood does not wait. Raises Refused `not-live`, `work-out-of-bounds`."""
    identifier = live_collection(initiative).identifier
    kept = premises.store.collection(identifier)
    check_work(work, with_tokens=bool(kept.token_key))
    with transaction.atomic():
        journal.record("work-set", initiative, by, {"work": work}, now=now)
        premises.store.change_collection(identifier, Change(work=work), expected_version=kept.version)


def repeats(initiative: Initiative, premises: Premises, *, now: datetime) -> list[tuple[str, int, int]]:
    """Give (jurisdiction, received, repeats among them) of each log. Raises Refused `not-live`, `token-keys-in-use` before the end.

    A log and its successor are one here: whoever signed in both is a repeat.
    """
    collection = live_collection(initiative)
    _check_ended(initiative, now)
    logs: dict[tuple[str, str], list[Head]] = {}
    for head in premises.store.heads(collection.identifier):
        logs.setdefault((head.log.jurisdiction, head.log.channel), []).append(head)
    return [
        (jurisdiction, sum(head.received for head in heads), premises.store.repeats(*(head.log for head in heads)))
        for (jurisdiction, _), heads in logs.items()
    ]


def logs_to_hand_over(premises: Premises, collection: bytes) -> int:
    """Give how many logs hold statements that no authority has yet."""
    told = handed_over(premises.store)
    return sum(
        head.received > 0 and (collection, head.log.jurisdiction, head.log.channel) not in told
        for head in premises.store.heads(collection)
    )


def destroy_keys(
    initiative: Initiative, premises: Premises, keys_folder: Path, by: Persons, *, now: datetime, stated_left: int = 0
) -> None:
    """Destroy the keys of a collection's tokens and marks: from now on nobody can make or test one.

    `stated_left` is how many logs the persons say will never be handed over; the journal keeps it.
    Raises Refused `not-live`, `second-person-missing`, `token-keys-in-use` before the end, `token-keys-not-handed-over`, `token-keys-missing`.
    """
    collection = live_collection(initiative)
    check_two_persons(initiative.deployment, by)
    _check_ended(initiative, now)
    left = logs_to_hand_over(premises, collection.identifier)
    if left > stated_left:
        raise Refused("token-keys-not-handed-over", left=left)
    with transaction.atomic():
        facts = {"collection": collection.hex} | ({"left": left} if left else {})
        journal.record("token-keys-destroyed", initiative, by, facts, now=now)
        if not destroy_token_keys(keys_folder, collection.identifier):
            raise Refused("token-keys-missing")


def _check_ended(initiative: Initiative, now: datetime) -> None:
    if phase_of(initiative, today=brussels_date(now)) != "ended":
        raise Refused("token-keys-in-use")
