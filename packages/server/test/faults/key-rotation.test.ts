import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { rotateUnderLoad, type Rotations } from './key-rotation.ts'
import { PACKAGE } from './lease/lease-node.ts'
import { copyPackage, type Edit } from './lease/mutant-copy.ts'

const TORTURE = process.env['COATCHECK_TORTURE'] === '1'
const ROTATIONS = TORTURE ? 20 : 2
/** A busy machine has few sign-ins in the moment in which a defect shows: it gets as many moments as it may need. */
const ATTEMPTS = 6

async function rotate(root: string, count: number): Promise<Rotations> {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-rotation-'))
  try {
    return await rotateUnderLoad(root, folder, count)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Mutant {
  readonly name: string
  readonly edit: Edit
  readonly shows: (seen: Rotations) => boolean
  readonly rotations?: number
}

const MUTANTS: readonly Mutant[] = [
  {
    name: 'a key signs as soon as it is there',
    edit: { file: 'src/cli/keys-in-a-file.ts', find: '= 10 * LOOK_MS', replace: '= 0 * LOOK_MS' },
    shows: ({ signedOut }) => signedOut > 0,
    // Without the ten seconds, each takes three.
    rotations: 4,
  },
  {
    name: 'the keys of before are thrown away by a rotation',
    edit: { file: 'src/cli/keys-in-a-file.ts', find: 'signsFrom }, ...keys]', replace: 'signsFrom }]' },
    shows: ({ signedOut }) => signedOut > 0,
  },
  {
    name: 'a running server does not follow its key file',
    edit: {
      file: 'src/key-file-watch.ts',
      find: 'setInterval(() => this.look(), LOOK_MS)',
      replace: 'setInterval(() => undefined, LOOK_MS)',
    },
    shows: ({ outlived, lost }) => outlived + lost > 0,
  },
  {
    name: 'what a removed key has verified stays in memory',
    edit: { file: 'src/coatcheck.ts', find: 'if (removed) core.leased.', replace: 'if (!removed) core.leased.' },
    shows: ({ outlived }) => outlived > 0,
  },
]

describe('keys that are rotated under load, by two servers on one file [promise 13]', () => {
  test(`sign nobody out, ${ROTATIONS} times; removed, they verify nothing any more, from memory neither`, async (context) => {
    const seen = await rotate(PACKAGE, ROTATIONS)
    context.diagnostic(JSON.stringify(seen))
    assert.equal(seen.signedOut, 0)
    assert.deepEqual([seen.outlived, seen.lost], [0, 0])
    assert.ok(seen.checks > 100 && seen.sessions > 10, JSON.stringify(seen))
  })

  for (const { name, edit, shows, rotations = 1 } of MUTANTS) {
    test(`mutant caught: ${name}`, async (context) => {
      const copy = copyPackage([edit])
      try {
        let shown = false
        for (let attempt = 1; attempt <= ATTEMPTS && !shown; attempt += 1) {
          const seen = await rotate(copy.root, rotations)
          context.diagnostic(JSON.stringify(seen))
          shown = shows(seen)
        }
        assert.ok(shown)
      } finally {
        copy.remove()
      }
    })
  }
})
