import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from '../../kit/http-server.ts';
import { createLog } from '../../kit/log.ts';
import type { TurnstileLimits } from '../../kit/turnstile.ts';
import { createApp } from '../app.ts';
import type { Listener, Speaker } from '../backends/backend.ts';
import { createMetrics } from '../metrics.ts';
import { openScratch } from '../scratch.ts';
import { createSlots } from '../slots.ts';
import { createWatch } from '../watch.ts';

export interface RunningGateway {
  readonly url: string;
  readonly port: number;
  /** Names of the files that are kept just now. */
  readonly files: () => Promise<readonly string[]>;
  /** A sample of the metrics, as `name{labels}`. */
  readonly figure: (sample: string) => Promise<number>;
  readonly logged: () => string;
  readonly look: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Wishes {
  readonly listeners?: readonly Listener[];
  readonly speakers?: readonly Speaker[];
  readonly token?: string;
  readonly slots?: Partial<TurnstileLimits>;
  readonly uploadBytes?: number;
  readonly limitSeconds?: number;
}

/** The whole gateway on a port of its own, with these back ends. */
export async function runningGateway(wishes: Wishes): Promise<RunningGateway> {
  const { listeners = [], speakers = [], token, uploadBytes = 100_000, limitSeconds = 30 } = wishes;
  const folder = await mkdtemp(join(tmpdir(), 'speech-test-'));
  const limits = { atOnce: 4, waiting: 4, waitMs: 1000, ...wishes.slots };
  const slots = { transcription: createSlots(limits), speech: createSlots(limits) };
  const lines: string[] = [];
  const log = createLog('speech-gateway', 'info', { write: (line) => void lines.push(line) });
  const metrics = createMetrics((task) => slots[task].running());
  const watch = createWatch({ transcription: listeners, speech: speakers }, metrics, log);
  const scratch = await openScratch(folder);
  const work = { at_once: limits.atOnce, waiting: limits.waiting, wait_seconds: 1, limit_seconds: limitSeconds, backends: [] };
  const config = { token, upload_bytes: uploadBytes, transcription: work, speech: work };
  const look = async (): Promise<void> => watch.look(new AbortController().signal);
  await look();
  const server = listen(createApp({ config, listeners, speakers, slots, watch, scratch, metrics, log }).fetch, {
    host: '127.0.0.1',
    port: 0,
  });
  if (!server.listening) await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    files: async () => readdir(scratch.folder),
    async figure(sample) {
      const text = await metrics.registry.metrics();
      const line = text.split('\n').find((one) => one.startsWith(`${sample} `));
      return Number(line?.slice(sample.length) ?? 0);
    },
    logged: () => lines.join(''),
    look,
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
