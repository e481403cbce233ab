"""The public log: what a stranger rebuilds from tiles is what was signed; nothing beyond the public checkpoint is served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from civium.errors import Refused
from civium.formats import checkpoint, leaf, merkle, tiles
from civium.formats.tiles import Tile
from civium.server.publishing import log_keys
from civium.server.publishing.public_log import PublicLog, path_of
from civium.server.publishing.signed_heads import SignedHeads
from civium.server.store.sqlite import SQLiteStore
from tests.server import live


@pytest.fixture
def premises(tmp_path: Path) -> Iterator[tuple[SQLiteStore, live.Live, PublicLog]]:
    store = live.open_store(tmp_path)
    going = live.go_live(store, tmp_path)
    signed = SignedHeads(tmp_path / "signed-heads")
    yield store, going, PublicLog(store, signed, keys_folder=tmp_path / "keys", host=live.HOST)
    store.close()
    signed.close()


def test_a_stranger_rebuilds_the_signed_root_from_tiles(premises: tuple[SQLiteStore, live.Live, PublicLog]) -> None:
    store, going, public = premises
    for size in (255, 300, 45):
        store.append(list(live.candidates(going, size)))
    public.move(live.TODAY)
    log = going.collection.logs[0]
    path = path_of(log.origin)
    head = checkpoint.check(public.checkpoint(path).decode(), log.origin, going.log_key)
    assert head.size == 600
    parts = [Tile(None, 0), Tile(None, 1), Tile(None, 2, 88)]
    entries = [entry for part in parts for entry in tiles.parse_entries(public.tile(path, part))]
    assert {leaf.parse(entry).received_on for entry in entries} == {live.TODAY}
    hashes = [merkle.leaf_hash(entry) for entry in entries]
    assert merkle.tree_root(hashes) == head.root
    level_0 = b"".join(public.tile(path, Tile(0, part.number, part.width)) for part in parts)
    assert level_0 == b"".join(hashes)
    assert public.tile(path, Tile(1, 0, 2)) == merkle.tree_root(hashes[:256]) + merkle.tree_root(hashes[256:512])


def test_nothing_moves_between_two_moves(premises: tuple[SQLiteStore, live.Live, PublicLog]) -> None:
    store, going, public = premises
    store.append(list(live.candidates(going, 256)))
    public.move(live.TODAY)
    path = path_of(going.collection.logs[0].origin)
    before = public.checkpoint(path)
    store.append([*live.candidates(going, 256), *live.candidates(going, 3, "MT")])
    assert public.checkpoint(path) == before
    assert public.received(live.IDENTIFIER) == {"ES": 256, "MT": 0}
    for beyond in (Tile(None, 0, 256), Tile(0, 1, 1), Tile(None, 1, 256), Tile(1, 0, 2)):
        if beyond == Tile(None, 0, 256):
            assert len(tiles.parse_entries(public.tile(path, beyond))) == 256
            continue
        with pytest.raises(Refused, match="not-published"):
            public.tile(path, beyond)
    public.move(live.TODAY)
    assert public.received(live.IDENTIFIER) == {"ES": 512, "MT": 3}
    assert len(public.tile(path, Tile(1, 0, 2))) == 64


def test_destroyed_entries_are_not_counted_and_stay_in_the_log(premises: tuple[SQLiteStore, live.Live, PublicLog]) -> None:
    store, going, public = premises
    store.append(list(live.candidates(going, 5)))
    store.destroy_body(going.collection.logs[0], 2, reason="destroyed-by-organisers")
    public.move(live.TODAY)
    assert public.received(live.IDENTIFIER) == {"ES": 4, "MT": 0}
    assert len(tiles.parse_entries(public.tile(path_of(going.collection.logs[0].origin), Tile(None, 0, 5)))) == 5


def test_notices_are_published_like_every_log(premises: tuple[SQLiteStore, live.Live, PublicLog], tmp_path: Path) -> None:
    store, _, public = premises
    for number in range(299):
        store.append_notice(b'{"number":%d}' % number)
    public.move(live.TODAY)
    key = log_keys.public_bytes(log_keys.load_notices_key(tmp_path / "keys"))
    head = checkpoint.check(public.checkpoint("notices").decode(), f"{live.HOST}/notices", key)
    entries = [
        entry for part in (Tile(None, 0), Tile(None, 1, 44)) for entry in tiles.parse_entries(public.tile("notices", part))
    ]
    assert (head.size, head.root) == (300, merkle.tree_root([merkle.leaf_hash(entry) for entry in entries]))
    assert public.tile("notices", Tile(1, 0, 1)) == merkle.tree_root([merkle.leaf_hash(entry) for entry in entries[:256]])


def test_an_unknown_log_is_not_published(premises: tuple[SQLiteStore, live.Live, PublicLog]) -> None:
    _, going, public = premises
    with pytest.raises(Refused, match="not-published"):
        public.checkpoint(path_of(going.collection.logs[0].origin))
    public.move(live.TODAY)
    with pytest.raises(Refused, match="not-published"):
        public.checkpoint("elsewhere")
