"""What each of the five database roles may do, as grants made from the names in their connection strings.

The rules are:
- owner: makes and changes tables (`civium migrate`), and is not used while the system runs;
- intake: appends entries, and notices of destructions; reads keys, heads and leaf records, never a body or a mark; a head it can only let grow;
- export: reads everything of statements; destroy: takes bodies away, for a reason; web: Django's tables and organisers' acts;
- grants are made anew at each migration: what is not listed here is taken away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from psycopg import sql

from civium.server.config import DatabaseRole

_LEAVES = (
    "select on store_state, collection, manifest, accepted_key, log, entry, node, notice, notice_node, notices_head, closed_notices, publication, published",
    "select (entry, reason) on destruction",
)
_RIGHTS: Mapping[DatabaseRole, tuple[str, ...]] = {
    "owner": (),
    "intake": (
        *_LEAVES,
        "insert on entry, body, mark, node",
        "update (size, frontier) on log",
        "select, insert, delete on challenge",
        "insert, update on published",
        "update on publication",
        # Whoever moves the public log lists what was destroyed, in the same transaction.
        "select, delete on untold",
        "insert on notice, notice_node",
        "update (size, frontier) on notices_head",
    ),
    "export": (*_LEAVES, "select on body, destruction, mark"),
    "destroy": (*_LEAVES, "select (entry) on body, mark", "delete on body, mark", "insert on destruction"),
    "web": (
        *_LEAVES,
        "insert on collection, manifest, accepted_key, log, notice, notice_node, closed_notices",
        "delete on accepted_key",
        "update (version) on store_state",
        "update (state, closes_on, work, version) on collection",
        "update (accepted_until) on manifest",
        # To hold a log still while its collection changes one must be allowed to change something: this column never changes.
        "update (generation, closed) on log",
        "update (generation, size, frontier) on notices_head",
    ),
}


def grants(names: Mapping[DatabaseRole, str]) -> Iterator[sql.Composed]:
    """Give the statements that bring rights on the schema of statements to what is listed here; `names` are roles as the database knows them.

    A name that stands for several kinds of work may do all of them; the owner's name needs nothing.
    """
    work = {kind: name for kind, name in names.items() if name != names["owner"]}
    for name in sorted(set(work.values())):
        role = sql.Identifier(name)
        yield sql.SQL("revoke all on all tables in schema statements from {}").format(role)
        yield sql.SQL("grant usage on schema statements to {}").format(role)
    for kind, name in work.items():
        for right in _RIGHTS[kind]:
            what, _, tables = right.rpartition(" on ")
            targets = sql.SQL(", ").join(sql.Identifier("statements", table) for table in tables.split(", "))
            yield sql.SQL("grant {} on {} to {}").format(sql.SQL(what), targets, sql.Identifier(name))


def grants_on_tables(names: Mapping[DatabaseRole, str]) -> Iterator[sql.Composed]:
    """Give the statements that let the web's role, and no other, at Django's tables, the console's among them.

    It reads and writes, but adds to the journal only, and migrates nothing. A name that stands for the web's work, too, may do that.
    """
    for name in sorted({name for name in names.values() if name != names["owner"]}):
        role = sql.Identifier(name)
        yield sql.SQL("revoke all on all tables in schema public from {}").format(role)
        yield sql.SQL("revoke all on all sequences in schema public from {}").format(role)
    if names["web"] == names["owner"]:
        return
    role = sql.Identifier(names["web"])
    for text in (
        "grant select, insert, update, delete on all tables in schema public to {}",
        "grant usage, select on all sequences in schema public to {}",
        "revoke update, delete on initiatives_journalentry from {}",
        "revoke insert, update, delete on django_migrations from {}",
    ):
        yield sql.SQL(text).format(role)
