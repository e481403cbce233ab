"""Whether an export is one log, whole: steps 0 to 8 of docs/spec/export.md, before the first envelope is opened.

The rules are:
- steps are performed in their order and the first that fails ends the act; 0 is Refused, the others are Untrusted;
- whatever a step finds malformed inside the file is that step's finding, not another error;
- what was seen is kept as hashes (32 bytes a row), so that opening can tell whether it still reads the same file.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from civium.errors import Refused, Untrusted
from civium.formats import checkpoint, envelope, export, leaf, manifest, merkle, note
from civium.formats.receipt import erasure_commitment

# Often enough for a bar that moves, seldom enough to cost nothing.
ROWS_A_REPORT = 4096


@dataclass(frozen=True)
class Known:
    """What the authority has from elsewhere than the organisers: a public checkpoint (signed note), the log's verifier key, or neither."""

    checkpoint: str = ""
    log_key: str = ""


@dataclass(frozen=True)
class CompleteExport:
    """An export that passed steps 0 to 8: its head, its manifests, its hash, and where its rows are."""

    path: Path
    head: export.ExportHead
    manifests: tuple[manifest.Manifest, ...]
    file_hash: bytes
    checkpoint: checkpoint.Checkpoint
    reasons: Counter[str]
    used_keys: frozenset[bytes]
    known_keys: frozenset[bytes]
    leaf_hashes: bytes = field(repr=False)
    offsets: array[int] = field(repr=False)

    @property
    def manifest(self) -> manifest.Manifest:
        """The last manifest: what holds at the end."""
        return self.manifests[-1]


@dataclass
class _Seen:
    """What one pass over the rows leaves behind."""

    builder: merkle.RootBuilder = field(default_factory=merkle.RootBuilder)
    reasons: Counter[str] = field(default_factory=Counter)
    headers: dict[bytes, envelope.Header] = field(default_factory=dict)
    names: set[bytes] = field(default_factory=set)
    leaf_hashes: bytearray = field(default_factory=bytearray)
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    has_malformed: bool = False
    has_wrong_evidence: bool = False
    root_then: bytes = b""


def check_export(path: Path, *, known: Known | None = None, told: Callable[[int, int], None]) -> CompleteExport:
    """Give the export if it is one log, whole. `told(done, total)` hears how many rows have been read.

    Raises Refused `export-malformed`, `export-version`; Untrusted for every other finding. A malformed public checkpoint or log key is Refused too.
    """
    known = known or Known()
    size_then = checkpoint.parse(known.checkpoint)[0].size if known.checkpoint else -1
    with path.open("rb", buffering=1 << 20) as stream:
        reader = export.ExportReader(stream)  # (0)
        head = reader.head
        seen = _read_rows(reader, stream.tell, size_then, told)  # (1)
    chain = _check_manifests(reader)  # (2)
    _check_names(head, chain)  # (3)
    signed = _check_checkpoint(head, chain[0].log_key, known, seen)  # (4)
    used_keys, known_keys = _check_headers(head, chain, seen)  # (5)
    if len(seen.names) != seen.builder.size:  # (6)
        raise Untrusted("export-repeated-entry")
    if seen.builder.size != signed.size or head.size != signed.size or merkle.root(seen.builder.frontier()) != signed.root:  # (7)
        raise Untrusted("export-incomplete")
    if seen.has_wrong_evidence:  # (8)
        raise Untrusted("export-evidence")
    leaf_hashes = bytes(seen.leaf_hashes)
    return CompleteExport(
        path, head, chain, reader.file_hash(), signed, seen.reasons, used_keys, known_keys, leaf_hashes, seen.offsets
    )


def _read_rows(reader: export.ExportReader, tell: Callable[[], int], size_then: int, told: Callable[[int, int], None]) -> _Seen:
    seen = _Seen()
    told(0, reader.head.size)
    offset = tell()
    for row in reader.rows():
        seen.offsets.append(offset)
        offset = tell()
        if seen.builder.size == size_then:
            seen.root_then = merkle.root(seen.builder.frontier())
        record = _leaf_row(row, reader.head, seen) if isinstance(row, export.LeafRow) else _statement_row(row, seen)
        seen.names.add(record[5:37])
        hashed = merkle.leaf_hash(record)
        seen.leaf_hashes += hashed
        seen.builder.add(hashed)
        if seen.builder.size % ROWS_A_REPORT == 0:
            told(seen.builder.size, reader.head.size)
    if seen.builder.size == size_then:
        seen.root_then = merkle.root(seen.builder.frontier())
    told(seen.builder.size, reader.head.size)
    return seen


def _statement_row(row: export.StatementRow, seen: _Seen) -> bytes:
    try:
        parsed = envelope.parse(row.envelope)
    except Refused:
        # Step 5 will say so; until then the row is named by its hash.
        seen.has_malformed = True
        return leaf.encode_parts(leaf.days_of(row.received_on), envelope.envelope_hash(row.envelope), envelope.NO_ERASURE)
    # Without the erasure commitment, which is each signatory's own, all headers of a log are one or a few.
    seen.headers[parsed.header_bytes[:-32]] = parsed.header
    commitment = parsed.header.erasure_commitment
    return leaf.encode_parts(leaf.days_of(row.received_on), envelope.envelope_hash(row.envelope), commitment)


def _leaf_row(row: export.LeafRow, head: export.ExportHead, seen: _Seen) -> bytes:
    try:
        commitment = leaf.parse(row.leaf).erasure_commitment
    except Refused:
        raise Untrusted("export-altered") from None
    seen.reasons[row.reason] += 1
    if row.reason == "erased-by-signatory" and erasure_commitment(head.collection, row.evidence) != commitment:
        seen.has_wrong_evidence = True
    return row.leaf


def _check_manifests(reader: export.ExportReader) -> tuple[manifest.Manifest, ...]:
    head = reader.head
    try:
        chain = manifest.check_chain(head.manifests)
    except Refused:
        raise Untrusted("manifest-chain") from None
    reader.check_signature(chain[0].log_key)
    if {language: sha256(text).digest() for language, text in head.texts.items()} != dict(chain[-1].texts):
        raise Untrusted("export-texts")
    return tuple(chain)


def _check_names(head: export.ExportHead, chain: tuple[manifest.Manifest, ...]) -> None:
    # A log that was closed has a successor: its origin stands in an earlier manifest of the chain.
    origins = {made.logs.get(f"{head.jurisdiction}/{head.channel}") for made in chain}
    last = chain[-1]
    told = (head.collection, head.deployment, head.procedure, head.registration)
    if told != (last.collection, last.deployment, last.procedure, last.registration) or head.origin not in origins:
        raise Untrusted("export-foreign")


def _check_checkpoint(head: export.ExportHead, log_key: bytes, known: Known, seen: _Seen) -> checkpoint.Checkpoint:
    try:
        signed = checkpoint.check(head.checkpoint, head.origin, log_key)
    except Refused:
        raise Untrusted("note-signature") from None
    if known.log_key and note.parse_verifier_key(known.log_key)[1] != log_key:
        raise Untrusted("checkpoint-foreign")
    if known.checkpoint and _root_known(known.checkpoint, head.origin, log_key) != seen.root_then:
        raise Untrusted("checkpoint-foreign")
    return signed


def _root_known(text: str, origin: str, log_key: bytes) -> bytes:
    """Give the root of a checkpoint from elsewhere. One of another log, or signed by another key, says that the export is not what it knows."""
    try:
        return checkpoint.check(text, origin, log_key).root
    except Untrusted:
        raise Untrusted("checkpoint-foreign") from None


def _check_headers(
    head: export.ExportHead, chain: tuple[manifest.Manifest, ...], seen: _Seen
) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Check step 5 and give the key ids that envelopes name, and those that the manifests name for this jurisdiction."""
    named = {manifest.manifest_hash(raw) for raw, _ in head.manifests}
    # A key id fixes its suite: another one in the header could not even be tried with the key.
    suites = {key.key_id: key.suite for made in chain for key in made.keys.get(head.jurisdiction, ())}
    used_keys = set()
    for header in seen.headers.values():
        same = (header.collection, header.jurisdiction, header.channel) == (head.collection, head.jurisdiction, head.channel)
        if not same or header.manifest_hash not in named or suites.get(header.key_id) != header.suite.name:
            raise Untrusted("export-foreign-envelope")
        used_keys.add(header.key_id)
    if seen.has_malformed:
        raise Untrusted("export-foreign-envelope")
    return frozenset(used_keys), frozenset(suites)
