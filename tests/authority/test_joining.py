"""A log that was closed and its successor: complete each by itself, joined for the verdicts, certified only together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from civium.authority import working_file
from civium.authority.certificate import Draft, Paper, certificate_of
from civium.authority.completeness import check_export
from civium.authority.joining import join_opened
from civium.authority.opened import KIND as OPENED
from civium.authority.opened import open_into
from civium.authority.placing import unfinished
from civium.authority.policy import Policy, from_table, judge_of
from civium.authority.settling import Tally, settle, tally_of
from civium.authority.verification import KIND as VERDICTS
from civium.authority.verification import read_verdicts, verify
from civium.authority.working_file import WorkingFile
from civium.errors import Refused, Untrusted
from civium.formats import manifest
from civium.formats.export import WORKING_COPY
from civium.law.procedure import load_procedure
from tests.authority.build import Log, authority_key, dni, spanish, statement


def _logs(count: int = 2, **settings: object) -> list[Log]:
    """Make generations of one log, all named by one chain of manifests."""
    logs = [Log(authority_key(), **settings) for _ in range(count)]  # type: ignore[arg-type]
    chain = logs[0].manifests
    for generation, log in enumerate(logs, start=1):
        log.origin = f"{log.origin[:-1]}{generation}"
        if generation > 1:
            previous = manifest.manifest_hash(chain[-1][0])
            named = {"ES/online": log.origin}
            chain.append(log.sign(log.manifest(sequence=generation, previous=previous, logs=named)))
        log.manifests = chain
    return logs


def _opened(log: Log, folder: Path, name: str) -> WorkingFile:
    complete = check_export(log.write(folder / f"{name}.civium"), told=lambda *_: None)
    target = folder / f"{name}.civium-opened"
    open_into(complete, target, keys=(log.key,), policy=Policy("ES"), processes=1, told=lambda *_: None)
    return working_file.load(target, log.key, kind=OPENED)


def _tally(opened: WorkingFile, folder: Path, name: str) -> tuple[WorkingFile, Tally]:
    target = folder / f"{name}.civium-verdicts"
    verify(opened, target, processes=1, told=lambda *_: None)
    verdicts = working_file.load(target, opened.key, kind=VERDICTS)
    strikes = judge_of(from_table(verdicts.facts["policy"])).strikes
    return verdicts, tally_of(settle(read_verdicts(verdicts), {}), strikes)


def _certificate(verdicts: WorkingFile, tally: Tally) -> dict[str, object]:
    place = load_procedure().jurisdictions["ES"]
    return certificate_of(Draft(verdicts.facts, tally, "", "e" * 64, place, "Oficina", Paper(), date(2026, 11, 21)))


def test_who_signed_in_both_counts_once_and_the_certificate_names_both(tmp_path: Path) -> None:
    first, second = _logs()
    for number, name in enumerate(("Ana", "Berta", "Carla")):
        first.add(statement(spanish(dni(number), name)))
    for number, name in ((1, "Berta"), (7, "Dora")):
        second.add(statement(spanish(dni(number), name)))
    opened = [_opened(log, tmp_path, f"generation-{place}") for place, log in enumerate((first, second), start=1)]
    alone, numbers = _tally(opened[1], tmp_path, "alone")
    with pytest.raises(Refused) as refused:
        _certificate(alone, numbers)
    assert (refused.value.code, refused.value.facts) == ("certificate-generations", {"missing": 1})
    shown: list[tuple[int, int]] = []
    target = tmp_path / "joined.civium-opened"
    assert join_opened(opened[::-1], target, told=lambda *done: shown.append(done)) == 5
    assert (shown[0], shown[-1]) == ((0, 5), (5, 5))
    joined, tally = _tally(working_file.load(target, first.key, kind=OPENED), tmp_path, "joined")
    assert (tally.entries, tally.accepted, tally.repeats) == (5, 4, 1)
    told = _certificate(joined, tally)
    assert told["valid"] == {"total": 4, "online": 4, "paper": 0}
    assert told["log"] == {
        "origin": f"{first.origin} {second.origin}",
        "size": 5,
        "exported_on": opened[0].facts["export"]["made_on"],
    }
    with pytest.raises(Refused, match="file-exists"):
        join_opened(opened, target, told=lambda *_: None)


def test_only_all_generations_of_one_log_are_joined(tmp_path: Path) -> None:
    logs = _logs(3)
    for number, log in enumerate(logs):
        log.add(statement(spanish(dni(number), "Ana")))
    one, two, three = (_opened(log, tmp_path, f"generation-{place}") for place, log in enumerate(logs))
    target = tmp_path / "joined.civium-opened"
    for files in ([one, two], [one, three, two, two], [one, two, two]):
        with pytest.raises(Refused) as refused:
            join_opened(files, target, told=lambda *_: None)
        assert (refused.value.code, refused.value.facts) == ("join-generations", {"generations": 3})
    other = replace(two, facts={**two.facts, "closes_on": "2026-08-01"})
    foreign = replace(two, facts={**two.facts, "export": {**two.facts["export"], "origin": "elsewhere.example/2"}})
    for changed in (other, foreign):
        with pytest.raises(Refused, match="join-foreign"):
            join_opened([one, changed, three], target, told=lambda *_: None)
    assert not target.exists()
    assert join_opened([three, one, two], target, told=lambda *_: None) == 3


def test_an_envelope_in_both_is_untrusted(tmp_path: Path) -> None:
    first, second = _logs()
    first.add(statement(spanish(dni(1), "Ana")))
    second.rows.append(first.rows[0])
    opened = [_opened(log, tmp_path, f"generation-{place}") for place, log in enumerate((first, second))]
    target = tmp_path / "joined.civium-opened"
    with pytest.raises(Untrusted, match="export-repeated-entry"):
        join_opened(opened, target, told=lambda *_: None)
    assert not target.exists()


def test_with_a_working_copy_the_whole_is_one(tmp_path: Path) -> None:
    first, second = _logs()
    second.kind = WORKING_COPY
    for log in (first, second):
        log.add(statement(spanish(dni(len(log.rows)), "Ana")))
    opened = [_opened(log, tmp_path, f"generation-{place}") for place, log in enumerate((first, second))]
    target = tmp_path / "joined.civium-opened"
    join_opened(opened, target, told=lambda *_: None)
    verdicts, tally = _tally(working_file.load(target, first.key, kind=OPENED), tmp_path, "joined")
    with pytest.raises(Refused, match="certificate-working-copy"):
        _certificate(verdicts, tally)


def test_a_join_that_was_stopped_is_done_again(tmp_path: Path) -> None:
    """The command says that what was interrupted goes on when it is given again."""
    first, second = _logs()
    first.add(statement(spanish(id_number=dni(1))))
    second.add(statement(spanish(id_number=dni(2))))
    opened = [_opened(first, tmp_path, "first"), _opened(second, tmp_path, "second")]
    target = tmp_path / "joined.civium-opened"

    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        join_opened(opened, target, told=stop)
    assert unfinished(target).exists()
    assert join_opened(opened, target, told=lambda *_: None) == 2
    assert working_file.load(target, first.key, kind=OPENED).summary() == {"rows": 2}
    assert not unfinished(target).exists()
