import { expect, test } from 'vitest';
import { formatProblem } from '../stack/problem.ts';
import { lockChanges, lockedReference, printImageLock, readImageLock } from './image-lock.ts';

const entry = (digit: string) => ({ digest: `sha256:${digit.repeat(64)}`, locked: '2026-11-21T15:00:00.000Z' });
const lock = { 'caddy:2.10.2': entry('a'), '127.0.0.1:5000/x/y:1.0': entry('b') };

test('a lock is read as it was printed, one sorted line for each image', () => {
  const printed = printImageLock(lock);
  expect(printed.split('\n').map((line) => line.split(': ')[0])).toEqual([
    expect.stringContaining('datamancy lock'),
    '"127.0.0.1:5000/x/y:1.0"',
    '"caddy:2.10.2"',
    '',
  ]);
  expect(readImageLock(printed)).toEqual({ lock, problems: [] });
});

test('no file, an empty one and a bare header lock nothing', () => {
  for (const text of ['', '\n', printImageLock({})]) expect(readImageLock(text)).toEqual({ lock: {}, problems: [] });
});

test.each([
  [
    'a digest that was cut',
    ({ digest }: { digest: string }) => [digest, digest.slice(0, -1)],
    'images.lock:3:27 images.lock: caddy:2.10.2 digest',
  ],
  ['an entry that lacks its time', () => [/,"locked":"[^"]*"/, ''], 'images.lock:2:1 images.lock: 127.0.0.1:5000/x/y:1.0 locked'],
  ['a key of somebody’s own', () => ['"locked"', '"note":"x","locked"'], 'images.lock:2:1 images.lock: 127.0.0.1:5000/x/y:1.0 is'],
  ['a merge that was not finished', () => [/^/, '<<<<<<< ours\n'], 'images.lock:3:1 images.lock: this is no YAML'],
  [
    'a line that stands twice',
    () => [/$/, '"caddy:2.10.2": {}\n'],
    'images.lock:4:1 images.lock: "caddy:2.10.2" stands here a second time',
  ],
  ['a file of something else', () => [/^[^]*$/, 'just words'], 'images.lock:1:1 images.lock: it is not'],
])('%s is a problem at its place, and nothing counts as locked', (_, change, told) => {
  const [from = '', to = ''] = change(lock['caddy:2.10.2']);
  const { lock: read, problems } = readImageLock(printImageLock(lock).replace(from, String(to)));
  expect(read).toEqual({});
  expect(problems.map((problem) => formatProblem(problem, 'cluster.yaml'))[0]).toContain(`problem[image-lock] ${told}`);
  expect(problems[0]?.fix).toContain('datamancy lock');
});

test('an image is named with its digest exactly where it is locked', () => {
  expect(lockedReference('caddy:2.10.2', lock)).toBe(`caddy:2.10.2@${entry('a').digest}`);
  expect(lockedReference('caddy:2.10.3', lock)).toBe('caddy:2.10.3');
});

test('changes are what was locked, moved and dropped', () => {
  const after = { 'caddy:2.10.2': entry('c'), 'gate:1.0': entry('d') };
  expect(lockChanges(lock, after)).toEqual([
    { image: '127.0.0.1:5000/x/y:1.0', before: entry('b').digest },
    { image: 'caddy:2.10.2', before: entry('a').digest, after: entry('c').digest },
    { image: 'gate:1.0', after: entry('d').digest },
  ]);
  expect(lockChanges(lock, { ...lock })).toEqual([]);
});
