import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DatamancyError } from '../kit/errors.ts';
import { connectEngine } from './engine.ts';
import { enginePlaces } from './engine-places.ts';

let home = '';
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'engine-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(home, { recursive: true });
});

async function listen(path: string, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  closing.push(async () => new Promise((resolve) => server.close(resolve)));
  return `unix://${path}`;
}

function engineThatSays(info: object): RequestListener {
  return ({ url }, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(url?.includes('version') ? { Version: '20.10.24', ApiVersion: '1.41' } : info));
  };
}

async function context(name: string, host: string): Promise<void> {
  const directory = join(home, '.docker/contexts/meta', createHash('sha256').update(name).digest('hex'));
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
  await writeFile(join(home, '.docker/config.json'), JSON.stringify({ currentContext: name }));
}

async function refusalOf(work: Promise<unknown>): Promise<DatamancyError> {
  const cause = await work.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  if (cause instanceof DatamancyError) return cause;
  throw cause;
}

test('DOCKER_HOST is the only place then, before any context', async () => {
  await context('other', 'unix:///other.sock');
  const places = await enginePlaces({ env: { DOCKER_HOST: 'unix:///named.sock' }, home, uid: 1000 });
  expect(places.map(({ address }) => address.host)).toEqual(['unix:///named.sock']);
});

test('the current docker context is the only place then, and DOCKER_CONTEXT goes before it', async () => {
  await context('first', 'unix:///first.sock');
  await context('second', 'unix:///second.sock');
  const at = async (env: Readonly<Record<string, string>>): Promise<readonly string[]> =>
    (await enginePlaces({ env, home, uid: 1000 })).map(({ address }) => address.host);
  expect(await at({})).toEqual(['unix:///second.sock']);
  expect(await at({ DOCKER_CONTEXT: 'first' })).toEqual(['unix:///first.sock']);
  expect(await at({ DOCKER_CONTEXT: 'default' })).toContain('unix:///run/user/1000/docker.sock');
});

test('a damaged docker configuration counts as none', async () => {
  await mkdir(join(home, '.docker'));
  await writeFile(join(home, '.docker/config.json'), '{"currentContext": ');
  const places = await enginePlaces({ env: { XDG_RUNTIME_DIR: '/run/own' }, home, uid: 1000 });
  expect(places.map(({ address }) => address.host)).toEqual([
    'unix:///var/run/docker.sock',
    'unix:///run/own/docker.sock',
    `unix://${home}/.docker/run/docker.sock`,
    'unix:///run/own/podman/podman.sock',
    'unix:///run/podman/podman.sock',
  ]);
});

test('an engine that answers is found, with what points the docker client at it', async () => {
  const host = await listen(join(home, 'engine.sock'), engineThatSays({ CgroupDriver: 'systemd', CgroupVersion: '2', NCPU: 2 }));
  const engine = await connectEngine({ env: { DOCKER_HOST: host }, home, uid: 1000 });
  expect(engine).toMatchObject({
    version: '20.10.24',
    apiVersion: '1.41',
    unenforced: [],
    rootless: false,
    environment: { DOCKER_HOST: host },
  });
});

test('a rootless engine without cgroups is known to enforce no limits', async () => {
  const host = await listen(
    join(home, 'engine.sock'),
    engineThatSays({ CgroupDriver: 'none', SecurityOptions: ['name=seccomp', 'name=rootless'] }),
  );
  const engine = await connectEngine({ env: { DOCKER_HOST: host }, home, uid: 1000 });
  expect(engine).toMatchObject({ rootless: true, unenforced: ['memory', 'CPU', 'process'] });
});

test('where no engine answers every place is listed with its reason, and the fix fits', async () => {
  const refused = await refusalOf(connectEngine({ env: { DOCKER_HOST: `unix://${home}/none.sock` }, home, uid: 1000 }));
  expect(refused).toMatchObject({
    code: 'E_ENGINE_UNREACHABLE',
    message: `no container engine answers; tried\n  unix://${home}/none.sock (DOCKER_HOST): there is no such socket`,
    fix: 'start that engine, or unset DOCKER_HOST',
  });
});

test('something else that listens is no engine', async () => {
  const host = await listen(join(home, 'web.sock'), (_, response) => response.end('<html>'));
  const refused = await refusalOf(connectEngine({ env: { DOCKER_HOST: host }, home, uid: 1000 }));
  expect(refused.message).toContain('what answers there is no container engine');
});

test('an engine over ssh is refused with the way round', async () => {
  const refused = await refusalOf(connectEngine({ env: { DOCKER_HOST: 'ssh://me@host' }, home, uid: 1000 }));
  expect(refused.fix).toContain('forward its socket');
});
