import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { messageOf } from '../kit/errors.ts';
import { forwardAuth } from './forward-auth.ts';
import type { Gate, GateEnv } from './gate.ts';
import { safeText } from './log.ts';
import { plainPage, unavailablePage } from './pages/message.ts';
import { sendPage } from './pages/send.ts';
import { isOwnForm, showHome, showLogout, signOut } from './portal.ts';
import { parseUrl } from './redirect.ts';
import { signIn } from './sign-in.ts';
import { StoreUnavailable } from './store.ts';

const mostBodyBytes = 16 * 1024;

/** The whole server as a function of requests. Pages are served only under the host names of configured portals. */
export function createApp(gate: Gate): Hono<GateEnv> {
  const app = new Hono<GateEnv>();
  app.get('/api/health', (context) => context.json({ status: 'OK' }));
  app.all('/api/authz/forward-auth', (context) => forwardAuth(gate, context));
  app.use(async (context, next) => {
    const host = parseUrl(`https://${context.req.header('x-forwarded-host') ?? context.req.header('host') ?? ''}`)?.hostname;
    const portal = gate.config.cookies.find(({ portalHost }) => portalHost === host);
    if (!portal) return context.text('421 Misdirected Request', 421);
    context.set('portal', portal);
    return await next();
  });
  app.use(
    bodyLimit({
      maxSize: mostBodyBytes,
      onError: (context) =>
        sendPage(context, gate.theme, undefined, plainPage('Too much', 'The form that arrived is too large.', '/'), 413),
    }),
  );
  app.get('/', (context) => showHome(gate, context));
  app.post('/login', (context) => signIn(gate, context));
  app.get('/login', (context) => showHome(gate, context));
  app.get('/logout', (context) => showLogout(gate, context));
  app.post('/logout', async (context) => {
    const field = (await context.req.parseBody())['csrf'];
    if (!isOwnForm(gate, context, typeof field === 'string' ? field : undefined)) return await showLogout(gate, context, 403);
    return await signOut(gate, context);
  });
  app.notFound((context) =>
    sendPage(context, gate.theme, undefined, plainPage('Nothing here', 'There is no page at this address.', '/'), 404),
  );
  app.onError(async (cause, context) => {
    if (cause instanceof StoreUnavailable) {
      context.header('Retry-After', '5');
      return await sendPage(context, gate.theme, undefined, unavailablePage(), 503);
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
