import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as z from 'zod';
import { addressField, chainIdField, nameField } from '../../contracts/evm-fields.ts';
import { bearerOf } from '../../kit/bearer.ts';
import { messageOf } from '../../kit/errors.ts';
import { type Log, safeText } from '../../kit/log.ts';
import { digestOf, type Refusal, refusal, sendRefusal } from '../answer.ts';
import { amountField, idempotencyKeyField } from '../fields.ts';
import { type Account, listAccounts } from './accounts.ts';
import { clientOf } from './clients.ts';
import { type Ledger, proveWritable } from './database.ts';
import type { Follower } from './follower.ts';
import type { Order, Payment } from './payment.ts';
import { addPayment, askCancel, endUnsigned, findPayment, findPaymentByHash, findPaymentByKey, listQueued } from './payments.ts';
import { viewChain, viewPayment } from './view.ts';

/** What the API is made of. */
export interface BroadcasterParts {
  readonly ledger: Ledger;
  readonly followers: readonly Follower[];
  readonly log: Log;
  readonly now: () => number;
}

type Env = { Variables: { client: string } };

const mostBodyBytes = 32 * 1024;
const mostQueued = 1000;

const orderSchema = z.strictObject({
  account: nameField.default('main'),
  chain: chainIdField,
  to: addressField,
  value: amountField.default(0n),
  data: z
    .string()
    .regex(/^0x(?:[0-9a-fA-F]{2}){0,8192}$/, 'is no data: 0x and at most 8192 bytes in hexadecimal')
    .transform((text) => text.toLowerCase() as `0x${string}`)
    .default('0x'),
  gas: amountField.refine((gas) => gas >= 21_000n && gas <= 30_000_000n, 'must be 21000 to 30000000').optional(),
});

/**
 * The API of the broadcaster. `/health` is for everybody; everything else wants the token of a client as a bearer.
 *
 * - `POST /submit` `{account?, chain, to, value?, data?, gas?}` with an `Idempotency-Key`: 202 and the payment, amounts in wei as decimal text
 * - `POST /transactions/{id}/cancel`: its nonce is spent on nothing, if it is not too late; 202 and the payment
 * - `GET /transactions/{id}`, `GET /status/{hash}?chain=`: the payment, by its id or by the hash of any of its transactions
 * - `GET /chains`, `GET /accounts`
 */
export function createBroadcasterApp(parts: BroadcasterParts): Hono<Env> {
  const { ledger, followers, log } = parts;
  const app = new Hono<Env>();
  app.get('/health', (context) => tellHealth(parts, context));
  app.use(async (context, next) => {
    const token = bearerOf(context.req.header('authorization'));
    const client = token === undefined ? undefined : clientOf(ledger, token);
    if (client === undefined)
      return sendRefusal(context, refusal(401, 'token', 'no client has this token', 'send the client’s own as a bearer'));
    context.set('client', client);
    return await next();
  });
  app.use(
    bodyLimit({
      maxSize: mostBodyBytes,
      onError: (context) => sendRefusal(context, refusal(413, 'size', 'the request is larger than 32 KiB', 'send less')),
    }),
  );
  app.get('/chains', (context) => context.json({ chains: followers.map(viewChain) }));
  app.get('/accounts', (context) => context.json({ accounts: listAccounts(ledger) satisfies readonly Account[] }));
  app.post('/submit', async (context) => answer(parts, context, await submit(parts, context), 202));
  app.get('/transactions/:id', (context) => answer(parts, context, own(context, findPayment(ledger, context.req.param('id'))), 200));
  app.post('/transactions/:id/cancel', (context) => {
    const found = own(context, findPayment(ledger, context.req.param('id')));
    return answer(parts, context, isRefusal(found) ? found : cancel(parts, found), 202);
  });
  app.get('/status/:hash', (context) => {
    const chain = Number(context.req.query('chain'));
    return answer(parts, context, own(context, findPaymentByHash(ledger, chain, context.req.param('hash').toLowerCase())), 200);
  });
  app.notFound((context) => sendRefusal(context, refusal(404, 'path', 'there is nothing at this address', 'look at GET /chains')));
  app.onError((cause, context) => {
    log.error({ event: 'failure', path: safeText(context.req.path), cause: safeText(messageOf(cause), 300) }, 'a request failed');
    return sendRefusal(context, refusal(503, 'database', 'the database cannot be used', 'try again with the same key; nothing is doubled'));
  });
  return app;
}

function isRefusal(found: Payment | Refusal): found is Refusal {
  return 'kind' in found;
}

function answer({ ledger, followers }: BroadcasterParts, context: Context<Env>, found: Payment | Refusal, status: 200 | 202): Response {
  if (isRefusal(found)) return sendRefusal(context, found);
  const follower = followers.find(({ chain }) => chain.id === found.chain);
  return context.json(viewPayment(ledger, found, follower?.sight()), status);
}

/** Clients see what they ordered themselves. */
function own(context: Context<Env>, found: Payment | undefined): Payment | Refusal {
  if (found?.client === context.get('client')) return found;
  return refusal(404, 'unknown', 'no payment of this client has this id or hash', 'ask with the id that POST /submit answered');
}

async function submit(parts: BroadcasterParts, context: Context<Env>): Promise<Payment | Refusal> {
  const { ledger, now } = parts;
  const client = context.get('client');
  const key = idempotencyKeyField.safeParse(context.req.header('idempotency-key'));
  if (!key.success) return malformed(key.error, 'Idempotency-Key');
  const body = orderSchema.safeParse(await context.req.json().catch(() => undefined), { reportInput: false });
  if (!body.success) return malformed(body.error, 'the body');
  const { to: recipient, ...rest } = body.data;
  const order: Order = { ...rest, recipient, gas: rest.gas };
  const digest = digestOf(JSON.stringify([order.account, order.chain, recipient, order.value, order.data, order.gas], plain));
  // What was taken before stays taken, whatever became of its chain: a refusal now would be believed, and it is paid all the same.
  const known = findPaymentByKey(ledger, client, key.data);
  const found = known ?? whyNotTaken(parts, order) ?? addPayment(ledger, { client, key: key.data, digest }, order, now());
  if (isRefusal(found)) return found;
  if (found.digest !== digest) return refusal(409, 'key', 'this key was used for another payment', 'take a new key for each payment');
  wake(parts, found.chain);
  return found;
}

function whyNotTaken(parts: BroadcasterParts, order: Order): Refusal | undefined {
  const { ledger, followers } = parts;
  if (!followers.some(({ chain }) => chain.id === order.chain)) return unknownChain(parts, order.chain);
  if (!listAccounts(ledger).some(({ name }) => name === order.account)) {
    return refusal(
      404,
      'account',
      `there is no account ${order.account}`,
      'take one of GET /accounts, or name it at payments.accounts in cluster.yaml',
    );
  }
  if (listQueued(ledger, order, mostQueued).length >= mostQueued) {
    return refusal(503, 'busy', `${mostQueued} payments of this account wait already`, 'try again later with the same key');
  }
  return undefined;
}

function wake({ followers }: BroadcasterParts, chain: number): void {
  followers.find((follower) => follower.chain.id === chain)?.wake();
}

function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function unknownChain({ followers }: BroadcasterParts, chain: number): Refusal {
  const known = followers.map(({ chain: { id } }) => id);
  const message = known.length === 0 ? 'no chain is configured' : `chain ${chain} is not configured; there are ${known.join(', ')}`;
  return refusal(409, 'chain', message, 'name the chain with its RPCs at payments.chains in cluster.yaml');
}

function malformed(error: z.ZodError, where: string): Refusal {
  const words = error.issues.map(({ path, message }) => `${path.join('.') || where} ${message.replace(/^Invalid input: /, '')}`);
  return refusal(400, 'malformed', words.slice(0, 5).join('; '), 'correct the request');
}

function cancel(parts: BroadcasterParts, { id, chain }: Payment): Payment | Refusal {
  const { ledger, now } = parts;
  const isDone = endUnsigned(ledger, id, 'cancelled', 'it was cancelled before it was signed', now()) || askCancel(ledger, id, now());
  const payment = findPayment(ledger, id);
  if (!isDone || !payment) return refusal(409, 'late', `it is ${payment?.state ?? 'gone'} already`, 'look at its state');
  wake(parts, chain);
  return payment;
}

/**
 * 503 while the database cannot be written. A chain that is away is told in words alone: `datamancy up` gives a unit that is ill its former
 * definition back, and would keep new limits from the gateway, while nothing is wrong here.
 */
function tellHealth({ ledger, followers, log }: BroadcasterParts, context: Context): Response {
  try {
    proveWritable(ledger);
  } catch (cause) {
    log.error({ event: 'database', cause: safeText(messageOf(cause), 300) }, 'the database cannot be written');
    return context.json({ status: 'the database cannot be written' }, 503);
  }
  const chains = followers.map(({ chain, sight }) => ({ id: chain.id, name: chain.name, state: sight().kind }));
  if (chains.length === 0) return context.json({ status: 'ok', chains, note: 'no chain is configured, so every payment is refused' });
  const isWell = chains.every(({ state }) => state === 'seen');
  return context.json({ status: isWell ? 'ok' : 'a chain cannot be followed', chains });
}
