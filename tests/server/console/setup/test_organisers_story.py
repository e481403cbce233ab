"""The organisers' key from the first command to a certificate: made, given, proven, collected with, handed over in both ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from civium.authority import keys as key_pairs
from civium.authority.command import main
from civium.formats import envelope, organisers_key, receipt
from civium.formats import statement as statements
from civium.formats.authority_key import PublicKey
from civium.formats.export import PACKAGE
from civium.law.procedure import load_procedure
from civium.server.initiatives import live
from civium.server.initiatives.exports import Wanted, make_export
from civium.server.initiatives.models import Collection
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.site import loading
from civium.server.store.protocol import Candidate
from tests.authority.build import QUICK_N, dni, spanish, statement
from tests.server.console.conftest import BrowserOf, Installation
from tests.server.initiatives import place

OF = "/console/initiatives/night-trains/set-up/keys/"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rounds of a real key take half a second; these take a sixteenth of it."""
    encode = key_pairs.encode_private_key
    for room in ("organisers", "organisers_desk"):
        monkeypatch.setattr(
            f"civium.authority.commands.{room}.encode_private_key", lambda *told, **settings: encode(*told, **settings, n=QUICK_N)
        )


@pytest.fixture
def premises(installation: Installation) -> Iterator[Premises]:
    with open_premises(installation.config, place.BUNDLE) as opened:
        yield opened


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """The folder of a computer that is offline."""
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "ours").write_text("the organisers' passphrase\n", "utf-8")
    (folder / "spain").write_text("a passphrase for Spain\n", "utf-8")
    return folder


def _run(office: Path, line: str, capture: pytest.CaptureFixture[str]) -> str:
    """Run a command of the authority's tool; names that begin with @ are files of the office."""
    told = [str(office / word[1:]) if word.startswith("@") else word for word in line.split()]
    code = main(told, now=place.NOW)
    out, err = capture.readouterr()
    assert code == 0, err
    return str(out)


def _receive(premises: Premises, collection: Collection, key: PublicKey, serials: range) -> None:
    """Put statements that were really sealed to a key into its log."""
    for serial in serials:
        header = envelope.Header(
            suite=key.suite,
            key_id=key.key_id,
            collection=collection.identifier,
            jurisdiction=key.jurisdiction,
            channel="online",
            manifest_hash=bytes(collection.current_manifest().sha256),
            erasure_commitment=receipt.erasure_commitment(collection.identifier, bytes(16)),
        )
        made = statements.pad(statements.encode(statement(spanish(dni(serial), first=f"Ana {'BCD'[serial]}lanca"))))
        raw = envelope.seal(header, made, key.public_key)
        entry = Candidate(
            place.log_of(premises, collection, key.jurisdiction),
            raw,
            envelope.envelope_hash(raw),
            header.erasure_commitment,
            place.TODAY,
        )
        premises.store.append([entry])


def test_from_the_key_to_the_certificate(
    installation: Installation, browser_of: BrowserOf, premises: Premises, office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(office, "organisers-key make --to @ours --passphrase-file @ours", capsys)
    opens = "--key @ours.civium-organisers-private-key --passphrase-file @ours"
    initiative = installation.demonstration
    browser = browser_of("security-officer", initiative)
    place.add_proven_key(initiative, "LU")
    bundle = (office / "ours.civium-organisers-public-keys").read_bytes()
    assert browser.post(f"{OF}organisers/", {"bundle": SimpleUploadedFile("keys", bundle)}).status_code == 303
    (office / "tests").write_bytes(browser.post(f"{OF}organisers/tests/").content)
    _run(office, f"organisers-key prove @tests {opens} --to @answers", capsys)
    answers = SimpleUploadedFile("answers", (office / "answers.civium-key-answers").read_bytes())
    assert browser.post(f"{OF}organisers/answers/", {"answers-file": answers}).status_code == 303
    collection = live.open_collection(initiative, premises, live.GoLive(place.TWO), now=place.NOW)
    shown = loading.find(initiative.slug, place.TODAY)
    assert shown is not None
    assert not shown.keys_held_by_organisers, "Luxembourg's authority gave its own"
    assert set(load_procedure("eci").jurisdictions) - set(shown.organisers_hold) == {"LU"}
    keys = organisers_key.parse(bundle)
    _receive(premises, collection, keys["ES"], range(3))
    _receive(premises, collection, keys["MT"], range(1))
    for code in ("ES", "MT"):
        make_export(
            initiative,
            premises,
            Wanted(code, "online", PACKAGE),
            office,
            place.ONE,
            now=place.NOW,
            progress=lambda done, total: None,
        )
    _run(office, f"organisers-key hand-over key ES {opens} --new-passphrase-file @spain --to @spain", capsys)
    spain = "@DEMO-1-ES-online.civium --key @spain.civium-private-key --passphrase-file @spain"
    assert "opened 3" in _run(office, f"open {spain} --confirm-rules", capsys)
    assert "accepted 3" in _run(office, f"verify {spain}", capsys)
    assert "valid 3" in _run(office, f"certify {spain} --to @certificate", capsys)
    assert (office / "certificate.pdf").read_bytes().startswith(b"%PDF")
    assert "opened 1" in _run(office, f"organisers-key hand-over open @DEMO-1-MT-online.civium {opens} --confirm-rules", capsys)
    assert "judged 1" in _run(office, f"verify @DEMO-1-MT-online.civium {opens}", capsys)
