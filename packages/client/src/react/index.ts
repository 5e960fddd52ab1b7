'use client'

export { SessionProvider } from './session-provider.ts'
export type { SessionProviderProps } from './session-provider.ts'
export { useClient, useSession } from './use-session.ts'
