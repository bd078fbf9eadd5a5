import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DatamancyError } from '../../src/kit/errors.ts';
import { until } from '../../src/kit/clock.ts';
import type { Release, Runtime, RuntimeEvent, Unit, UnitState } from '../../src/runtime/runtime.ts';

/** A unit that the suite wants, in words that any adapter can make real. */
export interface UnitSpec {
  readonly name: string;
  /** Two definitions of one service differ in this, and so in their digest. */
  readonly version?: number;
  /** Said on stdout at each start, in this order. */
  readonly prints?: readonly string[];
  /** Whether its healthcheck passes. It does unless said otherwise. */
  readonly healthy?: boolean;
  /** What the healthcheck says. */
  readonly healthOutput?: string;
}

/** An adapter, and what the suite needs around it. A harness stands for one cluster that starts empty. */
export interface RuntimeHarness {
  readonly runtime: Runtime;
  /** Equal specs give equal digests, whatever the number of the release. */
  readonly makeRelease: (number: number, specs: readonly UnitSpec[]) => Promise<Release>;
  readonly programs: {
    /** Copies its input to its output. */
    readonly copy: readonly [string, ...string[]];
    /** Prints `out` and, on stderr, `err`; ends with status 3. */
    readonly complain: readonly [string, ...string[]];
    /** Keeps a word in the unit's volume, and prints it again. */
    readonly remember: (word: string) => readonly [string, ...string[]];
    readonly recall: readonly [string, ...string[]];
  };
  /** Ends the unit's main process as a fault would: from outside, and unasked. */
  readonly kill: (service: string) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** What every runtime does, seen from outside. Each test starts with nothing there. */
export function describeRuntime(name: string, make: () => Promise<RuntimeHarness>): void {
  describe(`the ${name} runtime`, () => {
    let harness: RuntimeHarness;
    let runtime: Runtime;
    const signal = new AbortController().signal;

    beforeAll(async () => {
      harness = await make();
      runtime = harness.runtime;
    }, 120_000);
    afterEach(async () => runtime.down({ volumes: true }, signal), 60_000);
    afterAll(async () => harness.dispose(), 60_000);

    async function apply(number: number, specs: readonly UnitSpec[], services = specs.map((spec) => spec.name)): Promise<Release> {
      const release = await harness.makeRelease(number, specs);
      await runtime.apply(release, services, signal);
      return release;
    }

    async function unitOf(service: string): Promise<Unit | undefined> {
      return (await runtime.observe(signal)).find((unit) => unit.service === service);
    }

    async function unitWhen(service: string, what: string, holds: (unit: Unit) => boolean): Promise<Unit> {
      return until(
        `${service} ${what}`,
        async () => {
          const unit = await unitOf(service);
          return unit && holds(unit) ? { done: unit } : { seen: unit ? `${unit.state}, ${unit.restarts} restarts` : 'absent' };
        },
        { everyMs: 50, withinMs: 30_000 },
      );
    }

    async function settled(service: string, state: UnitState = 'healthy'): Promise<Unit> {
      return unitWhen(service, `is ${state}`, (unit) => unit.state === state);
    }

    async function codeOf(work: Promise<unknown>): Promise<string> {
      const outcome = await work.then(
        () => 'nothing was thrown',
        (cause: unknown) => cause,
      );
      return outcome instanceof DatamancyError ? outcome.code : String(outcome);
    }

    test('observes nothing where nothing was applied', async () => {
      expect(await runtime.observe(signal)).toEqual([]);
    });

    test('starts what it is asked for and nothing else', async () => {
      const release = await apply(7, [{ name: 'one' }, { name: 'two' }], ['one']);
      const unit = await settled('one');
      expect(unit).toMatchObject({ service: 'one', release: 7, digest: release.services['one']?.digest, restarts: 0, exit: undefined });
      expect(unit.startedAt).toMatch(/^\d{4}-/);
      expect(await unitOf('two')).toBeUndefined();
    });

    test('leaves a unit alone that is as the release defines it', async () => {
      await apply(1, [{ name: 'one' }]);
      const before = await settled('one');
      await apply(1, [{ name: 'one' }]);
      await apply(2, [{ name: 'one' }]);
      expect((await settled('one')).startedAt).toBe(before.startedAt);
    });

    test('replaces the unit whose digest changed and no other', async () => {
      await apply(1, [{ name: 'one' }, { name: 'two' }]);
      const before = [await settled('one'), await settled('two')];
      const release = await apply(2, [{ name: 'one', version: 2 }, { name: 'two' }]);
      const after = [await settled('one'), await settled('two')];
      expect(after[0]).toMatchObject({ digest: release.services['one']?.digest, release: 2 });
      expect(after[0]?.digest).not.toBe(before[0]?.digest);
      expect(after[1]?.startedAt).toBe(before[1]?.startedAt);
    });

    test('says that a unit is unhealthy, and what its healthcheck said', async () => {
      await apply(1, [{ name: 'ill', healthy: false, healthOutput: 'the store is locked' }]);
      expect((await settled('ill', 'unhealthy')).healthOutput).toBe('the store is locked');
    });

    test('stops a unit, and starts it again with the next apply', async () => {
      await apply(1, [{ name: 'one' }]);
      await settled('one');
      await runtime.stop(['one', 'absent'], signal);
      expect(await unitOf('one')).toMatchObject({ state: 'exited' });
      await runtime.stop(['one'], signal);
      await apply(1, [{ name: 'one' }]);
      await settled('one');
    });

    test('restarts a unit', async () => {
      await apply(1, [{ name: 'one', prints: ['hello'] }]);
      await settled('one');
      await runtime.restart('one', signal);
      await settled('one');
      expect(await runtime.logs('one', { tail: 10 }, signal)).toEqual(['hello', 'hello']);
    });

    test('brings back a unit whose process was killed, and counts it', async () => {
      await apply(1, [{ name: 'one' }]);
      await settled('one');
      await harness.kill('one');
      const back = await unitWhen('one', 'came back', ({ state, restarts }) => state === 'healthy' && restarts > 0);
      expect(back.restarts).toBe(1);
    });

    test('gives the last lines of the log in the order they were said', async () => {
      const prints = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`);
      await apply(1, [{ name: 'one', prints }]);
      await settled('one');
      expect(await runtime.logs('one', { tail: 1000 }, signal)).toEqual(prints);
      expect(await runtime.logs('one', { tail: 3 }, signal)).toEqual(['line 58', 'line 59', 'line 60']);
    });

    test('follows the log across a restart, until it is told to stop', async () => {
      await apply(1, [{ name: 'one', prints: ['hello'] }]);
      await settled('one');
      const lines: string[] = [];
      const abort = new AbortController();
      const following = runtime.follow(['one'], (service, line) => lines.push(`${service}: ${line}`), abort.signal);
      await runtime.restart('one', signal);
      await until('the new line', async () => (lines.length > 0 ? { done: true } : { seen: 'no line' }), { everyMs: 50, withinMs: 20_000 });
      abort.abort();
      await following;
      expect(lines).toEqual(['one: hello']);
    });

    test('runs a program in the unit: status, both outputs, input', async () => {
      await apply(1, [{ name: 'one' }]);
      await settled('one');
      expect(await runtime.exec('one', harness.programs.complain, {}, signal)).toEqual({ status: 3, stdout: 'out\n', stderr: 'err\n' });
      const input = `${'grüße '.repeat(50_000)}\n`;
      expect(await runtime.exec('one', harness.programs.copy, { input }, signal)).toEqual({ status: 0, stdout: input, stderr: '' });
      expect(await runtime.exec('one', harness.programs.copy, { input: '' }, signal)).toEqual({ status: 0, stdout: '', stderr: '' });
    });

    test('removes a unit and keeps its data', async () => {
      await apply(1, [{ name: 'one' }]);
      await settled('one');
      await runtime.exec('one', harness.programs.remember('blue'), {}, signal);
      await runtime.remove(['one', 'absent'], signal);
      expect(await runtime.observe(signal)).toEqual([]);
      await apply(1, [{ name: 'one' }]);
      await settled('one');
      expect(await runtime.exec('one', harness.programs.recall, {}, signal)).toMatchObject({ status: 0, stdout: 'blue' });
    });

    test('goes down and keeps the data unless it is told otherwise', async () => {
      await apply(1, [{ name: 'one' }, { name: 'two' }]);
      await settled('one');
      await runtime.exec('one', harness.programs.remember('blue'), {}, signal);
      await runtime.down({ volumes: false }, signal);
      expect(await runtime.observe(signal)).toEqual([]);
      await apply(1, [{ name: 'one' }]);
      await settled('one');
      expect((await runtime.exec('one', harness.programs.recall, {}, signal)).stdout).toBe('blue');
      await runtime.down({ volumes: true }, signal);
      await runtime.down({ volumes: true }, signal);
      await apply(1, [{ name: 'one' }]);
      await settled('one');
      expect((await runtime.exec('one', harness.programs.recall, {}, signal)).stdout).toBe('');
    });

    test('keeps observing a unit that the release no longer names, and removes it by name', async () => {
      await apply(1, [{ name: 'one' }, { name: 'old' }]);
      await settled('old');
      await apply(2, [{ name: 'one', version: 2 }]);
      expect((await runtime.observe(signal)).map(({ service }) => service)).toEqual(['old', 'one']);
      await runtime.remove(['old'], signal);
      expect((await runtime.observe(signal)).map(({ service }) => service)).toEqual(['one']);
    });

    test('tells the events of a unit', async () => {
      const events: RuntimeEvent[] = [];
      const abort = new AbortController();
      const watching = runtime.events((event) => events.push(event), abort.signal);
      await apply(1, [{ name: 'one' }]);
      await settled('one');
      await harness.kill('one');
      await unitWhen('one', 'came back', ({ state, restarts }) => state === 'healthy' && restarts === 1);
      await runtime.remove(['one'], signal);
      await until(
        'the last event',
        async () => (events.some(({ kind }) => kind === 'remove') ? { done: true } : { seen: JSON.stringify(events) }),
        { everyMs: 50, withinMs: 20_000 },
      );
      abort.abort();
      await watching;
      const kinds = events.map(({ kind }) => kind).filter((kind) => kind === 'start' || kind === 'die' || kind === 'remove');
      expect(kinds.slice(0, 3)).toEqual(['start', 'die', 'start']);
      expect(new Set(events.map(({ service }) => service))).toEqual(new Set(['one']));
    });

    test('names what it was asked for and does not have', async () => {
      const release = await apply(1, [{ name: 'one' }]);
      expect(await codeOf(runtime.apply(release, ['one', 'nobody'], signal))).toBe('E_SERVICE_UNKNOWN');
      expect(await codeOf(runtime.restart('nobody', signal))).toBe('E_SERVICE_UNKNOWN');
      expect(await codeOf(runtime.logs('nobody', { tail: 1 }, signal))).toBe('E_SERVICE_UNKNOWN');
      expect(await codeOf(runtime.exec('nobody', harness.programs.copy, {}, signal))).toBe('E_SERVICE_UNKNOWN');
    });

    test('goes on after an apply that was aborted half-way', async () => {
      const specs = ['one', 'two', 'three', 'four'].map((name) => ({ name }));
      const release = await harness.makeRelease(1, specs);
      for (const afterMs of [0, 200, 500]) {
        const abort = new AbortController();
        const applying = runtime.apply(release, ['one', 'two', 'three', 'four'], abort.signal).catch((cause: unknown) => cause);
        setTimeout(() => abort.abort(), afterMs);
        await applying;
      }
      await runtime.apply(release, ['one', 'two', 'three', 'four'], signal);
      for (const { name } of specs) expect(await settled(name)).toMatchObject({ digest: release.services[name]?.digest });
      expect(await runtime.observe(signal)).toHaveLength(4);
    });
  });
}
