import { ldap, postgres, secret, signOnServer, valkey } from '../../contracts/index.ts';
import { defineService, file, rendered } from '../../service/index.ts';

export const authelia = defineService('authelia', {
  ...signOnServer,
  title: 'Authelia',
  summary: 'Sign-on server with OpenID Connect and a second factor; takes the place of gate.',
  docs: 'https://www.authelia.com/configuration/prologue/introduction/',
  licence: 'Apache-2.0',
  image: 'authelia/authelia:4.39.15',
  user: '1000:1000',

  // Which of its own secrets sign and key tokens: they stand in the configuration only where an app uses OpenID Connect.
  provides: { ...signOnServer.provides, oidc: { port: 'web', hmac: 'oidcSecret', key: 'oidcKey' } },
  needs: {
    directory: ldap(),
    cache: valkey({ prefix: 'authelia-session' }),
    db: postgres(),
    sessionSecret: secret({ kind: 'base64url', bytes: 48 }),
    storageKey: secret({ kind: 'base64url', bytes: 48 }, { keeps: 'data' }),
    resetSecret: secret({ kind: 'base64url', bytes: 48 }),
    oidcSecret: secret({ kind: 'base64url', bytes: 48 }),
    oidcKey: secret({ kind: 'rsa', bits: 4096 }),
  },
  limits: { memory: '256MiB', cpus: 1 },
  alerts: [
    {
      name: 'AutheliaRefusesMany',
      expr: 'sum(increase(authelia_authn{success="false"}[10m])) > 50',
      for: '1m',
      severity: 'warning',
      summary: 'More than 50 attempts to sign in were refused in ten minutes.',
    },
  ],

  // https://www.authelia.com/configuration/methods/secrets/
  env: ({ directory, cache, db, sessionSecret, storageKey, resetSecret, here }) => ({
    X_AUTHELIA_CONFIG: here.file.configuration,
    AUTHELIA_SERVER_DISABLE_HEALTHCHECK: true,
    AUTHELIA_SESSION_SECRET_FILE: file(sessionSecret),
    AUTHELIA_SESSION_REDIS_PASSWORD_FILE: file(cache.password),
    AUTHELIA_AUTHENTICATION_BACKEND_LDAP_PASSWORD_FILE: file(directory.bindPassword),
    AUTHELIA_STORAGE_ENCRYPTION_KEY_FILE: file(storageKey),
    AUTHELIA_STORAGE_POSTGRES_PASSWORD_FILE: file(db.password),
    AUTHELIA_IDENTITY_VALIDATION_RESET_PASSWORD_JWT_SECRET_FILE: file(resetSecret),
  }),
  files: { configuration: { path: '/config/configuration.yml', content: () => rendered('authelia') } },
});
