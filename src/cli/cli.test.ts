import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunOptions, RunResult } from '../kit/process.ts';
import { run, runOrFail } from '../kit/process.ts';
import { packageRoot } from './package-root.ts';

const program = join(packageRoot, 'bin/datamancy');
const environment = { DOCKER_HOST: 'unix:///nowhere/docker.sock', NO_COLOR: undefined, FORCE_COLOR: undefined, CI: '1' };

/** A cluster that was built once; tests that change it take a copy. */
let built: string;
let folder: string;
beforeAll(async () => {
  built = join(await mkdtemp(join(tmpdir(), 'cli-')), 'a cluster');
  await mkdir(built);
  await writeFile(join(built, 'notes.txt'), 'mine');
  for (const command of ['init', 'build'])
    await runOrFail([program, command, '--cluster', built], { env: environment, fix: 'see its words' });
});
afterAll(async () => rm(join(built, '..'), { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

async function datamancy(words: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run([program, ...words], { ...options, env: { ...environment, ...options.env } });
}

async function declare(text: string): Promise<string> {
  await writeFile(
    join(folder, 'cluster.yaml'),
    `name: test\ndomain: datamancy.localhost\nadmin: { name: anna, email: anna@example.org }\n${text}`,
  );
  return folder;
}

test('init creates a cluster in a folder that holds other files, and says where', async () => {
  expect((await readdir(built)).toSorted()).toEqual(['.datamancy', 'cluster.yaml', 'notes.txt', 'secrets.yaml']);
  const { stdout } = await datamancy(['init', '--cluster', 'new one'], { cwd: folder });
  expect(stdout).toBe('created new one/cluster.yaml: domain, services and limits of your cluster');
});

test('init leaves a cluster that exists as it is', async () => {
  const declaration = join(folder, 'cluster.yaml');
  await writeFile(declaration, 'mine');
  const { status, stderr } = await datamancy(['init', '--cluster', folder]);
  expect(status).toBe(1);
  expect(stderr).toContain(`error[E_CLUSTER_EXISTS]: ${folder} already holds a cluster`);
  expect(await readFile(declaration, 'utf8')).toBe('mine');
});

test('init refuses a place that is a file', async () => {
  await writeFile(join(folder, 'file'), '');
  for (const place of ['file', 'file/below']) {
    const { status, stderr } = await datamancy(['init', '--cluster', place], { cwd: folder });
    expect([status, stderr]).toEqual([64, expect.stringContaining('there is a file in its place')]);
  }
});

test('build ends with its figures, and a second one changes nothing', async () => {
  const { status, stdout } = await datamancy(['build', '--cluster', built]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^\d+ services, \d+ files, 0 problems, \d+ ms$/);
  expect((await readdir(join(built, '.datamancy/releases'))).filter((name) => /^\d+$/.test(name))).toEqual(['1']);
});

test('build lists every problem with its place and its fix, and writes no release', async () => {
  await declare('services:\n  cady:\n  gate: { hots: x }\n');
  const { status, stdout, stderr } = await datamancy(['build', '--cluster', folder]);
  expect(status).toBe(1);
  expect(stdout).toMatch(/^\d+ services, 0 files, [1-9]\d* problems, \d+ ms$/);
  expect(stderr).toContain(
    'problem[unknown-service] cluster.yaml:5:3 services.cady: there is no service called "cady"; did you mean caddy?\n  fix: ',
  );
  expect(stderr).toContain('problem[unknown-key] cluster.yaml:6:11 services.gate: there is no key "hots" here; did you mean host?');
  expect(await readdir(join(folder, '.datamancy'))).not.toContain('releases');
});

test('build --json is one document for programs', async () => {
  const { stdout } = await datamancy(['build', '--cluster', built, '--json']);
  expect(JSON.parse(stdout)).toEqual({ services: 17, files: expect.any(Number), problems: [], ms: expect.any(Number), release: 1 });
});

test.each([
  [['nosuch'], "unknown command 'nosuch'"],
  [['up', '--nosuch'], "unknown option '--nosuch'"],
  [['secrets', 'show'], "missing required argument 'name'"],
  [['build', 'extra'], 'too many arguments'],
  [['users', 'add', 'ben'], "required option '--email <address>' not specified"],
  [['users', 'add', 'ben', '--email', 'ben@example.org', '--invite', 'mail', '--password-stdin'], 'cannot be used with option'],
  [['users', 'passwd', 'ben', '--invite', 'mail', '--password-stdin'], 'cannot be used with option'],
  [['users', 'passwd', 'ben', '--invite', 'pigeon'], 'Allowed choices are link, mail'],
  [['logs', '--tail', 'some'], 'give a whole number of lines'],
  [['status', '--cluster'], 'argument missing'],
  [[], 'Usage: datamancy'],
])('wrong usage is 64: %s', async (words, message) => {
  const { status, stdout, stderr } = await datamancy(words, { cwd: folder });
  expect([status, stdout]).toEqual([64, '']);
  expect(stderr).toContain(message);
});

test('a service that is none is wrong usage too, and the nearest is named', async () => {
  for (const command of ['logs', 'open']) {
    const { status, stderr } = await datamancy([command, 'gat', '--cluster', built]);
    expect([status, stderr]).toEqual([
      64,
      expect.stringContaining('this cluster has no service "gat"\n  fix: did you mean gate? It has: adminer,'),
    ]);
  }
});

test('open prints an address, and says of a service without one that it has none', async () => {
  expect((await datamancy(['open', 'radicale', '--cluster', built])).stdout).toMatch(/^https:\/\/calendar\.datamancy\.localhost(:\d+)?$/);
  expect((await datamancy(['open', '--cluster', built])).stdout).toMatch(/^https:\/\/auth\.datamancy\.localhost(:\d+)?$/);
  const { status, stderr } = await datamancy(['open', 'valkey', '--cluster', built]);
  expect([status, stderr]).toEqual([64, expect.stringContaining('valkey is reached from inside the cluster only')]);
});

test('a folder without a cluster is named', async () => {
  const { status, stderr } = await datamancy(['status'], { cwd: folder });
  expect(status).toBe(1);
  expect(stderr).toContain(`there is no cluster.yaml in ${folder} or ${folder}/cluster`);
});

test.each([['plan'], ['up'], ['logs'], ['users list'], ['groups list']])(
  '%s without an engine exits 3 and says what was tried',
  async (command) => {
    const { status, stderr } = await datamancy([...command.split(' '), '--cluster', built]);
    expect(status).toBe(3);
    expect(stderr).toContain('unix:///nowhere/docker.sock (DOCKER_HOST)');
    expect(stderr).not.toContain('    at ');
  },
);

test('secrets show prints the value alone; a wrong name is told the nearest', async () => {
  expect((await datamancy(['secrets', 'show', 'admin.password', '--cluster', built])).stdout).toMatch(/^\S{12,}$/);
  const { status, stdout, stderr } = await datamancy(['secrets', 'show', 'admin.pasword', '--cluster', built]);
  expect([status, stdout]).toEqual([64, '']);
  expect(stderr).toContain('did you mean admin.password?');
});

test('secrets set keeps what comes on standard input, encrypted; nothing on it is refused', async () => {
  const copy = join(folder, 'copy');
  await cp(built, copy, { recursive: true });
  const set = await datamancy(['secrets', 'set', 'mail.relayPassword', '--cluster', copy], { input: 'a relay password\n' });
  expect(set).toMatchObject({ status: 0, stdout: 'mail.relayPassword is kept; `datamancy up` gives it to the services that use it' });
  expect((await datamancy(['secrets', 'show', 'mail.relayPassword', '--cluster', copy])).stdout).toBe('a relay password');
  expect(await readFile(join(copy, 'secrets.yaml'), 'utf8')).not.toContain('a relay password');
  expect(await datamancy(['secrets', 'set', 'mail.relayPassword', '--cluster', copy], { input: '' })).toMatchObject({ status: 64 });
});

test('trust gives the certificate of an authority that is there before the first start, the same each time', async () => {
  const { status, stdout } = await datamancy(['trust', '--cluster', built, '--json']);
  expect(status).toBe(0);
  const { subject, path, pem } = JSON.parse(stdout);
  expect([subject, path]).toEqual(['CN=starter authority', join(await realpath(built), '.datamancy/ca.crt')]);
  expect(await readFile(path, 'utf8')).toBe(pem);
  const shown = await datamancy(['trust', '--cluster', built]);
  expect(shown.stdout).toContain(pem);
  expect(shown.stdout).toContain('CN=starter authority, for datamancy.localhost only');
  const mounted = join(built, '.datamancy/private/secrets/cluster.authority.certificate');
  expect(await readFile(mounted, 'utf8')).toBe(pem);
});

test('trust makes the authority of a cluster that was only declared', async () => {
  await declare('services: { caddy: }\n');
  const { stdout } = await datamancy(['trust', '--cluster', folder, '--json']);
  const { subject, pem } = JSON.parse(stdout);
  expect(subject).toBe('CN=test authority');
  await datamancy(['build', '--cluster', folder]);
  expect(JSON.parse((await datamancy(['trust', '--cluster', folder, '--json'])).stdout).pem).toBe(pem);
});

test('secrets rotate moves signing keys on, and refuses what would be lost', async () => {
  const copy = join(folder, 'copy');
  await cp(built, copy, { recursive: true });
  const show = async (name: string): Promise<string> => (await datamancy(['secrets', 'show', name, '--cluster', copy])).stdout;
  const next = await show('gate.oidcKeys:next');
  expect(await datamancy(['secrets', 'rotate', 'gate.oidcKeys', '--cluster', copy])).toMatchObject({ status: 0 });
  expect(await show('gate.oidcKeys')).toBe(next);
  const refused = await datamancy(['secrets', 'rotate', 'gate.storageKey', '--cluster', copy]);
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('error[E_SECRET_KEPT]: gate.storageKey is not rotated')]);
  const unknown = await datamancy(['secrets', 'rotate', 'gate.oidcKey', '--cluster', copy]);
  expect([unknown.status, unknown.stderr]).toEqual([64, expect.stringContaining('did you mean gate.oidcKeys?')]);
});

test('no secret stands in a release, and what shows them is closed', async () => {
  const { stdout: password } = await datamancy(['secrets', 'show', 'admin.password', '--cluster', built]);
  const releases = join(built, '.datamancy/releases');
  const files = (await readdir(releases, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map(async (entry) => readFile(join(entry.parentPath, entry.name), 'utf8')));
  expect(texts.length).toBeGreaterThan(10);
  expect(texts.filter((text) => text.includes(password))).toEqual([]);
  expect(((await stat(join(built, '.datamancy/private'))).mode & 0o777).toString(8)).toBe('700');
});

test('an age key elsewhere is used where DATAMANCY_AGE_KEY_FILE names it', async () => {
  await cp(join(built, 'cluster.yaml'), join(folder, 'cluster.yaml'));
  const env = { DATAMANCY_AGE_KEY_FILE: join(folder, 'elsewhere.key') };
  expect(await datamancy(['build', '--cluster', folder], { env })).toMatchObject({ status: 0 });
  expect(await readdir(join(folder, '.datamancy'))).not.toContain('age.key');
  expect(await datamancy(['secrets', 'show', 'admin.password', '--cluster', folder], { env })).toMatchObject({ status: 0 });
  expect(await datamancy(['secrets', 'show', 'admin.password', '--cluster', folder])).toMatchObject({ status: 1 });
});

test('what no terminal shows carries no colours, but for FORCE_COLOR', async () => {
  const words = ['status', '--cluster', join(folder, 'none')];
  expect((await datamancy(words)).stderr).not.toContain('\u001b');
  expect((await datamancy(words, { env: { FORCE_COLOR: '1' } })).stderr).toContain('\u001b[31m');
  expect((await datamancy(words, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stderr).not.toContain('\u001b');
});

test('a reader that goes away ends the command without a word', async () => {
  const script = `"$0" --help | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await run(['bash', '-c', script, program], { env: environment });
  expect(stderr).toBe('');
  expect(['0', '141']).toContain(stdout);
});
