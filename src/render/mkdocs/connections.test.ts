import { expect, test } from 'vitest';
import { oidc, postgres, reach, smtp } from '../../contracts/index.ts';
import { http, tcp } from '../../service/index.ts';
import { sampleApp, sampleEdge, sampleProvider, sampleService, sampleSignOn, sampleStack } from '../../stack/sample.ts';
import { serviceOf } from '../../stack/stack.ts';
import { connectionsOf, neighboursOf } from './connections.ts';

const limits = { memory: '64MiB', cpus: 1 } as const;
const health = { command: ['true'] } as const;
const signOn = { ...sampleSignOn, provides: { 'sign-on': { port: 'web' }, oidc: { port: 'web', hmac: 'h', keys: 'k' } } };

test('each connection is there once, with every reason for it', () => {
  const stack = sampleStack([
    sampleEdge,
    sampleSignOn,
    sampleProvider('postgresql', 'postgres', 5432),
    sampleProvider('collector', 'metrics', 9090),
    sampleApp('wiki', { needs: { db: postgres(), other: postgres() }, metrics: { port: 'web', path: '/metrics' } }),
  ]);
  expect(connectionsOf(stack)).toEqual([
    { from: 'caddy', to: 'gate', whys: ['what people ask for', 'who may pass'] },
    { from: 'caddy', to: 'wiki', whys: ['what people ask for'] },
    { from: 'collector', to: 'wiki', whys: ['its metrics'] },
    { from: 'wiki', to: 'postgresql', whys: ['postgres'] },
  ]);
});

test('who signs people in with OpenID Connect asks at the public address, and so the edge', () => {
  const needs = { signIn: oidc({ callback: '/callback' }) };
  const stack = sampleStack([sampleEdge, signOn, sampleApp('wiki', { needs })]);
  expect(connectionsOf(stack)).toContainEqual({ from: 'wiki', to: 'caddy', whys: ['oidc of gate'] });
});

test('a worker asks what its service was granted, unless it stands apart', () => {
  const worker = { health, limits };
  const workers = { jobs: worker, relay: { ...worker, image: 'example/relay:1.0.0', shares: [] } };
  const stack = sampleStack([
    sampleProvider('postgresql', 'postgres', 5432),
    sampleService('wiki', { ports: { web: http(80), bus: tcp(81) }, needs: { db: postgres() }, workers }),
  ]);
  expect(connectionsOf(stack).map(({ from, to }) => `${from} ${to}`)).toEqual([
    'wiki postgresql',
    'wiki wiki-jobs',
    'wiki wiki-relay',
    'wiki-jobs postgresql',
  ]);
});

test('alerts go from the collector to whoever passes them on, and from there to whoever sends them', () => {
  const stack = sampleStack([
    sampleProvider('collector', 'metrics', 9090),
    sampleProvider('alarms', 'alerting', 9093),
    sampleProvider('ntfy', 'notify', 80),
    sampleService('board', { needs: { figures: reach('metrics') } }),
  ]);
  expect(connectionsOf(stack).map(({ from, to, whys }) => `${from} ${to}: ${whys.join()}`)).toEqual([
    'alarms ntfy: notifications',
    'board collector: metrics',
    'collector alarms: alerts',
  ]);
});

test('what lies outside the cluster is nobody that one connects to here', () => {
  const mail = { host: 'mail.example.net', port: 465, user: 'anna', from: 'anna@example.net' };
  const stack = sampleStack([sampleService('wiki', { needs: { mail: smtp() } })], { declaration: { mail } });
  expect(stack.grants).toHaveLength(1);
  expect(connectionsOf(stack)).toEqual([]);
});

test('neighbours are those on a common network', () => {
  const stack = sampleStack([sampleEdge, sampleApp('a'), sampleApp('b'), sampleService('alone')]);
  const [one, alone] = [serviceOf(stack, 'a'), serviceOf(stack, 'alone')];
  expect(one && neighboursOf(stack, one).map(({ name }) => name)).toEqual(['b', 'caddy']);
  expect(alone && neighboursOf(stack, alone)).toEqual([]);
});
