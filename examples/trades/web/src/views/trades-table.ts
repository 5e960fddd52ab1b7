import { h } from '../dom.ts'
import { formatCents, formatCount, formatInstant } from '../format.ts'
import type { Trade } from '../trades-api.ts'

const columns = ['Symbol', 'Side', 'Quantity', 'Price', 'Value', 'When'] as const

/** The trades, newest first. @param addedId the one that was just added, to be noticed */
export function tradesTable(trades: readonly Trade[], addedId: string | undefined): HTMLTableElement {
  // The roles are the table's own. On a phone its rows become grids, and some browsers then forget them.
  const heads = columns.map((column) =>
    h('th', { scope: 'col', role: 'columnheader', class: column.toLowerCase() }, column),
  )
  return h(
    'table',
    { class: 'trades', role: 'table' },
    h('caption', { class: 'hidden' }, 'Your trades, newest first'),
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...heads)),
    h('tbody', { role: 'rowgroup' }, ...trades.map((trade) => row(trade, trade.id === addedId))),
  )
}

function row({ symbol, side, quantity, price, tradedAt }: Trade, isNew: boolean): HTMLTableRowElement {
  const cell = (name: string, ...content: readonly (Node | string)[]): HTMLElement =>
    h('td', { role: 'cell', class: name }, ...content)
  return h(
    'tr',
    { role: 'row', class: isNew ? 'new' : undefined },
    h('th', { scope: 'row', role: 'rowheader', class: 'symbol' }, symbol),
    cell('side', h('span', { class: `tag tag-${side}` }, side === 'buy' ? 'Buy' : 'Sell')),
    cell('quantity', formatCount(quantity)),
    cell('price', formatCents(price)),
    cell('value', formatCents(quantity * price)),
    cell('when', h('time', { datetime: tradedAt }, formatInstant(tradedAt))),
  )
}
