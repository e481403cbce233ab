"""Receive: one posting becomes an entry, and its sender's receipt. Nothing is opened here, nothing is kept of the sender.

The order is:
1. parse and size of the posting, then of the envelope;
2. is this envelope in its log already? Then the same identifier and index with a fresh proof, whatever comes below;
3. the collection's period, on the Brussels day of the body's last byte, and its state;
4. key, manifest, jurisdiction, channel;
5. proof of work, then duplicate token, where the collection asks for them;
6. the batch, whose transaction looks again at 2 and at the state, and spends the challenge.
The answer to 2 is the transaction's own, so that 3 to 5 only say what a newcomer would be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from civium.errors import Refused
from civium.formats import envelope, posting
from civium.law.periods import brussels_date, brussels_midnight
from civium.server.intake.challenge import Challenges
from civium.server.intake.commit import Committer
from civium.server.store.protocol import Candidate, Collection, Log
from civium.server.tokens.choosing import Tokens

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Collecting:
    """A collection as arrivals are judged by it."""

    collection: Collection
    logs: Mapping[tuple[str, str], Log]  # by jurisdiction and channel, the latest generation
    suites: Mapping[tuple[str, bytes], str]  # by jurisdiction and key id
    manifests: Mapping[bytes, date | None]  # by hash: the last day on which pages made from it are heard


@dataclass(frozen=True)
class Moment:
    """When a body's last byte arrived: the day in Brussels, and seconds since 1970-01-01."""

    today: date
    seconds: int


@dataclass(frozen=True)
class Gate:
    """Who judges what travels beside an envelope."""

    challenges: Challenges
    tokens: Tokens

    async def passed(self, collection: Collection, candidate: Candidate, sent: posting.Posting, seconds: int) -> Candidate:
        """Give the candidate with the challenge it spends and the mark of its token, or with what speaks against it."""
        try:
            challenge = self.challenges.spend(collection.identifier, sent.work, seconds) if collection.work else None
            mark = await self._mark(candidate.log, sent.token) if collection.token_key else None
        except Refused as refusal:
            return replace(candidate, refusal=refusal)
        return replace(candidate, challenge=challenge, mark=mark)

    async def _mark(self, log: Log, token: bytes) -> bytes:
        if len(token) != posting.TOKEN_SIZE:
            raise Refused("token-missing")
        return await self.tokens.mark(log.collection, log.first_origin, token)


def prepare(collections: Iterable[Collection]) -> dict[bytes, Collecting]:
    """Give all collections by identifier, ready to judge by."""
    return {collection.identifier: _prepared(collection) for collection in collections}


class Calendar:
    """Gives the day in Brussels, looking at summer time only when the day may have changed."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._since = self._until = _LONG_AGO
        self._today = date(1970, 1, 1)

    def now(self) -> datetime:
        """Give the present instant."""
        return self._clock()

    def today(self) -> date:
        """Give the present day in Brussels."""
        return self.moment().today

    def moment(self) -> Moment:
        """Give the present moment; the clock is read once."""
        now = self._clock()
        if not self._since <= now < self._until:
            self._today = brussels_date(now)
            self._since = brussels_midnight(self._today)
            self._until = brussels_midnight(self._today + timedelta(days=1))
        return Moment(self._today, int(now.timestamp()))


async def receive(collections: Mapping[bytes, Collecting], committer: Committer, gate: Gate, raw: bytes, moment: Moment) -> bytes:
    """Append one posting's envelope and give the signatory's receipt, once it is durable.

    Raises Refused: posting-* and envelope-* for what is malformed, unknown-*, manifest-expired, collection-*, challenge-* and
    token-missing for what is not taken, queue-full, stopping, tokens-unavailable and store-unavailable when the sender should try again.
    """
    sent = posting.parse(raw)
    candidate = candidate_of(collections, envelope.parse(sent.envelope), moment.today)
    collection = collections[candidate.log.collection].collection
    if candidate.refusal is None and (collection.work or collection.token_key):
        candidate = await gate.passed(collection, candidate, sent, moment.seconds)
    return await committer.submit(candidate)


def candidate_of(collections: Mapping[bytes, Collecting], sealed: envelope.Envelope, today: date) -> Candidate:
    """Give the candidate with what a newcomer is told. Raises Refused at once where there is no log in which it could lie."""
    header = sealed.header
    collecting = collections.get(header.collection)
    if collecting is None:
        raise Refused("unknown-collection")
    refusal = _refusal(collecting, header, today)
    log = collecting.logs.get((header.jurisdiction, header.channel))
    if log is None:
        raise refusal or Refused("unknown-channel")
    return Candidate(
        log=log,
        envelope=sealed.raw,
        envelope_hash=sha256(sealed.raw).digest(),
        erasure_commitment=header.erasure_commitment,
        received_on=today,
        refusal=refusal,
    )


def _refusal(collecting: Collecting, header: envelope.Header, today: date) -> Refused | None:
    """Give the first thing that speaks against a newcomer, None if nothing does; what it brings beside its envelope is not looked at."""
    return refusal_by_period(collecting.collection, today) or _refusal_by_header(collecting, header, today)


def refusal_by_period(collection: Collection, today: date) -> Refused | None:
    """Give what the collection's period and state say against a newcomer on this day, None if nothing."""
    if today < collection.opens_on:
        return Refused("collection-not-started")
    if today > collection.closes_on or collection.state == "ended":
        return Refused("collection-ended")
    if collection.state == "paused":
        return Refused("collection-paused")
    return None


def _refusal_by_header(collecting: Collecting, header: envelope.Header, today: date) -> Refused | None:
    suite = collecting.suites.get((header.jurisdiction, header.key_id))
    if suite is None:
        is_foreign = any(key_id == header.key_id for _, key_id in collecting.suites)
        return Refused("unknown-jurisdiction" if is_foreign else "unknown-key")
    if suite != header.suite.name:
        return Refused("envelope-suite")
    if header.manifest_hash not in collecting.manifests:
        return Refused("unknown-manifest")
    accepted_until = collecting.manifests[header.manifest_hash]
    if accepted_until is not None and today > accepted_until:
        return Refused("manifest-expired")
    return None


def _prepared(collection: Collection) -> Collecting:
    logs = sorted(collection.logs, key=lambda log: log.generation)
    return Collecting(
        collection=collection,
        logs={(log.jurisdiction, log.channel): log for log in logs},
        suites={(key.jurisdiction, key.key_id): key.suite for key in collection.keys},
        manifests={manifest.manifest_hash: manifest.accepted_until for manifest in collection.manifests},
    )
