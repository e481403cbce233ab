"""How well each check finds what it looks for: precision and recall against statements of which everything is known.

What is measured: statements of `bench.known_truth` (two States of each part), put into a working file as `open` leaves it, verified and settled by
the product. A row is found by a check if it has its ground in the end; it is right if that is true of it. Precision: of those found, how
many are right. Recall: of those that are so, how many are found. Printed State by State and together; what the checks do not look for
(a misspelt or shortened name) is counted in the recall all the same. With other numbers of rows: CIVIUM_BENCH_CHECKS_ROWS (for each State).
"""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.known_truth import DAYS, NEAR, ODD_NAMES, OPENS_ON, Known, draw_known
from civium.authority import working_file
from civium.authority.crew import core_count
from civium.authority.grounds import codes_of
from civium.authority.keys import AuthorityKey, make_key
from civium.authority.opened import KIND as OPENED
from civium.authority.policy import Policy
from civium.authority.rows import OpenedRow, encode_rows
from civium.authority.settling import settle
from civium.authority.verification import KIND as VERDICTS
from civium.authority.verification import read_verdicts, verify
from civium.authority.working_file import WorkingFile
from civium.formats import leaf
from civium.formats import statement as statements

STATES = ("ES", "BG", "DE", "EL")
ROWS, SEED = 25_000, 788
_CHUNK = 512
# What is told of several checks as one question beside each alone.
TOGETHER: Mapping[str, tuple[str, ...]] = {
    "any near-repeat or group": (*NEAR, "repeat-names-differ", "repeat-address-differs"),
    "any name that is none": ODD_NAMES,
}


@dataclass(frozen=True)
class Score:
    """Of one check: how many statements it is true of, how many it found, how many of these rightly."""

    true: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """Of those found, how many are right; one that found nothing was never wrong."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Of those that are so, how many are found."""
        return self.right / self.true if self.true else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(self.true + other.true, self.found + other.found, self.right + other.right)


def measure() -> dict[str, float]:
    """Print the table and give its numbers."""
    rows = int(os.environ.get("CIVIUM_BENCH_CHECKS_ROWS", ROWS))
    scores: dict[str, Score] = {}
    for state in STATES:
        with TemporaryDirectory(prefix="civium-bench-") as folder:
            found = scores_of(state, rows, SEED, Path(folder), processes=core_count())
        sys.stdout.write("\n".join(table_of(f"{state}, {rows:,} statements", found)) + "\n\n")
        scores = {name: scores.get(name, Score(0, 0, 0)) + found.get(name, Score(0, 0, 0)) for name in {**scores, **found}}
    sys.stdout.write("\n".join(table_of("all together", scores)) + "\n\n")
    together = [scores[name] for name in TOGETHER]
    return {
        "checks_near_precision": round(together[0].precision, 3),
        "checks_near_recall": round(together[0].recall, 3),
        "checks_nonsense_precision": round(together[1].precision, 3),
        "checks_nonsense_recall": round(together[1].recall, 3),
        "checks_repeat_precision": round(scores["repeat"].precision, 3),
        "checks_repeat_recall": round(scores["repeat"].recall, 3),
    }


def scores_of(state: str, rows: int, seed: int, folder: Path, *, processes: int = 1) -> dict[str, Score]:
    """Give the score of each check on so many statements of one State."""
    key = make_key(state, bytes(32))
    truth: dict[str, set[int]] = defaultdict(set)
    opened = _opened(_noting(draw_known(state, rows, seed), truth), state, rows, folder / "opened", key)
    verify(opened, folder / "verdicts", processes=processes, told=lambda _done, _total: None)
    found: dict[str, set[int]] = defaultdict(set)
    for row, settled in enumerate(settle(read_verdicts(working_file.load(folder / "verdicts", key, kind=VERDICTS)), {})):
        for code in codes_of(settled.grounds):
            found[code].add(row)
    return score_all(truth, found)


def score_all(truth: Mapping[str, set[int]], found: Mapping[str, set[int]]) -> dict[str, Score]:
    """Give the score of each check, alone and of several together, from the rows that each is true of and the rows that it found."""
    names = {name: (name,) for name in sorted(truth.keys() | found.keys())} | dict(TOGETHER)
    return {name: _score(codes, truth, found) for name, codes in names.items()}


def _score(codes: Iterable[str], truth: Mapping[str, set[int]], found: Mapping[str, set[int]]) -> Score:
    true, seen = (set().union(*(told.get(code, set()) for code in codes)) for told in (truth, found))
    return Score(len(true), len(seen), len(true & seen))


def _noting(drawn: Iterable[Known], truth: dict[str, set[int]]) -> Iterator[Known]:
    for one in drawn:
        for row, ground in one.truth:
            truth[ground].add(row)
        yield one


def _opened(drawn: Iterable[Known], state: str, rows: int, path: Path, key: AuthorityKey) -> WorkingFile:
    """Give a working file as opening leaves it, of statements that were never sealed: sealing is not what is measured."""
    facts = {
        "kind": OPENED,
        "export": {"size": rows},
        "procedure": "eci",
        "jurisdiction": state,
        "opens_on": OPENS_ON.isoformat(),
        "closes_on": (OPENS_ON + timedelta(days=DAYS)).isoformat(),
        "policy": Policy(state).table(),
    }
    with working_file.begin(path, facts, key) as writer:
        packed: list[OpenedRow] = []
        for row, known in enumerate(drawn, start=1):
            packed.append(_row(row, known))
            if len(packed) == _CHUNK or row == rows:
                writer.append(len(packed), encode_rows(packed))
                packed = []
        writer.finish({"rows": rows})
    return working_file.load(path, key, kind=OPENED)


def _row(row: int, known: Known) -> OpenedRow:
    made = statements.Statement("en", "2026-11-21", True, True, 0, b"", known.fields, frozenset())
    record = leaf.encode(leaf.LeafRecord(known.received_on, sha256(b"%d" % row).digest(), bytes(32)))
    return OpenedRow(record, "", statements.pad(statements.encode(made)))


def table_of(title: str, scores: Mapping[str, Score]) -> list[str]:
    """Give the scores as lines, each alone and then those told together."""
    lines = [f"{title:<34}{'true':>9}{'found':>9}{'right':>9}{'precision':>11}{'recall':>9}"]
    alone = Counter({name: place for place, name in enumerate(sorted(scores.keys() - TOGETHER.keys()))})
    for name in (*sorted(alone), *(name for name in TOGETHER if name in scores)):
        score = scores[name]
        numbers = f"{score.true:>9,}{score.found:>9,}{score.right:>9,}"
        lines.append(f"  {name:<32}{numbers}{_share(score.precision, score.found):>11}{_share(score.recall, score.true):>9}")
    return lines


def _share(share: float, of: int) -> str:
    return f"{share:.3f}" if of else "-"
