"""Destroying all: ordered by two, a day later, or by the law's date; stopped by a hold; what went is read back and proven."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from civium.errors import Refused, Untrusted
from civium.server.initiatives import destroying_all, destroying_job, holds, milestones, proof, setup, standing
from civium.server.initiatives.acts import ACTS
from civium.server.initiatives.models import Destruction, Initiative, JournalEntry
from civium.server.initiatives.premises import Premises
from civium.server.initiatives.states import State
from civium.server.jobs import queue
from civium.server.jobs.destroying import coming
from civium.server.jobs.kinds import work_of
from civium.server.jobs.models import Job
from civium.server.jobs.work import Here
from civium.server.supporters.models import Feedback
from civium.server.tokens.keys import has_token_keys, make_token_keys

from . import life, place
from .life import Place
from .place import ONE, TWO

pytestmark = pytest.mark.usefixtures("civium_db")
DAY = timedelta(days=1)


@pytest.fixture
def withdrawn(tmp_path: Path, premises: Premises) -> Place:
    return life.build(State.WITHDRAWN, tmp_path, premises)


def _carry_out(ordered: Destruction, here: Place) -> Destruction:
    return destroying_all.carry_out(ordered, here.premises, here.root, now=here.now, progress=lambda *_: None)


def test_two_order_it_and_a_day_later_nothing_is_left_but_leaf_records(withdrawn: Place) -> None:
    here = withdrawn
    collection = here.initiative.live_collection()
    assert collection is not None
    make_token_keys(here.premises.keys_folder, collection.identifier)
    heads = here.premises.store.heads(collection.identifier)
    with pytest.raises(Refused, match="second-person-missing"):
        destroying_all.order(here.initiative, here.premises, ONE, now=here.now)
    ordered = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    with pytest.raises(Refused, match="destruction-ordered"):
        destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    with pytest.raises(Refused, match="destruction-not-yet"):
        _carry_out(ordered, here)
    here.now += DAY
    done = _carry_out(ordered, here)
    rows = [row for head in heads for row in here.premises.store.read_rows(head.log, 0, head.size)]
    assert {(row.envelope, row.reason) for row in rows} == {(None, "destroyed-by-law")}
    assert [here.premises.store.root(head.log, head.size) for head in heads] == [
        here.premises.store.root(head.log, head.size) for head in here.premises.store.heads(collection.identifier)
    ]
    assert not has_token_keys(here.premises.keys_folder, collection.identifier)
    assert done.facts["token_keys"] == "destroyed"
    assert standing.state_of(setup.find_initiative("night-trains"), today=here.today) is State.DESTROYED
    assert [entry.act for entry in JournalEntry.objects.order_by("-number")[:1]] == ["statements-destroyed"]


def test_the_plan_says_what_will_go(withdrawn: Place) -> None:
    here = withdrawn
    wanted = destroying_all.plan(here.initiative, here.premises, here.root)
    assert [(log.jurisdiction, log.entries, log.here) for log in wanted.logs] == [("ES", 3, 3), ("MT", 2, 2)]
    assert (wanted.statements, wanted.files, wanted.has_token_keys, wanted.supporters.is_nothing) == (5, (), False, True)
    assert wanted.supporters_due_on == here.today.replace(month=12), "one month after a withdrawal"


def test_files_that_exports_left_go_with_it(withdrawn: Place) -> None:
    here = withdrawn
    job = Job.objects.create(kind="export", initiative=here.initiative, asked_at=here.now, state=Job.State.DONE)
    folder = here.root / "exports" / str(job.pk)
    folder.mkdir(parents=True)
    (folder / "one.civium").write_bytes(b"sealed")
    file = {"name": "one.civium", "kind": "working-copy", "destroyed": {}}
    Job.objects.filter(pk=job.pk).update(result={"files": [file]})
    assert destroying_all.plan(here.initiative, here.premises, here.root).files == ("one.civium",)
    ordered = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    here.now += DAY
    assert _carry_out(ordered, here).facts["files"] == 1
    assert not folder.exists()


def test_anybody_may_stop_it_until_it_begins(withdrawn: Place) -> None:
    here = withdrawn
    with pytest.raises(Refused, match="no-order"):
        destroying_all.stop_order(here.initiative, ONE, now=here.now)
    destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    destroying_all.stop_order(here.initiative, ONE, now=here.now)
    assert destroying_all.order_what_is_due(now=here.now + DAY) == []
    again = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    here.now += DAY
    _carry_out(again, here)
    with pytest.raises(Refused, match="no-order"):
        destroying_all.stop_order(here.initiative, ONE, now=here.now)


def test_what_has_begun_is_not_stopped_and_goes_on_where_it_stopped(withdrawn: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(Exception):
        pass

    here, count = withdrawn, 0
    really = here.premises.store.destroy_range

    def stopped(*arguments: object, **named: object) -> int:
        nonlocal count
        count += 1
        if count == 2:
            raise Stopped
        return really(*arguments, **named)  # type: ignore[arg-type]

    ordered = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    here.now += DAY
    with monkeypatch.context() as patch:
        patch.setattr(here.premises.store, "destroy_range", stopped)
        with pytest.raises(Stopped):
            _carry_out(ordered, here)
    with pytest.raises(Refused, match="destruction-begun"):
        destroying_all.stop_order(here.initiative, ONE, now=here.now)
    done = _carry_out(Destruction.objects.get(), here)
    assert [log["reasons"] for log in done.facts["logs"]] == [{"destroyed-by-law": 3}, {"destroyed-by-law": 2}]


def test_a_store_that_keeps_what_was_destroyed_is_found_out(withdrawn: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    here = withdrawn
    ordered = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    here.now += DAY
    monkeypatch.setattr(here.premises.store, "destroy_range", lambda *_, **__: 5)
    with pytest.raises(Untrusted, match="destruction-not-read-back"):
        _carry_out(ordered, here)
    assert Initiative.objects.get().live_collection().destroyed_on is None  # type: ignore[union-attr]


def test_the_laws_date_needs_nobody_and_does_not_wait(withdrawn: Place) -> None:
    here = withdrawn
    last_day = here.today.replace(month=12)
    assert destroying_all.order_what_is_due(now=here.now + timedelta(days=29)) == []
    here.now += timedelta(days=30)
    assert here.today == last_day
    (ordered,) = destroying_all.order_what_is_due(now=here.now)
    assert (ordered.ground, ordered.due_on, ordered.persons) == ("by-date", last_day, ["civium", "Art. 19(5)"])
    with pytest.raises(Refused, match="destruction-begun"):
        destroying_all.stop_order(here.initiative, TWO, now=here.now)
    _carry_out(ordered, here)
    assert destroying_all.order_what_is_due(now=here.now + DAY) == []


def test_an_order_given_on_the_day_before_the_last_waits_no_longer_than_the_law(withdrawn: Place) -> None:
    here = withdrawn
    here.now += timedelta(days=29, hours=8)
    ordered = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    begins = destroying_all.begins_at(ordered)
    assert begins < here.now + DAY
    assert begins.date() == here.today, "midnight in Brussels is still the day before in UTC"


def test_a_hold_stops_an_order_and_the_laws_date(withdrawn: Place) -> None:
    here = withdrawn
    ordered = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    case = holds.Proceedings("Case T-1/27", "contested", "the General Court")
    holds.place_hold(here.initiative, case, TWO, now=here.now)
    here.now += timedelta(days=100)
    assert destroying_all.order_what_is_due(now=here.now) == []
    with pytest.raises(Refused, match="hold-in-force"):
        _carry_out(ordered, here)
    assert here.premises.store.heads(here.initiative.live_collection().identifier)[0].destroyed == 0  # type: ignore[union-attr]
    holds.lift_hold(here.initiative, TWO, ended_on=here.today, now=here.now)
    assert destroying_all.order_what_is_due(now=here.now) == [ordered]


def test_statements_that_are_needed_are_not_destroyed(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.CERTIFIED, tmp_path, premises)
    with pytest.raises(Refused, match="destroy-too-early"):
        destroying_all.order(here.initiative, premises, TWO, now=here.now)
    assert destroying_all.due(today=here.today) == []
    assert destroying_all.due(today=here.today.replace(year=2028, month=1, day=13)) == []
    assert destroying_all.due(today=here.today.replace(year=2028, month=1, day=14)) == [here.initiative]


def test_opinions_go_on_their_own_day(withdrawn: Place) -> None:
    here = withdrawn
    Feedback.objects.create(initiative=here.initiative, given_on=here.today, grade=1, language="en", comment="")
    ordered = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    here.now += DAY
    done = _carry_out(ordered, here)
    assert done.facts["supporters"] == {"kept_until": "2026-12-21"}
    assert Feedback.objects.count() == 1


def test_a_demonstration_is_ended_and_destroyed_by_one(tmp_path: Path, premises: Premises) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    here = Place(initiative, premises, tmp_path, life.DURING, ONE)
    place.receive(premises, place.go_live(initiative, premises), "ES", 2)
    Feedback.objects.create(initiative=initiative, given_on=here.today, grade=1, language="en", comment="")
    done = _carry_out(destroying_all.order(initiative, premises, ONE, now=here.now), here)
    assert done.facts["supporters"] == {"subscriptions": 0, "unconfirmed": 0, "feedback": 1}
    assert standing.state_of(setup.find_initiative(initiative.slug), today=here.today) is State.DESTROYED


def test_the_proof_says_what_was_read_back(withdrawn: Place) -> None:
    here = withdrawn
    ordered = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    here.now += DAY
    told = proof.proof_of(_carry_out(ordered, here))
    text = proof.as_text(told)
    for line in (
        "PROOF OF DESTRUCTION",
        "Initiative: ECI(2026)000007, night-trains",
        "Ordered on: 2026-11-21",
        "Done on: 2026-11-22",
        "Rule: Art. 19(5) of Regulation (EU) 2019/788",
        "Last day allowed: 2026-12-21",
        "Decided by: Anna, Bo",
        "Entries in all logs: 5",
        "  ES, online: 3 entries; no envelope was found when the log was read back",
        "  3 destroyed now",
        "Addresses and feedback are no statements of support: destroyed by 2026-12-21 (Art. 19(8)).",
    ):
        assert line in text.splitlines(), line
    assert all(log.root in text and len(log.root) == 64 for log in told.logs)
    reader = PdfReader(BytesIO(proof.as_pdf(told)))
    on_paper = "".join("".join(page.extract_text() for page in reader.pages).split())
    for said in (
        *(line.value for line in told.lines),
        *(log.origin for log in told.logs),
        *(log.root for log in told.logs),
        *told.remarks,
    ):
        assert "".join(said.split()) in on_paper, said
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert "DEMONSTRATION" not in on_paper


def test_a_job_does_what_was_ordered_once(withdrawn: Place) -> None:
    here = withdrawn
    ordered = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    (job,) = destroying_job.ask_what_is_due(now=here.now)
    assert job.not_before == here.now + DAY
    here.now += DAY
    assert (job.kind, job.facts, job.asked_by) == (
        "destroy-all",
        {"destruction": ordered.pk, "ground": "by-hand"},
        ["Anna", "Bo"],
    )
    assert destroying_job.ask_what_is_due(now=here.now) == [], "one job is enough"
    work = Here(here.premises, here.root, lambda: here.now, lambda _: True)
    for _ in range(2):
        work_of(job.kind)(job, work)
    assert Destruction.objects.get().finished_at == here.now
    assert JournalEntry.objects.filter(act="statements-destroyed").count() == 1


def test_whoever_orders_asks_for_the_hour_and_whoever_stops_it_stops_the_job(withdrawn: Place) -> None:
    """The job that waits is what every screen warns of."""
    here = withdrawn
    for _ in range(2):
        ACTS["destroy-statements"].apply(here.initiative, here.premises, TWO, {}, here.now)
        (job,) = coming(here.initiative)
        assert (job.kind, job.not_before) == ("destroy-all", here.now + DAY)
        assert queue.claim(now=here.now + DAY - timedelta(seconds=1)) is None
        destroying_all.stop_order(here.initiative, ONE, now=here.now)
        assert coming(here.initiative) == []
    assert queue.claim(now=here.now + DAY) is None
    assert destroying_job.ask_what_is_due(now=here.now + DAY) == []


def test_who_stops_an_order_at_the_moment_it_begins_is_told_the_truth(withdrawn: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes read the order before either writes: one of them is refused, whichever it is."""
    here = withdrawn
    seen_before = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    stale = Destruction.objects.get()
    here.now += DAY
    with monkeypatch.context() as patch:
        patch.setattr(here.premises.store, "destroy_range", lambda *_, **__: (_ for _ in ()).throw(InterruptedError))
        with pytest.raises(InterruptedError):
            _carry_out(seen_before, here)
    with monkeypatch.context() as patch:
        patch.setattr(destroying_all, "open_order", lambda initiative: stale)
        with pytest.raises(Refused, match="destruction-begun"):
            destroying_all.stop_order(here.initiative, ONE, now=here.now)
    assert not JournalEntry.objects.filter(act="destruction-stopped").exists()
    Destruction.objects.update(facts={})
    late = Destruction.objects.get()
    destroying_all.stop_order(here.initiative, ONE, now=here.now)
    with pytest.raises(Refused, match="no-order"):
        _carry_out(late, here)
    assert destroying_all.plan(here.initiative, here.premises, here.root).statements == 5


def test_a_hold_that_comes_while_it_runs_keeps_what_is_still_there(withdrawn: Place) -> None:
    here = withdrawn
    ordered = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    here.now += DAY
    placed: list[object] = []

    def court(done: int, total: int) -> None:
        if not placed:
            placed.append(
                holds.place_hold(here.initiative, holds.Proceedings("T-1/27", "contested", "the court"), TWO, now=here.now)
            )

    with pytest.raises(Refused, match="hold-in-force"):
        destroying_all.carry_out(ordered, here.premises, here.root, now=here.now, progress=court)
    left = destroying_all.plan(here.initiative, here.premises, here.root).statements
    assert 0 < left < 5
    assert destroying_all.order_what_is_due(now=here.now) == []
    holds.lift_hold(here.initiative, TWO, ended_on=here.today, now=here.now)
    (again,) = destroying_all.order_what_is_due(now=here.now)
    assert _carry_out(again, here).finished_at == here.now


def test_an_export_that_waits_is_over_and_what_a_killed_one_left_goes(withdrawn: Place) -> None:
    here = withdrawn
    waits = Job.objects.create(kind="export", initiative=here.initiative, asked_at=here.now, begins=1)
    died = Job.objects.create(kind="export", initiative=here.initiative, asked_at=here.now, state=Job.State.FAILED)
    for job, name in ((waits, "one.civium"), (died, ".two.civium.0123.partial"), (died, "three.civium")):
        folder = here.root / "exports" / str(job.pk)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"sealed")
    Job.objects.filter(pk=waits.pk).update(result={"files": [{"name": "one.civium", "kind": "working-copy", "destroyed": {}}]})
    ordered = destroying_all.order(here.initiative, here.premises, TWO, now=here.now)
    here.now += DAY
    assert _carry_out(ordered, here).facts["files"] == 1
    assert not any((here.root / "exports").iterdir())
    waits.refresh_from_db()
    assert (waits.state, waits.stopped_by) == ("stopped", "civium")


def test_a_date_that_warned_nobody_waits_a_day_and_every_screen_says_so(tmp_path: Path, premises: Premises) -> None:
    """A withdrawal of months ago, true or mistyped, would otherwise be the end of everything within the hour."""
    here = life.build(State.ENDED, tmp_path, premises)
    long_ago = here.today - timedelta(days=90)
    milestones.withdraw(here.initiative, premises, TWO, on=long_ago, now=here.now)
    assert destroying_all.due(today=here.today) == [here.initiative]
    assert destroying_all.order_what_is_due(now=here.now) == []
    (job,) = destroying_job.ask_what_is_due(now=here.now)
    assert job.not_before == here.now + DAY
    assert coming(here.initiative) == [job]
    with pytest.raises(Refused, match="destruction-not-yet"):
        _carry_out(Destruction.objects.get(), here)
    here.now += DAY
    (ordered,) = destroying_all.order_what_is_due(now=here.now)
    assert ordered.ground == "by-date"
    assert _carry_out(ordered, here).finished_at == here.now


def test_an_order_by_hand_waits_its_day_though_the_law_s_date_is_over(tmp_path: Path, premises: Premises) -> None:
    here = life.build(State.ENDED, tmp_path, premises)
    milestones.withdraw(here.initiative, premises, TWO, on=here.today - timedelta(days=90), now=here.now)
    ordered = destroying_all.order(here.initiative, premises, TWO, now=here.now)
    assert destroying_all.begins_at(ordered) == here.now + DAY
    destroying_all.stop_order(here.initiative, ONE, now=here.now)


def test_proceedings_that_ended_long_ago_free_nothing_at_once(withdrawn: Place) -> None:
    here = withdrawn
    told = holds.Proceedings("T-1/27", "contested", "the court")
    holds.place_hold(here.initiative, told, TWO, now=here.now)
    here.now += 60 * DAY
    holds.lift_hold(here.initiative, TWO, ended_on=here.today - timedelta(days=50), now=here.now)
    assert destroying_all.order_what_is_due(now=here.now) == []
    holds.place_hold(here.initiative, told, TWO, now=here.now)
    assert destroying_all.order_what_is_due(now=here.now + 5 * DAY) == []
