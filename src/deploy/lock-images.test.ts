import { expect, test } from 'vitest';
import type { RegistryAnswer } from '../runtime/registry.ts';
import type { LockImagesInput } from './lock-images.ts';
import { lockImages } from './lock-images.ts';

const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
const [earlier, now] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-11-21T00:00:00Z')];
const before = {
  'one:1': { digest: digestOf('1'), locked: earlier.toISOString() },
  'gone:1': { digest: digestOf('9'), locked: earlier.toISOString() },
};

/** A registry with these answers, and what it was asked. */
function registry(answers: Readonly<Record<string, RegistryAnswer>>): Pick<LockImagesInput, 'ask'> & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    ask: async (image) => {
      asked.push(image);
      return answers[image] ?? { why: 'manifest unknown', fix: 'correct the name or the tag' };
    },
  };
}

const input = { before, renewed: [], now, signal: new AbortController().signal };

test('what is locked stays unasked, what is missing is asked for, what nothing names is dropped', async () => {
  const { ask, asked } = registry({ 'two:1': { digest: digestOf('2') } });
  expect(await lockImages({ ...input, used: ['one:1', 'two:1'], ask })).toEqual({
    'one:1': before['one:1'],
    'two:1': { digest: digestOf('2'), locked: now.toISOString() },
  });
  expect(asked).toEqual(['two:1']);
});

test('what is named and not used here stays locked, and is not asked for', async () => {
  const { ask, asked } = registry({});
  expect(await lockImages({ ...input, named: ['one:1', 'two:1'], used: [], ask })).toEqual({ 'one:1': before['one:1'] });
  expect(asked).toEqual([]);
});

test('an entry that is renewed keeps its time unless its tag moved', async () => {
  const same = registry({ 'one:1': { digest: digestOf('1') } });
  expect(await lockImages({ ...input, used: ['one:1'], renewed: ['one:1'], ask: same.ask })).toEqual({ 'one:1': before['one:1'] });
  const moved = registry({ 'one:1': { digest: digestOf('3') } });
  expect(await lockImages({ ...input, used: ['one:1'], renewed: ['one:1'], ask: moved.ask })).toEqual({
    'one:1': { digest: digestOf('3'), locked: now.toISOString() },
  });
});

test('every image without an answer is named, and there is no lock', async () => {
  const { ask } = registry({ 'two:1': { digest: digestOf('2') } });
  await expect(lockImages({ ...input, used: ['bad:2', 'bad:1', 'two:1'], ask })).rejects.toMatchObject({
    code: 'E_IMAGE_UNFOUND',
    message: '2 of 3 images have no digest, and images.lock stays as it is\n  bad:1: manifest unknown\n  bad:2: manifest unknown',
    fix: 'correct the name or the tag',
  });
});
