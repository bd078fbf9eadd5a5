import { expect, test } from 'vitest';
import type { Check } from '../check.ts';
import type { Enforced } from '../../runtime/runtime.ts';
import { resultsOf, withStatus } from '../testing/run-check.ts';
import { hardeningInForce, limitsInForce, loggingInForce } from './hardening.ts';

const all = [limitsInForce, hardeningInForce, loggingInForce];

test.each(all)('$title: a unit as declared passes', async (check) => {
  const results = await resultsOf(check);
  expect(withStatus(results, 'pass')).toHaveLength(results.size);
});

test.each<[Check, Partial<Enforced>, string]>([
  [limitsInForce, { memoryBytes: 0 }, 'memory is unlimited, declared is 64 MiB'],
  [limitsInForce, { cpus: 4, pids: 0 }, 'cpus is 4, declared is 0.5; pids is unlimited, declared is 256'],
  [hardeningInForce, { user: '' }, 'user is none, declared is 1000:1000'],
  [hardeningInForce, { readOnlyRoot: false }, 'root file system is writable, declared is read-only'],
  [hardeningInForce, { noNewPrivileges: false }, 'new privileges is allowed, declared is barred'],
  [hardeningInForce, { capDrop: [] }, 'dropped capabilities is none, declared is ALL'],
  [hardeningInForce, { capAdd: ['CAP_SYS_ADMIN'] }, 'added capabilities is SYS_ADMIN, declared is none'],
  [
    loggingInForce,
    { logging: { driver: 'json-file', options: {} } },
    'size is unlimited, declared is 10m; files is unlimited, declared is 3',
  ],
])('%o: %o fails', async (check, change, detail) => {
  const results = await resultsOf(check, {
    unit: (unit) => (unit.service === 'app' && unit.enforced ? { ...unit, enforced: { ...unit.enforced, ...change } } : unit),
  });
  expect(withStatus(results, 'fail')).toEqual([`${check.id}.app`]);
  expect(results.get(`${check.id}.app`)).toMatchObject({ detail, fix: 'docker rm --force datamancy-trial-app-1 && datamancy up' });
});

test.each(all)('$title: nothing passes where the runtime enforces nothing', async (check) => {
  const results = await resultsOf(check, { unit: (unit) => ({ ...unit, enforced: undefined }) });
  expect(withStatus(results, 'skip')).toHaveLength(results.size);
});

test('an engine that puts a prefix before capabilities says the same', async () => {
  const results = await resultsOf(hardeningInForce, {
    unit: (unit) =>
      unit.enforced ? { ...unit, enforced: { ...unit.enforced, capAdd: unit.enforced.capAdd.map((name) => `CAP_${name}`) } } : unit,
  });
  expect(withStatus(results, 'fail')).toEqual([]);
});
