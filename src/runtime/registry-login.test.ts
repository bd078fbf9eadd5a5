import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loginFor, registryOf } from './registry-login.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'datamancy-login-'));
});
afterEach(async () => rm(directory, { recursive: true, force: true }));

async function loginWith(config: object | string, image: string): Promise<unknown> {
  await writeFile(join(directory, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return loginFor(image, { DOCKER_CONFIG: directory, PATH: `${directory}${delimiter}${process.env['PATH'] ?? ''}` });
}

const auth = Buffer.from('anna:pass:word').toString('base64');

test.each([
  ['caddy:2.10.2', 'docker.io'],
  ['grafana/grafana:12.0.0', 'docker.io'],
  ['ghcr.io/element-hq/synapse:v1', 'ghcr.io'],
  ['localhost/x:1', 'localhost'],
  ['127.0.0.1:5000/x/y:1.0', '127.0.0.1:5000'],
])('%s comes from %s', (image, registry) => {
  expect(registryOf(image)).toBe(registry);
});

test('a login is that of the registry, and of no other', async () => {
  const config = { auths: { 'ghcr.io': { auth } } };
  expect(await loginWith(config, 'ghcr.io/a/b:1')).toEqual({ username: 'anna', password: 'pass:word', serveraddress: 'ghcr.io' });
  expect(await loginWith(config, 'ghcr.io.example.org/a/b:1')).toBeUndefined();
  expect(await loginWith(config, 'caddy:2.10.2')).toBeUndefined();
});

test('the login of Docker Hub stands under the address of its first version', async () => {
  const hub = 'https://index.docker.io/v1/';
  expect(await loginWith({ auths: { [hub]: { auth } } }, 'caddy:2.10.2')).toMatchObject({ username: 'anna', serveraddress: hub });
});

test('an identity token stands for name and password', async () => {
  expect(await loginWith({ auths: { 'ghcr.io': { auth: '', identitytoken: 'abc' } } }, 'ghcr.io/a:1')).toEqual({ identitytoken: 'abc' });
});

test('a helper is asked where one keeps the logins, and what it does not know is no login', async () => {
  const helper = join(directory, 'docker-credential-test');
  const known = '{"ServerURL":"ghcr.io","Username":"anna","Secret":"kept"}';
  await writeFile(helper, `#!/bin/sh\nread -r server\n[ "$1 $server" = 'get ghcr.io' ] || exit 1\necho '${known}'\n`);
  await chmod(helper, 0o755);
  for (const config of [{ credsStore: 'test' }, { credHelpers: { 'ghcr.io': 'test' } }])
    expect(await loginWith(config, 'ghcr.io/a:1')).toEqual({ username: 'anna', password: 'kept', serveraddress: 'ghcr.io' });
  expect(await loginWith({ credsStore: 'test' }, 'quay.io/a:1')).toBeUndefined();
  expect(await loginWith({ credsStore: 'not-there' }, 'ghcr.io/a:1')).toBeUndefined();
});

test.each(["'no login, sorry'", "'{}'", "''"])('a helper that prints %s and succeeds has no login', async (words) => {
  const helper = join(directory, 'docker-credential-test');
  await writeFile(helper, `#!/bin/sh\ncat >/dev/null\necho ${words}\n`);
  await chmod(helper, 0o755);
  expect(await loginWith({ credsStore: 'test' }, 'ghcr.io/a:1')).toBeUndefined();
});

test('a file that cannot be read holds no login', async () => {
  await mkdir(join(directory, 'config.json'));
  expect(await loginFor('ghcr.io/a:1', { DOCKER_CONFIG: directory })).toBeUndefined();
  await writeFile(join(directory, 'file'), '');
  expect(await loginFor('ghcr.io/a:1', { DOCKER_CONFIG: join(directory, 'file') })).toBeUndefined();
});

test('no file and a damaged one hold no login', async () => {
  expect(await loginFor('ghcr.io/a:1', { DOCKER_CONFIG: directory })).toBeUndefined();
  expect(await loginWith('{ not json', 'ghcr.io/a:1')).toBeUndefined();
});
