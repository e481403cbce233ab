"""A whole verification of a million statements of which everything is known: by the officer's commands, with its time, its memory, and what it found.

The rules are:
- the statements are `bench.known_truth`'s, of one State that asks a number with a check digit and a date in it; each is really sealed,
  before the clock starts, and kept in `.demo/bench` until their makers change;
- what is timed is the commands, each in a process of its own, on two cores: sample plan, open, verify, decide, sample draw to estimate, report, certify
  (no lists as PDF, no XLSX). What a person does meanwhile is not timed: looking things up, filling in the sheets; both follow the known truth;
- `verify_peak_mib` is the largest sum, over all processes of a command, of their proportional set sizes (PSS: shared pages counted once), looked
  at five times a second; never less than the highest resident size of any single one;
- `verify_vs_bare_open` compares with decryption alone (HPKE on two cores, envelopes in memory), measured before and after, in the same run;
- with other numbers (CIVIUM_BENCH_VERIFY_ROWS) the seconds are told as they were, and `verify_rows` says how many; CIVIUM_BENCH_VERIFY_STATE for another State.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import checks, known_truth
from bench.known_truth import DAYS, OPENS_ON, Known, draw_known
from bench.sealed import Clear, bench_key, write_export
from civium import rehearsal
from civium.authority import working_file
from civium.authority.crew import core_count
from civium.authority.grounds import codes_of
from civium.authority.judging import FOR_DECISION
from civium.authority.keys import AuthorityKey, encode_private_key
from civium.authority.opening import open_envelope
from civium.authority.settling import settle
from civium.authority.verification import KIND as VERDICTS
from civium.authority.verification import read_verdicts
from civium.formats import envelope, export
from civium.formats import statement as statements

STATE, ROWS, SEED = "PL", 1_000_000, 788
CORES = 2
FOLDER = Path(".demo") / "bench"
_NAME, _PASSPHRASE, _OFFICER = "known", "five invented words of a bench", "R. Ejemplo"
_BATCH = 1000
# A list of decisions is a file of 16 MiB at most.
_DECISIONS_A_FILE = 50_000
_LOOK_EVERY_SECONDS = 0.2
_BARE_A_PROCESS = 15_000
# Whom an officer who knows the truth strikes: the stranger, the invented, and of one person's several statements the later ones.
_FALSE = frozenset({"hostile", "nonsense", "false-crowd"})
_LATER = frozenset({"slipped-number", "other-script", "slipped-birth-date", "moved", "name-changed"})


@dataclass(frozen=True)
class Truth:
    """What is known of an export: the rows that each ground is true of, and the rows that an officer who knows it strikes."""

    grounds: Mapping[str, set[int]]
    struck: set[int]


@dataclass
class Desk:
    """An officer's folder, how long each command took in it, and how much memory it needed."""

    folder: Path
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    cpu_seconds: float = 0.0
    peak_bytes: int = 0

    def run(self, *words: str | Path, step: str = "") -> str:
        """Run one command of the officer's and give what it wrote to stdout."""
        told = [str(Path(sys.executable).with_name("civium-authority")), *map(str, words)]
        told += ["--key", str(self.folder / "key"), "--passphrase-file", str(self.folder / "passphrase")]
        used, began_at = _cpu_used(), time.perf_counter()
        with (self.folder / "stdout").open("w+") as out, (self.folder / "stderr").open("w+") as err:
            running = subprocess.Popen(told, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
            peak = _wait_and_look(running)
            self.seconds[step or str(words[0])] += time.perf_counter() - began_at
            self.cpu_seconds += _cpu_used() - used
            # ru_maxrss is the largest of any ended child, in KiB.
            self.peak_bytes = max(self.peak_bytes, peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
            for stream in (out, err):
                stream.seek(0)
            assert running.returncode == 0, err.read()
            return out.read()


def measure() -> dict[str, float]:
    """Print what was found, and give the numbers."""
    rows, state = int(os.environ.get("CIVIUM_BENCH_VERIFY_ROWS", ROWS)), os.environ.get("CIVIUM_BENCH_VERIFY_STATE", STATE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    path, truth = made(state, rows, FOLDER)
    with TemporaryDirectory(prefix="verify-", dir=FOLDER) as folder:
        return run(path, truth, state, Path(folder), bare=min(rows // CORES, _BARE_A_PROCESS))


def run(path: Path, truth: Truth, state: str, folder: Path, *, bare: int) -> dict[str, float]:
    """Verify an export as an officer would, print what each check found, and give the numbers. `bare`: envelopes for each of the two bare processes."""
    os.link(path, folder / f"{_NAME}.civium")
    key = bench_key(state)
    (folder / "passphrase").write_text(f"{_PASSPHRASE}\n")
    (folder / "key").write_bytes(encode_private_key(key, _PASSPHRASE, salt=bytes(16), nonce=bytes(12)))
    desk = Desk(folder)
    with _on_two_cores():
        rates = [_bare_rate(path, state, bare)]
        told = _verify(desk, key, truth)
        rates.append(_bare_rate(path, state, bare))
    seconds = sum(desk.seconds.values())
    bare_seconds = told["rows"] * len(rates) / sum(rates)
    _show(state, told, desk, bare_seconds)
    return {
        "verify_million_seconds": round(seconds, 1),
        "verify_rows": float(told["rows"]),
        "verify_peak_mib": round(desk.peak_bytes / 2**20, 1),
        "verify_vs_bare_open": round(seconds / bare_seconds, 2),
        **{f"verify_{name}_{kind}": round(number, 3) for name, kind, number in _headline(told["scores"])},
    }


def _verify(desk: Desk, key: AuthorityKey, truth: Truth) -> dict[str, Any]:
    name = desk.folder / _NAME
    by = ("--by", _OFFICER)
    desk.run("sample", "plan", name, *by, "--preset", "nl", step="sample")
    desk.run("open", f"{name}.civium", "--confirm-rules", "--processes", str(CORES))
    desk.run("verify", name, "--processes", str(CORES))
    verdicts = working_file.load(Path(f"{name}.civium-verdicts"), key, kind=VERDICTS)
    rows, scores = _scores(verdicts, truth)
    decided = 0
    for number, decisions in enumerate(_decisions(verdicts, truth)):
        source = desk.folder / f"decisions-{number}.json"
        source.write_text(json.dumps(decisions))
        decided += len(decisions)
        desk.run("decide", name, *by, "--from", source)
    desk.run("sample", "draw", name, *by, step="sample")
    sheets = desk.folder / "sheets"
    desk.run("sample", "split", name, *by, "--form", "csv", "--to", sheets, step="sample")
    _fill_in(sheets)
    desk.run("sample", "merge", name, *by, *sorted(sheets.iterdir()), step="sample")
    desk.run("sample", "estimate", name, *by, "--to", desk.folder / "estimate", step="sample")
    desk.run("report", name, "--to", desk.folder / "report.json")
    certified = desk.run("certify", name, "--to", desk.folder / "certificate", "--sample", "estimate")
    return {"rows": rows, "scores": scores, "decided": decided, "certified": certified.splitlines()[0]}


def _fill_in(sheets: Path) -> None:
    """Write a result into each row of each sheet, as a clerk does: every hundredth is not found."""
    for path in sheets.iterdir():
        with path.open(encoding="utf-8-sig", newline="") as stream:
            table = list(csv.reader(stream, delimiter=";"))
        place = table[0].index("result")
        for number, line in enumerate(table[1:], start=1):
            line[place] = "valid" if number % 100 else "invalid"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows(table)


def _scores(verdicts: working_file.WorkingFile, truth: Truth) -> tuple[int, dict[str, checks.Score]]:
    found: dict[str, set[int]] = defaultdict(set)
    row = -1
    for row, settled in enumerate(settle(read_verdicts(verdicts), {})):
        for code in codes_of(settled.grounds):
            found[code].add(row)
    return row + 1, checks.score_all(truth.grounds, found)


def _decisions(verdicts: working_file.WorkingFile, truth: Truth) -> Iterator[list[dict[str, str]]]:
    """Give what an officer who knows the truth decides, a file at a time."""
    waiting = ((number, row.identifier) for number, row in enumerate(read_verdicts(verdicts)) if row.verdict == FOR_DECISION)
    told = (
        {
            "identifier": identifier,
            "decision": "strike" if number in truth.struck else "accept",
            "reason": "compared with the register",
        }
        for number, identifier in waiting
    )
    while batch := list(islice(told, _DECISIONS_A_FILE)):
        yield batch


def made(state: str, rows: int, folder: Path) -> tuple[Path, Truth]:
    """Give an export of so many statements with its truth, made once for each state of its makers' texts."""
    path = folder / f"known-{state}-{rows}-{_makers()}.civium"
    beside = path.with_suffix(".json")
    if not (path.exists() and beside.exists()):
        sys.stderr.write(f"drawing and sealing {rows:,} statements before the clock starts\n")
        began_at = time.perf_counter()
        grounds: dict[str, list[int]] = defaultdict(list)
        struck: list[int] = []
        batches = _batches(_noting(draw_known(state, rows, SEED), grounds, struck))
        closes_on = OPENS_ON + timedelta(days=DAYS)
        write_export(path, state, batches, opens_on=OPENS_ON, closes_on=closes_on, processes=core_count())
        beside.write_text(json.dumps({"grounds": grounds, "struck": struck}))
        sys.stderr.write(f"made in {time.perf_counter() - began_at:,.0f} seconds\n")
    told = json.loads(beside.read_text())
    return path, Truth({name: set(places) for name, places in told["grounds"].items()}, set(told["struck"]))


def _makers() -> str:
    """Give a name for what the statements are made by: another text may make others."""
    places = [
        Path(known_truth.__file__),
        Path(__file__).with_name("sealed.py"),
        *sorted(Path(rehearsal.__path__[0]).glob("*.py")),
    ]
    return sha256(b"".join(place.read_bytes() for place in places)).hexdigest()[:12]


def _noting(drawn: Iterator[Known], grounds: dict[str, list[int]], struck: list[int]) -> Iterator[Known]:
    for row, one in enumerate(drawn):
        for place, ground in one.truth:
            grounds[ground].append(place)
        if one.kind in _FALSE or (one.kind in _LATER and one.truth):
            struck.append(row)
        yield one


def _batches(drawn: Iterator[Known]) -> Iterator[list[Clear]]:
    while batch := list(islice(drawn, _BATCH)):
        yield [(known.received_on, statements.pad(statements.encode(_stated(known)))) for known in batch]


def _stated(known: Known) -> statements.Statement:
    return statements.Statement("en", "2026-11-21", True, True, 0, b"", known.fields, frozenset())


@contextmanager
def _on_two_cores() -> Iterator[None]:
    """Keep to two of the machine's cores: what is started meanwhile does so too."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(sorted(before)[:CORES]))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _wait_and_look(running: subprocess.Popen[str]) -> int:
    """Wait for a command to end and give the most memory that its processes had together."""
    peak = 0
    while True:
        peak = max(peak, sum(_pss(process) for process in _tree(running.pid)))
        with suppress(subprocess.TimeoutExpired):
            running.wait(_LOOK_EVERY_SECONDS)
            return peak


def _cpu_used() -> float:
    """Give the seconds of processor time that ended commands and their processes took."""
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def _tree(process: int) -> Iterator[int]:
    yield process
    for told in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            for child in told.read_text().split():
                yield from _tree(int(child))


def _pss(process: int) -> int:
    """Give a process's proportional set size in bytes; 0 where it has just ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _bare_rate(path: Path, state: str, count: int) -> float:
    """Give how many envelopes two processes open in a second with nothing else to do."""
    context = get_context("spawn")
    together, answers = context.Barrier(CORES), context.SimpleQueue()
    workers: Sequence[SpawnProcess] = [
        context.Process(target=_open_bare, args=(path, state, place * count, count, together, answers)) for place in range(CORES)
    ]
    for worker in workers:
        worker.start()
    seconds = [float(answers.get()) for _ in workers]
    for worker in workers:
        worker.join()
    return CORES * count / max(seconds)


def _open_bare(path: Path, state: str, first: int, count: int, together: Any, answers: Any) -> None:
    with path.open("rb") as stream:
        rows = islice(export.ExportReader(stream).rows(), first, first + count)
        envelopes = [envelope.parse(row.envelope) for row in rows if isinstance(row, export.StatementRow)]
    private = bench_key(state).private
    together.wait()
    began_at = time.perf_counter()
    opened = sum(open_envelope(sealed, private) is not None for sealed in envelopes)
    answers.put(time.perf_counter() - began_at)
    assert opened == count


def _headline(scores: Mapping[str, checks.Score]) -> Iterator[tuple[str, str, float]]:
    for name, code in (("near", "any near-repeat or group"), ("repeat", "repeat")):
        yield name, "precision", scores[code].precision
        yield name, "recall", scores[code].recall


def _show(state: str, told: Mapping[str, Any], desk: Desk, bare_seconds: float) -> None:
    title = f"{state}, {told['rows']:,} statements"
    lines = [*checks.table_of(title, told["scores"]), ""]
    lines += [f"  {step:<12}{seconds:>9,.1f} s" for step, seconds in desk.seconds.items()]
    lines += [f"  {'in all':<12}{sum(desk.seconds.values()):>9,.1f} s (processor time, all processes: {desk.cpu_seconds:,.1f} s)"]
    lines += [f"  {'bare opening':<12}{bare_seconds:>9,.1f} s"]
    lines += [f"  decided by a person: {told['decided']:,}; certified: {told['certified']}", ""]
    sys.stdout.write("\n".join(lines) + "\n")
