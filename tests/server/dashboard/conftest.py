"""What tests of the dashboard share: premises with an empty store, an initiative that collects, and a store that only says it is large."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from civium.formats import leaf, merkle
from civium.server.config import Config
from civium.server.dashboard import days
from civium.server.initiatives.models import Initiative
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.store import protocol
from civium.server.store.opening import prepare_store
from tests.server.conftest import database_settings
from tests.server.initiatives import place


@pytest.fixture
def config(civium_db: Path) -> Config:
    """Give the settings of this test's installation."""
    return Config.from_environment(
        {"CIVIUM_DATA": str(civium_db.parent), "CIVIUM_URL": "https://collect.example"} | database_settings(civium_db.parent)
    )


@pytest.fixture
def premises(config: Config) -> Iterator[Premises]:
    """Give the store, the keys and a script's hash."""
    prepare_store(config)
    with open_premises(config, place.BUNDLE) as opened:
        yield opened


@pytest.fixture
def live(tmp_path: Path, premises: Premises) -> Initiative:
    """Give an initiative that collects from Spain and Malta."""
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    place.go_live(initiative, premises)
    return initiative


def show(store: protocol.Store) -> None:
    """Let the public log move, as the intake tells of it."""
    days.note_public([head for one in store.collections() for head in store.heads(one.identifier)])


@dataclass
class LargeStore:
    """A store of so many leaf records, made when they are read: all else is the real one's. For sizes that no test could append."""

    real: protocol.Store
    by_day: Mapping[str, Sequence[tuple[date, int]]]
    reads: int = 0

    def heads(self, identifier: bytes) -> tuple[protocol.Head, ...]:
        """The real heads, grown."""
        grown = []
        for head in self.real.heads(identifier):
            size = sum(count for _, count in self.by_day.get(head.log.jurisdiction, ()))
            grown.append(replace(head, frontier=merkle.Frontier(size, (bytes(32),) * size.bit_count())))
        return tuple(grown)

    def collections(self) -> tuple[protocol.Collection, ...]:
        """The real collections."""
        return self.real.collections()

    def collection(self, identifier: bytes) -> protocol.Collection:
        """The real collection."""
        return self.real.collection(identifier)

    def read_leaves(self, log: protocol.Log, start: int, stop: int) -> list[bytes]:
        """Leaf records of the days."""
        self.reads += stop - start
        records: list[bytes] = []
        place_ = 0
        for day, count in self.by_day[log.jurisdiction]:
            first, last = max(start, place_), min(stop, place_ + count)
            if first < last:
                record = bytes((leaf.VERSION,)) + leaf.days_of(day).to_bytes(4, "big") + bytes(64)
                records += [record] * (last - first)
            place_ += count
        return records

    def close(self) -> None:
        """Nothing to let go of."""
