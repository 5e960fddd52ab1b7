import { createClient } from '@coatcheck/client'

/** Where the API is: another origin than this page's. */
export const apiUrl: string = import.meta.env['VITE_API_URL']

/** The one client of this page. It asks the API who is signed in; nothing here ever looks at the cookie. */
export const client = createClient({ url: apiUrl })
