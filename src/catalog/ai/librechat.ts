import type { LlmGrant } from '../../contracts/index.ts';
import { llm, mongodb, oidc, secret } from '../../contracts/index.ts';
import type { Tree } from '../../service/index.ts';
import { defineService, file, http, volume, yaml } from '../../service/index.ts';

export const librechat = defineService('librechat', {
  title: 'LibreChat',
  summary: 'Conversations with language models, with agents, files and a search through all that was said.',
  docs: 'https://www.librechat.ai/docs/configuration/dotenv',
  licence: 'MIT',
  category: 'ai',
  image: 'ghcr.io/danny-avila/librechat:v0.8.5',
  user: '1000:1000',

  ports: { web: http(3080) },
  volumes: {
    uploads: volume('/app/uploads', { role: 'data', backup: 'daily' }),
    images: volume('/app/client/public/images', { role: 'data', backup: 'daily' }),
    index: volume('/meili_data', { role: 'cache', backup: { skip: 'the index is made again from what MongoDB holds' } }),
  },
  tmpfs: ['/app/logs', '/app/api/logs'],
  needs: {
    db: mongodb(),
    models: llm(),
    // Roles are read from the ID token and nowhere else; the token is asked for by openid-client 6, which sends the secret in the body.
    signIn: oidc({ callback: '/oauth/openid/callback', idTokenClaims: ['groups'], authMethod: 'client_secret_post' }),
    credentialsKey: secret({ kind: 'hex', bytes: 32 }, { keeps: 'data' }),
    credentialsVector: secret({ kind: 'hex', bytes: 16 }, { keeps: 'data' }),
    tokenKey: secret({ kind: 'hex', bytes: 32 }),
    refreshKey: secret({ kind: 'hex', bytes: 32 }),
    sessionKey: secret({ kind: 'hex', bytes: 32 }),
    searchKey: secret({ kind: 'hex', bytes: 32 }),
  },

  route: {
    port: 'web',
    access: { login: 'signIn', groups: ['viewer'], start: '/oauth/openid' },
    roles: { admin: ['admin'], user: ['viewer'] },
  },
  health: { port: 'web', path: '/health', startSeconds: 90 },
  smoke: { path: '/api/config', expect: { text: '"openidLoginEnabled":true' } },
  limits: { memory: '1GiB', cpus: 2 },
  logs: [
    { pattern: 'MongoServerSelectionError|Authentication failed', means: 'MongoDB does not let the app in: run "datamancy up"' },
    { pattern: 'Invalid custom config file', means: 'librechat.yaml does not fit this version of LibreChat' },
    { pattern: 'MeiliSearch.*(?:failed|error)', means: 'the search does not answer; conversations work without it' },
  ],

  env: ({ db, signIn, credentialsKey, credentialsVector, tokenKey, refreshKey, sessionKey, searchKey, cluster, url, here }) => ({
    NODE_ENV: 'production',
    HOST: here.listen.web.address,
    PORT: here.listen.web.port,
    DOMAIN_CLIENT: url,
    DOMAIN_SERVER: url,
    CONFIG_PATH: here.file.config,
    MONGO_URI: db.url,
    CREDS_KEY: credentialsKey,
    CREDS_IV: credentialsVector,
    JWT_SECRET: tokenKey,
    JWT_REFRESH_SECRET: refreshKey,
    SEARCH: true,
    MEILI_HOST: `http://${here.reach('api', 'search').host}:${here.reach('api', 'search').port}`,
    MEILI_MASTER_KEY: searchKey,
    ALLOW_EMAIL_LOGIN: false,
    ALLOW_REGISTRATION: false,
    ALLOW_SOCIAL_LOGIN: true,
    ALLOW_SOCIAL_REGISTRATION: true,
    OPENID_ISSUER: signIn.issuer,
    OPENID_CLIENT_ID: signIn.clientId,
    OPENID_CLIENT_SECRET: signIn.clientSecret,
    OPENID_SESSION_SECRET: sessionKey,
    OPENID_CALLBACK_URL: '/oauth/openid/callback',
    OPENID_SCOPE: signIn.scopes,
    OPENID_USE_PKCE: true,
    OPENID_AUTO_REDIRECT: true,
    OPENID_BUTTON_LABEL: cluster.name,
    OPENID_ADMIN_ROLE: 'admin',
    OPENID_ADMIN_ROLE_TOKEN_KIND: 'id',
    OPENID_ADMIN_ROLE_PARAMETER_PATH: 'groups',
    NODE_EXTRA_CA_CERTS: file(signIn.authority),
  }),
  // Npm would write a log of each start into its home.
  command: () => ['node', 'api/server/index.js'],
  files: { config: { path: '/etc/librechat/librechat.yaml', content: ({ models, cluster }) => yaml(settings(models, cluster.name)) } },
  workers: {
    search: {
      title: 'Meilisearch',
      image: 'getmeili/meilisearch:v1.12.3',
      shares: ['volumes'],
      ports: { api: http(7700) },
      health: { port: 'api', path: '/health', via: 'curl' },
      limits: { memory: '512MiB', cpus: 1 },
      env: ({ searchKey, here, worker }) => ({
        MEILI_ENV: 'production',
        MEILI_MASTER_KEY: searchKey,
        MEILI_NO_ANALYTICS: true,
        MEILI_DB_PATH: `${here.volume.index}/data.ms`,
        MEILI_HTTP_ADDR: `${worker.listen('api').address}:${worker.listen('api').port}`,
      }),
    },
  },
});

/** https://www.librechat.ai/docs/configuration/librechat_yaml/ai_endpoints/litellm */
function settings({ key, url, models }: LlmGrant, name: string): Tree {
  const endpoint = { name, apiKey: key, baseURL: url, modelDisplayLabel: name, titleConvo: true, titleModel: models.chat };
  return {
    version: '1.3.8',
    cache: true,
    registration: { socialLogins: ['openid'] },
    endpoints: { custom: [{ ...endpoint, models: { default: [models.chat], fetch: true } }] },
  };
}
