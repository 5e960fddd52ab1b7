import type { AnyRoute } from '../route.ts'
import { documentRoutes, problemRoute } from './documents.ts'
import { doctorRoute, probeRoute } from './doctor.ts'
import { healthRoute, readinessRoute } from './health.ts'
import { metricsRoute } from './metrics.ts'
import { sessionRoute } from './session.ts'
import { endOtherSessionsRoute, endSessionRoute, listSessionsRoute } from './sessions.ts'
import { signInRoute } from './sign-in.ts'
import { signOutRoute } from './sign-out.ts'
import { signUpRoute } from './sign-up.ts'

const ROUTES: readonly AnyRoute[] = [
  signUpRoute,
  signInRoute,
  sessionRoute,
  listSessionsRoute,
  endSessionRoute,
  endOtherSessionsRoute,
  signOutRoute,
  doctorRoute,
  probeRoute,
  healthRoute,
  readinessRoute,
  metricsRoute,
  problemRoute,
]

/** Every route of the API, in the order in which the documents show them. */
export function routeTable(serverUrl: string): readonly AnyRoute[] {
  return [...ROUTES, ...documentRoutes(ROUTES, serverUrl)]
}
