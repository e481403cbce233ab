"""What a preview's form asks and sends: keys, manifest, counts, and statements, which are received, logged and proven like all others.

The rules are:
- bodies are parsed and judged by the very functions of the intake, against this preview's collection alone;
- one statement is one durable transaction, and its head is signed and noted before anybody is told;
- it takes a bounded number of entries, and then answers like a paused collection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from civium.errors import Refused
from civium.formats import envelope, erasure, manifest, posting, receipt
from civium.formats.receipt import Receipt
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises
from civium.server.intake import replies
from civium.server.intake.challenge import Challenges
from civium.server.intake.erasure import take_back
from civium.server.intake.public import keys_reply
from civium.server.intake.receive import Collecting, candidate_of, prepare
from civium.server.intake.replies import JSON, NOT_STORED, TEXT, Reply, reply
from civium.server.open_data import own
from civium.server.open_data.numbers import Counts
from civium.server.publishing.notices import NoticesReader
from civium.server.site import shown
from civium.server.store.protocol import Placed

MOST_ENTRIES = 2_000  # ten times a large office's try-out, and at most some ten megabytes


@dataclass(frozen=True)
class Asked:
    """The preview that is asked, opened, and the day."""

    initiative: Initiative
    collection: bytes
    premises: Premises
    today: date


def read(asked: Asked, path: str) -> Reply:
    """Answer a GET below the preview's /api/collections/<its name>/. Raises Refused `unknown-path`, `unknown-manifest`."""
    if path == "keys":
        return keys_reply(_collecting(asked))
    if path == "challenge":
        return Challenges(b"").give(asked.collection, 0, 0)
    if path == "counts":
        counts = counts_of(asked)
        told = Counts(counts.received, asked.initiative.goal, counts.jurisdictions)
        return reply(own.counts_json(told), JSON, NOT_STORED)
    (signed,) = asked.premises.store.manifests(asked.collection)
    name = manifest.manifest_hash(signed.raw).hex()
    if path == f"manifests/{name}":
        return reply(signed.raw, JSON, NOT_STORED)
    if path == f"manifests/{name}/signature":
        return reply(signed.signature.encode(), TEXT, NOT_STORED)
    raise Refused("unknown-path")


def send(asked: Asked, path: str, raw: bytes) -> Reply:
    """Answer a POST below the preview's /api/. Raises Refused as the intake does: `unknown-collection`, `envelope-*`, `erasure-*` ..."""
    if path == "statements":
        return replies.receipt(receive(asked, raw))
    if path == "erasures":
        take_back(asked.premises.store, NoticesReader(asked.premises.store), erasure.parse(raw))
        return reply(b'{"destroyed":true}', JSON, NOT_STORED)
    if path == "sources":
        return Reply(204, (NOT_STORED, *replies.SECURITY))
    raise Refused("unknown-path")


def receive(asked: Asked, raw: bytes) -> bytes:
    """Append one posting's envelope to the preview's log and give its receipt. Raises Refused as `intake.receive` does."""
    sent = posting.parse(raw)
    candidate = candidate_of({asked.collection: _collecting(asked)}, envelope.parse(sent.envelope), asked.today)
    if candidate.refusal is None and sum(head.size for head in asked.premises.store.heads(asked.collection)) >= MOST_ENTRIES:
        candidate = replace(candidate, refusal=Refused("collection-paused"))
    outcome = asked.premises.store.append([candidate])
    (placed,) = outcome.outcomes
    if not isinstance(placed, Placed):
        raise placed
    notes = asked.premises.signer.sign([outcome.heads[placed.log]])
    return receipt.encode(Receipt(placed.leaf, placed.index, placed.proof, notes[placed.log])).encode()


def counts_of(asked: Asked) -> shown.Counts:
    """Give entries less destroyed ones, in all and by jurisdiction, as they are now."""
    jurisdictions = {head.log.jurisdiction: head.received for head in asked.premises.store.heads(asked.collection)}
    return shown.Counts(sum(jurisdictions.values()), jurisdictions)


def _collecting(asked: Asked) -> Collecting:
    return prepare([asked.premises.store.collection(asked.collection)])[asked.collection]
