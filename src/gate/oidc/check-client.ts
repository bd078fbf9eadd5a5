import type { ClientSection } from '../config-oidc.ts';
import { parseUrl } from '../../kit/parse-url.ts';
import { isLoopback } from './redirect-target.ts';

type Complain = (path: readonly PropertyKey[], message: string) => void;

/** What the section beside the client offers. */
interface Offered {
  readonly algorithms: readonly string[];
  readonly scopes: readonly string[];
}

const forbiddenSchemes = ['javascript:', 'vbscript:', 'data:', 'blob:', 'file:', 'about:'];

/** Names what contradicts itself in a client's registration, and what would be unsafe to honour. */
export function checkClient(client: ClientSection, offered: Offered, complain: Complain): void {
  const method = client.token_endpoint_auth_method ?? (client.public ? 'none' : 'client_secret_basic');
  if (client.public && client.client_secret !== undefined)
    complain(['client_secret'], 'must not be there: a public client keeps no secret');
  if (client.public && method !== 'none') complain(['token_endpoint_auth_method'], 'must be none for a public client');
  if (!client.public && client.client_secret === undefined) complain(['client_secret'], 'is missing');
  if (!client.public && method === 'none') complain(['token_endpoint_auth_method'], 'must not be none for a client with a secret');
  if (!client.grant_types.includes('authorization_code')) complain(['grant_types'], 'must hold authorization_code');
  if (client.scopes.includes('offline_access') && !client.grant_types.includes('refresh_token'))
    complain(['scopes'], 'asks for offline_access without the grant type refresh_token');
  if (!client.scopes.includes('openid')) complain(['scopes'], 'must hold openid');
  client.scopes.forEach((scope, index) => {
    if (!offered.scopes.includes(scope)) complain(['scopes', index], `is no scope: ${scope}`);
  });
  if (!offered.algorithms.includes(client.id_token_signed_response_alg))
    complain(['id_token_signed_response_alg'], 'has no key under jwks');
  for (const key of ['redirect_uris', 'post_logout_redirect_uris'] as const) {
    client[key].forEach((uri, index) => {
      const problem = redirectProblem(uri, client.public);
      if (problem !== undefined) complain([key, index], problem);
    });
  }
}

function redirectProblem(uri: string, isPublic: boolean): string | undefined {
  const url = parseUrl(uri);
  if (!url) return 'is no address';
  if (uri.includes('#')) return 'must have no fragment';
  if (uri.includes('*')) return 'must have no wildcard: addresses are compared as they are written';
  if (url.username !== '' || url.password !== '') return 'must hold no credentials';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:') return isLoopback(url) ? undefined : 'must be https, or http on a loopback address';
  if (!isPublic) return 'must be https';
  return forbiddenSchemes.includes(url.protocol) || !url.protocol.includes('.')
    ? 'must be https, or a scheme in reverse domain notation'
    : undefined;
}
