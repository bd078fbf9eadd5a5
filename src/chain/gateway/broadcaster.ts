import { encodeFunctionData, erc20Abi } from 'viem';
import * as z from 'zod';
import { within } from '../../kit/time-limit.ts';
import { messageOf } from '../../kit/errors.ts';
import { safeText } from '../../kit/log.ts';
import type { Transfer } from './transfers.ts';

const paymentSchema = z.object({
  id: z.string().max(64),
  state: z.string().max(32),
  hash: z.string().max(128).optional(),
  reason: z.string().max(2000).optional(),
});

/** A payment as the broadcaster tells of it. */
export type Payment = z.output<typeof paymentSchema>;

/**
 * What the broadcaster answered: a payment, a refusal that stands, that it did not take this one because too many wait, or nothing that can
 * be used, so that it is to be asked again.
 */
type Told =
  | { readonly kind: 'payment'; readonly payment: Payment }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'busy' }
  | { readonly kind: 'away' };

export interface Broadcaster {
  submit(transfer: Transfer, signal: AbortSignal): Promise<Told>;
  find(id: string, signal: AbortSignal): Promise<Told>;
  cancel(id: string, signal: AbortSignal): Promise<Told>;
  /** Why it cannot be used; undefined where it can. */
  trouble(signal: AbortSignal): Promise<string | undefined>;
}

interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const standing = new Set([400, 404, 409, 413]);

export function createBroadcaster(url: string, token: string, timeoutMs = 5000): Broadcaster {
  async function ask(path: string, { headers, ...init }: Sending, signal: AbortSignal): Promise<Told> {
    try {
      const { answer, body } = await within(timeoutMs, signal, async (limit) => {
        const all = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers };
        const answer = await fetch(`${url}${path}`, { ...init, headers: all, redirect: 'error', signal: limit });
        return { answer, body: await answer.json() };
      });
      if (answer.ok) return { kind: 'payment', payment: paymentSchema.parse(body) };
      const error = refusalSchema.safeParse(body).data?.error;
      if (standing.has(answer.status)) return { kind: 'refused', why: safeText(error?.message ?? `it answers ${answer.status}`, 300) };
      return { kind: answer.status === 503 && error?.code === 'busy' ? 'busy' : 'away' };
    } catch {
      return { kind: 'away' };
    }
  }

  return {
    async submit({ id, account, chain, recipient, amount, contract }, signal) {
      const order = contract
        ? { to: contract, value: '0', data: encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [recipient, amount] }) }
        : { to: recipient, value: String(amount) };
      const init = { method: 'POST', headers: { 'idempotency-key': id }, body: JSON.stringify({ account, chain, ...order }) };
      return ask('/submit', init, signal);
    },
    find: async (id, signal) => ask(`/transactions/${encodeURIComponent(id)}`, {}, signal),
    cancel: async (id, signal) => ask(`/transactions/${encodeURIComponent(id)}/cancel`, { method: 'POST' }, signal),
    async trouble(signal) {
      try {
        const answer = await within(timeoutMs, signal, async (limit) => fetch(`${url}/health`, { redirect: 'error', signal: limit }));
        await answer.body?.cancel();
        return answer.ok ? undefined : `the broadcaster says of itself that it is not well (${answer.status})`;
      } catch (cause) {
        return `the broadcaster does not answer: ${safeText(messageOf(cause), 200)}`;
      }
    },
  };
}
