import { changeContract } from './contract/changes.ts'
import type { StoreContract } from './contract/contract-case.ts'
import { credentialContract } from './contract/credentials.ts'
import { dataCarryOverContract } from './contract/data-carry-over.ts'
import { dataRaceContract } from './contract/data-races.ts'
import { keyMarkContract } from './contract/key-marks.ts'
import { raceContract } from './contract/races.ts'
import { sessionCreationContract } from './contract/session-creation.ts'
import { sessionDataContract } from './contract/session-data.ts'
import { sessionEndContract } from './contract/session-end.ts'
import { sessionLifeContract } from './contract/session-life.ts'
import { signInRaceContract } from './contract/sign-in-races.ts'
import { storeLifeContract } from './contract/store-life.ts'
import { userContract } from './contract/users.ts'

/**
 * The specification of the store ports, as tests. Coatcheck's own stores pass it; no option accepts a store of yours
 * yet, so for now it tells whoever writes one for Coatcheck, or wraps one of its own, whether it keeps the promises.
 *
 * ```ts
 * import { test } from 'node:test'
 * import { storeContract } from 'coatcheck/testing'
 *
 * storeContract({ test, openStore: () => openMyStore('…') })
 * ```
 *
 * The cases leave their records behind and get along with those of earlier runs. They expect to run one after another.
 */
export function storeContract(contract: StoreContract): void {
  storeLifeContract(contract)
  sessionCreationContract(contract)
  sessionLifeContract(contract)
  sessionEndContract(contract)
  userContract(contract)
  credentialContract(contract)
  raceContract(contract)
  signInRaceContract(contract)
  changeContract(contract)
  sessionDataContract(contract)
  dataCarryOverContract(contract)
  dataRaceContract(contract)
  keyMarkContract(contract)
}
