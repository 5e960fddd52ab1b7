import { describe, test } from 'node:test'
import { requireServer } from '../../stores/postgres-fixture.ts'
import { requireCaught } from './mutant-run.ts'
import { MEMORY_MUTANTS } from './mutants.ts'

describe('the harness catches a Coatcheck that remembers what it must not', () => {
  for (const mutant of MEMORY_MUTANTS) {
    test(mutant.name, (context) => requireCaught(mutant, requireServer(), context))
  }
})
