"""What a store promises: the narrow protocol behind which collections, entries, logs, manifests and notices lie.

The rules are:
- Entries are owned by `append`. The head of a log changes only by compare-and-swap inside append's transaction.
- Nothing is promised before it is durable: when a method returns, the change has reached the disk.
- An entry's leaf record is never changed or removed. Its body may be destroyed, by `destroy_body` and `destroy_range` alone.
- The same envelope in the same log keeps its index, whatever the collection's state or date.
- Counts come from heads, never from counting rows. Nothing finer than the day is kept of an entry.
- Methods block; call them from a thread of your own. They may be called from several threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol
from uuid import UUID

from civium.errors import Refused
from civium.formats import merkle

CollectionState = Literal["collecting", "paused", "ended"]


@dataclass(frozen=True)
class AcceptedKey:
    """An authority's public key to which statements of a jurisdiction may be sealed."""

    jurisdiction: str
    key_id: bytes
    suite: str
    public_key: bytes


@dataclass(frozen=True)
class AcceptedManifest:
    """A manifest's hash and how long pages made from it are still heard."""

    manifest_hash: bytes
    sequence: int
    accepted_until: date | None  # Brussels date, inclusive; None: the present manifest.


@dataclass(frozen=True)
class SignedManifest:
    """A manifest as published: its exact bytes and the signed note over them."""

    sequence: int
    raw: bytes
    signature: str


@dataclass(frozen=True)
class NewLog:
    """A log to be opened: one jurisdiction, one channel."""

    origin: str
    jurisdiction: str
    channel: str
    generation: int = 1


@dataclass(frozen=True)
class Log:
    """A log of a collection; `number` is the store's own."""

    number: int
    origin: str
    collection: bytes
    jurisdiction: str
    channel: str
    generation: int

    @property
    def first_origin(self) -> str:
        """Origin of the first generation: what stays the same when a log gets a successor."""
        return f"{self.origin.rpartition('/')[0]}/1"


@dataclass(frozen=True)
class Opening:
    """All that begins together when a collection goes live. Committed as one, with its notice."""

    identifier: bytes
    opens_on: date
    closes_on: date
    goal: int
    keys: tuple[AcceptedKey, ...]  # For each jurisdiction, first the one to seal to.
    logs: tuple[NewLog, ...]
    manifest: SignedManifest
    notice: bytes
    token_key: bytes = b""  # Public half of the token service's key, for ever; empty: no tokens are asked for.
    work: int = 0  # Numbers to try for a statement (docs/spec/challenge.md); 0: no proof of work is asked for.


@dataclass(frozen=True)
class Closing:
    """A log that takes nothing any more, for a successor goes on in its place; and the notice of that (docs/spec/notices.md)."""

    origin: str
    size: int  # What the notice says is left; another size is refused.
    notice: bytes


@dataclass(frozen=True)
class Change:
    """What changes of a collection; None leaves a thing as it is. Committed as one, with its notice."""

    state: CollectionState | None = None
    closes_on: date | None = None
    keys: tuple[AcceptedKey, ...] | None = None  # All keys from now on, not only the new ones.
    logs: tuple[NewLog, ...] = ()  # Added to those there are.
    closings: tuple[Closing, ...] = ()  # Of logs there are, or of those just added; their notices come first.
    manifest: SignedManifest | None = None
    earlier_accepted_until: date | None = None  # Needed with a manifest: the last Brussels date on which the one before is heard.
    notice: bytes | None = None
    work: int | None = None


@dataclass(frozen=True)
class Collection:
    """A collection as the intake sees it. `version` rises with every change."""

    identifier: bytes
    state: CollectionState
    opens_on: date
    closes_on: date
    goal: int
    version: int
    keys: tuple[AcceptedKey, ...]
    manifests: tuple[AcceptedManifest, ...]  # In ascending sequence; the last is the present one.
    logs: tuple[Log, ...]
    token_key: bytes = b""
    work: int = 0


@dataclass(frozen=True)
class Head:
    """A log's committed head: its frontier, and how many bodies were destroyed."""

    log: Log
    frontier: merkle.Frontier
    destroyed: int

    @property
    def size(self) -> int:
        """Number of entries, destroyed ones included."""
        return self.frontier.size

    @property
    def received(self) -> int:
        """Entries less destroyed ones: the only count shown while collection runs."""
        return self.frontier.size - self.destroyed


@dataclass(frozen=True)
class Published:
    """All heads as the public sees them, taken at one moment. `number` rises with each taking; 0: there was none yet."""

    number: int = 0
    heads: tuple[Head, ...] = ()
    notices: merkle.Frontier = field(default_factory=merkle.Frontier)
    closed_notices: tuple[merkle.Frontier, ...] = ()  # Of the notices log's earlier generations, oldest first.


@dataclass(frozen=True)
class Spent:
    """A solved challenge that a candidate spends: its random identifier, and the hour (since 1970-01-01) at which it expires."""

    identifier: bytes
    expires_hour: int


@dataclass(frozen=True, repr=False)
class Candidate:
    """An envelope that asks for a place in its log. `refusal` is what it is told unless it is there already.

    `mark` is the keyed mark of its duplicate token (16 bytes), kept beside the entry: nothing is looked up, a repeat is appended like a first.
    """

    log: Log
    envelope: bytes
    envelope_hash: bytes
    erasure_commitment: bytes
    received_on: date
    refusal: Refused | None = None
    mark: bytes | None = None
    challenge: Spent | None = None


@dataclass(frozen=True)
class Placed:
    """Where an envelope lies, with a proof in the tree of the batch's head."""

    log: int
    index: int
    leaf: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class BatchOutcome:
    """For each candidate, in order, its place or its refusal; and the committed heads the proofs lead to, by log number."""

    outcomes: Sequence[Placed | Refused]
    heads: Mapping[int, Head]


@dataclass(frozen=True, repr=False)
class Row:
    """One index of a log: the leaf record, and the envelope or the reason why it is gone."""

    index: int
    leaf: bytes
    envelope: bytes | None
    reason: str | None = None  # One of formats.export.REASONS.
    evidence: bytes = field(default=b"")


class Store(Protocol):
    """Statements and logs of one installation."""

    def open_collection(self, opening: Opening) -> Collection:
        """Begin a collection with its logs, keys, first manifest and notice. Raises Refused("collection-exists")."""
        ...

    def change_collection(self, identifier: bytes, change: Change, *, expected_version: int) -> Collection:
        """Change a collection and raise its version.

        Raises Refused "unknown-collection", "collection-changed" (another version than expected), "collection-ended" (for ever).
        """
        ...

    def collection(self, identifier: bytes) -> Collection:
        """The collection as committed. Raises Refused("unknown-collection")."""
        ...

    def collections(self) -> tuple[Collection, ...]:
        """All collections, in the order in which they were opened."""
        ...

    def version(self) -> int:
        """A number that rises whenever any collection changes or a body is destroyed; cheap, made to be polled."""
        ...

    def manifests(self, identifier: bytes) -> tuple[SignedManifest, ...]:
        """All manifests of a collection in ascending sequence. Raises Refused("unknown-collection")."""
        ...

    def append(self, batch: Sequence[Candidate]) -> BatchOutcome:
        """Give every admissible candidate the next index of its log, in one durable transaction.

        A candidate that lies in its log already, or in one that its log is the successor of, keeps its index and gets a fresh proof,
        whatever its `refusal` says. Others with a refusal get it back; those of a collection that is not collecting get
        "collection-paused" or "collection-ended"; those of a closed log "store-unavailable": the sender comes again, and finds the
        successor; those whose challenge another entry has spent get "challenge-spent". What is appended spends its challenge in the
        same transaction.
        Raises Refused "store-unavailable" if nothing was, or may not have been, committed.
        """
        ...

    def check_after_reconnecting(self, check: Callable[[], None]) -> None:
        """Have this called whenever the connection that appends was made, at first or anew, before anything is appended through it.

        Another server may have taken over that lacks what was signed. What it raises, `append` raises, and nothing is appended.
        """
        ...

    def heads(self, identifier: bytes) -> tuple[Head, ...]:
        """The committed heads of a collection's logs. Raises Refused("unknown-collection")."""
        ...

    def find(self, log: Log, envelope_hash: bytes) -> int | None:
        """The index of an envelope in its log, or None."""
        ...

    def find_identifier(self, collection: bytes, identifier: UUID) -> tuple[tuple[Log, int], ...]:
        """Logs and indices of the entries of a collection with this identifier (docs/spec/receipt.md); found by the index, not by reading.

        There is one at most, unless a log has a successor. Raises Refused("unknown-collection").
        """
        ...

    def read_rows(self, log: Log, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop-1 in order of index, read in pieces: memory does not grow with the range."""
        ...

    def read_leaves(self, log: Log, start: int, stop: int) -> list[bytes]:
        """Leaf records start..stop-1."""
        ...

    def read_nodes(self, log: Log, level: int, start: int, stop: int) -> list[bytes]:
        """Hashes of complete subtrees of 256**level leaves, level from 1, start..stop-1."""
        ...

    def prove(self, log: Log, index: int, size: int) -> tuple[bytes, ...]:
        """The inclusion proof of an index in the tree of any earlier or present size, read in O(log size) pieces."""
        ...

    def root(self, log: Log, size: int) -> bytes:
        """The root of the tree of any earlier or present size."""
        ...

    def destroy_body(self, log: Log, index: int, *, reason: str, evidence: bytes = b"") -> bool:
        """Destroy an envelope and its mark for ever, keeping its leaf record; False if it was gone before. Raises Refused "unknown-entry"."""
        ...

    def destroy_range(self, log: Log, start: int, stop: int, *, reason: str) -> int:
        """Destroy what is still there of start..stop-1 as `destroy_body` does, in one transaction, and give its number."""
        ...

    def reason(self, log: Log, index: int) -> str | None:
        """Why the body of an entry is gone, or None while it is there; tells nothing of what is in it."""
        ...

    def repeats(self, *logs: Log) -> int:
        """How many entries of these logs taken together, destroyed ones left out, have the mark of an earlier one of them.

        To be asked after the end, or for the weekly rate of a whole initiative, and for nothing else.
        """
        ...

    def forget_challenges(self, hour: int) -> None:
        """Forget the spent challenges that had expired at this hour (since 1970-01-01) or before."""
        ...

    def publish(self, on: date) -> None:
        """List what was destroyed since the last time in the notices log, and take all heads as they are for the public, as one.

        Of several processes on one store, one does so and the others leave it to that one. `on`: the day in Brussels.
        """
        ...

    def published(self) -> Published:
        """What was last taken for the public, the same for all processes on one store."""
        ...

    def append_notice(self, entry: bytes) -> int:
        """Append an entry to the installation's notices log and give its index."""
        ...

    def close_notices(self, entry: bytes, *, generation: int) -> None:
        """Close the notices log, of this generation, and begin the next one with the notice of that. Raises Refused "collection-changed"."""
        ...

    def notices_heads(self) -> tuple[merkle.Frontier, ...]:
        """The committed heads of all generations of the notices log, oldest first; all but the last are closed."""
        ...

    def read_notices(self, start: int, stop: int, *, generation: int | None = None) -> list[bytes]:
        """Entries start..stop-1 of the notices log, as bytes; of the present generation unless another is named."""
        ...

    def read_notice_nodes(self, level: int, start: int, stop: int, *, generation: int | None = None) -> list[bytes]:
        """Like read_nodes, of the notices log."""
        ...

    def notices_frontier(self) -> merkle.Frontier:
        """The committed head of the notices log's present generation."""
        ...

    def close(self) -> None:
        """Let go of the database; safe to call twice."""
        ...
