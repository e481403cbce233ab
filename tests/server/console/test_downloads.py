"""Files that a browser saves: what could fail, fails before the first byte, with a sentence."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from civium.errors import Refused
from civium.server.config import Config
from civium.server.console import downloads


@pytest.fixture
def no_room(config: Config) -> Iterator[None]:
    """No file may grow beyond 64 kB: a disk that is full."""
    del config  # its files are larger, and there before
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    told = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, told)


@pytest.mark.usefixtures("no_room")
def test_a_disk_without_room_gives_a_sentence_and_leaves_nothing(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "_IN_MEMORY", 1_000)
    before = sorted(config.folder.iterdir())
    request = RequestFactory().get("/")
    with pytest.raises(Refused, match="file-not-written"):
        downloads.download(request, (bytes(10_000) for _ in range(20)), "names.csv", "text/csv")
    assert sorted(config.folder.iterdir()) == before
    answer = downloads.download(request, (bytes(1_000) for _ in range(20)), "names.csv", "text/csv")
    assert answer["content-length"] == "20000"


def test_a_file_that_went_at_this_moment_is_said_to_be_gone(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="file-gone"):
        downloads.streamed(RequestFactory().get("/"), tmp_path / "gone.civium", "application/octet-stream")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("night-trains-duties.ics", 'attachment; filename="night-trains-duties.ics"'),
        ('../../etc/a "b".pdf', 'attachment; filename="etc-a -b-.pdf"'),
        ("a\r\nSet-Cookie: x=1.csv", 'attachment; filename="a-Set-Cookie- x=1.csv"'),
        ("gare-de-nuit-\u202efdp.exe", 'attachment; filename="gare-de-nuit--fdp.exe"'),
        ("éclair.csv", "attachment; filename*=utf-8''%C3%A9clair.csv"),
        ("..", 'attachment; filename="file"'),
        ("a" * 500 + ".civium", f'attachment; filename="{"a" * 113}.civium"'),
    ],
)
def test_a_file_is_saved_under_a_name_that_is_safe_everywhere(name: str, header: str) -> None:
    assert downloads.saved_as(HttpResponse(), name)["Content-Disposition"] == header


def test_one_function_alone_names_files() -> None:
    """Thirteen screens wrote the header by themselves; one that did not clean the name would have been enough."""
    room = Path(downloads.__file__).parent
    found = {path.relative_to(room) for path in room.rglob("*.py") if "content-disposition" in path.read_text().lower()}
    assert found == {Path("downloads.py")}
