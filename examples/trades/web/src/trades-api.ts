import { NetworkError, type Problem, ProblemError } from '@coatcheck/client'
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

/** The user's own trades, newest first. @throws ProblemError, NetworkError */
export async function listTrades(signal: AbortSignal): Promise<readonly Trade[]> {
  const { trades } = (await send('trades', { signal })) as { trades: readonly Trade[] }
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
    const answer: unknown = await response.json()
    if (response.ok) return answer
    throw new ProblemError(answer as Problem, response.headers.get('retry-after'))
  } catch (error) {
    throw error instanceof ProblemError ? error : new NetworkError(status, error)
  }
}
