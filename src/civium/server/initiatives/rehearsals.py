"""Fills a demonstration with statements of earlier days, through the same judgement and the same append as those a browser sends.

The rules are:
- demonstrations only: in any other collection the server's own calendar dates every statement, and nothing else can;
- one statement takes the way of all: parse, judge, append in a durable batch, sign the head; no proof of work is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import BinaryIO

from civium.errors import Refused
from civium.formats import envelope, leaf, posting
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises
from civium.server.intake.receive import candidate_of, prepare
from civium.server.store.protocol import Candidate, Placed
from civium.server.tokens.choosing import tokens_for_command

_BATCH = 500
Progress = Callable[[int], None]


def read_postings(stream: BinaryIO) -> Iterator[tuple[date, bytes]]:
    """Give (day, posting) of a rehearsal file: for each, u32 days since 1970-01-01, u16 length, posting. Raises Refused `rehearsal-malformed`."""
    while start := stream.read(6):
        raw = stream.read(int.from_bytes(start[4:], "big"))
        if len(start) != 6 or len(raw) != int.from_bytes(start[4:], "big"):
            raise Refused("rehearsal-malformed")
        yield leaf.date_of(int.from_bytes(start[:4], "big")), raw


def load_rehearsal(initiative: Initiative, premises: Premises, stream: BinaryIO, *, progress: Progress) -> int:
    """Append the postings of a file on their days and give their number.

    Raises Refused `rehearsal-needs-demonstration`, `not-live`, `rehearsal-malformed`, and whatever an arriving statement would be refused for.
    """
    if initiative.deployment != "demonstration":
        raise Refused("rehearsal-needs-demonstration")
    collection = initiative.live_collection()
    if collection is None:
        raise Refused("not-live")
    collecting = prepare([premises.store.collection(collection.identifier)])
    asks_tokens = bool(collecting[collection.identifier].collection.token_key)
    premises.signer.sign(premises.store.heads(collection.identifier))  # a log is noted before its first entry is taken
    batch: list[Candidate] = []
    count = 0
    with tokens_for_command(premises.keys_folder, premises.tokens_socket) as tokens:
        for day, raw in read_postings(stream):
            sent = posting.parse(raw)
            candidate = candidate_of(collecting, envelope.parse(sent.envelope), day)
            if asks_tokens:
                if len(sent.token) != posting.TOKEN_SIZE:
                    raise Refused("token-missing")
                candidate = replace(candidate, mark=tokens.mark(collection.identifier, candidate.log.origin, sent.token))
            batch.append(candidate)
            if len(batch) == _BATCH:
                count += _append(premises, batch)
                progress(count)
        count += _append(premises, batch)
    progress(count)
    return count


def _append(premises: Premises, batch: list[Candidate]) -> int:
    if not batch:
        return 0
    outcome = premises.store.append(batch)
    refused = next((place for place in outcome.outcomes if isinstance(place, Refused)), None)
    if refused is not None:
        raise refused
    premises.signer.sign(
        outcome.heads[number] for number in sorted({place.log for place in outcome.outcomes if isinstance(place, Placed)})
    )
    count = len(batch)
    batch.clear()
    return count
