"""Repeats while collection runs: one rate for the whole initiative, from 1,000 statements on, once a week, and nothing else."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from civium.formats import envelope
from civium.server.commands import counts as counts_command
from civium.server.config import Config
from civium.server.initiatives import lifecycle, live, manifests, tokens
from civium.server.initiatives.counts import counts
from civium.server.initiatives.models import Initiative, JournalEntry, RepeatRate
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.initiatives.repeat_rate import weekly_rate
from civium.server.publishing.signed_heads import SignedHeads, note_empty_logs
from civium.server.store.protocol import Candidate

from . import place
from .place import NOW, ONE, TODAY, TWO

pytestmark = pytest.mark.usefixtures("civium_db")
DAY = timedelta(days=1)


@pytest.fixture
def asking(tmp_path: Path, premises: Premises, config: Config) -> Initiative:
    """An initiative that asks for tokens."""
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    for code in ("ES", "MT"):
        place.add_proven_key(initiative, code)
    live.open_collection(initiative, premises, live.GoLive(TWO, True, asks_tokens=True, work=5000), now=NOW)
    signed = SignedHeads(config.signed_heads_path)
    note_empty_logs(premises.store, signed, premises.store.collections())
    signed.close()
    return initiative


def _give(initiative: Initiative, premises: Premises, persons: Iterable[str], jurisdiction: str = "ES") -> None:
    """Give one statement for each name; the same name again is a repeat."""
    collection, names = manifests.live_collection(initiative), list(persons)
    log = place.log_of(premises, collection, jurisdiction)
    raws = place.envelopes(collection, jurisdiction, len(names))
    premises.store.append(
        [
            replace(
                Candidate(log, raw, envelope.envelope_hash(raw), envelope.NO_ERASURE, TODAY),
                mark=sha256(f"{jurisdiction}{name}".encode()).digest()[:16],
            )
            for raw, name in zip(raws, names, strict=True)
        ]
    )


def _rate(initiative: Initiative, premises: Premises, days: float = 0) -> int | None:
    rate = weekly_rate(initiative, premises, now=NOW + days * DAY)
    return None if rate is None else rate.percent


def test_from_a_thousand_statements_on_a_rate_for_the_whole_initiative(asking: Initiative, premises: Premises) -> None:
    _give(asking, premises, (f"person {number}" for number in range(950)))
    _give(asking, premises, ["Ana"] * 49, "MT")
    assert _rate(asking, premises) is None
    assert not RepeatRate.objects.exists()
    _give(asking, premises, ["Ana"], "MT")
    assert _rate(asking, premises) == 5


def test_it_is_renewed_a_week_later_and_never_before(asking: Initiative, premises: Premises, config: Config) -> None:
    _give(asking, premises, (f"person {number}" for number in range(1000)))
    assert _rate(asking, premises, 1) == 0
    _give(asking, premises, ["person 7"] * 1000)
    assert _rate(asking, premises, 1) == _rate(asking, premises, 7.9) == 0
    assert _rate(asking, premises, -30) == 0, "a clock that is put back renews nothing"
    with open_premises(config, place.BUNDLE) as again:
        assert _rate(asking, again, 7.9) == 0, "nor does a new start"
        assert _rate(asking, again, 8) == 50
    assert _rate(asking, premises, 14.9) == 50
    assert list(RepeatRate.objects.values_list("number", "percent")) == [(1, 0), (2, 50)]


def test_after_the_end_there_are_exact_numbers_and_no_rate(asking: Initiative, premises: Premises) -> None:
    _give(asking, premises, ["Ana"] * 1010)
    assert _rate(asking, premises) == 100
    lifecycle.end_now(asking, premises, ONE, now=NOW)
    assert _rate(asking, premises) is None
    assert ("ES", 1010, 1009) in tokens.repeats(asking, premises, now=NOW)


def test_an_initiative_without_tokens_has_no_rate(tmp_path: Path, premises: Premises) -> None:
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    place.receive(premises, place.go_live(initiative, premises), "ES", 1000)
    assert _rate(initiative, premises) is None


def test_within_a_week_nothing_tells_who_has_signed(
    asking: Initiative, premises: Premises, config: Config, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement of one who has signed, then one of somebody new: after each, the organisers see the same, but for the count."""
    _give(asking, premises, (f"person {number}" for number in range(1000)))
    weekly_rate(asking, premises, now=NOW)
    monkeypatch.setattr(counts_command, "now", lambda: NOW + DAY)
    monkeypatch.setattr(counts_command, "begin", lambda _: config)

    def shown() -> tuple[list[str], int]:
        assert counts_command.run(argparse.Namespace(slug=asking.slug)) == 0
        return capsys.readouterr().out.splitlines(), JournalEntry.objects.count()

    before, entries = shown()
    assert before[3] == "repeats among them: about 0 % on 2026-11-21; renewed weekly, exact after the end"
    seen = []
    for name, received in (("person 7", 1001), ("somebody new", 1002)):
        _give(asking, premises, [name])
        told, journalled = shown()
        seen.append([line.replace(f"{received:,}", "N") for line in told])
        assert journalled == entries
        assert counts(asking, premises).received == received
    assert seen[0] == seen[1]
