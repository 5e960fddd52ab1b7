import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Cause } from '@coatcheck/client/doctor'

const PAGE = new URL('../../../../../docs/guide/doctor.md', import.meta.url)

/** What was produced for real, and what the doctor said of it: a part of the page in docs. */
export class DoctorRecord {
  readonly #part: string
  readonly #rows: string[] = []
  /** Of each case: whether something was the matter, whether it was named, and whether a page could only say whom to ask. */
  readonly #cases: { readonly ill: boolean; readonly right: boolean; readonly handedOn: boolean }[] = []

  /** @param part the comment on the page that the table stands behind */
  constructor(part: 'command' | 'page') {
    this.#part = part
  }

  /** Notes one case. @throws AssertionError when it was not named as it should be */
  add(how: string, expected: Cause | null, said: { readonly cause: Cause | null; readonly words: string }): void {
    const right = said.cause === expected
    this.#cases.push({ ill: expected !== null, right, handedOn: expected === 'answers-unreadable' })
    const name = (cause: Cause | null): string => (cause === null ? 'nothing' : `\`${cause}\``)
    this.#rows.push(`| ${how} | ${name(said.cause)}${right ? '' : ` (**wrong**, it is ${name(expected)})`} |`)
    assert.equal(said.cause, expected, `${how}: ${said.words}`)
  }

  /** Holds the page to what was seen, or writes it anew when `WRITE_DOCTOR_PAGE=1` asks for that. */
  check(): void {
    const [begin, end] = [`<!-- ${this.#part} -->\n`, `<!-- /${this.#part} -->`]
    const text = readFileSync(PAGE, 'utf8')
    const from = text.indexOf(begin) + begin.length
    const to = text.indexOf(end)
    assert.ok(from >= begin.length && to > from, `the page has a place for ${this.#part}`)
    const head = '| what was the matter | what the doctor named |\n| --- | --- |'
    const table = ['', this.#count(), '', head, ...this.#rows, ''].join('\n')
    if (process.env['WRITE_DOCTOR_PAGE'] === '1') {
      writeFileSync(PAGE, text.slice(0, from) + table.trimEnd() + '\n\n' + text.slice(to))
      return
    }
    assert.equal(text.slice(from, to).trim(), table.trim(), 'docs/guide/doctor.md is out of date: WRITE_DOCTOR_PAGE=1')
  }

  #count(): string {
    const ill = this.#cases.filter(({ ill }) => ill)
    const named = ill.filter(({ right, handedOn }) => right && !handedOn)
    const handedOn = ill.filter(({ right, handedOn }) => right && handedOn).length
    const well = this.#cases.filter(({ ill }) => !ill)
    const rest = handedOn === 0 ? '' : ` Handed on to the command, since a page cannot tell: ${handedOn}.`
    return `Named correctly / tried: ${named.length} / ${ill.length}.${rest} Nothing found where all is well: ${well.filter(({ right }) => right).length} / ${well.length}.`
  }
}
