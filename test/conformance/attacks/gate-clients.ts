import type { OidcSettings } from '../../../src/gate/oidc/settings.ts';
import { digestOf, newSigningKey, oidcSettings } from '../../../src/gate/testing/oidc-settings.ts';
import type { Client, Target } from './attack.ts';

const host = 'https://client.example.org';

/** Clients of a gate in memory, as the target of attacks names them. */
export const clients: Target['clients'] = {
  usual: { id: 'usual', secret: 'the secret of the usual client', redirect: `${host}/usual/callback` },
  other: { id: 'other', secret: 'the secret of the other client', redirect: `${host}/other/callback` },
  native: { id: 'native', redirect: 'http://127.0.0.1:7777/callback' },
  asking: { id: 'asking', secret: 'the secret of the asking client', redirect: `${host}/asking/callback` },
  admins: { id: 'admins', secret: 'the secret of the admins’ client', redirect: `${host}/admins/callback` },
  secondFactor: { id: 'second-factor', secret: 'the secret of the careful client', redirect: `${host}/second/callback` },
};

/** The settings with which a gate in memory knows those clients. */
export function clientSettings(): OidcSettings {
  return oidcSettings({
    jwks: [newSigningKey()],
    authorization_policies: { admins: { default_policy: 'deny', rules: [{ policy: 'one_factor', subject: 'group:admin' }] } },
    clients: [
      {
        ...registered(clients.usual),
        scopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
        grant_types: ['authorization_code', 'refresh_token'],
      },
      registered(clients.other),
      registered(clients.native),
      { ...registered(clients.asking), client_name: 'The <b>asking</b> client', consent_mode: 'explicit' },
      { ...registered(clients.admins), authorization_policy: 'admins' },
      { ...registered(clients.secondFactor), authorization_policy: 'two_factor' },
    ],
  });
}

function registered({ id, secret, redirect }: Client): Readonly<Record<string, unknown>> {
  return {
    client_id: id,
    ...(secret === undefined ? { public: true } : { client_secret: digestOf(secret) }),
    redirect_uris: [redirect],
    authorization_policy: 'one_factor',
    consent_mode: 'implicit',
    require_pkce: true,
  };
}
