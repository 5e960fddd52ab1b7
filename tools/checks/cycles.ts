import path from 'node:path'
import { packageFolders, type Problem, typescriptFiles } from './files.ts'
import { readSource } from './source.ts'

type Graph = ReadonlyMap<string, readonly string[]>

function runtimeGraph(src: string): Graph {
  const graph = new Map<string, string[]>()
  for (const file of typescriptFiles(src)) {
    const targets = readSource(path.join(src, file))
      .imports.filter(({ typeOnly, specifier }) => !typeOnly && specifier.startsWith('.'))
      .map(({ specifier }) => path.posix.join(path.posix.dirname(file), specifier))
    graph.set(file, [...new Set(targets)])
  }
  return graph
}

/** The shortest way from a file back to itself, or null. */
function shortestCycle(graph: Graph, start: string): string[] | null {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const file of queue) {
    for (const target of graph.get(file) ?? []) {
      if (target === start) {
        const way = [start]
        for (let at = file; at !== start; at = cameFrom.get(at) ?? start) way.unshift(at)
        return [start, ...way]
      }
      if (cameFrom.has(target)) continue
      cameFrom.set(target, file)
      queue.push(target)
    }
  }
  return null
}

/** Finds circles of imports that exist at run time; type-only imports don't count, dynamic ones do. */
export function checkCycles(root: string): Problem[] {
  return packageFolders(root).flatMap((folder) => {
    const graph = runtimeGraph(path.join(root, folder, 'src'))
    const told = new Set<string>()
    const problems: Problem[] = []
    for (const file of graph.keys()) {
      if (told.has(file)) continue
      const cycle = shortestCycle(graph, file)
      if (cycle === null) continue
      for (const member of cycle) told.add(member)
      problems.push(`${folder}/src has a circle of imports: ${cycle.join(' → ')}.`)
    }
    return problems
  })
}
