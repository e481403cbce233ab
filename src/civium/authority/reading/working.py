"""The working file of statements that were read: begun, taken up again, finished, as `opened.py` does for an export."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from civium.authority import working_file
from civium.authority.keys import AuthorityKey
from civium.authority.opened import KIND
from civium.authority.opening import ROWS_A_CHUNK
from civium.authority.policy import Policy
from civium.authority.reading.checking import Checked
from civium.authority.reading.origin import READ
from civium.authority.reading.table_file import Surveyed
from civium.authority.reading.told import row_of
from civium.authority.rows import OpenedRow, encode_rows
from civium.errors import Refused, Untrusted


def facts_of(checked: Checked, policy: Policy) -> dict[str, Any]:
    """Give what the working file says in clear about itself: nothing of a signatory."""
    asked = checked.asked
    return {
        "kind": KIND,
        "export": {
            "sha256": checked.sha256(),
            "kind": READ,
            "made_on": "",
            "origin": checked.layout,
            "size": checked.size,
            "root": "",
        },
        "read": {
            "layout": checked.layout,
            "files": len(checked.hashes),
            "copies": len(checked.copies),
            "undated": checked.undated,
            "gaps": checked.delivery.gaps,
            "announced": asked.announced,
            "unknown": checked.unknown,
            "named_by_place": checked.named_by_place,
            "columns": _columns_hash(checked),
        },
        "deployment": "demonstration" if asked.is_demonstration else "elsewhere",
        "procedure": asked.procedure,
        "registration": checked.registration,
        "collection": "",
        "jurisdiction": asked.jurisdiction,
        "channel": asked.channel,
        "opens_on": checked.opens_on.isoformat(),
        "closes_on": checked.closes_on.isoformat(),
        "generations": 1,
        "policy": policy.table(),
        "texts": {language: dict(text) for language, text in checked.texts.items()},
    }


def _columns_hash(checked: Checked) -> str:
    """Give the hash of how the tables are read, empty where none is: work begun with one description is not taken up with another."""
    told = [
        {**how.reader.columns.table(), "encoding": how.encoding, "delimiter": how.delimiter}
        for how in (reader.how for reader in checked.readers)
        if isinstance(how, Surveyed)
    ]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest() if told else ""


def read_into(checked: Checked, target: Path, *, key: AuthorityKey, policy: Policy, told: Callable[[int, int], None]) -> int:
    """Read a checked delivery into the working file `target`, or go on where it was stopped; give the number of rows done before.

    Raises Refused `policy-foreign`, `file-exists`, `work-of-another`; Untrusted `reading-changed` where a file is no longer the one checked.
    """
    if policy.jurisdiction != checked.asked.jurisdiction:
        raise Refused("policy-foreign")
    with working_file.begin(target, facts_of(checked, policy), key) as writer:
        before = writer.done.rows
        told(before, checked.size)
        rows: list[OpenedRow] = []
        for number, row in enumerate(_rows(checked)):
            if number < before:
                continue
            rows.append(row)
            if len(rows) == ROWS_A_CHUNK:
                writer.append(len(rows), encode_rows(rows))
                rows = []
                told(writer.done.rows, checked.size)
        if rows:
            writer.append(len(rows), encode_rows(rows))
        told(writer.done.rows, checked.size)
        writer.finish({"rows": writer.done.rows})
    return before


def _rows(checked: Checked) -> Iterator[OpenedRow]:
    """Give the rows in their order, each once. Raises Untrusted `reading-changed`."""
    index = 0
    for reader, digest in zip(checked.readers, checked.hashes, strict=True):
        for told in reader.statements():
            if index not in checked.copies:
                yield row_of(told, checked.closes_on)
            index += 1
        if reader.hash != digest:
            raise Untrusted("reading-changed", file=reader.file)
    if index != checked.total:
        raise Untrusted("reading-changed", file=0)
