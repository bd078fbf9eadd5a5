import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity } from 'age-encryption';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { run, runOrFail } from '../../src/kit/process.ts';
import { datamancy, succeed } from './support/command.ts';
import { containersOf } from './support/containers.ts';
import type { SmallCluster } from './support/small-cluster.ts';
import { calm, smallCluster } from './support/small-cluster.ts';

let cluster: SmallCluster;

beforeAll(async () => {
  cluster = await smallCluster('host');
  await cluster.declare({ calm });
  return async () => cluster.remove();
});

test.each([['up'], ['plan'], ['status'], ['logs'], ['down']])(
  'without an engine, %s ends with status 3 and says where it looked',
  async (command) => {
    const { status, stdout, stderr } = await datamancy(cluster.folder, [command], {
      env: { DOCKER_HOST: 'unix:///run/datamancy-no-such.sock' },
    });
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('error[E_ENGINE_UNREACHABLE]: no container engine answers');
    expect(stderr).toContain('unix:///run/datamancy-no-such.sock (DOCKER_HOST): there is no such socket');
    expect(stderr).toContain('fix: start that engine, or unset DOCKER_HOST');
  },
);

test('without an engine, build renders all the same', async () => {
  const printed = await succeed(cluster.folder, ['build'], { env: { DOCKER_HOST: 'unix:///run/datamancy-no-such.sock' } });
  expect(printed).toMatch(/^1 services, \d+ files, 0 problems, \d+ ms$/m);
});

describe('a port that somebody else has', () => {
  const server = createServer();
  let port: number;

  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());
  afterEach(async () => cluster.declare({ calm }));

  test('fails its service alone, with the name of the holder', async () => {
    await cluster.declare({ calm, greedy: { ...calm, port } });
    const { status, stdout, stderr } = await datamancy(cluster.folder, ['up']);
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`greedy failed: .*port ${port} of this machine is taken by \\S+ \\(process ${process.pid}\\)`));
    expect(stdout).toContain('1 of 2 services healthy');
  });
});

describe('a mistake in cluster.yaml', () => {
  afterEach(async () => cluster.declare({ calm }));

  test('is shown with its place and the nearest word, and nothing is touched', async () => {
    await succeed(cluster.folder, ['up']);
    const before = await containersOf(cluster.name);
    const file = join(cluster.folder, 'cluster.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('calm:', 'clam:'));
    for (const command of ['build', 'plan', 'up', 'status']) {
      const { status, stderr } = await datamancy(cluster.folder, [command]);
      expect({ command, status, stderr }).toMatchObject({
        command,
        status: 1,
        stderr: expect.stringMatching(/cluster\.yaml:\d+:\d+ .*clam/),
      });
      expect(stderr).toMatch(/fix:.*calm/);
    }
    expect((await containersOf(cluster.name)).map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
  });
});

describe('secrets that cannot be read', () => {
  const paths = (): { readonly secrets: string; readonly key: string } => ({
    secrets: join(cluster.folder, 'secrets.yaml'),
    key: join(cluster.folder, '.datamancy/age.key'),
  });
  let secrets: string;
  let key: string;

  beforeAll(async () => {
    await succeed(cluster.folder, ['build']);
    secrets = await readFile(paths().secrets, 'utf8');
    key = await readFile(paths().key, 'utf8');
  });
  beforeEach(restore);
  afterAll(restore);

  async function restore(): Promise<void> {
    await writeFile(paths().secrets, secrets, { mode: 0o600 });
    await writeFile(paths().key, key, { mode: 0o600 });
  }

  test.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    [
      'changed in one place',
      (text: string) => text.replace(/ENC\[AES256_GCM,data:(.)/, (_, first: string) => `ENC[AES256_GCM,data:${first === 'A' ? 'B' : 'A'}`),
    ],
  ])('are refused when the file is %s, and the file stays as it is', async (_, damage) => {
    await writeFile(paths().secrets, damage(secrets));
    await refused('E_SECRETS_DAMAGED');
    expect(await readFile(paths().secrets, 'utf8')).toBe(damage(secrets));
  });

  test('are refused when the file is gone, and no new one is begun', async () => {
    await rm(paths().secrets);
    await refused('E_SECRETS_DAMAGED');
    await expect(stat(paths().secrets)).rejects.toThrow(/ENOENT/);
  });

  test('are refused without the key, and no new one is made', async () => {
    await rm(paths().key);
    await refused('E_AGE_KEY_MISSING');
    await expect(stat(paths().key)).rejects.toThrow(/ENOENT/);
    expect(await readFile(paths().secrets, 'utf8')).toBe(secrets);
  });

  test('are refused with the key of somebody else', async () => {
    await writeFile(paths().key, `${await generateX25519Identity()}\n`, { mode: 0o600 });
    await refused('E_AGE_KEY_WRONG');
    expect(await readFile(paths().secrets, 'utf8')).toBe(secrets);
  });

  async function refused(code: string): Promise<void> {
    for (const command of ['build', 'up', 'plan']) {
      const { status, stderr } = await datamancy(cluster.folder, [command]);
      expect({ command, status, stderr }).toMatchObject({ command, status: 1, stderr: expect.stringContaining(`error[${code}]`) });
      expect(stderr).toContain('fix: ');
    }
  }
});

describe.runIf(process.getuid?.() === 0)('a full disk', () => {
  const mountPoint = join(tmpdir(), `datamancy-full-${process.pid}`);
  const filler = join(mountPoint, 'filler');
  let small: SmallCluster;

  beforeAll(async () => {
    await mkdir(mountPoint);
    await runOrFail(['mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', mountPoint], { fix: 'mount must be allowed' });
    small = await smallCluster('full', mountPoint);
  });
  afterAll(async () => {
    await small.remove();
    await runOrFail(['umount', '-l', mountPoint], { fix: 'look at who uses it' });
    await rm(mountPoint, { recursive: true });
  });

  test('is said whatever was to be written first, nothing is half-written, and all is well once there is room', async () => {
    await small.declare({ calm, other: calm });
    let refusals = 0;
    for (let freePages = 0; freePages <= 16; freePages += 2) {
      await rm(join(mountPoint, '.datamancy'), { recursive: true, force: true });
      await rm(join(mountPoint, 'secrets.yaml'), { force: true });
      await fill(freePages);
      const { status, stdout, stderr } = await datamancy(small.folder, ['build']);
      await rm(filler);
      expect(freePages > 0 || status === 1).toBe(true);
      if (status === 0) continue;
      refusals++;
      expect({ freePages, status, stderr }).toMatchObject({ freePages, status: 1, stderr: expect.stringContaining('error[E_DISK_FULL]') });
      expect(stdout).toBe('');
      expect(await halfWritten()).toEqual([]);
      const next = await datamancy(small.folder, ['build']);
      expect({ freePages, status: next.status, stderr: next.stderr }).toEqual({ freePages, status: 0, stderr: '' });
    }
    expect(refusals).toBeGreaterThan(3);
    await fill(0);
    const full = await datamancy(small.folder, ['up']);
    expect(full).toMatchObject({ status: 1, stderr: expect.stringContaining('error[E_DISK_FULL]') });
    await rm(filler);
    await succeed(small.folder, ['up']);
  });

  /** Leaves exactly so many pages free; a small file takes one. */
  async function fill(freePages: number): Promise<void> {
    await run(['dd', 'if=/dev/zero', `of=${filler}`, 'bs=4k']);
    const { size } = await stat(filler);
    await run(['truncate', '-s', String(size - freePages * 4096), filler]);
  }

  async function halfWritten(): Promise<readonly string[]> {
    const entries = await readdir(mountPoint, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const checked = await Promise.all(
      files.map(async (path) => ((await stat(path)).size === 0 || /releases\/\.[^/]+$/.test(path) ? path : '')),
    );
    return checked.filter((path) => path !== '');
  }
});
