import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../kit/clock.ts';
import { followLog, rotateLog, tailLog } from './log-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datamancy-log-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

test('a log keeps three files, and its last lines are found across them', async () => {
  const path = join(folder, 'turning.log');
  for (let round = 1; round <= 5; round++) {
    await appendFile(path, `round ${round} a\nround ${round} b\n`);
    if (round < 5) await rotateLog(path, 10);
  }
  expect((await stat(`${path}.2`)).isFile()).toBe(true);
  expect(await readFile(path, 'utf8')).toBe('round 5 a\nround 5 b\n');
  expect(await tailLog(path, 3)).toEqual(['round 4 b', 'round 5 a', 'round 5 b']);
  expect(await tailLog(path, 100)).toHaveLength(6);
});

test('a log that is short stays, and one that is not there is empty', async () => {
  const path = join(folder, 'short.log');
  await appendFile(path, 'one\n');
  await rotateLog(path, 10_000);
  expect(await tailLog(path, 10)).toEqual(['one']);
  expect(await tailLog(join(folder, 'none.log'), 10)).toEqual([]);
  await rotateLog(join(folder, 'none.log'), 10);
});

test('who follows a log misses nothing when it is cut', async () => {
  const path = join(folder, 'followed.log');
  await appendFile(path, 'before\n'.repeat(100));
  const lines: string[] = [];
  const abort = new AbortController();
  const following = followLog(path, (line) => lines.push(line), abort.signal);
  // It begins where the file ends once it has looked, which may be behind the first of these.
  let begun = 0;
  await until(
    'it follows',
    async () => {
      if (lines.length > 0) return { done: true };
      await appendFile(path, `begun ${++begun}\n`);
      return { seen: 'no line' };
    },
    { everyMs: 150, withinMs: 15_000 },
  );
  const seen = async (line: string): Promise<void> =>
    void (await until('the line', async () => (lines.includes(line) ? { done: true } : { seen: lines.join() }), {
      everyMs: 20,
      withinMs: 15_000,
    }));
  await seen(`begun ${begun}`);
  lines.length = 0;
  await appendFile(path, 'one\n');
  await seen('one');
  await rotateLog(path, 10);
  await appendFile(path, 'two\n');
  await seen('two');
  abort.abort();
  await following;
  expect(lines).toEqual(['one', 'two']);
});
