import type { EventEmitter } from 'node:events';
import type { errors, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { messageOf } from '../../kit/errors.ts';
import type { Gate } from '../gate.ts';
import { safeText } from '../../kit/log.ts';
import { ProviderAway } from './away.ts';
import type { OidcSettings } from './settings.ts';

/** Counts and logs what the provider answers: clients and error codes, never a code, token or secret. */
export function reportEvents(provider: Provider, settings: OidcSettings, { log, metrics }: Pick<Gate, 'log' | 'metrics'>): void {
  function note(endpoint: string, context: KoaContextWithOIDC, cause?: Error | errors.OIDCProviderError): void {
    const asked = context.oidc.client?.clientId ?? '';
    const client = settings.clients.has(asked) ? asked : 'unknown';
    const result = cause === undefined ? 'accepted' : 'error' in cause ? safeText(cause.error) : 'server_error';
    metrics.oidc(endpoint, client, result);
    const facts = { event: 'oidc', endpoint, client, result };
    if (cause === undefined) log.info(facts, 'a client was answered');
    else log.warn({ ...facts, cause: reasonOf(cause) }, 'a client was refused');
  }

  provider.on('authorization.success', (context) => note('authorization', context));
  provider.on('grant.success', (context) => note('token', context));
  provider.on('pushed_authorization_request.success', (context) => note('pushed-authorization-request', context));
  provider.on('authorization.error', (context, cause) => note('authorization', context, cause));
  provider.on('grant.error', (context, cause) => note('token', context, cause));
  provider.on('pushed_authorization_request.error', (context, cause) => note('pushed-authorization-request', context, cause));
  provider.on('userinfo.error', (context, cause) => note('userinfo', context, cause));
  provider.on('introspection.error', (context, cause) => note('introspection', context, cause));
  provider.on('revocation.error', (context, cause) => note('revocation', context, cause));
  const connection: EventEmitter = provider;
  connection.on('error', (cause: unknown) => {
    log.warn({ event: 'failure', cause: safeText(messageOf(cause), 300) }, 'an answer of the OpenID provider did not arrive');
  });
  provider.on('server_error', (context, cause) => {
    metrics.oidc(context.oidc.route, 'unknown', 'server_error');
    log.error({ event: 'failure', path: safeText(context.path), cause: safeText(cause.message, 300) }, 'the OpenID provider failed');
  });
}

function reasonOf(cause: Error | errors.OIDCProviderError): string {
  if (cause instanceof ProviderAway) return safeText(cause.reason, 300);
  const detail = 'error_detail' in cause ? cause.error_detail : undefined;
  return safeText(detail ?? ('error_description' in cause ? (cause.error_description ?? '') : cause.message), 300);
}
