"""Compares what two places are shown: a site from here and from elsewhere, or a site and what another monitor keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from civium.errors import Refused, Untrusted
from civium.formats import checkpoint, merkle
from civium.formats.checkpoint import Checkpoint
from civium.formats.note import LONGEST_NOTE
from civium.monitor.asking import Site
from civium.monitor.findings import Finding, finding
from civium.monitor.keeping import kept_heads
from civium.monitor.rounds import told_keys
from civium.monitor.tree import Tiles, path_of


@dataclass(frozen=True)
class View:
    """What one place is shown: key and checkpoint of each log, by origin; tiles can be asked of a site only."""

    name: str
    keys: Mapping[str, bytes]
    checkpoints: Mapping[str, str]
    site: Site | None = None


def view_of_site(site: Site, name: str) -> View:
    """Ask a site for all its logs' keys and checkpoints. Raises Refused as `Site.get`, `site-odd`."""
    keys = told_keys(site)
    checkpoints = {}
    for origin in keys:
        raw = site.find(f"{path_of(origin)}/checkpoint", limit=LONGEST_NOTE)
        if raw is not None:
            checkpoints[origin] = raw.decode(errors="replace")
    return View(name, keys, checkpoints, site)


def view_of_folder(path: Path) -> View:
    """Read what another monitor keeps. Raises Misconfigured `state-foreign`."""
    heads = kept_heads(path)
    return View(
        str(path), {origin: key for origin, (key, _) in heads.items()}, {origin: text for origin, (_, text) in heads.items()}
    )


def compare(one: View, two: View, report: Callable[[Finding], None]) -> int:
    """Report every log that the two places are shown differently; give the number of logs they share and agree on."""
    agreed = 0
    for origin in sorted({*one.checkpoints, *two.checkpoints}):
        first, second = one.checkpoints.get(origin), two.checkpoints.get(origin)
        evidence = {"one.checkpoint": first or "", "two.checkpoint": second or ""}
        if first is None or second is None:
            # What another monitor keeps is older than what a site shows: a new log is no surprise there.
            if (first is None and one.site is not None) or (second is None and two.site is not None):
                report(finding("view-lacks", origin, evidence))
            continue
        if one.keys[origin] != two.keys[origin]:
            report(finding("view-key", origin, evidence))
            continue
        try:
            is_same = _is_same(origin, one, two)
        except (Refused, Untrusted) as error:
            if error.code in ("site-unreachable", "site-answer"):
                raise
            report(finding(_CODES.get(error.code, "checkpoint-malformed"), origin, evidence))
            continue
        if is_same is None:
            report(finding("log-shrunk", origin, evidence, **_sizes(first, second)))
            continue
        if not is_same:
            report(finding("view-forked", origin, evidence))
            continue
        agreed += 1
    return agreed


_CODES = {"note-not-signed": "checkpoint-unsigned", "note-signature": "checkpoint-unsigned", "tile-missing": "tile-missing"}


def _sizes(first: str, second: str) -> dict[str, int]:
    small, large = sorted(checkpoint.parse(text)[0].size for text in (first, second))
    return {"size": small, "before": large}


def _is_same(origin: str, one: View, two: View) -> bool | None:
    """Tell whether the larger of two signed trees goes on from the smaller; None: a site shows less than another monitor saw before.

    Both must be signed by the log's key: raises as `checkpoint.check`, and Untrusted `tile-missing`.
    """
    heads = [(checkpoint.check(view.checkpoints[origin], origin, view.keys[origin]), view) for view in (one, two)]
    (small, _), (large, shower) = sorted(heads, key=lambda pair: pair[0].size)
    if small.size == large.size:
        return small.root == large.root
    if small.size == 0:
        return small.root == merkle.EMPTY_ROOT
    return None if shower.site is None else _goes_on(origin, small, large, shower.site)


def _goes_on(origin: str, small: Checkpoint, large: Checkpoint, site: Site) -> bool:
    read = Tiles(site, origin, large.size)
    try:
        proof = merkle.consistency_proof(read.node, small.size, large.size)
        merkle.check_consistency(small.size, small.root, large.size, large.root, proof)
    except Untrusted as error:
        if error.code == "consistency-proof":
            return False
        raise
    return True
