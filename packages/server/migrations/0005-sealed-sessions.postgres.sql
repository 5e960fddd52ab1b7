-- Oldest reader: 1.
-- What must be known of sealed sessions, which are cookies and no rows: who was ended, never who lives.

-- One row a session that was ended before its time, kept until then.
create table sealed_revocations (
  session_id text not null primary key,
  expires_at bigint not null
);
create index sealed_revocations_by_end on sealed_revocations (expires_at);

-- One row a session whose secret was rotated: which of its cookies counts, and what the one before is still worth.
create table sealed_rotations (
  session_id text not null primary key,
  expires_at bigint not null,
  secret_hash text not null,
  authenticated_at bigint,
  previous_secret_hash text,
  previous_authenticated_at bigint,
  previous_ends_at bigint,
  revision integer not null
);
create index sealed_rotations_by_end on sealed_rotations (expires_at);

-- One row a user whose sessions were all ended once: those of an older epoch are over. But for the one that was spared: it
-- may be as old as the floor, which is the epoch that was raised when it was spared first.
create table sealed_epochs (
  user_id text not null primary key references users (id) on delete cascade,
  epoch integer not null,
  spared_session_id text,
  spared_floor integer not null
);

-- Rows that are trimmed tell nothing: their sessions have ended.
create function note_sealed_session() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into coatcheck.changes (kind, id) values ('session', new.session_id);
  return null;
end
$$;

create function note_sealed_epoch() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into coatcheck.changes (kind, id) values ('user', new.user_id);
  return null;
end
$$;

create trigger sealed_session_revoked after insert or update on sealed_revocations
for each row execute function note_sealed_session();

create trigger sealed_session_rotated after insert or update on sealed_rotations
for each row execute function note_sealed_session();

create trigger sealed_sessions_ended after insert or update on sealed_epochs
for each row execute function note_sealed_epoch();

-- Whatever the connection's session_replication_role is.
alter table sealed_revocations enable always trigger sealed_session_revoked;
alter table sealed_rotations enable always trigger sealed_session_rotated;
alter table sealed_epochs enable always trigger sealed_sessions_ended;
