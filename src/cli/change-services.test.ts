import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunResult } from '../kit/process.ts';
import { run } from '../kit/process.ts';
import { levelRecords, levelTitles } from '../levels/levels.ts';
import { packageRoot } from './package-root.ts';

const program = join(packageRoot, 'bin/datamancy');
const env = { DOCKER_HOST: 'unix:///nowhere/docker.sock', NO_COLOR: '1', FORCE_COLOR: undefined, CI: '1' };
const head =
  '# mine\nname: test\ndomain: datamancy.localhost\nadmin: { name: anna, email: anna@example.org }\nmachine: { memory: 16GiB, cpus: 8, gpus: [] }\n\n';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

async function datamancy(words: readonly string[], services: string): Promise<RunResult & { readonly text: string }> {
  const file = join(folder, 'cluster.yaml');
  await writeFile(file, head + services);
  const result = await run([program, ...words, '--cluster', folder], { env });
  const text = await readFile(file, 'utf8');
  expect(text.startsWith(head)).toBe(true);
  return { ...result, text: text.slice(head.length) };
}

test('add brings the providers that are missing, says so, and says what is next', async () => {
  const { status, stdout, stderr, text } = await datamancy(
    ['add', 'miniflux'],
    'services:\n  caddy: # the edge\n\n# people\nclients: {}\n',
  );
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('miniflux needs postgres: postgresql comes with it\nminiflux needs oidc: gate comes with it\n');
  expect(stdout).toMatch(/^added miniflux, postgresql.*; start them with: .*datamancy up/m);
  expect(text).toMatch(
    /^services:\n {2}caddy: # the edge\n {2}miniflux:\n {2}postgresql:\n {2}gate:\n(?: {2}[a-z]+:\n)*\n# people\nclients: \{\}\n$/,
  );
});

test('add brings what works on a machine without a graphics card', async () => {
  const { status, stdout, stderr } = await datamancy(['add', 'open-webui'], 'services:\n  caddy:\n');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('litellm needs small-chat: localai comes with it\n');
});

test('a relay outside holds no mailboxes: add brings a mail server, which sends through it', async () => {
  const services = 'mail:\n  host: relay.example.org\n  port: 587\n  user: anna\n  from: anna@example.org\nservices:\n  caddy:\n';
  const { status, stdout, stderr, text } = await datamancy(['add', 'roundcube'], services);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('roundcube needs imap: mailserver comes with it');
  expect(text).toMatch(/^mail:\n {2}host: relay[^]*\n {2}mailserver:\n$/);
  expect(await datamancy(['add', 'mailserver'], services)).toMatchObject({ status: 0, stderr: '' });
});

test.each([
  [['plankA'], 64, 'error[E_USAGE]: there is no service called "plankA"\n  fix: did you mean planka?'],
  [['valkey', 'caddy'], 1, 'error[E_SERVICE_CHOSEN]: caddy is chosen already'],
  [['mailserver', 'mailu'], 1, 'problem[service-conflict]'],
  [['vllm'], 1, 'problem[gpu-present] cluster.yaml:9:3 vllm: wants a graphics card'],
])('add %s is refused, and nothing is written', async (names, status, message) => {
  const services = 'services:\n  caddy:\n';
  const refused = await datamancy(['add', ...names], services);
  expect([refused.status, refused.text]).toEqual([status, services]);
  expect(refused.stderr).toContain(message);
});

test('a problem that was there before does not stand in the way', async () => {
  const { status, stderr, text } = await datamancy(['add', 'valkey'], 'services:\n  miniflux:\n  caddy:\n  gate:\n  openldap:\n');
  expect([status, text]).toEqual([0, 'services:\n  miniflux:\n  caddy:\n  gate:\n  openldap:\n  valkey:\n']);
  expect(stderr).toContain('problem[provider-exists]');
});

test('remove takes a service out, unless another stands on it', async () => {
  const services =
    'services:\n  caddy:\n  # data\n  postgresql:\n    limits: { memory: 1GiB }\n  miniflux:\n  gate:\n  valkey:\n  openldap:\n';
  const refused = await datamancy(['remove', 'postgresql'], services);
  expect([refused.status, refused.text]).toEqual([1, services]);
  expect(refused.stderr).toContain(
    'error[E_SERVICE_NEEDED]: postgresql cannot be removed: miniflux needs it\n  fix: remove that too: datamancy remove postgresql miniflux',
  );
  const unknown = await datamancy(['remove', 'minflux'], services);
  expect([unknown.status, unknown.stderr]).toEqual([64, expect.stringContaining('did you mean miniflux?')]);
  const { status, stdout, text } = await datamancy(['remove', 'miniflux', 'postgresql'], services);
  expect([status, text]).toEqual([0, 'services:\n  caddy:\n  # data\n  gate:\n  valkey:\n  openldap:\n']);
  expect(stdout).toContain('removed miniflux and postgresql; stop them with: ');
});

test('several are removed together or not at all, and the command that is told does what was asked', async () => {
  const services = 'services:\n  caddy:\n  postgresql:\n  miniflux:\n  planka:\n  gate:\n  valkey:\n  openldap:\n';
  const refused = await datamancy(['remove', 'valkey', 'postgresql', 'openldap'], services);
  expect([refused.status, refused.text]).toEqual([1, services]);
  expect(refused.stderr).toContain(
    'error[E_SERVICE_NEEDED]: openldap cannot be removed: gate needs it; valkey cannot be removed: gate needs it; postgresql cannot be removed: miniflux and planka need it\n',
  );
  const told = /fix: remove those too: datamancy (remove .*)/.exec(refused.stderr)?.[1] ?? '';
  expect(told).toBe('remove valkey postgresql openldap gate miniflux planka');
  expect((await datamancy(told.split(' '), services)).text).toBe('services:\n  caddy:\n');
});

test('what a profile chooses is removed by leaving it out, and comes back', async () => {
  const services = 'profiles: [core] # all\n';
  const removed = await datamancy(['remove', 'postgresql'], services);
  expect([removed.status, removed.text]).toEqual([0, 'profiles: [core] # all\nwithout: [postgresql]\n']);
  expect((await datamancy(['add', 'postgresql'], removed.text)).text).toBe('profiles: [core] # all\nservices:\n  postgresql:\n');
});

test('a file that only its owner reads stays so', async () => {
  const file = join(folder, 'cluster.yaml');
  await writeFile(file, '');
  await chmod(file, 0o600);
  expect((await datamancy(['add', 'valkey', '--json'], 'services:\n  caddy:\n')).status).toBe(0);
  expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
});

test('catalog needs no cluster, finds by any word, and shows what is chosen in one', async () => {
  const all = await run([program, 'catalog', '--json'], { cwd: folder, env });
  const { services } = JSON.parse(all.stdout);
  expect(services.length).toBeGreaterThan(60);
  expect(services[0]).toMatchObject({ name: 'adminer', title: 'Adminer', profiles: ['management'], access: 'edge admin', chosen: false });
  const { stdout } = await run([program, 'catalog', '--search', 'CALENDAR'], { cwd: folder, env });
  expect(stdout).toMatch(/^ {2}radicale +\d+ MiB +both +edge viewer +/m);
  const chosen = await datamancy(['catalog', '--search', 'sessions and caches'], 'services:\n  valkey:\n');
  expect(chosen.stdout).toMatch(/^\* valkey /m);
  expect(chosen.stdout).toContain('one service, 1 of them chosen');
  expect((await run([program, 'catalog', '--search', 'nosuchword'], { cwd: folder, env })).stdout).toContain('no service has "nosuchword"');
});

test.each([
  ['documents office', 'onlyoffice'],
  ['matrix  CHAT', 'synapse'],
  ['matrix chat', 'element'],
  ['timescaledb', 'postgresql'],
  ['data connections PostgreSQL', 'pgbouncer'],
  ['sign-on gate', 'authelia'],
])('catalog finds %j in any order and anywhere in what is known of %s', async (words, name) => {
  const { services } = JSON.parse((await run([program, 'catalog', '--json', '--search', words], { cwd: folder, env })).stdout);
  expect(services.map((service: { readonly name: string }) => service.name)).toContain(name);
  expect(services.length).toBeLessThan(8);
});

test('catalog says what is proved of each service, and lists those of which enough is', async () => {
  const listed = await run([program, 'catalog', '--level', '1', '--json'], { cwd: folder, env });
  const { services } = JSON.parse(listed.stdout);
  const proved = Object.entries(levelRecords).flatMap(([name, { level }]) => (level >= 1 ? [{ name, level }] : []));
  expect(services.map(({ name, level }: { readonly name: string; readonly level: number }) => ({ name, level }))).toEqual(proved);
  const { stdout } = await run([program, 'catalog', '--search', 'CALENDAR'], { cwd: folder, env });
  const { level } = levelRecords['radicale'] ?? { level: 0 };
  expect(stdout).toMatch(new RegExp(`^ {2}radicale .* ${level} +Calendars`, 'm'));
  expect(stdout).toContain(`  ${level}  ${levelTitles[level]}`);
});

test('rules lists each rule with its reason, under a topic that fits', async () => {
  const { stdout } = await run([program, 'rules'], { cwd: folder, env });
  expect(stdout).toContain('\nWho gets in\n');
  expect(stdout).toMatch(/^ {2}placeholder-left +\S.*\n +once: 24 placeholders were left in rendered files$/m);
  const { rules } = JSON.parse((await run([program, 'rules', '--json'], { cwd: folder, env })).stdout);
  expect(rules).toContainEqual({ id: 'host-unique', topic: 'Names, routes and ports', why: expect.any(String), from: null });
  expect(rules.filter(({ topic }: { readonly topic: string }) => topic === 'Everything else')).toEqual([]);
});
