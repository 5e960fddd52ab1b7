import { NetworkError, ProblemError, problemOf } from '@coatcheck/client'
import { client } from './client.ts'

/** A trade as the API tells it. */
export interface Trade {
  readonly id: string
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly quantity: number
  /** Of one, in cents. */
  readonly price: number
  readonly tradedAt: string
}

/** What the user says of a trade. */
export interface NewTrade {
  readonly symbol: string
  readonly side: string
  readonly quantity: number
  /** Of one, in cents. */
  readonly price: number
}

/** The user's own trades, newest first. @throws ProblemError, NetworkError; TypeError: the answer is something else */
export async function listTrades(signal: AbortSignal): Promise<readonly Trade[]> {
  const { trades } = (await send('trades', { signal })) as { trades?: readonly Trade[] }
  if (!Array.isArray(trades)) throw new TypeError('The answer has no list of trades')
  return trades
}

/** Records a trade. @throws ProblemError; NetworkError: it may have been recorded */
export async function addTrade(trade: NewTrade): Promise<Trade> {
  const headers = { 'content-type': 'application/json' }
  return (await send('trades', { method: 'POST', headers, body: JSON.stringify(trade) })) as Trade
}

/** `client.fetch` carries the cookie and notices the session's end; the rest is what any API needs. */
async function send(path: string, init: RequestInit): Promise<unknown> {
  let status: number | null = null
  try {
    const response = await client.fetch(path, init)
    status = response.status
    if (response.ok) return await response.json()
    throw (await problemOf(response)) ?? new Error(`Answer ${status} without a problem`)
  } catch (error) {
    throw error instanceof ProblemError ? error : new NetworkError(status, error)
  }
}
