"""Which engine an installation has: its settings decide, and nobody else needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec

from civium.errors import Misconfigured
from civium.server.config import Config, DatabaseRole
from civium.server.store import connecting
from civium.server.store.protocol import Store
from civium.server.store.sqlite import SQLiteStore


def open_store(config: Config) -> Store:
    """Open the store that the settings name. Raises Misconfigured `store-*`, `database-*`, `postgresql-*`."""
    if not config.is_on_postgresql:
        return SQLiteStore(config.statements_path)
    strings = connection_strings(config)
    from civium.server.store.postgres.store import PostgresStore

    return PostgresStore(strings)


def prepare_store(config: Config) -> None:
    """Make the store's tables, or lead older ones to the present schema. Raises Misconfigured `store-*`, `database-*`, `postgresql-*`."""
    if not config.is_on_postgresql:
        connecting.prepare(config.statements_path)
        return
    strings = connection_strings(config)
    from civium.server.store.postgres import connecting as postgres

    if "owner" not in strings:
        raise Misconfigured("database-role-missing", role="owner")
    postgres.prepare(strings["owner"], {role: postgres.user_of(text) for role, text in strings.items()})


def grant_tables(config: Config) -> None:
    """Let the web's role, and no other, at Django's tables in PostgreSQL, once they are there: all but the journal's past. Raises Misconfigured."""
    strings = connection_strings(config)
    from civium.server.store.postgres import connecting as postgres

    postgres.grant_tables(strings["owner"], {role: postgres.user_of(text) for role, text in strings.items()})


def check_store(config: Config) -> None:
    """Check that the store is there and of the present schema. Raises Misconfigured `store-*`, `database-*`, `postgresql-*`."""
    if not config.is_on_postgresql:
        connecting.connect(config.statements_path).close()
        return
    strings = connection_strings(config)
    from civium.server.store.postgres import connecting as postgres

    postgres.check(strings["web"], "web")


def intake_place(config: Config) -> AbstractContextManager[None]:
    """Hold what lets this process receive: on SQLite the only lock, on PostgreSQL any number may. Raises Misconfigured `intake-running`."""
    return nullcontext() if config.is_on_postgresql else connecting.sole_intake(config.lock_path)


def connection_strings(config: Config) -> Mapping[DatabaseRole, str]:
    """Read the connection string of each role that this process was given. Raises Misconfigured `database-*`, `postgresql-extra-missing`."""
    if not all(find_spec(name) for name in ("psycopg", "psycopg_pool")):
        raise Misconfigured("postgresql-extra-missing")
    from civium.server.store.postgres.connecting import read_connection_string

    return {role: read_connection_string(path, role) for role, path in config.databases.items()}
