"""Django's own database as Config has it: a file of SQLite, or tables beside the statements in PostgreSQL, reached by a role of their own."""

from __future__ import annotations

from typing import Any

from civium.server.config import Config

WEB, OWNER = "default", "owner"


def django_databases(config: Config) -> dict[str, dict[str, Any]]:
    """Give Django's setting DATABASES; with PostgreSQL also the owner's connection, where this process was given it."""
    if not config.is_on_postgresql:
        return {WEB: _sqlite(config)}
    from civium.server.store.opening import connection_strings

    strings = connection_strings(config)
    return {WEB: _postgresql(strings["web"])} | ({OWNER: _postgresql(strings["owner"])} if "owner" in strings else {})


def _sqlite(config: Config) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": config.civium_path,
        "OPTIONS": {
            # Writers take their turn at once, so that none fails half-way for having read first.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # What is destroyed (identifiers of a job, an address, a session) is overwritten; many builds only forget where it lay.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
        },
    }


def _postgresql(connection_string: str) -> dict[str, Any]:
    from psycopg.conninfo import conninfo_to_dict

    given = conninfo_to_dict(connection_string)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{ours: str(given.pop(theirs)) for ours, theirs in names.items() if given.get(theirs) is not None},
        "OPTIONS": given,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
