import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test, vi } from 'vitest';
import { until } from './clock.ts';
import { readIfExists } from './files.ts';
import { leaveRunning, run, runOrFail, type RunResult } from './process.ts';
import { untilGone } from './testing/until-gone.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

/** Anything else would be 0 as a number: the group of this test itself. */
const aProcess = /^[1-9]\d*$/;

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

test.each([
  ['leaves its output to another', 'sleep 30 & echo $!'],
  ['leaves another behind that is silent', 'trap "" TERM; sleep 30 >/dev/null 2>&1 & other=$!; trap - TERM; echo $other; sleep 30'],
  ['does not listen', 'trap "" TERM; sleep 30 & echo $!; sleep 30; sleep 30'],
])('a time limit ends the whole family of a program that %s', async (_, script) => {
  const began = Date.now();
  const { status, stdout } = await runUntilItSpeaks(['sh', '-c', script]);
  expect(stdout).toMatch(aProcess);
  expect(status).toBe(124);
  expect(Date.now() - began).toBeLessThan(10_000);
  await untilGone(stdout);
});

test('a time limit returns with what was said, also where one of the family got away with the output', async () => {
  const began = Date.now();
  const { status, stdout } = await runUntilItSpeaks(['setsid', '--fork', 'sh', '-c', 'echo $$; exec sleep 30']);
  expect(stdout).toMatch(aProcess);
  process.kill(Number(stdout));
  expect(status).toBe(124);
  expect(Date.now() - began).toBeLessThan(10_000);
});

test('a program that is left running outlives the call, and one that is not there harms nobody', async () => {
  leaveRunning(['no-such-program-of-datamancy']);
  const folder = await temporaryFolder();
  leaveRunning(['sh', '-c', `sleep 0.1; echo done > ${folder}/said`]);
  const said = await until(
    'its file',
    async () => {
      const found = await readIfExists(join(folder, 'said'));
      return found ? { done: found } : { seen: 'no file' };
    },
    { everyMs: 20, withinMs: 10_000 },
  );
  expect(said).toBe('done\n');
});

test('an aborted signal ends the program', async () => {
  const stop = new AbortController();
  const running = run(['sleep', '30'], { signal: stop.signal });
  stop.abort(new Error('stopped'));
  expect((await running).status).toBe(143);
});

test.each([
  ['ends by itself', 'sleep 30 & echo $!; wait', 143],
  ['does not listen', 'trap "" TERM; sleep 30 & echo $!; sleep 30; sleep 30', 137],
])('an aborted signal ends the whole family of a program that has a time limit and %s', async (_, script, wanted) => {
  const stop = new AbortController();
  const began = Date.now();
  const { status, stdout } = await run(['sh', '-c', script], { timeoutMs: 30_000, signal: stop.signal, onLine: () => stop.abort() });
  expect(stdout).toMatch(aProcess);
  expect(status).toBe(wanted);
  expect(Date.now() - began).toBeLessThan(10_000);
  await untilGone(stdout);
});

test('a signal that was aborted before ends a program with a time limit too, and neither leaves a listener behind', async () => {
  const before = process.listenerCount('exit');
  const signal = AbortSignal.abort(new Error('stopped'));
  expect(await run(['sleep', '30'], { timeoutMs: 30_000, signal })).toMatchObject({ status: 143 });
  expect(process.listenerCount('exit')).toBe(before);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('what has a time limit does not outlive the program that started it', async () => {
  const onlyOnExit = `onLine: (line) => { console.log(line); process.exit(); }`;
  const pid = await startedBy(onlyOnExit, 'sleep 30 & echo $!; wait');
  expect(pid).toMatch(aProcess);
  await untilGone(pid);
});

test('what was told to end and did not is killed when the program that started it does not wait', async () => {
  const signalled = `signal: stop.signal, onLine: (line) => { console.log(line); stop.abort(); setImmediate(() => process.exit()); }`;
  const pid = await startedBy(signalled, 'trap "" TERM; echo $$; sleep 30; sleep 30');
  expect(pid).toMatch(aProcess);
  await untilGone(pid);
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

/** With a time limit that is over as soon as the program has said something, which may take a while on a busy machine. */
async function runUntilItSpeaks(argv: readonly [string, ...string[]]): Promise<RunResult> {
  const timeoutMs = 60_000;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
  onTestFinished(() => void vi.useRealTimers());
  return run(argv, { timeoutMs, onLine: () => vi.advanceTimersByTime(timeoutMs) });
}

/** What a program that runs the script prints before it ends: the id of a process. */
async function startedBy(options: string, script: string): Promise<string> {
  const folder = await temporaryFolder();
  const contents = `import { run } from './process.ts';
    const stop = new AbortController();
    await run(['sh', '-c', ${JSON.stringify(script)}], { timeoutMs: 30_000, ${options} });`;
  const stdin = { contents, resolveDir: import.meta.dirname, loader: 'ts' } as const;
  const outfile = join(folder, 'starter.mjs');
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  await build({ stdin, outfile, banner, bundle: true, format: 'esm', platform: 'node', logLevel: 'silent' });
  const { status, stdout, stderr } = await run([process.execPath, outfile]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}
