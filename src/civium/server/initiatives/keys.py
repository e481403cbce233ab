"""The authorities' public keys: adding one, putting a test to its owner, accepting the answer, retiring one.

The rules are:
- a key that was never proven is never sealed to: only who opened a test with it can open statements;
- a key that was made for a preview is never taken: its private half was here (server/preview/keys.py);
- of several proven keys the newest is sealed to; earlier ones stay listed, for pages still open, until they are retired;
- after go-live a key changes by two persons, and counts from the next manifest on (`manifests.renew_manifest`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from civium.errors import Refused
from civium.formats import authority_key
from civium.formats.authority_key import PublicKey
from civium.formats.envelope import SUITES
from civium.formats.manifest import KeyEntry
from civium.law.periods import brussels_date
from civium.law.procedure import jurisdiction_of, load_procedure
from civium.server.initiatives import journal
from civium.server.initiatives.models import AuthorityKey, Initiative, JournalEntry, KeyTest
from civium.server.initiatives.persons import Persons, check_two_persons
from civium.server.initiatives.setup import pages_changed
from civium.server.store.protocol import AcceptedKey

_LONGEST_NOTE = 300


def add_key(
    initiative: Initiative,
    raw: bytes,
    by: Persons,
    *,
    now: datetime,
    custody_note: str = "",
    holder: AuthorityKey.Holder = AuthorityKey.Holder.AUTHORITY,
) -> AuthorityKey:
    """Add the key of a public key file, unproven.

    Raises Refused `key-malformed`, `key-id`, `jurisdiction-unknown`, `key-of-a-preview`, `key-exists`.
    """
    public = authority_key.parse(raw)
    jurisdiction_of(load_procedure(initiative.procedure), public.jurisdiction)
    if _is_of_a_preview(public):
        raise Refused("key-of-a-preview", jurisdiction=public.jurisdiction)
    if len(custody_note) > _LONGEST_NOTE or not (custody_note.isprintable() or not custody_note):
        raise Refused("custody-note-malformed")
    check_may_change(initiative, by)
    with transaction.atomic():
        if initiative.keys.filter(key_id=public.key_id).exists():
            raise Refused("key-exists", jurisdiction=public.jurisdiction)
        key = AuthorityKey.objects.create(
            initiative=initiative,
            jurisdiction=public.jurisdiction,
            suite=public.suite.name,
            public_key=public.public_key,
            key_id=public.key_id,
            custody_note=custody_note,
            holder=holder,
            added_on=brussels_date(now),
        )
        journal.record("key-added", initiative, by, key_facts(key), now=now)
    return key


def make_test(key: AuthorityKey, by: Persons, *, now: datetime) -> bytes:
    """Give a test for the owner of a key, as the file to send; only the hash of its answer stays here."""
    secret = secrets.token_bytes(authority_key.TEST_SIZE)
    test = authority_key.make_key_test(public_key_of(key), secret)
    answer = authority_key.answer_hash(test.key_id, secret)
    with transaction.atomic():
        KeyTest.objects.create(key=key, answer_hash=answer, made_on=brussels_date(now))
        journal.record("key-tested", key.initiative, by, key_facts(key), now=now)
    return authority_key.encode_key_test(test)


def prove_key(key: AuthorityKey, words: str, by: Persons, *, now: datetime) -> AuthorityKey:
    """Accept the words that the owner of a key read out of a test. Before the start an authority's key takes the place of the organisers'.

    Raises Refused `key-test-missing` where none was put, `words-mistyped`, `key-test-wrong`.
    """
    check_may_change(key.initiative, by)
    tests = list(key.tests.filter(answered_on=None).order_by("-pk"))
    if not tests:
        raise Refused("key-test-missing", jurisdiction=key.jurisdiction)
    test = _answered(key, tests, words)
    with transaction.atomic():
        test.answered_on = key.proven_on = brussels_date(now)
        test.save(update_fields=["answered_on"])
        key.save(update_fields=["proven_on"])
        journal.record("key-proven", key.initiative, by, key_facts(key), now=now)
        if key.holder == AuthorityKey.Holder.AUTHORITY and key.initiative.live_collection() is None:
            for replaced in key.initiative.keys.filter(
                jurisdiction=key.jurisdiction, holder=AuthorityKey.Holder.ORGANISERS, retired_on=None
            ):
                retire_key(replaced, by, now=now)
        pages_changed(key.initiative)
    return key


def retire_key(key: AuthorityKey, by: Persons, *, now: datetime) -> AuthorityKey:
    """Take a key out of the next manifest. What was sealed to it can still be opened by its owner."""
    check_may_change(key.initiative, by)
    with transaction.atomic():
        key.retired_on = brussels_date(now)
        key.save(update_fields=["retired_on"])
        journal.record("key-retired", key.initiative, by, key_facts(key), now=now)
        pages_changed(key.initiative)
    return key


def find_key(initiative: Initiative, jurisdiction: str, key_id: str = "") -> AuthorityKey:
    """Give a jurisdiction's key that is not retired: the only one, or the one whose id begins so. Raises Refused `key-unknown`, `key-ambiguous`."""
    jurisdiction_of(load_procedure(initiative.procedure), jurisdiction)
    of_place = initiative.keys.filter(jurisdiction=jurisdiction, retired_on=None)
    found = [key for key in of_place if bytes(key.key_id).hex().startswith(key_id.lower())]
    if not found:
        raise Refused("key-unknown", jurisdiction=jurisdiction)
    if len(found) > 1:
        raise Refused("key-ambiguous", jurisdiction=jurisdiction, keys=len(found))
    return found[0]


def public_key_of(key: AuthorityKey) -> PublicKey:
    """Give a kept key as the value that formats know."""
    return PublicKey(key.jurisdiction, SUITES[key.suite], bytes(key.key_id), bytes(key.public_key))


def keys_in_use(initiative: Initiative) -> Mapping[str, list[AuthorityKey]]:
    """Give each jurisdiction's proven keys that are not retired, the one to seal to first."""
    found: dict[str, list[AuthorityKey]] = {}
    for key in initiative.keys.filter(retired_on=None, proven_on__isnull=False).order_by("jurisdiction", "-pk"):
        found.setdefault(key.jurisdiction, []).append(key)
    return found


def unproven_keys(initiative: Initiative) -> list[AuthorityKey]:
    """Give the keys that were added and neither proven nor retired."""
    return list(initiative.keys.filter(retired_on=None, proven_on=None).order_by("jurisdiction", "pk"))


def accepted_keys(initiative: Initiative) -> tuple[AcceptedKey, ...]:
    """Give the keys as the store takes them: for each jurisdiction, first the one to seal to."""
    return tuple(
        AcceptedKey(key.jurisdiction, bytes(key.key_id), key.suite, bytes(key.public_key))
        for listed in keys_in_use(initiative).values()
        for key in listed
    )


def key_entries(initiative: Initiative) -> dict[str, tuple[KeyEntry, ...]]:
    """Give the keys as a manifest names them."""
    return {
        jurisdiction: tuple(KeyEntry(bytes(key.key_id), key.suite, sha256(bytes(key.public_key)).digest()) for key in listed)
        for jurisdiction, listed in keys_in_use(initiative).items()
    }


def _answered(key: AuthorityKey, tests: list[KeyTest], words: str) -> KeyTest:
    """Give the test that the words answer; any that is open may be, as letters cross."""
    trouble = Refused("key-test-wrong")
    for test in tests:
        try:
            authority_key.check_answer(bytes(key.key_id), words, bytes(test.answer_hash))
        except Refused as refused:
            trouble = refused
        else:
            return test
    raise trouble


def _is_of_a_preview(public: PublicKey) -> bool:
    """Say whether a key was made here for a preview: its private half lay on this server, and whoever tried the preview may have it."""
    made = JournalEntry.objects.filter(act__in=("preview-opened", "preview-made-anew")).values_list("facts", flat=True)
    return any(public.key_id.hex() in facts["demonstration_keys"] for facts in made.iterator())


def check_may_change(initiative: Initiative, by: Persons) -> None:
    """Raise Refused `second-person-missing` where keys of a live collection change by one person."""
    if initiative.live_collection() is not None:
        check_two_persons(initiative.deployment, by)


def key_facts(key: AuthorityKey) -> dict[str, str]:
    """Give what the journal says of a key; who holds it only where it is not the authority."""
    held = {"holder": str(key.holder)} if key.holder != AuthorityKey.Holder.AUTHORITY else {}
    return {"jurisdiction": key.jurisdiction, "key_id": bytes(key.key_id).hex(), **held}
