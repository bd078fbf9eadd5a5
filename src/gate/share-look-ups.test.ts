import { describe, expect, it } from 'vitest';
import type { Directory } from './directory.ts';
import { shareLookUps } from './share-look-ups.ts';
import { createMemoryDirectory } from './testing/memory-directory.ts';
import { bob } from './testing/people.ts';

function createCounted() {
  const inner = createMemoryDirectory([bob]);
  const asked: string[] = [];
  const counted: Directory = {
    ...inner,
    async lookUp(username, signal) {
      asked.push(username);
      return await inner.lookUp(username, signal);
    },
  };
  return { inner, asked, counted };
}

describe('looking people up again', () => {
  const signal = AbortSignal.timeout(60_000);

  it('asks once for many requests of one person', async () => {
    const { asked, counted } = createCounted();
    const directory = shareLookUps(counted);
    const answers = await Promise.all(Array.from({ length: 20 }, () => directory.lookUp('bob', signal)));
    expect(answers.every(({ kind }) => kind === 'found')).toBe(true);
    expect(asked).toEqual(['bob']);
  });

  it('leaves a directory that is away alone for a while, then finds it again', async () => {
    const { inner, asked, counted } = createCounted();
    const clock = { now: 0 };
    const directory = shareLookUps(counted, () => clock.now);
    inner.isAway = true;
    await directory.lookUp('bob', signal);
    await directory.lookUp('bob', signal);
    expect(asked).toHaveLength(1);
    inner.isAway = false;
    clock.now = 20_000;
    expect(await directory.lookUp('bob', signal)).toMatchObject({ kind: 'found' });
  });
});
