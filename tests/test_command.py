"""The `civium` command as a program: its help, its exit codes, its documentation, and a server that really serves."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import OperationalError

from civium import command
from civium.errors import Refused, Untrusted
from civium.formats import authority_key
from civium.server.publishing.signed_heads import SignedHead, SignedHeads, log_name
from civium.server.store.protocol import Candidate
from civium.server.store.sqlite import SQLiteStore
from tests.server import folders

ROOT = Path(__file__).resolve().parents[1]
CIVIUM = Path(sys.executable).parent / "civium"


def _commands(parser: argparse.ArgumentParser, name: str = "civium") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield name, parser
    for group in groups:
        for word, inner in group.choices.items():
            yield from _commands(inner, f"{name} {word}")


COMMANDS = dict(_commands(command.parser()))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_teaches_by_examples_and_is_documented(name: str) -> None:
    help_text = COMMANDS[name].format_help()
    assert "examples:\n  " in help_text
    assert name in help_text.split("examples:")[1]
    assert f"| `{name}` |" in (ROOT / "docs" / "commands.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_an_example_can_be_typed(name: str) -> None:
    examples = COMMANDS[name].format_help().split("examples:")[1].strip().splitlines()
    for line in examples:
        typed = re.sub(r"\s{3,}.*", "", re.sub(r"^(\w+=\S+ )+", "", line.strip()))
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', typed)]
        assert words[0] == "civium", line
        command.parser().parse_args(words[1:])


def test_every_documented_command_exists() -> None:
    documented = re.findall(r"^\| `(civium [a-z ]+)` \|", (ROOT / "docs" / "commands.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(documented) == sorted(COMMANDS)


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (Refused("not-live"), 1, "civium: error: this initiative is not live yet\nhint: civium initiative open\n"),
        (Untrusted("journal-chain", number=7), 3, "civium: error: the journal was changed: its entry 7 does not follow\n"),
        (OperationalError("database is locked"), 1, "civium: error: the store did not answer\nhint: is the disk full, or"),
        (KeyboardInterrupt(), 130, "civium: stopped\n"),
    ],
)
def test_errors_become_sentences_and_exit_codes(
    raised: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(arguments: argparse.Namespace) -> int:
        raise raised

    monkeypatch.setattr(command.law, "run", run)
    assert command.main(["law", "show"]) == code
    heard = capsys.readouterr()
    assert heard.err.startswith(said)
    assert heard.out == ""


@pytest.mark.parametrize(
    "words",
    [[], ["holiday"], ["counts"], ["counts", "a", "b"], ["initiative"], ["initiative", "end", "a"], ["law", "show", "--on", "x"]],
)
def test_a_mistake_in_the_command_line_is_told_in_two_lines(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main(words)
    assert stopped.value.code == 2
    heard = capsys.readouterr().err
    assert re.fullmatch(r"civium: error: .+\nhint: civium.* --help\n", heard)


def test_the_law_is_shown_without_an_installation(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["law", "show", "--on", "2026-11-21"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^MT +B +16 +4,320 ", shown, re.MULTILINE)
    assert command.main(["law", "show", "--procedure", "plebiscite"]) == 1


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_"))}
    return {**kept, "CIVIUM_DATA": str(folder / "site"), "CIVIUM_PORT": str(port)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class _Site:
    """An installation in a folder, its commands, and its server while it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.environment = _environment(folder, self.port)

    def civium(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [CIVIUM, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    def start(self) -> subprocess.Popen[str]:
        server = subprocess.Popen([CIVIUM, "serve"], cwd=self.folder, env=self.environment, stderr=subprocess.PIPE, text=True)
        for _ in range(200):
            try:
                self.get("/health/ready")
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, server.stderr.read() if server.stderr else ""
                time.sleep(0.1)  # a real server takes real time to begin
            else:
                return server
        raise AssertionError("the server did not begin")

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as reply:
            text: str = reply.read().decode()
            return text


@pytest.fixture
def site(tmp_path: Path) -> _Site:
    """Give a demonstration that is live, Luxembourg alone."""
    made = _Site(tmp_path)
    (tmp_path / "lu.civium-public-key").write_bytes(authority_key.encode(folders.private_key("LU").public))
    today = {"registered_on_offset_days": -40, "collection_start_on_offset_days": -10, "collection_end_on_offset_days": 300}
    folders.write_folder(tmp_path / "night-trains", registered_on=None, collection_start_on=None, collection_end_on=None, **today)
    for words in (
        ["init", "--purpose", "demonstration"],
        ["initiative", "add", "night-trains"],
        ["keys", "add", "night-trains", "lu.civium-public-key"],
        ["keys", "test", "night-trains", "LU", "--out", "test"],
    ):
        done = made.civium(*words)
        assert done.returncode == 0, done.stderr
    words_read = folders.answer(folders.private_key("LU"), (tmp_path / "test").read_bytes())
    assert made.civium("keys", "prove", "night-trains", "LU", words_read).returncode == 0
    opened = made.civium("initiative", "open", "night-trains", "--closed-online")
    assert opened.returncode == 0, opened.stderr
    return made


def test_a_server_serves_what_the_commands_set_up(site: _Site) -> None:
    server = site.start()
    try:
        assert "Night trains for every capital" in site.get("/en/i/night-trains")
        shown = site.civium("initiative", "show", "night-trains").stdout
        collection = re.search(r"^collection: ([0-9a-f]{32})$", shown, re.MULTILINE)
        manifest = re.search(r"^manifest: 1 ([0-9a-f]{64})$", shown, re.MULTILINE)
        assert collection
        assert manifest
        assert json.loads(site.get(f"/api/collections/{collection[1]}/keys"))["manifest"] == manifest[1]
        second = site.civium("serve")
        assert (second.returncode, second.stderr.splitlines()[0]) == (1, f"civium: error: port {site.port} is taken")
        site.environment["CIVIUM_PORT"] = str(_free_port())
        third = site.civium("serve")
        assert third.returncode == 2
        assert third.stderr.startswith("civium: error: another process serves this installation already\n")
        assert site.civium("initiative", "pause", "night-trains").returncode == 0
        assert server.poll() is None
    finally:
        server.send_signal(signal.SIGTERM)
        heard = server.communicate(timeout=40)[1]
    assert server.returncode == 0
    near, serves = heard.splitlines()
    assert near.startswith("the keys of duplicate tokens are in this process")
    assert serves == f"civium serves http://localhost:{site.port} on 127.0.0.1:{site.port}; stop it with ctrl-c"


def test_a_server_does_not_begin_on_a_database_that_is_behind(site: _Site, tmp_path: Path) -> None:
    """An older copy of the statements is brought back: receipts were given that it does not know."""
    shown = site.civium("initiative", "show", "night-trains").stdout
    collection = re.search(r"^collection: ([0-9a-f]{32})$", shown, re.MULTILINE)
    assert collection
    heads = SignedHeads(tmp_path / "site" / "signed-heads")
    heads.raise_to([SignedHead(log_name(f"localhost:{site.port}/{collection[1]}/LU/online/1"), 5, bytes(32))])
    heads.close()
    refused = site.civium("serve")
    assert refused.returncode == 2
    assert refused.stderr.startswith("civium: error: the store of LU has 0 entries, but a checkpoint over 5 was signed\n")


def test_signed_heads_that_cannot_be_opened_are_told_in_a_sentence(site: _Site, tmp_path: Path) -> None:
    (tmp_path / "site" / "signed-heads").unlink(missing_ok=True)
    (tmp_path / "site" / "signed-heads").mkdir()
    refused = site.civium("serve")
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[0] == "civium: error: signed-heads cannot be opened"


def test_lost_signed_heads_stop_the_server_until_they_are_accepted(site: _Site, tmp_path: Path) -> None:
    assert site.civium("heads", "accept").returncode == 1, "nothing is lost"
    store = SQLiteStore(tmp_path / "site" / "statements.db")
    (collection,) = store.collections()
    log = next(log for log in collection.logs if (log.jurisdiction, log.channel) == ("LU", "online"))
    store.append([Candidate(log, bytes(2048), bytes(32), bytes(32), date(2026, 11, 21))])
    store.close()
    (tmp_path / "site" / "signed-heads").unlink()
    refused = site.civium("serve")
    assert refused.returncode == 2
    assert refused.stderr.startswith("civium: error: signed-heads, the note of what was signed, is lost")
    assert "civium heads accept" in refused.stderr.splitlines()[1]
    checked = site.civium("heads", "accept", "--check")
    notices = f"localhost:{site.port}/notices 1"
    assert checked.stdout == f"found: {notices}\nfound: {log.origin} 1\n"
    assert site.civium("serve").returncode == 2, "looking accepts nothing"
    accepted = site.civium("heads", "accept", "--by", "Anna")
    assert accepted.stdout == f"accepted: {notices}\naccepted: {log.origin} 1\n"
    assert "heads-accepted" in site.civium("journal").stdout
    server = site.start()
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=40)
    assert server.returncode == 0
