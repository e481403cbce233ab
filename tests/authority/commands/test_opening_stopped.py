"""Opening and verifying, stopped by force at any moment: nothing is lost, nothing is done twice, nothing lies there in clear, and the result is the same.

Real processes are ended, at moments that a seed draws: between two chunks, while keys are unlocked, while the file gets its name.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest

from civium.authority import working_file
from civium.authority.opened import KIND as OPENED
from civium.authority.opening import ROWS_A_CHUNK
from civium.authority.placing import unfinished
from tests.authority.build import PASSPHRASE, Log, authority_key, called, command, dni, spanish, statement, write_key
from tests.authority.commands.desk import Desk

pytestmark = pytest.mark.slow

ROWS, SEED = 5000, 20261122
COMMAND = str(Path(sys.executable).with_name("civium-authority"))
IN_CLEAR = b"Robledo"
_HEAD = 9
_NEVER = threading.Event()
# Said when all modules are read: until then Python itself answers Ctrl-C.
_BEGUN = "rules for ES"


@dataclass(frozen=True)
class Folder:
    """An officer's folder, and how long an opening took there; commands run in it as processes of their own."""

    path: Path
    lasts: float = 0.0

    @property
    def opened(self) -> Path:
        """The finished working file."""
        return self.path / "x.civium-opened"

    @property
    def part(self) -> Path:
        """The unfinished one."""
        return unfinished(self.opened)

    def words(self, act: str, *more: str) -> list[str]:
        """Give the words of a command."""
        export = [str(self.path / "x.civium"), *(["--confirm-rules"] if act == "open" else [])]
        return [act, *export, "--key", str(self.path / "key"), "--passphrase-file", str(self.path / "passphrase"), *more]

    def chunks(self) -> list[tuple[int, bytes]]:
        """Give what the working file holds."""
        return list(working_file.load(self.opened, authority_key(), kind=OPENED).chunks())

    def rows_kept(self) -> int:
        """Count the rows in the whole chunks of the unfinished file, by their frames alone."""
        raw = self.part.read_bytes() if self.part.exists() else b""
        at, rows = _HEAD + int.from_bytes(raw[5:_HEAD], "big"), 0
        while at + 5 <= len(raw) and (end := at + 5 + int.from_bytes(raw[at + 1 : at + 5], "big")) <= len(raw):
            at, rows = end, rows + ROWS_A_CHUNK
        return min(rows, ROWS)

    def check_nothing_in_clear(self) -> None:
        """See that no file here, the temporary ones among them, holds what a signatory wrote."""
        for path in self.path.rglob("*"):
            assert not path.is_file() or IN_CLEAR not in path.read_bytes(), path.name

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Begin a command in a group of its own."""
        (self.path / "tmp").mkdir(exist_ok=True)
        environment = {**os.environ, "TMPDIR": str(self.path / "tmp")}
        with (self.path / "err").open("wb") as err:
            return subprocess.Popen(
                [COMMAND, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=err,
                start_new_session=True,
                env=environment,
            )

    @property
    def err(self) -> str:
        """What the command that was started wrote to stderr."""
        return (self.path / "err").read_text("utf-8", "replace")


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Give a folder in which an export was opened by one process without being stopped."""
    folder = Folder(tmp_path_factory.mktemp("handed"))
    log = Log(authority_key())
    for serial in range(ROWS):
        log.add(statement(spanish(dni(serial), f"Ana {called(serial)}")))
    log.write(folder.path / "x.civium")
    write_key(folder.path / "key", log.key)
    (folder.path / "passphrase").write_text(f"{PASSPHRASE}\n", "utf-8")
    running = folder.start(*folder.words("open", "--processes", "1"))
    _wait_for(lambda: _BEGUN in folder.err)
    began = time.monotonic()
    assert running.wait(120) == 0, folder.err
    return replace(folder, lasts=time.monotonic() - began)


@pytest.fixture
def folder(handed: Folder, tmp_path: Path) -> Folder:
    """Give a fresh folder with the same export and key."""
    for name in ("x.civium", "key", "passphrase"):
        shutil.copy(handed.path / name, tmp_path / name)
    return Folder(tmp_path)


def _children(process: int, word: str) -> list[int]:
    found = []
    for told in Path(f"/proc/{process}/task").glob("*/children"):
        found += [int(child) for child in told.read_text().split() if word in _told(int(child), "cmdline")]
    return sorted(found)


def _told(process: int, what: str) -> str:
    try:
        return Path(f"/proc/{process}/{what}").read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < until
        _NEVER.wait(0.002)  # what is waited for needs the cores


def _lives(process: int) -> bool:
    told = _told(process, "stat")
    return bool(told) and told.rsplit(")", 1)[1].split()[0] != "Z"


def _stop(running: subprocess.Popen[bytes], how: str, rng: Random) -> None:
    """End a command by force, and wait until none of its processes is left."""
    workers = _children(running.pid, "spawn_main")
    if how == "worker" and workers:
        os.kill(rng.choice(workers), signal.SIGKILL)
    elif how == "ctrl-c":
        os.killpg(running.pid, signal.SIGINT)
    else:
        running.send_signal(signal.SIGTERM if how == "terminated" else signal.SIGKILL)
    running.wait(60)
    _wait_for(lambda: not any(map(_lives, workers)))


_CODES = {"killed": -signal.SIGKILL, "terminated": -signal.SIGTERM, "ctrl-c": 130, "worker": 1}
_SAID = {"ctrl-c": "stopped; the same command goes on from here", "worker": "one of the processes ended by itself"}


def test_opening_that_is_stopped_again_and_again_goes_on_where_it_was_and_ends_the_same(handed: Folder, folder: Folder) -> None:
    rng, stops = Random(SEED), 0
    for how in ("killed", "worker", "ctrl-c", "terminated", "killed"):
        before = folder.rows_kept()
        size = folder.part.stat().st_size if folder.part.exists() else 0
        more = rng.randrange(1, handed.opened.stat().st_size // 4)
        running = folder.start(*folder.words("open", "--processes", "2"))

        def is_reached(running: subprocess.Popen[bytes] = running, size: int = size + more) -> bool:
            return running.poll() is not None or (folder.part.exists() and folder.part.stat().st_size >= size)

        _wait_for(is_reached)
        _stop(running, how, rng)
        assert how == "killed" or "Traceback" not in folder.err
        assert not before or f"going on after {before:,} that were opened before" in folder.err
        if folder.opened.exists():
            break
        stops += 1
        assert running.returncode == _CODES[how], folder.err
        assert _SAID.get(how, "") in folder.err
        assert folder.rows_kept() >= before
        folder.check_nothing_in_clear()
    assert stops >= 3, "it was stopped in the middle, several times"
    _end_and_compare(handed, folder)


def test_opening_that_is_stopped_at_any_moment_of_its_life_can_be_done_again(handed: Folder, folder: Folder) -> None:
    rng = Random(SEED)
    for how in ("ctrl-c", "worker"):
        folder.opened.unlink(missing_ok=True)  # It may have ended before it was stopped.
        running = folder.start(*folder.words("open", "--processes", "2"))
        _wait_for(lambda: _BEGUN in folder.err)
        until = time.monotonic() + handed.lasts * rng.random()
        _wait_for(lambda until=until, running=running: time.monotonic() >= until or running.poll() is not None)  # type: ignore[misc]
        _stop(running, how, rng)
        assert "Traceback" not in folder.err
        folder.check_nothing_in_clear()
    _end_and_compare(handed, folder)


def _end_and_compare(handed: Folder, folder: Folder) -> None:
    if not folder.opened.exists():
        done = command(*folder.words("open", "--processes", "2"))
        assert done.returncode == 0, done.stderr
    assert not folder.part.exists()
    assert folder.chunks() == handed.chunks()
    folder.check_nothing_in_clear()


def test_verifying_that_is_killed_is_done_again_and_every_result_has_the_same_bytes(handed: Folder, desk: Desk) -> None:
    folder = Folder(desk.folder)
    for name in ("x.civium", "x.civium-opened", "key", "passphrase"):
        shutil.copy(handed.path / name, folder.path / name)
    part = unfinished(folder.path / "x.civium-verdicts")
    for how in ("worker", "ctrl-c"):
        running = folder.start(*folder.words("verify", "--processes", "2"))
        _wait_for(lambda running=running: bool(_children(running.pid, "spawn_main")) or running.poll() is not None)  # type: ignore[misc]
        _stop(running, how, Random(SEED))
        assert running.returncode == _CODES[how], folder.err
        assert "Traceback" not in folder.err
    running = folder.start(*folder.words("verify", "--processes", "1"))
    _wait_for(lambda: part.exists() or running.poll() is not None)
    _stop(running, "killed", Random(SEED))
    folder.check_nothing_in_clear()
    for told in (folder, handed):
        done = command(*told.words("verify", "--processes", "1" if told is handed else "2"))
        assert done.returncode == 0, done.stderr
        for form in ("csv", "xml"):
            assert command(*told.words("write", "--form", form, "--to", str(told.path / f"all.{form}"))).returncode == 0
        assert command(*told.words("report", "--to", str(told.path / "report.json"))).returncode == 0
    for name in ("all.csv", "all.xml", "report.json"):
        assert (folder.path / name).read_bytes() == (handed.path / name).read_bytes(), name


_ON_A_SMALL_DISK = """
set -e
mount -t tmpfs -o size=400k none "$1"
cp key passphrase "$1"; ln -s "$PWD/x.civium" "$1/x.civium"
cd "$1"
shift
"$@" 2> err || echo "exit $?"
cat err
ls
mount -o remount,size=64m none .
"$@" 2> err
cat err
cp x.civium-opened "$OLDPWD"
"""


def test_a_disk_that_is_really_full_stops_the_opening_and_with_room_it_goes_on(handed: Folder, folder: Folder) -> None:
    """A file system of its own, as small as that, where the kernel lets us have one; elsewhere a limit on files stands for it (test_opening)."""
    if subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "none", folder.path], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    small = folder.path / "small"
    small.mkdir()
    words = folder.words("open", "--processes", "2")
    words[1] = "x.civium"
    told = subprocess.run(
        ["unshare", "--mount", "bash", "-c", _ON_A_SMALL_DISK, "bash", small, COMMAND, *words],
        cwd=folder.path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    first, _, second = told.stdout.partition("x.civium-opened.part")
    assert first.startswith("exit 1\n")
    assert "error: the disk is full; nothing half-written was left under its name" in first
    assert "Traceback" not in told.stdout
    assert "going on after" in second
    assert folder.chunks() == handed.chunks()
