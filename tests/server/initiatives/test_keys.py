"""Authorities' keys: added, really tested with the private half, proven, superseded, retired."""

from __future__ import annotations

from pathlib import Path

import pytest

from civium.errors import Refused
from civium.formats import authority_key
from civium.formats.envelope import P256_SUITE
from civium.server.initiatives import keys
from civium.server.initiatives.models import Initiative, JournalEntry, KeyTest
from civium.server.initiatives.premises import Premises

from . import place
from .place import NOW, ONE, TWO


@pytest.fixture
def initiative(civium_db: Path, tmp_path: Path) -> Initiative:
    place.make_installation()
    return place.add_initiative(tmp_path / "folder")


def test_a_key_is_proven_by_whoever_holds_its_private_half(initiative: Initiative) -> None:
    private = place.private_key("LU")
    kept = keys.add_key(initiative, authority_key.encode(private.public), ONE, now=NOW, custody_note="a safe in Luxembourg")
    assert keys.keys_in_use(initiative) == {}
    test = keys.make_test(kept, ONE, now=NOW)
    assert keys.prove_key(kept, place.answer(private, test), ONE, now=NOW).proven_on == place.TODAY
    assert [key.jurisdiction for listed in keys.keys_in_use(initiative).values() for key in listed] == ["LU"]
    assert [entry.act for entry in JournalEntry.objects.all()][-3:] == ["key-added", "key-tested", "key-proven"]


def test_a_p256_key_is_proven_likewise(initiative: Initiative) -> None:
    private = place.make_key("AT", bytes(32), suite=P256_SUITE)
    kept = keys.add_key(initiative, authority_key.encode(private.public), ONE, now=NOW)
    keys.prove_key(kept, place.answer(private, keys.make_test(kept, ONE, now=NOW)).upper(), ONE, now=NOW)
    assert keys.accepted_keys(initiative)[0].suite == P256_SUITE


def test_of_a_test_only_the_hash_of_its_answer_is_kept(initiative: Initiative, civium_db: Path) -> None:
    private = place.private_key("LU")
    kept = keys.add_key(initiative, authority_key.encode(private.public), ONE, now=NOW)
    words = place.answer(private, keys.make_test(kept, ONE, now=NOW))
    secret = authority_key.parse_proquints(words)
    assert bytes(KeyTest.objects.get().answer_hash) == authority_key.answer_hash(bytes(kept.key_id), secret)
    for file in civium_db.parent.glob("civium.db*"):
        assert secret not in file.read_bytes()


def test_wrong_words_prove_nothing(initiative: Initiative) -> None:
    private = place.private_key("LU")
    kept = keys.add_key(initiative, authority_key.encode(private.public), ONE, now=NOW)
    with pytest.raises(Refused, match="key-test-missing"):
        keys.prove_key(kept, "lusab-babad-gutih-tugad-mudof-sakat", ONE, now=NOW)
    words = place.answer(private, keys.make_test(kept, ONE, now=NOW))
    with pytest.raises(Refused, match="key-test-wrong"):
        keys.prove_key(kept, "lusab-babad-gutih-tugad-mudof-sakat", ONE, now=NOW)
    with pytest.raises(Refused, match="words-mistyped"):
        keys.prove_key(kept, "these are six words or not", ONE, now=NOW)
    assert keys.unproven_keys(initiative) == [kept]
    keys.make_test(kept, ONE, now=NOW)
    keys.prove_key(kept, words, ONE, now=NOW)  # the answer to the first test still counts: letters cross
    with pytest.raises(Refused, match="key-test-wrong"):
        keys.prove_key(kept, words, ONE, now=NOW)  # but only once


def test_the_words_of_another_initiatives_test_prove_nothing_here(initiative: Initiative, tmp_path: Path) -> None:
    other = place.add_initiative(tmp_path / "other", slug="other")
    private = place.private_key("LU")
    here = keys.add_key(initiative, authority_key.encode(private.public), ONE, now=NOW)
    there = keys.add_key(other, authority_key.encode(private.public), ONE, now=NOW)
    keys.make_test(here, ONE, now=NOW)
    words = place.answer(private, keys.make_test(there, ONE, now=NOW))
    with pytest.raises(Refused, match="key-test-wrong"):
        keys.prove_key(here, words, ONE, now=NOW)


def test_a_key_that_is_none_or_another_procedures_is_refused(initiative: Initiative) -> None:
    raw = authority_key.encode(place.private_key("LU").public)
    with pytest.raises(Refused, match="key-malformed"):
        keys.add_key(initiative, b"{}", ONE, now=NOW)
    with pytest.raises(Refused, match="key-malformed"):
        keys.add_key(initiative, raw + b"\n", ONE, now=NOW)
    renamed = raw.replace(place.private_key("LU").public.key_id.hex().encode(), b"00" * 16)
    with pytest.raises(Refused, match="key-id"):
        keys.add_key(initiative, renamed, ONE, now=NOW)
    with pytest.raises(Refused, match="jurisdiction-unknown"):
        keys.add_key(initiative, authority_key.encode(place.private_key("UK").public), ONE, now=NOW)
    with pytest.raises(Refused, match="custody-note-malformed"):
        keys.add_key(initiative, raw, ONE, now=NOW, custody_note="x" * 301)
    keys.add_key(initiative, raw, ONE, now=NOW)
    with pytest.raises(Refused, match="key-exists"):
        keys.add_key(initiative, raw, ONE, now=NOW)


def test_a_key_is_found_by_state_and_the_beginning_of_its_id(initiative: Initiative) -> None:
    with pytest.raises(Refused, match="key-unknown"):
        keys.find_key(initiative, "LU")
    with pytest.raises(Refused, match="jurisdiction-unknown"):
        keys.find_key(initiative, "XX")
    for number in (0, 1):
        place.add_proven_key(initiative, "LU", number)
    with pytest.raises(Refused, match="key-ambiguous"):
        keys.find_key(initiative, "LU")
    wanted = place.private_key("LU", 1).public.key_id
    assert bytes(keys.find_key(initiative, "LU", wanted.hex()[:6]).key_id) == wanted


def test_the_newest_proven_key_is_sealed_to_and_a_retired_one_no_more(initiative: Initiative) -> None:
    place.add_proven_key(initiative, "LU", 0)
    place.add_proven_key(initiative, "LU", 1)
    ids = [place.private_key("LU", number).public.key_id for number in (0, 1)]
    assert [key.key_id for key in keys.accepted_keys(initiative)] == [ids[1], ids[0]]
    assert [entry.key_id for entry in keys.key_entries(initiative)["LU"]] == [ids[1], ids[0]]
    keys.retire_key(keys.find_key(initiative, "LU", ids[0].hex()), ONE, now=NOW)
    assert [key.key_id for key in keys.accepted_keys(initiative)] == [ids[1]]


def test_once_live_a_key_changes_by_two_persons(civium_db: Path, tmp_path: Path, premises: Premises) -> None:
    place.make_installation("central")
    initiative = place.add_initiative(tmp_path / "folder", **place.CENTRAL)
    place.go_live(initiative, premises)
    raw = authority_key.encode(place.private_key("LU").public)
    with pytest.raises(Refused, match="second-person-missing"):
        keys.add_key(initiative, raw, ONE, now=NOW)
    kept = keys.add_key(initiative, raw, TWO, now=NOW)
    words = place.answer(place.private_key("LU"), keys.make_test(kept, ONE, now=NOW))
    with pytest.raises(Refused, match="second-person-missing"):
        keys.prove_key(kept, words, ONE, now=NOW)
    keys.prove_key(kept, words, TWO, now=NOW)
    with pytest.raises(Refused, match="second-person-missing"):
        keys.retire_key(kept, ONE, now=NOW)
