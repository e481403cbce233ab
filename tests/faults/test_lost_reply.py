"""The connection to PostgreSQL is cut at the worst moment: the commit is lost, or it is kept and its answer is lost. Nobody notices."""

from __future__ import annotations

import itertools
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from civium.server.store.protocol import Placed
from tests.faults.load import Premises, check_all, free_port, load, send_once_more, serving
from tests.server import live

_WRITING = b"insert into statements.body"  # a connection that has said so appends batches
_COMMIT = b"COMMIT\0"  # in the query that asks for it, and in the answer that says it is done
_EVERY = 3  # of the commits, this one is cut


@dataclass
class CuttingProxy:
    """Stands between the intake and PostgreSQL, on a socket of its own; cuts a commit before it, and the next one after it."""

    folder: Path
    target: Path
    commits: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    lost_commits: int = 0
    lost_replies: int = 0

    def listen(self, held: ExitStack) -> None:
        """Begin to take connections."""
        listener = held.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(str(self.folder / ".s.PGSQL.5432"))
        (self.folder / ".s.PGSQL.5432").chmod(0o777)
        listener.listen()
        held.callback(listener.shutdown, socket.SHUT_RDWR)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(str(self.target / ".s.PGSQL.5432"))
            is_cut_after = threading.Event()
            back = threading.Thread(target=self._pass_on, args=(server, client, False, is_cut_after), daemon=True)
            back.start()
            self._pass_on(client, server, True, is_cut_after)
            back.join()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_asking: bool, is_cut_after: threading.Event) -> None:
        with suppress(OSError):
            is_writing = not is_asking
            while piece := source.recv(1 << 20):
                is_writing |= _WRITING in piece
                if is_writing and _COMMIT in piece and self._cuts(is_asking, is_cut_after):
                    break
                target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _cuts(self, is_asking: bool, is_cut_after: threading.Event) -> bool:
        """Say whether to cut now: instead of passing a commit on, or instead of passing its answer back."""
        if not is_asking:
            self.lost_replies += is_cut_after.is_set()
            return is_cut_after.is_set()
        number = next(self.commits)
        if number % (2 * _EVERY) == 0:
            is_cut_after.set()
        elif number % _EVERY == 0:
            self.lost_commits += 1
            return True
        return False


@contextmanager
def _proxied(premises: Premises) -> Iterator[tuple[CuttingProxy, Premises, str]]:
    """Put a proxy before the intake's database; give it, the premises behind it, and the intake's connection string."""
    assert premises.cluster is not None
    assert premises.database is not None
    with tempfile.TemporaryDirectory(prefix="civium-") as folder, ExitStack() as held:
        proxy = CuttingProxy(Path(folder), premises.cluster.folder)
        proxy.listen(held)
        text = premises.database.connection_strings["intake"].replace(str(premises.cluster.folder), folder)
        path = Path(folder) / "database-intake"
        path.write_text(text)
        yield proxy, replace(premises, settings=dict(premises.settings) | {"CIVIUM_DATABASE_INTAKE_FILE": str(path)}), text


def test_a_lost_commit_and_a_lost_reply_are_noticed_by_nobody(on_postgresql: Premises) -> None:
    port = free_port()
    with _proxied(on_postgresql) as (proxy, premises, _), serving(premises, port):
        senders = load(premises, port, 600)
        senders.finish()
        assert proxy.lost_commits >= 3, "no commit was cut: the test tried nothing"
        assert proxy.lost_replies >= 3, "no reply was cut: the test tried nothing"
        assert (senders.broken, senders.refused) == (0, {}), "the store tries again by itself"
        send_once_more(senders)
    check_all(on_postgresql, senders.acknowledged)


@pytest.mark.parametrize("number", [_EVERY, 2 * _EVERY], ids=["commit", "reply"])
def test_a_batch_whose_commit_or_reply_is_lost_keeps_its_places(on_postgresql: Premises, number: int) -> None:
    """One batch, cut where it is known to be cut: the same batch, sent once more, has the same places."""
    from civium.server.store.postgres.store import PostgresStore

    assert on_postgresql.database is not None
    batch = list(live.candidates(on_postgresql.going, 5))
    with _proxied(on_postgresql) as (proxy, _, text):
        proxy.commits = itertools.count(number)
        store = PostgresStore(dict(on_postgresql.database.connection_strings) | {"intake": text})
        first = store.append(batch)
        assert (proxy.lost_commits, proxy.lost_replies) == ((1, 0) if number == _EVERY else (0, 1))
        again = store.append(batch)
        store.close()
    places = [
        [(place.index, place.leaf) for place in outcome.outcomes if isinstance(place, Placed)] for outcome in (first, again)
    ]
    assert places[0] == places[1]
    assert [index for index, _ in places[0]] == [0, 1, 2, 3, 4]
