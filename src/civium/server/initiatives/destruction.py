"""Destroys one statement by its identifier: the envelope goes for ever, the leaf record stays and the public count tells.

The rules are:
- two persons decide (one in a demonstration), for a reason from a closed set: free text would invite what must not be written down;
- under a legal hold what was "made for a test" stays: who may want it is the court's to say (check_cause);
- the journal says which entry of which log, never what was in it.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from civium.errors import Refused
from civium.server.initiatives import journal
from civium.server.initiatives.holds import check_not_held
from civium.server.initiatives.manifests import live_collection
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.persons import Persons, check_two_persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.setup import pages_changed
from civium.server.store.protocol import Log, Store

MADE_FOR_A_TEST = "made-for-a-test"
CAUSES = ("asked-by-signatory", "ordered-by-authority", MADE_FOR_A_TEST)
REASON = "destroyed-by-organisers"


def destroy_statement(
    initiative: Initiative, premises: Premises, identifier: str, cause: str, by: Persons, *, now: datetime
) -> tuple[Log, int]:
    """Destroy the statement of this identifier in this initiative, and give its log and index.

    Raises Refused `not-live`, `second-person-missing`, `cause-unknown`, `hold-in-force`, `identifier-malformed`, `unknown-entry`, `already-destroyed`.
    """
    collection = live_collection(initiative)
    check_two_persons(initiative.deployment, by)
    check_cause(initiative, cause)
    log, index = find_entry(premises.store, collection.identifier, parse_identifier(identifier))
    facts = {**_place(log, index), "cause": cause}
    if _is_told(initiative, premises.store, log, index):
        raise Refused("already-destroyed")
    with transaction.atomic():
        journal.record("statement-destroyed", initiative, by, facts, now=now)
        pages_changed(initiative)
        premises.store.destroy_body(log, index, reason=REASON)
    return log, index


def check_cause(initiative: Initiative, cause: str) -> None:
    """Check that statements may be destroyed for this cause now. Raises Refused `cause-unknown`, `hold-in-force`."""
    if cause not in CAUSES:
        raise Refused("cause-unknown")
    if cause == MADE_FOR_A_TEST:
        check_not_held(initiative)


def _is_told(initiative: Initiative, store: Store, log: Log, index: int) -> bool:
    """Say whether an entry is destroyed and was told of: by the log alone if its signatory did it, in the journal if organisers did.

    A process that was stopped after the store's commit has destroyed and not told: the act is run again, and tells.
    """
    reason = store.reason(log, index)
    if reason != REASON:
        return reason is not None
    place = _place(log, index)
    told = initiative.journal.filter(act="statement-destroyed").values_list("facts", flat=True)
    return any({"generation": 1, **place}.items() <= {"generation": 1, **facts}.items() for facts in told)


def _place(log: Log, index: int) -> dict[str, Any]:
    """Name an entry for the journal; a log's first generation needs no number."""
    generation = {"generation": log.generation} if log.generation > 1 else {}
    return {"jurisdiction": log.jurisdiction, "channel": log.channel, "index": index, **generation}


def parse_identifier(text: str) -> uuid.UUID:
    """Give the identifier a person typed or pasted. Raises Refused `identifier-malformed`."""
    try:
        parsed = uuid.UUID(text.strip())
    except ValueError:
        raise Refused("identifier-malformed") from None
    if parsed.version != 8:
        raise Refused("identifier-malformed")
    return parsed


def find_entry(store: Store, collection: bytes, identifier: uuid.UUID) -> tuple[Log, int]:
    """Give the log and index of an entry of this collection. Raises Refused `unknown-entry`."""
    found = store.find_identifier(collection, identifier)
    if not found:
        raise Refused("unknown-entry")
    return found[0]
