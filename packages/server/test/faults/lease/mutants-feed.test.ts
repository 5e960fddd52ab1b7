import { describe, test } from 'node:test'
import { requireServer } from '../../stores/postgres-fixture.ts'
import { requireCaught } from './mutant-run.ts'
import { FEED_MUTANTS, SLOW_MUTANTS } from './mutants.ts'

const TORTURE = process.env['COATCHECK_TORTURE'] === '1'

describe('the harness catches a Coatcheck whose lease proves nothing', () => {
  for (const mutant of [...FEED_MUTANTS, ...(TORTURE ? SLOW_MUTANTS : [])]) {
    test(mutant.name, (context) => requireCaught(mutant, requireServer(), context))
  }
})
