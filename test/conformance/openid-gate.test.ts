import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import type { OidcSettings } from '../../src/gate/oidc/settings.ts';
import { createTestGate } from '../../src/gate/testing/gate-fixture.ts';
import { digestOf, newSigningKey, oidcSettings } from '../../src/gate/testing/oidc-settings.ts';
import { type RunningGate, startGate } from '../../src/gate/testing/running-gate.ts';
import { createWire } from './attacks/wire.ts';
import { describeOpenid } from './openid.ts';
import type { OpenidTarget } from './openid/target.ts';

const secret = 'a secret of clients that only tests know';
const redirect = (name: string): string => `https://${name}.example.net/callback`;
const confidential = { client_secret: digestOf(secret), authorization_policy: 'one_factor', consent_mode: 'implicit', require_pkce: true };
const scopes = ['openid', 'profile', 'email', 'groups', 'offline_access'];
const grants = ['authorization_code', 'refresh_token'];
const afterSignOut = 'https://usual.example.net/bye';

const clients = [
  {
    ...confidential,
    client_id: 'usual',
    redirect_uris: [redirect('usual')],
    scopes,
    grant_types: grants,
    post_logout_redirect_uris: [afterSignOut],
  },
  { ...confidential, client_id: 'other', redirect_uris: [redirect('other')] },
  {
    ...confidential,
    client_id: 'posting',
    redirect_uris: [redirect('posting')],
    scopes,
    grant_types: grants,
    token_endpoint_auth_method: 'client_secret_post',
    claims_policy: 'repeats',
  },
  {
    client_id: 'native',
    public: true,
    redirect_uris: ['http://127.0.0.1:9999/callback'],
    authorization_policy: 'one_factor',
    consent_mode: 'implicit',
    scopes,
    grant_types: grants,
  },
  { ...confidential, client_id: 'hasty', redirect_uris: [redirect('hasty')], lifespan: 'brief' },
  { ...confidential, client_id: 'asking', redirect_uris: [redirect('asking')], consent_mode: 'explicit' },
  { ...confidential, client_id: 'admins', redirect_uris: [redirect('admins')], authorization_policy: 'for-admins' },
  { ...confidential, client_id: 'second-factor', redirect_uris: [redirect('second-factor')], authorization_policy: 'two_factor' },
];

const keys = [newSigningKey(), newSigningKey(), newSigningKey('ES256')];

function settings(order: readonly number[]): OidcSettings {
  return oidcSettings({
    jwks: order.map((index) => keys[index]),
    lifespans: { custom: { brief: { authorize_code: '2 seconds' } } },
    claims_policies: { repeats: { id_token: ['email', 'groups'] } },
    authorization_policies: { 'for-admins': { default_policy: 'deny', rules: [{ policy: 'one_factor', subject: 'group:admin' }] } },
    clients,
  });
}

const { gate, directory } = createTestGate({ oidc: settings([0, 1, 2]) });
let running: RunningGate | undefined;

beforeAll(async () => {
  running = await startGate(gate);
});
afterAll(async () => await running?.close());

const target: OpenidTarget = {
  wire: async (exchange) => await createWire({ port: running?.edgePort ?? 0 })(exchange),
  domain: 'example.org',
  portal: 'https://auth.example.org',
  portalHost: 'auth.example.org',
  apps: { everybody: 'wiki.example.org', admins: 'admin.example.org', secondFactor: 'vault.example.org', basic: 'dav.example.org' },
  clients: {
    usual: { id: 'usual', secret, redirect: redirect('usual') },
    other: { id: 'other', secret, redirect: redirect('other') },
    posting: { id: 'posting', secret, redirect: redirect('posting') },
    hasty: { id: 'hasty', secret, redirect: redirect('hasty') },
    native: { id: 'native', redirect: 'http://127.0.0.1:9999/callback' },
    asking: { id: 'asking', secret, redirect: redirect('asking') },
    admins: { id: 'admins', secret, redirect: redirect('admins') },
    secondFactor: { id: 'second-factor', secret, redirect: redirect('second-factor') },
  },
  afterSignOut,
  codeLifeMs: 2000,
  async newPerson() {
    const person = { username: `eve-${randomUUID().slice(0, 8)}`, password: 'a long password (of) *eve\\' };
    const known = { id: randomUUID(), displayName: 'Eve', email: `${person.username}@example.org`, groups: ['viewer'] };
    directory.accounts.set(person.username, { ...person, ...known });
    return await Promise.resolve(person);
  },
  linkFor: async () => await Promise.reject(new Error('no case of this suite chooses a password')),
  forgive: async () => await Promise.resolve(),
  async rotateKeys() {
    await running?.close();
    running = await startGate({ ...gate, config: { ...gate.config, oidc: settings([1, 0, 2]) } });
  },
  async disable(username) {
    directory.accounts.delete(username);
    return await Promise.resolve();
  },
};

describeOpenid('gate', () => target);
