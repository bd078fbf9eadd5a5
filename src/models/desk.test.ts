import { expect, test } from 'vitest';
import { createLog } from '../kit/log.ts';
import { createDesk } from './desk.ts';
import { createMetrics } from './metrics.ts';
import type { Sighting } from './scheduler/state.ts';
import { rules } from './testing/scheduler-world.ts';
import { until } from './testing/running-router.ts';

test('a look that began while a model was loaded says nothing of it afterwards', async () => {
  const looks: ((as: Sighting) => void)[] = [];
  let loaded = (): void => {};
  const server = {
    url: () => 'http://small',
    observe: async () => await new Promise<Sighting>((resolve) => looks.push(resolve)),
    load: async () => await new Promise<void>((resolve) => (loaded = resolve)),
    unload: async () => {},
    close: async () => {},
  };
  const desk = createDesk({
    rules: { ...rules, models: { small: { bytes: 3, parallel: 2 } } },
    servers: { small: server },
    moveMs: 5_000,
    lookMs: 20,
    metrics: createMetrics(),
    log: createLog('model-router', 'silent'),
  });
  const stopping = new AbortController();
  const running = desk.run(stopping.signal);
  looks.shift()?.('out');
  await until(() => desk.state()['small']?.residence.kind === 'out');
  await until(() => looks.length === 1);
  looks.shift()?.('out');
  const entering = desk.enter('small', AbortSignal.timeout(5_000));
  await until(() => looks.length === 1);
  loaded();
  const lease = await entering;
  // It was asleep when this look began.
  looks.shift()?.('out');
  await until(() => looks.length === 1);
  expect(desk.state()['small']?.residence.kind).toBe('in');
  lease.release();
  stopping.abort();
  await running;
});
