"""A preview's life: opened, followed, dropped whole; and nothing that counts hears of it. Runs on both engines (test_postgresql.py)."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from civium.authority import custody
from civium.authority.completeness import check_export
from civium.authority.opening import open_envelope
from civium.errors import Refused
from civium.formats import authority_key, envelope, export, manifest, posting
from civium.server.initiatives import keys as kept_keys
from civium.server.initiatives import live, setup
from civium.server.initiatives.folder import read_folder
from civium.server.initiatives.journal import check_journal
from civium.server.initiatives.models import Event, Initiative, JournalEntry, Preview
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.intake.receive import candidate_of, prepare
from civium.server.jobs.running import Runner
from civium.server.preview import acts, answers, exporting, keys, place
from civium.server.preview.answers import Asked
from civium.server.site import assets
from tests.server.initiatives import place as tests_place
from tests.server.preview.conftest import NOW, Tried

ONE, TWO, TODAY = tests_place.ONE, tests_place.TWO, tests_place.TODAY
BUNDLE = assets.bundle_hashes()


@pytest.fixture
def premises(tried: Tried) -> Iterator[Premises]:
    with open_premises(tried.config, BUNDLE) as opened:
        yield opened


def receive(tried: Tried, raw: bytes) -> bytes:
    """Put a posting into the preview as its form does."""
    with place.opened(tried.place, BUNDLE) as opened:
        return answers.receive(Asked(acts.as_tried(tried.preview), tried.preview.identifier, opened, TODAY), raw)


def received(tried: Tried) -> int:
    with place.opened(tried.place, BUNDLE) as opened:
        return answers.counts_of(Asked(tried.initiative, tried.preview.identifier, opened, TODAY)).received


def follow(tried: Tried) -> Preview:
    tried.initiative.refresh_from_db()
    return acts.follow_set_up(tried.preview, tried.config, BUNDLE, now=NOW)


def acts_told() -> list[str]:
    check_journal()
    return [entry.act for entry in JournalEntry.objects.order_by("number") if entry.act.startswith("preview-")]


def test_its_manifest_says_what_it_is(tried: Tried) -> None:
    with place.opened(tried.place, BUNDLE) as opened:
        (signed,) = opened.store.manifests(tried.preview.identifier)
        kept = opened.store.collection(tried.preview.identifier)
    promised = manifest.check_signature(signed.raw, signed.signature, manifest.parse(signed.raw).log_key)
    assert (promised.deployment, promised.opens_on, promised.closes_on) == ("demonstration", TODAY, TODAY + timedelta(days=13))
    assert (promised.collection, promised.registration) == (tried.preview.identifier, "ECI(2026)000007")
    assert len(promised.keys) == len(promised.logs) == 27
    assert promised.logs["MT/online"] == f"collect.example/preview/{tried.preview.identifier.hex()}/MT/online/1"
    assert promised.keys["ES"][0].key_id == tests_place.private_key("ES").public.key_id
    assert {log.origin for log in kept.logs} == set(promised.logs.values())
    assert (kept.work, kept.token_key) == (0, b"")


def test_there_is_one_and_opening_it_again_gives_it(tried: Tried) -> None:
    again = acts.open_preview(tried.initiative, tried.config, BUNDLE, ONE, now=NOW)
    assert again.identifier == tried.preview.identifier
    assert acts_told() == ["preview-opened"]
    assert [path.name for path in tried.folder.iterdir()] == [again.identifier.hex()]


def test_what_collects_nothing_has_none(tried: Tried, tmp_path: Path) -> None:
    companion = tests_place.add_initiative(
        tmp_path / "companion", **{**tests_place.CENTRAL, "slug": "beside", "registration_number": "ECI(2026)000008"}
    )
    Initiative.objects.filter(pk=companion.pk).update(deployment="companion")
    companion.refresh_from_db()
    with pytest.raises(Refused, match="nothing-is-collected"):
        acts.open_preview(companion, tried.config, BUNDLE, ONE, now=NOW)
    Initiative.objects.filter(pk=companion.pk).update(deployment="central")
    companion.refresh_from_db()
    with pytest.raises(Refused, match="bundle-missing"):
        acts.open_preview(companion, tried.config, {}, ONE, now=NOW)


def test_the_link_is_in_no_database_and_in_no_journal(tried: Tried) -> None:
    link = acts.link_of(tried.preview)
    assert link is not None
    assert len(link) == 32
    row = Preview.objects.values().get()
    assert link not in str(row)
    assert link.encode() not in bytes(row["link_secret"]) + bytes(row["link_hash"])
    assert not any(link in str(entry.facts) for entry in JournalEntry.objects.all())


def test_the_link_is_renewed_closed_and_ends_by_itself(tried: Tried) -> None:
    first = acts.link_of(tried.preview) or ""
    assert acts.find(first, today=TODAY) == tried.preview
    acts.renew_link(tried.preview, ONE, now=NOW)
    second = acts.link_of(tried.preview) or ""
    assert acts.find(first, today=TODAY) is None
    assert acts.find(second, today=TODAY + timedelta(days=13)) == tried.preview
    assert acts.find(second, today=TODAY + timedelta(days=14)) is None
    acts.close_link(tried.preview, ONE, now=NOW)
    assert acts.link_of(tried.preview) is None
    assert acts.find(second, today=TODAY) is None
    acts.renew_link(tried.preview, ONE, now=NOW)
    assert acts.find(acts.link_of(tried.preview) or "", today=TODAY) is not None
    assert acts_told() == ["preview-opened", "preview-link-renewed", "preview-link-closed", "preview-link-renewed"]


def test_everything_of_it_is_for_its_owner_alone(tried: Tried) -> None:
    here = tried.place.folder
    for path in (here, *here.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path.name


def test_the_authoritys_tool_opens_a_working_copy_with_a_demonstration_key(tried: Tried, tmp_path: Path) -> None:
    raw = tried.posting("MT")
    receive(tried, raw)
    with place.opened(tried.place, BUNDLE) as opened:
        name, content = exporting.working_copy(tried.preview, opened, "MT", ONE, now=NOW)
    assert name == "ECI-2026-000007-MT-online-preview-working-copy.civium"
    (tmp_path / name).write_bytes(content)
    found = check_export(tmp_path / name, told=lambda done, total: None)
    assert (found.head.kind, found.head.deployment, found.head.size) == ("working-copy", "demonstration", 1)
    keys_folder = tried.place.authority_keys
    sealed_key = custody.parse_private_key((keys_folder / "MT.civium-private-key").read_bytes())
    key = custody.unlock(sealed_key, (keys_folder / "passphrase").read_text().strip())
    with (tmp_path / name).open("rb") as stream:
        (row,) = export.ExportReader(stream).rows()
    assert isinstance(row, export.StatementRow)
    assert row.envelope == posting.parse(raw).envelope
    opened_statement = open_envelope(envelope.parse(row.envelope), key.private)
    assert opened_statement is not None
    assert len(opened_statement) == envelope.PADDED_SIZES[0]
    assert acts_told()[-1] == "preview-exported"


def test_its_keys_are_taken_for_no_initiative(tried: Tried, tmp_path: Path) -> None:
    """Neither while it is there nor after it was dropped, and for no other initiative of the installation."""
    raw = authority_key.encode(tried.key_of("LU"))
    other = tests_place.add_initiative(tmp_path / "other", slug="other", registration_number="DEMO-2")
    acts.drop(tried.preview, tried.config.folder, ONE, because=acts.BY_HAND, now=NOW)
    for initiative in (tried.initiative, other):
        with pytest.raises(Refused, match="key-of-a-preview"):
            kept_keys.add_key(initiative, raw, ONE, now=NOW)


def test_a_statement_of_a_preview_is_unknown_to_what_counts(tried: Tried, premises: Premises) -> None:
    """Before and after going live: its header names another collection, and under the live one's name it does not open."""
    sealed = envelope.parse(posting.parse(tried.posting("ES")).envelope)
    receive(tried, posting.encode(posting.Posting(sealed.raw)))
    with pytest.raises(Refused, match="unknown-collection"):
        candidate_of(prepare(premises.store.collections()), sealed, TODAY)
    decision = live.GoLive(TWO, accepts_closed_online=True)
    collection = live.open_collection(tried.initiative, premises, decision, now=NOW)
    with pytest.raises(Refused, match="unknown-collection"):
        candidate_of(prepare(premises.store.collections()), sealed, TODAY)
    forged = tests_place.envelopes(collection, "ES", 1)[0]
    header = envelope.parse(forged).header
    moved = envelope.parse(envelope.encode_header(header) + sealed.raw[len(envelope.encode_header(sealed.header)) :])
    assert open_envelope(moved, tests_place.private_key("ES").private) is None
    assert sum(head.received for head in premises.store.heads(collection.identifier)) == 0


def test_the_installations_store_never_hears_of_it(tried: Tried, premises: Premises) -> None:
    before = (premises.store.version(), premises.store.collections(), premises.store.notices_heads())
    for _ in range(3):
        receive(tried, tried.posting("MT"))
    assert received(tried) == 3
    acts.drop(tried.preview, tried.config.folder, ONE, because=acts.BY_HAND, now=NOW)
    assert (premises.store.version(), premises.store.collections(), premises.store.notices_heads()) == before
    assert tried.initiative.live_collection() is None
    assert premises.store.collections() == ()


def test_going_live_drops_it_whole_and_what_counts_begins_empty(tried: Tried, premises: Premises) -> None:
    receive(tried, tried.posting("ES"))
    folder = tried.place.folder
    collection = live.open_collection(tried.initiative, premises, live.GoLive(TWO, accepts_closed_online=True), now=NOW)
    assert not Preview.objects.exists()
    assert not folder.exists()
    assert collection.identifier.hex() != folder.name
    assert {(head.size, head.destroyed) for head in premises.store.heads(collection.identifier)} == {(0, 0)}
    with pytest.raises(Refused, match="already-live"):
        acts.open_preview(tried.initiative, tried.config, BUNDLE, ONE, now=NOW)
    dropped = JournalEntry.objects.get(act="preview-dropped")
    assert (dropped.facts["because"], dropped.persons) == ("by-going-live", list(TWO.names))


def test_the_store_of_what_counts_still_removes_nothing(tried: Tried, premises: Premises) -> None:
    """To drop a preview no rule of the store was loosened: whoever may write there is refused, on either engine, to remove a live log."""
    collection = live.open_collection(tried.initiative, premises, live.GoLive(TWO, accepts_closed_online=True), now=NOW)
    tests_place.receive(premises, collection, "ES", 2)
    for table in ("entry", "log", "collection", "manifest", "notice"):
        with pytest.raises(Exception, match="never removed"):
            _remove_all(tried, table)
    assert sum(head.received for head in premises.store.heads(collection.identifier)) == 2


def _remove_all(tried: Tried, table: str) -> None:
    """Remove all rows of a table, as whoever owns the store's tables would."""
    if tried.config.is_on_postgresql:
        import psycopg

        with psycopg.connect(tried.config.databases["owner"].read_text()) as connection:
            connection.execute(f"delete from statements.{table}")  # type: ignore[arg-type]
        return
    with closing(sqlite3.connect(tried.config.statements_path)) as connection:
        connection.execute("pragma foreign_keys = on")
        connection.execute(f"delete from {table}")


def test_after_its_last_day_the_jobs_thread_drops_it(tried: Tried) -> None:
    folder, later = tried.place.folder, NOW + timedelta(days=13)
    Runner(tried.config, clock=lambda: later).tidy()
    assert folder.is_dir()
    later = NOW + timedelta(days=14)
    Runner(tried.config, clock=lambda: later).tidy()
    assert not folder.exists()
    assert not Preview.objects.exists()
    assert JournalEntry.objects.get(act="preview-dropped").facts["because"] == "by-date"


def test_with_a_withdrawn_initiative_it_goes(tried: Tried) -> None:
    link = acts.link_of(tried.preview) or ""
    Event.objects.create(initiative=tried.initiative, kind=Event.Kind.WITHDRAWN, happened_on=TODAY, recorded_on=TODAY)
    assert acts.find(link, today=TODAY) is None
    assert acts.drop_what_is_over(tried.config.folder, now=NOW) == 1
    assert JournalEntry.objects.get(act="preview-dropped").facts["because"] == "by-withdrawal"
    with pytest.raises(Refused, match="initiative-withdrawn"):
        acts.open_preview(tried.initiative, tried.config, BUNDLE, ONE, now=NOW)


def test_a_folder_that_nobody_named_goes_within_the_hour(tried: Tried) -> None:
    """As after a process that was killed between two steps; what lies there by another name stays."""
    left, half, foreign = tried.folder / ("ab" * 16), tried.folder / f".{'cd' * 16}", tried.folder / "notes"
    for path in (left, half, foreign):
        path.mkdir()
    made = tests_place.datetime.now(tests_place.UTC)
    assert acts.drop_what_is_over(tried.config.folder, now=made) == 0
    assert acts.drop_what_is_over(tried.config.folder, now=made + timedelta(hours=2)) == 2
    assert sorted(path.name for path in tried.folder.iterdir()) == sorted(["notes", tried.preview.identifier.hex()])


def test_a_change_that_the_manifest_does_not_hold_keeps_what_was_signed(tried: Tried, tmp_path: Path) -> None:
    receive(tried, tried.posting())
    before = tried.preview.identifier
    folder = tests_place.write_folder(
        tmp_path / "folder",
        {"en": {**tests_place.ENGLISH, "share_text": "Sleep, and wake up there."}, "el": tests_place.GREEK},
        **tests_place.CENTRAL,
    )
    setup.update_initiative(tried.initiative, read_folder(folder, today=TODAY), ONE, now=NOW)
    assert follow(tried).identifier == before
    assert tried.preview.compared_with.startswith(f"{tried.initiative.version} ")
    assert received(tried) == 1


def test_another_text_or_key_makes_it_anew_under_the_same_link(tried: Tried, tmp_path: Path) -> None:
    receive(tried, tried.posting())
    link, before, lent = acts.link_of(tried.preview), tried.preview.identifier, tried.key_of("MT").key_id
    folder = tests_place.write_folder(
        tmp_path / "folder", {"en": {**tests_place.ENGLISH, "objectives": "We ask for more night trains."}}, **tests_place.CENTRAL
    )
    setup.update_initiative(tried.initiative, read_folder(folder, today=TODAY), ONE, now=NOW)
    second = follow(tried)
    assert second.identifier != before
    assert (acts.link_of(second), second.last_on, second.made_anew_at) == (link, TODAY + timedelta(days=13), NOW)
    assert [path.name for path in tried.folder.iterdir()] == [second.identifier.hex()]
    assert received(tried) == 0
    assert tried.key_of("MT").key_id == lent
    tests_place.add_proven_key(tried.initiative, "MT")
    third = follow(tried)
    assert third.identifier != second.identifier
    assert tried.key_of("MT").key_id == tests_place.private_key("MT").public.key_id
    assert "MT" not in {key.jurisdiction for key in keys.public_keys(tried.place.authority_keys)}
    kept_keys.retire_key(kept_keys.find_key(tried.initiative, "MT"), ONE, now=NOW)
    follow(tried)
    assert "MT" in {key.jurisdiction for key in keys.public_keys(tried.place.authority_keys)}
    assert follow(tried).identifier == tried.preview.identifier
    assert acts_told() == ["preview-opened", *["preview-made-anew"] * 3]
    with pytest.raises(Refused, match="unknown-collection"):
        receive(tried, posting.encode(posting.Posting(_of_another(tried, before))))


def _of_another(tried: Tried, collection: bytes) -> bytes:
    """Give an envelope for a collection that was before this one."""
    sealed = envelope.parse(posting.parse(tried.posting()).envelope)
    raw = envelope.encode_header(sealed.header)
    return raw.replace(tried.preview.identifier, collection) + sealed.raw[len(raw) :]


def test_a_preview_that_went_meanwhile_is_missing(tried: Tried) -> None:
    old = tried.preview
    place.remove(tried.config.folder, old.identifier)
    with pytest.raises(Refused, match="preview-missing"):
        acts.follow_set_up(old, tried.config, BUNDLE, now=NOW)


def test_it_takes_a_bounded_number(tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_ENTRIES", 1)
    first = tried.posting()
    told = receive(tried, first)
    with pytest.raises(Refused, match="collection-paused"):
        receive(tried, tried.posting())
    assert receive(tried, first) == told
    assert received(tried) == 1


def test_after_its_last_day_it_takes_nothing(tried: Tried) -> None:
    raw = tried.posting()
    with place.opened(tried.place, BUNDLE) as opened:
        asked = Asked(tried.initiative, tried.preview.identifier, opened, TODAY + timedelta(days=14))
        with pytest.raises(Refused, match="collection-ended"):
            answers.receive(asked, raw)
