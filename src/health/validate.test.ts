import { expect, test } from 'vitest';
import { DatamancyError } from '../kit/errors.ts';
import type { Check } from './check.ts';
import { fail, pass } from './check.ts';
import { seenCluster } from './testing/cluster.ts';
import { validate } from './validate.ts';

const signal = new AbortController().signal;

function check(id: string, run: Check['run'], withinMs?: number): Check {
  return { id, title: `Check ${id}`, run, ...(withinMs === undefined ? {} : { withinMs }) };
}

test('results come in the order of the checks, whichever ends first, and are counted', async () => {
  const release: (() => void)[] = [];
  const first = check('first', async () => {
    await new Promise<void>((resolve) => release.push(resolve));
    return [pass({ id: 'first.a', title: 'A' }, 'well')];
  });
  const second = check('second', async () => {
    release[0]?.();
    return [fail({ id: 'second.b', title: 'B' }, 'ill', 'mend it')];
  });
  const { groups, counts } = await validate([first, second], await seenCluster(), { signal });
  expect(groups.map(({ id }) => id)).toEqual(['first', 'second']);
  expect(counts).toEqual({ pass: 1, warn: 0, fail: 1, skip: 0 });
});

test('no more than four checks look at once', async () => {
  let now = 0;
  let most = 0;
  const checks = Array.from({ length: 12 }, (_, i) =>
    check(`check-${i}`, async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      return [];
    }),
  );
  await validate(checks, await seenCluster(), { signal });
  expect(most).toBe(4);
});

test('a check that does not end in its time fails and says so, and the others go on', async () => {
  const slow = check('slow', async () => new Promise(() => undefined), 20);
  const quick = check('quick', async () => [pass({ id: 'quick.a', title: 'A' }, 'well')]);
  const { groups } = await validate([slow, quick], await seenCluster(), { signal });
  expect(groups[0]?.results).toEqual([
    {
      id: 'slow',
      title: 'Check slow',
      status: 'fail',
      detail: 'it could not look: no answer within 0.02 s',
      fix: 'see what the detail names, then run: datamancy validate',
    },
  ]);
  expect(groups[1]?.results[0]?.status).toBe('pass');
});

test('what a check throws is a failure to look, with its own fix where it has one', async () => {
  const broken = check('broken', async () => {
    throw new DatamancyError('E_ENGINE_UNREACHABLE', 'the engine does not answer', { fix: 'start the engine' });
  });
  const { groups } = await validate([broken], await seenCluster(), { signal });
  expect(groups[0]?.results[0]).toMatchObject({
    status: 'fail',
    detail: 'it could not look: the engine does not answer',
    fix: 'start the engine',
  });
});

test('a check that finds nothing to look at is skipped and not passed', async () => {
  const { counts } = await validate([check('empty', async () => [])], await seenCluster(), { signal });
  expect(counts).toEqual({ pass: 0, warn: 0, fail: 0, skip: 1 });
});

test('no secret leaves a check, in a detail, a fix or what it throws', async () => {
  const leaky = check('leaky', async () => [fail({ id: 'leaky.a', title: 'A' }, 'saw value-of-app.db', 'set value-of-app.db')]);
  const throwing = check('throwing', async () => {
    throw new Error('value-of-app.db');
  });
  const validation = await validate([leaky, throwing], await seenCluster(), { signal });
  expect(JSON.stringify(validation)).not.toContain('value-of');
});

test('who stops it stops it', async () => {
  const stop = new AbortController();
  const waiting = check('waiting', async () => {
    stop.abort(new Error('stopped by hand'));
    return new Promise(() => undefined);
  });
  await expect(validate([waiting], await seenCluster(), { signal: stop.signal })).rejects.toThrow('stopped by hand');
});
