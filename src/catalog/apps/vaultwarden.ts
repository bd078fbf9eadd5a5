import { oidc, postgres, smtp } from '../../contracts/index.ts';
import { defineService, file, http, lines, optional, volume } from '../../service/index.ts';

/**
 * Signing in proves who asks; what lies in a vault is opened by a master password of its own, which the cluster never learns.
 * Its administration page is off, because it would be one more way in.
 */
export const vaultwarden = defineService('vaultwarden', {
  title: 'Vaultwarden',
  summary: 'Passwords of people and families, for every Bitwarden app.',
  docs: 'https://github.com/dani-garcia/vaultwarden/wiki/Configuration-overview',
  licence: 'AGPL-3.0-only',
  category: 'apps',
  image: 'vaultwarden/server:1.37.2-alpine',
  user: '1000:1000',

  ports: { web: http(8080) },
  volumes: { data: volume('/data', { role: 'data', backup: 'hourly' }) },
  needs: { db: postgres(), mail: optional(smtp()), signIn: oidc({ callback: '/identity/connect/oidc-signin' }) },

  route: {
    port: 'web',
    host: 'vault',
    framedElsewhere: 'the browser extensions show its prompt for a security key in a frame; its own policy shuts out all others',
    access: {
      login: 'signIn',
      groups: ['viewer'],
      // What the page itself would ask for, with a challenge that nobody answers.
      start:
        '/identity/connect/authorize?client_id=web&redirect_uri=web&response_type=code&scope=api&state=c3RhcnQ&code_challenge=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU&code_challenge_method=S256',
    },
  },
  health: { port: 'web', path: '/alive' },
  smoke: { path: '/api/config', expect: { text: 'Vaultwarden' } },
  limits: { memory: '256MiB', cpus: 1 },
  logs: [
    { pattern: 'Failed to discover OpenID provider', means: 'the sign-on server does not answer, or its certificate is not trusted' },
    {
      pattern: 'Error creating database pool|Can.t connect to database',
      means: 'PostgreSQL does not answer: vaults stay readable in the apps',
    },
  ],

  env: ({ mail, signIn, url, here }) => ({
    DOMAIN: url,
    ROCKET_ADDRESS: here.listen.web.address,
    ROCKET_PORT: here.listen.web.port,
    DATA_FOLDER: here.volume.data,
    DATABASE_URL_FILE: here.file.database,
    SIGNUPS_ALLOWED: false,
    SSO_ENABLED: true,
    SSO_ONLY: true,
    SSO_AUTHORITY: signIn.issuer,
    SSO_CLIENT_ID: signIn.clientId,
    SSO_CLIENT_SECRET_FILE: file(signIn.clientSecret),
    // A session of the app lasts as long as the app says, so it needs no token to renew.
    SSO_AUTH_ONLY_NOT_SESSION: true,
    SSL_CERT_FILE: file(signIn.authority),
    ...(mail
      ? {
          SMTP_HOST: mail.host,
          SMTP_PORT: mail.port,
          SMTP_SECURITY: mail.tls === 'implicit' ? 'force_tls' : 'starttls',
          SMTP_FROM: mail.from,
          SMTP_USERNAME: mail.user,
          SMTP_PASSWORD_FILE: file(mail.password),
        }
      : {}),
  }),
  files: { database: { path: '/etc/vaultwarden/database', content: ({ db }) => lines(db.url) } },
});
