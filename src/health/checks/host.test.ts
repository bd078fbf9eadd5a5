import { expect, test } from 'vitest';
import type { CheckContext } from '../context.ts';
import { resultsOf, withStatus } from '../testing/run-check.ts';
import { clockSane, headroom, runtimeComplete } from './host.ts';
import { boundAsDeclared } from './listening.ts';
import { secretsClosed } from './private-files.ts';

const gib = 1024 ** 3;

function machine({ free = 50, files = 0.9, available = 8, total = 16 } = {}): Partial<CheckContext['host']> {
  return {
    space: async (path) => ({ path, totalBytes: 100 * gib, freeBytes: free * gib, totalFiles: 1000, freeFiles: files * 1000 }),
    memory: async () => ({ totalBytes: total * gib, availableBytes: available * gib }),
  };
}

test('a machine with room passes', async () => {
  expect(withStatus(await resultsOf(headroom, { host: machine() }), 'pass')).toEqual(['host.disk', 'host.limits', 'host.memory']);
});

test.each([
  [{ free: 10 }, 'host.disk', 'warn'],
  [{ free: 2 }, 'host.disk', 'fail'],
  [{ files: 0.01 }, 'host.disk', 'fail'],
  [{ available: 1.2 }, 'host.memory', 'warn'],
  [{ available: 0.3 }, 'host.memory', 'fail'],
  [{ total: 0.25, available: 0.2 }, 'host.limits', 'warn'],
])('%o makes %s %s', async (figures, id, status) => {
  expect((await resultsOf(headroom, { host: machine(figures) })).get(id)?.status).toBe(status);
});

test('a machine that cannot be looked at fails', async () => {
  expect((await resultsOf(headroom)).get('host')).toMatchObject({ status: 'fail', detail: 'it could not look: this sense is blind' });
});

test.each([
  [-3_600_000, 'pass'],
  [3_600_000, 'fail'],
])('a release made %i ms from now makes the clock %s', async (ms, status) => {
  const file = async () => ({ mode: 0o644, changedAt: new Date(Date.now() + ms) });
  expect((await resultsOf(clockSane, { host: { file } })).get('host.clock')?.status).toBe(status);
});

test('a clock with nothing to compare with is not passed', async () => {
  expect((await resultsOf(clockSane, { host: { file: async () => undefined } })).get('host.clock')?.status).toBe('fail');
});

test('each thing that the runtime cannot give is a warning', async () => {
  expect(withStatus(await resultsOf(runtimeComplete), 'pass')).toEqual(['runtime.supports']);
  const results = await resultsOf(runtimeComplete, { supports: { missing: ['no limits', 'no networks'] } });
  expect([...results.values()].map(({ status, detail }) => [status, detail])).toEqual([
    ['warn', 'no limits'],
    ['warn', 'no networks'],
  ]);
});

test('a port that is open on the declared address only passes', async () => {
  const listeners = async () => [
    { address: '127.0.0.1', port: 80 },
    { address: '127.0.0.1', port: 443 },
    { address: '0.0.0.0', port: 22 },
  ];
  expect(withStatus(await resultsOf(boundAsDeclared, { host: { listeners } }), 'pass')).toEqual([
    'listening.front.443',
    'listening.front.80',
  ]);
});

test('a port that is open wider than declared fails, and one that nobody is seen to hold is skipped', async () => {
  const results = await resultsOf(boundAsDeclared, { host: { listeners: async () => [{ address: '0.0.0.0', port: 443 }] } });
  expect(results.get('listening.front.443')).toMatchObject({ status: 'fail', detail: 'it is open on 0.0.0.0' });
  expect(results.get('listening.front.80')?.status).toBe('skip');
});

test('sockets that cannot be listed fail', async () => {
  expect((await resultsOf(boundAsDeclared)).get('listening')?.status).toBe('fail');
});

test('secrets that others can read are named with the command that closes them', async () => {
  const modes = (path: string): number => (path.endsWith('age.key') ? 0o644 : path.endsWith('.env') ? 0o600 : 0o700);
  const file = async (path: string) => ({ mode: modes(path), changedAt: new Date() });
  const results = await resultsOf(secretsClosed, { host: { file } });
  expect(withStatus(results, 'pass')).toEqual(['permissions.app.env', 'permissions.private']);
  expect(results.get('permissions.age-key')?.fix).toMatch(/^chmod 600 '.*age\.key'$/);
});

test('a key that is not there, or cannot be looked at, is not taken for a closed one', async () => {
  expect(withStatus(await resultsOf(secretsClosed, { host: { file: async () => undefined } }), 'pass')).toEqual([]);
  expect((await resultsOf(secretsClosed)).get('permissions')?.status).toBe('fail');
});
