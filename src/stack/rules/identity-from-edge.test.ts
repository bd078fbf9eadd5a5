import { expect, test } from 'vitest';
import { postgres } from '../../contracts/index.ts';
import type { Service } from '../../service/index.ts';
import { http } from '../../service/index.ts';
import { findingsOf, sampleApp, sampleEdge, sampleProvider } from '../sample.ts';
import { identityFromEdge } from './identity-from-edge.ts';

const worker = { ports: { inner: http(9000) }, health: { port: 'inner' }, limits: { memory: '64MiB', cpus: 1 } } as const;
const scraper = sampleProvider('prometheus', 'metrics', 9090);

function found(access: object, parts: Partial<Service>): readonly string[] {
  const notes = sampleApp('notes', { route: { port: 'web', access: { groups: ['viewer'], ...access } }, ...parts });
  return findingsOf(identityFromEdge, [sampleEdge, scraper, sampleProvider('postgresql', 'postgres', 5432), notes]);
}

test('what believes a header and is there for others is refused, unless it says why', () => {
  const offered = { provides: { smtp: { port: 'web' } } };
  const sentence = 'it believes what a request says about who asks, and prometheus can reach it on apps';
  expect(found({ identity: { email: 'X-Auth-Email' } }, offered)).toEqual([expect.stringContaining(sentence)]);
  expect(found({ alone: 'it asks nobody' }, offered)).toEqual([expect.stringContaining(sentence)]);
  expect(found({ identity: { email: 'X-Auth-Email' }, door: 'others mail by it' }, { ...offered, workers: { admin: worker } })).toEqual([]);
  expect(found({}, offered)).toEqual([]);
});

test('its database, and what reads its figures, are met where none of their other clients is', () => {
  expect(found({ identity: { user: 'X-User' } }, { needs: { db: postgres() }, metrics: { port: 'web', path: '/metrics' } })).toEqual([]);
  const watched = { ...worker, metrics: { port: 'inner', path: '/metrics' } } as const;
  expect(found({ identity: { user: 'X-User' } }, { workers: { jobs: watched } })).toEqual([]);
});
