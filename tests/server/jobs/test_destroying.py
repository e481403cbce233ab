"""Destruction by identifier: looked up at once, two persons, a day's delay that anybody can stop, done once and told by cause."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from civium.errors import Refused
from civium.formats import envelope, receipt
from civium.formats.export import WORKING_COPY
from civium.server.config import Config
from civium.server.initiatives import proposals
from civium.server.initiatives.models import Collection, Initiative, JournalEntry
from civium.server.initiatives.premises import Premises
from civium.server.jobs import destroying, files, queue
from civium.server.jobs.acts import DESTROY_BY_IDENTIFIER, facts_of_destruction
from civium.server.jobs.exporting import Asked, ask_export
from civium.server.jobs.models import Job
from tests.server.initiatives import place
from tests.server.initiatives.place import NOW, ONE, TWO

from .working import do_next, receive

HOUR = timedelta(hours=1)


def _identifiers(premises: Premises, initiative: Initiative, count: int, jurisdiction: str = "ES") -> list[str]:
    collection = initiative.live_collection()
    assert collection is not None
    raws = receive(premises, collection, jurisdiction, count)
    return [str(receipt.identifier(envelope.envelope_hash(raw))) for raw in raws]


def _there(premises: Premises, initiative: Initiative) -> int:
    collection = initiative.live_collection()
    assert collection is not None
    return sum(head.received for head in premises.store.heads(collection.identifier))


def test_every_line_is_known_for_what_it_is(live: Initiative, premises: Premises) -> None:
    first, second, third = _identifiers(premises, live, 3)
    destroying.look_up(live, premises, [first])
    log = place.log_of(premises, live.live_collection(), "ES")  # type: ignore[arg-type]
    premises.store.destroy_body(log, 2, reason="erased-by-signatory", evidence=bytes(16))
    unknown = str(uuid.UUID("5d0c8f9e-7a51-8c0b-9d2e-1f6a3b7c4d55"))
    lines = [f"  {first.upper()} ", "", second, third, unknown, "Maria Example", first]
    found = destroying.look_up(live, premises, lines)
    assert [one.state for one in found] == ["there", "there", "destroyed", "unknown", "malformed", "twice"]
    assert (found[0].text, found[0].jurisdiction, found[0].channel, found[0].index) == (first, "ES", "online", 0)
    assert found[2].reason == "erased-by-signatory"
    with pytest.raises(Refused, match="identifiers-missing"):
        destroying.look_up(live, premises, ["", "  "])
    with pytest.raises(Refused, match="too-many-identifiers"):
        destroying.look_up(live, premises, [unknown] * (destroying.MOST_AT_ONCE + 1))


def test_another_initiatives_entry_is_unknown_here(live: Initiative, premises: Premises, tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    (identifier,) = _identifiers(premises, live, 1)
    other = place.add_initiative(tmp_path / "other", slug="quiet-skies", registration_number="DEMO-2")
    place.go_live(other, premises)
    assert destroying.look_up(other, premises, [identifier])[0].state == "unknown"


def test_a_destruction_that_counts_takes_two_persons_and_a_day(central: Initiative, premises: Premises, config: Config) -> None:
    identifiers = _identifiers(premises, central, 5)
    found = destroying.look_up(central, premises, identifiers[:3])
    with pytest.raises(Refused, match="cause-unknown"):
        destroying.prepare(central, found, "because", ONE, now=NOW)
    job = destroying.prepare(central, found, "asked-by-signatory", ONE, now=NOW)
    assert do_next(config, now=NOW + 48 * HOUR) is None, "nobody has agreed"
    with pytest.raises(Refused, match="second-person-missing"):
        destroying.agree(central, job, ONE, now=NOW)
    destroying.agree(central, job, TWO, now=NOW)
    assert destroying.coming(central) == [job]
    assert do_next(config, now=NOW + 24 * HOUR - timedelta(seconds=1)) is None
    assert _there(premises, central) == 5
    done = do_next(config, now=NOW + 24 * HOUR)
    assert done is not None
    assert (done.state, done.result["destroyed"]) == ("done", [0, 1, 2])
    assert _there(premises, central) == 2
    acts = JournalEntry.objects.filter(act="statement-destroyed")
    assert [(entry.persons, entry.facts["cause"]) for entry in acts] == [(["Anna", "Bo"], "asked-by-signatory")] * 3
    assert destroying.coming(central) == []


def test_identifiers_stand_in_the_job_alone_and_go_with_it(central: Initiative, premises: Premises, config: Config) -> None:
    identifiers = _identifiers(premises, central, 2)
    job = destroying.prepare(central, destroying.look_up(central, premises, identifiers), "ordered-by-authority", ONE, now=NOW)
    destroying.agree(central, job, TWO, now=NOW)
    assert [entry["identifier"] for entry in job.facts["entries"]] == identifiers
    do_next(config, now=NOW + 24 * HOUR)
    job.refresh_from_db()
    everything = str(job.facts) + str(job.result) + str([entry.facts for entry in JournalEntry.objects.all()])
    assert not any(identifier in everything for identifier in identifiers)
    assert [entry["index"] for entry in job.facts["entries"]] == [0, 1]


def test_anybody_can_stop_it_until_the_hour(central: Initiative, premises: Premises, config: Config) -> None:
    identifiers = _identifiers(premises, central, 1)
    job = destroying.prepare(central, destroying.look_up(central, premises, identifiers), "made-for-a-test", ONE, now=NOW)
    destroying.agree(central, job, TWO, now=NOW)
    destroying.stop(central, job, ONE, now=NOW + 23 * HOUR)
    assert (job.state, job.stopped_by) == ("stopped", "Anna")
    assert identifiers[0] not in str(job.facts)
    assert do_next(config, now=NOW + 25 * HOUR) is None
    assert _there(premises, central) == 1
    assert JournalEntry.objects.filter(act="destruction-stopped").count() == 1
    with pytest.raises(Refused, match="job-over"):
        destroying.stop(central, job, ONE, now=NOW + 26 * HOUR)
    with pytest.raises(Refused, match="job-over"):
        destroying.agree(central, job, TWO, now=NOW + 26 * HOUR)


def test_a_destruction_that_was_killed_goes_on_where_it_stopped(live: Initiative, premises: Premises, config: Config) -> None:
    """Killed after the store's commit and before it could say so: the entry is found destroyed, and nothing is told twice."""
    identifiers = _identifiers(premises, live, 3)
    job = destroying.prepare(live, destroying.look_up(live, premises, identifiers), "made-for-a-test", ONE, now=NOW)
    destroying.agree(live, job, ONE, now=NOW)
    from civium.server.initiatives.destruction import destroy_statement

    destroy_statement(live, premises, identifiers[0], "made-for-a-test", ONE, now=NOW)
    done = do_next(config, now=NOW)
    assert done is not None
    assert (done.state, done.result["gone_before"], done.result["destroyed"]) == ("done", [0], [1, 2])
    assert JournalEntry.objects.filter(act="statement-destroyed").count() == 3


def test_nothing_is_prepared_where_nothing_is_there(live: Initiative, premises: Premises) -> None:
    found = destroying.look_up(live, premises, ["5d0c8f9e-7a51-8c0b-9d2e-1f6a3b7c4d55"])
    with pytest.raises(Refused, match="nothing-to-destroy"):
        destroying.prepare(live, found, "made-for-a-test", ONE, now=NOW)


def test_files_that_hold_what_is_destroyed_go_with_it(
    live: Initiative, collection: Collection, premises: Premises, config: Config
) -> None:
    identifiers = _identifiers(premises, live, 2)
    ask_export(live, premises, Asked(WORKING_COPY, ("ES",)), ONE, now=NOW)
    exported = do_next(config, now=NOW)
    assert exported is not None
    job = destroying.prepare(live, destroying.look_up(live, premises, identifiers[:1]), "asked-by-signatory", ONE, now=NOW)
    destroying.agree(live, job, ONE, now=NOW)
    done = do_next(config, now=NOW)
    assert done is not None
    assert done.result["files_destroyed"] == 1
    exported.refresh_from_db()
    with pytest.raises(Refused, match="file-gone"):
        files.path_of(config.folder, exported, 0)


def test_a_failed_destruction_forgets_its_identifiers_when_it_is_tidied(live: Initiative, premises: Premises) -> None:
    identifiers = _identifiers(premises, live, 1)
    job = destroying.prepare(live, destroying.look_up(live, premises, identifiers), "made-for-a-test", ONE, now=NOW)
    destroying.agree(live, job, ONE, now=NOW)
    taken = queue.claim(now=NOW)
    assert taken is not None
    queue.fail(job.pk, taken.holder, Refused("store-unavailable"), now=NOW)
    destroying.forget_what_is_over(now=NOW)
    assert identifiers[0] not in str(Job.objects.get(pk=job.pk).facts)


def test_what_nobody_can_agree_to_any_more_is_stopped_and_forgotten(central: Initiative, premises: Premises) -> None:
    first, second = (
        destroying.prepare(
            central, destroying.look_up(central, premises, _identifiers(premises, central, 1)), "made-for-a-test", ONE, now=NOW
        )
        for _ in range(2)
    )
    by = proposals.Person("one", "Anna")
    kept = proposals.propose(central, DESTROY_BY_IDENTIFIER, facts_of_destruction(first), by, now=NOW)
    gone = proposals.propose(central, DESTROY_BY_IDENTIFIER, facts_of_destruction(second), by, now=NOW)
    proposals.withdraw(gone, by, now=NOW)
    destroying.forget_what_is_over(now=NOW + HOUR)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.stopped_by) == ("held", "stopped", "civium serve")
    assert "identifier" in first.facts["entries"][0]
    assert "identifier" not in second.facts["entries"][0]
    with pytest.raises(Refused, match="proposal-lapsed"):
        proposals.approve(kept, DESTROY_BY_IDENTIFIER, premises, proposals.Person("two", "Bo"), now=NOW + 8 * 24 * HOUR)
    destroying.forget_what_is_over(now=NOW + 8 * 24 * HOUR)
    first.refresh_from_db()
    assert first.state == "stopped"
