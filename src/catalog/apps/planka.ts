import { oidc, postgres, secret, smtp } from '../../contracts/index.ts';
import { defineService, file, http, optional, volume } from '../../service/index.ts';

export const planka = defineService('planka', {
  title: 'PLANKA',
  summary: 'Boards with cards that people move from planned to done.',
  docs: 'https://docs.planka.cloud/docs/configuration/oidc',
  licence: 'LicenseRef-PLANKA-Community',
  category: 'apps',
  image: 'ghcr.io/plankanban/planka:2.1.1',
  user: '1000:1000',

  ports: { web: http(1337) },
  volumes: { data: volume('/app/data', { role: 'data', backup: 'daily' }) },
  tmpfs: [{ path: '/app/.tmp', size: '512MiB' }, '/app/logs'],
  needs: {
    db: postgres(),
    mail: optional(smtp()),
    signIn: oidc({ callback: '/oidc-callback', pkce: false }),
    secretKey: secret({ kind: 'hex', bytes: 64 }),
  },

  route: {
    port: 'web',
    host: 'boards',
    access: { login: 'signIn', groups: ['viewer'], start: '/login' },
    roles: { admin: ['admin'], 'project-owner': ['operator'], 'board-user': ['viewer'] },
  },
  health: { port: 'web', path: '/', startSeconds: 60 },
  smoke: { path: '/api/bootstrap', expect: { text: '"oidc":{"authorizationUrl"' } },
  limits: { memory: '1GiB', cpus: 1 },
  logs: [{ pattern: 'Error while initializing OIDC client', means: 'the sign-on server does not answer, or is not trusted' }],

  env: ({ db, mail, signIn, secretKey, url }) => ({
    BASE_URL: url,
    DATABASE_URL: db.url,
    SECRET_KEY__FILE: file(secretKey),
    TRUST_PROXY: true,
    // What boards call out to goes through its own proxy, which lets nobody reach the database by it.
    OUTGOING_BLOCKED_HOSTS: `localhost,${db.host}`,
    OIDC_ISSUER: signIn.issuer,
    OIDC_CLIENT_ID: signIn.clientId,
    OIDC_CLIENT_SECRET__FILE: file(signIn.clientSecret),
    OIDC_SCOPES: signIn.scopes,
    OIDC_USE_DEFAULT_RESPONSE_MODE: true,
    OIDC_ENFORCED: true,
    OIDC_ADMIN_ROLES: 'admin',
    OIDC_PROJECT_OWNER_ROLES: 'operator',
    OIDC_BOARD_USER_ROLES: 'viewer',
    NODE_EXTRA_CA_CERTS: file(signIn.authority),
    ...(mail && {
      SMTP_HOST: mail.host,
      SMTP_PORT: mail.port,
      SMTP_SECURE: mail.tls === 'implicit',
      SMTP_USER: mail.user,
      SMTP_PASSWORD__FILE: file(mail.password),
      SMTP_FROM: mail.from,
    }),
  }),
});
