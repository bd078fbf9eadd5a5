import { mongodb, secret } from '../../contracts/index.ts';
import { defineService, http } from '../../service/index.ts';

/** It has no accounts that matter, so the edge alone decides who sees every document. */
export const mongoExpress = defineService('mongo-express', {
  title: 'mongo-express',
  summary: 'Looks into the databases of MongoDB and changes documents.',
  docs: 'https://github.com/mongo-express/mongo-express-docker',
  licence: 'MIT',
  category: 'management',
  image: 'mongo-express:1.0.2-20-alpine3.19',
  user: '1000:1000',

  ports: { web: http(8081) },
  needs: {
    db: mongodb({ everywhere: true }),
    session: secret({ kind: 'hex', bytes: 32 }),
    cookies: secret({ kind: 'hex', bytes: 32 }),
  },
  route: { port: 'web', access: { groups: ['admin'], alone: 'it shows and changes every document for whoever comes' } },
  health: { port: 'web', path: '/status' },
  smoke: { path: '/', expect: { text: 'Mongo Express' } },
  limits: { memory: '192MiB', cpus: 0.5 },
  logs: [{ pattern: 'MongoServerError: Authentication failed', means: 'Its password was changed by hand: run `datamancy up`.' }],

  env: ({ db, session, cookies, here: { listen } }) => ({
    ME_CONFIG_MONGODB_URL: db.url,
    ME_CONFIG_MONGODB_ENABLE_ADMIN: true,
    ME_CONFIG_SITE_SESSIONSECRET: session,
    ME_CONFIG_SITE_COOKIESECRET: cookies,
    ME_CONFIG_BASICAUTH: false,
    VCAP_APP_HOST: listen.web.address,
    PORT: listen.web.port,
  }),
});
