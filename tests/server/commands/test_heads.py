"""`civium heads close`, as an operator types it: what is lost is shown first, the number is repeated, then it is done."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import pytest

from civium.errors import Misconfigured, Refused
from civium.server.commands import export, heads
from civium.server.config import Config
from civium.server.initiatives.premises import open_premises
from civium.server.publishing.signed_heads import SignedHeads, note_empty_logs
from civium.server.store.opening import prepare_store
from tests.server.conftest import IS_ON_POSTGRESQL
from tests.server.initiatives import place

pytestmark = [
    pytest.mark.usefixtures("civium_db"),
    pytest.mark.skipif(IS_ON_POSTGRESQL, reason="the act itself is tried there"),
]
BY = {"by": "Anna", "and_by": "Bo"}


@pytest.fixture
def config(civium_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """An installation whose store lost three of five statements of Spain."""
    made = Config.from_environment({"CIVIUM_DATA": str(civium_db.parent), "CIVIUM_URL": "https://collect.example"})
    prepare_store(made)
    place.make_installation()
    initiative = place.add_initiative(tmp_path / "folder")
    with open_premises(made, place.BUNDLE) as premises:
        collection = place.go_live(initiative, premises)
        signed = SignedHeads(made.signed_heads_path)
        note_empty_logs(premises.store, signed, premises.store.collections())
        signed.close()
        place.receive(premises, collection, "ES", 2)
    backup = tmp_path / "backup.db"
    shutil.copy(made.statements_path, backup)
    with open_premises(made, place.BUNDLE) as premises:
        place.receive(premises, collection, "ES", 3)
        premises.signer.sign(premises.store.heads(collection.identifier))
    shutil.copy(backup, made.statements_path)
    for module in (heads, export):
        monkeypatch.setattr(module, "begin", lambda _: made)
    return made


def _close(**given: object) -> int:
    return heads.run_close(argparse.Namespace(**{"check": False, "lose": None, **BY, **given}))


@pytest.mark.parametrize("given", [{"check": True, "lose": 3}, {}])
def test_without_the_number_it_only_shows_what_is_lost(
    config: Config, capsys: pytest.CaptureFixture[str], given: dict[str, object]
) -> None:
    for _ in range(2):
        assert _close(**given) == 0
        shown = capsys.readouterr()
        log, *rest = shown.out.splitlines()[1].split()
        assert log.endswith("/ES/online/1")
        assert rest == ["5", "2", "3"]
        assert shown.out.splitlines()[-1] == "statements lost: 3"
        assert "bring back the newest backup" in shown.err
    with pytest.raises(Misconfigured, match="store-behind"), open_premises(config, place.BUNDLE):
        pass


def test_with_the_number_logs_are_closed_and_the_export_is_two_files(
    config: Config, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="loss-not-confirmed"):
        _close(lose=2)
    assert _close(lose=3) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[-1] == "closed: 1 logs; their successors are open"
    assert "signatories took back since the backup" in shown.err
    with pytest.raises(Refused, match="heads-continue"):
        _close(lose=0)
    options = {"slug": "night-trains", "jurisdiction": "ES", "channel": "online", "into": tmp_path / "into", "list": False}
    options |= {"working_copy": True, "from_day": None, "to_day": None, "override_reason": "", **BY}
    assert export.run(argparse.Namespace(**options)) == 0
    shown = capsys.readouterr()
    assert [line.rpartition("/")[2] for line in shown.out.splitlines() if line.startswith("file: ")] == [
        "DEMO-1-ES-online-working-copy.civium",
        "DEMO-1-ES-online-2-working-copy.civium",
    ]
    assert "the authority needs all 2 files" in shown.err
