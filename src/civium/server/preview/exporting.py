"""A working copy of a preview: one log, as an authority would be given it, marked as a demonstration's, kept nowhere here."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from civium.errors import Refused
from civium.formats import export, leaf, manifest
from civium.formats.export import WORKING_COPY, ExportHead, LeafRow, StatementRow
from civium.law.periods import brussels_date
from civium.server.initiatives import journal
from civium.server.initiatives.models import Preview
from civium.server.initiatives.persons import DEMONSTRATION, Persons
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.texts import canonical_texts
from civium.server.preview.acts import as_tried
from civium.server.store.protocol import Head


def working_copy(preview: Preview, premises: Premises, jurisdiction: str, by: Persons, *, now: datetime) -> tuple[str, bytes]:
    """Give a working copy of one State's log, and its file's name. Raises Refused `unknown-jurisdiction`, `preview-missing`."""
    heads = [head for head in premises.store.heads(preview.identifier) if head.log.jurisdiction == jurisdiction]
    if not heads:
        raise Refused("unknown-jurisdiction")
    head = _head_of(preview, premises, heads[0], now)
    stream = io.BytesIO()  # a preview has few entries: answers.MOST_ENTRIES
    export.write(stream, head, _rows(premises, heads[0]), lambda digest: premises.signer.sign_export(head, digest))
    with transaction.atomic():
        facts = {"jurisdiction": jurisdiction, "collection": preview.identifier.hex(), "rows": head.size}
        journal.record("preview-exported", preview.initiative, by, facts, now=now)
    registration = re.sub("[^A-Za-z0-9-]", "-", preview.initiative.registration)
    return f"{registration}-{jurisdiction}-online-preview-working-copy.civium", stream.getvalue()


def _head_of(preview: Preview, premises: Premises, head: Head, now: datetime) -> ExportHead:
    tried = as_tried(preview)
    (signed,) = premises.store.manifests(preview.identifier)
    promised = manifest.parse(signed.raw)
    texts = canonical_texts(tried, tuple(promised.texts))
    if {language: manifest.manifest_hash(text) for language, text in texts.items()} != promised.texts:
        # The set-up changed since: its pages would make it anew.
        raise Refused("preview-missing")
    return ExportHead(
        kind=WORKING_COPY,
        deployment=DEMONSTRATION,
        procedure=tried.procedure,
        registration=tried.registration,
        collection=preview.identifier,
        jurisdiction=head.log.jurisdiction,
        channel=head.log.channel,
        origin=head.log.origin,
        checkpoint=premises.signer.sign([head])[head.log.number],
        size=head.size,
        made_on=brussels_date(now),
        manifests=((signed.raw, signed.signature),),
        texts=texts,
    )


def _rows(premises: Premises, head: Head) -> Iterator[export.Row]:
    for row in premises.store.read_rows(head.log, 0, head.size):
        if row.envelope is None:
            assert row.reason is not None
            yield LeafRow(row.leaf, row.reason, row.evidence)
        else:
            yield StatementRow(leaf.parse(row.leaf).received_on, row.envelope)
