"""Accepts the store as it is, where the file of signed heads was lost.

The rules are:
- two persons decide (one in a demonstration's installation), after they compared the store with public checkpoints and receipts;
- heads that are still noted must be continued by the store: this act never overrules `store-behind` or `store-forked`;
- the journal tells first, the file is written last: if a process is stopped between the two, the same act is run again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.errors import Refused
from civium.formats import merkle
from civium.server.initiatives import journal
from civium.server.initiatives.models import Installation
from civium.server.initiatives.persons import Persons, check_two_persons
from civium.server.publishing.signed_heads import SignedHead, SignedHeads, log_name, name_of, unnoted_heads
from civium.server.store.protocol import Head, Store


def lost_heads(store: Store, signed: SignedHeads, *, notices: str) -> tuple[Head, ...]:
    """Give the heads of logs that hold entries and are not noted.

    Raises Refused `heads-not-missing`, Misconfigured `store-behind`, `store-forked`.
    """
    heads = unnoted_heads(store, signed, notices=notices)
    if not heads:
        raise Refused("heads-not-missing")
    return heads


def accept_heads(store: Store, signed: SignedHeads, by: Persons, *, notices: str, now: datetime) -> tuple[Head, ...]:
    """Note the heads of all logs as the store has them, and give those that were missing.

    Raises Refused `second-person-missing`, `heads-not-missing`, Misconfigured `store-behind`, `store-forked`.
    """
    installation = Installation.objects.first()
    check_two_persons(installation.purpose if installation else "", by)
    heads = lost_heads(store, signed, notices=notices)
    with transaction.atomic():
        facts = {"logs": len(heads), "entries": sum(head.size for head in heads if head.log.collection)}
        journal.record("heads-accepted", None, by, facts, now=now)
    signed.raise_to(SignedHead(log_name(name_of(head.log)), head.size, merkle.root(head.frontier)) for head in heads)
    return heads
