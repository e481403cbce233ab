"""A stolen database, with its backups, gives no way to test a guess: every stored value is tried, as key and as message, on both engines."""

from __future__ import annotations

import asyncio
import hmac
import itertools
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from civium.formats import duplicate_token, identity_key
from civium.server.store.protocol import Store
from civium.server.store.sqlite import SQLiteStore
from civium.server.tokens.kept import KeptTokens
from civium.server.tokens.keys import load_token_keys
from tests.cluster import Cluster
from tests.server import live
from tests.server.intake import gate
from tests.server.intake.asking import on_loop, running

SIGNED = (gate.ANA, gate.BEA, gate.ANA)


def _sign_all(folder: Path, going: live.Live, store: Store | None) -> list[bytes]:
    """Let everybody sign, and give their tokens, as a thief might come to know them."""
    tokens: list[bytes] = []

    async def story() -> None:
        async with running(folder, store=store) as intake:
            for who in SIGNED:
                solved = await gate.work(intake)
                tokens.append(await gate.token(intake, going, who, solved))
                assert (await gate.post(intake, live.unsealed(going), tokens[-1], solved)).status == 200
            await asyncio.sleep(0)

    on_loop(story())
    return tokens


def _go_live(store: Store, folder: Path) -> live.Live:
    return live.go_live(
        store, folder, ("ES", "MT"), token_key=KeptTokens(folder / "keys").public_key(live.IDENTIFIER), work=gate.WORK
    )


def _rows_of_sqlite(path: Path) -> Iterator[object]:
    with closing(sqlite3.connect(path)) as connection:
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in connection.execute(f'select * from "{table}"'):
                yield from row


def _rows_of_postgresql(string: str) -> Iterator[object]:
    with psycopg.connect(string) as connection:
        tables = connection.execute("select schemaname, tablename from pg_tables where schemaname = 'statements'").fetchall()
        for names in tables:
            for row in connection.execute(sql.SQL("select * from {}").format(sql.Identifier(*names))):
                yield from row


def _values(cells: Iterable[object]) -> set[bytes]:
    """Give every stored value as bytes, numbers in the ways that keys are made of them, and pieces of long ones."""
    found: set[bytes] = set()
    for cell in cells:
        if isinstance(cell, str):
            found.add(cell.encode())
        elif isinstance(cell, int):
            found |= {str(cell).encode(), cell.to_bytes(8, "big", signed=True), cell.to_bytes(16, "big", signed=True)}
        elif isinstance(cell, bytes):
            found |= {cell, cell[:16], cell[:32], cell[-16:], cell[-32:], sha256(cell).digest(), cell.hex().encode()}
    return found


def _check_guesses(going: live.Live, stored: set[bytes], raw: bytes, tokens: list[bytes], keys_folder: Path) -> None:
    """Try every guess under every stored and every public value; then, to see that the search would find it, under the real key."""
    origin = live.log_of(going.collection, "ES").origin
    guess = identity_key.identity_key("ES", gate.ANA)
    asked = duplicate_token.token_input(live.IDENTIFIER, "ES", guess)
    public = {b"", bytes(32), live.IDENTIFIER, going.log_key, going.manifest_raw, sha256(going.manifest_raw).digest()}
    for what in (guess, asked, tokens[0], b"00000000T", *map(bytes, (gate.ANA["full_first_names"].encode(),))):
        for key in stored | public:
            for message in (what, origin.encode() + what, live.IDENTIFIER + what):
                for made in (hmac.digest(key, message, sha256), sha256(key + message).digest(), sha256(message + key).digest()):
                    assert made not in stored
                    assert made[:16] not in stored
            if len(key) == 32 and len(what) == duplicate_token.TOKEN_SIZE:
                assert duplicate_token.mark(key, live.IDENTIFIER, origin, what) not in stored
    keys = load_token_keys(keys_folder, live.IDENTIFIER)
    assert keys is not None
    for secret in (keys.seed, keys.store_key, *tokens):
        for spelling in (secret, secret.hex().encode()):
            assert spelling not in raw
            assert spelling not in stored
    mark = duplicate_token.mark(keys.store_key, live.IDENTIFIER, origin, tokens[0])
    assert mark in stored, "with the key it is found: the search would have found it"
    assert mark in raw


def test_a_stolen_sqlite_and_its_backup_test_no_guess(tmp_path: Path) -> None:
    store = live.open_store(tmp_path)
    going = _go_live(store, tmp_path)
    store.close()
    tokens = _sign_all(tmp_path, going, None)
    with (
        closing(sqlite3.connect(tmp_path / "statements.db")) as source,
        closing(sqlite3.connect(tmp_path / "backup.db")) as backup,
    ):
        source.backup(backup)
    stolen = [path for path in sorted(tmp_path.iterdir()) if path.is_file()]
    stored = _values(itertools.chain(_rows_of_sqlite(tmp_path / "statements.db"), _rows_of_sqlite(tmp_path / "backup.db")))
    stored |= {path.read_bytes() for path in stolen if path.name == "signed-heads"}
    _check_guesses(going, stored, b"".join(path.read_bytes() for path in stolen), tokens, tmp_path / "keys")
    kept = SQLiteStore(tmp_path / "statements.db")
    assert kept.repeats(live.log_of(going.collection, "ES")) == 1
    kept.close()


def test_a_stolen_postgresql_and_its_backup_test_no_guess(postgresql: Cluster, tmp_path: Path) -> None:
    """The tables, the whole data folder with its write-ahead log, and a dump as an operator makes it."""
    from civium.server.store.postgres.store import PostgresStore

    database = postgresql.make_store()
    store = PostgresStore(database.connection_strings)
    going = _go_live(store, tmp_path)
    tokens = _sign_all(tmp_path, going, store)
    string = postgresql.connection_string("postgres", database=database.name)
    postgresql.execute("checkpoint")
    # Each value as the disk has it; and as a dump writes it, which tells all that tables tell.
    raw = b"".join(path.read_bytes() for path in sorted(postgresql.data.rglob("*")) if path.is_file())
    dump = subprocess.run(
        [postgresql.programs / "pg_dump", "--data-only", "-h", postgresql.folder, "-U", "postgres", database.name],
        check=True,
        capture_output=True,
    ).stdout
    assert b"COPY statements.mark" in dump
    stored = _values(_rows_of_postgresql(string))
    _check_guesses(going, stored, raw + dump, tokens, tmp_path / "keys")
    postgresql.execute(f"drop database {database.name} with (force)")


@pytest.mark.parametrize("cell", [b"x" * 40, "text", 7])
def test_every_kind_of_value_is_tried(cell: object) -> None:
    assert _values([cell])
