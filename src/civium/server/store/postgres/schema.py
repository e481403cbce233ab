"""The tables of the PostgreSQL store, in a schema of their own, and the steps that lead an older one to them.

The rules are:
- Steps are forward only and never edited once released; `civium migrate` applies them, a server refuses a schema it does not know.
- Triggers, not good manners, keep entries, logs and notices append-only, for every role. Columns marked immutable never change.
- Dates are days since 1970-01-01. No sequence, no time, nothing finer than the day, and nothing at all about a sender.
- Locks are taken in one order: store_state, then logs by number, then notices_head, then challenges. Whoever keeps to it never waits in a circle.
"""

from __future__ import annotations

_STATE = """
create schema statements;
revoke all on schema statements from public;

create function statements.refuse() returns trigger language plpgsql as $$
begin raise exception using errcode = 'restrict_violation', message = tg_argv[0]; end $$;

create table statements.store_state (
    only_row integer primary key check (only_row = 1),
    schema integer not null,                        -- the steps applied
    version bigint not null                         -- rises with every change that is not an append
);
insert into statements.store_state values (1, 0, 1);

create table statements.collection (
    number bigint primary key,                      -- immutable
    identifier bytea not null unique check (length(identifier) = 16),  -- immutable
    state text not null check (state in ('collecting', 'paused', 'ended')),
    opens_on integer not null,                      -- immutable
    closes_on integer not null,
    goal bigint not null,                           -- immutable
    version bigint not null,
    token_key bytea not null,                       -- immutable
    work integer not null
);
create trigger collection_is_kept before delete on statements.collection
for each row execute function statements.refuse('a collection is never removed');
create trigger collection_is_itself before update on statements.collection for each row
when (new.number <> old.number or new.identifier <> old.identifier or new.opens_on <> old.opens_on
    or new.goal <> old.goal or new.token_key <> old.token_key or new.version <= old.version
    or (old.state = 'ended' and new.state <> 'ended'))
execute function statements.refuse('an immutable column, an old version or a collection that has ended');

create table statements.manifest (
    collection bigint not null references statements.collection,  -- immutable
    sequence integer not null,                      -- immutable
    manifest_hash bytea not null check (length(manifest_hash) = 32),  -- immutable
    raw bytea not null,                             -- immutable
    signature text not null,                        -- immutable
    accepted_until integer,                         -- null: the present one
    primary key (collection, sequence),
    unique (collection, manifest_hash)
);
create trigger manifest_is_kept before delete on statements.manifest
for each row execute function statements.refuse('a manifest is never removed');
create trigger manifest_is_itself before update on statements.manifest for each row
when (new.collection <> old.collection or new.sequence <> old.sequence or new.manifest_hash <> old.manifest_hash
    or new.raw <> old.raw or new.signature <> old.signature)
execute function statements.refuse('an immutable column');

create table statements.accepted_key (
    collection bigint not null references statements.collection,
    jurisdiction text not null,
    rank integer not null,                          -- least: the key to seal to
    key_id bytea not null check (length(key_id) = 16),
    suite text not null,
    public_key bytea not null,
    primary key (collection, jurisdiction, rank)
);
"""

_LOGS = """
create table statements.log (
    number bigint primary key,                      -- immutable
    collection bigint not null references statements.collection,  -- immutable
    origin text not null unique,                    -- immutable
    jurisdiction text not null,                     -- immutable
    channel text not null,                          -- immutable
    generation integer not null,                    -- immutable
    size bigint not null default 0,                 -- grows only, by append's compare-and-swap, over entries that are there
    destroyed bigint not null default 0,            -- grows only, by the trigger on destruction
    frontier bytea not null default '',             -- roots of the complete subtrees, largest first
    unique (collection, jurisdiction, channel, generation)
) with (fillfactor = 10);                           -- heads change with every batch: room to do it in the same page
create trigger log_is_kept before delete on statements.log
for each row execute function statements.refuse('a log is never removed');
create trigger log_only_grows before update on statements.log for each row
when (new.number <> old.number or new.collection <> old.collection or new.origin <> old.origin
    or new.jurisdiction <> old.jurisdiction or new.channel <> old.channel or new.generation <> old.generation
    or new.size < old.size or new.destroyed < old.destroyed or new.destroyed > new.size)
execute function statements.refuse('a log only grows');

create table statements.entry (
    number bigint primary key,                      -- immutable; log << 40 | index
    log bigint not null check (log = number >> 40), -- immutable
    received_on integer not null,                   -- immutable
    envelope_hash bytea not null check (length(envelope_hash) = 32),  -- immutable
    erasure_commitment bytea not null check (length(erasure_commitment) = 32),  -- immutable
    unique (log, envelope_hash)
);
create trigger entry_is_kept before delete on statements.entry
for each row execute function statements.refuse('an entry is never removed');
create trigger entry_is_itself before update on statements.entry
for each row execute function statements.refuse('an entry is never changed');

-- A head never covers an index without an entry. The planner must not read a table through because it was small once.
create function statements.check_growth() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
    if (select count(*) from statements.entry
        where number >= (new.number << 40) + old.size and number < (new.number << 40) + new.size) <> new.size - old.size then
        raise exception using errcode = 'restrict_violation', message = 'a head covers entries only';
    end if;
    return null;
end $$;
create trigger log_covers_entries after update on statements.log for each row when (new.size <> old.size)
execute function statements.check_growth();
"""

_BODIES = """
create table statements.body (
    entry bigint primary key,                       -- immutable; checked by body_belongs
    envelope bytea not null                         -- immutable
) with (
    toast_tuple_target = 8160,                      -- an envelope stays in its row: one write, not three
    autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0  -- what is destroyed is swept out at the next round
);
-- Ciphertext cannot be compressed.
alter table statements.body alter column envelope set storage external;
create trigger body_is_itself before update on statements.body
for each row execute function statements.refuse('a body is never changed');

create table statements.destruction (
    entry bigint primary key references statements.entry,  -- immutable
    reason text not null,                           -- immutable
    evidence bytea not null                         -- immutable
);
create trigger destruction_is_kept before delete on statements.destruction
for each row execute function statements.refuse('a destruction is never undone');
create trigger destruction_is_itself before update on statements.destruction
for each row execute function statements.refuse('a destruction is never changed');

-- Of two that destroy one body the second waits here, and then finds it done.
create function statements.tell_of_destruction() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin update statements.store_state set version = version + 1; return new; end $$;
create trigger destruction_is_told before insert on statements.destruction
for each row execute function statements.tell_of_destruction();
create function statements.count_destruction() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin update statements.log set destroyed = destroyed + 1 where number = new.entry >> 40; return null; end $$;
create trigger destruction_is_counted after insert on statements.destruction
for each row execute function statements.count_destruction();

create function statements.check_reason() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from statements.destruction where entry = old.entry) then
        raise exception using errcode = 'restrict_violation', message = 'a body is destroyed for a reason only';
    end if;
    return old;
end $$;
create trigger body_is_destroyed_with_a_reason before delete on statements.body
for each row execute function statements.check_reason();

-- Once for all rows of a statement: a foreign key would ask for each.
create function statements.check_entries() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    if exists (
        select from fresh left join statements.entry on entry.number = fresh.entry
        left join statements.destruction on destruction.entry = fresh.entry
        where entry.number is null or destruction.entry is not null
    ) then
        raise exception using errcode = 'restrict_violation', message = 'of no entry, or of one that was destroyed';
    end if;
    return null;
end $$;
create trigger body_belongs after insert on statements.body referencing new table as fresh
for each statement execute function statements.check_entries();
"""

_TOKENS = """
create table statements.mark (
    entry bigint primary key,                       -- immutable; checked by mark_belongs
    mark bytea not null check (length(mark) = 16)   -- immutable; no index: nothing is looked up while collection runs
) with (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
create trigger mark_is_itself before update on statements.mark
for each row execute function statements.refuse('a mark is never changed');
create trigger mark_goes_with_its_body before delete on statements.mark
for each row execute function statements.check_reason();
create trigger mark_belongs after insert on statements.mark referencing new table as fresh
for each statement execute function statements.check_entries();

create table statements.challenge (
    identifier bytea primary key check (length(identifier) = 16),  -- immutable; random, and no other order is kept
    expires_hour integer not null                   -- immutable; the row is forgotten then
);
create trigger challenge_is_itself before update on statements.challenge
for each row execute function statements.refuse('a spent challenge is never changed');
"""

_TREES = """
create table statements.node (
    log bigint not null references statements.log,  -- immutable
    level integer not null,                         -- immutable; subtrees of 256 ** level leaves
    number bigint not null,                         -- immutable
    hash bytea not null check (length(hash) = 32),  -- immutable
    primary key (log, level, number)
);
create trigger node_is_kept before delete on statements.node
for each row execute function statements.refuse('a node is never removed');
create trigger node_is_itself before update on statements.node
for each row execute function statements.refuse('a node is never changed');

create table statements.notice (
    number bigint primary key,                      -- immutable; its index
    entry bytea not null                            -- immutable
);
create trigger notice_is_kept before delete on statements.notice
for each row execute function statements.refuse('a notice is never removed');
create trigger notice_is_itself before update on statements.notice
for each row execute function statements.refuse('a notice is never changed');

create table statements.notice_node (
    level integer not null,                         -- immutable; subtrees of 256 ** level notices
    number bigint not null,                         -- immutable
    hash bytea not null check (length(hash) = 32),  -- immutable
    primary key (level, number)
);
create trigger notice_node_is_kept before delete on statements.notice_node
for each row execute function statements.refuse('a node is never removed');
create trigger notice_node_is_itself before update on statements.notice_node
for each row execute function statements.refuse('a node is never changed');

create table statements.notices_head (
    only_row integer primary key check (only_row = 1),
    size bigint not null,                           -- grows only
    frontier bytea not null
);
insert into statements.notices_head values (1, 0, '');
create trigger notices_only_grow before update on statements.notices_head for each row when (new.size < old.size)
execute function statements.refuse('a log only grows');
create trigger notices_head_is_kept before delete on statements.notices_head
for each row execute function statements.refuse('a head is never removed');
"""

_PUBLIC = """
create table statements.publication (
    only_row integer primary key check (only_row = 1),
    number bigint not null,                         -- rises with each taking; 0: none yet
    notices_size bigint not null,
    notices_frontier bytea not null
);
insert into statements.publication values (1, 0, 0, '');
create table statements.published (
    log bigint primary key references statements.log,  -- immutable
    size bigint not null,                           -- these as the log's, when they were last taken
    destroyed bigint not null,
    frontier bytea not null
);
create trigger published_only_grows before update on statements.published for each row
when (new.log <> old.log or new.size < old.size or new.destroyed < old.destroyed)
execute function statements.refuse('what was published stays so');
create trigger published_is_kept before delete on statements.published
for each row execute function statements.refuse('what was published stays so');
"""

_NEVER_EMPTIED = (
    "store_state", "collection", "manifest", "accepted_key", "log", "entry", "body", "destruction", "mark", "node", "notice",
    "notice_node", "notices_head", "publication", "published",
)  # fmt: skip
_EMPTYING = "".join(
    f"create trigger {table}_is_not_emptied before truncate on statements.{table}"
    " for each statement execute function statements.refuse('a table is never emptied');\n"
    for table in _NEVER_EMPTIED
)
_FIRST = _STATE + _LOGS + _BODIES + _TOKENS + _TREES + _PUBLIC + _EMPTYING

_SUCCESSORS = """
alter table statements.log add column closed integer not null default 0;  -- 1: a successor goes on in its place
drop trigger log_only_grows on statements.log;
create trigger log_only_grows before update on statements.log for each row
when (new.number <> old.number or new.collection <> old.collection or new.origin <> old.origin
    or new.jurisdiction <> old.jurisdiction or new.channel <> old.channel or new.generation <> old.generation
    or new.size < old.size or new.destroyed < old.destroyed or new.destroyed > new.size
    or new.closed < old.closed or (old.closed = 1 and new.size <> old.size))
execute function statements.refuse('a log only grows, and a closed one not at all');

create table statements.untold (                    -- destructions that no notice lists yet; emptied by the move that lists them
    entry bigint primary key references statements.destruction,  -- immutable
    cause text not null                             -- immutable
) with (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
insert into statements.untold select entry, reason from statements.destruction;
create function statements.remember_destruction() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin insert into statements.untold values (new.entry, new.reason); return null; end $$;
create trigger destruction_is_to_be_told after insert on statements.destruction
for each row execute function statements.remember_destruction();
create trigger untold_is_itself before update on statements.untold
for each row execute function statements.refuse('what is to be told is never changed');

-- A notice's number, and those of its nodes, are its generation less 1, shifted, and its index.
alter table statements.notices_head add column generation integer not null default 1;
alter table statements.publication add column notices_generation integer not null default 1;
create table statements.closed_notices (
    generation integer primary key,                 -- immutable
    size bigint not null,                           -- immutable
    frontier bytea not null                         -- immutable
);
create trigger closed_notices_are_kept before delete on statements.closed_notices
for each row execute function statements.refuse('a log is never removed');
create trigger closed_notices_are_themselves before update on statements.closed_notices
for each row execute function statements.refuse('a closed log never changes');
create function statements.check_notices_head() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    if not (new.generation = old.generation and new.size >= old.size) and not (new.generation = old.generation + 1 and exists (
        select from statements.closed_notices
        where generation = old.generation and size = old.size and frontier = old.frontier)) then
        raise exception using errcode = 'restrict_violation', message = 'a log only grows';
    end if;
    return new;
end $$;
drop trigger notices_only_grow on statements.notices_head;
create trigger notices_only_grow before update on statements.notices_head
for each row execute function statements.check_notices_head();
create trigger untold_is_not_emptied before truncate on statements.untold
for each statement execute function statements.refuse('a table is never emptied');
create trigger closed_notices_is_not_emptied before truncate on statements.closed_notices
for each statement execute function statements.refuse('a table is never emptied');
"""

# Step n leads from schema n to schema n + 1.
STEPS = (_FIRST, _SUCCESSORS)
VERSION = len(STEPS)
