import { ProblemError } from '@coatcheck/client'
import { say } from '../bars.ts'
import { notice } from '../connection.ts'
import { h } from '../dom.ts'
import { choiceField, textField } from '../fields.ts'
import { createForm } from '../form.ts'
import { formatCents, formatCount } from '../format.ts'
import { addTrade, listTrades, type Trade } from '../trades-api.ts'
import { tradesTable } from './trades-table.ts'

/** The user's trades and the form that adds one. */
export interface TradesPart {
  readonly elements: readonly HTMLElement[]
  load(): void
}

/** Makes both. They are empty until `load`. */
export function createTrades(gone: AbortSignal): TradesPart {
  const summary = h('p', { class: 'summary' }, 'Loading…')
  const place = h('div', { class: 'place' })
  let trades: readonly Trade[] | undefined
  let loading: AbortController | undefined

  const show = (next: readonly Trade[], added?: Trade): void => {
    trades = next
    summary.textContent = summarise(next)
    place.replaceChildren(next.length === 0 ? emptyState() : tradesTable(next, added?.id))
  }
  const load = async (): Promise<void> => {
    loading?.abort()
    const own = (loading = new AbortController())
    const signal = AbortSignal.any([own.signal, gone])
    try {
      const list = await listTrades(signal)
      if (!signal.aborted) show(list)
    } catch (error) {
      if (signal.aborted) return
      if (trades === undefined) summary.textContent = 'Your trades could not be loaded.'
      notice(error)
    }
  }
  const record = async (valueOf: (name: string) => string): Promise<void> => {
    try {
      const trade = await addTrade({
        symbol: valueOf('symbol'),
        side: valueOf('side'),
        quantity: numberOf(valueOf('quantity'), 0) ?? 0,
        price: numberOf(valueOf('price'), 2) ?? 0,
      })
      if (gone.aborted) return
      // A list that was asked for before this would not have it.
      loading?.abort()
      if (trades === undefined) void load()
      else show([trade, ...trades], trade)
      say(
        `${trade.side === 'buy' ? 'Bought' : 'Sold'} ${formatCount(trade.quantity)} ${trade.symbol} at ${formatCents(trade.price)}.`,
      )
    } catch (error) {
      if (gone.aborted) return
      // Without an answer it may have been recorded all the same: the list knows.
      if (!(error instanceof ProblemError)) void load()
      throw error
    }
  }
  return { elements: [summary, tradeForm(record), place], load: () => void load() }
}

function tradeForm(record: (valueOf: (name: string) => string) => Promise<void>): HTMLFormElement {
  const typed = { autocomplete: 'off', spellcheck: 'false' }
  const symbol = textField({
    name: 'symbol',
    label: 'Symbol',
    missing: 'Which? AAPL, say.',
    attributes: { ...typed, autocapitalize: 'characters', maxlength: '12', placeholder: 'AAPL' },
  })
  const quantity = textField({
    name: 'quantity',
    label: 'Quantity',
    missing: 'How many?',
    wrong: (text) => (numberOf(text, 0) === null ? 'A whole number.' : null),
    attributes: { ...typed, inputmode: 'numeric', placeholder: '10' },
  })
  const price = textField({
    name: 'price',
    label: 'Price of one, $',
    missing: 'At what price?',
    wrong: (text) => (numberOf(text, 2) === null ? 'As in 189.50.' : null),
    attributes: { ...typed, inputmode: 'decimal', placeholder: '189.50' },
  })
  const form = createForm({
    name: 'trade',
    fields: [symbol, choiceField('side', 'Side', { buy: 'Buy', sell: 'Sell' }), quantity, price],
    submit: 'Record',
    unanswered: 'The trade may have been recorded all the same: look at the list before you try again.',
    async send(valueOf) {
      await record(valueOf)
      for (const field of [symbol, quantity, price]) field.clear()
      symbol.focus()
    },
  })
  form.setAttribute('aria-label', 'Record a trade')
  return form
}

/** `1,234.50` with two decimals as 123450; null when it is no such number. */
function numberOf(text: string, decimals: number): number | null {
  const [, whole, fraction = ''] = /^(\d{1,9})(?:\.(\d*))?$/.exec(text.trim().replace(/^\$|,(?=\d{3})/g, '')) ?? []
  if (whole === undefined || fraction.length > decimals) return null
  return Number(whole + fraction.padEnd(decimals, '0'))
}

function summarise(trades: readonly Trade[]): string {
  if (trades.length === 0) return 'Nothing yet'
  const total = (side: string): string => {
    const cents = trades
      .filter((trade) => trade.side === side)
      .reduce((sum, { quantity, price }) => sum + quantity * price, 0)
    return formatCents(cents)
  }
  const many = trades.length === 1 ? '1 trade' : `${trades.length} trades`
  return `${many}: bought for ${total('buy')}, sold for ${total('sell')}`
}

function emptyState(): HTMLElement {
  return h(
    'div',
    { class: 'empty' },
    h('p', { class: 'empty-title' }, 'No trades yet'),
    h('p', {}, 'Record your first above. It is kept under your account; nobody else can see it.'),
  )
}
