"""What a citizen who has signed and one who has not leave to be seen: the same, in everything that the system gives out.

Two installations begin as copies of one. In a quiet State Anouk Erste signs in one of them, somebody else in the other; then Anouk signs
in both. Every reply, page, tile, count, command, log line and file is compared. How long a reply took is not.
"""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from civium.server.open_data.ocs import COURSE, FIGURES
from civium.server.store.sqlite import SQLiteStore
from tests.faults import demonstration
from tests.faults.demonstration import SLUG, Demonstration, person
from tests.faults.load import Premises, free_port, get, serving
from tests.faults.signatory import Reply

pytestmark = pytest.mark.slow

ERSTE, ZWEITE = person("Erste"), person("Dritt")
PLANTED = ("198.51.100.77", "2001:db8:77:beef::1", "127.0.0.77")


@contextmanager
def _served(demo: Demonstration, **settings: str) -> Iterator[int]:
    """Serve a demonstration under the address that it was made for, whatever the port."""
    port = free_port()
    own = {"CIVIUM_DATA": str(demo.data), "CIVIUM_URL": "http://localhost:8000"}
    with serving(Premises(demo.data, None, None, own), port, **settings):  # type: ignore[arg-type]
        yield port


def _paths(demo: Demonstration) -> list[str]:
    """Give every path of the site that says anything of a collection, a log, or nothing."""
    api = f"/api/collections/{demo.collection.hex()}"
    log = f"/log/{demo.collection.hex()}/{demonstration.STATE}/online/1"
    pages = [f"/en/i/{SLUG}{rest}" for rest in ("", "/protection", "/privacy", "/take-back")]
    tiles = [
        f"{log}/{rest}"
        for rest in ("checkpoint", *(f"tile/{at}.p/{size}" for at in ("0/000", "entries/000") for size in range(1, 7)))
    ]
    openly = [
        "/api/initiatives",
        f"/api/initiatives/{SLUG}",
        "/api/openapi.json",
        *(f"{api}/{rest}" for rest in ("counts.csv", "series", "series.csv")),
    ]
    course = [f"/i/{SLUG}/public/api/{path}" for path in (*FIGURES, *COURSE)]
    return [
        *course,
        *("/", "/en/", "/de/", f"/de/i/{SLUG}", "/en/receipt", "/en/accessibility", *pages),
        *(f"{api}/counts", f"{api}/keys", f"{api}/challenge", f"{api}/manifests/{demo.shown['manifest'].split()[1]}"),
        *("/log/notices/checkpoint", "/health/live", "/health/ready", *tiles, *openly),
    ]


def _seen(demo: Demonstration, port: int) -> dict[str, object]:
    """Ask for everything and give what can be told of it: random parts by their size, all else word for word.

    Days are counted and pages are made in the background: what is compared is what stays the same for longer than that takes.
    """
    seen: dict[str, object] = {}
    for _ in range(30):
        before, seen = seen, {path: _told(path, *get(port, path)) for path in _paths(demo)}
        if seen == before:
            return seen
        time.sleep(1.5)
    pytest.fail("what is seen does not settle")


def _told(path: str, status: int, headers: dict[str, str], body: bytes) -> tuple[object, ...]:
    """Give what can be told of a reply. Of what is signed or random, the size; of the rest, each byte."""
    kept = {name.lower(): value for name, value in headers.items() if name.lower() != "date"}
    if path.startswith("/log/") or path.rpartition("/")[2] in ("challenge", "tokens", "statements"):
        kept.pop("etag", None)
        size = len(re.sub(rb'"maxnumber":\d+', b"", body)) if path.endswith("challenge") else len(body)
        return status, kept, size
    return status, kept, body


def _commands(demo: Demonstration, into: Path) -> dict[str, object]:
    """Give what the organisers' commands say and write, hashes and identifiers by their length."""
    said = {name: demo.civium(*name.split()) for name in (f"counts {SLUG}", "journal", f"initiative show {SLUG}")}
    into.mkdir()
    said["export"] = demo.civium("export", SLUG, demonstration.STATE, "--into", str(into)).replace(str(into), "")
    files = {path.name: path.stat().st_size for path in into.iterdir()}
    return {
        name: re.sub(r"[0-9a-f]{16,}", "<hash>", re.sub(r"\d\d:\d\d:\d\d", "<time>", text)) for name, text in said.items()
    } | {"files": files}


def _files(demo: Demonstration) -> dict[str, int]:
    return {path.relative_to(demo.data).as_posix(): path.stat().st_size for path in demo.data.rglob("*") if path.is_file()}


def _await_total(demo: Demonstration, port: int, total: int) -> None:
    """Wait until the live total is told: it is looked up once in a while, not when somebody signs."""
    for _ in range(400):
        if json.loads(get(port, f"/api/collections/{demo.collection.hex()}/counts")[2])["received"] == total:
            return
        time.sleep(0.05)
    pytest.fail("the total did not move")


def _observed(demo: Demonstration, first: dict[str, str]) -> dict[str, object]:
    """Let somebody sign, then Anouk; give everything that is seen before, of it, and after it is published."""
    with _served(demo) as port:
        demo.device(port, first).sign(demo.sealer(first))
    told: dict[str, object] = {}
    with _served(demo) as port:  # with its start the public log moves
        told["before"] = _seen(demo, port)
        anouk = demo.device(port, ERSTE)
        anouk.sign(demo.sealer(ERSTE))
        told["her replies"] = [_told(path, one.status, one.headers, one.body) for path, one in anouk.heard]
        _await_total(demo, port, 5)
        told["while it waits"] = _seen(demo, port)
    with _served(demo) as port:
        told["published"] = _seen(demo, port)
    told["files"] = _files(demo)
    told["commands"] = _commands(demo, demo.folder / "handed")
    told["log"] = re.sub(r":\d{4,5}\b", ":<port>", (demo.data.parent / "server.log").read_text()).replace(str(demo.folder), "")
    return told


def test_nothing_tells_who_has_signed(small_demonstration: Demonstration, tmp_path: Path) -> None:
    observed = []
    for name, first in (("again", ERSTE), ("fresh", ZWEITE)):
        observed.append(_observed(demonstration.copy(small_demonstration, tmp_path / name), first))
    again, fresh = observed
    for part in again:
        assert again[part] == fresh[part], part
    repeats = []
    for name in ("again", "fresh"):
        with closing(SQLiteStore(Demonstration(tmp_path / name).data / "statements.db")) as store:
            repeats += [sum(store.repeats(head.log) for head in store.heads(small_demonstration.collection))]
    assert repeats[0] == repeats[1] + 1, "what is stored does differ, or two equal things were compared"
    published = again["published"]
    assert isinstance(published, dict)
    counts = json.loads(published[f"/api/collections/{small_demonstration.collection.hex()}/counts"][2])
    assert counts["received"] == counts["jurisdictions"][demonstration.STATE] == 5, (
        "both statements are counted, or nothing was compared"
    )
    statuses = {path: told[0] for path, told in published.items()}
    assert [statuses[path] for path in statuses if path.endswith(("checkpoint", "tile/0/000.p/5", "counts", "/en/"))] == [200] * 5
    replies = again["her replies"]
    assert isinstance(replies, list)
    assert [reply[0] for reply in replies] == [200, 200, 200]


def test_an_address_that_drives_a_limit_leaves_no_trace(small_demonstration: Demonstration, tmp_path: Path) -> None:
    """By a configured proxy's header and by the connection itself; into the limit of each kind of request, and with wrong tries of erasure."""
    demo = demonstration.copy(small_demonstration, tmp_path / "demo")
    replies: list[Reply] = []
    with _served(demo, CIVIUM_PROXIES="127.0.0.0/8", CIVIUM_LIMIT="5") as port:
        kinds = [("GET", f"/api/collections/{demo.collection.hex()}/challenge")]
        kinds += [("POST", f"/api/{what}") for what in ("tokens", "statements", "erasures")]
        for planted in PLANTED[:2]:
            replies += [_ask(port, method, path, planted) for _ in range(8) for method, path in kinds]
        assert {reply.status for reply in replies} >= {200, 400, 429}
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(path.name == "server.log" for path in written)
    assert any(path.name == "statements.db" for path in written)
    for planted in PLANTED:
        for spelling in _spellings(planted):
            for path, raw in written.items():
                assert spelling not in raw, path
            for reply in replies:
                assert spelling not in reply.body
                assert spelling not in repr(reply.headers).encode()


def _ask(port: int, method: str, path: str, planted: str) -> Reply:
    """Ask from an address of this machine that is nobody's, in the name of the planted one."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(PLANTED[2], 0))) as connection:
        headers = {"X-Forwarded-For": planted, "Content-Type": "application/octet-stream"}
        connection.request(method, path, b"nothing" if method == "POST" else None, headers)
        response = connection.getresponse()
        return Reply(response.status, dict(response.getheaders()), response.read())


def _spellings(address: str) -> set[bytes]:
    """Give an address as programs write it: as text, as its network, in hex, reversed as names are looked up."""
    import ipaddress

    parsed = ipaddress.ip_address(address)
    network = ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False)
    texts = {address, parsed.exploded, parsed.reverse_pointer, parsed.packed.hex(), str(int(parsed))}
    if not parsed.is_loopback:  # this machine's own network is where the server says it listens
        texts |= {str(network.network_address), str(int(network.network_address) >> (8 if parsed.version == 4 else 64))}
    if parsed.version == 4 and not parsed.is_loopback:
        texts.add(address.rpartition(".")[0] + ".")
    found = {text.encode() for text in texts} | {text.encode("utf-16-le") for text in texts}
    return found | ({parsed.packed} if parsed.version == 6 else set())
