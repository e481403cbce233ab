"""Follows one log: its checkpoint, its growth, every new entry; tells apart in which way something is wrong.

The rules are:
- the tree is grown from the entries themselves, from the last head that was checked: consistency is proven by doing;
- memory does not grow with the log: entries are read a tile at a time, and how far it came is kept every few thousand;
- what was once checked stays the measure: a wrong checkpoint changes nothing but the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from civium.errors import CiviumError, Refused, Untrusted
from civium.formats import checkpoint, merkle
from civium.formats.checkpoint import Checkpoint
from civium.formats.merkle import Frontier
from civium.formats.note import LONGEST_NOTE
from civium.formats.tiles import WIDTH
from civium.monitor.asking import Site
from civium.monitor.findings import Finding, finding
from civium.monitor.keeping import Keeping, KeptLog
from civium.monitor.tree import Tiles, extend, extend_block, is_block, path_of, read_entries

_KEEP_EVERY = 64 * WIDTH  # entries between two notes of how far it came
# Looks at new entries of a log: the index of the first, and the entries.
Look = Callable[[int, Sequence[bytes]], None]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Watch:
    """What a round works with: the site, what is kept, the moment, whom to tell."""

    site: Site
    keeping: Keeping
    now: datetime
    today: int  # days since 1970, in Brussels
    report: Callable[[Finding], None]
    progress: Progress = lambda _name, _done, _total: None


@dataclass(frozen=True)
class Shown:
    """What a site shows of a log now: the checkpoint as received, and read."""

    raw: str
    head: Checkpoint


def ask_checkpoint(watch: Watch, log: KeptLog) -> Shown | None:
    """Give the log's present checkpoint, signed by its key; None, and a finding, if there is none or it is not."""
    raw = watch.site.find(f"{path_of(log.origin)}/checkpoint", limit=LONGEST_NOTE)
    if raw is None:
        if log.checkpoint:
            watch.report(finding("log-vanished", log.origin, {"before.checkpoint": log.checkpoint}, before=log.head.size))
        return None
    evidence = {"now.checkpoint": raw, "before.checkpoint": log.checkpoint}
    try:
        text = raw.decode()
        return Shown(text, checkpoint.check(text, log.origin, log.key))
    except (UnicodeDecodeError, Refused):
        watch.report(finding("checkpoint-malformed", log.origin, evidence))
    except Untrusted as error:
        foreign = error.code == "checkpoint-foreign"
        watch.report(finding("checkpoint-malformed" if foreign else "checkpoint-unsigned", log.origin, evidence))
    return None


def follow(watch: Watch, log: KeptLog, shown: Shown, look: Look, *, goes_on: bool = True) -> KeptLog | None:
    """Check that what is shown continues what was seen, and look at every new entry; give the log as it is known then.

    None: something is wrong and was told; what was known stays. `goes_on` is whether an interrupted reading is kept.
    """
    size = shown.head.size
    facts = {"before": log.head.size, "size": size}
    evidence = {"before.checkpoint": log.checkpoint, "now.checkpoint": shown.raw}
    if log.stored_size is not None and size > log.stored_size:
        watch.report(finding("log-grew-closed", log.origin, evidence, stored=log.stored_size, size=size))
        return None
    if size < log.head.size:
        watch.report(finding("log-shrunk", log.origin, evidence, **facts))
        return None
    if size == log.head.size:
        if log.checkpoint and shown.head.root != merkle.root(log.head):
            watch.report(finding("log-forked", log.origin, evidence, **facts))
            return None
        return watch.keeping.see(log, log.head, shown.raw, now=watch.now, today=watch.today)
    blocks: dict[int, bytes] = {}
    try:
        grown = _read(watch, log, size, look, blocks, goes_on=goes_on)
        _check_tiles(watch, log, grown, blocks)
    except Untrusted:
        watch.report(finding("tile-missing", log.origin, evidence))
        return None
    if merkle.root(grown) != shown.head.root:
        watch.report(finding(_what_is_wrong(watch, log, shown), log.origin, evidence, **facts))
        if goes_on:
            watch.keeping.forget_reached(log)
        return None
    return watch.keeping.see(log, grown, shown.raw, now=watch.now, today=watch.today)


def measure_of(watch: Watch, log: KeptLog) -> KeptLog:
    """Give the log as it is to be measured: one that was closed is read once more from its beginning, as its notice says it stands."""
    if not watch.keeping.told(f"anew {log.origin}"):
        return log
    anew = replace(log, head=Frontier(), reached=Frontier(), checkpoint="", seen_on=0)
    watch.keeping.forget_reached(anew)
    return anew


def _read(watch: Watch, log: KeptLog, size: int, look: Look, blocks: dict[int, bytes], *, goes_on: bool) -> Frontier:
    """Grow the tree from the entries up to a size, and gather the roots of whole tiles.

    What was read is kept every few thousand entries, together with what `look` keeps.
    """
    reached = log.reached if goes_on and log.reached.size <= size else log.head
    if goes_on and log.reached.size > size:
        watch.keeping.forget_reached(log)
    entries = read_entries(watch.site, log.origin, reached.size, size)
    while reached.size < size:
        until = min(size, reached.size + _KEEP_EVERY)
        if not goes_on:
            reached = _read_until(watch, log, entries, reached, until, size, look, blocks)
            continue
        with watch.keeping.transaction():
            reached = _read_until(watch, log, entries, reached, until, size, look, blocks)
            watch.keeping.reach(log, reached)
    return reached


def _read_until(
    watch: Watch,
    log: KeptLog,
    entries: Iterator[tuple[int, list[bytes]]],
    reached: Frontier,
    until: int,
    size: int,
    look: Look,
    blocks: dict[int, bytes],
) -> Frontier:
    for start, found in entries:
        look(start, found)
        hashes = [merkle.leaf_hash(entry) for entry in found]
        if is_block(reached, hashes):
            root = blocks[start // WIDTH] = merkle.tree_root(hashes)
            reached = extend_block(reached, root)
        else:
            reached = extend(reached, hashes)
        watch.progress(log.origin, reached.size, size)
        if reached.size >= until:
            break
    return reached


def _check_tiles(watch: Watch, log: KeptLog, grown: Frontier, blocks: Mapping[int, bytes]) -> None:
    """Report where the tiles of hashes, from which others make their proofs, give other hashes than the entries."""
    read = Tiles(watch.site, log.origin, grown.size)
    is_same = all(read.node(merkle.TILE_HEIGHT, index) == root for index, root in blocks.items())
    if not is_same or read.root_at(grown.size) != merkle.root(grown):
        watch.report(finding("tile-altered", log.origin, {}, size=grown.size))


def _what_is_wrong(watch: Watch, log: KeptLog, shown: Shown) -> str:
    """Name what is wrong where the entries do not lead to the signed root."""
    read = Tiles(watch.site, log.origin, shown.head.size)
    try:
        if read.root_at(shown.head.size) != shown.head.root:
            return "entries-altered"
        if read.root_at(log.head.size) != merkle.root(log.head):
            return "log-forked"
    except CiviumError:
        return "tile-missing"
    return "entries-altered"
