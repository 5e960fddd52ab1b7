-- Oldest reader: 1.
-- What other processes on this file must hear of: each row is written by a trigger, in the transaction that makes the
-- change, whoever makes it. SQLite writes one transaction at a time, so `seq` is the order in which they were committed.

create table changes (
  seq integer not null primary key autoincrement,
  kind text not null,
  id text not null,
  at integer not null default (unixepoch())
);
create index changes_by_time on changes (at);

create trigger session_ended after delete on sessions
begin
  insert into changes (kind, id) values ('session', old.id);
end;

-- A use of the session moves last_seen_at forward, and nothing else: that ends nothing, and is not told.
create trigger session_changed after update on sessions
when old.last_seen_at > new.last_seen_at or
  (old.id, old.secret_hash, old.previous_secret_hash, old.previous_authenticated_at, old.previous_ends_at, old.user_id,
    old.created_at, old.expires_at, old.authenticated_at, old.methods, old.client_address, old.user_agent, old.revision)
  is not
  (new.id, new.secret_hash, new.previous_secret_hash, new.previous_authenticated_at, new.previous_ends_at, new.user_id,
    new.created_at, new.expires_at, new.authenticated_at, new.methods, new.client_address, new.user_agent, new.revision)
begin
  insert into changes (kind, id) values ('session', old.id);
end;

create trigger user_ended after delete on users
begin
  insert into changes (kind, id) values ('user', old.id);
end;

create trigger user_changed after update on users
when (old.id, old.email, old.username, old.name, old.email_verified, old.credential_revision, old.created_at, old.disabled_at)
  is not
  (new.id, new.email, new.username, new.name, new.email_verified, new.credential_revision, new.created_at, new.disabled_at)
begin
  insert into changes (kind, id) values ('user', old.id);
end;

-- `insert or replace` and `update or replace` delete the rows in their way without a word to the triggers on delete.
create trigger session_replaced before insert on sessions
when exists (select 1 from sessions where id = new.id)
begin
  insert into changes (kind, id) values ('session', new.id);
end;

create trigger session_overwritten before update of id on sessions
when old.id <> new.id
begin
  insert into changes (kind, id) values ('session', new.id);
end;

create trigger user_replaced before insert on users
begin
  insert into changes (kind, id)
  select 'user', id from users where id = new.id or email = new.email or username = new.username;
end;

create trigger user_overwritten before update of id, email, username on users
begin
  insert into changes (kind, id)
  select 'user', id from users where id <> old.id and (id = new.id or email = new.email or username = new.username);
end;
