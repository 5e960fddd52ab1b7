import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Cause } from '@coatcheck/client/doctor'

const PAGE = new URL('../../../../../docs/guide/doctor.md', import.meta.url)

/** What was produced for real, and what the doctor said of it: a part of the page in docs. */
export class DoctorRecord {
  readonly #part: string
  readonly #rows: string[] = []
  #right = 0

  /** @param part the comment on the page that the table stands behind */
  constructor(part: 'command' | 'page') {
    this.#part = part
  }

  /** Notes one case. @throws AssertionError when it was not named as it should be */
  add(how: string, expected: Cause | null, said: { readonly cause: Cause | null; readonly words: string }): void {
    const right = said.cause === expected
    if (right) this.#right += 1
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
    const table = [
      `\nNamed correctly / tried: ${this.#right} / ${this.#rows.length}.\n`,
      head,
      ...this.#rows,
      '\n',
    ].join('\n')
    if (process.env['WRITE_DOCTOR_PAGE'] === '1') {
      writeFileSync(PAGE, text.slice(0, from) + table.trimEnd() + '\n\n' + text.slice(to))
      return
    }
    assert.equal(text.slice(from, to).trim(), table.trim(), 'docs/guide/doctor.md is out of date: WRITE_DOCTOR_PAGE=1')
  }
}
