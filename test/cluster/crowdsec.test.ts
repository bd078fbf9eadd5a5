import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { freePort } from '../../src/kit/testing/free-port.ts';
import { run } from '../../src/kit/process.ts';
import { datamancy, docker, eventually, succeed } from './support/command.ts';
import { clearCluster, containerOf, removeImagesOf } from './support/containers.ts';
import { baseImage } from './support/small-cluster.ts';

const name = `test-crowdsec-${process.pid}`;
const domain = 'shut.localhost';
/** Nobody in a private network is ever banned, so visitors come from addresses that are kept for documentation. */
const outside = await freeNetwork();
const [edge, scanner, neighbour] = [addressAt(2), addressAt(3), addressAt(4)];
const hosts = ['auth', 'blog', 'wiki'];

let folder: string;
let ports: { readonly http: number; readonly https: number };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datamancy-crowdsec-'));
  ports = { http: await freePort(), https: await freePort() };
  await mkdir(join(folder, 'services'));
  const image = await baseImage();
  await writeFile(join(folder, 'services/blog.ts'), page('blog', image, "{ open: 'a test' }"));
  await writeFile(join(folder, 'services/wiki.ts'), page('wiki', image, "{ groups: ['viewer'] }"));
  const chosen = ['blog', 'caddy', 'crowdsec', 'docker-socket-proxy', 'gate', 'openldap', 'valkey', 'wiki'];
  const services = Object.fromEntries(chosen.map((service) => [service, null]));
  const admin = { name: 'owner', email: 'owner@example.org' };
  await writeFile(join(folder, 'cluster.yaml'), stringify({ name, domain, admin, images: 'debian', runtime: 'compose', ports, services }));
  await succeed(folder, ['up']);
  await docker('network', 'create', '--label', `org.datamancy.cluster=${name}`, '--subnet', `${outside}/28`, name);
  await showOutside();
  for (const visitor of [scanner, neighbour]) {
    const { Image } = await containerOf(name, 'gate');
    await docker(
      'run',
      '-d',
      '--rm',
      '--network',
      name,
      '--ip',
      visitor,
      '--name',
      unitOf(visitor),
      '--entrypoint',
      'sleep',
      Image,
      '7200',
    );
  }
});

afterAll(async () => {
  await run(['docker', 'rm', '-f', unitOf(scanner), unitOf(neighbour)]);
  await datamancy(folder, ['down', '--volumes']);
  await clearCluster(name);
  await removeImagesOf(name);
  await run(['docker', 'network', 'rm', name]);
  await rm(folder, { recursive: true, force: true });
});

/** The first of sixteen parts that no network of the engine has; one of a run that was killed may still be there. */
async function freeNetwork(): Promise<string> {
  const ids = (await docker('network', 'ls', '-q')).split('\n').filter(Boolean);
  const taken = await docker('network', 'inspect', ...ids, '--format', '{{range .IPAM.Config}}{{.Subnet}} {{end}}');
  const parts = Array.from({ length: 16 }, (_, i) => `203.0.113.${i * 16}`);
  return parts.find((part) => !taken.includes(`${part}/28`)) ?? '203.0.113.0';
}

function addressAt(host: number): string {
  return outside.replace(/\d+$/, (base) => String(Number(base) + host));
}

function unitOf(address: string): string {
  return `${name}-${address}`;
}

/** Gives the edge an address there. */
async function showOutside(): Promise<void> {
  await docker('network', 'connect', '--ip', edge, name, (await containerOf(name, 'caddy')).Id);
}

function page(service: string, image: string, access: string): string {
  return `import { defineService, http } from 'datamancy';
export const unit = defineService('${service}', {
  title: '${service}', summary: 'A service of a test.', docs: 'https://example.org/', licence: 'Apache-2.0', category: 'tools',
  image: '${image}', user: '1000:1000', ports: { web: http(8080) }, route: { port: 'web', access: ${access} },
  health: { port: 'web', path: '/' }, limits: { memory: '32MiB', cpus: 0.5 }, stopSeconds: 1,
  command: () => ['sh', '-c', 'echo hello > /tmp/index.html; exec busybox httpd -f -p 8080 -h /tmp'],
});
`;
}

const ask = `const [program, options, ...asked] = process.argv.slice(1);
const client = require('node:' + program);
(async () => {
  for (const one of asked) {
    const [method, host, path] = one.split(' ');
    const given = { method, path, headers: { host, accept: 'text/html' }, servername: host, timeout: 20000, ...JSON.parse(options) };
    console.log(await new Promise((resolve) => client.request(given, (answer) => answer.resume().on('end', () => resolve(answer.statusCode)))
      .on('timeout', function () { this.destroy(); }).on('error', () => resolve('nothing')).end()));
  }
})();`;

/** The statuses that this container gets; `nothing` where there is no answer. */
async function statuses(container: string, program: string, to: object, asked: readonly string[]): Promise<readonly string[]> {
  return (await docker('exec', container, 'node', '-e', ask, program, JSON.stringify(to), ...asked)).trim().split('\n');
}

async function visit(from: string, paths: readonly string[] = ['/'], at = hosts): Promise<readonly string[]> {
  const asked = at.flatMap((host) => paths.map((path) => `GET ${host}.${domain} ${path}`));
  return statuses(unitOf(from), 'https', { host: edge, port: ports.https, rejectUnauthorized: false }, asked);
}

async function cscli(...words: readonly string[]): Promise<string> {
  return docker('exec', (await containerOf(name, 'crowdsec')).Id, 'cscli', ...words);
}

async function turnsTo(expected: readonly string[], from: string): Promise<void> {
  await eventually(`${from} is answered ${expected.join(', ')}`, async () => {
    const seen = await visit(from);
    return seen.join() === expected.join() || seen.join();
  });
}

const welcome = ['200', '200', '302'];
const shutOut = ['403', '403', '403'];

test('whoever scans is turned away at every route, and nobody else is', async () => {
  expect(await visit(scanner)).toEqual(welcome);
  const paths = Array.from({ length: 15 }, (_, index) => `/secret-${index}?token=hidden`);
  expect(new Set(await visit(scanner, paths, ['auth']))).toEqual(new Set(['404']));
  await turnsTo(shutOut, scanner);
  expect(await visit(neighbour)).toEqual(welcome);
  expect(await cscli('decisions', 'list', '-o', 'raw')).toContain(`Ip:${scanner}`);
});

test('the log that this stands on holds no query, cookie or other header', async () => {
  const { stderr } = await run(['docker', 'logs', (await containerOf(name, 'caddy')).Id]);
  const lines = stderr.split('\n').filter((line) => line.includes('http.log.access'));
  expect(lines.filter((line) => line.includes('/secret-')).length).toBeGreaterThan(10);
  expect(lines.filter((line) => /token|hidden|headers|accept|cookie/i.test(line))).toEqual([]);
});

test('a ban goes on while CrowdSec is away, and ends once it is lifted', async () => {
  const { Id } = await containerOf(name, 'crowdsec');
  await docker('kill', Id);
  expect(await visit(scanner)).toEqual(shutOut);
  expect(await visit(neighbour)).toEqual(welcome);
  await docker('start', Id);
  await eventually('CrowdSec answers again', async () => cscli('lapi', 'status').then(() => true, String));
  await cscli('decisions', 'delete', '--ip', scanner);
  await turnsTo(welcome, scanner);
});

test('without the sign-on server nobody is turned away from what is open', async () => {
  const { Id } = await containerOf(name, 'gate');
  await docker('kill', Id);
  expect(await visit(neighbour, ['/'], ['blog', 'wiki'])).toEqual(['200', '502']);
  await docker('start', Id);
  await turnsTo(welcome, neighbour);
});

test('a key that CrowdSec does not know is registered in place of the former one', async () => {
  await cscli('bouncers', 'delete', 'gate');
  await cscli('bouncers', 'add', 'gate', '--key', 'another');
  await succeed(folder, ['up']);
  // It was given a network by hand, so it was made anew.
  await showOutside();
  await cscli('decisions', 'add', '--range', `${outside}/28`, '--duration', '10m');
  await turnsTo(shutOut, neighbour);
  expect(await cscli('bouncers', 'list', '-o', 'raw')).toMatch(/^gate,/m);
});

test('the engine tells what runs to those who asked for it, changes nothing, and answers nobody else', async () => {
  const asked = [
    'GET engine /_ping',
    'GET engine /v1.41/containers/json',
    'POST engine /containers/create',
    'POST engine /v1.41/containers/x/stop',
    'DELETE engine /containers/x',
    'GET engine /containers/x/archive?path=/',
  ];
  const { NetworkSettings } = await containerOf(name, 'docker-socket-proxy');
  const networks = Object.entries(NetworkSettings.Networks);
  expect(networks.map(([network]) => network)).toEqual([expect.stringMatching(/_engine$/)]);
  for (const [network, { IPAddress }] of networks) {
    const to = { host: IPAddress, port: 2375 };
    // Gate is on every other network of this cluster.
    expect(await statuses((await containerOf(name, 'gate')).Id, 'http', to, asked.slice(0, 1))).toEqual(['nothing']);
    await docker('network', 'connect', network, unitOf(neighbour));
    expect(await statuses(unitOf(neighbour), 'http', to, asked)).toEqual(['200', '200', '403', '403', '403', '403']);
  }
});
