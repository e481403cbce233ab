"""What tests of previews share: an installation with an initiative in set-up, one key proven, and a preview that was opened."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test.utils import override_settings

from civium.formats import envelope, manifest, posting, receipt
from civium.formats.authority_key import PublicKey
from civium.server.config import Config
from civium.server.initiatives import keys as kept_keys
from civium.server.initiatives.models import Initiative, Preview
from civium.server.preview import acts, keys, place, views
from civium.server.site import assets
from civium.server.store.opening import prepare_store
from tests.server.conftest import database_settings
from tests.server.initiatives import place as tests_place

NOW, TODAY = tests_place.NOW, tests_place.TODAY
_numbers = itertools.count()


@dataclass
class Clock:
    """The time that requests read."""

    now: datetime


@dataclass(frozen=True)
class Tried:
    """An initiative in set-up with its preview, where Spain's key is proven and all others are made here."""

    config: Config
    initiative: Initiative
    clock: Clock

    @property
    def preview(self) -> Preview:
        """The preview as it is kept now."""
        return Preview.objects.select_related("initiative").get(initiative=self.initiative)

    @property
    def place(self) -> place.Place:
        """Where it lies."""
        return place.place_of(self.config, self.preview.identifier)

    @property
    def folder(self) -> Path:
        """The folder of all previews."""
        return place.previews_folder(self.config.folder)

    @property
    def address(self) -> str:
        """What everything of it begins with."""
        return f"/preview/{acts.link_of(self.preview)}"

    def key_of(self, jurisdiction: str) -> PublicKey:
        """Give the key that statements of a State are sealed to."""
        proven = kept_keys.keys_in_use(self.initiative).get(jurisdiction)
        if proven:
            return kept_keys.public_key_of(proven[0])
        return next(key for key in keys.public_keys(self.place.authority_keys) if key.jurisdiction == jurisdiction)

    def posting(self, jurisdiction: str = "MT", *, code: bytes = bytes(16)) -> bytes:
        """Give what a browser would send: a new envelope, sealed to the State's key."""
        identifier, public = self.preview.identifier, self.key_of(jurisdiction)
        with place.opened(self.place, {}) as premises:
            (signed,) = premises.store.manifests(identifier)
        header = envelope.Header(
            suite=public.suite,
            key_id=public.key_id,
            collection=identifier,
            jurisdiction=jurisdiction,
            channel="online",
            manifest_hash=manifest.manifest_hash(signed.raw),
            erasure_commitment=receipt.erasure_commitment(identifier, code),
        )
        plaintext = next(_numbers).to_bytes(envelope.PADDED_SIZES[0], "big")
        return posting.encode(posting.Posting(envelope.seal(header, plaintext, public.public_key)))


@pytest.fixture
def config(civium_db: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Config]:
    """Give the settings of this test's installation, in force."""
    made = Config.from_environment(
        {"CIVIUM_DATA": str(civium_db.parent), "CIVIUM_URL": "https://collect.example"} | database_settings(civium_db.parent)
    )
    monkeypatch.setattr(settings._wrapped, "SECRET_KEY", "for tests of previews alone, and long enough to be one")
    with override_settings(CONFIG=made):
        prepare_store(made)
        yield made


@pytest.fixture
def tried(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tried:
    """Give an initiative that counts, in set-up, with an open preview."""
    tests_place.make_installation("central")
    initiative = tests_place.add_initiative(tmp_path / "folder", **tests_place.CENTRAL)
    tests_place.add_proven_key(initiative, "ES")
    clock = Clock(NOW)
    monkeypatch.setattr(views, "clock", lambda: clock.now)
    acts.open_preview(initiative, config, assets.bundle_hashes(), tests_place.ONE, now=NOW)
    return Tried(config, initiative, clock)
