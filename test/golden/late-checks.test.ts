import { expect, test } from 'vitest';
import type { Told } from '../cluster/support/late-checks.ts';
import { isLate, mergeLooks } from '../cluster/support/late-checks.ts';

const pass = (id: string): Told => ({ id, status: 'pass', detail: 'well' });
const fail = (id: string, detail: string): Told => ({ id, status: 'fail', detail });
const late = 'it could not look: no answer within 60 s';

test('a check that ran out of time is late, and one that found something is not', () => {
  expect(isLate(fail('smoke', late))).toBe(true);
  expect(isLate(fail('unit.a', 'it is unhealthy; its healthcheck said: Health check exceeded timeout (5s)'))).toBe(true);
  expect(isLate(fail('unit.a', 'it is unhealthy; its healthcheck said: connection refused'))).toBe(false);
  expect(isLate({ id: 'a', status: 'skip', detail: late })).toBe(false);
});

test('of what was late the second look counts, also where it tells more', () => {
  expect(mergeLooks([pass('unit.a'), fail('smoke', late)], [pass('unit.a'), pass('smoke.a'), pass('smoke.b')])).toEqual([
    pass('unit.a'),
    pass('smoke.a'),
    pass('smoke.b'),
  ]);
  expect(mergeLooks([fail('smoke', late)], [fail('smoke', late)])).toEqual([fail('smoke', late)]);
});

test('what failed at either look has failed, so nothing passes every other time', () => {
  expect(mergeLooks([fail('unit.a', 'ill'), fail('smoke', late)], [pass('unit.a'), pass('smoke.a')])).toEqual([
    fail('unit.a', 'ill'),
    pass('smoke.a'),
  ]);
  expect(mergeLooks([pass('unit.a'), fail('smoke', late)], [fail('unit.a', 'ill'), pass('smoke.a')])).toEqual([
    fail('unit.a', 'ill'),
    pass('smoke.a'),
  ]);
});
