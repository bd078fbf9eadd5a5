import { expect, test } from 'vitest';
import { tcp } from '../../service/index.ts';
import { findingsOf, sampleApp, sampleService } from '../sample.ts';
import { healthPortListens } from './health-port-listens.ts';

test('a health check of a port that the service does not have is refused with the nearest one', () => {
  expect(findingsOf(healthPortListens, [sampleService('planka', { health: { port: 'wed' } })])).toEqual([
    'planka: its health check names the port "wed", which it does not have; name the port web',
  ]);
});

test('route, metrics, publish and provides are held to the same', () => {
  const broken = sampleApp('planka', {
    route: { port: 'a1', access: { open: 'a test' } },
    metrics: { port: 'b2', path: '/metrics' },
    publish: ['c3'],
    provides: { postgres: { port: 'd4' }, ldap: {} },
  });
  const ports = findingsOf(healthPortListens, [broken]).map((found) => /"(?<port>.*?)"/.exec(found)?.groups?.['port']);
  expect(ports).toEqual(['b2', 'a1', 'c3', 'd4', '']);
});

test('a route to a port that speaks no HTTP is refused', () => {
  expect(findingsOf(healthPortListens, [sampleApp('db', { ports: { web: tcp(5432) } })])).toEqual([
    expect.stringContaining('its route leads to web, which speaks tcp'),
  ]);
});

test('a check by command, and ports that exist, pass', () => {
  expect(findingsOf(healthPortListens, [sampleApp('planka', { health: { command: ['true'] } })])).toEqual([]);
});
