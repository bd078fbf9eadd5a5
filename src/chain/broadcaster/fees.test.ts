import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { feesNow, firstFees, raisedFees } from './fees.ts';

const caps = { maxFee: 100n, maxPriorityFee: 10n };

test('fees leave room for a base fee that doubles, and never pass a cap', () => {
  expect(feesNow(20n, 2n, caps)).toEqual({ maxFee: 42n, maxPriorityFee: 2n });
  expect(feesNow(60n, 50n, caps)).toEqual({ maxFee: 100n, maxPriorityFee: 10n });
  expect(feesNow(20n, 0n, caps)).toEqual({ maxFee: 41n, maxPriorityFee: 1n });
});

test('above the cap there are no fees', () => {
  const little = { maxFee: 1n, maxPriorityFee: 1n };
  expect(feesNow(100n, 1n, caps)).toBeUndefined();
  expect(firstFees(88n, 1n, caps)).toBeUndefined();
  expect(raisedFees({ maxFee: 90n, maxPriorityFee: 1n }, little, caps)).toBeUndefined();
});

const wei = fc.bigInt({ min: 1n, max: 10n ** 12n });

test('a first transaction can always be replaced once, whatever tip is asked for', () => {
  const isReplaceable = fc.property(wei, wei, wei, wei, (base, tip, maxFee, maxPriorityFee) => {
    const bounds = { maxFee, maxPriorityFee };
    const [first, now] = [firstFees(base, tip, bounds), feesNow(base, tip, bounds)];
    return !first || (now !== undefined && raisedFees(first, now, bounds) !== undefined);
  });
  expect(fc.check(isReplaceable)).toMatchObject({ failed: false });
});

test('raised fees are both an eighth more at least, within the cap of both', () => {
  fc.assert(
    fc.property(wei, wei, wei, wei, wei, (base, tip, priority, maxFee, maxPriorityFee) => {
      const bounds = { maxFee, maxPriorityFee };
      const before = { maxFee: base + priority, maxPriorityFee: priority };
      const now = feesNow(base, tip, bounds);
      const raised = now && raisedFees(before, now, bounds);
      if (!raised) return;
      expect(raised.maxFee * 8n).toBeGreaterThanOrEqual(before.maxFee * 9n);
      expect(raised.maxPriorityFee * 8n).toBeGreaterThanOrEqual(before.maxPriorityFee * 9n);
      expect(raised.maxFee <= maxFee && raised.maxPriorityFee <= raised.maxFee).toBe(true);
    }),
  );
});
