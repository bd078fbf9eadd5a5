import { expect, test } from 'vitest';
import type { Path, Port, Service } from '../../service/index.ts';
import { http, tcp } from '../../service/index.ts';
import { findingsOf, sampleApp, sampleService } from '../sample.ts';
import { workerRouteEffective } from './worker-route-effective.ts';

const unit = { health: { command: ['true'] }, limits: { memory: '64MiB', cpus: 1 }, command: () => ['work'] } as const;

function workers(path: string, port: Port = http(4000)): NonNullable<Service['workers']> {
  return { stream: { ...unit, ports: { stream: port }, route: { port: 'stream', paths: [path as Path] } } };
}

test.each(['/', '/*', '/api/../admin', '/a b', '/api*/more', '/api {', '/%61pi', '/api/'])('the path %j is refused', (path) => {
  expect(findingsOf(workerRouteEffective, [sampleApp('social', { workers: workers(path) })])).toEqual([
    `social-stream: ${JSON.stringify(path)} is no plain path below the root; write one such as /api/v1/streaming*`,
  ]);
});

test.each(['/api', '/api/v1/streaming*', '/api/v1/streaming/*', '/.well-known/it'])('the path %s passes', (path) => {
  expect(findingsOf(workerRouteEffective, [sampleApp('social', { workers: workers(path) })])).toEqual([]);
});

test('paths without a host to have them, and a port that speaks no HTTP, are refused', () => {
  expect(findingsOf(workerRouteEffective, [sampleService('social', { workers: workers('/api') })])).toEqual([
    'social-stream: its paths are those of social, which has no route; give social a route',
  ]);
  expect(findingsOf(workerRouteEffective, [sampleApp('social', { workers: workers('/api', tcp(4000)) })])).toEqual([
    'social-stream: its route leads to "stream", which is no http port of it; name one of its ports (stream)',
  ]);
});
