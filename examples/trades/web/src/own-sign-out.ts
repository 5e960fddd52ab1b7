let underWay = false

/** Whether this page itself is signing out: then nobody wonders why they are signed out. */
export function isSigningOut(): boolean {
  return underWay
}

/** Signs out, and remembers meanwhile that it was this page's doing. */
export async function signingOut(signOut: () => Promise<void>): Promise<void> {
  underWay = true
  try {
    await signOut()
  } finally {
    underWay = false
  }
}
