"""How much slower the console's pages are with two million statements stored than with none.

What is measured: the dashboard, and the lists beside it that a session opens each morning (people, journal, partners, exports), asked for in turn
by somebody logged on, over one connection to the whole server as `civium serve` runs it; first of the empty installation, then of the
full one, request by request, so that both see the same machine. `console_p95_ratio` is the 95th percentile of the full one divided by
that of the empty one.

The full installation is made once and kept in `.demo/bench`: two million envelopes, ten thousand a day for two hundred days, appended by the store's own
append. It is served where it lies (a copy would be seven gigabytes): nothing is posted, so that it stays as it is. Its days are
counted by the server itself before the clock starts: that happens once in the life of an entry, in the background.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path

from bench import installation, logs
from bench.installation import SLUG, Installation
from civium import server
from civium.formats import envelope
from civium.server.config import Config
from civium.server.intake.receive import candidate_of, prepare
from civium.server.publishing.signed_heads import SignedHeads
from civium.server.publishing.signing import HeadSigner
from civium.server.store.opening import open_store
from civium.server.store.protocol import Placed

STATEMENTS = 2_000_000
DAYS = 200
_BATCH = 5_000
_MADE = b"1"  # rises when what is made below changes
_ROUNDS, _UNCOUNTED = 40, 5
_FOLDER = (Path(".demo") / "bench").absolute()
_OF = f"/console/initiatives/{SLUG}/"
PAGES = (f"{_OF}dashboard/", f"{_OF}dashboard/?state=DE", f"{_OF}people/", f"{_OF}journal/", f"{_OF}partners/", f"{_OF}exports/")
# Who is logged on: made in the installation's own database by its own code, as a log-on with a second factor leaves it.
_LOG_ON = """
import os, sys, time, django
os.environ["DJANGO_SETTINGS_MODULE"] = "civium.server.settings"
django.setup()
from datetime import date
from django.conf import settings
from civium.server.console.models import Account, Membership
from civium.server.console.sessions import SessionStore
from civium.server.initiatives.models import Initiative
account, _ = Account.objects.get_or_create(email="bench@organisers.example", defaults={"name": "Bench", "made_on": date.today()})
account.set_unusable_password()
account.save()
initiative = Initiative.objects.get(slug=sys.argv[1])
Membership.objects.get_or_create(account=account, initiative=initiative, defaults={"role": "representative", "since": date.today()})
session = SessionStore()
session["_auth_user_id"], session["_auth_user_backend"] = str(account.pk), settings.AUTHENTICATION_BACKENDS[0]
session["_auth_user_hash"] = account.get_session_auth_hash()
session["seen_at"] = session["started_at"] = session["second_factor_at"] = time.time()
session["device"] = "bench"
session.save()
print(settings.SESSION_COOKIE_NAME, session.session_key)
"""


@dataclass
class Visitor:
    """Somebody logged on: one connection, one cookie."""

    connection: http.client.HTTPConnection
    cookie: str

    def get(self, path: str) -> tuple[float, bytes]:
        """Ask for a page, and give the seconds it took and its body."""
        began_at = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": self.cookie, "Host": "localhost"})
        reply = self.connection.getresponse()
        body = reply.read()
        took = time.perf_counter() - began_at
        assert reply.status == 200, f"{path}: {reply.status}"
        return took, body


def measure() -> dict[str, float]:
    """Give `console_p95_ratio`, and both percentiles in milliseconds."""
    took: dict[str, list[float]] = {"empty": [], "full": []}
    with tempfile.TemporaryDirectory(prefix="civium-bench-") as name, ExitStack() as held:
        empty, full = _places(Path(name))
        visitors = {"empty": held.enter_context(_visiting(empty)), "full": held.enter_context(_visiting(full))}
        _await_days(visitors["full"])
        for round_ in range(_UNCOUNTED + _ROUNDS):
            for path in PAGES:
                for kind, visitor in visitors.items():
                    seconds, _ = visitor.get(path)
                    if round_ >= _UNCOUNTED:
                        took[kind].append(seconds)
    empty_ms, full_ms = (1000 * _percentile(took[kind]) for kind in ("empty", "full"))
    return {
        "console_p95_ratio": round(full_ms / empty_ms, 3),
        "console_p95_ms_empty": round(empty_ms, 1),
        "console_p95_ms_two_million": round(full_ms, 1),
    }


def _percentile(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) * 95 // 100]


@dataclass(frozen=True)
class Place:
    """An installation to be served."""

    folder: Path
    environment: Mapping[str, str]


def _places(folder: Path) -> tuple[Place, Place]:
    """Give the empty and the full installation: the same one, before and after two million statements."""
    kept = _FOLDER / f"console-{_name()}"
    if not kept.exists():
        _make(kept)
    shutil.copytree(kept / "empty", folder / "empty")
    places = _place(folder / "empty"), _place(kept / "full")
    for place in places:
        command = [Path(sys.executable).with_name("civium"), "migrate"]
        subprocess.run(command, env=dict(place.environment), check=True, stdout=subprocess.DEVNULL)
    return places


def _name() -> str:
    """Name a kept installation after what made its store; Django's tables are led to the present each time."""
    room = Path(server.__file__).parent
    sources = [room / "store" / "schema.py", *(room.parent / "formats" / f"{name}.py" for name in ("envelope", "leaf", "merkle"))]
    return sha256(_MADE + b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]


def _place(folder: Path) -> Place:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIUM_")}
    return Place(folder, kept | {"CIVIUM_DATA": str(folder), "CIVIUM_URL": f"https://{logs.HOST}", "CIVIUM_LIMIT": "0"})


def _make(kept: Path) -> None:
    for old in _FOLDER.glob("console-*"):
        shutil.rmtree(old)
    part = kept.with_name(f"{kept.name}.part")
    part.mkdir(parents=True)
    made = installation.make(part / "made", {}, host=logs.HOST)
    shutil.copytree(made.folder / "server", part / "empty")
    sys.stderr.write(f"storing {STATEMENTS:,} statements before the clock starts\n")
    _fill(made)
    (made.folder / "server").rename(part / "full")
    shutil.rmtree(made.folder)
    part.rename(kept)


def _fill(made: Installation) -> None:
    """Append two million envelopes, the same number on each day until yesterday, and sign the heads as the intake would have."""
    config = Config.from_environment({name: value for name, value in made.environment.items() if name.startswith("CIVIUM_")})
    keys = {state: key.key_id for state, key in made.keys.items()}
    store = open_store(config)
    collections = prepare(store.collections())
    today, opens_on = logs.now().date(), collections[made.collection].collection.opens_on
    sealed = logs.envelopes(STATEMENTS, keys, collection=made.collection, manifest_hash=made.manifest_hash)
    for number in range(STATEMENTS // _BATCH):
        day = today - timedelta(days=DAYS - number * _BATCH * DAYS // STATEMENTS)
        # As a rehearsal does: the day is given, the judgement is that of every arrival.
        batch = [candidate_of(collections, envelope.parse(raw), max(day, opens_on)) for raw in islice(sealed, _BATCH)]
        outcomes = store.append(batch).outcomes
        assert all(isinstance(outcome, Placed) for outcome in outcomes)
    signed = SignedHeads(config.signed_heads_path)
    HeadSigner(config.keys_folder, signed).sign(store.heads(made.collection))
    signed.close()
    store.close()


@contextmanager
def _visiting(place: Place) -> Iterator[Visitor]:
    """Serve an installation, and give somebody who is logged on."""
    done = subprocess.run(
        [sys.executable, "-c", _LOG_ON, SLUG], env=dict(place.environment), capture_output=True, text=True, check=True
    )
    name, key = done.stdout.split()
    settings = {name_: value for name_, value in place.environment.items() if name_.startswith("CIVIUM_")}
    with logs.serving("civium.front:create", settings, 1) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        yield Visitor(connection, f"{name}={key}")
        connection.close()


def _await_days(visitor: Visitor) -> None:
    """Wait until the server has counted the days of what was stored: once, in the background."""
    for _ in range(300):
        _, page = visitor.get(PAGES[0])
        figures = re.search(rb'<dd class="figure">([0-9,]+)</dd>', page)
        assert figures is not None
        if figures[1] == f"{STATEMENTS:,}".encode() and b"The days are being counted" not in page:
            return
        time.sleep(1)
    raise TimeoutError("the days were not counted")
