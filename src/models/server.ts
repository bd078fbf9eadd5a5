import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DatamancyError, messageOf } from '../kit/errors.ts';
import { listenForMetrics, serveUntil } from '../kit/http-server.ts';
import { createLog } from '../kit/log.ts';
import { loadConfig, rulesOf } from './config.ts';
import type { Config, ModelConfig } from './config-schema.ts';
import { createDesk } from './desk.ts';
import { listenForClients } from './http/app.ts';
import { modelFinder } from './http/question.ts';
import { createBodyRoom } from './http/read-body.ts';
import { createMetrics } from './metrics.ts';
import { endLeftovers, markOf } from './servers/leftovers.ts';
import { createProcessServer } from './servers/process.ts';
import { createAlwaysServer, type ModelServer } from './servers/server.ts';
import { createVllmServer } from './servers/vllm.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs the model router until the signal is aborted. It starts whatever model servers do: each is looked at before anything is decided,
 * and programs that a killed router left behind are ended first.
 */
export async function runModelRouter(argv: readonly string[], env: Environment, signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string', short: 'c' } } });
  const path = resolve(values.config ?? '/config/models.json');
  const config = await loadConfig(path, env);
  const log = createLog('model-router', config.log);
  const rules = rulesOf(config);
  const metrics = createMetrics();
  const servers = Object.fromEntries(Object.entries(config.models).map(([name, model]) => [name, serverOf(model, path)]));
  const desk = createDesk({ rules, servers, moveMs: config.loadSeconds, lookMs: config.lookSeconds, metrics, log });
  metrics.watch(rules, () => desk.state());
  const router = { config, desk, find: modelFinder(config), keys: await keysOf(config), bodies: createBodyRoom(config.body), metrics, log };

  const clients = listenForClients(router, config.listen);
  const listening = [clients, ...(config.metrics ? [listenForMetrics(metrics.registry, config.metrics)] : [])];
  const stopped = new AbortController();
  const isOpen = once(clients, 'listening', { signal: stopped.signal }).then(
    () => true,
    () => false,
  );
  const serving = serveUntil(listening, signal, config.stopSeconds).finally(() => stopped.abort());
  const working = isOpen.then(async (open) => {
    // A second router of the same file cannot listen, and must not end what the first one runs.
    if (!open) return;
    log.info({ event: 'start', port: portOf(clients), models: Object.keys(config.models) }, 'model-router is listening');
    const ended = await endLeftovers(path);
    if (ended.length > 0) log.warn({ event: 'leftovers', count: ended.length }, 'ended what a killed router has left behind');
    await desk.run(stopped.signal);
  });
  await Promise.all([serving, working]);
  log.info({ event: 'stop' }, 'model-router has stopped');
}

function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}

function serverOf({ server }: ModelConfig, mark: string): ModelServer {
  switch (server.kind) {
    case 'always':
      return createAlwaysServer(server.url);
    case 'vllm':
      return createVllmServer(server);
    case 'process':
      return createProcessServer({ ...server, stopMs: server.stopSeconds, mark: markOf(mark), lookMs: 5_000 });
  }
}

async function keysOf({ models }: Config): Promise<Readonly<Record<string, string>>> {
  const keys = await Promise.all(
    Object.entries(models).flatMap(([name, { keyFile }]) => (keyFile === undefined ? [] : [readKey(name, keyFile)])),
  );
  return Object.fromEntries(keys);
}

async function readKey(name: string, path: string): Promise<readonly [string, string]> {
  const key = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new DatamancyError('E_USAGE', `the key of ${name} cannot be read: ${messageOf(cause)}`, {
      fix: 'give keyFile the path of a file with the key',
    });
  });
  return [name, key.trim()];
}
