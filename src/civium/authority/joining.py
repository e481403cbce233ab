"""Joins the opened exports of a log that was closed and of its successors: one working file, so that one person counts once in all of them.

The rules are:
- each export was checked against its own checkpoint when it was opened; here they must be all generations of one log, each once;
- rows stand in the order of generations, and no envelope twice;
- what the exports were, file by file, stands in the joined file's facts, and so on the certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from civium.authority import working_file
from civium.authority.opened import KIND, generation_of
from civium.authority.rows import decode_rows
from civium.authority.working_file import WorkingFile
from civium.errors import Refused, Untrusted
from civium.formats.export import PACKAGE

_SAME = (
    "deployment",
    "procedure",
    "registration",
    "collection",
    "jurisdiction",
    "channel",
    "opens_on",
    "closes_on",
    "policy",
    "texts",
    "generations",
)


def join_opened(files: Sequence[WorkingFile], target: Path, *, told: Callable[[int, int], None]) -> int:
    """Write one working file of opened statements out of several, and give its number of rows.

    Raises Refused `join-foreign` for files that are not of one log, opened by one policy; `join-generations` where one is missing or
    twice; `file-exists`; Untrusted `export-repeated-entry`.
    """
    ordered = sorted(files, key=lambda one: _generation(one.facts))
    facts = _joined_facts([one.facts for one in ordered])
    total, done = facts["export"]["size"], 0
    seen: set[bytes] = set()
    told(0, total)
    # A stopped join of the same exports is done again: it takes less time than to look how far it came.
    with working_file.begin_anew(target, facts, ordered[0].key) as writer:
        for one in ordered:
            for count, chunk in one.chunks():
                seen.update(row.envelope_hash for row in decode_rows(chunk))
                done += count
                if len(seen) != done:
                    raise Untrusted("export-repeated-entry")
                writer.append(count, chunk)
                told(done, total)
        writer.finish({"rows": done})
    return done


def origins_of(facts: dict[str, Any]) -> list[str]:
    """Give the origins of the logs whose exports a working file holds."""
    return str(facts["export"]["origin"]).split(" ")


def _generation(facts: dict[str, Any]) -> int:
    return generation_of(origins_of(facts)[0])


def _joined_facts(facts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    first = facts[0]
    if any("read" in one for one in facts):
        raise Refused("join-foreign")  # no log, no generations: several files of one sender are read together
    if any(
        {name: one.get(name) for name in (*_SAME, "key_id")} != {name: first.get(name) for name in (*_SAME, "key_id")}
        for one in facts
    ):
        raise Refused("join-foreign")
    logs = {origin.rpartition("/")[0] for one in facts for origin in origins_of(one)}
    if len(logs) > 1:
        raise Refused("join-foreign")
    if [_generation(one) for one in facts] != list(range(1, first["generations"] + 1)):
        raise Refused("join-generations", generations=first["generations"])
    exports = [one["export"] for one in facts]
    kinds = {one["kind"] for one in exports}
    joined = {
        **{name: " ".join(one[name] for one in exports) for name in ("sha256", "origin", "root")},
        "kind": PACKAGE if kinds == {PACKAGE} else min(kinds - {PACKAGE}),
        "made_on": max(one["made_on"] for one in exports),
        "size": sum(one["size"] for one in exports),
    }
    return {"kind": KIND, "export": joined, **{name: first[name] for name in _SAME}}
