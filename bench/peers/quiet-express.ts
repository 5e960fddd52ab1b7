import express, { type Express } from 'express'

/** Express as its guide "Performance and reliability" says for production, and without headers that the others do not send. */
export function quietExpress(): Express {
  const app = express()
  // NODE_ENV is `production`. An ETag would be a hash of each answer.
  app.disable('x-powered-by')
  app.disable('etag')
  return app
}
