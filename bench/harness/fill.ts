import { hash } from 'node:crypto'
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

/** IDs as long as real ones, and as much anywhere among them: of 16 bytes, in base64url. */
function idOf(name: string, index: number): string {
  return hash('md5', `${name}-${index}`, 'base64url')
}

/** The same in PostgreSQL, of an expression for the index. */
function idInSql(name: string, index: string): string {
  return `translate(rtrim(encode(decode(md5('${name}-' || ${index}), 'hex'), 'base64'), '='), '+/', '-_')`
}

/**
 * Fills a database with sessions that nobody has the token of, as fast as it takes them: by SQL and without foreign keys. Of
 * more than 100,000 PostgreSQL gets its indexes in order or afterwards, so that they are as dense as new ones.
 *
 * @param name what the IDs are made of, with a number from 0
 */
export async function fill(database: string, name: string, count: number): Promise<void> {
  if (database.startsWith('postgres:')) await fillPostgres(database, name, count)
  else fillSqlite(database, name, count)
}

/** The IDs that `fill` gave. */
export function filledIds(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_none, index) => idOf(name, index))
}

async function fillPostgres(database: string, name: string, count: number): Promise<void> {
  const isMuch = count > 100_000
  await query(
    database,
    `
set search_path = coatcheck;
set session_replication_role = replica;
set work_mem = '1GB';
set maintenance_work_mem = '1GB';
do $fill$
declare
  made record;
  instant bigint := extract(epoch from clock_timestamp()) * 1000;
begin
  create temporary table made on commit drop as
    select indexname, indexdef from pg_indexes
    where schemaname = 'coatcheck' and tablename = 'sessions' and indexname <> 'sessions_pkey';
  if ${isMuch} then
    for made in select * from pg_temp.made loop execute format('drop index coatcheck.%I', made.indexname); end loop;
  end if;
  insert into users (id, email, email_verified, credential_revision, created_at)
    select id, '${name}-' || i || '@example.com', 1, 0, instant
    from (select ${idInSql(`${name}-user`, 'i')} as id, i from generate_series(0, ${Math.ceil(count / SESSIONS_A_USER)}) as i) as users
    ${isMuch ? 'order by id' : ''};
  insert into sessions (${SESSION_COLUMNS})
    select id, md5(i::text) || 'hash-hash-h', ${idInSql(`${name}-user`, `(i / ${SESSIONS_A_USER})`)}, instant - i, instant - i,
      instant - i + ${30 * DAY_MS}, instant - i, 'password', '203.0.113.7', '${AGENT}', 0
    from (select ${idInSql(name, 'i')} as id, i from generate_series(0, ${count - 1}) as i) as sessions
    ${isMuch ? 'order by id' : ''};
  if ${isMuch} then
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
values (?1, ?2, ?3, ?4, ?4, ?4 + ${30 * DAY_MS}, ?4, 'password', '203.0.113.7', '${AGENT}', 0)`)
  // KiB: the indexes are written everywhere at once.
  database.exec('pragma cache_size = -4000000; begin')
  let userId = ''
  for (let index = 0; index < count; index += 1) {
    if (index % SESSIONS_A_USER === 0) {
      const turn = index / SESSIONS_A_USER
      userId = idOf(`${name}-user`, turn)
      user.run(userId, `${name}-${turn}@example.com`)
    }
    session.run(idOf(name, index), String(index).padStart(43, 'h'), userId, instant - index)
  }
  database.exec('commit')
  database.close()
}
