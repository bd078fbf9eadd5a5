import { finished } from 'node:stream/promises';
import * as z from 'zod';
import { sleep } from '../kit/clock.ts';
import { label } from './container-unit.ts';
import type { Corner } from './containers.ts';
import { engineError, isConnectionFailure, openStream } from './engine-client.ts';
import { splitLines } from './log-lines.ts';
import type { RuntimeEvent } from './runtime.ts';

const eventSchema = z.object({
  Action: z.string(),
  Actor: z.object({ Attributes: z.record(z.string(), z.string()) }),
  timeNano: z.number(),
});

const kinds: Readonly<Record<string, RuntimeEvent['kind']>> = {
  start: 'start',
  die: 'die',
  oom: 'oom',
  destroy: 'remove',
  'health_status: healthy': 'healthy',
  'health_status: unhealthy': 'unhealthy',
};

/** Events of the cluster's containers until the signal is aborted; an engine that restarts is asked again from where it ended. */
export async function watchEvents(corner: Corner, onEvent: (event: RuntimeEvent) => void, signal: AbortSignal): Promise<void> {
  let since = Date.now() / 1000;
  const take = (line: string): void => {
    const event = eventSchema.safeParse(JSON.parse(line)).data;
    const kind = kinds[event?.Action ?? ''];
    const service = event?.Actor.Attributes[label.service];
    if (!event || !kind || service === undefined) return;
    const at = event.timeNano / 1e9;
    if (at <= since) return;
    since = at;
    onEvent({ service, kind, at: new Date(at * 1000).toISOString() });
  };
  while (!signal.aborted) {
    try {
      await pumpEvents(corner, since, take, signal);
      await sleep(300, signal);
    } catch (cause) {
      if (signal.aborted) return;
      if (!isConnectionFailure(cause)) throw engineError(cause, 'watching events', signal);
    }
  }
}

async function pumpEvents({ client, cluster }: Corner, since: number, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
  const filters = {
    type: ['container'],
    event: ['start', 'die', 'oom', 'destroy', 'health_status'],
    label: [`${label.cluster}=${cluster}`],
  };
  const stream = await openStream(client, '/events', { since: since.toFixed(6), filters: JSON.stringify(filters) }, signal);
  const splitter = splitLines(onLine);
  stream.on('data', (chunk: Buffer) => splitter.push(chunk));
  try {
    await finished(stream, { signal });
  } finally {
    stream.destroy();
  }
}
