import { expect, test } from 'vitest';
import { run, runOrFail } from './process.ts';

test.each([
  ['exit 0', 0],
  ['exit 7', 7],
  ['kill -TERM $$', 143],
  ['kill -KILL $$', 137],
  ['kill -HUP $$', 129],
])('a shell would say the same of `%s`: %i', async (script, status) => {
  expect(await run(['sh', '-c', script])).toMatchObject({ status });
});

test('a program that is not there, and one that may not be run, have statuses of their own', async () => {
  expect(await run(['no-such-program-of-datamancy'])).toMatchObject({ status: 127 });
  expect(await run(['/etc/passwd'])).toMatchObject({ status: 126 });
});

test('a program that takes too long is ended with 124', async () => {
  expect(await run(['sleep', '30'], { timeoutMs: 50 })).toMatchObject({ status: 124 });
});

test('an aborted signal ends the program', async () => {
  const stop = new AbortController();
  const running = run(['sleep', '30'], { signal: stop.signal });
  stop.abort(new Error('stopped'));
  expect((await running).status).toBe(143);
});

test('input goes in, both streams come out, and nothing passes through a shell', async () => {
  const script = 'read line; echo "out $line"; echo err >&2';
  expect(await run(['sh', '-c', script], { input: 'hello\n' })).toEqual({ status: 0, stdout: 'out hello', stderr: 'err' });
  expect((await run(['echo', '$HOME', ';', 'true'])).stdout).toBe('$HOME ; true');
});

test('lines are told as they come, of a program that fails too', async () => {
  const lines: string[] = [];
  const result = await run(['sh', '-c', 'echo one; echo two >&2; exit 3'], { onLine: (line) => lines.push(line) });
  expect(lines.toSorted()).toEqual(['one', 'two']);
  expect(result).toEqual({ status: 3, stdout: 'one', stderr: 'two' });
});

test('a failure names the program, the status and its last words', async () => {
  expect(await runOrFail(['echo', 'fine'], { fix: 'none' })).toBe('fine');
  await expect(runOrFail(['sh', '-c', 'echo no luck >&2; exit 4'], { fix: 'try again' })).rejects.toMatchObject({
    code: 'E_COMMAND_FAILED',
    message: expect.stringMatching(/ended with status 4: no luck$/),
    fix: 'try again',
  });
});
