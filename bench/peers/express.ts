/** Express with nothing but the answer: what an application on it starts from. */
import { quietExpress } from './quiet-express.ts'
import { LISTEN, newView } from './support.ts'

const view = newView()
const app = quietExpress()
app.get('/v1/session', (_request, response) => void response.type('json').send(JSON.stringify(view)))
app.listen(LISTEN.port, LISTEN.host)
