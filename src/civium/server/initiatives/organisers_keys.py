"""The organisers' key: all its public keys given as one bundle, one file of tests, one file of answers; whose key a State has now.

The rules are:
- a State whose authority gave a key keeps it: the organisers' one is not added beside it;
- a key of the bundle is any key: it is proven before anything is sealed to it, changes by two persons after the start, is retired alike;
- of a bundle or a file of answers everything is taken or nothing: what is half done nobody could tell from the whole;
- an authority's key that is proven before the start takes the organisers' place at once: nothing was sealed to theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from civium.errors import Refused
from civium.formats import authority_key, manifest, organisers_key
from civium.law.periods import brussels_date
from civium.law.procedure import jurisdiction_of, load_procedure
from civium.server.initiatives import journal
from civium.server.initiatives.keys import add_key, check_may_change, key_facts, keys_in_use, make_test, prove_key
from civium.server.initiatives.models import AuthorityKey, Initiative
from civium.server.initiatives.persons import Persons

ORGANISERS = AuthorityKey.Holder.ORGANISERS


@dataclass(frozen=True)
class Given:
    """What became of a bundle: jurisdictions whose key was added, and those that keep the key they have."""

    added: tuple[str, ...]
    kept: tuple[str, ...]


def add_bundle(initiative: Initiative, raw: bytes, by: Persons, *, now: datetime, custody_note: str = "") -> Given:
    """Add the keys of organisers' public key file, unproven, where a jurisdiction has none. One that was taken out comes back unproven.

    Raises Refused `organisers-keys-malformed`, `key-id`, `organisers-keys-repeated`, `jurisdiction-unknown`, `organisers-keys-needless` where
    every jurisdiction has a key, and what `add_key` raises.
    """
    keys = organisers_key.parse(raw)
    procedure = load_procedure(initiative.procedure)
    for code in keys:
        jurisdiction_of(procedure, code)
    present = set(initiative.keys.filter(retired_on=None).values_list("jurisdiction", flat=True))
    wanted = {code: key for code, key in keys.items() if code not in present}
    if not wanted:
        raise Refused("organisers-keys-needless")
    with transaction.atomic():
        for key in wanted.values():
            if not _brought_back(initiative, key.key_id, by, now=now):
                add_key(initiative, authority_key.encode(key), by, now=now, custody_note=custody_note, holder=ORGANISERS)
        facts = {"number": len(wanted), "fingerprint": organisers_key.fingerprint_words(keys)}
        journal.record("organisers-keys-given", initiative, by, facts, now=now)
    return Given(tuple(sorted(wanted)), tuple(sorted(present & keys.keys())))


def waiting_keys(initiative: Initiative) -> list[AuthorityKey]:
    """Give the organisers' keys that are neither proven nor retired."""
    return list(initiative.keys.filter(retired_on=None, proven_on=None, holder=ORGANISERS).order_by("jurisdiction", "-pk"))


def make_tests(initiative: Initiative, by: Persons, *, now: datetime) -> bytes:
    """Give one file with a test for each of the organisers' keys that waits. Raises Refused `organisers-keys-none-waiting`."""
    waiting = waiting_keys(initiative)
    if not waiting:
        raise Refused("organisers-keys-none-waiting")
    with transaction.atomic():
        tests = {key.jurisdiction: authority_key.parse_key_test(make_test(key, by, now=now)) for key in waiting}
    return organisers_key.encode_tests(tests)


def prove_all(initiative: Initiative, raw: bytes, by: Persons, *, now: datetime) -> tuple[str, ...]:
    """Accept a file of answers, and give the jurisdictions whose keys are proven by it: all that it names, or none.

    Raises Refused `key-answers-malformed`, `key-answers-foreign` and `key-answers-wrong` with the jurisdiction, `second-person-missing`.
    """
    answers = organisers_key.parse_answers(raw)
    procedure = load_procedure(initiative.procedure)
    for code in answers:
        jurisdiction_of(procedure, code)
    waiting = {(key.jurisdiction, bytes(key.key_id)): key for key in waiting_keys(initiative)}
    with transaction.atomic():
        for code, answer in answers.items():
            key = waiting.get((code, answer.key_id))
            if key is None:
                raise Refused("key-answers-foreign", jurisdiction=code)
            _prove(key, answer.words, by, now=now)
    return tuple(sorted(answers))


def held_by_organisers(initiative: Initiative) -> tuple[str, ...]:
    """Give the jurisdictions whose statements the organisers can open: by any key that a manifest ever named, or would name now.

    A key that was replaced after the start is among them: what was sealed to it, its holder can open for ever.
    """
    ours = {bytes(key_id): code for key_id, code in _of_organisers(initiative)}
    if not ours:
        return ()
    return tuple(sorted({ours[key_id] for key_id in _named(initiative) if key_id in ours}))


def _prove(key: AuthorityKey, words: str, by: Persons, *, now: datetime) -> None:
    """Accept one answer; of many, a refusal says whose is wrong."""
    try:
        prove_key(key, words, by, now=now)
    except Refused as refused:
        if refused.code in ("key-test-wrong", "key-test-missing"):
            raise Refused("key-answers-wrong", jurisdiction=key.jurisdiction) from None
        raise


def _of_organisers(initiative: Initiative) -> Iterable[tuple[bytes, str]]:
    found: Iterable[tuple[bytes, str]] = initiative.keys.filter(holder=ORGANISERS).values_list("key_id", "jurisdiction")
    return found


def _named(initiative: Initiative) -> set[bytes]:
    collection = initiative.live_collection()
    if collection is None:
        return {bytes(key.key_id) for listed in keys_in_use(initiative).values() for key in listed}
    promised = (
        manifest.parse(bytes(raw)) for raw in collection.manifests.filter(is_published=True).values_list("manifest", flat=True)
    )
    return {entry.key_id for one in promised for entries in one.keys.values() for entry in entries}


def _brought_back(initiative: Initiative, key_id: bytes, by: Persons, *, now: datetime) -> bool:
    """Take a retired key of the organisers' up again, unproven; say whether there was one."""
    key = initiative.keys.filter(key_id=key_id, holder=ORGANISERS).exclude(retired_on=None).first()
    if key is None:
        return False
    check_may_change(initiative, by)
    key.retired_on = key.proven_on = None
    key.added_on = brussels_date(now)
    key.save(update_fields=["retired_on", "proven_on", "added_on"])
    journal.record("key-added", initiative, by, {"jurisdiction": key.jurisdiction, **key_facts(key)}, now=now)
    return True
