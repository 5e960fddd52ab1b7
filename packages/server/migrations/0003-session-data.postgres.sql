-- Oldest reader: 1.
-- What back-end code keeps of a session: one row a key, gone with its session. No answer from memory contains it, so no
-- trigger tells of it.

create table session_data (
  session_id text not null references sessions (id) on delete cascade,
  key text not null,
  -- JSON.
  value text not null,
  -- The value, where it is an integer that can be counted with.
  number bigint,
  primary key (session_id, key),
  check (number is null or value = cast(number as text))
);
