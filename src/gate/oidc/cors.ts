import type { OidcSettings } from './settings.ts';

const corsNames: Readonly<Record<string, string>> = { pushed_authorization_request: 'pushed-authorization-request' };

/** Whether a page of this origin may ask an endpoint as this client, by the names that Authelia has for endpoints. */
export function isAllowedOrigin({ cors }: OidcSettings, route: string, origin: string, redirectUris: readonly string[]): boolean {
  if (!cors.endpoints.includes(corsNames[route] ?? route)) return false;
  return cors.origins.includes(origin) || (cors.ofRedirects && redirectUris.some((uri) => new URL(uri).origin === origin));
}
