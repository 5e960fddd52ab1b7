-- Oldest reader: 1. The oldest code, by the newest migration that it knows, that may run on the schema from here on.
-- One text for SQLite and PostgreSQL: only text, integer and bigint. Instants are milliseconds since the Unix epoch.

create table users (
  id text not null primary key,
  email text not null unique,
  username text unique,
  name text,
  email_verified integer not null check (email_verified in (0, 1)),
  -- Raised by each change of the credentials and by disabling. A sign-in reads it with what it verifies, and gets a
  -- session only if it still stands.
  credential_revision integer not null,
  created_at bigint not null,
  disabled_at bigint
);

create table credentials (
  user_id text not null references users (id) on delete cascade,
  kind text not null,
  hash text not null,
  primary key (user_id, kind)
);

create table sessions (
  id text not null primary key,
  secret_hash text not null,
  previous_secret_hash text,
  previous_authenticated_at bigint,
  -- Null until the new secret is first presented: till then the previous one has no end of its own.
  previous_ends_at bigint,
  user_id text references users (id) on delete cascade,
  created_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null,
  authenticated_at bigint,
  -- How the user proved who they are: names with commas between, empty for an anonymous session.
  methods text not null,
  client_address text,
  user_agent text,
  revision integer not null,
  check ((user_id is null) = (authenticated_at is null)),
  check (previous_secret_hash is not null or (previous_authenticated_at is null and previous_ends_at is null))
);

create index sessions_by_user on sessions (user_id);
create index sessions_by_end on sessions (expires_at);
create index sessions_by_last_use on sessions (last_seen_at);
