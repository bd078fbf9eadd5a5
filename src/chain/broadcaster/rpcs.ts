import { BaseError, createPublicClient, type Hex, http, type PublicClient } from 'viem';
import { messageOf } from '../../kit/errors.ts';
import { safeText } from '../../kit/log.ts';

/** No RPC of the chain gave an answer; the transaction that was to be looked at is as it was. */
export class RpcsAway extends Error {
  override readonly name = 'RpcsAway';
}

/** What one RPC made of a signed transaction. */
export type SendOutcome = { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly words: string } | { readonly kind: 'away' };

interface RpcState {
  /** Host only: the rest of an address may hold a key. */
  readonly host: string;
  readonly state: 'usable' | 'away' | 'wrong chain' | 'not asked yet';
  readonly words: string;
}

/** The RPCs of one chain. Each is used only while it says to be of that chain. */
export interface Rpcs {
  /** The first answer, in the order of the addresses. `isAnswer` says which failures are answers and not faults of the RPC. */
  ask<T>(question: (client: PublicClient) => Promise<T>, isAnswer?: (cause: unknown) => boolean): Promise<T>;
  /** The answers of all that give one, at least one. */
  askEach<T>(question: (client: PublicClient) => Promise<T>): Promise<readonly T[]>;
  send(raw: Hex): Promise<readonly SendOutcome[]>;
  states(): readonly RpcState[];
}

interface Rpc {
  readonly host: string;
  readonly client: PublicClient;
  state: RpcState['state'];
  words: string;
  failures: number;
  askAgainAt: number;
}

const mostAnswerBytes = 4 * 1024 * 1024;
const longestBackOffMs = 30_000;

/** `timeoutMs` is for one answer. An RPC that fails is left alone for a time that doubles up to half a minute. */
export function createRpcs(chain: number, urls: readonly string[], pollMs: number, timeoutMs = 10_000, now: () => number = Date.now): Rpcs {
  const rpcs = urls.map((url): Rpc => {
    const transport = http(url, { timeout: timeoutMs, retryCount: 0, fetchFn: boundedFetch });
    const client = createPublicClient({ transport, cacheTime: 0 });
    return { host: new URL(url).host, client, state: 'not asked yet', words: '', failures: 0, askAgainAt: 0 };
  });

  function lose(rpc: Rpc, state: RpcState['state'], words: string): void {
    rpc.state = state;
    rpc.words = words;
    rpc.failures++;
    rpc.askAgainAt = now() + Math.min(longestBackOffMs, pollMs * 2 ** Math.min(rpc.failures - 1, 10));
  }

  async function isUsable(rpc: Rpc): Promise<boolean> {
    if (rpc.state === 'usable') return true;
    if (now() < rpc.askAgainAt) return false;
    try {
      const id = await rpc.client.getChainId();
      if (id !== chain) {
        lose(rpc, 'wrong chain', `it is of chain ${id}`);
        return false;
      }
      Object.assign(rpc, { state: 'usable', words: '', failures: 0 });
      return true;
    } catch (cause) {
      lose(rpc, 'away', wordsOf(cause));
      return false;
    }
  }

  async function usable(): Promise<readonly Rpc[]> {
    const are = await Promise.all(rpcs.map(isUsable));
    return rpcs.filter((_, i) => are[i]);
  }

  function away(): RpcsAway {
    return new RpcsAway(`no RPC of chain ${chain} answers: ${rpcs.map(({ host, words }) => `${host}: ${words}`).join('; ')}`);
  }

  return {
    async ask(question, isAnswer = () => false) {
      for (const rpc of await usable()) {
        try {
          return await question(rpc.client);
        } catch (cause) {
          if (isAnswer(cause)) throw cause;
          lose(rpc, 'away', wordsOf(cause));
        }
      }
      throw away();
    },
    async askEach(question) {
      const asked = (await usable()).map(async (rpc) =>
        question(rpc.client).then(
          (answer) => [answer],
          (cause: unknown) => {
            lose(rpc, 'away', wordsOf(cause));
            return [];
          },
        ),
      );
      const answers = (await Promise.all(asked)).flat();
      if (answers.length === 0) throw away();
      return answers;
    },
    async send(raw) {
      const sent = (await usable()).map(async ({ client }) => sendTo(client, raw));
      return sent.length === 0 ? [{ kind: 'away' }] : await Promise.all(sent);
    },
    states: () => rpcs.map(({ host, state, words }) => ({ host, state, words })),
  };
}

/**
 * A refusal decides nothing: what becomes of a transaction is read from the chain. That a pool has it already is as good as taking it;
 * the words are those of geth, Erigon, Nethermind and Besu.
 */
async function sendTo(client: PublicClient, raw: Hex): Promise<SendOutcome> {
  try {
    await client.request({ method: 'eth_sendRawTransaction', params: [raw] });
    return { kind: 'accepted' };
  } catch (cause) {
    const isOfTransport =
      cause instanceof BaseError && cause.walk((one) => /^(?:HttpRequest|Timeout)Error$/.test((one as Error).name)) !== null;
    if (isOfTransport) return { kind: 'away' };
    const words = wordsOf(cause);
    return /already ?known|already imported|known transaction|existing tx with same hash/i.test(words)
      ? { kind: 'accepted' }
      : { kind: 'refused', words };
  }
}

/** The answer where it makes sense; an RPC that talks nonsense is one that is away. */
export async function sound<T>(answer: Promise<T>, makesSense: (value: T) => boolean): Promise<T> {
  const value = await answer;
  if (!makesSense(value)) throw new Error('it answers what makes no sense');
  return value;
}

/** What an RPC said, without the address that was asked: it may hold a key. */
export function wordsOf(cause: unknown): string {
  const words = cause instanceof BaseError ? cause.details || cause.shortMessage : messageOf(cause);
  return safeText(words.replaceAll(/https?:\/\/\S+/g, '…'), 200);
}

/** An RPC that never stops talking, or sends on to another host, is one that is away. */
async function boundedFetch(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: 'error' });
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > mostAnswerBytes) throw new Error('the answer is larger than 4 MiB');
    parts.push(part);
  }
  const { status, statusText, headers } = response;
  return new Response(Buffer.concat(parts), { status, statusText, headers: { 'content-type': headers.get('content-type') ?? '' } });
}
