import { expect, test } from 'vitest';
import { postgres, secret } from '../contracts/index.ts';
import type { Secret, Service } from '../service/index.ts';
import { file, http, lines, text, volume } from '../service/index.ts';
import { sampleApp, sampleEdge, sampleProvider, sampleStack } from './sample.ts';
import { serviceOf } from './stack.ts';
import { unitsOf } from './workers.ts';

const limits = { memory: '256MiB', cpus: 0.5 } as const;
const health = { command: ['true'] } as const;
const database = sampleProvider('postgresql', 'postgres', 5432);

const social = sampleApp('social', {
  volumes: { data: volume('/data', { role: 'data', backup: 'daily' }) },
  needs: { db: postgres(), key: secret({ kind: 'hex', bytes: 32 }) },
  allow: { writableRoot: 'a test' },
  env: ({ key, here }) => ({
    KEY_FILE: file(key as Secret),
    STREAM: `${here.reach('stream', 'stream').host}:${here.reach('stream', 'stream').port}`,
  }),
  files: { main: { path: '/etc/social', content: () => lines('a') } },
  workers: {
    queue: { title: 'background jobs', health, limits, command: ({ here }) => ['work', here.reach('web').port] },
    stream: {
      health: { port: 'stream' },
      limits,
      ports: { stream: http(4000) },
      route: { port: 'stream', paths: ['/api/v1/streaming*'] },
      command: ({ worker }) => ['stream', worker.listen('stream').port],
      env: () => ({ ROLE: 'stream' }),
    },
    think: { image: 'example/think:1.0.0', user: '2000:2000', shares: [], health, limits },
  },
});

test('a worker is a unit of its own that starts after its service and shares what that one is made from', () => {
  const stack = sampleStack([sampleEdge, database, social]);
  expect(stack.services.map(({ name }) => name)).toEqual([
    'caddy',
    'postgresql',
    'social',
    'social-queue',
    'social-stream',
    'social-think',
  ]);
  expect(serviceOf(stack, 'social-queue')).toMatchObject({
    family: 'social',
    image: { reference: 'example/social:1.0.0' },
    service: { title: 'social: background jobs', user: '1000:1000', allow: { writableRoot: 'a test' } },
    dependsOn: ['postgresql', 'social'],
    env: { STREAM: 'social-stream:4000' },
    files: [{ name: 'main' }],
    secretFiles: [{ id: 'social.key' }],
    command: ['work', 8080],
    grants: [],
    url: '',
    limits: { memoryBytes: 256 * 1024 ** 2 },
  });
  expect(serviceOf(stack, 'social-stream')).toMatchObject({
    env: { ROLE: 'stream', STREAM: 'social-stream:4000' },
    command: ['stream', 4000],
  });
});

test('a worker that is first starts before its service, and the others after both', () => {
  const stack = sampleStack([
    sampleEdge,
    database,
    { ...social, workers: { ...social.workers, store: { first: true, image: 'valkey:8.1', shares: [], health, limits } } },
  ]);
  const waits = Object.fromEntries(stack.services.map(({ name, dependsOn }) => [name, dependsOn]));
  expect(waits).toMatchObject({
    social: ['postgresql', 'social-store'],
    'social-queue': ['postgresql', 'social', 'social-store'],
    'social-store': ['postgresql'],
  });
});

test('one that shares nothing has an image, a user and a surrounding of its own', () => {
  const think = serviceOf(sampleStack([sampleEdge, database, social]), 'social-think');
  expect(think).toMatchObject({
    image: { reference: 'example/think:1.0.0' },
    service: { user: '2000:2000', volumes: {} },
    env: {},
    files: [],
    secretFiles: [],
  });
});

test('what is granted is granted once, and each secret is asked for once', () => {
  const stack = sampleStack([sampleEdge, database, social]);
  expect(stack.grants.map(({ client, kind }) => `${client} ${kind}`)).toEqual(['social postgres']);
  expect(stack.secrets.filter(({ id }) => id.startsWith('social')).map(({ id }) => id)).toEqual(['social.db', 'social.key']);
});

test('a worker meets its service, is at the edge only where that sends it something, and has a way out in any case', () => {
  const stack = sampleStack([sampleEdge, database, social]);
  const networks = Object.fromEntries(stack.services.map((one) => [one.name, one.networks]));
  expect(networks).toMatchObject({
    social: ['apps', 'data', 'edge'],
    'social-queue': ['apps', 'data'],
    'social-stream': ['data', 'edge'],
    'social-think': ['apps'],
  });
  const behindDoor = { port: 'web', access: { groups: ['viewer'], identity: { user: 'X-User' } } } as const;
  const door = sampleApp('door', { route: behindDoor, workers: { queue: { health, limits, command: () => ['work'] } } });
  const behind = sampleStack([sampleEdge, door]);
  expect(['door', 'door-queue'].map((name) => serviceOf(behind, name)?.networks)).toEqual([['door-door'], ['door-door']]);
  const alone: Service = sampleApp('alone', { workers: { queue: { health, limits, command: () => ['work'] } } });
  const met = sampleStack([sampleEdge, alone]);
  expect(serviceOf(met, 'alone')?.networks).toEqual(['apps', 'edge']);
  expect(serviceOf(met, 'alone-queue')?.networks).toEqual(['apps']);
});

test('the owner’s limits are for the service alone, and his variables for whoever shares its environment', () => {
  const overrides = { social: { limits: { memory: '2GiB' }, env: { MINE: 'yes', ROLE: 'mine' } } } as const;
  const stack = sampleStack([sampleEdge, database, social], { overrides });
  expect(serviceOf(stack, 'social')?.limits.memoryBytes).toBe(2 * 1024 ** 3);
  expect(serviceOf(stack, 'social-stream')).toMatchObject({ limits: { memoryBytes: 256 * 1024 ** 2 }, env: { MINE: 'yes', ROLE: 'mine' } });
  expect(serviceOf(stack, 'social-think')?.env).toEqual({});
});

test('with a need unmet no function of a worker is called', () => {
  const stack = sampleStack([sampleEdge, social], { others: [database] });
  expect(serviceOf(stack, 'social-queue')).toMatchObject({ env: {}, unmet: [] });
  expect(serviceOf(stack, 'social-queue')?.broken).toBeUndefined();
});

test('a port that a worker does not have is a mistake of the definition', () => {
  const wrong = sampleApp('wrong', {
    workers: { queue: { health, limits, command: ({ worker }) => ['work', worker.listen('web').port] } },
    env: ({ here }) => ({ QUEUE: here.reach('web', 'queue').host }),
  });
  const stack = sampleStack([sampleEdge, wrong]);
  expect(serviceOf(stack, 'wrong')?.broken).toBe('wrong-queue has no port web');
  expect(serviceOf(stack, 'wrong-queue')?.broken).toBe('wrong-queue has no port web');
});

test('what is run to set a service up keeps its secrets in the input, and mounts what it names as a file', () => {
  const app = sampleApp('app', {
    needs: { key: secret({ kind: 'password' }), other: secret({ kind: 'password' }) },
    setup: ({ key, other }) => [
      { title: 'owner', argv: ['app', 'add-user'], input: text`${key as Secret} ${file(other as Secret)}\n`, okStatuses: [0, 3] },
      { title: 'bucket', argv: ['app', 'add-bucket'] },
    ],
  });
  expect(serviceOf(sampleStack([sampleEdge, app]), 'app')).toMatchObject({
    setup: [
      { title: 'owner', okStatuses: [0, 3], input: { kind: 'text' } },
      { title: 'bucket', input: { kind: 'text', parts: [''] } },
    ],
    secretFiles: [{ id: 'app.other' }],
  });
});

test('the units of a service are the service and its workers', () => {
  expect(unitsOf(social).map(({ name, image }) => `${name} ${image ?? ''}`)).toEqual([
    'social example/social:1.0.0',
    'social-queue example/social:1.0.0',
    'social-stream example/social:1.0.0',
    'social-think example/think:1.0.0',
  ]);
});

test('an owner gives a worker limits of its own, which it sees, and its service keeps those of the catalog', () => {
  const told = sampleApp('told', {
    workers: { queue: { health, limits, command: ({ worker }) => ['work', `--threads=${worker.limits.cpus}`] } },
  });
  const stack = sampleStack([sampleEdge, told], { overrides: { told: { workers: { queue: { limits: { memory: '2GiB', cpus: 4 } } } } } });
  expect(serviceOf(stack, 'told-queue')).toMatchObject({
    limits: { memoryBytes: 2 * 1024 ** 3, cpus: 4, pids: 256 },
    command: ['work', '--threads=4'],
  });
  expect(serviceOf(stack, 'told')?.limits).toEqual(serviceOf(sampleStack([sampleEdge, told]), 'told')?.limits);
});

test('a worker is set up inside its own unit', () => {
  const indexed = sampleApp('indexed', {
    needs: { key: secret({ kind: 'hex', bytes: 32 }) },
    workers: {
      search: {
        health,
        limits,
        ports: { api: http(9200) },
        command: () => ['search'],
        setup: ({ key, worker }) => [
          { title: 'the index', argv: ['put', String(worker.listen('api').port)], input: text`${key as Secret}` },
        ],
      },
    },
  });
  const stack = sampleStack([sampleEdge, indexed]);
  expect(serviceOf(stack, 'indexed-search')).toMatchObject({ setup: [{ title: 'the index', argv: ['put', '9200'] }] });
  expect(serviceOf(stack, 'indexed')).toMatchObject({ setup: [] });
});
