import { type ClientMetadata, errors, Provider } from 'oidc-provider';
import { createClientSecrets } from './client-secret.ts';
import { differsByPort } from './redirect-target.ts';
import type { OidcClient } from './settings.ts';

/** The digest stands in the place of the secret: nothing but {@link restrictClients} looks at it, as no algorithm is keyed with it. */
export function metadataOf(client: OidcClient): ClientMetadata {
  return {
    client_id: client.id,
    client_name: client.title,
    ...(client.secretDigest === undefined ? {} : { client_secret: client.secretDigest }),
    application_type: isNative(client) ? 'native' : 'web',
    redirect_uris: client.redirectUris,
    scope: client.scopes.join(' '),
    grant_types: client.grantTypes,
    response_types: ['code'],
    response_modes: client.responseModes,
    token_endpoint_auth_method: client.authMethod,
    id_token_signed_response_alg: client.idTokenAlgorithm,
    require_pushed_authorization_requests: client.requiresPush,
  };
}

function isNative({ authMethod, redirectUris }: OidcClient): boolean {
  return authMethod === 'none' && redirectUris.some((uri) => new URL(uri).protocol !== 'https:');
}

/**
 * The library takes either way of sending a secret for the other, and `localhost` for a loopback address; here neither holds. It tells a
 * client that asks for another's grant type `invalid_request`, where RFC 6749 (5.2) has `unauthorized_client`.
 */
export function restrictClients(provider: Provider): void {
  const secrets = createClientSecrets();
  provider.Client.prototype.compareClientSecret = async function (given) {
    const way = Provider.ctx?.oidc.params?.['client_secret'] === undefined ? 'client_secret_basic' : 'client_secret_post';
    return way === this.tokenEndpointAuthMethod && (await secrets.matches(this.clientId, this.clientSecret ?? '', given));
  };
  provider.Client.prototype.redirectUriAllowed = function (uri) {
    const registered = this.redirectUris ?? [];
    return registered.includes(uri) || (this.applicationType === 'native' && registered.some((one) => differsByPort(one, uri)));
  };
  provider.Client.prototype.grantTypeAllowed = function (type) {
    if (this.grantTypes?.includes(type)) return true;
    const asked = Provider.ctx?.oidc;
    if (asked?.route === 'token' && asked.params?.['grant_type'] === type)
      throw new errors.UnauthorizedClient('the client may not use this grant type');
    return false;
  };
  provider.Client.prototype.responseModeAllowed = function (mode, type) {
    // A type that nobody supports is refused next, by its own name.
    return type !== 'code' || this.responseModes?.includes(mode) === true;
  };
}
