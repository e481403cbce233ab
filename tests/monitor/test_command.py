"""The command line says what it found, in words and as JSON, with the exit codes of the house; `status` remembers."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from civium.monitor import command
from civium.monitor.bar import Bar
from civium.monitor.findings import SENTENCES, finding
from civium.monitor.keeping import Keeping
from civium.monitor.sentences import SENTENCES as ERRORS
from tests.monitor import made
from tests.monitor.bed import free_port
from tests.monitor.made import Made, record
from tests.monitor.serving import NOW


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    monkeypatch.chdir(tmp_path)
    with made.running(Made()) as running:
        running.entries = [record(number) for number in range(1200)]
        running.destroy((4, 6), cause="erased-by-signatory")
        running.counts = {"ES": 1197}
        yield running


def _run(*arguments: str) -> int:
    return command.main(arguments, clock=lambda: NOW)


def test_a_round_as_it_is_read(site: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("watch", site.url) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"{site.url}  2026-11-21T11:00:00Z"
    assert told[2].startswith("first look")
    assert told[4] == "ECI(2026)000007 (demonstration)  1 manifests, 0 languages"
    assert told[6].split() == ["ES", "online", "1,200", "1,200", "3", "0", "0", "1,197"]
    assert told[-1] == "everything matches"
    assert _run("status") == 0
    assert capsys.readouterr().out.splitlines() == told


def test_what_is_wrong_is_a_sentence_with_evidence_and_is_remembered(site: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("watch", site.url) == 0
    site.entries = site.entries[:-1]
    capsys.readouterr()
    assert _run("watch", site.url) == 3
    told = capsys.readouterr().out
    assert f"wrong: {made.ORIGIN}: the log has 1199 entries and had 1200: entries were taken away" in told
    site.entries.append(record(1199))
    assert _run("watch", site.url) == 0
    capsys.readouterr()
    assert _run("status", site.url, "--json") == 3
    kept = json.loads(capsys.readouterr().out)
    assert kept["last"]["is_wrong"] is False
    assert [alarm["code"] for alarm in kept["alarms"]] == ["log-shrunk"]
    place = Path(kept["alarms"][0]["evidence"])
    assert {path.name for path in place.iterdir()} == {"before.checkpoint", "now.checkpoint", "sentence.txt"}
    assert _run("status") == 3
    assert "alarms so far: 1" in capsys.readouterr().out


def test_json_is_one_object_a_round(site: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("watch", site.url, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["civium"], told["is_first"], told["is_wrong"]) == ("monitor report v1", True, False)
    (collection,) = told["collections"]
    (log,) = collection["logs"]
    assert log["destroyed"] == {"erased-by-signatory": 3, "destroyed-by-organisers": 0, "destroyed-by-law": 0}
    assert (log["entries"], log["received"], collection["proven"]) == (1200, 1197, 1197)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["watch", "http://collect.example"], 2, "https only"),
        (["watch", "ftp://collect.example"], 2, "not an address"),
        (["watch", "https://collect.example/?a"], 2, "not an address"),
        (["watch", "http://127.0.0.1:PORT"], 1, "does not answer"),
        (["watch", "SITE", "--witnesses", "nowhere"], 2, "cannot be read"),
        (["watch", "SITE", "--key", "mistyped"], 1, "not words"),
        (["compare", "SITE", "nowhere"], 2, "not a monitor's"),
        (["status"], 2, "nothing is kept"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_a_hint(
    site: Made, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    given = [argument.replace("SITE", site.url).replace("PORT", str(free_port())) for argument in arguments]
    assert _run(*given) == code
    told = capsys.readouterr().err
    assert told.startswith("civium-monitor: error: ")
    assert "\nhint: " in told
    assert said in told


def test_a_folder_belongs_to_one_site(site: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("watch", site.url, "--state", "kept") == 0
    with made.running(Made()) as other:
        assert _run("watch", other.url, "--state", "kept") == 2
    assert "another site" in capsys.readouterr().err
    Path("kept/monitor.db").write_bytes(b"something else entirely" * 100)
    assert _run("watch", site.url, "--state", "kept") == 2


def test_ctrl_c_ends_it_with_130_and_the_next_start_goes_on(site: Made) -> None:
    arguments = [sys.executable, "-m", "civium.monitor.command", "watch", site.url, "--every", "1", "--state", "kept"]
    running = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout is not None
    while "match" not in running.stdout.readline():
        pass
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "goes on from here" in said


def test_help_teaches() -> None:
    done = subprocess.run([sys.executable, "-m", "civium.monitor.command", "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    for word in ("civium-monitor watch https://collect.example", "--every 30", "--through", "Exit code 3", "evidence"):
        assert word in done.stdout


def test_the_bar_shows_rate_and_time_left() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    seconds = iter([0.0, 2.0])
    terminal = Terminal()
    bar = Bar(terminal, lambda: next(seconds))
    bar.show("a.example/ES/online/1", 0, 1_000_000)
    bar.show("a.example/ES/online/1", 250_000, 1_000_000)
    assert "250,000 of 1,000,000, 125,000 a second, about 6 s left" in terminal.getvalue()
    bar.clear()
    assert terminal.getvalue().endswith("\r\x1b[K")
    silent = io.StringIO()
    Bar(silent, lambda: 0.0).show("a", 1, 2)
    assert silent.getvalue() == ""


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_finding_is_a_sentence_without_a_full_stop(code: str, tmp_path: Path) -> None:
    names = ("before", "size", "minutes", "stored", "signed", "lost", "index", "sequence", "told", "proven", "cosigned", "quorum")
    found = finding(code, "collect.example/notices", {"a.txt": "x"}, **dict.fromkeys(names, 7))
    assert found.sentence.startswith("collect.example/notices: ")
    assert not found.sentence.endswith(".")
    keeping = Keeping(tmp_path)
    place = keeping.keep_evidence(found, datetime(2026, 11, 21, tzinfo=UTC))
    keeping.close()
    assert place is not None
    assert (place / "sentence.txt").read_text() == found.sentence + "\n"


def test_sentences_of_errors_have_hints() -> None:
    assert all(sentence and hint and not sentence.endswith(".") for sentence, hint in ERRORS.values())
