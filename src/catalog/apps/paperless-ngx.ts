import { llm, oidc, postgres, secret, smtp, valkey } from '../../contracts/index.ts';
import { defineService, file, http, json, optional, volume } from '../../service/index.ts';

/** Whoever may see documents; without it a new account sees none at all. */
const readers = `
from django.contrib.auth.models import Group, Permission
models = ["document", "tag", "correspondent", "documenttype", "storagepath", "savedview", "note", "customfield", "sharelink", "paperlesstask", "uisettings"]
group, _ = Group.objects.get_or_create(name="viewer")
group.permissions.set(Permission.objects.filter(content_type__model__in=models))
`;

/** The first who signs in becomes its administrator: that is the owner's chance, right after the service was added. */
export const paperlessNgx = defineService('paperless-ngx', {
  title: 'Paperless-ngx',
  summary: 'Letters and receipts: read from the paper, filed by themselves, found by any word.',
  docs: 'https://docs.paperless-ngx.com/configuration/',
  licence: 'GPL-3.0-or-later',
  category: 'apps',
  image: 'ghcr.io/paperless-ngx/paperless-ngx:3.0.5',
  user: '1000:1000',

  ports: { web: http(8000) },
  volumes: {
    data: volume('/usr/src/paperless/data', { role: 'data', backup: 'daily' }),
    media: volume('/usr/src/paperless/media', { role: 'data', backup: 'daily', size: '4GiB' }),
    consume: volume('/usr/src/paperless/consume', { role: 'cache', backup: { skip: 'files lie here until they are taken in' } }),
    scratch: volume('/usr/src/paperless/scratch', {
      role: 'cache',
      backup: { skip: 'pages as pictures, while they are read' },
      size: '1GiB',
    }),
    export: volume('/usr/src/paperless/export', { role: 'cache', backup: { skip: 'an export is a copy of what the other volumes hold' } }),
  },
  needs: {
    db: postgres(),
    cache: valkey(),
    models: optional(llm()),
    mail: optional(smtp()),
    signIn: oidc({ callback: '/accounts/oidc/cluster/login/callback/' }),
    secretKey: secret({ kind: 'hex', bytes: 32 }),
  },

  route: {
    port: 'web',
    host: 'paperless',
    access: { login: 'signIn', groups: ['viewer'], start: '/accounts/oidc/cluster/login/?process=login' },
    roles: { reader: ['viewer'] },
  },
  health: { port: 'web', path: '/accounts/login/', via: 'curl', startSeconds: 180 },
  smoke: { path: '/api/documents/', via: 'curl', expect: { status: 401 } },
  limits: { memory: '2GiB', cpus: 2, pids: 512 },
  allow: {
    ownInit: 's6-overlay ends at once where it is not process 1',
    writableRoot:
      's6-overlay makes its services below /run, and the programs that read documents write into several directories of the image',
  },
  stopSeconds: 60,
  logs: [
    {
      pattern: '(?:Error occurred|Unexpected error) while consuming document|ConsumerError',
      means: 'a document could not be taken in: its file is still in the volume consume',
    },
    { pattern: 'Redis ping.*failed|NOPERM', means: 'Valkey does not answer or refuses the app: run "datamancy up"' },
    { pattern: 'Social authentication error', means: 'signing in failed: look at what the sign-on server logged at that moment' },
  ],

  env: ({ db, cache, models, mail, signIn, secretKey, url, here }) => ({
    PAPERLESS_URL: url,
    PAPERLESS_BIND_ADDR: here.listen.web.address,
    PAPERLESS_PORT: here.listen.web.port,
    PAPERLESS_SCRATCH_DIR: here.volume.scratch,
    TMPDIR: here.volume.scratch,
    PAPERLESS_SECRET_KEY_FILE: file(secretKey),
    PAPERLESS_DBENGINE: 'postgresql',
    PAPERLESS_DBHOST: db.host,
    PAPERLESS_DBPORT: db.port,
    PAPERLESS_DBNAME: db.name,
    PAPERLESS_DBUSER: db.user,
    PAPERLESS_DBPASS_FILE: file(db.password),
    PAPERLESS_REDIS: cache.url,
    PAPERLESS_REDIS_PREFIX: cache.prefix,
    PAPERLESS_APPS: 'allauth.socialaccount.providers.openid_connect',
    PAPERLESS_SOCIALACCOUNT_PROVIDERS_FILE: here.file.providers,
    PAPERLESS_SOCIAL_AUTO_SIGNUP: true,
    PAPERLESS_SOCIAL_ACCOUNT_DEFAULT_GROUPS: 'viewer',
    PAPERLESS_ACCOUNT_ALLOW_SIGNUPS: false,
    PAPERLESS_DISABLE_REGULAR_LOGIN: true,
    PAPERLESS_REDIRECT_LOGIN_TO_SSO: true,
    REQUESTS_CA_BUNDLE: file(signIn.authority),
    ...(models
      ? {
          PAPERLESS_AI_ENABLED: true,
          PAPERLESS_AI_LLM_BACKEND: 'openai-like',
          PAPERLESS_AI_LLM_ENDPOINT: models.url,
          PAPERLESS_AI_LLM_API_KEY: models.key,
          PAPERLESS_AI_LLM_MODEL: models.models.chat,
        }
      : {}),
    ...(mail
      ? {
          PAPERLESS_EMAIL_HOST: mail.host,
          PAPERLESS_EMAIL_PORT: mail.port,
          PAPERLESS_EMAIL_HOST_USER: mail.user,
          PAPERLESS_EMAIL_HOST_PASSWORD_FILE: file(mail.password),
          PAPERLESS_EMAIL_FROM: mail.from,
          PAPERLESS_EMAIL_USE_TLS: mail.tls === 'starttls',
          PAPERLESS_EMAIL_USE_SSL: mail.tls === 'implicit',
          ...(mail.authority ? { SSL_CERT_FILE: file(mail.authority) } : {}),
        }
      : {}),
  }),
  files: {
    providers: {
      path: '/etc/paperless/providers.json',
      content: ({ signIn, cluster }) =>
        json({
          openid_connect: {
            OAUTH_PKCE_ENABLED: true,
            SCOPE: signIn.scopes.split(' '),
            APPS: [
              {
                provider_id: 'cluster',
                name: cluster.name,
                client_id: signIn.clientId,
                secret: signIn.clientSecret,
                settings: { server_url: signIn.issuer, token_auth_method: 'client_secret_basic', fetch_userinfo: true },
              },
            ],
          },
        }),
    },
  },
  setup: () => [{ title: 'what members may see', argv: ['/command/with-contenv', 'python3', 'manage.py', 'shell'], input: readers }],
});
