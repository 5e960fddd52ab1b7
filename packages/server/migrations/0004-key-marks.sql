-- Oldest reader: 3.
-- Which keys have signed this database's sessions, by their fingerprints, and since when: a server without the last of
-- them would sign everybody out, and says so instead of starting.

create table key_marks (
  fingerprint text not null primary key,
  noted_at bigint not null
);
