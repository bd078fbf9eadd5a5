import { expect, test } from 'vitest';
import { changed } from '../testing/cluster.ts';
import { resultsOf, withStatus } from '../testing/run-check.ts';
import { unitDefinitions, unitRestarts, unitsHealthy } from './units.ts';

test('healthy units pass, each with a result of its own', async () => {
  const results = await resultsOf(unitsHealthy);
  expect(withStatus(results, 'pass')).toHaveLength(results.size);
  expect(results.get('unit.app')).toEqual({ id: 'unit.app', title: 'app runs and is healthy', status: 'pass', detail: 'healthy', fix: '' });
});

test.each([
  [{ state: 'unhealthy', healthOutput: 'first\nconnection refused' } as const, 'it is unhealthy; its healthcheck said: connection refused'],
  [{ state: 'exited', exit: { code: 137, outOfMemory: true } } as const, 'its memory limit was too small and it was ended'],
  [{ state: 'exited', exit: { code: 2, outOfMemory: false } } as const, 'it ended with status 2'],
  [{ state: 'created' } as const, 'it was made and never started'],
])('a unit that is %o fails and alone', async (change, detail) => {
  const results = await resultsOf(unitsHealthy, { unit: changed('app', change) });
  expect(withStatus(results, 'fail')).toEqual(['unit.app']);
  expect(results.get('unit.app')).toMatchObject({ detail });
  expect(results.get('unit.app')?.fix).not.toBe('');
});

test('a unit that was never made fails', async () => {
  const results = await resultsOf(unitsHealthy, { unit: changed('app', { service: 'another' }) });
  expect(results.get('unit.app')).toMatchObject({ status: 'fail', detail: 'there is no such unit' });
});

test('a unit that is still starting is not passed', async () => {
  expect((await resultsOf(unitsHealthy, { unit: changed('app', { state: 'starting' }) })).get('unit.app')?.status).toBe('warn');
});

test.each([
  [0, 'pass'],
  [1, 'warn'],
  [2, 'warn'],
  [3, 'fail'],
])('after %i restarts the result is %s', async (restarts, status) => {
  expect((await resultsOf(unitRestarts, { unit: changed('app', { restarts }) })).get('restarts.app')?.status).toBe(status);
});

test('a unit made from another definition, or declared no more, is a warning', async () => {
  const results = await resultsOf(unitDefinitions, { unit: changed('app', { digest: 'other' }) });
  expect(withStatus(results, 'warn')).toEqual(['definition.app']);
  expect(withStatus(await resultsOf(unitDefinitions, { unit: changed('app', { service: 'former' }) }), 'warn')).toEqual([
    'definition.former',
  ]);
});
