"""What a batch does to its logs, before any engine writes it: who is known, who is refused, which index a newcomer gets.

The rules are:
- nothing here reads or writes: an engine brings heads, states and known envelopes as its transaction sees them;
- what lies in its log already keeps its index, whatever its refusal, the state or the date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from civium.errors import Refused
from civium.formats import leaf, merkle
from civium.server.store.protocol import Candidate, Head, Log, Placed
from civium.server.store.schema import INDEX_BITS


@dataclass
class Growth:
    """What one batch does to one log."""

    log: Log
    state: str
    frontier: merkle.Frontier
    destroyed: int
    closed: bool = False
    known: dict[bytes, tuple[int, bytes]] = field(default_factory=dict)  # envelope hash -> index and leaf record
    fresh: dict[bytes, int] = field(default_factory=dict)  # envelope hash -> index
    leaves: list[bytes] = field(default_factory=list)
    proofs: list[tuple[bytes, ...]] = field(default_factory=list)
    finished: list[tuple[int, int, bytes]] = field(default_factory=list)  # level, index, hash of tiles' roots

    @property
    def head(self) -> Head:
        """The head, before or after `grow`."""
        return Head(self.log, self.frontier, self.destroyed)

    def grow(self) -> None:
        """Move frontier over the new leaves, and make their proofs."""
        appended = merkle.append(self.frontier, [merkle.leaf_hash(record) for record in self.leaves])
        self.frontier, self.proofs, self.finished = appended.frontier, appended.proofs, appended.finished

    def place(self, envelope_hash: bytes) -> Placed | None:
        """Give the place of a newcomer once the log has grown, None for others."""
        index = self.fresh.get(envelope_hash)
        if index is None:
            return None
        position = index - self.frontier.size + len(self.leaves)
        return Placed(self.log.number, index, self.leaves[position], self.proofs[position])


@dataclass
class Newcomers:
    """The new entries of a batch, column by column, as an engine writes them."""

    numbers: list[int] = field(default_factory=list)
    logs: list[int] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    envelope_hashes: list[bytes] = field(default_factory=list)
    erasure_commitments: list[bytes] = field(default_factory=list)
    envelopes: list[bytes] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)  # numbers of those that have a mark
    marks: list[bytes] = field(default_factory=list)


def has_successors(batch: Sequence[Candidate]) -> bool:
    """Say whether a log of the batch goes on in the place of a closed one: what lies there already must be found there."""
    return any(candidate.log.generation > 1 for candidate in batch)


def settle(batch: Sequence[Candidate], growths: Mapping[int, Growth]) -> list[Candidate]:
    """Give the batch with each candidate in the log it lies in already, be it a closed one that its own is the successor of."""
    places: dict[tuple[bytes, str, str], list[Growth]] = {}
    for growth in growths.values():
        places.setdefault((growth.log.collection, growth.log.jurisdiction, growth.log.channel), []).append(growth)
    settled = []
    for candidate in batch:
        log = candidate.log
        earlier = (one for one in places[log.collection, log.jurisdiction, log.channel] if one.log.generation < log.generation)
        lies_in = next((one.log for one in earlier if candidate.envelope_hash in one.known), log)
        settled.append(candidate if lies_in is log else replace(candidate, log=lies_in))
    return settled


def judge(batch: Sequence[Candidate], growths: Mapping[int, Growth]) -> list[Refused | None]:
    """Give each candidate's refusal, or None for what is known or may be appended if its challenge is not spent."""
    return [_verdict(growths[candidate.log.number], candidate) for candidate in batch]


def spending(batch: Sequence[Candidate], growths: Mapping[int, Growth], verdicts: Sequence[Refused | None]) -> dict[bytes, int]:
    """Give the challenges that this batch would spend, with their hours; what is sent again spends nothing."""
    asked: dict[bytes, int] = {}
    seen: set[tuple[int, bytes]] = set()
    for candidate, verdict in zip(batch, verdicts, strict=True):
        place = candidate.log.number, candidate.envelope_hash
        if verdict is not None or candidate.envelope_hash in growths[candidate.log.number].known or place in seen:
            continue
        if candidate.challenge is None:
            seen.add(place)
        elif candidate.challenge.identifier not in asked:
            asked[candidate.challenge.identifier] = candidate.challenge.expires_hour
            seen.add(place)
    return asked


def admit(
    batch: Sequence[Candidate], growths: Mapping[int, Growth], verdicts: list[Refused | None], unspent: Iterable[bytes]
) -> Newcomers:
    """Give the entries to be written, indices following the heads in the order of the batch.

    `unspent` are the challenges of `spending` that nobody else has spent; each serves one entry, and `verdicts` tells the others.
    """
    newcomers = Newcomers()
    left = set(unspent)
    for place, (candidate, verdict) in enumerate(zip(batch, verdicts, strict=True)):
        growth = growths[candidate.log.number]
        if verdict is not None or candidate.envelope_hash in growth.known or candidate.envelope_hash in growth.fresh:
            continue
        if candidate.challenge is not None:
            if candidate.challenge.identifier not in left:
                verdicts[place] = Refused("challenge-spent")
                continue
            left.remove(candidate.challenge.identifier)
        index = growth.frontier.size + len(growth.leaves)
        days = leaf.days_of(candidate.received_on)
        growth.fresh[candidate.envelope_hash] = index
        growth.leaves.append(leaf.encode_parts(days, candidate.envelope_hash, candidate.erasure_commitment))
        number = candidate.log.number << INDEX_BITS | index
        newcomers.numbers.append(number)
        newcomers.logs.append(candidate.log.number)
        newcomers.days.append(days)
        newcomers.envelope_hashes.append(candidate.envelope_hash)
        newcomers.erasure_commitments.append(candidate.erasure_commitment)
        newcomers.envelopes.append(candidate.envelope)
        if candidate.mark is not None:
            # Nothing is looked up: a repeat takes the same way, and the same time, as a first.
            newcomers.marked.append(number)
            newcomers.marks.append(candidate.mark)
    return newcomers


def _verdict(growth: Growth, candidate: Candidate) -> Refused | None:
    """Give None if the candidate is known or may be appended, otherwise its refusal."""
    if candidate.envelope_hash in growth.known:
        return None
    if candidate.refusal is None and growth.closed:
        # Whoever sends again finds the successor.
        return Refused("store-unavailable")
    if candidate.refusal is None and growth.state != "collecting":
        return Refused(f"collection-{growth.state}")
    return candidate.refusal
