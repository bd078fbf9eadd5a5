import { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import type { Gate, GateEnv } from '../gate.ts';
import { addressOf, identify } from '../identify.ts';
import type { Oidc } from './provider.ts';
import { formTargetOf } from './redirect-target.ts';

const authorization = '/api/oidc/authorization';
const paths = [
  authorization,
  `${authorization}/:uid`,
  '/api/oidc/token',
  '/api/oidc/userinfo',
  '/api/oidc/introspection',
  '/api/oidc/revocation',
  '/api/oidc/pushed-authorization-request',
  '/jwks.json',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
];

/**
 * The provider's endpoints under the first portal. The library reads the connection itself, with its own limit of 56 KiB for bodies, so
 * these routes stand before everything that would read it.
 */
export function oidcEndpoints(gate: Gate, oidc: Oidc): Hono<GateEnv> {
  const app = new Hono<GateEnv>();
  oidc.provider.use(async (context, next) => {
    await next();
    if (context.status === 503) context.set('Retry-After', '5');
    const { oidc: state } = context;
    const redirect = state?.params?.['redirect_uri'];
    if (!context.response.is('html') || typeof redirect !== 'string' || !state.client?.redirectUriAllowed(redirect)) return;
    const policy = context.response.get('Content-Security-Policy');
    context.set('Content-Security-Policy', policy.replace("form-action 'self'", `form-action 'self' ${formTargetOf(redirect) ?? ''}`));
  });
  const answer = oidc.provider.callback();
  for (const path of paths) {
    app.all(path, async (context, next) => {
      if (context.get('portal') !== gate.config.cookies[0]) return await next();
      const { incoming, outgoing } = connectionOf(context);
      if (path.startsWith(authorization)) {
        oidc.visits.note(incoming, { session: await identify(gate, context, context.get('portal')), address: addressOf(context) });
      }
      // What the library makes of these are addresses of the issuer, whatever name the request came under.
      incoming.headers['x-forwarded-proto'] = 'https';
      incoming.headers['x-forwarded-host'] = new URL(oidc.settings.issuer).host;
      setHeaders(outgoing, gate.theme.styleDigest);
      await answer(incoming, outgoing);
      return RESPONSE_ALREADY_SENT;
    });
  }
  return app;
}

/** The connection that Node's server gave; without it, as in a call of the app itself, there is nothing to answer on. */
export function connectionOf({ env }: Context<GateEnv>): { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse } {
  const { incoming, outgoing } = env;
  if (!(incoming instanceof IncomingMessage) || !(outgoing instanceof ServerResponse))
    throw new TypeError('the request came without a connection');
  return { incoming, outgoing };
}

function setHeaders(outgoing: ServerResponse, styleDigest: string): void {
  outgoing.setHeader('X-Content-Type-Options', 'nosniff');
  outgoing.setHeader('X-Frame-Options', 'DENY');
  outgoing.setHeader('Referrer-Policy', 'no-referrer');
  outgoing.setHeader(
    'Content-Security-Policy',
    // The library adds the digest of the script that posts a form_post answer.
    `default-src 'none'; script-src; style-src '${styleDigest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  );
}
