import { audio, llm, oidc, postgres, qdrant, reach, secret, valkey } from '../../contracts/index.ts';
import { defineService, file, http, optional, volume } from '../../service/index.ts';

/**
 * Settings come from here at each start, whatever was changed in its pages. One process holds all websockets: what several of
 * them would tell each other by Valkey has a name that cannot be chosen, outside the keys of this app.
 */
export const openWebui = defineService('open-webui', {
  title: 'Open WebUI',
  summary: 'Conversations with the language models of the cluster, with documents and the web.',
  docs: 'https://docs.openwebui.com/reference/env-configuration',
  licence: 'LicenseRef-Open-WebUI',
  category: 'ai',
  image: 'ghcr.io/open-webui/open-webui:v0.11.0',
  user: '1000:1000',

  ports: { web: http(8080) },
  // Upstream's own place for data comes with files of root in it.
  volumes: { data: volume('/data', { role: 'data', backup: 'daily', size: '2GiB' }) },
  // What is uploaded comes there first.
  tmpfs: [{ path: '/tmp', size: '512MiB' }],
  needs: {
    db: postgres({ extensions: ['vector'] }),
    vectors: optional(qdrant()),
    cache: valkey(),
    models: llm(),
    embedding: optional(reach('embedding')),
    transcription: optional(reach('transcription')),
    voice: optional(audio()),
    search: optional(reach('web-search')),
    signIn: oidc({ callback: '/oauth/oidc/callback' }),
    secretKey: secret({ kind: 'hex', bytes: 32 }, { keeps: 'data' }),
  },

  route: {
    port: 'web',
    host: 'chat',
    access: { login: 'signIn', groups: ['viewer'], start: '/oauth/oidc/login' },
    roles: { admin: ['admin'], user: ['viewer'] },
  },
  health: { port: 'web', path: '/health', via: 'curl', startSeconds: 300 },
  smoke: { path: '/api/config', via: 'curl', expect: { text: '"oidc"' } },
  limits: { memory: '2GiB', cpus: 2 },
  logs: [
    { pattern: 'CERTIFICATE_VERIFY_FAILED', means: 'the certificate of the sign-on server is not trusted' },
    { pattern: 'Open WebUI: Server Connection Error|Cannot connect to host', means: 'the language models do not answer: look at litellm' },
    { pattern: 'NOPERM|WRONGPASS', means: 'Valkey refuses this app: run "datamancy up", which sets its account again' },
  ],

  env: ({ db, vectors, cache, models, embedding, transcription, voice, search, signIn, secretKey, cluster, url, here }) => ({
    WEBUI_URL: url,
    CORS_ALLOW_ORIGIN: url,
    HOST: here.listen.web.address,
    PORT: here.listen.web.port,
    HOME: here.volume.data,
    DATA_DIR: here.volume.data,
    STATIC_DIR: `${here.volume.data}/static`,
    WEBUI_SECRET_KEY_FILE: file(secretKey),
    ENABLE_PERSISTENT_CONFIG: false,
    DATABASE_URL: db.url,
    REDIS_URL: cache.url,
    // The app puts the colon behind it itself.
    REDIS_KEY_PREFIX: cache.user,
    ...(vectors
      ? { VECTOR_DB: 'qdrant', QDRANT_URI: vectors.url, QDRANT_API_KEY: vectors.apiKey, QDRANT_COLLECTION_PREFIX: vectors.prefix }
      : { VECTOR_DB: 'pgvector', PGVECTOR_DB_URL: db.url }),

    ENABLE_OLLAMA_API: false,
    OPENAI_API_BASE_URL: models.url,
    OPENAI_API_KEY: models.key,
    DEFAULT_MODELS: models.models.chat,
    ...(embedding ? { RAG_EMBEDDING_ENGINE: 'openai', RAG_EMBEDDING_MODEL: models.models.embedding } : {}),
    ...(voice || transcription
      ? {
          AUDIO_STT_ENGINE: 'openai',
          AUDIO_STT_OPENAI_API_BASE_URL: voice?.url ?? models.url,
          AUDIO_STT_OPENAI_API_KEY: voice?.key ?? models.key,
          AUDIO_STT_MODEL: voice ? 'whisper-1' : models.models.transcription,
        }
      : {}),
    ...(voice
      ? {
          AUDIO_TTS_ENGINE: 'openai',
          AUDIO_TTS_OPENAI_API_BASE_URL: voice.url,
          AUDIO_TTS_OPENAI_API_KEY: voice.key,
          AUDIO_TTS_MODEL: 'tts-1',
          AUDIO_TTS_VOICE: 'alloy',
        }
      : {}),
    ...Object.fromEntries(
      (search?.targets ?? []).slice(0, 1).flatMap(({ host, port }) => [
        ['ENABLE_WEB_SEARCH', true],
        ['WEB_SEARCH_ENGINE', 'searxng'],
        ['SEARXNG_QUERY_URL', `http://${host}:${port}/search?q=<query>`],
      ]),
    ),

    ENABLE_LOGIN_FORM: false,
    ENABLE_SIGNUP: false,
    ENABLE_OAUTH_SIGNUP: true,
    OAUTH_PROVIDER_NAME: cluster.name,
    OPENID_PROVIDER_URL: signIn.discoveryUrl,
    OPENID_REDIRECT_URI: `${url}/oauth/oidc/callback`,
    OAUTH_CLIENT_ID: signIn.clientId,
    OAUTH_CLIENT_SECRET: signIn.clientSecret,
    OAUTH_SCOPES: signIn.scopes,
    OAUTH_CODE_CHALLENGE_METHOD: 'S256',
    ENABLE_OAUTH_ROLE_MANAGEMENT: true,
    OAUTH_ROLES_CLAIM: 'groups',
    OAUTH_ALLOWED_ROLES: 'viewer,operator,admin',
    OAUTH_ADMIN_ROLES: 'admin',
    SSL_CERT_FILE: file(signIn.authority),
  }),
});
