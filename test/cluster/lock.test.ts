import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { freePort } from '../../src/kit/testing/free-port.ts';
import { buildImages } from '../../src/images/build.ts';
import { imageRef, readRecipes } from '../../src/images/recipe.ts';
import { runOrFail } from '../../src/kit/process.ts';
import { datamancy, docker, eventually, succeed } from './support/command.ts';
import { clearCluster, containerOf, idByService } from './support/containers.ts';

const name = `test-lock-${process.pid}`;
const registry = `${name}-registry`;
const manifestList = 'application/vnd.docker.distribution.manifest.list.v2+json';
const manifest = 'application/vnd.docker.distribution.manifest.v2+json';
let folder: string;
let lockFile: string;
let address: string;
let image: string;
const digests = { one: '', list: '', two: '' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datamancy-lock-'));
  lockFile = join(folder, 'images.lock');
  address = `127.0.0.1:${await freePort()}`;
  image = `${address}/x/y:1.0`;
  const recipes = await readRecipes(join(import.meta.dirname, '../..'), ['docker-registry']);
  await buildImages({ recipes, cluster: 'imagetest' });
  const [base = '', server = ''] = recipes.map((recipe) => imageRef('imagetest', recipe));
  const storage = ['--tmpfs', '/var/lib/registry:uid=1000,gid=1000'];
  await docker('run', '--detach', '--name', registry, '--publish', `${address}:5000`, ...storage, server);
  await eventually('the registry answers', async () => isUp(`http://${address}/v2/`));
  digests.one = await push(base, 'one');
  digests.list = await pushList(digests.one);
  await mkdir(join(folder, 'services'));
  await writeFile(join(folder, 'services/y.ts'), definition(image, await freePort()));
  await declare('y');
});

afterAll(async () => {
  await datamancy(folder, ['down', '--volumes']);
  await docker('rm', '--force', '--volumes', registry);
  await clearCluster(name);
  const kept = await docker('image', 'ls', '--quiet', '--filter', `reference=${address}/x/y`);
  if (kept !== '') await docker('image', 'rm', '--force', ...new Set(kept.split('\n')));
  await rm(folder, { recursive: true, force: true });
});

test('a lock keeps the digest of the list of all platforms, and is written once', async () => {
  expect(await succeed(folder, ['lock'])).toContain(`+ lock  ${image}  ${digests.list.slice(0, 19)}\n`);
  const written = await readFile(lockFile, 'utf8');
  expect(written).toContain(`\n${JSON.stringify(image)}: {"digest":"${digests.list}","locked":"`);
  expect(await succeed(folder, ['lock'])).toBe('1 locked, none changed');
  expect(await readFile(lockFile, 'utf8')).toBe(written);
});

test('what is locked runs, whatever becomes of its tag', async () => {
  await succeed(folder, ['up']);
  const { Id, Config } = await containerOf(name, 'y');
  expect(Config.Image).toBe(`${image}@${digests.list}`);
  digests.two = await push(Config.Image, 'two');
  await docker('push', '--quiet', image);
  await docker('image', 'rm', image);
  await succeed(folder, ['up']);
  expect((await idByService(name))['y']).toBe(Id);
  await succeed(folder, ['down']);
  await succeed(folder, ['up']);
  expect(await versionInside()).toBe('one');
});

test('a check tells of a tag that moved, and changes nothing', async () => {
  const before = await readFile(lockFile, 'utf8');
  const { status, stdout } = await datamancy(folder, ['lock', '--update', '--check']);
  expect({ status, stdout }).toEqual({
    status: 2,
    stdout: `~ renew  ${image}  ${digests.list.slice(0, 19)} -> ${digests.two.slice(0, 19)}\n1 would change; nothing was written`,
  });
  expect(await readFile(lockFile, 'utf8')).toBe(before);
});

test('renewing a service brings its tag as it is now, at the next up', async () => {
  const { status, stderr } = await datamancy(folder, ['lock', '--update', 'yy']);
  expect({ status, stderr }).toEqual({ status: 64, stderr: 'error[E_USAGE]: this cluster has no service "yy"\n  fix: did you mean y?' });
  await succeed(folder, ['lock', '--update', 'y']);
  const plan = await datamancy(folder, ['plan']);
  expect({ status: plan.status, stdout: plan.stdout }).toEqual({ status: 2, stdout: '~ replace  y  its definition changed' });
  await succeed(folder, ['up']);
  expect(await versionInside()).toBe('two');
});

test('a lock that is damaged stops every command at the place of the damage', async () => {
  const sound = await readFile(lockFile, 'utf8');
  await writeFile(lockFile, sound.replace('sha256:', 'sha512:'));
  for (const command of ['up', 'lock']) {
    const { status, stderr } = await datamancy(folder, [command]);
    expect({ command, status, stderr }).toEqual({
      command,
      status: 1,
      stderr: expect.stringContaining(`images.lock:2:${image.length + 15} images.lock: ${image} digest is not as it was written`),
    });
  }
  await writeFile(lockFile, sound);
});

test('a registry that is away is named, and the lock stays; what nothing uses any more is dropped without it', async () => {
  await docker('stop', '--time', '1', registry);
  const before = await readFile(lockFile, 'utf8');
  const { status, stderr } = await datamancy(folder, ['lock', '--update']);
  expect(status).toBe(1);
  expect(stderr).toContain(
    `error[E_IMAGE_UNFOUND]: 1 of 1 images have no digest, and images.lock stays as it is\n  ${image}: Get "http://${address}/v2/": `,
  );
  expect(stderr).toContain('\n  fix: see that the engine reaches that registry, or build');
  expect(await readFile(lockFile, 'utf8')).toBe(before);
  await declare('caddy', 'debian');
  expect((await datamancy(folder, ['lock', '--check'])).stdout).toContain(`- drop  ${image}`);
});

function definition(reference: string, port: number): string {
  return `import { defineService, tcp } from 'datamancy';
export const y = defineService('y', {
  title: 'Y', summary: 'Sleeps.', docs: 'https://example.org/', licence: 'MIT', category: 'tools',
  image: ${JSON.stringify(reference)},
  user: '1000:1000',
  ports: { main: tcp(${port}) },
  publish: ['main'],
  health: { command: ['sh', '-c', 'kill -0 1'], startSeconds: 1 },
  limits: { memory: '64MiB', cpus: 0.5 },
  stopSeconds: 1,
});
`;
}

async function declare(service: string, images = 'upstream'): Promise<void> {
  const admin = { name: 'tester', email: 'tester@example.org' };
  const ports = { http: await freePort(), https: await freePort() };
  const declared = { name, domain: 'lock.localhost', admin, images, runtime: 'compose', ports, services: { [service]: null } };
  await writeFile(join(folder, 'cluster.yaml'), stringify(declared));
}

/** Builds an image that knows its version, pushes it under the tag that is locked, and gives its digest. */
async function push(from: string, version: string): Promise<string> {
  const input = `FROM ${from}\nLABEL test=${name}\nUSER root\nRUN echo ${version} >/version\nCMD ["sleep", "infinity"]\n`;
  await runOrFail(['docker', 'build', '--tag', image, '-'], { input, env: { DOCKER_BUILDKIT: '0' }, fix: 'look at the engine' });
  await docker('push', '--quiet', image);
  return digestOf(await fetch(`http://${address}/v2/x/y/manifests/1.0`, { headers: { accept: manifest } }));
}

/** Puts a list with this one image for this machine's platform in the place of the tag. */
async function pushList(digest: string): Promise<string> {
  const url = `http://${address}/v2/x/y/manifests/`;
  const size = (await (await fetch(url + digest, { headers: { accept: manifest } })).arrayBuffer()).byteLength;
  const platform = { os: 'linux', architecture: await docker('version', '--format', '{{.Server.Arch}}') };
  const list = { schemaVersion: 2, mediaType: manifestList, manifests: [{ mediaType: manifest, digest, size, platform }] };
  return digestOf(await fetch(`${url}1.0`, { method: 'PUT', headers: { 'content-type': manifestList }, body: JSON.stringify(list) }));
}

async function isUp(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(1000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

function digestOf({ ok, status, headers }: Response): string {
  const digest = headers.get('docker-content-digest');
  if (!ok || digest === null) throw new Error(`the registry answered ${status}`);
  return digest;
}

async function versionInside(): Promise<string> {
  return docker('exec', (await containerOf(name, 'y')).Id, 'cat', '/version');
}
