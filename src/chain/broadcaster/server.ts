import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { DatamancyError, messageOf } from '../../kit/errors.ts';
import { listen, listenForMetrics, serveUntil } from '../../kit/http-server.ts';
import { createLog, type Log, safeText } from '../../kit/log.ts';
import { parseConfig, readConfig, watchConfig } from '../config-file.ts';
import { makeAccounts } from './accounts.ts';
import { createBroadcasterApp } from './app.ts';
import { type ChainsConfig, chainsSchema } from './config.ts';
import { type Ledger, openLedger } from './database.ts';
import { createFollower, type Follower, type FollowerParts } from './follower.ts';
import { createBroadcasterMetrics } from './metrics.ts';

const settingsSchema = z.object({
  EVM_DATABASE: z.string().default('/data/ledger.sqlite'),
  EVM_KEY_FILE: z.string(),
  EVM_CHAINS_FILE: z.string().default('/config/chains.yaml'),
  EVM_HOST: z.string().optional(),
  EVM_PORT: z.coerce.number().default(8081),
  EVM_METRICS_PORT: z.coerce.number().default(9464),
  LOG_LEVEL: z.string().default('info'),
});

/** Where the broadcaster keeps what it has, from its environment. */
export type BroadcasterSettings = z.output<typeof settingsSchema>;

export function readSettings(env: NodeJS.ProcessEnv): BroadcasterSettings {
  const parsed = settingsSchema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new DatamancyError('E_CHAIN_CONFIG', z.prettifyError(parsed.error), { fix: 'set these variables' });
}

export async function openConfiguredLedger({ EVM_DATABASE, EVM_KEY_FILE }: BroadcasterSettings): Promise<Ledger> {
  return openLedger(EVM_DATABASE, (await readFile(EVM_KEY_FILE, 'utf8')).trim());
}

/** Signs, sends and follows payments until the signal is aborted. What is under way then goes on at the next start. */
export async function runBroadcaster(_argv: readonly string[], env: NodeJS.ProcessEnv, stopping: AbortSignal): Promise<void> {
  const failing = new AbortController();
  const signal = AbortSignal.any([stopping, failing.signal]);
  const settings = readSettings(env);
  const log = createLog('evm-broadcaster', settings.LOG_LEVEL);
  const ledger = await openConfiguredLedger(settings);
  const text = await readConfig(settings.EVM_CHAINS_FILE);
  const metrics = createBroadcasterMetrics();
  const chains = createChains({ ledger, metrics, log, now: Date.now }, signal);
  chains.use(parseConfig(chainsSchema, text, 'chains.yaml'));
  const app = createBroadcasterApp({ ledger, followers: chains.followers, isBroken: chains.isBroken, log, now: Date.now });
  const servers = [
    listen(app.fetch, { host: settings.EVM_HOST, port: settings.EVM_PORT }),
    listenForMetrics(metrics.registry, { host: settings.EVM_HOST, port: settings.EVM_METRICS_PORT }),
  ];
  log.info({ event: 'start', port: settings.EVM_PORT, chains: chains.followers().length }, 'evm-broadcaster is listening');
  const watching = watchConfig(settings.EVM_CHAINS_FILE, text, chains.useText, signal);
  try {
    await Promise.all([serveUntil(servers, signal), watching]);
  } finally {
    failing.abort();
    await chains.ended();
    ledger.database.close();
  }
}

/** The followers of the present configuration. */
export interface Chains {
  readonly followers: () => readonly Follower[];
  /** Whether the last change of the owner's file could not be taken. */
  readonly isBroken: () => boolean;
  /** Ends those that run and starts those of this configuration. */
  use(config: ChainsConfig): void;
  /** The same with a file's text; one that cannot be used is told of, and changes nothing. */
  readonly useText: (text: string) => void;
  ended(): Promise<void>;
}

export function createChains(parts: FollowerParts, signal: AbortSignal): Chains {
  let followers: readonly Follower[] = [];
  let running: Promise<unknown> = Promise.resolve();
  let generation = new AbortController();
  let isBroken = false;

  function use({ accounts, chains }: ChainsConfig): void {
    makeAccounts(parts.ledger, accounts, parts.now());
    generation.abort();
    generation = new AbortController();
    const until = AbortSignal.any([signal, generation.signal]);
    followers = chains.map((chain) => createFollower(chain, parts));
    const present = followers;
    // Two followers of one chain would give the same nonce twice, so the former ones end first; until then they also write metrics.
    const former = running;
    running = former.then(async () => {
      parts.metrics.begin(chains);
      await Promise.all(present.map(async (follower) => follower.run(until)));
    });
    isBroken = false;
    tell(parts.log, chains.length);
  }

  return {
    followers: () => followers,
    isBroken: () => isBroken,
    use,
    useText(text) {
      try {
        use(parseConfig(chainsSchema, text, 'chains.yaml'));
      } catch (cause) {
        isBroken = true;
        parts.log.error(
          { event: 'chains', cause: safeText(messageOf(cause), 400) },
          'chains.yaml was changed and cannot be used; the former one holds',
        );
      }
    },
    async ended() {
      await running;
    },
  };
}

function tell(log: Log, chains: number): void {
  if (chains === 0) log.warn({ event: 'chains', chains }, 'no chain is configured, so every payment is refused');
  else log.info({ event: 'chains', chains }, 'chains are followed');
}
