import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Step } from '../contracts/index.ts';
import { DatamancyError } from '../kit/errors.ts';
import type { MemoryRuntime, MemoryScript } from '../runtime/memory.ts';
import { memoryRuntime } from '../runtime/memory.ts';
import type { Release } from '../runtime/runtime.ts';
import { sampleService, sampleStack } from '../stack/sample.ts';
import type { ResolvedService } from '../stack/stack.ts';
import type { ApplyInput } from './apply.ts';
import { applyRelease } from './apply.ts';
import type { Outcome, Progress } from './outcome.ts';

const patienceMs = 61_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

/** Services with what each depends on: `{ app: ['db'], db: [] }`. */
function servicesOf(graph: Readonly<Record<string, readonly string[]>>): readonly ResolvedService[] {
  const { services } = sampleStack(Object.keys(graph).map((name) => sampleService(name)));
  return services.map((service) => ({ ...service, dependsOn: graph[service.name] ?? [] }));
}

function releaseOf(number: number, digests: Readonly<Record<string, string>>): Release {
  const services = Object.fromEntries(Object.entries(digests).map(([name, digest]) => [name, { digest }]));
  return { number, directory: `/releases/${number}`, services };
}

function step(title: string, parts: Partial<Step> = {}): Step {
  return { title, argv: ['grant', title], input: { kind: 'text', parts: ['input of ', title] }, ...parts };
}

/** Scripts by service; an `apply` in the log is one unit that was started, an `exec` one step that ran in it. */
function world(scripts: Readonly<Record<string, MemoryScript>> = {}): { readonly runtime: MemoryRuntime; readonly log: string[] } {
  const log: string[] = [];
  const runtime = memoryRuntime((service, digest) => {
    const script = scripts[`${service}@${digest}`] ?? scripts[service] ?? {};
    return {
      ...script,
      exec: (argv, input, volume) => {
        log.push(`exec ${service}: ${argv.join(' ')} < ${input}`);
        return script.exec?.(argv, input, volume) ?? { status: 0, stdout: '', stderr: '' };
      },
    };
  });
  return { runtime, log };
}

interface Run {
  readonly services: readonly ResolvedService[];
  readonly runtime: MemoryRuntime;
  readonly parts?: Partial<ApplyInput>;
  readonly log?: string[];
}

async function apply({ services, runtime, parts = {}, log = [] }: Run): Promise<readonly Outcome[]> {
  return applyRelease({
    services,
    release: releaseOf(1, Object.fromEntries(services.map(({ name }) => [name, 'a']))),
    steps: new Map(),
    lastGood: {},
    releaseOf: async (number) => releaseOf(number, {}),
    runtime,
    reveal: { secret: () => 'hidden', file: () => '/run/secrets/x' },
    signal: new AbortController().signal,
    onProgress: ({ service, phase }) => log.push(`${service} ${phase}`),
    lookEveryMs: 1,
    ...parts,
  });
}

function kinds(outcomes: readonly Outcome[]): Readonly<Record<string, string>> {
  return Object.fromEntries(outcomes.map(({ service, kind }) => [service, kind]));
}

test('a service starts once its providers are healthy and their grants have run', async () => {
  const { runtime, log } = world({ db: { after: 3 } });
  const steps = new Map([['db', [step('roles')]]]);
  const outcomes = await apply({ services: servicesOf({ app: ['db'], db: [] }), runtime, log, parts: { steps } });
  expect(log).toEqual(['db starting', 'db granting', 'exec db: grant roles < input of roles', 'db ready', 'app starting', 'app ready']);
  expect(kinds(outcomes)).toEqual({ app: 'ready', db: 'ready' });
});

test('a unit that is as declared is not started again, and its grants are applied again', async () => {
  const { runtime, log } = world();
  const services = servicesOf({ app: ['db'], db: [] });
  const steps = new Map([['db', [step('roles')]]]);
  await apply({ services, runtime, parts: { steps } });
  const before = await runtime.observe(AbortSignal.abort());
  log.length = 0;
  vi.setSystemTime(Date.now() + 5_000);
  expect(kinds(await apply({ services, runtime, log, parts: { steps } }))).toEqual({ app: 'unchanged', db: 'unchanged' });
  expect(await runtime.observe(AbortSignal.abort())).toEqual(before);
  expect(log).toContain('exec db: grant roles < input of roles');
});

test('a unit that never gets healthy is reported with its last words, its dependents are blocked and the others go on', async () => {
  const { runtime } = world({ db: { becomes: 'unhealthy', lines: ['no space left', 'giving up'], healthOutput: 'refused :5432' } });
  const services = servicesOf({ app: ['db'], worker: ['app'], db: [], other: [] });
  const outcomes = await apply({ services, runtime });
  expect(kinds(outcomes)).toEqual({ app: 'blocked', worker: 'blocked', db: 'failed', other: 'ready' });
  expect(outcomes.find(({ service }) => service === 'db')).toEqual({
    service: 'db',
    kind: 'failed',
    cause: 'its healthcheck fails',
    words: ['no space left', 'giving up'],
    healthOutput: 'refused :5432',
    restoredFrom: undefined,
  });
  expect(outcomes.find(({ service }) => service === 'worker')).toMatchObject({ by: 'app' });
});

test('a failed definition makes place for the last good one', async () => {
  const { runtime } = world({ 'db@b': { becomes: 'exited', exitCode: 3 } });
  const services = servicesOf({ db: [] });
  await apply({ services, runtime });
  const parts = {
    release: releaseOf(2, { db: 'b' }),
    lastGood: { db: { release: 1, digest: 'a' } },
    releaseOf: async () => releaseOf(1, { db: 'a' }),
  };
  expect(await apply({ services, runtime, parts })).toMatchObject([{ kind: 'failed', cause: 'it ended with status 3', restoredFrom: 1 }]);
  expect(await runtime.observe(AbortSignal.abort())).toMatchObject([{ service: 'db', digest: 'a', release: 1, state: 'healthy' }]);
});

test('a last good definition that cannot be started is said, and not taken for restored', async () => {
  const { runtime } = world({ 'db@b': { becomes: 'exited', exitCode: 3 } });
  const parts: Partial<ApplyInput> = {
    release: releaseOf(2, { db: 'b' }),
    lastGood: { db: { release: 1, digest: 'a' } },
    releaseOf: async () => Promise.reject(new DatamancyError('E_RELEASE_DAMAGED', 'release 1 is damaged', { fix: 'none' })),
  };
  expect(await apply({ services: servicesOf({ db: [] }), runtime, parts })).toMatchObject([
    { cause: 'it ended with status 3; its last good definition could not be started again: release 1 is damaged', restoredFrom: undefined },
  ]);
});

test('of a batch that the runtime refuses only the service at fault is failed', async () => {
  const { runtime } = world({ bad: { refuses: new DatamancyError('E_ENGINE_FAILED', 'no such image', { fix: 'build it' }) } });
  const outcomes = await apply({ services: servicesOf({ app: [], bad: [], zoo: [], client: ['bad'] }), runtime });
  expect(kinds(outcomes)).toEqual({ app: 'ready', bad: 'failed', client: 'blocked', zoo: 'ready' });
  expect(outcomes.find(({ service }) => service === 'bad')).toMatchObject({ cause: 'no such image' });
});

test('an engine that is gone ends the run, whichever call finds out', async () => {
  const gone = new DatamancyError('E_ENGINE_UNREACHABLE', 'no answer', { fix: 'start it' });
  const refusing = world({ db: { refuses: gone } });
  await expect(apply({ services: servicesOf({ db: [] }), runtime: refusing.runtime })).rejects.toBe(gone);
  const silent = world({
    db: {
      exec: () => {
        throw gone;
      },
    },
  });
  const steps = new Map([['db', [step('roles')]]]);
  await expect(apply({ services: servicesOf({ db: [] }), runtime: silent.runtime, parts: { steps } })).rejects.toBe(gone);
});

test('an error of the program inside a step is thrown and not swallowed', async () => {
  const { runtime } = world();
  const parts: Partial<ApplyInput> = {
    steps: new Map([['db', [step('roles', { input: { kind: 'text', parts: [{ kind: 'secret', id: 'x' }] } })]]]),
    reveal: {
      secret: () => {
        throw new TypeError('a bug');
      },
      file: () => '',
    },
  };
  await expect(apply({ services: servicesOf({ db: [] }), runtime, parts })).rejects.toThrow('a bug');
});

test('a run that is stopped ends with the reason and leaves what it started', async () => {
  const { runtime } = world({ app: { becomes: 'starting' } });
  const stop = new AbortController();
  const onProgress = ({ service, phase }: Progress): void => {
    if (service === 'db' && phase === 'ready') stop.abort(new Error('stopped by SIGINT'));
  };
  const services = servicesOf({ app: ['db'], db: [] });
  await expect(apply({ services, runtime, parts: { signal: stop.signal, onProgress } })).rejects.toThrow('stopped by SIGINT');
  expect(await runtime.observe(AbortSignal.abort())).toMatchObject([{ service: 'db', state: 'healthy' }]);
});

test('a run that was stopped half-way is continued, and nothing that it did is done twice', async () => {
  const { runtime, log } = world();
  const services = servicesOf({ app: ['db'], db: [] });
  const stop = new AbortController();
  const onProgress = ({ phase }: Progress): void => {
    if (phase === 'ready') stop.abort(new Error('killed'));
  };
  await expect(apply({ services, runtime, parts: { signal: stop.signal, onProgress } })).rejects.toThrow('killed');
  expect(kinds(await apply({ services, runtime, log }))).toEqual({ app: 'ready', db: 'unchanged' });
  expect(log).toEqual(['db ready', 'app starting', 'app ready']);
});

test('a service that is no longer declared is removed', async () => {
  const { runtime, log } = world();
  await apply({ services: servicesOf({ db: [], old: [] }), runtime });
  expect(kinds(await apply({ services: servicesOf({ db: [] }), runtime, log }))).toEqual({ db: 'unchanged', old: 'removed' });
  expect(await runtime.observe(AbortSignal.abort())).toMatchObject([{ service: 'db' }]);
});

test('a step that ends with another status than it may names itself, the status and the last words', async () => {
  const { runtime } = world({ db: { exec: () => ({ status: 3, stdout: '', stderr: 'first\nrole is in use\n' }) } });
  const services = servicesOf({ app: ['db'], db: [] });
  const outcomes = await apply({ services, runtime, parts: { steps: new Map([['db', [step('roles', { okStatuses: [0, 68] })]]]) } });
  expect(outcomes).toMatchObject([
    { service: 'app', kind: 'blocked', by: 'db' },
    { service: 'db', kind: 'failed', cause: 'its step "roles" ended with status 3: role is in use' },
  ]);
  const lenient = new Map([['db', [step('roles', { okStatuses: [3] })]]]);
  expect(kinds(await apply({ services, runtime, parts: { steps: lenient } }))).toEqual({ app: 'ready', db: 'unchanged' });
});

test('a provider that falls ill while its grants run holds its dependents back', async () => {
  let becomes: 'healthy' | 'unhealthy' = 'healthy';
  const scripts: Record<string, MemoryScript> = {
    db: {
      get becomes() {
        return becomes;
      },
      exec: () => {
        becomes = 'unhealthy';
        return { status: 0, stdout: '', stderr: '' };
      },
    },
  };
  const runtime = memoryRuntime((service) => scripts[service] ?? {});
  const outcomes = await apply({
    services: servicesOf({ db: [], slow: [] }),
    runtime,
    parts: { steps: new Map([['db', [step('roles')]]]) },
  });
  expect(kinds(outcomes)).toEqual({ db: 'failed', slow: 'ready' });
});

test('a unit found unhealthy gets time to recover once its provider is there', async () => {
  let looks = 0;
  const scripts: Record<string, MemoryScript> = {
    app: {
      get becomes(): 'healthy' | 'unhealthy' {
        return looks++ < 6 ? 'unhealthy' : 'healthy';
      },
    },
    db: { after: 3 },
  };
  const runtime = memoryRuntime((service) => scripts[service] ?? {});
  const services = servicesOf({ app: ['db'], db: [] });
  await runtime.apply(releaseOf(1, { app: 'a', db: 'a' }), ['app'], new AbortController().signal);
  expect(kinds(await apply({ services, runtime }))).toEqual({ app: 'unchanged', db: 'ready' });
});

test('a unit that stays at its start, or is gone again, is failed when its time is over', async () => {
  const { runtime } = world({ db: { becomes: 'starting' }, gone: { becomes: 'starting' } });
  const onProgress = ({ service, phase }: Progress): void => {
    if (phase !== 'starting') return;
    if (service === 'gone') setTimeout(() => void runtime.remove(['gone'], AbortSignal.abort()), 0);
    setTimeout(() => vi.setSystemTime(Date.now() + patienceMs), 20);
  };
  expect(await apply({ services: servicesOf({ db: [], gone: [] }), runtime, parts: { onProgress } })).toMatchObject([
    { cause: 'it was not healthy within 60 s (last seen: starting)' },
    { cause: 'it was not healthy within 60 s (last seen: absent)', words: ['(its log could not be read: gone has no unit)'] },
  ]);
});
