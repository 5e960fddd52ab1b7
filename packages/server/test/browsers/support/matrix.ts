import { readFileSync, writeFileSync } from 'node:fs'

const FILE = new URL('../../../../../docs/browsers.md', import.meta.url)

/** What one browser did in one deployment. */
export interface Row {
  readonly browser: string
  readonly deployment: string
  readonly thirdPartyCookies: string
  readonly cookie: string
  readonly signedInAfterReload: boolean
  /** Null where nobody was signed in any more. */
  readonly signOutSeen: boolean | null
}

/** The rows of the page in docs, without its versions: a new browser that does the same is no news. */
export function documentedRows(): readonly string[] {
  const lines = readFileSync(FILE, 'utf8').split('\n')
  return lines.filter((line) => /^\| (Chromium|Firefox) /.test(line))
}

/** A row as the page has it. */
export function tableRow(row: Row): string {
  const say = (yes: boolean | null): string => (yes === null ? 'nobody is signed in' : yes ? 'yes' : '**no**')
  const cells = [row.browser, row.deployment, row.thirdPartyCookies, `\`${row.cookie}\``]
  return `| ${[...cells, say(row.signedInAfterReload), say(row.signOutSeen)].join(' | ')} |`
}

/** Writes the page anew. @param versions each browser that was driven, with its version */
export function writeMatrix(rows: readonly Row[], versions: readonly string[]): void {
  writeFileSync(
    FILE,
    `# Where a sign-in holds, by browser

This table is made by driving real browsers over real TLS: \`WRITE_BROWSERS_PAGE=1 npm test -- browsers/deployments\`, last
with ${versions.join(' and ')}. \`npm test\` fails when a browser does anything else than is written here; a
new version that does the same is no news.

In each row somebody signs in, loads the page again, opens a second tab and signs out there. The last column says whether
the first tab showed it without being touched.

| browser | page and API | cookies of other sites | session cookie | signed in after a reload | sign-out seen by the other tab |
| --- | --- | --- | --- | --- | --- |
${rows.map(tableRow).join('\n')}

"As installed" is the browser's own setting in a fresh profile. In Chromium, "blocked" is the setting *Block third-party
cookies*, and "phased out" the flag \`--test-third-party-cookie-phaseout\`. In Firefox, "allowed" is
\`network.cookie.cookieBehavior\` 0, "as installed" 5 (kept apart by site), and "blocked" 1: *All cross-site cookies*,
of which Firefox itself says that it may break websites. There \`Partitioned\` does not help, and only a front-end on the
API's own site can sign anybody in.

Safari is not here: it runs on no machine of ours. It takes no \`Secure\` cookie over plain http from localhost, so
development on two sites (\`127.0.0.1\` and \`localhost\`) does not work in it.

An older browser may not know the prefix \`__Host-Http-\`. Firefox 140 takes it for \`__Host-\`: no other host can set or
read such a cookie there either, but a script on the API's own origin could replace it. Firefox 153 lets no script do so.
`,
  )
}
