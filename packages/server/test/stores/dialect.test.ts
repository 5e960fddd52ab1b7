import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { statement } from '../../src/stores/sql/statement.ts'
import { sqliteSql } from '../../src/stores/sqlite/sqlite-sql.ts'

test('the shared SQL › loses its row locks for SQLite, and only where a line consists of one', () => {
  for (const clause of [
    'for share',
    'for update',
    'for no key update',
    'for key share',
    'for update skip locked',
    'for update of sessions skip locked',
  ]) {
    equal(sqliteSql(`select 1\n${clause}\n`), 'select 1\n\n')
  }
  for (const untouched of ["select 'for share'", "select 'wait\nfor update, please'", 'select for_update\nfrom x']) {
    equal(sqliteSql(untouched), untouched)
  }
})

test('the shared SQL › fails on SQLite when a row lock stands where the rule does not look', () => {
  const database = new DatabaseSync(':memory:')
  database.exec('create table x (id text)')
  throws(() => database.prepare(sqliteSql('select id from x for update')), /syntax error/)
  database.close()
})

test('the shared SQL › numbers its parameters alike, used twice and beyond nine', () => {
  equal(sqliteSql('$1 $2 $1 $10 $12'), '?1 ?2 ?1 ?10 ?12')
})

test('a statement › refuses numbers that the databases store differently', () => {
  for (const number of [1.5, NaN, Infinity, 2 ** 53]) {
    throws(() => statement('name', 'select $1', [number]), TypeError)
  }
  equal(statement('name', 'select $1', [2 ** 53 - 1]).params.length, 1)
})
