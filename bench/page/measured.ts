import type { Kept, Published } from '../harness/kept.ts'
import type { Machine } from '../harness/machine.ts'
import { table } from './markdown.ts'

/** When, at which commit, by which command and on which machine a suite was measured. */
export function measuredOn(kept: Kept, published: Published): string {
  const { machine, command, suite } = kept
  const again = `npm run bench -- ${suite}`
  const where = letterOf(published, kept)
  const alone = command === again ? '' : ` This part alone: \`${again}\`.`
  return `Measured ${dayOf(machine)} at commit ${machine.commit.split(' ')[0]}${changed(machine)} by \`${command}\`, ${where}.${alone}`
}

/** The machines and versions, and which suite was measured where. */
export function whereMeasured(published: Published): string {
  const rows = published.suites.map((kept) => [
    kept.suite,
    kept.machine.at.slice(0, 16).replace('T', ' '),
    `${kept.machine.commit.split(' ')[0]}${changed(kept.machine)}`,
    `\`${kept.command}\``,
    letterOf(published, kept),
    String(kept.machine.loadBefore),
  ])
  const machines = setups(published).map(
    (setup, index) => `**Machine ${letter(index)}**: ${machineWords(setup)}.\n\n${versionsTable(setup)}`,
  )
  return [
    '## Where and when',
    table(['suite', 'UTC', 'commit', 'command', 'where', 'load before'], rows),
    'Load before is the average of the minute before: what else ran, the suite before included.',
    ...machines,
  ].join('\n\n')
}

function changed({ commit }: Machine): string {
  return commit.includes('not committed') ? ' with changes that are not committed' : ''
}

function dayOf({ at }: Machine): string {
  return at.slice(0, 10)
}

function machineWords({ machine }: Kept): string {
  const { cpu, cores, memoryGiB, kernel, node, wrk } = machine
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, Linux ${kernel}, Node ${node}, ${wrk}`
}

function versionsTable({ versions }: Kept): string {
  return table(['measured with', 'version'], Object.entries(versions))
}

/** Everything that makes two results comparable: the machine, and all versions. */
function setupOf(kept: Kept): string {
  return `${machineWords(kept)} ${JSON.stringify(kept.versions)}`
}

function setups({ suites }: Published): readonly Kept[] {
  return suites.filter((kept, index) => suites.findIndex((other) => setupOf(other) === setupOf(kept)) === index)
}

function letterOf(published: Published, kept: Kept): string {
  return `machine ${letter(setups(published).findIndex((other) => setupOf(other) === setupOf(kept)))}`
}

function letter(index: number): string {
  return String.fromCodePoint(65 + index)
}
