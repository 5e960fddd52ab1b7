-- Oldest reader: 1.
-- What others must hear of: each row is written by a trigger, in the transaction that makes the change, whoever makes it.

create table changes (
  -- The transaction's: what a node has not heard yet is what its last snapshot could not see.
  xid xid8 not null default pg_current_xact_id(),
  kind text not null,
  id text not null
);
create index changes_by_xid on changes (xid);

-- Transactions before `xid` had all ended at `at`: their changes were to be heard from then on.
create table change_horizons (
  at timestamptz not null default clock_timestamp(),
  xid xid8 not null
);

-- One row a node, written by each heartbeat. Logged: a primary that may not acknowledge a write, because its standby was
-- promoted, cannot answer a heartbeat either.
create table nodes (
  id text not null primary key,
  lease_ms integer not null,
  beat_at timestamptz not null
) with (fillfactor = 50);

-- Runs as the owner of the tables, so that whoever may change a session, or a user, is heard.
create function note_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into coatcheck.changes (kind, id) values (tg_argv[0], old.id);
  return null;
end
$$;

create function note_upheaval() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into coatcheck.changes (kind, id) values ('everything', '');
  return null;
end
$$;

create trigger session_ended after delete on sessions
for each row execute function note_change('session');

-- A use of the session moves last_seen_at forward, and nothing else: that ends nothing, and is not told.
create trigger session_changed after update on sessions
for each row when (
  old.last_seen_at > new.last_seen_at or
  (old.id, old.secret_hash, old.previous_secret_hash, old.previous_authenticated_at, old.previous_ends_at, old.user_id,
    old.created_at, old.expires_at, old.authenticated_at, old.methods, old.client_address, old.user_agent, old.revision)
  is distinct from
  (new.id, new.secret_hash, new.previous_secret_hash, new.previous_authenticated_at, new.previous_ends_at, new.user_id,
    new.created_at, new.expires_at, new.authenticated_at, new.methods, new.client_address, new.user_agent, new.revision)
) execute function note_change('session');

create trigger user_ended after delete on users
for each row execute function note_change('user');

create trigger user_changed after update on users
for each row when (old is distinct from new) execute function note_change('user');

create trigger sessions_emptied after truncate on sessions
for each statement execute function note_upheaval();

create trigger users_emptied after truncate on users
for each statement execute function note_upheaval();

-- Whatever the connection's session_replication_role is.
alter table sessions enable always trigger session_ended;
alter table sessions enable always trigger session_changed;
alter table sessions enable always trigger sessions_emptied;
alter table users enable always trigger user_ended;
alter table users enable always trigger user_changed;
alter table users enable always trigger users_emptied;
