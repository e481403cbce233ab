"""A whole verification in a temporary folder, by the functions: export, opened, verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civium.authority import working_file
from civium.authority.completeness import check_export
from civium.authority.opened import KIND as OPENED
from civium.authority.opened import open_into
from civium.authority.policy import Policy, from_table, judge_of
from civium.authority.settling import SettledRow, Tally, settle, tally_of
from civium.authority.verification import KIND as VERDICTS
from civium.authority.verification import read_verdicts, verify
from civium.authority.working_file import WorkingFile
from tests.authority.build import Log


@dataclass
class Verified:
    """What came out."""

    opened: WorkingFile
    verdicts: WorkingFile

    def settled(self, decisions: dict[str, str] | None = None) -> list[SettledRow]:
        """Give the rows with their last word."""
        return list(settle(read_verdicts(self.verdicts), decisions or {}))

    def tally(self, decisions: dict[str, str] | None = None) -> Tally:
        """Give the numbers."""
        return tally_of(iter(self.settled(decisions)), judge_of(from_table(self.verdicts.facts["policy"])).strikes)


def verified(log: Log, folder: Path, **settings: Any) -> Verified:
    """Open and verify a log."""
    complete = check_export(log.write(folder / "x.civium"), told=lambda _done, _total: None)
    policy = settings.get("policy") or Policy(log.key.public.jurisdiction)
    processes = settings.get("processes", 1)
    opened = folder / "x.civium-opened"
    open_into(complete, opened, keys=(log.key,), policy=policy, processes=processes, told=lambda _done, _total: None)
    kept = working_file.load(opened, log.key, kind=OPENED)
    verify(kept, folder / "x.civium-verdicts", processes=processes, told=lambda _done, _total: None)
    return Verified(kept, working_file.load(folder / "x.civium-verdicts", log.key, kind=VERDICTS))
