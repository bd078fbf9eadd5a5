import { decodeJwt } from 'jose';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

/** The library drops offline_access unless a consent is asked for; here the registration of the client is what permits it, as with Authelia. */
export function keepOfflineAccess(context: KoaContextWithOIDC, scope: string | undefined): void {
  const { oidc } = context;
  if (!oidc.params || scope?.split(' ').includes('offline_access') || !askedScope(context).includes('offline_access')) return;
  if (!oidc.client?.grantTypeAllowed('refresh_token') || !oidc.client.scope?.split(' ').includes('offline_access')) {
    throw new errors.InvalidScope('requested scope is not allowed', 'offline_access');
  }
  oidc.params['scope'] = `${scope ?? ''} offline_access`.trim();
}

function askedScope({ oidc, query, method }: KoaContextWithOIDC): readonly string[] {
  const pushed = oidc.entities.PushedAuthorizationRequest?.request;
  const asked = pushed === undefined ? (method === 'POST' ? oidc.body?.['scope'] : query['scope']) : decodeJwt(pushed)['scope'];
  return typeof asked === 'string' ? asked.split(' ') : [];
}
