import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../src/kit/clock.ts';
import { processRuntime } from '../../src/runtime/process.ts';
import { placesIn } from '../../src/runtime/process/places.ts';
import { identify } from '../../src/runtime/process/process-table.ts';
import { readRecord } from '../../src/runtime/process/record.ts';
import type { Release, Runtime, Unit } from '../../src/runtime/runtime.ts';
import type { ProcessUnit } from '../../src/stack/process-unit.ts';
import type { RuntimeHarness, UnitSpec } from './runtime.ts';
import { describeRuntime } from './runtime.ts';

interface Cluster extends RuntimeHarness {
  readonly runtime: Runtime;
  readonly state: string;
  readonly leaderOf: (service: string) => Promise<number>;
}

/** A cluster of shell scripts, with the supervisor that a checkout would bundle. */
async function makeCluster(adjust: (unit: ProcessUnit) => ProcessUnit = (unit) => unit): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'datamancy-process-'));
  // Root's units are other users, who have to get in.
  if (process.getuid?.() === 0) await chmod(folder, 0o755);
  const supervisor = join(folder, 'supervise.mjs');
  await build({
    entryPoints: ['src/supervise.ts'],
    outfile: supervisor,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  });
  const state = join(folder, '.datamancy');
  const places = placesIn(state);
  const runtime = processRuntime({ state, supervisor, recipes: [] });
  const { signal } = new AbortController();

  async function leaderOf(service: string): Promise<number> {
    return (await readRecord(places, service))?.process?.pid ?? 0;
  }

  async function makeRelease(number: number, specs: readonly UnitSpec[]): Promise<Release> {
    const directory = join(state, 'releases', String(number));
    await mkdir(join(state, 'private', 'secrets'), { recursive: true });
    await mkdir(directory, { recursive: true });
    const units = Object.fromEntries(specs.map((spec) => [spec.name, adjust(unitOf(places.root, spec))]));
    for (const { name } of specs) {
      await writeFile(join(directory, `${name}.conf`), `config of ${name}\n`);
      await writeFile(join(state, 'private', 'secrets', name), `secret of ${name}`);
      await writeFile(join(state, 'private', `${name}.env`), `PASSWORD='pass word of ${name}'\nQUOTED="it's \\$5 and a \\\\"\n`);
    }
    await writeFile(join(directory, 'process.json'), JSON.stringify({ units }));
    const digest = (spec: UnitSpec): string => createHash('sha256').update(JSON.stringify(spec)).digest('hex');
    return { number, directory, services: Object.fromEntries(specs.map((spec) => [spec.name, { digest: digest(spec) }])) };
  }

  return {
    runtime,
    state,
    leaderOf,
    makeRelease,
    programs: {
      copy: ['cat'],
      complain: ['sh', '-c', 'echo out; echo err >&2; exit 3'],
      remember: (word) => ['sh', '-c', 'printf %s "$1" > "$DATA/word"', 'sh', word],
      recall: ['sh', '-c', 'cat "$DATA/word" || true'],
    },
    kill: async (service) => void process.kill(await leaderOf(service), 'SIGKILL'),
    dispose: async () => {
      await runtime.down({ volumes: true }, signal);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function unitOf(root: string, { name, prints = [], healthy = true, healthOutput = '' }: UnitSpec): ProcessUnit {
  const look = healthy ? 'test -e "$HOME/ready"' : 'exit 1';
  const data = join(root, name, 'data');
  return {
    image: 'sh',
    argv: ['sh', '-c', 'rm -f "$HOME/ready"; for line; do echo "$line"; done; touch "$HOME/ready"; exec sleep 100000', 'sh', ...prints],
    env: { DATA: data, SAID: healthOutput },
    envFile: `../../private/${name}.env`,
    files: [{ source: `${name}.conf`, target: join(root, name, '.files', 'etc', name, 'main.conf') }],
    secrets: [{ source: `../../private/secrets/${name}`, target: join(root, '.secrets', name) }],
    volumes: [data],
    lowPorts: [],
    health: {
      probe: { kind: 'command', argv: ['sh', '-c', `printf %s "$SAID"; ${look}`] },
      everyMs: 100,
      timeoutMs: 30_000,
      retries: 2,
      startMs: healthy ? 5000 : 0,
    },
    stopSignal: 'SIGTERM',
    stopMs: 5000,
  };
}

describeRuntime('process', makeCluster);

describe('a cluster of processes', () => {
  const { signal } = new AbortController();
  let cluster: Cluster;
  let places: ReturnType<typeof placesIn>;

  beforeAll(async () => {
    cluster = await makeCluster();
    places = placesIn(cluster.state);
  });
  afterAll(async () => cluster.dispose());

  async function bringUp(...names: readonly string[]): Promise<readonly Unit[]> {
    const release = await cluster.makeRelease(
      1,
      names.map((name) => ({ name })),
    );
    await cluster.runtime.apply(release, names, signal);
    return Promise.all(names.map(async (name) => healthy(name)));
  }

  async function healthy(name: string): Promise<Unit> {
    return until(
      `${name} is healthy`,
      async () => {
        const unit = (await cluster.runtime.observe(signal)).find(({ service }) => service === name);
        return unit?.state === 'healthy' ? { done: unit } : { seen: unit?.state ?? 'absent' };
      },
      { everyMs: 50, withinMs: 15_000 },
    );
  }

  async function inside(service: string, script: string): Promise<string> {
    const { status, stdout, stderr } = await cluster.runtime.exec(service, ['sh', '-c', script], {}, signal);
    return status === 0 ? stdout : `status ${status}: ${stderr}`;
  }

  /** One that finds another there, or was told to go, is listed until it has ended, which takes a moment. */
  async function supervisors(): Promise<readonly number[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const lines = await Promise.all(pids.map(async (pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
    return pids.filter((_, i) => lines[i]?.includes(`supervise.mjs\0${cluster.state}\0`));
  }

  test('gives a unit its config files, secrets and environment', async () => {
    await bringUp('one');
    expect(await inside('one', `cat ${places.root}/one/.files/etc/one/main.conf`)).toBe('config of one\n');
    expect(await inside('one', `cat ${places.secrets}/one`)).toBe('secret of one');
    expect(await inside('one', 'printf "%s|%s" "$PASSWORD" "$QUOTED"')).toBe("pass word of one|it's $5 and a \\");
    expect(await inside('one', 'printf %s "${VITEST:-none}"')).toBe('none');
  });

  test('shows no secret in what it keeps of a unit, but for the file that only its owner reads', async () => {
    await bringUp('one');
    expect(await readFile(join(places.units, 'one.json'), 'utf8')).not.toContain('pass word');
  });

  test.runIf(process.getuid?.() === 0)('keeps the users of two units apart, where it may give them users', async () => {
    await bringUp('one', 'two');
    expect(await inside('one', `echo mine > "$DATA/x"; cat "$DATA/x"`)).toBe('mine\n');
    expect(await inside('two', `cat ${places.root}/one/data/x`)).toMatch(/^status 1: .*Permission denied/);
    expect(await inside('two', `cat ${places.secrets}/one`)).toMatch(/^status 1: .*Permission denied/);
    expect(await inside('two', `cat ${places.root}/one/.files/etc/one/main.conf`)).toMatch(/^status 1: .*Permission denied/);
    expect(await inside('one', `echo more >> ${places.root}/one/.files/etc/one/main.conf`)).toMatch(/^status 2: .*Permission denied/);
    expect(await inside('one', `ls ${places.control}`)).toMatch(/^status 2: .*Permission denied/);
    expect(await inside('one', 'id -u')).not.toBe(await inside('two', 'id -u'));
    expect(await inside('one', 'grep NoNewPrivs /proc/self/status')).toBe('NoNewPrivs:\t1\n');
  });

  test('refuses a release that was made for another folder, and writes nothing there', async () => {
    const release = await cluster.makeRelease(2, [{ name: 'one', version: 2 }]);
    const path = join(release.directory, 'process.json');
    const elsewhere = join(cluster.state, 'elsewhere');
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll(places.root, elsewhere));
    const refusal = await cluster.runtime.apply(release, ['one'], signal).catch((cause: unknown) => cause);
    expect(refusal).toMatchObject({ code: 'E_RELEASE_DAMAGED' });
    expect(await readdir(cluster.state)).not.toContain('elsewhere');
  });

  test('ends what a unit started beside itself, together with it', async () => {
    await bringUp('one');
    const leader = await cluster.leaderOf('one');
    const helper = Number(await inside('one', 'setsid sleep 4321 >/dev/null 2>&1 & echo $!'));
    expect(await identify(helper)).toBeDefined();
    await cluster.runtime.stop(['one'], signal);
    expect(await identify(leader)).toBeUndefined();
    const isRoot = process.getuid?.() === 0;
    expect((await identify(helper)) === undefined || !isRoot).toBe(true);
    if (!isRoot) process.kill(helper, 'SIGKILL');
  });

  test('takes the units over when its supervisor was killed', async () => {
    await bringUp('one', 'two');
    const before = await cluster.leaderOf('one');
    for (const pid of await supervisors()) process.kill(pid, 'SIGKILL');
    const units = await cluster.runtime.observe(signal);
    expect(units).toMatchObject([
      { state: 'healthy', restarts: 0 },
      { state: 'healthy', restarts: 0 },
    ]);
    expect(await cluster.leaderOf('one')).toBe(before);
    await expect.poll(supervisors).toHaveLength(1);
    await cluster.kill('one');
    await until(
      'one came back',
      async () => {
        const [unit] = await cluster.runtime.observe(signal);
        return unit?.restarts === 1 && unit.state === 'healthy' ? { done: unit } : { seen: JSON.stringify(unit) };
      },
      { everyMs: 50, withinMs: 15_000 },
    );
  });

  test('takes everything down when its supervisor was killed before', async () => {
    await bringUp('one');
    const leader = await cluster.leaderOf('one');
    for (const pid of await supervisors()) process.kill(pid, 'SIGKILL');
    await cluster.runtime.down({ volumes: false }, signal);
    expect(await identify(leader)).toBeUndefined();
    await expect.poll(supervisors).toEqual([]);
  });

  test('starts nothing by itself when everything was killed, and all of it with the next apply', async () => {
    await bringUp('one', 'two');
    const leaders = [await cluster.leaderOf('one'), await cluster.leaderOf('two')];
    for (const pid of [...(await supervisors()), ...leaders]) process.kill(pid, 'SIGKILL');
    await expect.poll(async () => Promise.all(leaders.map(async (pid) => identify(pid)))).toEqual([undefined, undefined]);
    await expect.poll(supervisors).toEqual([]);
    expect((await cluster.runtime.observe(signal)).map(({ state }) => state)).toEqual(['exited', 'exited']);
    await expect.poll(supervisors).toEqual([]);
    expect(await bringUp('one', 'two')).toMatchObject([{ restarts: 0 }, { restarts: 0 }]);
  });

  test('has one supervisor, however many commands want one at once', async () => {
    await bringUp('one');
    for (const pid of await supervisors()) process.kill(pid, 'SIGKILL');
    const seen = await Promise.all([1, 2, 3, 4].map(async () => cluster.runtime.observe(signal)));
    expect(seen.map((units) => units.length)).toEqual([2, 2, 2, 2]);
    await expect.poll(supervisors).toHaveLength(1);
  });
});
