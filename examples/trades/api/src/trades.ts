import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { NewTrade } from './new-trade.ts'

/** A trade as its owner sees it. */
export interface Trade extends NewTrade {
  readonly id: string
  /** ISO 8601, UTC. */
  readonly tradedAt: string
}

/** The table of trades. Nothing in it can be asked for without saying whose. */
export interface Trades {
  /** The user's latest 200, newest first. */
  listByUser(userId: string): readonly Trade[]
  add(userId: string, trade: NewTrade): Trade
  close(): void
}

const schema = `
  create table if not exists trades (
    id        text    not null primary key,
    user_id   text    not null,
    symbol    text    not null,
    side      text    not null check (side in ('buy', 'sell')),
    quantity  integer not null check (quantity > 0),
    price     integer not null check (price > 0),  -- of one, in cents: money is counted, not rounded
    traded_at integer not null                     -- milliseconds since 1970
  ) strict;
  create index if not exists trades_by_user on trades (user_id, traded_at);
`

/**
 * Opens the table, and makes it the first time.
 *
 * @param file an SQLite file of its own. Coatcheck's database is Coatcheck's business; the user's ID ties the two together
 */
export function openTrades(file: string): Trades {
  const database = new DatabaseSync(file, { timeout: 5_000 })
  database.exec('pragma journal_mode = wal')
  database.exec(schema)
  const select = database.prepare(
    'select id, symbol, side, quantity, price, traded_at from trades where user_id = ? order by traded_at desc, rowid desc limit 200',
  )
  const insert = database.prepare(
    'insert into trades (id, user_id, symbol, side, quantity, price, traded_at) values (?, ?, ?, ?, ?, ?, ?)',
  )
  return {
    listByUser: (userId) => select.all(userId).map(tradeOf),
    add(userId, { symbol, side, quantity, price }) {
      const id = randomUUID()
      const now = Date.now()
      insert.run(id, userId, symbol, side, quantity, price, now)
      return { id, symbol, side, quantity, price, tradedAt: new Date(now).toISOString() }
    },
    close: () => database.close(),
  }
}

function tradeOf(row: Readonly<Record<string, unknown>>): Trade {
  return {
    id: String(row['id']),
    symbol: String(row['symbol']),
    side: row['side'] === 'sell' ? 'sell' : 'buy',
    quantity: Number(row['quantity']),
    price: Number(row['price']),
    tradedAt: new Date(Number(row['traded_at'])).toISOString(),
  }
}
