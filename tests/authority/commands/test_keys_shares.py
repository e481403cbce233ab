"""civium-authority keys shares: the whole ceremony at a real terminal, and what is told where there is none."""

from __future__ import annotations

import getpass
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from civium.authority import keys as key_pairs
from tests.authority.build import QUICK_N
from tests.authority.commands.desk import Desk
from tests.authority.room import Room, Screen


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rounds of a real key take half a second; these take a sixteenth of it."""
    encode = key_pairs.encode_private_key
    monkeypatch.setattr(
        "civium.authority.commands.keys_shares.encode_private_key", lambda *told, **settings: encode(*told, **settings, n=QUICK_N)
    )


def _enter(monkeypatch: pytest.MonkeyPatch, room: Room, *passphrases: str) -> Screen:
    """Put the room's people before the terminal."""
    screen, answers = Screen(room), list(passphrases)
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", screen)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(getpass, "getpass", lambda prompt="", stream=None: answers.pop(0))
    return screen


def _make(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, *more: str | Path) -> dict[int, str]:
    room = Room()
    with monkeypatch.context() as here:
        _enter(here, room)
        desk.run("keys", "shares", "make", "--to", desk.folder / name, *more, has_key=False)
    return room.papers


def test_a_key_goes_into_shares_and_comes_out_of_them(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = _make(desk, monkeypatch, "made", "--jurisdiction", "ES")
    assert sorted(papers) == [1, 2, 3, 4, 5]
    assert "protocol: made-protocol.pdf (print it; everybody signs)" in desk.out
    private = desk.folder / "made.civium-private-key"
    for path in desk.folder.iterdir():
        raw = path.read_bytes()
        assert not any(" ".join(words.split()[4:8]).encode() in raw for words in papers.values()), (
            "nothing of a share is on the disk"
        )
    shown = desk.run("keys", "show", private, has_key=False)
    assert re.search(r"custody: shares\nshares: 5, of which any 3 open it \(set \d+\)\n", shown)
    with monkeypatch.context() as here:
        _enter(here, Room(papers, holders=[5, 2, 3]))
        out = desk.run("keys", "test", "--key", private, "--public", desk.folder / "made.civium-public-key", has_key=False)
    assert "shares and public key agree" in out
    with monkeypatch.context() as here:
        screen = _enter(here, Room(papers, holders=[1, 2, 4]), "a long passphrase", "a long passphrase")
        out = desk.run("keys", "shares", "combine", "--key", private, "--to", desk.folder / "open", has_key=False)
    assert "destroy this file when the certificate is signed" in screen.getvalue()
    (desk.folder / "passphrase").write_text("a long passphrase\n", "utf-8")
    told = ("--key", desk.folder / "open.civium-private-key", "--passphrase-file", desk.folder / "passphrase")
    assert "agree" in desk.run("keys", "test", *told, "--public", desk.folder / "made.civium-public-key", has_key=False)
    desk.run("keys", "shares", "combine", "--key", private, "--to", desk.folder / "open", has_key=False, expected=1)
    assert "nothing was overwritten" in desk.err
    desk.run("keys", "statement", "--key", private, "--to", desk.folder / "statement", has_key=False)
    assert '"keeping":{"shares":5,"threshold":3}' in (desk.folder / "statement.json").read_text("utf-8")


def test_a_key_that_exists_can_be_made_into_shares(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told = ("--key", desk.key, "--passphrase-file", desk.folder / "passphrase", "--threshold", "2", "--shares", "2")
    papers = _make(desk, monkeypatch, "two", *told)
    assert len(papers) == 2
    fingerprint = next(line for line in desk.out.splitlines() if line.startswith("fingerprint"))
    assert fingerprint in desk.run("keys", "show", desk.key, has_key=False)


def test_without_the_ceremonys_file_shares_and_public_key_give_the_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = _make(desk, monkeypatch, "made", "--jurisdiction", "ES", "--threshold", "2", "--shares", "3")
    (desk.folder / "made.civium-private-key").unlink()
    combine = ("keys", "shares", "combine", "--key", desk.folder / "made.civium-public-key", "--to", desk.folder / "open")
    room = Room(papers, holders=[3, 2])
    room.mistakes = {("words 1 to 33: ", 1): "papre " * 33}
    with monkeypatch.context() as here:
        screen = _enter(here, room, "a long passphrase", "a long passphrase")
        desk.run(*combine, has_key=False)
    assert "word 1 is not in the list of words" in screen.getvalue()
    (desk.folder / "passphrase").write_text("a long passphrase\n", "utf-8")
    told = ("--key", desk.folder / "open.civium-private-key", "--passphrase-file", desk.folder / "passphrase")
    assert "agree" in desk.run("keys", "test", *told, "--public", desk.folder / "made.civium-public-key", has_key=False)


def test_a_new_key_needs_a_state(desk: Desk) -> None:
    desk.run("keys", "shares", "make", "--to", desk.folder / "made", has_key=False, expected=1)
    assert "no such jurisdiction" in desk.err


def test_a_holder_checks_a_paper_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = _make(desk, monkeypatch, "made", "--jurisdiction", "ES", "--threshold", "2", "--shares", "3")
    private = desk.folder / "made.civium-private-key"
    with monkeypatch.context() as here:
        _enter(here, Room(papers, holders=[3]))
        out = desk.run("keys", "shares", "check", "--key", private, has_key=False)
    assert "share 3 of 3: every word is right, and it belongs to this key" in out
    desk.run("keys", "shares", "check", "--key", desk.key, has_key=False, expected=1)
    assert "this key is not in shares" in desk.err


def test_a_ceremony_that_is_stopped_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room()
    room.mistakes = {("words 1 to 33: ", 4): "stop"}
    before = sorted(desk.folder.iterdir())
    with monkeypatch.context() as here:
        screen = _enter(here, room)
        desk.run("keys", "shares", "make", "--jurisdiction", "ES", "--to", desk.folder / "made", has_key=False, expected=1)
    assert "the ceremony was stopped; nothing was made and nothing of a share is on the disk" in screen.getvalue()
    assert sorted(desk.folder.iterdir()) == before


def test_numbers_that_cannot_be_are_told_before_anybody_sits_down(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as here:
        screen = _enter(here, Room())
        make = ("keys", "shares", "make", "--jurisdiction", "ES", "--to", desk.folder / "made", "--threshold", "6")
        desk.run(*make, has_key=False, expected=1)
    assert "3 of 5 is usual" in screen.getvalue()
    assert "Key ceremony" not in screen.getvalue()


def test_a_protocol_that_is_there_is_not_overwritten(desk: Desk) -> None:
    (desk.folder / "made-protocol.pdf").write_bytes(b"signed")
    desk.run("keys", "shares", "make", "--jurisdiction", "ES", "--to", desk.folder / "made", has_key=False, expected=1)
    assert "nothing was overwritten" in desk.err


def test_without_a_terminal_there_is_no_ceremony(desk: Desk) -> None:
    desk.run("keys", "shares", "make", "--jurisdiction", "ES", "--to", desk.folder / "made", has_key=False, expected=2)
    assert "shares are shown and typed at a terminal" in desk.err


def test_an_installation_without_slip_39_says_what_is_missing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shamir_mnemonic", None)
    for name in ("shares", "ceremony"):
        monkeypatch.delitem(sys.modules, f"civium.authority.{name}", raising=False)
        monkeypatch.delattr(import_module("civium.authority"), name, raising=False)
    desk.run("keys", "shares", "make", "--jurisdiction", "ES", "--to", desk.folder / "made", has_key=False, expected=2)
    assert "install civium[ceremony]" in desk.err


def test_the_whole_ceremony_at_a_real_terminal(tmp_path: Path) -> None:
    """The installed command in a pseudo-terminal: what five people see and type, byte for byte."""
    room = Room()
    code, seen = _drive(["keys", "shares", "make", "--jurisdiction", "ES", "--to", str(tmp_path / "es")], room)
    assert code == 0, seen[-500:]
    assert len(room.papers) == 5
    code, seen = _drive(["keys", "test", "--key", str(tmp_path / "es.civium-private-key")], Room(room.papers, holders=[2, 5, 4]))
    assert code == 0, seen[-500:]
    assert "shares and public key agree" in seen
    stopped = Room()
    stopped.mistakes = {("press Enter: ", 3): "\x03"}
    code, seen = _drive(["keys", "shares", "make", "--jurisdiction", "ES", "--to", str(tmp_path / "new")], stopped)
    assert code == 1
    assert "the ceremony was stopped; nothing was made" in seen
    assert "Traceback" not in seen
    assert not list(tmp_path.glob("new*"))


def _drive(words: list[str], room: Room) -> tuple[int, str]:
    """Run the command before a room of people; give its exit code and what the terminal showed."""
    command = str(Path(sys.executable).with_name("civium-authority"))
    terminal, other_end = os.openpty()
    told = [sys.executable, "-c", _IN_A_TERMINAL, command, *words]
    process = subprocess.Popen(told, stdin=other_end, stdout=other_end, stderr=other_end)
    os.close(other_end)
    seen = ""
    while True:
        try:
            read = os.read(terminal, 65_536)
        except OSError:  # Linux: the other end was closed
            break
        if not read:
            break
        seen += read.decode()
        answer = room.answer(seen)
        if answer is not None:
            os.write(terminal, answer.encode() if answer == "\x03" else f"{answer}\n".encode())
            seen += "\n"
    os.close(terminal)
    return process.wait(), seen


# A session of its own, whose terminal is the one on stdin: Ctrl-C typed there interrupts it.
# Tests that were begun in the background ignore Ctrl-C, and so would the command.
_IN_A_TERMINAL = (
    "import fcntl, os, signal, sys, termios; signal.signal(signal.SIGINT, signal.SIG_DFL); os.setsid();"
    " fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
