import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mariadb, oidc, postgres, reach, secret } from '../../contracts/index.ts';
import { lines, volume } from '../../service/index.ts';
import { sampleApp } from '../sample.ts';
import { checkDefinition } from './definition.ts';

const whole = sampleApp('wiki', {
  volumes: { data: volume('/data', { role: 'data', backup: { skip: 'a test' } }) },
  needs: { db: postgres({ extensions: ['vector'] }), key: secret({ kind: 'hex', bytes: 32 }), others: reach('postgres') },
  provides: { notify: { port: 'web' } },
  publish: ['web'],
  health: { port: 'web', path: '/health', startSeconds: 60 },
  allow: { root: 'a test', ownInit: 'a test', capabilities: { CHOWN: 'a test' } },
  tmpfs: ['/run', { path: '/tmp', size: '1GiB', exec: 'a test' }],
  hostPaths: [{ path: '/', target: '/host', reason: 'a test', writable: 'a test' }],
  stopSeconds: 10,
  metrics: { port: 'web', path: '/metrics' },
  alerts: [{ name: 'Slow', expr: 'a > 1', for: '5m', severity: 'warning', summary: 'it is slow' }],
  env: () => ({ A: 1 }),
  command: () => ['serve'],
  files: { main: { path: '/etc/a', content: () => lines('a') } },
  process: { packages: ['wiki'], argv: () => ['wiki'] },
  profiles: ['apps', 'ai'],
  conflicts: ['dokuwiki'],
  gpu: { vram: '12GiB' },
  shm: '256MiB',
  logs: [{ pattern: 'FATAL', means: 'it ended' }],
  smoke: { path: '/', expect: { status: 200, text: 'wiki' } },
  setup: () => [{ title: 'owner', argv: ['wiki', 'add'] }],
  workers: {
    queue: {
      health: { port: 'queue', path: '/', via: 'node' },
      limits: { memory: '64MiB', cpus: 1 },
      ports: { queue: { protocol: 'http', number: 1 } },
      first: true,
      route: { port: 'queue', paths: ['/api*'], strip: true },
      shares: ['env'],
      command: () => ['work'],
    },
  },
});

function messagesFor(parts: object): readonly string[] {
  return checkDefinition({ ...whole, ...parts }, 'services/wiki.ts').map(({ rule, message }) => `${rule} ${message}`);
}

test('a whole definition has no problem', () => {
  expect(checkDefinition(whole, 'services/wiki.ts')).toEqual([]);
});

test('an unknown key is told with the nearest one', () => {
  expect(checkDefinition({ ...whole, volume: {} }, 'services/wiki.ts')).toEqual([
    { rule: 'definition-key', where: 'services/wiki.ts', message: 'there is no key "volume"; did you mean volumes?', fix: 'write volumes' },
  ]);
});

test.each([
  [
    { needs: { login: oidc({ callback: 'https://other.example.org/cb' as '/' }) } },
    'needs.login must ask for callback and afterLogout as paths of its own, such as /callback',
  ],
  [
    { needs: { login: oidc({ callback: '//other.example.org/cb' }) } },
    'needs.login must ask for callback and afterLogout as paths of its own, such as /callback',
  ],
  [
    { needs: { login: oidc({ callback: '/cb', afterLogout: '//x' }) } },
    'needs.login must ask for callback and afterLogout as paths of its own, such as /callback',
  ],
  [{ limits: undefined }, 'limits is missing: it must be limits, such as { memory: "512MiB", cpus: 1 }'],
  [{ limits: { memory: '512m', cpus: 1 } }, 'limits.memory must be a size such as 512MiB'],
  [{ limits: { cpus: 1 } }, 'limits.memory is missing: it must be a size such as 512MiB'],
  [{ user: 'root' }, 'user must be uid:gid, such as 1000:1000'],
  [{ name: 'My Wiki' }, 'name must be a-z, 0-9 and inner dashes, a letter first, at most 40'],
  [{ ports: { web: 8080 } }, 'ports.web must be a port, such as http(8080)'],
  [{ ports: { web: { protocol: 'http', number: 70_000 } } }, 'ports.web.number must be a port from 1 to 65535'],
  [{ env: { A: 1 } }, 'env must be a function, such as ({ db }) => ({ … })'],
  [{ needs: { db: 'postgres' } }, 'needs.db must be a need, such as postgres()'],
  [{ needs: { others: { kind: 'reach', request: {} } } }, 'needs.others must be made with reach(…)'],
  [
    { needs: { db: postgres({ extensions: ['a"; DROP ROLE x; --'] }) } },
    'needs.db must name extensions in a-z, 0-9, dashes and underscores',
  ],
  [{ needs: { db: mariadb({ databases: ['a`; DROP'] }) } }, 'needs.db must name databases in a-z and 0-9'],
  [{ needs: { db: mariadb({ connections: 0.5 }) } }, 'needs.db must count its connections'],
  [{ needs: { db: { kind: 'postgres', request: { locale: 'de_DE' } } } }, 'needs.db must ask for the locale C or for none'],
  [{ hostPaths: [{ path: '/proc', reason: ' ' }] }, 'hostPaths.0.reason must be a reason, not empty text'],
  [{ tmpfs: [{ path: '/run', size: 64 }] }, 'tmpfs.0.size must be a size such as 512MiB'],
  [{ needs: { key: { kind: 'secret' } } }, 'needs.key must be made with secret(…)'],
  [
    { volumes: { data: { path: '/data', role: 'data' } } },
    'volumes.data.backup is missing: it must be hourly, daily, weekly or { skip: reason }',
  ],
  [{ health: {} }, 'health must be { port }, { port, path } or { command: [...] }'],
  [{ health: { port: 'web', via: 'curl' } }, 'health.via must not be curl where only a port is asked'],
  [{ health: { port: 'web', path: '/', via: 'ruby' } }, 'health.via must be wget, curl, node, python3, perl or bash'],
  [
    { workers: { queue: { health: { command: ['true'] } } } },
    'workers.queue.limits is missing: it must be limits, such as { memory: "512MiB", cpus: 1 }',
  ],
  [{ smoke: { path: '/' } }, 'smoke must be { path, expect } or { command: [...] }'],
  [{ gpu: { vram: 12 } }, 'gpu.vram must be a size such as 512MiB'],
  [{ setup: [] }, 'setup must be a function, such as ({ db }) => ({ … })'],
])('%j is refused', (parts, message) => {
  expect(messagesFor(parts)).toEqual([`definition-shape ${message}`]);
});

test('several problems are told at once', () => {
  expect(messagesFor({ user: 1, title: '', route: { port: 'web' } })).toHaveLength(3);
});

test('any value at all gives problems and never an exception', () => {
  const nothing = fc.property(fc.anything({ withNullPrototype: true }), (value) => checkDefinition(value, 'services/a.ts').length > 0);
  const anyPart = fc.property(fc.constantFrom(...Object.keys(whole)), fc.anything(), (key, value) =>
    Array.isArray(checkDefinition({ ...whole, [key]: value }, 'services/a.ts')),
  );
  expect(fc.check(nothing).failed).toBe(false);
  expect(fc.check(anyPart).failed).toBe(false);
});

test('a definition whose property throws is a problem', () => {
  const trap = Object.defineProperty({}, 'name', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  expect(checkDefinition(trap, 'services/a.ts')).toHaveLength(1);
});
