"""The working file of opened statements: begun, taken up again, finished (steps 10 and 13 of `opening.py`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from civium.authority import working_file
from civium.authority.completeness import CompleteExport
from civium.authority.keys import AuthorityKey
from civium.authority.opening import check_keys, open_export
from civium.authority.policy import Policy
from civium.errors import Refused

KIND = "opened"


def facts_of(complete: CompleteExport, policy: Policy) -> dict[str, Any]:
    """Give what the working file says in clear about itself: nothing of a signatory."""
    head, last = complete.head, complete.manifest
    return {
        "kind": KIND,
        "export": {
            "sha256": complete.file_hash.hex(),
            "kind": head.kind,
            "made_on": head.made_on.isoformat(),
            "origin": head.origin,
            "size": head.size,
            "root": complete.checkpoint.root.hex(),
        },
        "deployment": head.deployment,
        "procedure": head.procedure,
        "registration": head.registration,
        "collection": head.collection.hex(),
        "jurisdiction": head.jurisdiction,
        "channel": head.channel,
        "opens_on": last.opens_on.isoformat(),
        "closes_on": last.closes_on.isoformat(),
        # More than one: the log was closed and has successors, each with an export of its own.
        "generations": generation_of(last.origin(head.jurisdiction, head.channel)),
        "policy": policy.table(),
        "texts": {language: json.loads(text) for language, text in head.texts.items()},
    }


def generation_of(origin: str) -> int:
    """Give the generation that an origin ends with."""
    number = origin.rpartition("/")[2]
    return int(number) if number.isdecimal() else 1


def open_into(
    complete: CompleteExport,
    target: Path,
    *,
    keys: Sequence[AuthorityKey],
    policy: Policy,
    processes: int,
    told: Callable[[int, int], None],
) -> int:
    """Open a complete export into the working file `target`, or go on where it was stopped; give the number of rows done before.

    Whatever stops it leaves what is whole, to be taken up. Raises Refused `policy-foreign`, `file-exists`, `work-of-another` and what `open_export` raises.
    """
    if policy.jurisdiction != complete.head.jurisdiction:
        raise Refused("policy-foreign")
    check_keys(complete, keys)
    with working_file.begin(target, facts_of(complete, policy), keys[0]) as writer:  # (10)
        before = writer.done.rows
        told(before, complete.head.size)
        for rows, chunk in open_export(complete, keys, first=before, processes=processes):
            writer.append(rows, chunk)  # (13)
            told(writer.done.rows, complete.head.size)
        writer.finish({"rows": writer.done.rows})
    return before
