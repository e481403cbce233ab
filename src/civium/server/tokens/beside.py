"""A token service beside several workers: one process that holds the keys and remembers what challenges paid for, for all of them.

The rules are:
- it lives as long as anybody holds the pipe that begins it: the server, or a worker that outlived it;
- it ends by itself alone: what stops the server (ctrl-c, systemd) must not take tokens from those who still wait for an answer;
- should it break, another takes its place at once. What challenges paid for is forgotten then, which is worth one guess a challenge.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from civium.errors import Misconfigured

_SOCKET = "tokens"
_AGAIN_SECONDS = 0.2
_END_SECONDS = 30
_DONE, _MISCONFIGURED = 0, 2


@contextmanager
def tokens_beside(keys_folder: Path) -> Iterator[Path]:
    """Run a token service of this server's own and give its socket. Raises Misconfigured `tokens-socket` if it cannot begin."""
    # Not in the installation's folder: the name of a socket may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="civium-") as folder:
        socket = Path(folder) / _SOCKET
        command = [sys.executable, "-m", "civium.server.tokens.beside", str(keys_folder), str(socket)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()) as service:
            assert service.stdin is not None
            assert service.stdout is not None
            try:
                if not service.stdout.readline():
                    raise Misconfigured("tokens-socket")
                yield socket
            finally:
                service.stdin.close()
                service.wait(_END_SECONDS)


def _environment() -> dict[str, str]:
    """Give the environment without anything of the installation: neither its databases nor its folder."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("CIVIUM_", "DJANGO_"))}


def main(keys_folder: Path, socket: Path) -> int:
    """Hold a process that answers on the socket, until the standard input ends."""
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    while True:
        process = os.fork()
        if process == 0:
            os._exit(_answer(keys_folder, socket))
        _, status = os.waitpid(process, 0)
        code = os.waitstatus_to_exitcode(status)
        # Nobody ever writes into the pipe: what can be read of it is its end.
        has_ended = bool(select.select([sys.stdin], [], [], _AGAIN_SECONDS)[0])
        if code in (_DONE, _MISCONFIGURED) or has_ended:
            return code
        sys.stderr.write("civium: error: tokens-unavailable\n")


def _answer(keys_folder: Path, socket: Path) -> int:
    # Imported here: the process that only waits holds no key and none of what uses one.
    from civium.server.tokens.kept import KeptTokens
    from civium.server.tokens.process import TokenProcess, hide_memory

    hide_memory()

    async def answer() -> None:
        process = TokenProcess(KeptTokens(keys_folder), socket)
        await process.start()
        with open(sys.stdout.fileno(), "wb", closefd=False) as told:
            told.write(b"ready\n")
        await asyncio.to_thread(sys.stdin.buffer.read)
        await process.stop()

    try:
        asyncio.run(answer())
    except Misconfigured as error:
        sys.stderr.write(f"civium: error: {error.code}\n")
        return _MISCONFIGURED
    return _DONE


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
