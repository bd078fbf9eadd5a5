import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { postgres } from '../../contracts/index.ts';
import { byName, sampleApp, sampleEdge, sampleService, sampleStack } from '../sample.ts';
import { checkStack, rules } from './index.ts';

const support = [
  'calls',
  'client-addresses',
  'credentials',
  'definition',
  'definition-schema',
  'index',
  'literals',
  'loopback-calls',
  'payment-allowances',
  'placeholders',
  'places',
  'rule',
  'shares',
  'unit-addresses',
];

test('the index lists every rule in this folder, sorted, under the name of its file', () => {
  const files = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length));
  expect(rules.map(({ id }) => id)).toEqual(files.filter((file) => !support.includes(file)).toSorted());
});

test('each rule says why it exists', () => {
  expect(rules.filter(({ why }) => why.length < 20)).toEqual([]);
});

test('all problems are reported at once, in the same order each time', () => {
  const services = [sampleApp('wekan', { image: 'wekan' }), sampleApp('planka', { user: '0:0' }), sampleService('lonely')];
  const found = checkStack(sampleStack(services), byName([...services, sampleEdge]));
  expect(found.map(({ rule, where }) => `${rule} ${where}`)).toEqual([
    'edge-exists services',
    'image-pinned wekan',
    'network-derived lonely',
    'root-has-reason planka',
  ]);
  const again = services.toReversed();
  expect(checkStack(sampleStack(again), byName([...again, sampleEdge]))).toEqual(found);
});

test('what a worker has from its service is reported once, and what is its own at the worker', () => {
  const unit = { health: { command: ['is-ready'] }, limits: { memory: '64MiB', cpus: 1 }, command: () => ['work'] } as const;
  const workers = { queue: unit, think: { ...unit, image: 'think' } } as const;
  const services = [sampleEdge, sampleApp('social', { user: '0:0', workers })];
  expect(checkStack(sampleStack(services), byName(services)).map(({ rule, where }) => `${rule} ${where}`)).toEqual([
    'image-pinned social-think',
    'root-has-reason social',
  ]);
});

test('while a chosen service cannot be read, nothing is told that follows from its absence', () => {
  const services = [sampleApp('planka', { needs: { db: postgres() } }), sampleService('lonely', { user: '0:0' })];
  const whole = sampleStack(services);
  const stack = { ...whole, declaration: { ...whole.declaration, services: { ...whole.declaration.services, broken: {} } } };
  expect(checkStack(whole, byName(services)).map(({ rule }) => rule)).toEqual([
    'edge-exists',
    'network-derived',
    'provider-exists',
    'root-has-reason',
  ]);
  expect(checkStack(stack, byName(services)).map(({ rule }) => rule)).toEqual(['root-has-reason']);
});

test('a sound stack has no problem', () => {
  const services = [sampleEdge, sampleApp('planka')];
  expect(checkStack(sampleStack(services), byName(services))).toEqual([]);
});

test('no rule throws on a definition whose fields are the strangest that its shape allows', () => {
  const strange = sampleApp('constructor', {
    ports: JSON.parse('{"__proto__":{"protocol":"http","number":1},"toString":{"protocol":"tcp","number":1}}') as never,
    needs: { valueOf: { kind: 'hasOwnProperty', request: null } },
    provides: { isPrototypeOf: {} },
    health: { port: 'constructor' },
    env: () => ({ constructor: 'x' }),
  });
  expect(checkStack(sampleStack([strange]), byName([strange])).length).toBeGreaterThan(0);
});
