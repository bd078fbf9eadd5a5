import { expect, test } from 'vitest';
import type { Service } from '../../service/index.ts';
import { sampleApp, sampleEdge } from '../../stack/sample.ts';
import type { Seen } from '../testing/cluster.ts';
import { resultsOf } from '../testing/run-check.ts';
import { smokeTests } from './smoke.ts';

const page = { path: '/search?q=a', expect: { text: 'results' } } as const;

async function tried(smoke: NonNullable<Service['smoke']>, exec: Seen['exec'], parts: Partial<Service> = {}) {
  const results = await resultsOf(smokeTests, {
    catalog: [sampleEdge, sampleApp('finder', { smoke, ...parts })],
    ...(exec ? { exec } : {}),
  });
  return results.get('smoke.finder');
}

test('a page that is answered as promised passes', async () => {
  const asked: (readonly string[])[] = [];
  const result = await tried(page, (_, argv) => {
    asked.push(argv);
    return { stdout: '3 results', stderr: '  HTTP/1.1 200 OK' };
  });
  expect(result).toMatchObject({ status: 'pass', detail: 'it answered with "results"' });
  expect(asked).toEqual([['wget', '-q', '-S', '-O', '-', 'http://127.0.0.1:8080/search?q=a']]);
});

test.each([
  [{ stdout: 'nothing', stderr: '  HTTP/1.1 200 OK' }, '"results" is not in what it answered'],
  [
    { status: 1, stderr: 'wget: server returned error: HTTP/1.1 500 Oops' },
    'the status was 500 and not 200: wget: server returned error: HTTP/1.1 500 Oops',
  ],
  [{ status: 1, stderr: 'connection refused' }, 'it did not answer: connection refused'],
])('an answer such as %o fails', async (said, detail) => {
  expect(await tried(page, () => said)).toMatchObject({ status: 'fail', detail });
});

test('a refusal may be what is promised', async () => {
  const result = await tried({ path: '/v2/', expect: { status: 401 } }, () => ({ status: 1, stderr: 'HTTP/1.1 401 Unauthorized' }));
  expect(result).toMatchObject({ status: 'pass', detail: 'status 401' });
});

test('it is asked with the program of its healthcheck', async () => {
  let program = '';
  await tried(
    page,
    (_, [first = '']) => {
      program = first;
      return { stdout: 'results\nHTTP 200' };
    },
    { health: { port: 'web', path: '/', via: 'node' } },
  );
  expect(program).toBe('node');
});

test('a command is judged by its status and its words', async () => {
  const smoke = { command: ['psql', '-c', 'select 42'], expect: '42' } as const;
  expect(await tried(smoke, () => ({ stdout: ' 42' }))).toMatchObject({ status: 'pass' });
  expect(await tried(smoke, () => ({ stdout: ' 41' }))).toMatchObject({ status: 'fail' });
  expect(await tried(smoke, () => ({ status: 2, stderr: 'no server' }))).toMatchObject({
    status: 'fail',
    detail: 'the status was 2 and not 0: no server',
  });
});

test('a unit that has no such program is skipped', async () => {
  expect(await tried(page, () => ({ status: 127 }))).toMatchObject({ status: 'skip' });
});
