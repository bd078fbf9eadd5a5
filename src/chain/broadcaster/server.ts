import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { chainsSchema } from '../../contracts/evm-payments.ts';
import { DatamancyError } from '../../kit/errors.ts';
import { listen, listenForMetrics, serveUntil } from '../../kit/http-server.ts';
import { createLog } from '../../kit/log.ts';
import { readConfig, tellOfFormerFile } from '../config-file.ts';
import { createBroadcasterApp } from './app.ts';
import { followChains } from './chains.ts';
import { type Ledger, openLedger } from './database.ts';
import { createBroadcasterMetrics } from './metrics.ts';

const settingsSchema = z.object({
  EVM_DATABASE: z.string().default('/data/ledger.sqlite'),
  EVM_KEY_FILE: z.string(),
  EVM_CHAINS_FILE: z.string().default('/config/chains.json'),
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
  const declared = await readConfig(chainsSchema, settings.EVM_CHAINS_FILE);
  tellOfFormerFile(settings.EVM_DATABASE, 'chains.yaml', log);
  const ledger = await openConfiguredLedger(settings);
  const metrics = createBroadcasterMetrics();
  const { followers, ended } = followChains(declared, { ledger, metrics, log, now: Date.now }, signal);
  const app = createBroadcasterApp({ ledger, followers, log, now: Date.now });
  const servers = [
    listen(app.fetch, { host: settings.EVM_HOST, port: settings.EVM_PORT }),
    listenForMetrics(metrics.registry, { host: settings.EVM_HOST, port: settings.EVM_METRICS_PORT }),
  ];
  log.info({ event: 'start', port: settings.EVM_PORT, chains: followers.length }, 'evm-broadcaster is listening');
  if (followers.length === 0) log.warn({ event: 'chains', chains: 0 }, 'no chain is configured, so every payment is refused');
  try {
    await serveUntil(servers, signal);
  } finally {
    failing.abort();
    await ended;
    ledger.database.close();
  }
}
