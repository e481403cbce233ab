"""A filled store on PostgreSQL, and its roles to try things as."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.server import live
from tests.server.live import Live

if TYPE_CHECKING:
    from civium.server.config import DatabaseRole
    from civium.server.store.postgres.store import PostgresStore
    from tests.cluster import Cluster, Database

Try = Callable[["DatabaseRole", str], None]


@pytest.fixture
def store(database: Database) -> Iterator[PostgresStore]:
    from civium.server.store.postgres.store import PostgresStore

    opened = PostgresStore(database.connection_strings, patience_seconds=5)
    yield opened
    opened.close()


@pytest.fixture
def going(store: PostgresStore, tmp_path: Path) -> Live:
    """A collection with two logs, empty."""
    return live.go_live(store, tmp_path)


@pytest.fixture(scope="module")
def filled(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database with 300 entries of Spain, the eighth destroyed, and a few of Malta; for tests that leave it as it is."""
    from civium.server.store.postgres.store import PostgresStore

    made = postgresql.make_store()
    store = PostgresStore(made.connection_strings)
    opened = live.go_live(store, tmp_path_factory.mktemp("filled"))
    store.append([*live.candidates(opened, 300), *live.candidates(opened, 3, "MT")])
    store.destroy_body(opened.collection.logs[0], 7, reason="destroyed-by-organisers")
    store.publish(live.TODAY)
    store.close()
    return made


@pytest.fixture
def attempt(filled: Database) -> Try:
    """Execute a statement as a role and take it back."""
    import psycopg

    def execute(role: DatabaseRole, statement: str) -> None:
        with psycopg.connect(filled.connection_strings[role]) as connection:
            try:
                connection.execute(statement)  # type: ignore[call-overload]
            finally:
                connection.rollback()

    return execute
