import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../kit/testing/free-port.ts';
import { runModelRouter } from '../server.ts';

export interface RunningRouter {
  readonly url: string;
  readonly path: string;
  /** The state of each model, as operators see it. */
  readonly states: () => Promise<Readonly<Record<string, { readonly state: string; readonly open: number; readonly waiting: number }>>>;
  readonly metrics: () => Promise<string>;
  stop(): Promise<void>;
}

/** The router as it is in service, with quick settings; `settings` are those of its file. */
export async function startRouter(
  settings: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningRouter> {
  const folder = await mkdtemp(join(tmpdir(), 'model-router-'));
  const path = join(folder, 'models.json');
  const [port, metricsPort] = [await freePort(), await freePort()];
  await writeFile(
    path,
    JSON.stringify({
      listen: { host: '127.0.0.1', port },
      metrics: { host: '127.0.0.1', port: metricsPort },
      log: 'silent',
      minimumStaySeconds: 0.2,
      lingerSeconds: 0.05,
      patienceSeconds: 0.1,
      lookSeconds: 0.1,
      heartbeatSeconds: 5,
      loadSeconds: 15,
      stopSeconds: 0.2,
      ...settings,
    }),
  );
  const stopping = new AbortController();
  const running = runModelRouter(['--config', path], env, stopping.signal);
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([running, answers(`${url}/health`)]);
  return {
    url,
    path,
    async states() {
      const status = (await (await fetch(`${url}/status`)).json()) as {
        models: { name: string; state: string; open: number; waiting: number }[];
      };
      return Object.fromEntries(status.models.map((one) => [one.name, one]));
    },
    metrics: async () => await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
    async stop() {
      stopping.abort();
      await running;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<void> {
  for (;;) {
    if ((await fetch(url).catch(() => undefined))?.ok) return;
    await sleep(10);
  }
}

/** Asks a model as OpenAI's clients do. */
export async function ask(
  url: string,
  model: string,
  more: Readonly<Record<string, unknown>> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-of-the-client', cookie: 'session=1' },
    body: JSON.stringify({ model, messages: [], ...more }),
    ...(signal ? { signal } : {}),
  });
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (await holds()) return;
    await sleep(10);
  }
  throw new Error(`never: ${String(holds)}`);
}
