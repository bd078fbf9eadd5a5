import { describe, expect, it } from 'vitest';
import { newSigningKey, digestOf, oidcSettings } from './testing/oidc-settings.ts';

const key = newSigningKey();
const client = { client_id: 'app', client_secret: digestOf('x'), redirect_uris: ['https://app.example.net/callback'] };

function read(changes: Readonly<Record<string, unknown>>, own: Readonly<Record<string, unknown>> = {}) {
  return oidcSettings({ jwks: [key], clients: [{ ...client, ...own }], ...changes });
}

describe('the section of the OpenID provider', () => {
  it('has the defaults of Authelia', () => {
    const app = read({}).clients.get('app');
    expect(app).toMatchObject({
      title: 'app',
      scopes: ['openid', 'groups', 'profile', 'email'],
      grantTypes: ['authorization_code'],
      authMethod: 'client_secret_basic',
      requiresPkce: false,
      consent: 'explicit',
      policy: { defaultPolicy: 'two_factor', rules: [] },
      lifespans: { accessToken: 3600, authorizeCode: 60, idToken: 3600, refreshToken: 5400 },
    });
  });

  it('takes lifespans of the provider and of the client', () => {
    const lifespans = { access_token: '30m', refresh_token: '7 days', custom: { short: { access_token: '5m' } } };
    expect(read({ lifespans }).clients.get('app')?.lifespans).toMatchObject({ accessToken: 1800, refreshToken: 604_800 });
    expect(read({ lifespans }, { lifespan: 'short' }).clients.get('app')?.lifespans).toMatchObject({
      accessToken: 300,
      refreshToken: 604_800,
    });
  });

  it.each([
    ['implicit', {}, 'implicit'],
    ['explicit', {}, 'explicit'],
    ['auto', {}, 'explicit'],
    ['auto', { pre_configured_consent_duration: '1 day' }, { rememberMs: 86_400_000 }],
    ['pre-configured', {}, { rememberMs: 604_800_000 }],
  ])('reads consent_mode %s', (mode, more, expected) => {
    expect(read({}, { consent_mode: mode, ...more }).clients.get('app')?.consent).toEqual(expected);
  });

  it('reads policies that name people and places', () => {
    const policy = {
      default_policy: 'deny',
      rules: [{ policy: 'one_factor', subject: ['group:viewer', ['group:operator', 'user:carol']], networks: 'lan' }],
    };
    const found = read({ authorization_policies: { team: policy } }, { authorization_policy: 'team' }).clients.get('app')?.policy;
    expect(found?.rules[0]?.subjects).toHaveLength(2);
    expect(found?.rules[0]?.networks?.('10.1.2.3')).toBe(true);
    expect(found?.rules[0]?.networks?.('192.0.2.1')).toBe(false);
  });

  it('fills claims of a policy with what is known of people, under scopes of the configuration', () => {
    const settings = read(
      {
        scopes: { login: { claims: ['uid'] } },
        claims_policies: { own: { id_token: ['uid'], custom_claims: { uid: { attribute: 'username' } } } },
      },
      { claims_policy: 'own', scopes: ['openid', 'login'] },
    );
    expect(settings.scopes['login']).toEqual(['uid']);
    expect(settings.clients.get('app')).toMatchObject({ idTokenClaims: ['uid'], customClaims: { uid: 'username' } });
  });

  it('asks public clients for PKCE, and others where the section says so', () => {
    const open = { client_secret: undefined, public: true };
    expect(read({}, open).clients.get('app')).toMatchObject({ requiresPkce: true, authMethod: 'none' });
    expect(read({ enforce_pkce: 'always' }).clients.get('app')?.requiresPkce).toBe(true);
    expect(read({}, { require_pkce: true }).clients.get('app')?.requiresPkce).toBe(true);
  });

  it.each([
    ['an unknown key', {}, { secret: 'x' }, 'Unrecognized key'],
    ['a secret in clear', {}, { client_secret: 'x' }, 'must be a digest'],
    ['a confidential client without a secret', {}, { client_secret: undefined }, 'is missing'],
    ['a public client with a secret', {}, { public: true }, 'keeps no secret'],
    [
      'a public client that shows a secret',
      {},
      { public: true, client_secret: undefined, token_endpoint_auth_method: 'client_secret_post' },
      'must be none',
    ],
    ['a client with a secret that shows none', {}, { token_endpoint_auth_method: 'none' }, 'must not be none'],
    ['an unknown way to show it', {}, { token_endpoint_auth_method: 'private_key_jwt' }, 'must be none, client_secret_basic'],
    ['the implicit flow', {}, { response_types: ['id_token'] }, 'must be code'],
    ['another grant', {}, { grant_types: ['implicit'] }, 'must be authorization_code'],
    ['offline access without refresh', {}, { scopes: ['openid', 'offline_access'] }, 'without the grant type refresh_token'],
    ['an unknown scope', {}, { scopes: ['openid', 'shoe_size'] }, 'is no scope'],
    ['no openid', {}, { scopes: ['email'] }, 'must hold openid'],
    ['an unknown policy', {}, { authorization_policy: 'team' }, 'names no policy'],
    ['an unknown claims policy', {}, { claims_policy: 'own' }, 'names no claims policy'],
    ['an unknown lifespan', {}, { lifespan: 'short' }, 'names no lifespan'],
    ['a plain challenge', {}, { pkce_challenge_method: 'plain' }, 'must be S256'],
    ['a fragment', {}, { redirect_uris: ['https://a.example/#x'] }, 'no fragment'],
    ['a wildcard', {}, { redirect_uris: ['https://*.a.example/'] }, 'no wildcard'],
    ['credentials', {}, { redirect_uris: ['https://u:p@a.example/'] }, 'no credentials'],
    ['plain http', {}, { redirect_uris: ['http://a.example/'] }, 'must be https'],
    ['a script', {}, { redirect_uris: ['javascript:alert(1)'] }, 'must be https'],
    [
      'a script of a public client',
      {},
      { public: true, client_secret: undefined, redirect_uris: ['javascript:alert(1)'] },
      'reverse domain',
    ],
    ['no address', {}, { redirect_uris: ['callback'] }, 'is no address'],
    ['a key without a signature that the client wants', {}, { id_token_signed_response_alg: 'ES256' }, 'has no key'],
    ['two clients of one name', { clients: [client, client] }, {}, 'another client already'],
    ['no key', { jwks: [] }, {}, 'Too small'],
    ['a key that is none', { jwks: [{ key: '-----BEGIN PRIVATE KEY-----' }] }, {}, 'is no private key'],
    ['a key of another kind', { jwks: [key, { ...newSigningKey('ES256'), algorithm: 'PS256' }] }, {}, 'is no private key for PS256'],
    [
      'two keys of one name',
      {
        jwks: [
          { ...key, key_id: 'a' },
          { ...newSigningKey(), key_id: 'a' },
        ],
      },
      {},
      'another key already',
    ],
    ['no key for RS256', { jwks: [newSigningKey('ES256')] }, {}, 'must hold a key for RS256'],
    ['a short key for cookies', { hmac_secret: 'short' }, {}, 'at least 32'],
    ['no key for cookies', { hmac_secret: undefined }, {}, 'is missing'],
    ['a policy without subjects', { authorization_policies: { team: { rules: [{ policy: 'deny' }] } } }, {}, 'says whom or where'],
    ['a subject that is none', { authorization_policies: { team: { rules: [{ subject: 'everybody' }] } } }, {}, 'must be user:<name>'],
    ['a policy under a name that is taken', { authorization_policies: { deny: {} } }, {}, 'built-in'],
    ['claims in access tokens', { claims_policies: { own: { access_token: ['email'] } } }, {}, 'must be empty'],
    ['PKCE for nobody', { enforce_pkce: 'never' }, {}, 'must be public_clients_only or always'],
  ])('is refused with %s', (_, section, own, message) => {
    expect(() => read(section, own)).toThrow(message);
  });
});
