"""The statements with their last word, side by side, for the writers of files: XML, CSV."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from civium.authority.judging import VERDICTS
from civium.authority.rows import OpenedRow, decode_rows
from civium.authority.settling import SettledRow, settle
from civium.authority.verification import read_verdicts
from civium.authority.working_file import WorkingFile
from civium.errors import Refused
from civium.formats.statement import Statement
from civium.formats.statement import parse as parse_statement


@dataclass(frozen=True, repr=False)
class Result:
    """One statement, None where it cannot be read, and its last word."""

    statement: Statement | None
    settled: SettledRow

    @property
    def verdict(self) -> str:
        """accepted, struck or for-decision."""
        return VERDICTS[self.settled.verdict]


def read_results(
    opened: WorkingFile, verdicts: WorkingFile, decisions: Mapping[str, str], *, which: Collection[str]
) -> Iterator[Result]:
    """Give the statements whose verdict is one of `which`, in the order of the log, unreadable ones among them.

    Raises Refused `verdicts-foreign` if the verdicts are of another working file.
    """
    if verdicts.facts["opened"] != opened.head_hash():
        raise Refused("verdicts-foreign")
    rows = (row for _, chunk in opened.chunks() for row in decode_rows(chunk))
    for row, settled in zip(rows, settle(read_verdicts(verdicts), decisions), strict=True):
        if VERDICTS.get(settled.verdict) in which:
            yield Result(_statement(row), settled)


def _statement(row: OpenedRow) -> Statement | None:
    if row.plaintext is None:
        return None
    try:
        return parse_statement(row.plaintext)
    except Refused:
        return None
