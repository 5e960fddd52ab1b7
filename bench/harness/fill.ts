import { DatabaseSync } from 'node:sqlite'
import { query } from './sql.ts'

const DAY_MS = 86_400_000
/** Of this many sessions each, the users that fill a database. */
const SESSIONS_A_USER = 10
/** What their browsers call themselves. */
export const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

/** The columns of a session that has not been rotated. */
export const SESSION_COLUMNS = `id, secret_hash, user_id, created_at, last_seen_at, expires_at, authenticated_at, methods, client_address,
  user_agent, revision`

/**
 * Fills a database with sessions that nobody has the token of, as fast as it takes them: by SQL, without foreign keys, the
 * indexes made afterwards.
 *
 * @param name begins the IDs, which end in a number from 0
 */
export async function fill(database: string, name: string, count: number): Promise<void> {
  if (database.startsWith('postgres:')) await fillPostgres(database, name, count)
  else fillSqlite(database, name, count)
}

/** The IDs that `fill` gave. */
export function filledIds(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_none, index) => `${name}-${index}`)
}

async function fillPostgres(database: string, name: string, count: number): Promise<void> {
  await query(
    database,
    `
set search_path = coatcheck;
set session_replication_role = replica;
do $fill$
declare
  made record;
  instant bigint := extract(epoch from clock_timestamp()) * 1000;
begin
  create temporary table made on commit drop as
    select indexname, indexdef from pg_indexes
    where schemaname = 'coatcheck' and tablename = 'sessions' and indexname <> 'sessions_pkey';
  if ${count} > 100000 then
    for made in select * from pg_temp.made loop execute format('drop index coatcheck.%I', made.indexname); end loop;
  end if;
  insert into users (id, email, email_verified, credential_revision, created_at)
    select '${name}-' || i, '${name}-' || i || '@example.com', 1, 0, instant
    from generate_series(0, ${Math.ceil(count / SESSIONS_A_USER)}) as i;
  insert into sessions (${SESSION_COLUMNS})
    select '${name}-' || i, md5(i::text) || 'hash-hash-h', '${name}-' || (i / ${SESSIONS_A_USER}), instant, instant,
      instant + ${30 * DAY_MS}, instant, 'password', '203.0.113.7', '${AGENT}', 0
    from generate_series(0, ${count - 1}) as i;
  if ${count} > 100000 then
    for made in select * from pg_temp.made loop execute made.indexdef; end loop;
  end if;
end
$fill$;
analyze users, sessions`,
  )
}

function fillSqlite(file: string, name: string, count: number): void {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false })
  const instant = Date.now()
  const user = database.prepare(
    `insert into users (id, email, email_verified, credential_revision, created_at) values (?, ?, 1, 0, ${instant})`,
  )
  const session = database.prepare(`insert into sessions (${SESSION_COLUMNS})
values (?, ?, ?, ${instant}, ${instant}, ${instant + 30 * DAY_MS}, ${instant}, 'password', '203.0.113.7', '${AGENT}', 0)`)
  database.exec('begin')
  for (let index = 0; index < count; index += 1) {
    const userId = `${name}-${Math.floor(index / SESSIONS_A_USER)}`
    if (index % SESSIONS_A_USER === 0) user.run(userId, `${userId}@example.com`)
    session.run(`${name}-${index}`, String(index).padStart(43, 'h'), userId)
  }
  database.exec('commit')
  database.close()
}
