"""The commands after collection: certificates, dates, holds, withdrawal, destruction with its proof, as they are typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from civium import command
from civium.server.commands import certificates, handover, lifecycle
from civium.server.config import Config
from civium.server.initiatives.models import Certificate
from civium.server.initiatives.premises import Premises, open_premises
from civium.server.initiatives.states import State
from tests.server.conftest import IS_ON_POSTGRESQL
from tests.server.initiatives import life
from tests.server.initiatives.conftest import config, premises
from tests.server.initiatives.life import Place

__all__ = ["config", "premises"]
pytestmark = [
    pytest.mark.usefixtures("civium_db"),
    pytest.mark.skipif(IS_ON_POSTGRESQL, reason="commands read their own settings"),
]
TWO = ("--by", "Anna", "--and-by", "Bo")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Give the time of the commands, to be moved."""
    times = [life.AFTER]
    for module in (lifecycle, handover, certificates):
        monkeypatch.setattr(module, "now", lambda: times[-1])
    return times


def _run(here: Place, *words: str) -> int:
    return command.main([*words, "--data", str(here.root)])


def test_from_hand_over_to_submission(
    tmp_path: Path, premises: Premises, clock: list[datetime], capsys: pytest.CaptureFixture[str]
) -> None:
    here = life.build(State.ENDED, tmp_path, premises)
    sheets = ("--channel", "sheets", "--statements", "310", "--on", "2027-04-15", "--way", "carrier")
    assert _run(here, "handover", "night-trains", "LU", *sheets, *TWO) == 0
    assert _run(here, "initiative", "received", "night-trains", "LU", "--on", "2027-04-19", "--by", "Anna") == 0
    told = ("--online", "0", "--paper", "290", "--on", "2027-04-20", "--reference", "CTIE-4")
    scan = tmp_path / "signed.pdf"
    scan.write_bytes(b"%PDF-1.7 and nothing that is one")
    assert _run(here, "initiative", "certificate", "night-trains", "LU", *told, "--scan", str(scan), *TWO) == 1
    assert not Certificate.objects.exists(), "a certificate is kept with its scan or not at all"
    assert _run(here, "initiative", "certificate", "night-trains", "LU", *told, *TWO) == 0
    said = capsys.readouterr().out
    assert "night-trains: in-verification\n" in said
    here.premises.signer.sign(here.premises.store.heads(here.initiative.live_collection().identifier))  # type: ignore[union-attr]
    named = ("--on", "2027-04-20", "--reference", "CTIE-4", *TWO)
    certificate = ("initiative", "certificate", "night-trains", "LU")
    assert _run(here, *certificate, "--from", str(tmp_path / "nothing.json"), *named) == 1
    assert "this file cannot be read" in capsys.readouterr().err
    assert _run(here, *certificate, "--online", "0", *named) == 1
    assert "neither numbers nor a file" in capsys.readouterr().err
    assert _run(here, "initiative", "proof", "night-trains", "--to", str(tmp_path / "proof.pdf")) == 1
    assert "no destruction of all statements of this initiative is done" in capsys.readouterr().err
    assert "certified: 290 of 1,000,000\nstates over their number: 0 of 7\ncertificates to come: none\n" in said
    assert _run(here, "initiative", "submit", "night-trains", "--on", "2027-04-20", *TWO) == 1
    assert "290 of 1000000 certified statements and 0 of 7 States do not suffice" in capsys.readouterr().err
    assert _run(here, "initiative", "insufficient", "night-trains", "--on", "2027-04-20", *TWO) == 0
    assert _run(here, "initiative", "dates", "night-trains") == 0
    said = capsys.readouterr().out
    assert "night-trains: insufficient" in said
    assert "statements may be destroyed from: 2027-04-20" in said
    assert "statements are destroyed at the latest on: 2028-01-14 Art. 19(5)" in said
    assert "addresses are destroyed at the latest on: 2028-04-13" in said


def test_withdrawn_held_released_destroyed(
    tmp_path: Path, premises: Premises, clock: list[datetime], capsys: pytest.CaptureFixture[str]
) -> None:
    here = life.build(State.ENDED, tmp_path, premises)
    here.premises.signer.sign(here.premises.store.heads(here.initiative.live_collection().identifier))  # type: ignore[union-attr]
    assert _run(here, "initiative", "withdraw", "night-trains", "--on", "2027-04-20", *TWO) == 0
    hold = ("--for", "Case T-1/27", "--reason", "contested", "--ends-by", "the General Court")
    assert _run(here, "initiative", "hold", "night-trains", *hold, *TWO) == 0
    assert _run(here, "initiative", "destroy", "night-trains", *TWO) == 1
    assert "a legal hold keeps all statements (LAW-75, Art. 19(7))" in capsys.readouterr().err
    clock.append(datetime(2027, 6, 30, 12, tzinfo=UTC))
    assert _run(here, "initiative", "due") == 0
    assert capsys.readouterr().out == "destroyed: nothing is due\n"
    assert _run(here, "initiative", "release", "night-trains", "--ended-on", "2027-06-29", *TWO) == 0
    assert _run(here, "initiative", "destroy", "night-trains", "--check") == 0
    said = capsys.readouterr().out
    assert "destroyed at the latest on: 2027-07-29" in said
    assert "ES/online        3     3" in said
    assert _run(here, "initiative", "destroy", "night-trains", *TWO) == 0
    assert _run(here, "initiative", "destroy", "night-trains", "--stop", "--by", "Anna") == 0
    assert _run(here, "initiative", "destroy", "night-trains", *TWO) == 0
    assert _run(here, "initiative", "due") == 0
    assert capsys.readouterr().out.endswith("destroyed: nothing is due\n")
    clock.append(clock[-1] + timedelta(days=1))
    assert _run(here, "initiative", "due") == 0
    said = capsys.readouterr().out
    assert said.startswith("PROOF OF DESTRUCTION\n")
    assert "Rule: Art. 19(7) of Regulation (EU) 2019/788" in said
    for name, start in (("proof.pdf", b"%PDF-"), ("proof.txt", b"PROOF OF DESTRUCTION\n")):
        assert _run(here, "initiative", "proof", "night-trains", "--to", str(tmp_path / name)) == 0
        assert (tmp_path / name).read_bytes().startswith(start)
        assert capsys.readouterr().out == f"written: {name}\n"
    assert _run(here, "initiative", "proof", "night-trains", "--to", str(tmp_path / "nowhere" / "proof.pdf")) == 1
    assert "this file cannot be written" in capsys.readouterr().err
    with open_premises(_config(here), {}) as opened:
        heads = opened.store.heads(here.initiative.live_collection().identifier)  # type: ignore[union-attr]
        assert [(head.received, head.destroyed) for head in heads if head.size] == [(0, 3), (0, 2)]


def _config(here: Place) -> Config:
    return Config.from_environment({"CIVIUM_DATA": str(here.root), "CIVIUM_URL": "https://collect.example"})
