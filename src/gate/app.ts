import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { messageOf } from '../kit/errors.ts';
import { accountRoutes } from './account/routes.ts';
import { forwardAuth } from './forward-auth.ts';
import type { Gate, GateEnv } from './gate.ts';
import { safeText } from '../kit/log.ts';
import { plainPage, recordsUnavailablePage, unavailablePage } from './pages/message.ts';
import { sendPage } from './pages/send.ts';
import { isOwnForm, showHome, showLogout, signOut } from './portal.ts';
import { RecordsUnavailable } from './records.ts';
import { oidcEndpoints } from './oidc/endpoints.ts';
import { oidcPages } from './oidc/pages.ts';
import { createOidc } from './oidc/provider.ts';
import { parseUrl } from '../kit/parse-url.ts';
import { signIn } from './sign-in.ts';
import { secondFactorRoutes } from './second-factor/routes.ts';
import { StoreUnavailable } from './store.ts';
import { turnAway } from './turn-away.ts';

const mostBodyBytes = 16 * 1024;

/** The whole server as a function of requests. Pages are served only under the host names of configured portals. */
export function createApp(gate: Gate): Hono<GateEnv> {
  const app = new Hono<GateEnv>();
  // One factor suffices without records, so a gate that lost them is healthy enough to stay.
  app.get('/api/health', (context) => context.json({ status: 'OK', ...(gate.records.isOpen() ? {} : { records: 'away' }) }));
  // For routes where the edge asks nobody else who may pass.
  app.get('/api/admit', async (context) => (await turnAway(gate, context)) ?? context.text('200 OK'));
  for (const [name, endpoint] of Object.entries(gate.config.endpoints)) {
    app.all(`/api/authz/${name}`, (context) => forwardAuth(gate, context, endpoint));
  }
  app.use(async (context, next) => {
    const host = parseUrl(`https://${context.req.header('x-forwarded-host') ?? context.req.header('host') ?? ''}`)?.hostname;
    const portal = gate.config.cookies.find(({ portalHost }) => portalHost === host);
    if (!portal) return context.text('421 Misdirected Request', 421);
    context.set('portal', portal);
    return await next();
  });
  const oidc = gate.config.oidc && createOidc(gate, gate.config.oidc);
  if (oidc) app.route('/', oidcEndpoints(gate, oidc));
  app.use(
    bodyLimit({
      maxSize: mostBodyBytes,
      onError: (context) =>
        sendPage(context, gate.theme, undefined, plainPage('Too much', 'The form that arrived is too large.', '/'), 413),
    }),
  );
  app.use(async (context, next) => {
    // No form here carries files, and a parser that fails half-way would be told as a fault of ours.
    if (!context.req.header('content-type')?.toLowerCase().startsWith('multipart/')) return await next();
    return await sendPage(context, gate.theme, undefined, plainPage('Not a form', 'What arrived is no form of this site.', '/'), 415);
  });
  if (oidc) app.route('/', oidcPages(gate, oidc));
  app.get('/', (context) => showHome(gate, context));
  app.post('/login', (context) => signIn(gate, context));
  app.get('/login', (context) => showHome(gate, context));
  app.get('/logout', (context) => showLogout(gate, context));
  app.post('/logout', async (context) => {
    const field = (await context.req.parseBody())['csrf'];
    if (!isOwnForm(gate, context, typeof field === 'string' ? field : undefined)) return await showLogout(gate, context, 403);
    return await signOut(gate, context);
  });
  app.route('/', accountRoutes(gate));
  app.route('/', secondFactorRoutes(gate));
  app.notFound((context) =>
    sendPage(context, gate.theme, undefined, plainPage('Nothing here', 'There is no page at this address.', '/'), 404),
  );
  app.onError(async (cause, context) => {
    if (cause instanceof StoreUnavailable || cause instanceof RecordsUnavailable) {
      context.header('Retry-After', '5');
      const page = cause instanceof RecordsUnavailable ? recordsUnavailablePage() : unavailablePage();
      return await sendPage(context, gate.theme, undefined, page, 503);
    }
    gate.log.error({ event: 'failure', path: safeText(context.req.path), cause: safeText(messageOf(cause), 300) }, 'a request failed');
    return await sendPage(
      context,
      gate.theme,
      undefined,
      plainPage('Something failed', 'The fault is here, not with you. Try again.', '/'),
      500,
    );
  });
  return app;
}
