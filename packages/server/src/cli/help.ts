const HELP = `coatcheck: sessions and sign-in for front-ends and back-ends that live apart

  coatcheck serve     run the server (the default)
    --workers N       as N processes on one port, 1 to 64; needs PostgreSQL, or none
  coatcheck migrate   bring a PostgreSQL database to the schema of this version
  coatcheck keys      the server's secret keys
    list              their fingerprints, and which one signs
    rotate            add one; nobody is signed out
    adopt             go on without a key that was lost; everybody signs in again
    prune             remove those that no session needs; with --force, all but the one that signs
  coatcheck doctor    why a page and a server do not get on: asks the server as a browser would
    --url U           where browsers reach the server
    --frontend F      the page's origin
    --json            the answer for programs; exit code 0 healthy, 1 a cause was found, 2 wrong usage
  coatcheck help      this text

Settings are environment variables:

  PORT                        4000
  HOST                        127.0.0.1
  COATCHECK_URL               this server's public URL; http://localhost:<PORT>
  COATCHECK_FRONTENDS         origins whose pages may call it, comma-separated
  COATCHECK_DATABASE          a file path, postgres://…, or none (with sealed sessions); ./data/coatcheck.db
  COATCHECK_KEYS              base64 keys of 32 bytes, comma-separated, the first signs; needed with PostgreSQL and none
  COATCHECK_SESSIONS          stored; or sealed: each session is a cookie and no row
  COATCHECK_SESSION_POLICY    aal1 (30 days, idle 7), aal2, aal3, or absolute=3600,idle=900 in seconds
  COATCHECK_TRUSTED_PROXIES   CIDRs whose X-Forwarded-For is believed
  COATCHECK_LEASE_MS          1000; for so long a check may be answered from memory
  NODE_ENV                    production: answers tell less, and PostgreSQL is migrated only by "coatcheck migrate"
  UV_THREADPOOL_SIZE          4; one more than the most passwords that are hashed at a time
`

/** `coatcheck help` */
export async function run(): Promise<void> {
  process.stdout.write(HELP)
}
