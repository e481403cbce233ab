"""The tables of statements.db, and the steps that lead an older database to them.

The rules are:
- Steps are forward only and never edited once released; `civium migrate` applies them, a server refuses a schema it does not know.
- Triggers, not good manners, keep entries, logs and notices append-only. Columns marked immutable never change.
- Dates are days since 1970-01-01. Nothing finer than the day is kept, and nothing at all about a sender.
"""

from __future__ import annotations

APPLICATION_ID = 0x43495653  # "CIVS"
INDEX_BITS = 40  # An entry's number is its log's number, shifted, and its index: both tables of a log grow at one end only.

_FIRST = """
create table store_state (
    only_row integer primary key check (only_row = 1),
    version integer not null                        -- rises with every change that is not an append
) strict;
insert into store_state values (1, 1);

create table collection (
    number integer primary key,                     -- immutable
    identifier blob not null unique check (length(identifier) = 16),  -- immutable
    state text not null check (state in ('collecting', 'paused', 'ended')),
    opens_on integer not null,                      -- immutable
    closes_on integer not null,
    goal integer not null,                          -- immutable
    version integer not null
) strict;
create trigger collection_is_kept before delete on collection
begin select raise(abort, 'a collection is never removed'); end;
create trigger collection_is_itself before update on collection
when new.number is not old.number or new.identifier is not old.identifier or new.opens_on is not old.opens_on
    or new.goal is not old.goal or new.version <= old.version or (old.state = 'ended' and new.state is not 'ended')
begin select raise(abort, 'an immutable column, an old version or a collection that has ended'); end;

create table manifest (
    collection integer not null references collection,  -- immutable
    sequence integer not null,                      -- immutable
    manifest_hash blob not null check (length(manifest_hash) = 32),  -- immutable
    raw blob not null,                              -- immutable
    signature text not null,                        -- immutable
    accepted_until integer,                         -- null: the present one
    primary key (collection, sequence),
    unique (collection, manifest_hash)
) strict;
create trigger manifest_is_kept before delete on manifest
begin select raise(abort, 'a manifest is never removed'); end;
create trigger manifest_is_itself before update on manifest
when new.collection is not old.collection or new.sequence is not old.sequence or new.manifest_hash is not old.manifest_hash
    or new.raw is not old.raw or new.signature is not old.signature
begin select raise(abort, 'an immutable column'); end;

create table accepted_key (
    collection integer not null references collection,
    jurisdiction text not null,
    rank integer not null,                          -- 0: the key to seal to
    key_id blob not null check (length(key_id) = 16),
    suite text not null,
    public_key blob not null,
    primary key (collection, jurisdiction, rank)
) strict;

create table log (
    number integer primary key,                     -- immutable
    collection integer not null references collection,  -- immutable
    origin text not null unique,                    -- immutable
    jurisdiction text not null,                     -- immutable
    channel text not null,                          -- immutable
    generation integer not null,                    -- immutable
    size integer not null default 0,                -- grows only, by append's compare-and-swap
    destroyed integer not null default 0,           -- grows only, by the trigger on destruction
    frontier blob not null default x'',             -- roots of the complete subtrees, largest first
    unique (collection, jurisdiction, channel, generation)
) strict;
create trigger log_is_kept before delete on log
begin select raise(abort, 'a log is never removed'); end;
create trigger log_only_grows before update on log
when new.number is not old.number or new.collection is not old.collection or new.origin is not old.origin
    or new.jurisdiction is not old.jurisdiction or new.channel is not old.channel or new.generation is not old.generation
    or new.size < old.size or new.destroyed < old.destroyed or new.destroyed > new.size
begin select raise(abort, 'a log only grows'); end;

create table entry (
    number integer primary key,                     -- immutable; log << 40 | index
    log integer not null references log check (log = number >> 40),  -- immutable
    received_on integer not null,                   -- immutable
    envelope_hash blob not null check (length(envelope_hash) = 32),  -- immutable
    erasure_commitment blob not null check (length(erasure_commitment) = 32)  -- immutable
) strict;
create unique index entry_of_envelope on entry (log, envelope_hash);
create trigger entry_is_kept before delete on entry
begin select raise(abort, 'an entry is never removed'); end;
create trigger entry_is_itself before update on entry
begin select raise(abort, 'an entry is never changed'); end;

create table body (
    entry integer primary key references entry,     -- immutable
    envelope blob not null                          -- immutable
) strict;
create trigger body_is_itself before update on body
begin select raise(abort, 'a body is never changed'); end;

create table destruction (
    entry integer primary key references entry,     -- immutable
    reason text not null,                           -- immutable
    evidence blob not null                          -- immutable
) strict;
create trigger destruction_is_kept before delete on destruction
begin select raise(abort, 'a destruction is never undone'); end;
create trigger destruction_is_itself before update on destruction
begin select raise(abort, 'a destruction is never changed'); end;
create trigger destruction_is_counted after insert on destruction
begin update log set destroyed = destroyed + 1 where number = new.entry >> 40; end;
create trigger body_is_destroyed_with_a_reason before delete on body
when not exists (select 1 from destruction where entry = old.entry)
begin select raise(abort, 'a body is destroyed for a reason only'); end;
create trigger body_is_not_revived before insert on body
when exists (select 1 from destruction where entry = new.entry)
begin select raise(abort, 'a destroyed body is not revived'); end;

create table node (
    log integer not null,                           -- immutable; 0: the notices log
    level integer not null,                         -- immutable; subtrees of 256 ** level leaves
    number integer not null,                        -- immutable
    hash blob not null check (length(hash) = 32),   -- immutable
    primary key (log, level, number)
) strict, without rowid;
create trigger node_is_kept before delete on node
begin select raise(abort, 'a node is never removed'); end;
create trigger node_is_itself before update on node
begin select raise(abort, 'a node is never changed'); end;

create table notice (
    number integer primary key,                     -- immutable; its index
    entry blob not null                             -- immutable
) strict;
create trigger notice_is_kept before delete on notice
begin select raise(abort, 'a notice is never removed'); end;
create trigger notice_is_itself before update on notice
begin select raise(abort, 'a notice is never changed'); end;
create table notices_head (
    only_row integer primary key check (only_row = 1),
    size integer not null,                          -- grows only
    frontier blob not null
) strict;
insert into notices_head values (1, 0, x'');
create trigger notices_only_grow before update on notices_head
when new.size < old.size
begin select raise(abort, 'a log only grows'); end;
create trigger notices_head_is_kept before delete on notices_head
begin select raise(abort, 'a head is never removed'); end;
"""

_TOKENS = """
alter table collection add column token_key blob not null default x'';  -- immutable
alter table collection add column work integer not null default 0;
drop trigger collection_is_itself;
create trigger collection_is_itself before update on collection
when new.number is not old.number or new.identifier is not old.identifier or new.opens_on is not old.opens_on
    or new.goal is not old.goal or new.token_key is not old.token_key or new.version <= old.version
    or (old.state = 'ended' and new.state is not 'ended')
begin select raise(abort, 'an immutable column, an old version or a collection that has ended'); end;

create table mark (
    entry integer primary key references entry,     -- immutable
    mark blob not null check (length(mark) = 16)    -- immutable; no index: nothing is looked up while collection runs
) strict;
create trigger mark_is_itself before update on mark
begin select raise(abort, 'a mark is never changed'); end;
create trigger mark_goes_with_its_body before delete on mark
when not exists (select 1 from destruction where entry = old.entry)
begin select raise(abort, 'a mark goes with its body only'); end;
create trigger mark_is_not_revived before insert on mark
when exists (select 1 from destruction where entry = new.entry)
begin select raise(abort, 'a destroyed mark is not revived'); end;

create table challenge (
    identifier blob primary key check (length(identifier) = 16),  -- immutable; random, and no other order is kept
    expires_hour integer not null                   -- immutable; the row is forgotten then
) strict, without rowid;
create trigger challenge_is_itself before update on challenge
begin select raise(abort, 'a spent challenge is never changed'); end;
"""

_SUCCESSORS = """
alter table log add column closed integer not null default 0;  -- 1: a successor goes on in its place
drop trigger log_only_grows;
create trigger log_only_grows before update on log
when new.number is not old.number or new.collection is not old.collection or new.origin is not old.origin
    or new.jurisdiction is not old.jurisdiction or new.channel is not old.channel or new.generation is not old.generation
    or new.size < old.size or new.destroyed < old.destroyed or new.destroyed > new.size
    or new.closed < old.closed or (old.closed and new.size is not old.size)
begin select raise(abort, 'a log only grows, and a closed one not at all'); end;

create table untold (                               -- destructions that no notice lists yet; emptied by the move that lists them
    entry integer primary key references destruction,  -- immutable
    cause text not null                             -- immutable
) strict;
insert into untold select entry, reason from destruction;
create trigger destruction_is_to_be_told after insert on destruction
begin insert into untold values (new.entry, new.reason); end;
create trigger untold_is_itself before update on untold
begin select raise(abort, 'what is to be told is never changed'); end;

-- A notice's number, and those of its nodes, are its generation less 1, shifted, and its index.
alter table notices_head add column generation integer not null default 1;
create table closed_notices (
    generation integer primary key,                 -- immutable
    size integer not null,                          -- immutable
    frontier blob not null                          -- immutable
) strict;
create trigger closed_notices_are_kept before delete on closed_notices
begin select raise(abort, 'a log is never removed'); end;
create trigger closed_notices_are_themselves before update on closed_notices
begin select raise(abort, 'a closed log never changes'); end;
drop trigger notices_only_grow;
create trigger notices_only_grow before update on notices_head
when not (new.generation is old.generation and new.size >= old.size) and not (new.generation is old.generation + 1 and exists (
    select 1 from closed_notices where generation = old.generation and size = old.size and frontier = old.frontier))
begin select raise(abort, 'a log only grows'); end;
"""

# Step n leads from schema n to schema n + 1.
STEPS = (_FIRST, _TOKENS, _SUCCESSORS)
VERSION = len(STEPS)
