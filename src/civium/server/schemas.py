"""The two databases' schemas: applied by `civium migrate` only, and checked by whatever else starts.

The rules are:
- migrations go forward only; a schema that is older or newer than this version is refused, never guessed at;
- the statements' schema belongs to the store, Django's to its migrations; both are led to the present in one command.
"""

from __future__ import annotations

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from civium.errors import Misconfigured
from civium.server.config import Config
from civium.server.store import connecting


def migrate(config: Config) -> int:
    """Lead both databases to the present schema and give the number of Django's migrations applied. Raises Misconfigured `schema-newer`."""
    config.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    connecting.prepare(config.statements_path)
    _check_not_newer()
    waiting = len(_waiting())
    call_command("migrate", verbosity=0, interactive=False)
    config.civium_path.chmod(0o600)
    return waiting


def check_schemas(config: Config) -> None:
    """Raise Misconfigured `not-initialised`, `schema-older`, `schema-newer`, `store-older` or `store-newer` unless both are this version's."""
    if not config.civium_path.is_file():
        raise Misconfigured("not-initialised")
    _check_not_newer()
    waiting = _waiting()
    if waiting:
        raise Misconfigured("schema-older", waiting=len(waiting))
    connecting.connect(config.statements_path).close()


def _waiting() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration.name for migration, _ in plan]


def _check_not_newer() -> None:
    try:
        known = set(MigrationExecutor(connection).loader.disk_migrations)
        unknown = set(MigrationRecorder(connection).applied_migrations()) - known
    except DatabaseError:
        raise Misconfigured("schema-unreadable") from None
    if unknown:
        raise Misconfigured("schema-newer", unknown=len(unknown))
