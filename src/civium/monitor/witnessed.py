"""Which of the witnesses that this monitor relies on have cosigned what the site shows (docs/spec/cosignature.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from civium.errors import Misconfigured, Refused, Untrusted
from civium.formats import cosignature, note
from civium.formats.cosignature import WitnessList
from civium.monitor.counting import STALE_SECONDS
from civium.monitor.findings import finding
from civium.monitor.following import Shown, Watch


@dataclass(frozen=True)
class WitnessCount:
    """A witness, how many logs it cosigned, and when it last did (seconds since 1970; 0: never)."""

    name: str
    logs: int
    of: int
    latest: int


def read_witness_list(path: Path | None) -> WitnessList:
    """Read whom to rely on; None: nobody. Raises Misconfigured `witnesses-unreadable`, `witnesses-malformed`."""
    if path is None:
        return WitnessList()
    try:
        with path.open("rb") as stream:
            text = stream.read(cosignature.LONGEST_LIST + 1).decode()
    except (OSError, UnicodeDecodeError):
        raise Misconfigured("witnesses-unreadable") from None
    try:
        return cosignature.parse_witness_list(text)
    except Refused as error:
        raise Misconfigured(error.code, **error.facts) from None


def check_witnesses(watch: Watch, relied: WitnessList, shown: Mapping[str, Shown]) -> list[WitnessCount]:
    """Report logs that too few witnesses cosigned, or last did long ago; give what each did."""
    counts = {witness.name: [0, 0] for witness in relied.witnesses}
    seconds = int(watch.now.timestamp())
    for origin, one in shown.items():
        parsed = note.parse(one.raw)
        times: list[int] = []
        for witness in relied.witnesses:
            try:
                at = cosignature.check(parsed, witness)
            except Untrusted as error:
                if error.code == "cosignature-wrong":
                    watch.report(finding("cosignature-wrong", origin, {"now.checkpoint": one.raw}))
                continue
            times.append(at)
            counts[witness.name] = [counts[witness.name][0] + 1, max(counts[witness.name][1], at)]
        if len(times) < relied.quorum:
            facts = {"cosigned": len(times), "quorum": relied.quorum}
            watch.report(finding("witnesses-few", origin, {"now.checkpoint": one.raw}, **facts))
        elif relied.quorum and seconds - sorted(times)[-relied.quorum] > STALE_SECONDS:
            minutes = (seconds - sorted(times)[-relied.quorum]) // 60
            watch.report(finding("log-stale", origin, {"now.checkpoint": one.raw}, minutes=minutes))
    return [WitnessCount(name, logs, len(shown), latest) for name, (logs, latest) in counts.items()]
