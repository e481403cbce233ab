"""The front door: each role serves its part; hot paths never reach Django; start and stop belong to the intake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from civium.server.site import assets
from civium.server.store.connecting import sole_intake
from tests.server import live

# Django takes its settings once in a process: each role is tried in one of its own.
_SCRIPT = """
import asyncio, json, os, sys
import civium.front
from civium.front import create
from civium.server.site import assets

async def story():
    front = create()
    if sys.argv[1:] == ["fault"]:
        civium.front.settle_memory = lambda: 1 / 0
    inbox, outbox = asyncio.Queue(), asyncio.Queue()
    life = asyncio.create_task(front({"type": "lifespan"}, inbox.get, outbox.put))
    await inbox.put({"type": "lifespan.startup"})
    begun = await outbox.get()
    told = {"begun": begun["type"], "answers": {}}
    if begun["type"] == "lifespan.startup.complete":
        for path in sys.argv[1:]:
            sent = []
            bodies = [{"type": "http.request", "body": b"", "more_body": False}]
            async def receive():
                return bodies.pop() if bodies else await asyncio.Event().wait()
            async def send(message):
                sent.append(message)
            method, _, path = path.rpartition(" ")
            scope = {"type": "http", "method": method or "GET", "path": path, "raw_path": path.encode(), "headers": [(b"host", b"localhost")],
                     "query_string": b"", "http_version": "1.1", "scheme": "http", "server": ("localhost", 80), "asgi": {"version": "3.0"}}
            await front(scope, receive, send)
            headers = {bytes(name).decode().lower(): bytes(value).decode() for name, value in sent[0]["headers"]}
            told["answers"][f"{method} {path}".strip()] = [sent[0]["status"], headers.get("content-type", ""), headers.get("location", "")]
        await inbox.put({"type": "lifespan.shutdown"})
        told["ended"] = (await outbox.get())["type"]
    told["fault"] = type((await asyncio.gather(life, return_exceptions=True))[0]).__name__
    print(json.dumps(told))

asyncio.run(story())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make an installation without initiatives."""
    if not (assets.BUNDLE / "assets.json").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the signatory's script is not built: make assets")
    command = [sys.executable, "-c", "import sys; from civium.command import main; sys.exit(main())", "init"]
    command += ["--data", str(tmp_path), "--purpose", "demonstration", "--by", "the operator"]
    subprocess.run(command, check=True, capture_output=True, env=_environment(tmp_path), timeout=300)
    return tmp_path


def _environment(folder: Path, role: str = "all") -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_"))}
    return kept | {"CIVIUM_DATA": str(folder), "CIVIUM_URL": f"https://{live.HOST}", "CIVIUM_ROLE": role}


def _front(folder: Path, role: str, *paths: str) -> tuple[Any, str]:
    """Run a front in a process of its own and give what it told, and its errors."""
    command = [sys.executable, "-c", _SCRIPT, *paths]
    # Only a hang takes so long, even on a machine that is busy with much else.
    done = subprocess.run(command, capture_output=True, text=True, env=_environment(folder, role), timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


FORM = "POST /en/i/nothing/feedback"
PATHS = ("/health/ready", "/en/", "/", "/api/collections/00/keys", "/nothing/")


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("all", [200, 200, 303, 404, 404]),
        ("intake", [200, 200, 404, 404, 404]),
        ("web", [200, 200, 303, 404, 404]),
    ],
)
def test_each_role_serves_its_part(folder: Path, role: str, expected: list[int]) -> None:
    told, _ = _front(folder, role, *PATHS)
    assert (told["begun"], told["ended"]) == ("lifespan.startup.complete", "lifespan.shutdown.complete")
    assert [told["answers"][path][0] for path in PATHS] == expected
    assert told["answers"]["/en/"][1].startswith("text/html")
    api = "text/html" if role == "web" else "application/json"
    assert told["answers"]["/api/collections/00/keys"][1].startswith(api), "hot paths are the intake's alone"
    if role != "intake":
        assert told["answers"]["/"][2] == "/en/"


@pytest.mark.parametrize(
    ("role", "status", "media_type"), [("all", 404, "text/html"), ("web", 404, "text/html"), ("intake", 405, "application/json")]
)
def test_a_form_reaches_django_where_there_is_one(folder: Path, role: str, status: int, media_type: str) -> None:
    """Of an initiative that is not there: the page that says so is Django's."""
    told, _ = _front(folder, role, FORM)
    assert told["answers"][FORM][0] == status
    assert told["answers"][FORM][1].startswith(media_type)


def test_files_of_an_earlier_version_are_given_for_seven_days(folder: Path) -> None:
    """What another version left in the folder when its pages were loaded last: three days ago, and eight."""
    _front(folder, "all")
    kept = folder / "assets-kept"
    assert any(path.name.startswith("form.") for path in kept.iterdir()), "what is loaded now is kept for the next version"
    paths = []
    for days, content in ((3, b"export {}; // three"), (8, b"export {}; // eight")):
        path = kept / f"form.{sha256(content).hexdigest()[:12]}.js"
        path.write_bytes(content)
        os.utime(path, (time.time() - days * 86400,) * 2)
        paths.append(f"/assets/{path.name}")
    told, _ = _front(folder, "all", *paths)
    assert [told["answers"][path][0] for path in paths] == [200, 404]
    assert told["answers"][paths[0]][1].startswith("text/javascript")


def test_an_intake_that_may_not_begin_says_why_and_fails(folder: Path) -> None:
    with sole_intake(folder / "intake.lock"):
        told, errors = _front(folder, "all")
        assert told["begun"] == "lifespan.startup.failed"
        assert errors.splitlines()[-1] == "civium: error: intake-running"
        assert _front(folder, "web")[0]["begun"] == "lifespan.startup.complete", "Django needs no lock"


def test_a_fault_at_the_start_is_no_start(folder: Path) -> None:
    """Granian serves without an intake where it hears nothing: it must hear of the failure, whatever it was."""
    told, _ = _front(folder, "all", "fault")
    assert (told["begun"], told["fault"]) == ("lifespan.startup.failed", "ZeroDivisionError")
