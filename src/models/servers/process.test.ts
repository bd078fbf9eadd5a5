import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { programModel } from '../testing/model-program.ts';
import { ask, type RunningRouter, startRouter, until } from '../testing/running-router.ts';
import { endLeftovers, markName, markOf } from './leftovers.ts';
import { createProcessServer, type ProcessSettings } from './process.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function router(models: Readonly<Record<string, unknown>>): Promise<RunningRouter> {
  const running = await startRouter({ vram: '10GiB', models });
  stops.push(async () => running.stop());
  return running;
}

interface Told {
  readonly pid: number;
  readonly child: number;
  readonly port: number;
  readonly env: string;
}

async function told(url: string, model: string): Promise<Told> {
  return (await (await ask(url, model)).json()) as Told;
}

/** A program that has ended, but whose end nobody asked for yet, runs no more. */
function runs(pid: number): boolean {
  return existsSync(`/proc/${pid}/stat`) && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

test('a program is started for whoever asks, at a port of its own, and ended with its children for the next one', async () => {
  const { url } = await router({
    a: { server: programModel('slow'), vram: '6GiB' },
    b: { server: programModel('deaf'), vram: '6GiB' },
  });
  const a = await told(url, 'a');
  expect(String(a.port)).toBe(a.env);
  expect(readFileSync(`/proc/${a.pid}/environ`, 'utf8').split('\0')).toContain('SPT_NOENV=1');
  const b = await told(url, 'b');
  expect([runs(a.pid), runs(a.child), runs(b.pid), runs(b.child)]).toEqual([false, false, true, true]);
  const again = await told(url, 'a');
  expect([runs(b.pid), runs(b.child), runs(again.pid)]).toEqual([false, false, true]);
});

test('a program that cannot start says why to whoever asked', async () => {
  const { url } = await router({
    a: { server: programModel('broken'), vram: '1GiB' },
    b: { server: { kind: 'process', argv: ['/nowhere/llama-server'] }, vram: '1GiB' },
  });
  const answers = await Promise.all(['a', 'b'].map(async (model) => (await ask(url, model)).json()));
  expect(answers).toMatchObject([
    {
      error: { code: 'model_load_failed', message: expect.stringContaining('status 3: loading weights | error: no such file: model.gguf') },
    },
    { error: { code: 'model_load_failed', message: expect.stringContaining('ENOENT') } },
  ]);
});

test('a program that dies in the middle of an answer is started again for the next', async () => {
  const { url } = await router({ a: { server: programModel('dies'), vram: '1GiB' } });
  const first = await told(url, 'a');
  const broken = await fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"model":"a"}',
  });
  expect([broken.status, await broken.json()]).toMatchObject([502, { error: { code: 'upstream_failed' } }]);
  await until(() => !runs(first.child));
  expect((await told(url, 'a')).pid).not.toBe(first.pid);
});

test('when the router is stopped, nothing that it started runs any more', async () => {
  const running = await startRouter({ models: { a: { server: programModel('deaf'), vram: '1GiB' } } });
  const { pid, child } = await told(running.url, 'a');
  await running.stop();
  expect([runs(pid), runs(child)]).toEqual([false, false]);
});

function settingsOf(mark: string): ProcessSettings {
  const { argv } = programModel();
  return { argv: argv as [string], env: {}, health: '/health', lookMs: 200, stopMs: 100, mark: markOf(mark) };
}

test('a program that hangs is ended after three looks without an answer, unless it is at work', async () => {
  let lookMs = 200;
  const settings = settingsOf(crypto.randomUUID());
  const server = createProcessServer({
    ...settings,
    get lookMs() {
      return lookMs;
    },
  });
  const look = async (isBusy: boolean): Promise<string> => await server.observe(AbortSignal.timeout(15_000), () => isBusy);
  await server.load(AbortSignal.timeout(15_000));
  const { pid, child } = (await (await fetch(`${server.url()}/`)).json()) as Told;
  process.kill(pid, 'SIGSTOP');
  expect([await look(false), await look(false), await look(true)]).toEqual(['in', 'in', 'in']);
  process.kill(pid, 'SIGCONT');
  // One that answers is waited for, however busy the machine is.
  lookMs = 10_000;
  expect(await look(false)).toBe('in');
  lookMs = 200;
  process.kill(pid, 'SIGSTOP');
  expect([await look(false), await look(false), await look(false)]).toEqual(['in', 'in', 'out']);
  await until(() => !runs(pid) && !runs(child));
  await server.load(AbortSignal.timeout(15_000));
  lookMs = 10_000;
  expect(await look(false)).toBe('in');
  await server.close();
});

test('what a killed router left behind is found and ended, with its children, and nothing else', async () => {
  const mark = `/tmp/${crypto.randomUUID()}.json`;
  const server = createProcessServer(settingsOf(mark));
  await server.load(AbortSignal.timeout(15_000));
  const { pid, child } = (await (await fetch(`${server.url()}/`)).json()) as Told;
  const other = spawn('sleep', ['60'], { env: { ...process.env, [markName]: `${mark}.other` } });
  await until(() => runs(other.pid ?? 0));
  const ended = await endLeftovers(mark);
  expect([...ended].toSorted((a, b) => a - b)).toEqual([pid, child].toSorted((a, b) => a - b));
  expect([runs(pid), runs(child), runs(other.pid ?? 0)]).toEqual([false, false, true]);
  other.kill();
  await until(async () => (await server.observe(AbortSignal.timeout(1_000), () => false)) === 'out');
});
