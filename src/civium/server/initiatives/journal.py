"""The journal: who did what and when, each entry bound to the one before by its hash.

The rules are:
- an entry is written in the transaction of the act it tells of: both are there or neither;
- persons are those who act for the organisers; never anything of a signatory (an identifier of a destroyed statement is not personal);
- entries are never changed or removed; the database refuses it, and the chain would show it;
- what the chain alone does not show, entries that are missing at its end or a chain made anew, a copy shows that was taken away before.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db import connection

from civium.errors import Refused, Untrusted
from civium.formats import canonical
from civium.server.initiatives.models import Initiative, JournalEntry
from civium.server.initiatives.persons import Persons

_LABEL = "journal v1"
_START = bytes(32)
_TURN = 0x4349564A  # "CIVJ"


def record(act: str, initiative: Initiative | None, persons: Persons, facts: dict[str, Any], *, now: datetime) -> JournalEntry:
    """Append one entry, inside the transaction of the act it tells of."""
    assert connection.in_atomic_block, "an entry belongs to the transaction of its act"
    if initiative is not None:
        # Always before the journal's turn: two acts that took the one in this and the other in that order would wait for each other.
        take_turn(initiative)
    take_turn(None)
    last = JournalEntry.objects.order_by("-number").first()
    number, previous = (last.number + 1, bytes(last.sha256)) if last else (1, _START)
    entry = JournalEntry(
        number=number,
        at=now.astimezone(UTC).replace(microsecond=0),
        act=act,
        initiative=initiative,
        persons=list(persons.names),
        facts=facts,
        previous=previous,
    )
    entry.sha256 = _hash_of(entry)
    entry.save()
    return entry


def take_turn(initiative: Initiative | None) -> None:
    """Wait until no other transaction acts on this initiative, or, without one, adds an entry; others wait until this one ends.

    Whoever looks first and writes then takes the turn before the look. On SQLite every transaction that writes is alone.
    """
    if connection.vendor != "postgresql":
        return
    if initiative is not None:
        # Rows that name the initiative may still be added: the weaker of the two locks.
        list(Initiative.objects.select_for_update(no_key=True).filter(pk=initiative.pk).values_list("pk"))
        return
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_TURN])


def check_journal() -> int:
    """Recompute the chain from its first entry and give the number of entries. Raises Untrusted `journal-chain` where it breaks."""
    previous, number = _START, 0
    for entry in JournalEntry.objects.select_related("initiative").order_by("number").iterator(chunk_size=1000):
        number += 1
        if entry.number != number or bytes(entry.previous) != previous or bytes(entry.sha256) != _hash_of(entry):
            raise Untrusted("journal-chain", number=number)
        previous = bytes(entry.sha256)
    return number


def check_goes_on(copy: Iterable[bytes]) -> int:
    """Check that every entry of a journal that was taken away, a JSON object a line, is still here as it was; give their number.

    Raises Refused `journal-copy-malformed` for what is no journal, Untrusted `journal-chain` for the first entry that differs or is gone.
    """
    count = 0
    for told in map(_told, copy, itertools.count(1)):
        kept = JournalEntry.objects.filter(number=told[0]).values_list("sha256", flat=True).first()
        if kept is None or bytes(kept) != told[1]:
            raise Untrusted("journal-chain", number=told[0])
        count += 1
    return count


def _told(raw: bytes, line: int) -> tuple[int, bytes]:
    try:
        entry = json.loads(raw)
        label, number, digest = entry["civium"], entry["number"], bytes.fromhex(entry["sha256"])
    except (ValueError, TypeError, KeyError):
        raise Refused("journal-copy-malformed", line=line) from None
    if label != _LABEL or type(number) is not int or number < 1:
        raise Refused("journal-copy-malformed", line=line)
    return number, digest


def read_journal(initiative: Initiative | None = None) -> Iterator[dict[str, Any]]:
    """Give the entries as values, of one initiative or of all, in order."""
    entries = JournalEntry.objects.select_related("initiative").order_by("number")
    if initiative is not None:
        entries = entries.filter(initiative=initiative)
    for entry in entries.iterator(chunk_size=1000):
        yield {**_value_of(entry), "sha256": bytes(entry.sha256).hex()}


def _value_of(entry: JournalEntry) -> dict[str, Any]:
    return {
        "civium": _LABEL,
        "number": entry.number,
        "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "act": entry.act,
        "initiative": entry.initiative.slug if entry.initiative else "",
        "persons": list(entry.persons),
        "facts": entry.facts,
        "previous": bytes(entry.previous).hex(),
    }


def _hash_of(entry: JournalEntry) -> bytes:
    return sha256(canonical.encode(_value_of(entry))).digest()
