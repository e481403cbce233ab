"""Opening: one log's export and the authority's key give the statements in clear. The only decryption in the repository.

`opened.open_into` performs steps (0) to (13), of which (9), (11) and (12) are here:

(0) to (8) in `completeness.py`, as docs/spec/export.md numbers them: the file is whole, signed, of one log, and complete. Then
(9)  each key that the envelopes were sealed to has been given, and is of this export's jurisdiction (`key-foreign`, `key-missing`);
(10) the working file of exactly this export, these rules and this key is begun, or taken up after its last whole chunk;
(11) each row is read again, and its leaf record must hash to what step 7 put into the root: what was checked is what is opened;
(12) the envelope is opened; one that does not open is kept as such and becomes the verdict `unopenable`;
(13) rows are sealed into the working file in the order of the log, and the last chunk closes it.

The rules are:
- nothing is opened before steps 0 to 8 have passed;
- a statement is in clear in the memory of these processes only;
- an envelope that cannot be opened never stops the others.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from civium.authority.completeness import CompleteExport
from civium.authority.crew import in_order
from civium.authority.hpke_schedule import key_and_nonce
from civium.authority.keys import AuthorityKey, PrivateKey, ResidentKey, suite_of
from civium.authority.rows import OpenedRow, encode_rows
from civium.errors import Refused, Untrusted
from civium.formats import envelope as envelopes
from civium.formats import export, leaf, merkle
from civium.formats.authority_key import KeyTest, key_test_info

# 512 envelopes take a core about 50 ms: the bar moves, Ctrl-C is heard, and a chunk costs little to do again.
ROWS_A_CHUNK = 512


def open_seed(wrapping: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
    """Give an authority's seed out of its private key file. Raises Refused `wrong-passphrase`."""
    try:
        return AESGCM(wrapping).decrypt(nonce, sealed, context)
    except InvalidTag:
        raise Refused("wrong-passphrase") from None


def open_kept(wrapping: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
    """Give what a token's exchange sealed into a private key file. Raises Refused `token-seal`."""
    try:
        return AESGCM(wrapping).decrypt(nonce, sealed, context)
    except InvalidTag:
        raise Refused("token-seal") from None


def open_key_test(key: AuthorityKey, test: KeyTest) -> bytes:
    """Give the twelve bytes that were sealed to this key. Raises Refused `key-foreign` or `key-test-unopenable`."""
    if (test.key_id, test.suite) != (key.public.key_id, key.public.suite):
        raise Refused("key-foreign")
    secret = _open_sealed(test.suite, test.sealed, key.private, key_test_info(test.key_id))
    if secret is None:
        raise Refused("key-test-unopenable")
    return secret


def open_chunk(wrapping: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
    """Give a chunk of the officer's own working file. Raises Untrusted `working-file-altered`."""
    try:
        return AESGCM(wrapping).decrypt(nonce, sealed, context)
    except InvalidTag:
        raise Untrusted("working-file-altered") from None


def open_envelope(envelope: envelopes.Envelope, private: PrivateKey) -> bytes | None:
    """Give the padded plaintext of an envelope, or None if it does not open."""
    if suite_of(private) != envelope.header.suite.name:
        return None  # a manifest named the key with another suite
    return _open_sealed(envelope.header.suite, envelope.sealed, private, envelopes.hpke_info(envelope.header_bytes))


def _open_sealed(suite: envelopes.Suite, sealed: bytes, private: PrivateKey, info: bytes) -> bytes | None:
    """Open HPKE's single shot (RFC 9180, 6.1) with the library; for a key in a token, which the library cannot ask, with our key schedule."""
    try:
        if not isinstance(private, ResidentKey):
            return envelopes.hpke_suite(suite).decrypt(sealed, private, info=info)
        shared = private.decapsulate(sealed[: suite.enc_size])
        if shared is None:
            return None
        key, nonce = key_and_nonce(suite, shared, info)
        return AESGCM(key).decrypt(nonce, sealed[suite.enc_size :], b"")
    except InvalidTag:
        if isinstance(private, ResidentKey):
            # A token that computes something else must not strike a statement.
            private.check(sealed[: suite.enc_size])
        return None


def check_keys(complete: CompleteExport, keys: Sequence[AuthorityKey]) -> None:
    """Check step (9). Raises Refused `key-foreign` or `key-missing`."""
    given = {key.public.key_id: key.public.jurisdiction for key in keys}
    if (
        any(jurisdiction != complete.head.jurisdiction for jurisdiction in given.values())
        or not given.keys() <= complete.known_keys
    ):
        raise Refused("key-foreign")
    if not complete.used_keys <= given.keys():
        raise Refused("key-missing", missing=len(complete.used_keys - given.keys()))


def open_export(
    complete: CompleteExport, keys: Sequence[AuthorityKey], *, first: int, processes: int
) -> Iterator[tuple[int, bytes]]:
    """Give (number of rows, rows as `rows.py` encodes them) of a complete export from row `first` on, opened, in the order of the log.

    Raises Refused `key-missing`, `key-foreign` before the first; Untrusted `export-altered` if the file is no longer the one that was checked.
    """
    return _open_spans(complete, keys, _spans(complete, first), processes=processes)


def open_rows(complete: CompleteExport, keys: Sequence[AuthorityKey], indices: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    """Give what `open_export` gives, of single rows in any order, one after another: a sample opens what it draws and nothing else."""
    return _open_spans(complete, keys, (_span(complete, index, 1) for index in indices), processes=1)


def _open_spans(
    complete: CompleteExport, keys: Sequence[AuthorityKey], spans: Iterable[_Span], *, processes: int
) -> Iterator[tuple[int, bytes]]:
    check_keys(complete, keys)  # (9)
    ways = tuple((key.public.key_id, key.again) for key in keys)
    try:
        yield from in_order(_open_span, spans, processes=processes, begin=_begin, told=(complete.path, ways))  # (11), (12)
    finally:
        _end()


@dataclass(frozen=True)
class _Span:
    """A run of rows: where it begins in the file, how many rows, and the leaf hashes that step 7 saw there."""

    offset: int
    rows: int
    leaf_hashes: bytes


def _spans(complete: CompleteExport, first: int) -> Iterator[_Span]:
    for start in range(first, complete.head.size, ROWS_A_CHUNK):
        yield _span(complete, start, min(ROWS_A_CHUNK, complete.head.size - start))


def _span(complete: CompleteExport, start: int, rows: int) -> _Span:
    return _Span(complete.offsets[start], rows, bytes(complete.leaf_hashes[32 * start : 32 * (start + rows)]))


class _Desk:
    """What one process needs for all its spans, given once: the keys, and the file with its reader."""

    private: Mapping[bytes, PrivateKey] = MappingProxyType({})
    stream: BinaryIO = BytesIO()
    reader: export.ExportReader


def _begin(path: Path, ways: Sequence[tuple[bytes, Callable[[], PrivateKey]]]) -> None:
    _Desk.private = {identifier: again() for identifier, again in ways}
    _Desk.stream = path.open("rb")
    _Desk.reader = export.ExportReader(_Desk.stream)


def _end() -> None:
    _Desk.stream.close()
    _Desk.private = MappingProxyType({})


def _open_span(span: _Span) -> tuple[int, bytes]:
    _Desk.stream.seek(span.offset)
    rows = [_open_row(row) for row in itertools.islice(_Desk.reader.rows(), span.rows)]
    hashes = b"".join(merkle.leaf_hash(row.leaf) for row in rows)
    if hashes != span.leaf_hashes:  # (11)
        raise Untrusted("export-altered")
    # Encoded here: without its padding a statement is a tenth of what would otherwise go from process to process.
    return len(rows), encode_rows(rows)


def _open_row(row: export.Row) -> OpenedRow:
    if isinstance(row, export.LeafRow):
        return OpenedRow(leaf=row.leaf, reason=row.reason, plaintext=None)
    envelope = envelopes.parse(row.envelope)
    commitment = envelope.header.erasure_commitment
    record = leaf.encode_parts(leaf.days_of(row.received_on), envelopes.envelope_hash(row.envelope), commitment)
    return OpenedRow(leaf=record, reason="", plaintext=open_envelope(envelope, _Desk.private[envelope.header.key_id]))  # (12)
