"""Exports as jobs: counted before, made by State, kept when stopped, finished after a kill, gone when outdated; letters beside packages."""

from __future__ import annotations

import io
import json
import resource
import signal
import subprocess
import threading
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connections
from pypdf import PdfReader

from civium.authority.completeness import check_export
from civium.errors import Refused
from civium.formats.export import PACKAGE, WORKING_COPY
from civium.server.config import Config
from civium.server.initiatives import lifecycle
from civium.server.initiatives.exports import make_export
from civium.server.initiatives.models import Collection, Export, Initiative, JournalEntry
from civium.server.initiatives.premises import Premises
from civium.server.jobs import exporting, files, queue, work
from civium.server.jobs.exporting import Asked, ask_export, preview
from civium.server.jobs.models import Job
from civium.server.office.models import PaperTally
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, ONE, TODAY, TWO

from .working import await_that, do_next, in_a_process, receive

BOTH = ("ES", "MT")
COPY = Asked(WORKING_COPY, ("ES",))
PACKAGES = Asked(PACKAGE, BOTH)


def _files(config: Config, job: Job) -> list[str]:
    folder = config.folder / "exports" / str(job.pk)
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_counts_come_first_from_heads_and_by_days(live: Initiative, collection: Collection, premises: Premises) -> None:
    for days in (0, 1, 1, 3):
        receive(premises, collection, "ES", 10, on=TODAY + timedelta(days=days))
    receive(premises, collection, "MT", 7)
    premises.store.destroy_body(place.log_of(premises, collection, "ES"), 3, reason="destroyed-by-organisers")
    whole = preview(live, premises, Asked(WORKING_COPY, BOTH))
    assert (whole.files, whole.entries, whole.destroyed, whole.is_by_day) == (2, 46, 1, False)
    entry = len(place.envelopes(collection, "ES", 1)[0]) + 7
    assert abs(whole.size_bytes - 46 * entry) < 0.1 * 46 * entry

    def between(first: int | None, last: int | None) -> int:
        days = [None if day is None else TODAY + timedelta(days=day) for day in (first, last)]
        return preview(live, premises, Asked(WORKING_COPY, ("ES",), *days)).entries

    assert [between(0, 0), between(1, 1), between(2, 2), between(1, 3), between(None, 1), between(1, None)] == [
        10, 20, 0, 30, 30, 30,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Asked(WORKING_COPY, ("XX",)), "unknown-jurisdiction"),
        (Asked(WORKING_COPY, ()), "unknown-jurisdiction"),
        (Asked(WORKING_COPY, ("ES",), date(2026, 11, 3), date(2026, 11, 2)), "days-turned-round"),
        (Asked(PACKAGE, ("ES",), date(2026, 11, 3)), "package-is-whole"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anybody_waits(
    live: Initiative, premises: Premises, asked: Asked, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        ask_export(live, premises, asked, ONE, now=NOW)
    assert refused.value.code == code
    assert not Job.objects.exists()


def test_a_package_that_counts_waits_for_the_end_and_a_million(central: Initiative, premises: Premises) -> None:
    with pytest.raises(Refused, match="package-before-end"):
        ask_export(central, premises, PACKAGES, TWO, now=NOW)
    after = NOW + timedelta(days=365)
    with pytest.raises(Refused, match="package-below-threshold"):
        ask_export(central, premises, PACKAGES, TWO, now=after)
    reasoned = Asked(PACKAGE, BOTH, reason="The authority asked for a rehearsal.")
    with pytest.raises(Refused, match="second-person-missing"):
        ask_export(central, premises, reasoned, ONE, now=after)
    job = ask_export(central, premises, reasoned, TWO, now=after)
    assert Asked.of(json.loads(json.dumps(job.facts))) == reasoned


def test_statements_on_paper_count_for_the_thresholds(central: Initiative, premises: Premises) -> None:
    """Art. 12(2) asks for a million statements and seven States, online and on paper together."""
    after = NOW + timedelta(days=365)
    for code in ("DE", "FR", "IT", "ES", "PL", "RO", "NL"):
        PaperTally.objects.create(
            initiative=central, jurisdiction=code, week=date(2026, 11, 16), version=1, number=150_000, by="Anna", entered_at=NOW
        )
    PaperTally.objects.update(entered_at=after - timedelta(hours=23))
    with pytest.raises(Refused, match="package-below-threshold"):
        ask_export(central, premises, PACKAGES, ONE, now=after)  # one person could type a million, and need no second
    PaperTally.objects.update(entered_at=after - timedelta(hours=24))
    assert ask_export(central, premises, PACKAGES, ONE, now=after).facts == {"kind": PACKAGE, "jurisdictions": list(BOTH)}


def test_a_job_makes_a_file_for_each_state_and_says_who_made_what(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    receive(premises, collection, "ES", 12)
    receive(premises, collection, "MT", 5)
    job = ask_export(live, premises, Asked(WORKING_COPY, BOTH), ONE, now=NOW)
    done = do_next(config, now=NOW)
    assert done == job
    assert (done.state, done.failure, done.done, done.total) == ("done", None, 34, 34)
    assert done.asked_by == ["Anna"]
    made = {file["jurisdiction"]: file for file in files.listed(done)}
    assert _files(config, done) == ["DEMO-1-ES-online-working-copy.civium", "DEMO-1-MT-online-working-copy.civium"]
    for number, file in enumerate(files.listed(done)):
        path, told = files.path_of(config.folder, done, number)
        raw = path.read_bytes()
        assert (told["sha256"], told["size"]) == (sha256(raw).hexdigest(), len(raw))
        assert path.stat().st_mode & 0o777 == 0o600
        assert file["kind"] == WORKING_COPY
    assert (made["ES"]["entries"], made["MT"]["entries"]) == (12, 5)
    with pytest.raises(Refused, match="file-missing"):
        files.path_of(config.folder, done, 2)


def test_two_working_copies_of_the_same_state_stand_beside_each_other(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    receive(premises, collection, "ES", 3)
    for _ in range(2):
        ask_export(live, premises, COPY, ONE, now=NOW)
        done = do_next(config, now=NOW)
        assert done is not None
        assert done.state == "done"
    assert Export.objects.count() == 2


def test_a_second_package_has_the_same_bytes(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    receive(premises, collection, "ES", 20)
    hashes = set()
    for days in (0, 3):
        ask_export(live, premises, Asked(PACKAGE, ("ES",)), ONE, now=NOW)
        done = do_next(config, now=NOW + timedelta(days=days))
        assert done is not None
        hashes.add(files.path_of(config.folder, done, 0)[0].read_bytes())
    assert len(hashes) == 1


def test_a_killed_job_is_begun_again_and_keeps_what_was_whole(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    """A real process, killed while it writes the second file; the next one goes on there, and the part is gone."""
    receive(premises, collection, "ES", 40)
    receive(premises, collection, "MT", 6000)
    ask_export(live, premises, Asked(WORKING_COPY, BOTH), ONE, now=NOW)
    job = queue.claim(now=NOW)
    assert job is not None
    process = in_a_process(config, job)
    folder = config.folder / "exports" / str(job.pk)
    await_that(lambda: any(folder.glob(".DEMO-1-MT-*.partial")) or process.poll() is not None)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it was done before the kill: the test tried nothing"
    assert any(folder.glob(".*.partial")), "a killed process removes nothing"
    job.refresh_from_db()
    assert job.state == "running"
    first = files.listed(job)[0]
    queue.bury(job.pk, job.holder, now=NOW)
    done = do_next(config, now=NOW + timedelta(minutes=1))
    assert done is not None
    assert (done.state, done.begins, done.deaths) == ("done", 2, 1)
    assert _files(config, done) == ["DEMO-1-ES-online-working-copy.civium", "DEMO-1-MT-online-working-copy.civium"]
    assert files.listed(done)[0] == first, "what was whole was not made again"
    assert Export.objects.count() == 2
    assert check_export(folder / "DEMO-1-MT-online-working-copy.civium", told=lambda done, total: None).head.size == 6000


def test_a_job_that_is_stopped_removes_the_part_and_keeps_what_is_whole(
    live: Initiative, collection: Collection, premises: Premises, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(premises, collection, "ES", 40)
    receive(premises, collection, "MT", 6000)
    monkeypatch.setattr(work, "_BEAT_SECONDS", 0.02)
    job = ask_export(live, premises, Asked(WORKING_COPY, BOTH), ONE, now=NOW)
    folder = config.folder / "exports" / str(job.pk)

    def stop() -> None:
        await_that(lambda: any(folder.glob(".DEMO-1-MT-*.partial")))
        queue.stop(job, "Anna", now=NOW)
        connections.close_all()

    person = threading.Thread(target=stop)
    person.start()
    done = do_next(config, now=NOW)
    person.join()
    assert done is not None
    assert (done.state, done.stopped_by) == ("stopped", "Anna"), "it was done before it heard"
    assert _files(config, done) == ["DEMO-1-ES-online-working-copy.civium"]


def test_a_server_that_ends_takes_its_job_back_in_good_order(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    receive(premises, collection, "MT", 20_000)
    ask_export(live, premises, Asked(WORKING_COPY, ("MT",)), ONE, now=NOW)
    job = queue.claim(now=NOW)
    assert job is not None
    process = in_a_process(config, job)
    folder = config.folder / "exports" / str(job.pk)
    await_that(lambda: any(folder.glob(".*.partial")) or process.poll() is not None)
    process.terminate()
    assert process.wait(60) == 0
    job.refresh_from_db()
    assert (job.state, job.deaths, job.begins) == ("waiting", 0, 1)
    assert _files(config, job) == []


def test_a_disk_without_room_fails_the_job_with_a_sentence_and_leaves_nothing(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    receive(premises, collection, "ES", 400)
    job = ask_export(live, premises, COPY, ONE, now=NOW)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    # No file may grow beyond a megabyte: the database has room, an export of four hundred has not.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        do_next(config, now=NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    job.refresh_from_db()
    assert (job.state, job.failure) == ("failed", {"code": "file-not-written", "facts": {}})
    assert _files(config, job) == []


def test_a_file_goes_when_a_statement_in_it_was_destroyed_since(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    receive(premises, collection, "ES", 4)
    receive(premises, collection, "MT", 4)
    ask_export(live, premises, Asked(PACKAGE, BOTH), ONE, now=NOW)
    done = do_next(config, now=NOW)
    assert done is not None
    assert files.destroy_outdated(config.folder, premises, now=NOW) == 0
    premises.store.destroy_body(place.log_of(premises, collection, "ES"), 1, reason="erased-by-signatory", evidence=bytes(16))
    assert files.destroy_outdated(config.folder, premises, now=NOW) == 1
    done.refresh_from_db()
    assert [file.get("gone") for file in files.listed(done)] == ["outdated", None]
    assert _files(config, done) == ["DEMO-1-MT-online.civium"]
    with pytest.raises(Refused, match="file-gone"):
        files.path_of(config.folder, done, 0)


def test_working_copies_go_after_a_fortnight_and_packages_stay(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    receive(premises, collection, "ES", 2)
    for asked in (COPY, Asked(PACKAGE, ("ES",))):
        ask_export(live, premises, asked, ONE, now=NOW)
        do_next(config, now=NOW)
    almost = NOW + files.WORKING_COPY_KEPT - timedelta(seconds=1)
    assert files.destroy_outdated(config.folder, premises, now=almost) == 0
    assert files.destroy_outdated(config.folder, premises, now=NOW + files.WORKING_COPY_KEPT) == 1
    assert [file.get("gone") for job in Job.objects.all() for file in files.listed(job)] == ["too-old", None]
    assert files.destroy_kept(config.folder, live, now=NOW) == 1
    assert not any((config.folder / "exports").iterdir())


def test_letters_lie_beside_packages_once_collection_has_ended(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    receive(premises, collection, "ES", 9)
    receive(premises, collection, "MT", 4)
    premises.store.destroy_body(place.log_of(premises, collection, "ES"), 1, reason="destroyed-by-organisers")
    lifecycle.end_now(live, premises, ONE, now=NOW)
    ask_export(live, premises, PACKAGES, ONE, now=NOW)
    done = do_next(config, now=NOW)
    assert done is not None
    assert done.state == "done", done.failure
    letters = [file for file in files.listed(done) if file["kind"] == exporting.LETTER]
    assert [letter["name"] for letter in letters] == ["annex-v-ES-online-en.pdf", "annex-v-MT-online-en.pdf"]
    number = files.listed(done).index(letters[0])
    path, told = files.path_of(config.folder, done, number)
    assert sha256(path.read_bytes()).hexdigest() == told["sha256"]
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(path.read_bytes())).pages)
    assert "Spain: 8" in text
    assert done.result["numbers"] == {"collected": 12, "signatories": 12, "over": 0, "needed": 7}


def test_taking_a_file_is_told_in_the_journal_without_its_bytes(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    from django.db import transaction

    receive(premises, collection, "ES", 1)
    ask_export(live, premises, COPY, ONE, now=NOW)
    done = do_next(config, now=NOW)
    assert done is not None
    file = files.listed(done)[0]
    with transaction.atomic():
        exporting.tell_taken(live, done, file, ONE, now=NOW)
    entry = JournalEntry.objects.get(act="export-taken")
    assert entry.facts == {"job": done.pk, "kind": WORKING_COPY, "jurisdiction": "ES", "sha256": file["sha256"]}


def test_the_command_still_makes_what_the_console_makes(
    live: Initiative, collection: Collection, premises: Premises, config: Config, tmp_path: Path
) -> None:
    receive(premises, collection, "ES", 5)
    ask_export(live, premises, Asked(PACKAGE, ("ES",)), ONE, now=NOW)
    done = do_next(config, now=NOW)
    assert done is not None
    into = tmp_path / "by-command"
    into.mkdir()
    heads = exporting.heads_of(live, premises, PACKAGES)
    _, path = make_export(live, premises, PACKAGES.wanted(heads[0]), into, ONE, now=NOW, progress=lambda done, total: None)
    assert path.read_bytes() == files.path_of(config.folder, done, 0)[0].read_bytes()
    assert list(into.iterdir()) == [path]


def _kill_while_it_writes(process: subprocess.Popen[str], folder: Path) -> None:
    await_that(lambda: any(folder.glob(".*.partial")) or process.poll() is not None)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it was done before the kill: the test tried nothing"


@pytest.mark.slow
def test_what_a_process_left_that_was_killed_for_the_last_time_goes(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    """Nobody begins it a fourth time: what its last process wrote is in no result, and would have outlived the statements."""
    receive(premises, collection, "ES", 6000)
    ask_export(live, premises, COPY, ONE, now=NOW)
    for begun in range(3):
        job = queue.claim(now=NOW)
        assert job is not None
        folder = config.folder / "exports" / str(job.pk)
        _kill_while_it_writes(in_a_process(config, job), folder)
        queue.bury(job.pk, job.holder, now=NOW + timedelta(minutes=begun))
    job.refresh_from_db()
    assert job.state == "failed"
    assert any(folder.glob(".*.partial"))
    files.destroy_outdated(config.folder, premises, now=NOW)
    assert not folder.exists()


def test_what_was_asked_for_is_asked_again_when_it_is_made(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    receive(premises, collection, "ES", 3)
    job = ask_export(live, premises, COPY, ONE, now=NOW)
    Collection.objects.update(destroyed_on=TODAY)
    assert do_next(config, now=NOW) is not None
    job.refresh_from_db()
    assert (job.state, (job.failure or {})["code"]) == ("failed", "statements-destroyed")
    assert not _files(config, job)
