import path from 'node:path'
import type { Answer } from '../harness/answer.ts'
import type { SubjectProgram } from '../harness/subject.ts'

/** The bare server that gives this answer to everything. */
export function bareFrom(answer: Answer): SubjectProgram {
  return {
    name: 'bare node:http',
    program: [path.join(import.meta.dirname, 'bare.ts')],
    environment: { ANSWER: JSON.stringify(answer) },
  }
}
