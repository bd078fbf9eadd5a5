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

const web = { ports: { web: tcp(3000) } } as const;

test.each([
  [{ command: ['wget', '-qO-', 'http://127.0.0.1:8080/'] }, 8080],
  [{ command: ['curl', '-f', 'http://localhost:8080/'] }, 8080],
  [{ command: ['curl', '-f', 'https://[::1]/'] }, 443],
  [{ command: ['sh', '-c', "wget -qO- 'http://127.0.0.1' | grep ok"] }, 80],
  [{ command: ['nc', '-z', '127.0.0.1', '8080'] }, 8080],
  [{ command: ['bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/8080'] }, 8080],
] as const)('a check by command of a port on which the unit does not listen is refused: %j', (health, port) => {
  expect(findingsOf(healthPortListens, [sampleService('planka', { ...web, health })])).toEqual([
    `planka: its health check asks itself on port ${port}, where it does not listen; ask port 3000, or declare ${port} under ports`,
  ]);
});

test('smoke tests and steps of setup are held to the same', () => {
  const broken = sampleService('planka', {
    ports: { web: tcp(3000) },
    smoke: { command: ['wget', '-qO-', 'http://127.0.0.1:3001/'] },
    setup: () => [{ title: 'first user', argv: ['curl', 'http://127.0.0.1:3002/users'] }],
  });
  expect(findingsOf(healthPortListens, [broken])).toEqual([
    expect.stringContaining('its smoke test asks itself on port 3001'),
    expect.stringContaining('its setup step “first user” asks itself on port 3002'),
  ]);
});

test.each([
  ['wget', '-qO-', 'http://127.0.0.1:3000/'],
  ['curl', '-f', 'http://localhost:3000/'],
  ['sh', '-c', 'curl "http://127.0.0.1:$PORT/"'],
  ['nslookup', 'localhost', '127.0.0.1'],
  ['pg_isready', '--host=127.0.0.1', '--port', '5432'],
  ['check', 'http://localhost.example.org/'],
  ['curl', '--unix-socket', '/run/x.sock', 'http://localhost/health'],
  ['curl', '--abstract-unix-socket', 'x', 'http://localhost/health'],
  ['http', 'http+unix://%2Frun%2Fx.sock/health?of=http://localhost/'],
] as const)('%s passes', (...command) => {
  expect(findingsOf(healthPortListens, [sampleService('planka', { ...web, health: { command } })])).toEqual([]);
});

test('wget and nc ask one address of localhost alone, so they are given the one that is meant', () => {
  const health = { command: ['wget', '-qO-', 'http://localhost:3000/'] } as const;
  expect(findingsOf(healthPortListens, [sampleService('planka', { ...web, health })])).toEqual([
    'planka: its health check asks localhost with wget, which tries ::1 alone in images such as Alpine’s; write 127.0.0.1',
  ]);
});
