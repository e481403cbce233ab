"""The organisers' key in an initiative: given once, proven once, mixed with authorities' keys, replaced by one before the start."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from civium.authority import organisers_key as own
from civium.errors import Refused
from civium.formats import authority_key, organisers_key
from civium.formats.envelope import DEFAULT_SUITE
from civium.law.procedure import load_procedure
from civium.server.initiatives import keys, live, organisers_keys
from civium.server.initiatives.manifests import renew_manifest
from civium.server.initiatives.models import AuthorityKey, Initiative, JournalEntry
from civium.server.initiatives.persons import Persons
from civium.server.initiatives.premises import Premises

from . import place
from .place import NOW, ONE, TWO

ROOT = own.make_root(b"o" * 32, DEFAULT_SUITE)
CODES = sorted(load_procedure("eci").jurisdictions)
KEYS = own.public_keys(ROOT, CODES)
BUNDLE = organisers_key.encode(KEYS)


@pytest.fixture
def initiative(civium_db: Path, tmp_path: Path) -> Initiative:
    place.make_installation()
    return place.add_initiative(tmp_path / "folder")


def _answers(tests: bytes, root: own.SeedKey = ROOT) -> dict[str, organisers_key.Answer]:
    return own.answers_of(partial(own.derived_key, root), CODES, organisers_key.parse_tests(tests))


def prove_all_keys(initiative: Initiative, by: Persons = ONE) -> tuple[str, ...]:
    answers = _answers(organisers_keys.make_tests(initiative, by, now=NOW))
    return organisers_keys.prove_all(initiative, organisers_key.encode_answers(answers), by, now=NOW)


def _refusal(initiative: Initiative, answers: dict[str, organisers_key.Answer]) -> Refused:
    with pytest.raises(Refused) as refused:
        organisers_keys.prove_all(initiative, organisers_key.encode_answers(answers), ONE, now=NOW)
    assert not initiative.keys.exclude(proven_on=None).exists(), "nothing is accepted"
    return refused.value


def test_one_file_gives_all_keys_and_one_file_proves_them(initiative: Initiative) -> None:
    given = organisers_keys.add_bundle(initiative, BUNDLE, ONE, now=NOW, custody_note="shares, 3 of 5")
    assert (list(given.added), given.kept) == (CODES, ())
    told = JournalEntry.objects.get(act="organisers-keys-given").facts
    assert told == {"number": 27, "fingerprint": organisers_key.fingerprint_words(KEYS)}
    assert keys.keys_in_use(initiative) == {}, "what is not proven is not sealed to"
    assert organisers_keys.held_by_organisers(initiative) == ()
    assert list(prove_all_keys(initiative)) == CODES
    assert {code: bytes(listed[0].key_id) for code, listed in keys.keys_in_use(initiative).items()} == {
        code: key.key_id for code, key in KEYS.items()
    }
    assert list(organisers_keys.held_by_organisers(initiative)) == CODES
    told = [entry.facts for entry in JournalEntry.objects.filter(act="key-proven")]
    assert [(fact["jurisdiction"], fact["holder"]) for fact in told] == [(code, "organisers") for code in CODES]
    with pytest.raises(Refused, match="organisers-keys-none-waiting"):
        organisers_keys.make_tests(initiative, ONE, now=NOW)
    with pytest.raises(Refused, match="organisers-keys-needless"):
        organisers_keys.add_bundle(initiative, BUNDLE, ONE, now=NOW)


def test_a_state_whose_authority_gave_a_key_keeps_it(initiative: Initiative) -> None:
    place.add_proven_key(initiative, "LU")
    keys.add_key(initiative, authority_key.encode(place.private_key("MT").public), ONE, now=NOW)
    given = organisers_keys.add_bundle(initiative, BUNDLE, ONE, now=NOW)
    assert given.kept == ("LU", "MT")
    assert len(given.added) == 25
    prove_all_keys(initiative)
    assert set(CODES) - set(organisers_keys.held_by_organisers(initiative)) == {"LU", "MT"}


def test_an_authority_s_key_takes_the_place_of_the_organisers_before_the_start(initiative: Initiative) -> None:
    organisers_keys.add_bundle(initiative, BUNDLE, ONE, now=NOW)
    prove_all_keys(initiative)
    private = place.private_key("LU")
    kept = keys.add_key(initiative, authority_key.encode(private.public), ONE, now=NOW)
    assert "LU" in organisers_keys.held_by_organisers(initiative), "until it is proven nothing changes"
    keys.prove_key(kept, place.answer(private, keys.make_test(kept, ONE, now=NOW)), ONE, now=NOW)
    assert [bytes(key.key_id) for key in keys.keys_in_use(initiative)["LU"]] == [private.public.key_id]
    assert "LU" not in organisers_keys.held_by_organisers(initiative)
    keys.retire_key(kept, ONE, now=NOW)
    assert organisers_keys.add_bundle(initiative, BUNDLE, ONE, now=NOW).added == ("LU",), "the organisers' one comes back"
    assert "LU" not in keys.keys_in_use(initiative), "unproven"
    assert prove_all_keys(initiative) == ("LU",)
    assert "LU" in organisers_keys.held_by_organisers(initiative)


def test_answers_that_are_mixed_up_foreign_or_damaged_prove_nothing(initiative: Initiative) -> None:
    organisers_keys.add_bundle(initiative, BUNDLE, ONE, now=NOW)
    answers = _answers(organisers_keys.make_tests(initiative, ONE, now=NOW))
    words = {"AT": answers["BE"].words, "BE": answers["AT"].words}
    mixed = {code: organisers_key.Answer(answer.key_id, words.get(code, answer.words)) for code, answer in answers.items()}
    assert _refusal(initiative, mixed).code == "key-answers-wrong"
    assert _refusal(initiative, mixed).facts == {"jurisdiction": "AT"}
    exchanged = {**answers, "AT": answers["BE"], "BE": answers["AT"]}
    assert _refusal(initiative, exchanged).code == "key-answers-foreign"
    another = own.derived_key(own.make_root(b"x" * 32, DEFAULT_SUITE), "AT").public.key_id
    assert _refusal(initiative, {"AT": organisers_key.Answer(another, answers["AT"].words)}).code == "key-answers-foreign"
    assert _refusal(initiative, {"VAL-C": answers["AT"]}).code == "jurisdiction-unknown"
    with pytest.raises(Refused, match="key-answers-malformed"):
        organisers_keys.prove_all(initiative, b"{}\n", ONE, now=NOW)
    assert list(prove_all_keys(initiative)) == CODES, "and the right ones still do"


def test_an_answer_without_a_test_and_an_authority_s_key_are_not_proven_so(initiative: Initiative) -> None:
    organisers_keys.add_bundle(initiative, BUNDLE, ONE, now=NOW)
    words = authority_key.proquints(bytes(12))
    assert _refusal(initiative, {"AT": organisers_key.Answer(KEYS["AT"].key_id, words)}).code == "key-answers-wrong"


def test_a_bad_bundle_adds_nothing(initiative: Initiative) -> None:
    petition = organisers_key.encode(own.public_keys(ROOT, sorted(load_procedure("petition").jurisdictions)))
    for raw, code in (
        (BUNDLE.replace(b'"LU"', b'"LX"'), "organisers-keys-malformed"),
        (petition, "jurisdiction-unknown"),
        (authority_key.encode(KEYS["LU"]), "organisers-keys-malformed"),
    ):
        with pytest.raises(Refused) as refused:
            organisers_keys.add_bundle(initiative, raw, ONE, now=NOW)
        assert refused.value.code == code
        assert not initiative.keys.exists()
    place.add_proven_key(initiative, "LU")
    stolen = organisers_key.encode(
        {"LU": KEYS["LU"], "MT": authority_key.public_key_of("MT", *_parts(place.private_key("LU").public))}
    )
    with pytest.raises(Refused, match="key-exists"):
        organisers_keys.add_bundle(initiative, stolen, ONE, now=NOW)
    assert initiative.keys.count() == 1


def test_once_live_what_was_sealed_before_can_be_read_by_the_organisers_for_ever(
    initiative: Initiative, premises: Premises
) -> None:
    organisers_keys.add_bundle(initiative, BUNDLE, ONE, now=NOW)
    prove_all_keys(initiative)
    live.open_collection(initiative, premises, live.GoLive(TWO), now=NOW)
    assert list(organisers_keys.held_by_organisers(initiative)) == CODES
    place.add_proven_key(initiative, "LU")
    old = initiative.keys.get(jurisdiction="LU", holder=AuthorityKey.Holder.ORGANISERS)
    assert old.retired_on is None, "after the start nothing goes by itself"
    keys.retire_key(old, TWO, now=NOW)
    renew_manifest(initiative, premises, TWO, now=NOW)
    assert "LU" in organisers_keys.held_by_organisers(initiative)


def _parts(public: authority_key.PublicKey) -> tuple[authority_key.Suite, bytes]:
    return public.suite, public.public_key
