"""The two databases' schemas: applied by `civium migrate` only, and checked by whatever else starts.

The rules are:
- migrations go forward only; a schema that is older or newer than this version is refused, never guessed at;
- the statements' schema belongs to the store, Django's to its migrations; both are led to the present in one command.
"""

from __future__ import annotations

from django.core.management import call_command
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from civium.errors import Misconfigured
from civium.server.config import Config
from civium.server.databases import OWNER, WEB
from civium.server.store.opening import check_store, grant_tables, prepare_store


def migrate(config: Config) -> int:
    """Lead both databases to the present schema and give the number of Django's migrations applied. Raises Misconfigured `schema-newer`."""
    config.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    prepare_store(config)
    alias = OWNER if config.is_on_postgresql else WEB
    _check_not_newer(alias)
    waiting = len(_waiting(alias))
    call_command("migrate", verbosity=0, interactive=False, database=alias)
    if config.is_on_postgresql:
        grant_tables(config)
    else:
        config.civium_path.chmod(0o600)
    return waiting


def check_schemas(config: Config) -> None:
    """Raise Misconfigured `not-initialised`, `schema-older`, `schema-newer`, `store-older` or `store-newer` unless both are this version's."""
    if config.is_on_postgresql:
        check_store(config)
    elif not config.civium_path.is_file():
        raise Misconfigured("not-initialised")
    _check_not_newer(WEB)
    waiting = _waiting(WEB)
    if waiting:
        raise Misconfigured("schema-older", waiting=len(waiting))
    check_store(config)


def _waiting(alias: str) -> list[str]:
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration.name for migration, _ in plan]


def _check_not_newer(alias: str) -> None:
    try:
        known = set(MigrationExecutor(connections[alias]).loader.disk_migrations)
        unknown = set(MigrationRecorder(connections[alias]).applied_migrations()) - known
    except DatabaseError:
        raise Misconfigured("schema-unreadable") from None
    if unknown:
        raise Misconfigured("schema-newer", unknown=len(unknown))
