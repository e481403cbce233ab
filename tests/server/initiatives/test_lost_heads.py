"""Where signed-heads was lost: two persons accept the store as it is, the journal tells, and nothing that is noted is overruled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from civium.errors import Misconfigured, Refused
from civium.server.initiatives import lost_heads
from civium.server.initiatives.models import JournalEntry
from civium.server.initiatives.premises import Premises
from civium.server.publishing.signed_heads import SignedHead, SignedHeads, check_not_behind, log_name
from civium.server.publishing.signing import notices_origin
from civium.server.store.protocol import Log
from tests.server import live

from . import place
from .place import NOW, ONE, TWO

pytestmark = pytest.mark.usefixtures("civium_db")
NOTICES = notices_origin("collect.example")


@pytest.fixture
def signed(tmp_path: Path) -> Iterator[SignedHeads]:
    """Give signed heads that know nothing, as a lost file leaves them."""
    made = SignedHeads(tmp_path / "lost-heads")
    yield made
    made.close()


@pytest.fixture
def log(premises: Premises, tmp_path: Path) -> Log:
    """Give a log that holds five entries; another one is empty."""
    going = live.go_live(premises.store, tmp_path)
    premises.store.append(list(live.candidates(going, 5)))
    return live.log_of(going.collection, "ES")


def test_two_persons_accept_the_store_and_the_journal_tells(premises: Premises, signed: SignedHeads, log: Log) -> None:
    place.make_installation("central")
    with pytest.raises(Refused, match="second-person-missing"):
        lost_heads.accept_heads(premises.store, signed, ONE, notices=NOTICES, now=NOW)
    with pytest.raises(Misconfigured, match="signed-heads-missing"):
        check_not_behind(premises.store, signed, notices=NOTICES)
    heads = lost_heads.accept_heads(premises.store, signed, TWO, notices=NOTICES, now=NOW)
    assert [(head.log.origin, head.size) for head in heads] == [(NOTICES, 1), (log.origin, 5)]
    check_not_behind(premises.store, signed, notices=NOTICES)
    noted = signed.highest(log.origin)
    assert noted is not None
    assert (noted.size, noted.root) == (5, premises.store.root(log, 5))
    told = JournalEntry.objects.get(act="heads-accepted")
    assert (told.persons, told.facts) == (["Anna", "Bo"], {"logs": 2, "entries": 5})
    with pytest.raises(Refused, match="heads-not-missing"):
        lost_heads.accept_heads(premises.store, signed, TWO, notices=NOTICES, now=NOW)


@pytest.mark.usefixtures("log")
def test_one_person_is_enough_in_a_demonstration(premises: Premises, signed: SignedHeads) -> None:
    place.make_installation()
    assert len(lost_heads.accept_heads(premises.store, signed, ONE, notices=NOTICES, now=NOW)) == 2


def test_a_store_that_is_behind_what_is_noted_is_never_accepted(premises: Premises, signed: SignedHeads, log: Log) -> None:
    place.make_installation("central")
    signed.raise_to([SignedHead(log_name(log.origin), 6, bytes(32))])
    with pytest.raises(Misconfigured, match="store-behind"):
        lost_heads.accept_heads(premises.store, signed, TWO, notices=NOTICES, now=NOW)
    assert not JournalEntry.objects.filter(act="heads-accepted").exists()
