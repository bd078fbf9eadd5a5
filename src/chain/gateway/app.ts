import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type * as z from 'zod';
import { addressField, nameField } from '../../contracts/evm-fields.ts';
import { bearerOf } from '../../kit/bearer.ts';
import { messageOf } from '../../kit/errors.ts';
import { type Log, safeText } from '../../kit/log.ts';
import type { Theme } from '../../kit/page/layout.ts';
import type { Connection } from '../../kit/sqlite.ts';
import { type Refusal, refusal, sendRefusal } from '../answer.ts';
import { idempotencyKeyField } from '../fields.ts';
import { addToBook, listBook, removeFromBook } from './book.ts';
import type { Broadcaster } from './broadcaster.ts';
import type { Courier } from './courier.ts';
import { isHalted, listAudit, proveWritable, setHalt } from './database.ts';
import { cancel } from './cancel.ts';
import { decide, fixOf, halted, requestSchema } from './decide.ts';
import type { GatewayMetrics } from './metrics.ts';
import { isAdmin, type Person, type Policies, policyOf } from './policy.ts';
import type { SignIn } from './sign-in.ts';
import { type SignInParts, signInRoutes } from './sign-in-routes.ts';
import type { CheckToken } from './tokens.ts';
import { findTransfer, listTransfers, type Transfer, viewTransfer } from './transfers.ts';

/** What the API is made of. */
export interface GatewayParts {
  readonly connection: Connection;
  readonly policies: Policies;
  readonly checkToken: CheckToken;
  readonly signIn: SignIn;
  readonly theme: Theme;
  /** The public address, without a trailing slash. */
  readonly url: string;
  readonly broadcaster: Broadcaster;
  readonly courier: Pick<Courier, 'wake'>;
  readonly metrics: GatewayMetrics;
  readonly log: Log;
  readonly now: () => number;
}

type Env = { Variables: { person: Person } };

const mostBodyBytes = 16 * 1024;
const mostListed = 100;
const mostShown = 5;

/**
 * The API of the gateway. Everything below `/v1` wants the ID token of this client as a bearer; a browser gets one at `/login`. Amounts are
 * whole numbers of the token's smallest unit as decimal text; a refusal is `{"error": {"code", "message", "fix"}}`.
 *
 * - `POST /v1/transfers` `{chain, token, to, amount}` with an `Idempotency-Key`: 202 and the transfer, 403 with what stands against it
 * - `GET /v1/transactions?before=`, `GET /v1/transactions/{id}`: the caller's own, the newest first
 * - `POST /v1/transactions/{id}/cancel`: if it is not too late; administrators cancel everybody’s
 * - `GET /v1/limits`: the caller's policy, with what it allows
 * - `GET /v1/addressbook`, `PUT /v1/addressbook/{name}` `{address}`, `DELETE /v1/addressbook/{name}`
 * - `POST /v1/halt`, `DELETE /v1/halt`, `GET /v1/audit?before=`: for administrators; `GET /v1/halt` for everybody
 * - `GET /health`: 503 while the database or the broadcaster cannot be used
 *
 * Exchanges and chains of another kind than Ethereum's are out of its scope, and so are limits in a currency: they would need prices.
 */
export function createGatewayApp(parts: GatewayParts): Hono<Env> {
  const { connection, checkToken, signIn, theme, url, metrics, log, now } = parts;
  const app = new Hono<Env>();
  const health = shareFor(healthKeptMs, async () => findHealth(parts));
  app.get('/health', async (context) => {
    const { status, body } = await health();
    return context.json(body, status);
  });
  const view: SignInParts['view'] = (person) => ({
    policy: policyOf(parts.policies, person),
    isHalted: isHalted(connection),
    transfers: listTransfers(connection, person.id, now() + 1, mostShown),
    url,
  });
  signInRoutes(app, { signIn, checkToken, theme, view });
  app.use('/v1/*', async (context, next) => {
    const token = bearerOf(context.req.header('authorization'));
    const found =
      token === undefined ? refusal(401, 'token', 'there is no bearer token', 'sign in at /login for one') : await checkToken(token);
    if ('kind' in found) {
      metrics.refusedToken(found.code);
      return sendRefusal(context, found);
    }
    context.set('person', found);
    return await next();
  });
  const onError = (context: Context): Response =>
    sendRefusal(context, refusal(413, 'size', 'the request is larger than 16 KiB', 'send less'));
  app.use(bodyLimit({ maxSize: mostBodyBytes, onError }));
  transferRoutes(app, parts);
  bookRoutes(app, parts);
  haltRoutes(app, parts);
  app.notFound((context) =>
    sendRefusal(context, refusal(404, 'path', 'there is nothing at this address', 'transfers go to POST /v1/transfers')),
  );
  app.onError((cause, context) => {
    log.error({ event: 'failure', path: safeText(context.req.path), cause: safeText(messageOf(cause), 300) }, 'a request failed');
    return sendRefusal(
      context,
      refusal(503, 'database', 'the decision could not be written down, so there is none', 'try again with the same key'),
    );
  });
  app.get('/v1/limits', (context) => {
    const policy = policyOf(parts.policies, context.get('person'));
    const allow = policy?.allow.map((one) => ({
      ...one,
      max_per_transfer: String(one.max_per_transfer),
      max_per_day: String(one.max_per_day),
    }));
    return context.json(policy ? { policy: policy.name, mode: policy.mode, max_per_hour: policy.max_per_hour, allow } : { allow: [] });
  });
  app.get('/v1/audit', (context) => {
    if (!isAdmin(parts.policies, context.get('person'))) return sendRefusal(context, onlyAdmins);
    return context.json({ entries: listAudit(connection, numberOf(context.req.query('before')), mostListed) });
  });
  return app;
}

const onlyAdmins = refusal(403, 'admin', 'only administrators may do this', 'ask one of them');

function transferRoutes(app: Hono<Env>, { connection, policies, broadcaster, courier, metrics, now }: GatewayParts): void {
  app.post('/v1/transfers', async (context) => {
    const key = idempotencyKeyField.safeParse(context.req.header('idempotency-key'));
    if (!key.success) return sendRefusal(context, malformed(key.error, 'Idempotency-Key'));
    const request = requestSchema.safeParse(await context.req.json().catch(() => undefined), { reportInput: false });
    if (!request.success) return sendRefusal(context, malformed(request.error, 'the body'));
    const decided = decide(connection, policies, { person: context.get('person'), key: key.data, request: request.data }, now());
    if (decided.kind === 'refused') {
      metrics.decided(decided.code);
      return sendRefusal(context, decided);
    }
    const { state, code } = decided.transfer;
    if (decided.kind === 'new') metrics.decided(state === 'denied' ? code : state);
    courier.wake();
    return answer(context, decided.transfer);
  });
  app.get('/v1/transactions', (context) => {
    const found = listTransfers(connection, context.get('person').id, numberOf(context.req.query('before')), mostListed);
    return context.json({ transactions: found.map(viewTransfer) });
  });
  app.get('/v1/transactions/:id', (context) => {
    const found = findTransfer(connection, context.req.param('id'));
    return found?.person === context.get('person').id ? context.json(viewTransfer(found)) : sendRefusal(context, unknown);
  });
  app.post('/v1/transactions/:id/cancel', async (context) => {
    const person = context.get('person');
    const found = findTransfer(connection, context.req.param('id'));
    if (!found || (found.person !== person.id && !isAdmin(policies, person))) return sendRefusal(context, unknown);
    const cancelled = await cancel({ connection, broadcaster, now }, person, found.id, context.req.raw.signal);
    if ('kind' in cancelled) return sendRefusal(context, cancelled);
    courier.wake();
    return context.json(viewTransfer(cancelled), 202);
  });
}

const unknown = refusal(404, 'unknown', 'you have no transaction of this id', 'look at GET /v1/transactions');

/** What was decided, the same for each time that the key comes. */
function answer(context: Context<Env>, transfer: Transfer): Response {
  const { state, status, code, reason } = transfer;
  if (state !== 'denied') return context.json(viewTransfer(transfer), 202);
  return context.json({ error: { code, message: reason, fix: fixOf(code) }, ...viewTransfer(transfer) }, status as ContentfulStatusCode);
}

function bookRoutes(app: Hono<Env>, { connection, now }: GatewayParts): void {
  app.get('/v1/addressbook', (context) => {
    const entries = listBook(connection, context.get('person').id);
    return context.json({ entries: entries.map((one) => ({ ...one, createdAt: new Date(one.createdAt).toISOString() })) });
  });
  app.put('/v1/addressbook/:name', async (context) => {
    const name = nameField.safeParse(context.req.param('name'));
    if (!name.success) return sendRefusal(context, malformed(name.error, 'the name'));
    const body = (await context.req.json().catch(() => undefined)) as { readonly address?: unknown } | undefined;
    const address = addressField.safeParse(body?.address);
    if (!address.success) return sendRefusal(context, malformed(address.error, 'address'));
    const added = addToBook(connection, context.get('person'), { name: name.data, address: address.data }, now());
    return 'kind' in added ? sendRefusal(context, added) : context.json({ ...added, createdAt: new Date(added.createdAt).toISOString() });
  });
  app.delete('/v1/addressbook/:name', (context) => {
    const why = removeFromBook(connection, context.get('person'), context.req.param('name'), now());
    return why ? sendRefusal(context, why) : context.body(null, 204);
  });
}

function haltRoutes(app: Hono<Env>, { connection, policies, courier, metrics, log, now }: GatewayParts): void {
  const set = (context: Context<Env>, isHalt: boolean): Response => {
    const person = context.get('person');
    if (!isAdmin(policies, person)) return sendRefusal(context, onlyAdmins);
    setHalt(connection, isHalt, { at: now(), person, details: {} });
    metrics.halted(isHalt);
    log.warn({ event: isHalt ? 'halt' : 'resume', by: safeText(person.name) }, isHalt ? 'all transfers are stopped' : 'transfers go on');
    courier.wake();
    return context.json({ halted: isHalt });
  };
  app.get('/v1/halt', (context) => context.json({ halted: isHalted(connection) }));
  app.post('/v1/halt', (context) => set(context, true));
  app.delete('/v1/halt', (context) => set(context, false));
}

function malformed(error: z.ZodError, where: string): Refusal {
  const words = error.issues.map(({ path, message }) => `${path.join('.') || where} ${message.replace(/^Invalid input: /, '')}`);
  return refusal(400, 'malformed', words.slice(0, 5).join('; '), 'correct the request');
}

function numberOf(text: string | undefined): number {
  return /^\d{1,15}$/.test(text ?? '') ? Number(text) : Number.MAX_SAFE_INTEGER;
}

interface Health {
  readonly status: 200 | 503;
  readonly body: object;
}

/** Anybody may ask, and each look writes to the disk, so all who ask within a second share one. */
const healthKeptMs = 1000;

function shareFor<T>(keptMs: number, find: () => Promise<T>): () => Promise<T> {
  const last: { until: number; found?: Promise<T> } = { until: 0 };
  return async () => {
    if (!last.found || performance.now() >= last.until) Object.assign(last, { until: performance.now() + keptMs, found: find() });
    return last.found ?? find();
  };
}

async function findHealth({ connection, broadcaster, metrics, log }: GatewayParts): Promise<Health> {
  const away = await broadcaster.trouble(AbortSignal.timeout(5000));
  metrics.up(away === undefined);
  try {
    proveWritable(connection);
    const isStopped = isHalted(connection);
    const body = { status: away ?? (isStopped ? halted.message : 'ok'), halted: isStopped };
    return { status: away === undefined ? 200 : 503, body };
  } catch (cause) {
    log.error({ event: 'database', cause: safeText(messageOf(cause), 300) }, 'the database cannot be written');
    return { status: 503, body: { status: 'the database cannot be written' } };
  }
}
