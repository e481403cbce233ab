"""The token service is killed, hangs, and is started again while people sign: each statement ends as one entry with its mark."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from civium.formats import receipt
from civium.server.tokens.kept import KeptTokens
from tests.cluster import children
from tests.faults import load
from tests.faults.load import Premises, check_all, free_port, serving
from tests.faults.signatory import Device
from tests.server import live

PEOPLE, EACH, AT_ONCE = 40, 2, 8  # everybody signs twice: the repeats are counted at the end
_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


@contextmanager
def _service(keys: Path, socket: Path) -> Iterator[subprocess.Popen[bytes]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_", "COV_"))}
    command = [sys.executable, "-m", "civium.command", "tokens", "serve", "--keys", str(keys), "--socket", str(socket)]
    with subprocess.Popen(command, env=kept, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert b"answers on" in process.stderr.readline()
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()


class Crowd:
    """People who sign, each as often as a repeat needs, several at once."""

    def __init__(self, going: live.Live, port: int) -> None:
        self.acknowledged: dict[bytes, list[receipt.Receipt]] = {}
        self.devices: list[Device] = []
        self.failures: list[Exception] = []
        self._going, self._port = going, port
        self._waiting = [number % PEOPLE for number in range(PEOPLE * EACH)]
        self._threads = [threading.Thread(target=self._sign_all) for _ in range(AT_ONCE)]
        for thread in self._threads:
            thread.start()

    def _sign_all(self) -> None:
        while self._waiting:
            try:
                self._sign(self._waiting.pop())
            except IndexError:  # another one took the last
                return
            except (AssertionError, TimeoutError) as error:
                self.failures.append(error)
                raise

    def _sign(self, person: int) -> None:
        fields = {"full_first_names": "Ana", "family_names": "Ejemplo", "id_type": "dni"}
        fields["id_number"] = f"{person:08}{_LETTERS[person % 23]}"
        device = Device(self._port, live.IDENTIFIER, self._going.collection.token_key, "ES", fields)
        self.devices.append(device)
        raw = live.sealed(self._going, "ES")
        self.acknowledged[raw] = [device.sign(lambda _token: raw)]

    def await_signed(self, count: int) -> None:
        """Wait until so many have signed."""
        deadline = time.monotonic() + 60
        while len(self.acknowledged) < count:
            assert not self.failures
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def finish(self) -> None:
        """Wait until all have signed."""
        for thread in self._threads:
            thread.join(180)
            assert not thread.is_alive()
        assert not self.failures
        assert len(self.acknowledged) == PEOPLE * EACH

    def refusals(self) -> set[str]:
        """Give the codes of all refusals that anybody heard."""
        return {reply.code for device in self.devices for _, reply in device.heard if reply.status != 200}


def _check(premises: Premises, crowd: Crowd) -> None:
    check_all(premises, crowd.acknowledged)
    store = premises.open_store()
    assert store.repeats(live.log_of(premises.going.collection, "ES")) == PEOPLE * (EACH - 1), "every entry has its mark"
    store.close()


def _kill(service: subprocess.Popen[bytes]) -> None:
    service.kill()
    service.wait(30)


def _hang(service: subprocess.Popen[bytes]) -> None:
    service.send_signal(signal.SIGSTOP)


@pytest.mark.parametrize("act", [_kill, _hang], ids=["killed", "hung"])
def test_a_token_service_that_goes_and_comes_back_loses_nothing(
    tmp_path: Path, act: Callable[[subprocess.Popen[bytes]], None]
) -> None:
    keys = tmp_path / "elsewhere"
    premises = load.on_sqlite(tmp_path / "installation", token_key=KeptTokens(keys).public_key(live.IDENTIFIER), work=1000)
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="civium-") as place, ExitStack() as held:
        socket = Path(place) / "socket"
        first = held.enter_context(_service(keys, socket))
        with serving(premises, port, CIVIUM_TOKENS=str(socket)):
            crowd = Crowd(premises.going, port)
            crowd.await_signed(10)
            act(first)
            assert len(crowd.acknowledged) < PEOPLE * EACH, "everybody had signed: the test tried nothing"
            deadline = time.monotonic() + 60
            while "tokens-unavailable" not in crowd.refusals():
                assert time.monotonic() < deadline
                time.sleep(0.01)
            if first.poll() is None:
                first.send_signal(signal.SIGCONT)
            else:
                held.enter_context(_service(keys, socket))
            crowd.finish()
    assert crowd.refusals() == {"tokens-unavailable"}
    assert not any(device.lost for device in crowd.devices), "the intake went on answering"
    _check(premises, crowd)


def test_a_token_service_beside_workers_comes_back_by_itself(tmp_path: Path, on_postgresql: Premises) -> None:
    assert on_postgresql.cluster is not None
    folder = tmp_path / "asking"
    folder.mkdir()
    token_key = KeptTokens(folder / "keys").public_key(live.IDENTIFIER)
    premises = load.on_postgresql(folder, on_postgresql.cluster, token_key=token_key, work=1000)
    port = free_port()
    with serving(premises, port) as server:
        (beside,) = (one for one in children(server.pid) if b"tokens.beside" in Path(f"/proc/{one}/cmdline").read_bytes())
        crowd = Crowd(premises.going, port)
        for signed in (10, 40):
            crowd.await_signed(signed)
            os.kill(children(beside)[0], signal.SIGKILL)
        crowd.finish()
    assert crowd.refusals() <= {"tokens-unavailable"}
    _check(premises, crowd)
