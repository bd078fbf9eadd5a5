import { expect, test } from 'vitest';
import type { Service } from '../service/index.ts';
import { http, lines, volume } from '../service/index.ts';
import { expand, limitsOf, secretFileName } from './expand.ts';
import type { Placement } from './placement.ts';
import { containerPlacement, hereOf } from './placement.ts';
import { sampleService, sampleStack } from './sample.ts';

const wiki: Service = sampleService('wiki', {
  ports: { web: http(8080) },
  volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) },
  env: ({ here }) => ({ PORT: here.listen.web?.port ?? 0, DATA: here.volume.data ?? '', CONFIG: here.file.main ?? '' }),
  command: ({ here }) => ['serve', here.file.main ?? ''],
  files: { main: { path: '/etc/wiki.conf', content: () => lines('a') } },
  process: { packages: ['wiki'], argv: ({ here }) => ['wiki', here.listen.web?.port ?? 0], env: () => ({ MODE: 'process' }) },
});

const limits = limitsOf(wiki, {});

const processPlacement: Placement = {
  ...containerPlacement,
  runtime: 'process',
  listen: () => ({ address: '127.0.0.1', port: 31_000 }),
  volume: (service, name) => `/cluster/${service}/${name}`,
  file: (service, path) => `/cluster/${service}${path}`,
};

test('one definition serves containers, where ports and paths are those it declares', () => {
  expect(expand(wiki, {}, containerPlacement, { here: hereOf(wiki, containerPlacement, limits) }, true)).toMatchObject({
    env: { PORT: 8080, DATA: '/data', CONFIG: '/etc/wiki.conf' },
    command: ['serve', '/etc/wiki.conf'],
  });
});

test('and child processes, where the runtime says where it lives', () => {
  expect(expand(wiki, {}, processPlacement, { here: hereOf(wiki, processPlacement, limits) }, true)).toMatchObject({
    env: { PORT: 31_000, DATA: '/cluster/wiki/data', CONFIG: '/cluster/wiki/etc/wiki.conf', MODE: 'process' },
    argv: ['wiki', 31_000],
  });
});

test('a definition sizes itself by its limits, with the owner’s word before the catalog’s, and a worker by its own', () => {
  const sized = sampleService('base', {
    limits: { memory: '1GiB', cpus: 2 },
    env: ({ here }) => ({ CACHE: here.limits.memoryBytes / 4, THREADS: here.limits.cpus }),
    workers: {
      queue: {
        health: { command: ['true'] },
        limits: { memory: '128MiB', cpus: 0.5 },
        command: ({ worker }) => ['work', worker.limits.memoryBytes],
      },
    },
  });
  const { services } = sampleStack([sized], { overrides: { base: { limits: { memory: '2GiB' } } } });
  expect(services).toMatchObject([
    { name: 'base', env: { CACHE: 512 * 1024 ** 2, THREADS: 2 } },
    { name: 'base-queue', env: { CACHE: 512 * 1024 ** 2, THREADS: 2 }, command: ['work', 128 * 1024 ** 2] },
  ]);
});

test('what a definition throws is kept, and nothing half-made is left beside it', () => {
  const broken = sampleService('wiki', {
    env: () => ({ A: 1 }),
    command: () => {
      throw new Error('no command');
    },
  });
  expect(expand(broken, {}, containerPlacement, {}, true)).toEqual({
    env: {},
    files: [],
    setup: [],
    secretFiles: [],
    limits: { memoryBytes: 128 * 1024 ** 2, cpus: 1, pids: 256 },
    broken: 'no command',
  });
});

test('a derived form of a secret is a file of its own', () => {
  expect(secretFileName({ kind: 'secret', id: 'wiki.login' })).toBe('wiki.login');
  expect(secretFileName({ kind: 'secret', id: 'wiki.login', part: 'digest' })).toBe('wiki.login.digest');
});

test('a file whose content is absent is not there', () => {
  const some: Service = { ...wiki, files: { ...wiki.files, login: { path: '/etc/login', content: () => 'absent' } } };
  const expanded = expand(some, {}, containerPlacement, { here: hereOf(some, containerPlacement, limits) }, true);
  expect([expanded.broken, expanded.files.map(({ name }) => name)]).toEqual([undefined, ['main']]);
});
