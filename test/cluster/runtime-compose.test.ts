import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../src/kit/clock.ts';
import { freePort } from '../../src/kit/testing/free-port.ts';
import { DatamancyError } from '../../src/kit/errors.ts';
import { composeRuntime } from '../../src/runtime/compose.ts';
import { connectEngine } from '../../src/runtime/engine.ts';
import type { Release, Unit } from '../../src/runtime/runtime.ts';
import { describeRuntime } from '../conformance/runtime.ts';
import type { ComposeHarness } from './compose-harness.ts';
import { composeHarness, killComposeClients } from './compose-harness.ts';

describeRuntime('compose', async () => composeHarness(`rt-suite-${process.pid}`));

describe('the compose runtime on a real engine', () => {
  const cluster = `rt-own-${process.pid}`;
  const { signal } = new AbortController();
  let harness: ComposeHarness;

  beforeAll(async () => {
    harness = await composeHarness(cluster);
  });
  afterEach(async () => harness.runtime.down({ volumes: true }, signal));
  afterAll(async () => harness.dispose());

  async function healthy(services: readonly string[]): Promise<readonly Unit[]> {
    return until(
      `${services.join(', ')} are healthy`,
      async () => {
        const units = (await harness.runtime.observe(signal)).filter(({ service }) => services.includes(service));
        const isDone = units.length === services.length && units.every(({ state }) => state === 'healthy');
        return isDone ? { done: units } : { seen: units.map(({ service, state }) => `${service} ${state}`).join(', ') };
      },
      { everyMs: 100, withinMs: 60_000 },
    );
  }

  async function failureOf(work: Promise<unknown>): Promise<DatamancyError> {
    const cause = await work.then(
      () => new Error('nothing was thrown'),
      (thrown: unknown) => thrown,
    );
    if (cause instanceof DatamancyError) return cause;
    throw cause;
  }

  /** Kills the client of an apply once so many units are of the new release; zero where it was done before that. */
  async function killWhen(count: number, release: Release, names: readonly string[]): Promise<number> {
    const abort = new AbortController();
    let isDone = false;
    const applying = harness.runtime.apply(release, names, abort.signal).then(
      () => (isDone = true),
      () => (isDone = true),
    );
    const killed = await until(
      'a client to kill',
      async () => {
        const changed = (await harness.runtime.observe(signal)).filter((unit) => unit.release === release.number);
        const found = changed.length < count ? 0 : await killComposeClients(harness.project);
        return found > 0 || isDone ? { done: found } : { seen: `${changed.length} units of release ${release.number}` };
      },
      { everyMs: 5, withinMs: 60_000 },
    );
    abort.abort();
    await applying;
    return killed;
  }

  test('loses nothing when the docker client is killed in the middle of an apply', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `unit${index}`);
    let killed = 0;
    for (const version of [1, 2, 3, 4]) {
      const wanted = await harness.makeRelease(
        version,
        names.map((name) => ({ name, version })),
      );
      killed += await killWhen(version - 1, wanted, names);
    }
    expect(killed).toBeGreaterThan(0);
    const release = await harness.makeRelease(
      5,
      names.map((name, index) => ({ name, version: index % 5 })),
    );
    await harness.runtime.apply(release, names, signal);
    const units = await healthy(names);
    expect(units.map(({ enforced }) => enforced?.networks)).toEqual(names.map(() => [`${harness.project}_apps`]));
    const containers = await harness.docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${harness.project}`);
    expect(containers.trim().split('\n')).toHaveLength(names.length);
  });

  test('tries again by itself when its client is killed', async () => {
    const names = ['one', 'two', 'three', 'four'];
    const release = await harness.makeRelease(
      1,
      names.map((name) => ({ name })),
    );
    const applying = harness.runtime.apply(release, names, signal);
    await until('a client to kill', async () => ((await killComposeClients(harness.project)) > 0 ? { done: true } : { seen: 'none' }), {
      everyMs: 20,
      withinMs: 60_000,
    });
    await applying;
    expect(await healthy(names)).toHaveLength(names.length);
  });

  test('two applies at once end with one unit of each', async () => {
    const names = ['one', 'two', 'three'];
    const release = await harness.makeRelease(
      1,
      names.map((name) => ({ name })),
    );
    const other = composeRuntime({ cluster, engine: await connectEngine() });
    await Promise.all([harness.runtime.apply(release, names, signal), other.apply(release, names, signal)]);
    await harness.runtime.apply(release, names, signal);
    const units = await healthy(names);
    expect(units.map(({ enforced }) => enforced?.networks)).toEqual(names.map(() => [`${harness.project}_apps`]));
    const networks = await harness.docker('network', 'ls', '-q', '--filter', `name=${harness.project}_apps`);
    expect(networks.trim().split('\n')).toHaveLength(1);
    const containers = await harness.docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${harness.project}`);
    expect(containers.trim().split('\n')).toHaveLength(names.length);
  });

  test('makes anew what an interrupted run made and never started', async () => {
    const release = await harness.makeRelease(1, [{ name: 'one' }]);
    await harness.docker('compose', '-p', harness.project, '-f', `${release.directory}/compose.yaml`, 'create');
    await harness.docker('network', 'disconnect', '-f', `${harness.project}_apps`, `${harness.project}-one-1`);
    expect((await harness.runtime.observe(signal))[0]).toMatchObject({ state: 'created', startedAt: undefined });
    await harness.runtime.apply(release, ['one'], signal);
    expect((await healthy(['one']))[0]?.enforced?.networks).toEqual([`${harness.project}_apps`]);
  });

  test('reads limits and hardening off the container', async () => {
    const release = await harness.makeRelease(1, [{ name: 'one' }]);
    await harness.runtime.apply(release, ['one'], signal);
    expect((await healthy(['one']))[0]?.enforced).toEqual({
      user: '1000:1000',
      memoryBytes: 33_554_432,
      cpus: 0.5,
      pids: 20,
      readOnlyRoot: true,
      noNewPrivileges: true,
      capDrop: ['ALL'],
      capAdd: [],
      logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
      networks: [`${harness.project}_apps`],
      published: [],
      mounts: [{ source: `${harness.project}_one-data`, target: '/data', writable: true }],
    });
  });

  test('names the port that is taken and who holds it', async () => {
    const server = createServer();
    // The engine has to get it when the server has gone, so it is none that the kernel gives to a connection meanwhile.
    const port = await freePort();
    await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
    const release = await harness.makeRelease(1, [{ name: 'edge', compose: { ports: [`127.0.0.1:${port}:80`] } }]);
    const failure = await failureOf(harness.runtime.apply(release, ['edge'], signal));
    expect(failure.code).toBe('E_PORT_TAKEN');
    expect(failure.message).toContain(`port ${port}`);
    expect(failure.message).toContain(`(process ${process.pid})`);
    await new Promise((resolve) => server.close(resolve));
    await harness.runtime.apply(release, ['edge'], signal);
    await healthy(['edge']);
  });

  test('names the container that holds a port', async () => {
    const port = await freePort();
    const published = { ports: [`127.0.0.1:${port}:80`] };
    const release = await harness.makeRelease(1, [
      { name: 'first', compose: published },
      { name: 'second', compose: published },
    ]);
    await harness.runtime.apply(release, ['first'], signal);
    const failure = await failureOf(harness.runtime.apply(release, ['second'], signal));
    expect(failure).toMatchObject({ code: 'E_PORT_TAKEN' });
    expect(failure.message).toContain(`port ${port} of this machine is taken by the container ${harness.project}-first-1`);
  });

  test('says that an image is missing and how to get it', async () => {
    const release = await harness.makeRelease(1, [{ name: 'one', compose: { image: 'rt-nowhere:1' } }]);
    const failure = await failureOf(harness.runtime.apply(release, ['one'], signal));
    expect(failure).toMatchObject({ code: 'E_ENGINE_FAILED' });
    expect(failure.message).toContain('rt-nowhere:1');
    expect(failure.fix).toContain('datamancy build');
  });

  test('says what a program that is not there ends with, and that a stopped unit runs none', async () => {
    const release = await harness.makeRelease(1, [{ name: 'one' }]);
    await harness.runtime.apply(release, ['one'], signal);
    expect([126, 127]).toContain((await harness.runtime.exec('one', ['no-such-program'], {}, signal)).status);
    expect((await harness.runtime.exec('one', ['busybox', 'id', '-u'], { user: '7' }, signal)).stdout).toBe('7\n');
    await harness.runtime.stop(['one'], signal);
    expect(await failureOf(harness.runtime.exec('one', ['cat'], {}, signal))).toMatchObject({ code: 'E_ENGINE_FAILED' });
  });

  test('ends the wait for a program that does not end', async () => {
    const release = await harness.makeRelease(1, [{ name: 'one' }]);
    await harness.runtime.apply(release, ['one'], signal);
    await expect(harness.runtime.exec('one', ['sleep', '1000'], { input: 'x' }, AbortSignal.timeout(500))).rejects.toThrow(/timeout/i);
    await expect(harness.runtime.exec('one', ['sleep', '1000'], {}, AbortSignal.timeout(500))).rejects.toThrow(/timeout/i);
  });

  test('says that a log cannot be read', async () => {
    const release = await harness.makeRelease(1, [{ name: 'one', compose: { logging: { driver: 'none' } } }]);
    await harness.runtime.apply(release, ['one'], signal);
    expect(await failureOf(harness.runtime.logs('one', { tail: 5 }, signal))).toMatchObject({ code: 'E_ENGINE_FAILED' });
  });

  test('counts the restarts of a unit that ends by itself, and says with what status', async () => {
    const release = await harness.makeRelease(1, [{ name: 'one', compose: { command: ['sh', '-c', 'echo bye; exit 9'] } }]);
    await harness.runtime.apply(release, ['one'], signal);
    const unit = await until(
      'three restarts',
      async () => {
        const [found] = await harness.runtime.observe(signal);
        // Between two restarts it runs for a moment.
        return found && found.restarts >= 3 && found.state === 'restarting'
          ? { done: found }
          : { seen: `${found?.state} ${found?.restarts}` };
      },
      { everyMs: 50, withinMs: 60_000 },
    );
    expect(unit).toMatchObject({ state: 'restarting', exit: { code: 9, outOfMemory: false } });
  });

  test('takes down its own cluster and not the one whose name begins alike', async () => {
    const neighbour = await composeHarness(`${cluster}-b`);
    const own = await harness.makeRelease(1, [{ name: 'one' }]);
    const theirs = await neighbour.makeRelease(1, [{ name: 'one' }]);
    await Promise.all([harness.runtime.apply(own, ['one'], signal), neighbour.runtime.apply(theirs, ['one'], signal)]);
    await harness.runtime.down({ volumes: true }, signal);
    expect(await harness.runtime.observe(signal)).toEqual([]);
    expect(await neighbour.runtime.observe(signal)).toHaveLength(1);
    expect((await harness.docker('volume', 'ls', '-q')).split('\n')).toContain(`${neighbour.project}_one-data`);
    const left = `${await harness.docker('volume', 'ls', '-q')}${await harness.docker('network', 'ls', '--format', '{{.Name}}')}`;
    expect(left).not.toContain(`${harness.project}_`);
    await neighbour.dispose();
  });

  test('removes networks of the cluster that nothing names any more, and none that something is on', async () => {
    const { docker, project, runtime } = harness;
    const release = await harness.makeRelease(1, [{ name: 'one' }]);
    await runtime.apply(release, ['one'], signal);
    const own = ['--label', `org.datamancy.cluster=${cluster}`];
    for (const name of ['door-gone', 'data', 'borrowed', 'stopped']) await docker('network', 'create', ...own, `${project}_${name}`);
    await docker('network', 'create', `${project}_unmarked`);
    await docker('network', 'connect', `${project}_borrowed`, `${project}-one-1`);
    const foreign = `${project}-foreign`;
    await docker('create', '--name', foreign, '--network', `${project}_stopped`, 'rt-busybox:1', 'sh');
    await runtime.removeNetworksBut(['apps', 'data'], signal);
    const left = (await docker('network', 'ls', '--format', '{{.Name}}')).split('\n').filter((name) => name.startsWith(`${project}_`));
    await docker('rm', foreign);
    await docker('network', 'rm', `${project}_unmarked`);
    expect(left.toSorted()).toEqual(['apps', 'borrowed', 'data', 'stopped', 'unmarked'].map((name) => `${project}_${name}`));
  });

  test('says that the engine does not answer', async () => {
    const gone = await connectEngine().then((engine) => ({ ...engine, address: { host: 'unix:///nonexistent/engine.sock' } }));
    const failure = await failureOf(composeRuntime({ cluster, engine: gone }).observe(signal));
    expect(failure).toMatchObject({ code: 'E_ENGINE_UNREACHABLE' });
  });
});
