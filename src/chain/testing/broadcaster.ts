import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Hex } from 'viem';
import { chainsSchema, type DeclaredChains } from '../../contracts/evm-payments.ts';
import { until } from '../../kit/clock.ts';
import { createLog } from '../../kit/log.ts';
import { listAccounts } from '../broadcaster/accounts.ts';
import { createBroadcasterApp } from '../broadcaster/app.ts';
import { replaceClients } from '../broadcaster/clients.ts';
import { followChains } from '../broadcaster/chains.ts';
import { openLedger } from '../broadcaster/database.ts';
import { makeTestFolder } from './folder.ts';
import { type BroadcasterMetrics, createBroadcasterMetrics } from '../broadcaster/metrics.ts';

/** A payment as the API shows it. */
export interface Shown {
  readonly id: string;
  readonly state: string;
  readonly nonce?: number;
  readonly hash?: Hex;
  readonly hashes: readonly {
    readonly hash: Hex;
    readonly purpose: string;
    readonly maxFeePerGas: string;
    readonly maxPriorityFeePerGas: string;
    readonly accepted: boolean;
  }[];
  readonly block?: { readonly number: number; readonly hash: Hex; readonly confirmations?: number };
  readonly reason?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly fix: string };
}

/** Whether a pool has it. */
export function isSent({ state, hashes }: Shown): boolean {
  return state === 'pending' && hashes[0]?.accepted === true;
}

/** A broadcaster in this process, asked as a client asks it. */
export interface RunningBroadcaster {
  readonly address: Hex;
  readonly database: string;
  ask(
    path: string,
    init?: { readonly method?: string; readonly body?: object; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Response>;
  submit(order: object, key?: string): Promise<Shown>;
  show(id: string): Promise<Shown>;
  /** Waits until the payment is as the test wants it. */
  untilIs(id: string, is: (payment: Shown) => boolean): Promise<Shown>;
  metrics(): Promise<string>;
  /** Ends it and starts another one on its files, as `datamancy up` does when the declaration has changed. */
  restart(chains: DeclaredChains): Promise<void>;
  /** Ends it; its files stay for another one. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

export const workerToken = 'token-of-the-test-0123456789abcdef';
const encryptionKey = 'key-of-the-test-0123456789abcdef';

/** A chain as an owner declares it, hurried. */
export function chainsFor(chainId: number, rpcs: readonly string[], more: object = {}): DeclaredChains {
  const chain = {
    id: chainId,
    rpcs,
    confirmations: 2,
    max_fee_gwei: '100',
    max_priority_fee_gwei: '5',
    stuck_after_seconds: 600,
    poll_seconds: 0.05,
    ...more,
  };
  return chainsSchema.parse({ chains: { local: chain } });
}

export const noChains = chainsSchema.parse({});

export function startBroadcaster(chains: DeclaredChains, folder = makeTestFolder(), rpcTimeoutMs?: number): RunningBroadcaster {
  const database = join(folder, 'ledger.sqlite');
  let present = open(database, chains, rpcTimeoutMs);
  const ask: RunningBroadcaster['ask'] = async (path, { method = 'GET', body, headers } = {}) =>
    present.app.request(path, {
      method,
      headers: { authorization: `Bearer ${workerToken}`, 'content-type': 'application/json', ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const show = async (id: string): Promise<Shown> => (await ask(`/transactions/${id}`)).json() as Promise<Shown>;
  let keys = 0;
  return {
    address: present.address,
    database,
    ask,
    async submit(order, key = `key-of-test-${keys++}`) {
      const answer = await ask('/submit', { method: 'POST', body: order, headers: { 'idempotency-key': key } });
      return (await answer.json()) as Shown;
    },
    show,
    async untilIs(id, is) {
      return until(
        `payment ${id}`,
        async () => {
          const shown = await show(id);
          return is(shown) ? { done: shown } : { seen: JSON.stringify(shown) };
        },
        { everyMs: 20, withinMs: 15_000 },
      );
    },
    metrics: async () => present.metrics.registry.metrics(),
    async restart(others) {
      await present.stop();
      present = open(database, others, rpcTimeoutMs);
    },
    stop: async () => present.stop(),
    async remove() {
      await present.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Opened {
  readonly address: Hex;
  readonly app: ReturnType<typeof createBroadcasterApp>;
  readonly metrics: BroadcasterMetrics;
  stop(): Promise<void>;
}

function open(database: string, chains: DeclaredChains, rpcTimeoutMs: number | undefined): Opened {
  const ledger = openLedger(database, encryptionKey);
  replaceClients(ledger, { gateway: [workerToken], other: [`${workerToken}-of-another`] });
  const ending = new AbortController();
  const log = createLog('evm-broadcaster', process.env['TEST_LOG'] ?? 'silent');
  const metrics = createBroadcasterMetrics();
  const { followers, ended } = followChains(chains, { ledger, metrics, log, now: Date.now, rpcTimeoutMs }, ending.signal);
  return {
    address: listAccounts(ledger)[0]?.address ?? '0x',
    app: createBroadcasterApp({ ledger, followers, log, now: Date.now }),
    metrics,
    async stop() {
      ending.abort();
      await ended;
      if (ledger.database.open) ledger.database.close();
    },
  };
}
