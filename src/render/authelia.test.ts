import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { bouncer, ldap, oidc, postgres, publicOidc, secret } from '../contracts/index.ts';
import type { Service } from '../service/index.ts';
import { printContent, volume } from '../service/index.ts';
import type { SampleOptions } from '../stack/sample.ts';
import { sampleApp, sampleProvider, sampleSignOn, sampleStack } from '../stack/sample.ts';
import { serviceOf } from '../stack/stack.ts';
import { renderAuthelia } from './authelia.ts';

const signOn: Service = {
  ...sampleSignOn,
  needs: { tokens: secret({ kind: 'hex', bytes: 32 }), keys: secret({ kind: 'signing-keys' }) },
  provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web', hmac: 'tokens', keys: 'keys' } },
};
const grafana = { redirects: ['https://grafana.example.net/callback'] };

function configured(services: readonly Service[], options: SampleOptions = {}): Record<string, unknown> {
  const stack = sampleStack(services, options);
  const service = serviceOf(stack, 'gate');
  if (!service) throw new Error('the stack of this test has no sign-on server');
  const reveal = { secret: ({ id, part = 'value' }: { id: string; part?: string }) => `<${id} ${part}>`, file: () => '' };
  return parse(printContent(renderAuthelia(stack, service), reveal)) as Record<string, unknown>;
}

function oidcOf(services: readonly Service[], options?: SampleOptions): unknown {
  return (configured([signOn, ...services], options)['identity_providers'] as { oidc: unknown } | undefined)?.oidc;
}

test('paths where the app asks for something else are let pass before the rest is guarded, and nothing beside them', () => {
  const bypass = [{ path: '/api/v1.2', authentication: 'a token' }] as const;
  const ntfy = sampleApp('ntfy', { route: { port: 'web', access: { groups: ['operator'], secondFactor: true, bypass } } });
  const { rules } = configured([signOn, ntfy])['access_control'] as { rules: { resources?: string[] }[] };
  expect(rules).toEqual([
    { domain: 'ntfy.example.org', policy: 'bypass', resources: [expect.any(String)] },
    { domain: 'ntfy.example.org', policy: 'two_factor', subject: [['group:admin'], ['group:operator']] },
  ]);
  const pattern = new RegExp(rules[0]?.resources?.[0] ?? '');
  const below = ['/api/v1.2', '/api/v1.2/', '/api/v1.2/x', '/api/v1.2?x=..;', '/api/v1.2/a%20b', '/api/v1.2/%C3%BC'];
  const beside = ['/api/v1.23', '/api/v1x2', '/x/api/v1.2', '/api'];
  const readAsAnother = ['..;/x', '..\\x', '..%5cx', '%252e%252e/x', '%2e%2e/x', 'a%2Fb', 'a%3bb'].map((rest) => `/api/v1.2/${rest}`);
  expect([...below, ...beside, ...readAsAnother].filter((path) => pattern.test(path))).toEqual(below);
});

test('a password with each request is taken only where a route says so', () => {
  const endpoints = (access: object): unknown =>
    configured([signOn, sampleApp('dav', { route: { port: 'web', access: { groups: ['viewer'], ...access } } })])['server'];
  const session = { implementation: 'ForwardAuth', authn_strategies: [{ name: 'CookieSession' }] };
  expect(endpoints({})).toMatchObject({ endpoints: { authz: { 'forward-auth': session } } });
  expect(endpoints({})).not.toHaveProperty(['endpoints', 'authz', 'forward-auth-basic']);
  expect(endpoints({ basic: 'a test' })).toMatchObject({
    endpoints: {
      authz: {
        'forward-auth': session,
        'forward-auth-basic': { authn_strategies: [{ name: 'HeaderAuthorization', schemes: ['basic'] }, { name: 'CookieSession' }] },
      },
    },
  });
});

test('without an application there is no OpenID Connect section', () => {
  expect(oidcOf([])).toBeUndefined();
});

test('the current key comes first and so signs; the others are there to be published', () => {
  expect(oidcOf([], { declaration: { clients: { grafana } } })).toMatchObject({
    hmac_secret: '<gate.tokens value>',
    jwks: ['<gate.keys value>', '<gate.keys next>', '<gate.keys former>'].map((key) => ({ algorithm: 'RS256', use: 'sig', key })),
  });
});

test('an application gets tokens for its groups and nobody else, and the sign-on server has the digest of its secret', () => {
  expect(oidcOf([], { declaration: { clients: { 'org.example': { ...grafana, groups: ['staff'], secondFactor: true } } } })).toMatchObject({
    authorization_policies: {
      'for-org~example': { default_policy: 'deny', rules: [{ policy: 'two_factor', subject: [['group:staff']] }] },
    },
    clients: [
      {
        client_id: 'org.example',
        client_secret: '<clients.org.example digest>',
        public: false,
        authorization_policy: 'for-org~example',
        consent_mode: 'explicit',
        require_pkce: true,
        pkce_challenge_method: 'S256',
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
  });
});

test('an app of the stack is held to the access of its route, with the owner’s changes', () => {
  const access = { login: 'login', groups: ['viewer'], start: '/login' } as const;
  const wiki = sampleApp('wiki', {
    needs: { login: oidc({ callback: '/callback', idTokenClaims: ['groups'] }) },
    route: { port: 'web', access },
  });
  expect(oidcOf([wiki], { overrides: { wiki: { groups: ['staff'], secondFactor: true } } })).toMatchObject({
    claims_policies: { 'for-wiki': { id_token: ['groups'] } },
    authorization_policies: { 'for-wiki': { rules: [{ policy: 'two_factor', subject: [['group:staff']] }] } },
    clients: [{ redirect_uris: ['https://wiki.example.org/callback'], authorization_policy: 'for-wiki', claims_policy: 'for-wiki' }],
  });
});

test('a page of a public application may ask by script, and nobody else', () => {
  expect(oidcOf([sampleApp('wiki', { needs: { login: publicOidc({ callback: '/callback' }) } })])).toMatchObject({
    cors: { endpoints: ['token', 'userinfo', 'revocation'], allowed_origins_from_client_redirect_uris: true },
    clients: [{ public: true, token_endpoint_auth_method: 'none', require_pkce: true }],
  });
  expect(oidcOf([], { declaration: { clients: { grafana } } })).not.toHaveProperty('cors');
});

test('where to go after signing out is told to a sign-on server that knows of it, and to no other', () => {
  const clients = { grafana: { ...grafana, postLogoutRedirects: ['https://grafana.example.net/'] } };
  expect(oidcOf([], { declaration: { clients } })).not.toHaveProperty('clients.0.post_logout_redirect_uris');
  const knowing = { ...signOn, provides: { ...signOn.provides, oidc: { ...signOn.provides?.['oidc'], signOut: 'yes' } } };
  expect(configured([knowing], { declaration: { clients } })['identity_providers']).toMatchObject({
    oidc: { clients: [{ post_logout_redirect_uris: ['https://grafana.example.net/'] }] },
  });
});

test('it keeps what it must in a database where it has one, else in its own volume', () => {
  const database = { ...signOn, needs: { ...signOn.needs, db: postgres() } };
  expect(configured([database, sampleProvider('postgresql', 'postgres', 5432)])['storage']).toEqual({
    postgres: { address: 'tcp://postgresql:5432', database: 'gate', username: 'gate' },
  });
  const kept = { ...signOn, volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) } };
  expect(configured([kept])['storage']).toEqual({ local: { path: '/data/db.sqlite3' } });
});

test('who is banned is told only to a sign-on server that turns him away', () => {
  const crowdsec = sampleProvider('crowdsec', 'bouncer', 8080);
  expect(configured([{ ...signOn, needs: { ...signOn.needs, bouncer: bouncer() } }, crowdsec])['bouncer']).toEqual({
    address: 'http://crowdsec:8080',
  });
  expect(configured([signOn, crowdsec])).not.toHaveProperty('bouncer');
});

test('a disabled person is not found', () => {
  const reading = { ...signOn, needs: { ...signOn.needs, people: ldap({ passwords: 'write' }) } };
  const backend = configured([reading, sampleProvider('openldap', 'ldap', 389)])['authentication_backend'];
  expect(backend).toMatchObject({ ldap: { users_filter: expect.stringContaining('(!(pwdAccountLockedTime=000001010000Z))') } });
});
